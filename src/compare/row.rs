//! What rows of every kind tell.

use serde::Serialize;

use super::corpus::{Corpus, Review};
use crate::report::round;
use crate::statistics::agreement::Counts;
use crate::statistics::bootstrap::{mean_interval, seed};
use crate::statistics::{mean, quantile};

/// How an aspect fares in the reviews of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AspectTone {
    /// Its id in the set of aspects.
    pub aspect: String,
    /// Number of reviews that judge it.
    pub reviews: usize,
    /// −1 to 1: mean tone.
    pub mean: f64,
    /// 0 to 1: share of those reviews with a tone above 0.
    pub share_positive: f64,
}

/// The reviews of a row and its key.
pub(super) struct Group<'a> {
    pub corpus: &'a Corpus,
    pub key: String,
    /// Places of its reviews.
    pub places: &'a [usize],
}

impl<'a> Group<'a> {
    pub(super) fn reviews(&self) -> impl Iterator<Item = &'a Review> + use<'a> {
        let (corpus, places) = (self.corpus, self.places);
        places.iter().map(move |place| &corpus.reviews[*place])
    }

    pub(super) fn scores(&self) -> Vec<f64> {
        self.reviews().map(|review| review.score).collect()
    }

    /// Number of different names of a kind.
    pub(super) fn different(&self, name: impl Fn(&Review) -> Option<u32>) -> usize {
        let mut names: Vec<u32> = self.reviews().filter_map(name).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }

    pub(super) fn labels(&self) -> Counts {
        let mut counts = Counts::default();
        self.reviews().for_each(|review| counts[review.label] += 1);
        counts
    }

    pub(super) fn tone(&self, resamples: usize) -> Tone {
        let mut scores = self.scores();
        let interval = mean_interval(&scores, resamples, seed(&self.key));
        let positive = scores.iter().filter(|score| **score > 0.0).count();
        let mean = mean(&scores).unwrap_or(0.0);
        scores.sort_by(f64::total_cmp);
        Tone {
            mean: round(mean),
            median: round(quantile(&scores, 0.5).unwrap_or(0.0)),
            interval: interval.map(|interval| interval.map(round)),
            share_positive: round(positive as f64 / scores.len().max(1) as f64),
        }
    }

    /// Its aspects, those judged most often first.
    pub(super) fn aspects(&self) -> Vec<AspectTone> {
        let mut sums = vec![(0_usize, 0.0, 0_usize); self.corpus.aspect_names.len()];
        for (aspect, tone) in self.reviews().flat_map(|review| self.corpus.aspects_of(review)) {
            let sum = &mut sums[*aspect as usize];
            *sum = (sum.0 + 1, sum.1 + f64::from(*tone), sum.2 + usize::from(*tone > 0.0));
        }
        let mut aspects: Vec<AspectTone> = sums
            .into_iter()
            .enumerate()
            .filter(|(_, (reviews, ..))| *reviews > 0)
            .map(|(aspect, (reviews, sum, positive))| AspectTone {
                aspect: self.corpus.aspect_names.text(aspect as u32).to_owned(),
                reviews,
                mean: round(sum / reviews as f64),
                share_positive: round(positive as f64 / reviews as f64),
            })
            .collect();
        aspects.sort_by(|a, b| b.reviews.cmp(&a.reviews).then_with(|| a.aspect.cmp(&b.aspect)));
        aspects
    }
}

/// Tone over the reviews of a row, rounded.
pub(super) struct Tone {
    pub mean: f64,
    pub median: f64,
    pub interval: Option<[f64; 2]>,
    pub share_positive: f64,
}
