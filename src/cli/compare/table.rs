//! The table for the terminal.

use critique::compare::Comparison;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::sheet::{self, Drawn, Sheet};

/// Columns of a terminal that the table fits.
const WIDTH: usize = 100;
/// Between two columns.
const GAP: usize = 2;
/// Of the drawing of intervals.
const BAR: usize = 17;
/// Least width of names.
const NAME: usize = 12;

/// Rows with drawn intervals, the model, differences and warnings.
pub(super) fn table(comparison: &Comparison) -> String {
    let mut out = lines(&sheet::rows(comparison));
    let mut part = |text: String| {
        out.push('\n');
        out += &text;
    };
    if let Some(differences) = sheet::differences(comparison) {
        part(lines(&differences));
    }
    let reviews = comparison.reviews;
    let model = sheet::model(comparison).unwrap_or_default();
    part(wrapped(&format!("{reviews} review{}. {model}", if reviews == 1 { "" } else { "s" }), ""));
    if !comparison.warnings.is_empty() {
        part(comparison.warnings.iter().map(|warning| wrapped(warning, "! ")).collect());
    }
    out
}

fn lines(sheet: &Sheet) -> String {
    let mut widths: Vec<usize> = (0..sheet.columns.len())
        .map(|column| {
            let cells = sheet.rows.iter().map(|row| row.cells[column].width());
            cells.chain([sheet.columns[column].title.width()]).max().unwrap_or(0)
        })
        .collect();
    let scale = Scale::new(sheet);
    let others =
        widths[1..].iter().map(|width| width + GAP).sum::<usize>() + scale.as_ref().map_or(0, |_| BAR + GAP);
    widths[0] = widths[0].min(WIDTH.saturating_sub(others).max(NAME));
    let line = |cells: Vec<String>, bar: String| {
        let mut line = String::new();
        for ((cell, width), column) in cells.into_iter().zip(&widths).zip(&sheet.columns) {
            let cell = shortened(&cell, *width);
            let space = " ".repeat(width - cell.width());
            line += &if column.right { space + &cell } else { cell + &space };
            line += &" ".repeat(GAP);
        }
        line += &bar;
        line.truncate(line.trim_end().len());
        line + "\n"
    };
    let titles = sheet.columns.iter().map(|column| column.title.to_owned()).collect();
    let mut out = line(titles, scale.as_ref().map_or(String::new(), Scale::ends));
    for row in &sheet.rows {
        let bar = scale.as_ref().and_then(|scale| Some(scale.bar(row.drawn.as_ref()?)));
        out += &line(row.cells.clone(), bar.unwrap_or_default());
    }
    out
}

/// Where numbers stand in the drawing of intervals.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// From the least to the greatest end of all intervals, 0 within; none of no interval.
    fn new(sheet: &Sheet) -> Option<Self> {
        let ends = || sheet.rows.iter().filter_map(|row| row.drawn).flat_map(|drawn| drawn.interval);
        let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
        (high > low).then_some(Self { low, high })
    }

    fn place(&self, number: f64) -> usize {
        let share = (number - self.low) / (self.high - self.low);
        (share * (BAR - 1) as f64).round().clamp(0.0, (BAR - 1) as f64) as usize
    }

    /// `──●──`, with a line where 0 is.
    fn bar(&self, drawn: &Drawn) -> String {
        let [low, high] = drawn.interval.map(|end| self.place(end));
        let (zero, value) = (self.place(0.0), self.place(drawn.value));
        let sign = |place: usize| match place {
            place if place == value => '●',
            place if (low..=high).contains(&place) => {
                if place == zero {
                    '┼'
                } else {
                    '─'
                }
            }
            place if place == zero => '│',
            _ => ' ',
        };
        (0..BAR).map(sign).collect()
    }

    /// The ends of the scale, for its head.
    fn ends(&self) -> String {
        let [low, high] = [self.low, self.high].map(|end| sheet::signed(Some(end)));
        let zero = self.place(0.0);
        let mut signs: Vec<char> = " ".repeat(BAR).chars().collect();
        let mut write = |text: &str, at: usize| {
            let free = signs[at.saturating_sub(1)..(at + text.chars().count() + 1).min(BAR)]
                .iter()
                .all(|s| *s == ' ');
            if free {
                text.chars().enumerate().for_each(|(place, letter)| signs[at + place] = letter);
            }
        };
        write("0", zero);
        write(&low, 0);
        write(&high, BAR - high.chars().count());
        signs.into_iter().collect()
    }
}

/// As much of a text as `width` columns hold, without control characters.
fn shortened(text: &str, width: usize) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    if text.width() <= width {
        return text;
    }
    let mut left = width.saturating_sub(1);
    let fits = |letter: &char| {
        let wide = letter.width().unwrap_or(0);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    };
    let short: String = text.chars().take_while(fits).collect();
    short.trim_end().to_owned() + "…"
}

/// A sentence on lines that fit, the first with a mark before it.
fn wrapped(text: &str, mark: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    let space = " ".repeat(mark.len());
    let options = textwrap::Options::new(WIDTH).initial_indent(mark).subsequent_indent(&space);
    textwrap::fill(&text, options) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_by_what_they_take_on_the_screen() {
        assert_eq!(shortened("Heat", 4), "Heat");
        assert_eq!(shortened("Lost in Translation", 9), "Lost in…");
        // Each of these letters takes two columns.
        assert_eq!(shortened("千と千尋の神隠し", 7), "千と千…");
        assert_eq!(shortened("a\u{1b}[31m\tb\n", 9), "a[31m b");
    }

    #[test]
    fn intervals_are_drawn_to_scale() {
        let scale = Scale { low: -0.8, high: 0.8 };
        let bar = |value, interval| scale.bar(&Drawn { value, interval });
        assert_eq!(bar(0.5, [0.3, 0.7]), "        │  ──●── ");
        assert_eq!(bar(-0.1, [-0.3, 0.2]), "     ──●┼──      ");
        assert_eq!(scale.ends(), "−0.80   0   +0.80");
        assert_eq!(bar(0.0, [0.0, 0.0]), "        ●        ");
    }
}
