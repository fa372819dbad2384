//! `themes.csv` and `review_themes.csv`.

use super::cell::cell;
use super::folder::{Folder, ReportError};
use super::round::round;
use super::tables::{optional, table};
use crate::themes::{Quote, Standout, Theme, Themes};

/// Columns of `themes.csv`.
const THEMES: [&str; 14] = [
    "theme",
    "name",
    "reviews",
    "phrases",
    "tone",
    "top_phrases",
    "films",
    "critics",
    "quote",
    "quote_review",
    "quote_2",
    "quote_2_review",
    "quote_3",
    "quote_3_review",
];

/// Columns of `review_themes.csv`.
const REVIEW_THEMES: [&str; 7] = ["review_id", "film", "critic", "theme", "name", "phrases", "strength"];

/// Writes both files; quotes only where `text` is to be given.
pub(super) fn write(folder: &mut Folder, themes: &mut Themes, text: bool) -> Result<(), ReportError> {
    let mut out = table(folder, "themes.csv", &THEMES)?;
    for (index, theme) in themes.themes.iter().enumerate() {
        out.write_record(row(index, theme, text)).map_err(|error| folder.unwritable(error.into()))?;
    }
    out.flush().map_err(|error| folder.unwritable(error))?;

    let mut out = table(folder, "review_themes.csv", &REVIEW_THEMES)?;
    let names: Vec<String> = themes.themes.iter().map(|theme| cell(&theme.name).into_owned()).collect();
    for found in themes.of_reviews()? {
        let found = found?;
        out.write_record([
            &*cell(&found.review),
            &*optional(&found.film),
            &*optional(&found.critic),
            &number(found.theme),
            names.get(found.theme).map_or("", String::as_str),
            &*cell(&found.phrases.join("; ")),
            &round(found.strength).to_string(),
        ])
        .map_err(|error| folder.unwritable(error.into()))?;
    }
    out.flush().map_err(|error| folder.unwritable(error))
}

/// Themes are numbered from 1.
fn number(index: usize) -> String {
    (index + 1).to_string()
}

fn row(index: usize, theme: &Theme, text: bool) -> Vec<String> {
    let mut row = vec![
        number(index),
        cell(&theme.name).into_owned(),
        theme.reviews.to_string(),
        theme.phrases.to_string(),
        round(theme.tone).to_string(),
        cell(&theme.top_phrases.join("; ")).into_owned(),
        standouts(&theme.films),
        standouts(&theme.critics),
    ];
    let mut quotes = theme.quotes.iter();
    while row.len() < THEMES.len() {
        let Quote { text: quote, review } = quotes.next().cloned().unwrap_or_default();
        row.push(if text { cell(&quote).into_owned() } else { String::new() });
        row.push(cell(&review).into_owned());
    }
    row
}

/// `Heat 3.14; Cats 2.20`: each with its z-score.
fn standouts(standouts: &[Standout]) -> String {
    let named = standouts.iter().map(|standout| format!("{} {:.2}", standout.name, standout.z));
    cell(&named.collect::<Vec<_>>().join("; ")).into_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::tests::{made_analysis, made_review};
    use super::*;
    use crate::themes::Collector;

    /// Both files of a corpus of three reviews that name two phrases each.
    fn written(dir: &Path, text: bool) -> [String; 2] {
        let mut collector = Collector::new(tempfile::tempfile().unwrap(), dir);
        for id in ["=r1", "r2", "r3"] {
            let mut analysis = made_analysis();
            for (phrase, (vector, sentence)) in
                analysis.keyphrases.iter_mut().zip([(vec![1.0, 0.0], 1), (vec![0.0, 1.0], 0)])
            {
                (phrase.vector, phrase.sentence, phrase.stems) = (vector, sentence, phrase.text.clone());
            }
            collector.add(&made_review(id), &analysis).unwrap();
        }
        let mut folder = Folder::open(&dir.join("out")).unwrap();
        write(&mut folder, &mut collector.finish(1).unwrap(), text).unwrap();
        ["themes", "review_themes"]
            .map(|name| std::fs::read_to_string(dir.join(format!("out/.{name}.csv.partial"))).unwrap())
    }

    #[test]
    fn rows_are_rounded_and_safe() {
        let dir = tempfile::tempdir().unwrap();
        let [themes, reviews] = written(dir.path(), true);
        assert_eq!(
            themes,
            "theme,name,reviews,phrases,tone,top_phrases,films,critics,\
             quote,quote_review,quote_2,quote_2_review,quote_3,quote_3_review\n\
             1,'-dim lamp,3,1,0,'-dim lamp,,,,,,,,\n\
             2,shines,3,1,0.8,shines,,,,,,,,\n"
        );
        assert_eq!(
            reviews,
            "review_id,film,critic,theme,name,phrases,strength\n\
             '=r1,The Lamp,Ann Bly,1,'-dim lamp,'-dim lamp,0.7826\n\
             '=r1,The Lamp,Ann Bly,2,shines,shines,0.2174\n\
             r2,The Lamp,Ann Bly,1,'-dim lamp,'-dim lamp,0.7826\n\
             r2,The Lamp,Ann Bly,2,shines,shines,0.2174\n\
             r3,The Lamp,Ann Bly,1,'-dim lamp,'-dim lamp,0.7826\n\
             r3,The Lamp,Ann Bly,2,shines,shines,0.2174\n"
        );
    }

    #[test]
    fn a_theme_is_a_row_with_safe_cells() {
        let quote = |text: &str, review: &str| Quote { text: text.into(), review: review.into() };
        let theme = Theme {
            name: "=sum".into(),
            reviews: 7,
            phrases: 2,
            tone: -0.123_456,
            top_phrases: vec!["@home".into(), "sum".into()],
            films: vec![Standout { name: "+1".into(), z: 2.345_6 }, Standout { name: "Gull".into(), z: 2.0 }],
            critics: Vec::new(),
            quotes: vec![quote("-Dim.", "=r1"), quote("Loud.", "r2")],
        };
        assert_eq!(
            row(3, &theme, true),
            [
                "4",
                "'=sum",
                "7",
                "2",
                "-0.1235",
                "'@home; sum",
                "'+1 2.35; Gull 2.00",
                "",
                "'-Dim.",
                "'=r1",
                "Loud.",
                "r2",
                "",
                ""
            ]
        );
        assert_eq!(row(3, &theme, false)[8..], ["", "'=r1", "", "r2", "", ""]);
    }
}
