//! What a comparison of all reviews says of films and critics.

use std::collections::HashMap;

use serde::Serialize;

use super::figures::MOST;
use super::rows::clip;
use crate::compare::{By, Comparison, Corpus, CriticRow, FilmRow, Options, Phrase, Quote, Rows};
use crate::results::{ResultsError, Sources};

/// Resamples for the intervals of plain means, of which the page shows none.
const RESAMPLES: usize = 100;

/// Most films and critics with quotes and words of their own; the most reviewed come first.
const PROFILED: usize = 300;

/// Most keyphrases of a profile.
const PHRASES: usize = 8;

/// Longest quote, in bytes.
const LONGEST: usize = 600;

/// The rows of a comparison by their names in the page.
#[derive(Debug, Default)]
pub(super) struct Compared {
    films: HashMap<String, FilmRow>,
    critics: HashMap<String, CriticRow>,
    pub(super) warnings: Vec<String>,
}

/// A film. What only a comparison knows is null where there are not enough reviews to tell, and left out for films beyond the first [`MOST`].
#[derive(Debug, Default, Serialize)]
pub(super) struct Film<'a> {
    name: &'a str,
    reviews: usize,
    #[serde(flatten)]
    figures: Option<FilmFigures>,
    #[serde(flatten)]
    profile: Option<FilmProfile<'a>>,
}

#[derive(Debug, Serialize)]
struct FilmFigures {
    mean: f64,
    adjusted: Option<f64>,
    adjusted_interval: Option<[f64; 2]>,
    polarisation: Option<f64>,
    agreement: Option<f64>,
}

#[derive(Debug, Serialize)]
struct FilmProfile<'a> {
    best: Option<&'a Quote>,
    worst: Option<&'a Quote>,
    phrases: Vec<&'a str>,
}

/// A critic, with the same gaps as a [`Film`].
#[derive(Debug, Default, Serialize)]
pub(super) struct Critic<'a> {
    name: &'a str,
    reviews: usize,
    #[serde(flatten)]
    figures: Option<CriticFigures>,
    #[serde(flatten)]
    profile: Option<CriticProfile<'a>>,
}

#[derive(Debug, Serialize)]
struct CriticFigures {
    mean: f64,
    leniency: Option<f64>,
    leniency_interval: Option<[f64; 2]>,
    spread: Option<f64>,
    agreement: Option<f64>,
}

#[derive(Debug, Serialize)]
struct CriticProfile<'a> {
    favourites: Vec<&'a str>,
    phrases: Vec<&'a str>,
}

impl Compared {
    /// Compares all reviews; corpora without films or critics just have no rows of them.
    pub(super) fn new(sources: &Sources) -> Result<Self, ResultsError> {
        let corpus = Corpus::read(sources)?;
        let options = Options { resamples: RESAMPLES, ..Options::default() };
        let mut compared = Self::default();
        for by in [By::Critic, By::Film] {
            let Ok(comparison) = Comparison::new(&corpus, by, &options) else { continue };
            match comparison.rows {
                Rows::Films(rows) => {
                    compared.films = rows.into_iter().map(|row| (clip(&row.key), row)).collect()
                }
                Rows::Critics(rows) => {
                    compared.critics = rows.into_iter().map(|row| (clip(&row.key), row)).collect()
                }
                Rows::Years(_) => {}
            }
            // Those of films say all that those of critics do but how many critics have one review.
            compared.warnings = comparison.warnings;
        }
        Ok(compared)
    }

    /// The film that is `rank`th by its number of reviews, from 0.
    pub(super) fn film<'a>(&'a self, rank: usize, name: &'a str, reviews: usize) -> Film<'a> {
        let row = self.films.get(name).filter(|_| rank < MOST);
        let figures = row.map(|row| FilmFigures {
            mean: row.mean,
            adjusted: row.adjusted,
            adjusted_interval: row.adjusted_interval,
            polarisation: row.polarisation,
            agreement: row.agreement,
        });
        let profile = row.filter(|_| rank < PROFILED).map(|row| FilmProfile {
            best: quote(row.best_quote.as_ref()),
            worst: quote(row.worst_quote.as_ref()),
            phrases: phrases(&row.keyphrases),
        });
        Film { name, reviews, figures, profile }
    }

    /// The critic that is `rank`th by their number of reviews, from 0.
    pub(super) fn critic<'a>(&'a self, rank: usize, name: &'a str, reviews: usize) -> Critic<'a> {
        let row = self.critics.get(name).filter(|_| rank < MOST);
        let figures = row.map(|row| CriticFigures {
            mean: row.mean,
            leniency: row.leniency,
            leniency_interval: row.leniency_interval,
            spread: row.spread,
            agreement: row.agreement,
        });
        let profile = row.filter(|_| rank < PROFILED).map(|row| CriticProfile {
            favourites: row.aspects.iter().map(|aspect| aspect.aspect.as_str()).collect(),
            phrases: phrases(&row.keyphrases),
        });
        Critic { name, reviews, figures, profile }
    }
}

fn quote(quote: Option<&Quote>) -> Option<&Quote> {
    quote.filter(|quote| quote.text.len() <= LONGEST)
}

fn phrases(phrases: &[Phrase]) -> Vec<&str> {
    phrases.iter().take(PHRASES).map(|phrase| phrase.text.as_str()).collect()
}
