//! Differences between two rows, or between two folders.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::comparison::{By, Groups};
use super::corpus::{Corpus, Review};
use crate::report::round;
use crate::statistics::bootstrap::{difference_interval, mean_interval, seed};
use crate::statistics::mean;
use crate::statistics::permutation::{benjamini_hochberg, relabel, sign_flip};

/// Fewest pairs for a paired difference.
const PAIRS: usize = 5;

/// How two rows, or two folders, differ in mean tone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The row that both folders have; none where two rows are compared, or two folders in all.
    pub key: Option<String>,
    /// The first row or folder.
    pub a: String,
    /// The second.
    pub b: String,
    /// Mean of `a` less mean of `b`, over the pairs where `paired`.
    pub difference: f64,
    /// Its 95 % bootstrap interval; none where a side has one value.
    pub interval: Option<[f64; 2]>,
    /// Critics who reviewed both (films that both reviewed, where critics, outlets or years are compared).
    pub pairs: usize,
    /// Whether the difference is taken within the pairs; so from five on.
    pub paired: bool,
    /// Two-sided permutation p-value.
    pub p: f64,
    /// The same, adjusted for all differences shown (Benjamini and Hochberg 1995).
    pub p_adjusted: f64,
}

/// Two sides to compare, by the places of their reviews.
struct Sides<'a> {
    key: Option<&'a str>,
    a: (&'a str, Vec<usize>),
    b: (&'a str, Vec<usize>),
}

/// For every row that both of two folders have, and for the folders in all; where each has one row, and not the same, for these two.
pub(super) fn folders(corpus: &Corpus, by: By, groups: &Groups, resamples: usize) -> Vec<Difference> {
    let [first, second] = corpus.sources.as_slice() else { return Vec::new() };
    let of = |places: &[usize], source: u32| -> Vec<usize> {
        places.iter().copied().filter(|place| corpus.reviews[*place].source == source).collect()
    };
    let rows: Vec<(&str, [Vec<usize>; 2])> =
        groups.iter().map(|(key, places)| (key.as_str(), [of(places, 0), of(places, 1)])).collect();
    let only = |source: usize| {
        let mut own = rows.iter().filter(|(_, sides)| !sides[source].is_empty());
        own.next().filter(|_| own.next().is_none())
    };
    if let (Some(a), Some(b)) = (only(0), only(1))
        && a.0 != b.0
    {
        return compare(
            corpus,
            by,
            vec![Sides { key: None, a: (a.0, a.1[0].clone()), b: (b.0, b.1[1].clone()) }],
            resamples,
        );
    }
    let all: Vec<usize> = (0..corpus.reviews.len()).collect();
    let whole = Sides { key: None, a: (first, of(&all, 0)), b: (second, of(&all, 1)) };
    let mut sides = vec![whole];
    sides.extend(
        rows.into_iter().filter(|(_, [a, b])| !a.is_empty() && !b.is_empty()).map(|(key, [a, b])| Sides {
            key: Some(key),
            a: (first, a),
            b: (second, b),
        }),
    );
    compare(corpus, by, sides, resamples)
}

/// Between the rows at these places of `groups`.
pub(super) fn rows(
    corpus: &Corpus,
    by: By,
    groups: &Groups,
    pairs: &[(usize, usize)],
    resamples: usize,
) -> Vec<Difference> {
    let side = |row: usize| (groups[row].0.as_str(), groups[row].1.clone());
    let sides = pairs.iter().map(|&(a, b)| Sides { key: None, a: side(a), b: side(b) });
    compare(corpus, by, sides.collect(), resamples)
}

fn compare(corpus: &Corpus, by: By, sides: Vec<Sides>, resamples: usize) -> Vec<Difference> {
    let mut found: Vec<Difference> =
        sides.par_iter().filter_map(|sides| difference(corpus, by, sides, resamples)).collect();
    let adjusted = benjamini_hochberg(&found.iter().map(|one| one.p).collect::<Vec<_>>());
    for (one, p) in found.iter_mut().zip(adjusted) {
        one.p = round(one.p);
        one.p_adjusted = round(p);
    }
    found
}

fn difference(corpus: &Corpus, by: By, sides: &Sides, resamples: usize) -> Option<Difference> {
    let scores = |places: &[usize]| places.iter().map(|p| corpus.reviews[*p].score).collect::<Vec<f64>>();
    let (a, b) = (scores(&sides.a.1), scores(&sides.b.1));
    let pairs = pairs(corpus, by, sides);
    let seed = seed(&format!("{}\n{}\n{}", sides.key.unwrap_or(""), sides.a.0, sides.b.0));
    let paired = pairs.len() >= PAIRS;
    let (difference, interval, p) = if paired {
        (mean(&pairs)?, mean_interval(&pairs, resamples, seed), sign_flip(&pairs, seed)?)
    } else {
        (mean(&a)? - mean(&b)?, difference_interval(&a, &b, resamples, seed), relabel(&a, &b, seed)?)
    };
    Some(Difference {
        key: sides.key.map(str::to_owned),
        a: sides.a.0.to_owned(),
        b: sides.b.0.to_owned(),
        difference: round(difference),
        interval: interval.map(|interval| interval.map(round)),
        pairs: pairs.len(),
        paired,
        p,
        p_adjusted: p,
    })
}

/// Mean of the first side less mean of the second, for each critic (or film) with reviews on both.
fn pairs(corpus: &Corpus, by: By, sides: &Sides) -> Vec<f64> {
    let unit = |review: &Review| if by == By::Film { review.critic } else { review.film };
    let mut units = BTreeMap::<u32, [(f64, f64); 2]>::new();
    for (side, places) in [&sides.a.1, &sides.b.1].into_iter().enumerate() {
        for review in places.iter().map(|place| &corpus.reviews[*place]) {
            if let Some(unit) = unit(review) {
                let sum = &mut units.entry(unit).or_default()[side];
                *sum = (sum.0 + review.score, sum.1 + 1.0);
            }
        }
    }
    units.values().filter(|[a, b]| a.1 > 0.0 && b.1 > 0.0).map(|[a, b]| a.0 / a.1 - b.0 / b.1).collect()
}
