//! Themes of a corpus: keyphrases of all reviews that mean alike, and where each such theme stands out.
//!
//! A [`Collector`] is given every review in order and holds a bounded amount of memory, about 100 MB at most: of
//! each frequent phrase (`frequent.rs`) its mean vector and one sentence. What is needed of every review goes to a
//! file that it is given. A collector can be put together again from what it holds ([`Gathered`]) and that file.
//! [`Collector::finish`] clusters the phrases and counts the themes:
//!
//! 1. The vector of a phrase is the mean over its reviews, less the mean of all phrases, so that what all have in
//!    common (they speak of films) makes none of them alike.
//! 2. Phrases are clustered by average link (`clusters.rs`); a theme is one of the clusters that stand in most reviews.
//! 3. A theme has the name of its most central and frequent phrases, the tone of their sentences, a few of those, and
//!    the films and critics whose reviews have it more often than others ([`log_odds`](mod@crate::statistics::log_odds)).
//!
//! All depends on the reviews and their order alone, not on threads.
#![forbid(unsafe_code)]

mod clusters;
mod collector;
mod discover;
mod frequent;
mod phrases;
mod spill;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};

pub use collector::{Collector, Gathered};
use spill::{Row, Spill};

/// Why themes could not be found.
#[derive(Debug, thiserror::Error)]
pub enum ThemesError {
    /// The temporary file could not be made, written or read.
    #[error("cannot use a temporary file in {dir}: {source}")]
    Temporary {
        /// Where it is.
        dir: String,
        /// What the system said.
        source: io::Error,
    },
    /// The threads could not be started.
    #[error("cannot start the threads that look for themes (try a smaller --jobs): {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Phrases of many reviews that mean alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Its most central and frequent phrase, and up to two more that share no word with it: `score; violins`.
    pub name: String,
    /// Number of reviews with one of its phrases.
    pub reviews: u64,
    /// Number of different phrases.
    pub phrases: usize,
    /// −1 to 1: tone of the sentences with its phrases, the most telling one for each phrase of a review; mean over
    /// the reviews.
    pub tone: f64,
    /// Its phrases, most central and frequent first, at most ten.
    pub top_phrases: Vec<String>,
    /// Films in whose reviews it stands out, most first, at most five.
    pub films: Vec<Standout>,
    /// Critics in whose reviews it stands out, most first, at most five.
    pub critics: Vec<Standout>,
    /// Sentences with its phrases, strongest first, at most three, each from another review.
    pub quotes: Vec<Quote>,
}

/// A film or critic with more of a theme than the rest of the corpus has.
#[derive(Debug, Clone, PartialEq)]
pub struct Standout {
    /// As given.
    pub name: String,
    /// Above 1.96: see [`LogOdds::z`](crate::statistics::log_odds::LogOdds::z).
    pub z: f64,
}

/// A sentence of a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The whole sentence, without markup.
    pub text: String,
    /// Id of the review.
    pub review: String,
}

/// One theme of one review.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewTheme {
    /// Id of the review.
    pub review: String,
    /// Its film.
    pub film: Option<String>,
    /// Its critic.
    pub critic: Option<String>,
    /// Index of the theme.
    pub theme: usize,
    /// Those phrases of the theme that the review has, best first.
    pub phrases: Vec<String>,
    /// 0 to 1: their share of the scores of all keyphrases of the review.
    pub strength: f64,
}

/// The themes of a corpus.
#[derive(Debug)]
pub struct Themes {
    /// Those in most reviews first, at most 60.
    pub themes: Vec<Theme>,
    /// Index of the theme of each phrase, by its stems.
    homes: BTreeMap<String, usize>,
    rows: Spill,
    dir: String,
}

impl Themes {
    /// The themes of each review: reviews in the order of the input, a review's strongest theme first.
    ///
    /// # Errors
    /// That the temporary file cannot be read.
    pub fn of_reviews(
        &mut self,
    ) -> Result<impl Iterator<Item = Result<ReviewTheme, ThemesError>>, ThemesError> {
        let Self { homes, rows, dir, .. } = self;
        let failed = |source| ThemesError::Temporary { dir: dir.clone(), source };
        let rows = rows.rows().map_err(failed)?;
        Ok(rows.flat_map(move |row| match row {
            Ok(row) => of_review(row, homes).into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(failed(error))],
        }))
    }
}

/// The themes of a review, strongest first.
fn of_review(row: Row, homes: &BTreeMap<String, usize>) -> Vec<ReviewTheme> {
    let all: f64 = row.phrases.iter().map(|phrase| phrase.score).sum();
    let mut themes = BTreeMap::<usize, ReviewTheme>::new();
    for phrase in row.phrases {
        let Some(&theme) = homes.get(&phrase.stems) else { continue };
        let found = themes.entry(theme).or_insert_with(|| ReviewTheme {
            review: row.review.clone(),
            film: row.film.clone(),
            critic: row.critic.clone(),
            theme,
            phrases: Vec::new(),
            strength: 0.0,
        });
        found.phrases.push(phrase.text);
        found.strength += if all > 0.0 { phrase.score / all } else { 0.0 };
    }
    let mut themes: Vec<_> = themes.into_values().collect();
    // Stable, so equals stay in the order of the themes.
    themes.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    themes
}
