//! The explanation for a terminal, with colours or with plain marks.

use anstyle::{Ansi256Color, Style};
use unicode_width::UnicodeWidthStr;

use super::sections::{Row, Section};
use super::{Explanation, Part, percent, signed, step};
use crate::analysis::Label;

/// Narrowest text: below this a terminal folds lines itself.
const NARROWEST: usize = 24;

/// Blue for praise and orange for blame, which all eyes tell apart; the stronger the fuller.
const COLOURS: [Option<u8>; 5] = [Some(202), Some(215), None, Some(75), Some(33)];

/// How the text is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Colours and styles of a terminal.
    Styles,
    /// Signs in the text, for files and terminals without colours.
    Signs,
}

impl Explanation {
    /// The review, the sentences that carried the verdict, aspects with their quotes, names and keyphrases, in
    /// lines of at most `width` columns where words allow.
    ///
    /// Control characters of the review do not reach the terminal.
    pub fn terminal(&self, width: usize, marks: Marks) -> String {
        let width = width.max(NARROWEST);
        let bold = |text: &str| marks.styled(Style::new().bold(), text);
        let mut lines = vec![bold(&shown(self.title()))];
        lines.push(shown(&self.byline().join(" · ")));
        let tone = &self.line.tone;
        let verdict = format!("{} {}", step(tone.score), signed(tone.score));
        let figures = [vec![marks.styled(colour(tone.score), &verdict)], self.figures()].concat().join(" · ");
        lines.extend([String::new(), figures, String::new()]);
        if let Some(lack) = self.lack() {
            lines.extend([lack.to_owned(), String::new()]);
        }
        let text: String =
            self.parts().iter().scan(None, |last, part| Some(self.part(part, last, marks))).collect();
        if !text.trim().is_empty() {
            lines.extend([
                text.trim().to_owned(),
                String::new(),
                marks.styled(Style::new().dimmed(), marks.legend()),
            ]);
        }
        for section in self.sections() {
            lines.push(String::new());
            lines.push(bold(section.title));
            lines.extend(table(&section, marks, width));
        }
        lines.retain({
            // An unknown byline leaves no gap.
            let mut at = 0;
            move |line| {
                at += 1;
                at != 2 || !line.is_empty()
            }
        });
        lines.iter().flat_map(|line| line.split('\n')).map(|line| wrapped(line, width, "") + "\n").collect()
    }

    /// A part of the text with its marks; `last` is the sentence of the part before.
    fn part(&self, part: &Part, last: &mut Option<usize>, marks: Marks) -> String {
        let text = lines_kept(&self.text[part.range.clone()]);
        let begins = part.sentence.is_some() && part.sentence != *last;
        *last = part.sentence;
        let sentence = part.sentence.map(|index| &self.line.sentences[index]);
        match marks {
            Marks::Styles => {
                let style = match sentence {
                    Some(sentence) if sentence.is_plot() || sentence.block.is_some() => Style::new().dimmed(),
                    Some(sentence) => colour(sentence.score),
                    None => Style::new(),
                };
                let style = if part.entity.is_some() { style.underline() } else { style };
                let style = if part.keyphrase { style.bold() } else { style };
                // A style that runs over the end of a line would colour the margin of some terminals.
                let lines: Vec<_> = text.split('\n').map(|line| marks.styled(style, line)).collect();
                lines.join("\n")
            }
            Marks::Signs => {
                let sign = match sentence.filter(|_| begins) {
                    Some(sentence) if sentence.block.is_some() => {
                        format!("[{}] ", sentence.block.as_deref().unwrap_or_default())
                    }
                    Some(sentence) if sentence.is_plot() => "[plot] ".to_owned(),
                    Some(sentence) => format!("[{} {}] ", signed(sentence.score), percent(sentence.weight)),
                    None => String::new(),
                };
                let text = if part.keyphrase { format!("*{text}*") } else { text };
                let text = if part.entity.is_some() { format!("_{text}_") } else { text };
                sign + &text
            }
        }
    }
}

impl Marks {
    fn styled(self, style: Style, text: &str) -> String {
        if self == Marks::Signs || style == Style::new() || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }

    fn legend(self) -> &'static str {
        match self {
            Marks::Styles => {
                "blue praises, orange blames, dim tells the plot; underlined: a name, bold: a keyphrase"
            }
            Marks::Signs => {
                "[tone and share of the verdict] or [plot] before each sentence; _name_, *keyphrase*"
            }
        }
    }
}

/// The colour of a score.
fn colour(score: f64) -> Style {
    Style::new().fg_color(COLOURS[Label::of(score) as usize].map(|code| Ansi256Color(code).into()))
}

/// The rows below one another, their cells in columns; words that go on do so in their own column.
fn table(section: &Section, marks: Marks, width: usize) -> Vec<String> {
    let cells = |row: &Row| row.cells.iter().map(|cell| shown(cell)).collect::<Vec<_>>();
    let rows: Vec<_> = section.rows.iter().map(cells).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let wide = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<_> = (0..columns).map(|column| wide(column).unwrap_or_default()).collect();
    let line = |(row, cells): (&Row, &Vec<String>)| {
        let mut line = String::from(" ");
        for (cell, width) in cells.iter().zip(&widths) {
            let space = " ".repeat(width - cell.width());
            // Figures stand under one another from the right.
            let right = cell.ends_with(|last: char| last.is_ascii_digit() || last == '%');
            let styled = marks.styled(row.score.map_or(Style::new(), colour), cell);
            line += &if right { format!(" {space}{styled} ") } else { format!(" {styled}{space} ") };
        }
        let indent = " ".repeat(widths.iter().map(|width| width + 2).sum::<usize>() + 2);
        // A column too narrow to read in is given up.
        let indent = if indent.len() + NARROWEST > width { "  " } else { &indent };
        wrapped(format!("{line} {}", shown(&row.words)).trim_end(), width, indent)
    };
    section.rows.iter().zip(&rows).map(line).collect()
}

/// Breaks a line between words; what goes on begins with `indent`.
fn wrapped(line: &str, width: usize, indent: &str) -> String {
    let options = textwrap::Options::new(width).subsequent_indent(indent).break_words(false);
    textwrap::fill(line, options)
}

/// Text on one line, without what a terminal could take for a command.
fn shown(text: &str) -> String {
    lines_kept(&text.chars().collect::<Vec<_>>()).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same with its ends of lines.
fn lines_kept(text: &[char]) -> String {
    let safe = |&letter: &char| match letter {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        letter if letter.is_control() || is_direction(letter) => None,
        letter => Some(letter),
    };
    text.iter().filter_map(safe).collect()
}

/// Whether a character only turns the direction of what is written, which could make a line read as another.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
