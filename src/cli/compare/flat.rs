//! The rows as CSV: a line for each key.

use critique::compare::{Comparison, CriticRow, FilmRow, Rows, YearRow};
use critique::report::cell;

use crate::cli::Failure;

const FILM: &[&str] = &[
    "key",
    "reviews",
    "critics",
    "mean",
    "median",
    "interval_low",
    "interval_high",
    "share_positive",
    "polarisation",
    "adjusted",
    "adjusted_low",
    "adjusted_high",
    "rank",
    "agreement",
    "aspects",
    "keyphrases",
    "entities",
    "best_quote",
    "worst_quote",
];

const CRITIC: &[&str] = &[
    "key",
    "reviews",
    "films",
    "mean",
    "median",
    "interval_low",
    "interval_high",
    "spread",
    "leniency",
    "leniency_low",
    "leniency_high",
    "against_colleagues",
    "agreement",
    "aspects",
    "keyphrases",
    "odd",
];

const YEAR: &[&str] = &[
    "key",
    "reviews",
    "films",
    "critics",
    "mean",
    "median",
    "interval_low",
    "interval_high",
    "share_positive",
    "polarisation",
    "aspects",
    "keyphrases",
];

/// All rows, their names and texts safe for spreadsheets. Lists stand in one cell, separated by semicolons.
pub(super) fn csv(comparison: &Comparison) -> Result<String, Failure> {
    let (head, rows): (_, Vec<Vec<String>>) = match &comparison.rows {
        Rows::Films(rows) => (FILM, rows.iter().map(film).collect()),
        Rows::Critics(rows) => (CRITIC, rows.iter().map(critic).collect()),
        Rows::Years(rows) => (YEAR, rows.iter().map(year).collect()),
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(head)?;
    rows.iter().try_for_each(|row| out.write_record(row))?;
    Ok(String::from_utf8(out.into_inner()?)?)
}

fn film(row: &FilmRow) -> Vec<String> {
    let [low, high] = ends(row.interval);
    let [adjusted_low, adjusted_high] = ends(row.adjusted_interval);
    vec![
        text(&row.key),
        row.reviews.to_string(),
        row.critics.to_string(),
        row.mean.to_string(),
        row.median.to_string(),
        low,
        high,
        row.share_positive.to_string(),
        number(row.polarisation),
        number(row.adjusted),
        adjusted_low,
        adjusted_high,
        row.rank.map_or(String::new(), |rank| rank.to_string()),
        number(row.agreement),
        list(row.aspects.iter().map(|aspect| format!("{} {}", aspect.aspect, aspect.mean))),
        list(row.keyphrases.iter().map(|phrase| phrase.text.clone())),
        list(row.entities.iter().map(|entity| entity.text.clone())),
        row.best_quote.as_ref().map_or(String::new(), |quote| text(&quote.text)),
        row.worst_quote.as_ref().map_or(String::new(), |quote| text(&quote.text)),
    ]
}

fn critic(row: &CriticRow) -> Vec<String> {
    let [low, high] = ends(row.interval);
    let [leniency_low, leniency_high] = ends(row.leniency_interval);
    vec![
        text(&row.key),
        row.reviews.to_string(),
        row.films.to_string(),
        row.mean.to_string(),
        row.median.to_string(),
        low,
        high,
        number(row.spread),
        number(row.leniency),
        leniency_low,
        leniency_high,
        number(row.against_colleagues),
        number(row.agreement),
        list(row.aspects.iter().map(|aspect| format!("{} {}", aspect.aspect, aspect.share))),
        list(row.keyphrases.iter().map(|phrase| phrase.text.clone())),
        list(row.odd.iter().map(|odd| odd.review.clone())),
    ]
}

fn year(row: &YearRow) -> Vec<String> {
    let [low, high] = ends(row.interval);
    vec![
        text(&row.key),
        row.reviews.to_string(),
        row.films.to_string(),
        row.critics.to_string(),
        row.mean.to_string(),
        row.median.to_string(),
        low,
        high,
        row.share_positive.to_string(),
        number(row.polarisation),
        list(row.aspects.iter().map(|aspect| format!("{} {}", aspect.aspect, aspect.mean))),
        list(row.keyphrases.iter().map(|phrase| phrase.text.clone())),
    ]
}

fn text(text: &str) -> String {
    cell(text).into_owned()
}

fn list(items: impl Iterator<Item = String>) -> String {
    text(&items.collect::<Vec<_>>().join("; "))
}

fn number(number: Option<f64>) -> String {
    number.map_or(String::new(), |number| number.to_string())
}

fn ends(interval: Option<[f64; 2]>) -> [String; 2] {
    interval.map_or(Default::default(), |interval| interval.map(|end| end.to_string()))
}
