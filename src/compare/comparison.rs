//! A comparison: rows, model, differences and warnings.

use std::collections::HashMap;

use clap::ValueEnum;
use serde::Serialize;

use super::corpus::Corpus;
use super::critics::{self, CriticRow};
use super::differences::{self, Difference};
use super::films::{self, FilmRow};
use super::model::{Fitted, Model, Overlap};
use super::ratings::{RatingCorrelation, Ratings};
use super::warnings::warnings;
use super::years::{self, YearRow};
use crate::report::round;

/// Rows among which all pairs are compared at most: those with most reviews.
const PAIRED_ROWS: usize = 50;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A film.
    Film,
    /// A critic.
    Critic,
    /// An outlet.
    Outlet,
    /// A year of the reviews' dates.
    Year,
}

/// What is wanted besides rows and model.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Bootstrap resamples for the intervals of means and differences.
    pub resamples: usize,
    /// Two rows whose difference is wanted.
    pub between: Option<[String; 2]>,
    /// Whether the differences of all pairs of rows are wanted, among the 50 rows with most reviews.
    pub pairs: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { resamples: 1000, between: None, pairs: false }
    }
}

/// Why a comparison cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// A row that is to be compared is not there.
    #[error("no {by} {key:?}; {nearest}")]
    NoRow {
        /// What rows are.
        by: &'static str,
        /// As the user named it.
        key: String,
        /// Names most like it.
        nearest: String,
    },
    /// No review at all.
    #[error("there is no review to compare; run critique analyze first")]
    Empty,
    /// No review has what rows are made of.
    #[error("no review has {0}; compare by something else with --by")]
    NoRows(&'static str),
}

/// Rows of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Rows {
    /// Best first.
    Films(Vec<FilmRow>),
    /// Critics or outlets, kindest first.
    Critics(Vec<CriticRow>),
    /// The first first.
    Years(Vec<YearRow>),
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Rows::Films(rows) => rows.len(),
            Rows::Critics(rows) => rows.len(),
            Rows::Years(rows) => rows.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How films, critics, outlets or years compare. Numbers are rounded to four decimals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// What a row is.
    pub by: By,
    /// Number of reviews.
    pub reviews: usize,
    /// The rows.
    pub rows: Rows,
    /// The mixed model; none where no film and no critic has two reviews, or nothing varies.
    pub model: Option<Model>,
    /// Krippendorff's α over all films, ordinal, of the five labels.
    pub agreement: Option<f64>,
    /// How words and ratings go together.
    pub rating_correlation: Option<RatingCorrelation>,
    /// Differences, as far as they are asked for.
    pub differences: Vec<Difference>,
    /// What to know before trusting the figures, each a sentence.
    pub warnings: Vec<String>,
}

/// Keys, and the places of their reviews, in the order in which they first came.
pub(super) type Groups = [(String, Vec<usize>)];

impl Comparison {
    /// Compares the reviews of a corpus. Uses the current rayon pool.
    ///
    /// # Errors
    /// No review, no review with such a key, or a row of [`Options::between`] that is not there.
    pub fn new(corpus: &Corpus, by: By, options: &Options) -> Result<Self, CompareError> {
        if corpus.is_empty() {
            return Err(CompareError::Empty);
        }
        let groups = groups(corpus, by);
        if groups.is_empty() {
            return Err(CompareError::NoRows(by.of()));
        }
        let (resamples, overlap) = (options.resamples, Overlap::new(corpus, by));
        let (fitted, ratings) = (Fitted::new(corpus, by), Ratings::new(corpus));
        let rows = match by {
            By::Film => films::rows(corpus, &groups, fitted.as_ref(), resamples),
            By::Critic => {
                critics::rows(corpus, &groups, |review| review.critic, fitted.as_ref(), &ratings, resamples)
            }
            By::Outlet => {
                critics::rows(corpus, &groups, |review| review.outlet, fitted.as_ref(), &ratings, resamples)
            }
            By::Year => years::rows(corpus, &groups, resamples),
        };
        let mut warnings = warnings(corpus, by, &groups, fitted.as_ref().map(|fitted| &fitted.fit), &overlap);
        let differences = match &options.between {
            Some(keys) => {
                let [a, b] = [place(by, &groups, &keys[0])?, place(by, &groups, &keys[1])?];
                differences::rows(corpus, by, &groups, &[(a, b)], resamples)
            }
            None if options.pairs => {
                if groups.len() > PAIRED_ROWS {
                    warnings.push(format!(
                        "Pairs are those of the {PAIRED_ROWS} rows with most reviews, of {}.",
                        groups.len()
                    ));
                }
                differences::rows(corpus, by, &groups, &all_pairs(&groups), resamples)
            }
            None => differences::folders(corpus, by, &groups, resamples),
        };
        Ok(Self {
            by,
            reviews: corpus.len(),
            rows,
            model: fitted.as_ref().map(|fitted| fitted.model(corpus, by, overlap.groups)),
            agreement: films::alpha(corpus).map(|alpha| round(alpha.overall())),
            rating_correlation: ratings.correlation(corpus),
            differences,
            warnings,
        })
    }
}

impl By {
    /// What a row is, in one word.
    pub fn name(self) -> &'static str {
        match self {
            By::Film => "film",
            By::Critic => "critic",
            By::Outlet => "outlet",
            By::Year => "year",
        }
    }

    fn of(self) -> &'static str {
        match self {
            By::Film => "a film",
            By::Critic => "a critic",
            By::Outlet => "an outlet",
            By::Year => "a date with a year",
        }
    }
}

fn groups(corpus: &Corpus, by: By) -> Vec<(String, Vec<usize>)> {
    let mut places = HashMap::<i64, usize>::new();
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (place, review) in corpus.reviews.iter().enumerate() {
        let number = match by {
            By::Film => review.film.map(i64::from),
            By::Critic => review.critic.map(i64::from),
            By::Outlet => review.outlet.map(i64::from),
            By::Year => review.year.map(i64::from),
        };
        let Some(number) = number else { continue };
        let key = || match by {
            By::Film => corpus.films.text(number as u32).to_owned(),
            By::Critic => corpus.critics.text(number as u32).to_owned(),
            By::Outlet => corpus.outlets.text(number as u32).to_owned(),
            By::Year => number.to_string(),
        };
        let group = *places.entry(number).or_insert_with(|| {
            groups.push((key(), Vec::new()));
            groups.len() - 1
        });
        groups[group].1.push(place);
    }
    groups
}

/// The row of that name, however its letters are written.
fn place(by: By, groups: &Groups, key: &str) -> Result<usize, CompareError> {
    let exact = groups.iter().position(|(name, _)| name == key);
    let alike = || groups.iter().position(|(name, _)| name.to_lowercase() == key.trim().to_lowercase());
    exact.or_else(alike).ok_or_else(|| {
        let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &key.to_lowercase());
        let mut names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
        let nearest: Vec<String> = names.iter().take(3).map(|name| format!("{name:?}")).collect();
        CompareError::NoRow {
            by: by.name(),
            key: key.to_owned(),
            nearest: format!("the nearest are {}", nearest.join(", ")),
        }
    })
}

fn all_pairs(groups: &Groups) -> Vec<(usize, usize)> {
    let mut rows: Vec<usize> = (0..groups.len()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(groups[*row].1.len()));
    rows.truncate(PAIRED_ROWS);
    rows.iter().enumerate().flat_map(|(place, &a)| rows[place + 1..].iter().map(move |&b| (a, b))).collect()
}
