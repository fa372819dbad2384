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
