//! Rows of years.

use rayon::prelude::*;
use serde::Serialize;

use super::comparison::{Groups, Rows};
use super::corpus::Corpus;
use super::row::{AspectTone, Group};
use super::standouts::{Phrase, Wording};
use crate::report::round;
use crate::statistics::agreement::polarisation;

/// The reviews of a year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct YearRow {
    /// The year of the reviews' dates.
    pub key: String,
    /// Number of reviews.
    pub reviews: usize,
    /// Number of films that are known.
    pub films: usize,
    /// Number of critics who are known.
    pub critics: usize,
    /// Mean tone, −1 to 1.
    pub mean: f64,
    /// Median tone.
    pub median: f64,
    /// 95 % interval of the mean; none of one review.
    pub interval: Option<[f64; 2]>,
    /// 0 to 1: share of reviews with a tone above 0.
    pub share_positive: f64,
    /// 0 (all of one label) to 1 (half at either end).
    pub polarisation: Option<f64>,
    /// Aspects, those judged most often first.
    pub aspects: Vec<AspectTone>,
    /// Keyphrases that stand out.
    pub keyphrases: Vec<Phrase>,
}

/// Rows of years, the first first.
pub(super) fn rows(corpus: &Corpus, groups: &Groups, resamples: usize) -> Rows {
    let wording = Wording::new(corpus, groups);
    let mut rows: Vec<YearRow> = groups
        .par_iter()
        .map(|(key, places)| {
            let group = Group { corpus, key: key.clone(), places };
            let tone = group.tone(resamples);
            YearRow {
                reviews: places.len(),
                films: group.different(|review| review.film),
                critics: group.different(|review| review.critic),
                mean: tone.mean,
                median: tone.median,
                interval: tone.interval,
                share_positive: tone.share_positive,
                polarisation: polarisation(&group.labels()).map(round),
                aspects: group.aspects(),
                keyphrases: wording.phrases(key, group.reviews()),
                key: group.key,
            }
        })
        .collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    Rows::Years(rows)
}
