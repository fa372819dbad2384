//! What speaks for a candidate, and how much.

use super::candidates::Candidate;
use crate::analysis::Frequencies;
use crate::reader::Reading;

/// Number of features.
pub(super) const FEATURES: usize = 14;

/// A candidate's features, in the order of a [`Model`]'s weights.
pub(super) type Features = [f32; FEATURES];

/// Position of the cosine of a candidate's vector and the review's.
pub(super) const CENTRALITY: usize = 1;
/// Position of the cosine of a candidate's vector and that of the sentence where it first stands.
pub(super) const FIT: usize = 2;

/// Probabilities are kept this far from 0 and 1 before their log-odds are taken.
const FLOOR: f32 = 1e-4;

/// A logistic model of "an annotator would pick it": one weight a feature.
pub(super) struct Model {
    weights: [(&'static str, f32); FEATURES],
    bias: f32,
}

/// Fitted on the abstracts of Inspec's training part (logistic regression on whether annotators picked the
/// candidate), with the reader's labels of key phrases. Three weights are set for reviews, at little cost there: likeness
/// to the review and opinion are raised, so that what the verdict rests on comes before the props of the plot, and
/// single words are held back less, since a review's themes often are (`legacy`, `grief`).
pub(super) const LABELLED: Model = Model {
    weights: [
        ("log-odds that the reader labels it somewhere", 0.49),
        ("cosine of its vector and the review's", 1.1),
        ("cosine of its vector and its first sentence's", 1.1),
        ("ln(1 + 20 · place of its first occurrence, 0 to 1)", -0.1),
        ("ln of the number of sentences with it", 0.0),
        ("mean idf of its words", 0.1),
        ("has one word", -0.3),
        ("has two words", 0.27),
        ("has three words", 0.82),
        ("has four words", 0.76),
        ("share of occurrences with a boundary before", 0.7),
        ("share of occurrences with a boundary after", 1.59),
        ("has a stop word inside", -0.66),
        ("highest opinion of a sentence with it", 1.5),
    ],
    bias: -4.5,
};

/// The same without labels.
pub(super) const UNLABELLED: Model = Model {
    weights: [
        ("no label", 0.0),
        ("cosine of its vector and the review's", 1.0),
        ("cosine of its vector and its first sentence's", 0.0),
        ("ln(1 + 20 · place of its first occurrence, 0 to 1)", -0.25),
        ("ln of the number of sentences with it", 0.73),
        ("mean idf of its words", 0.3),
        ("has one word", -0.9),
        ("has two words", 0.63),
        ("has three words", 0.82),
        ("has four words", 0.4),
        ("share of occurrences with a boundary before", 1.21),
        ("share of occurrences with a boundary after", 1.55),
        ("has a stop word inside", -2.27),
        ("highest opinion of a sentence with it", 1.0),
    ],
    bias: -6.5,
};

impl Model {
    /// Log-odds.
    pub(super) fn score(&self, features: &Features) -> f32 {
        self.bias + self.weights.iter().zip(features).map(|((_, weight), value)| weight * value).sum::<f32>()
    }
}

/// The features that need no vector; the others are 0. `words` is the review's number of words.
pub(super) fn features(
    candidate: &Candidate,
    readings: &[Reading],
    words: usize,
    frequencies: &Frequencies,
) -> Features {
    let occurrences = &candidate.occurrences;
    let count = occurrences.len().max(1) as f32;
    let first = occurrences.first().map_or(0, |occurrence| occurrence.position) as f32 / words.max(1) as f32;
    let bounded =
        |side: usize| occurrences.iter().filter(|occurrence| occurrence.bounded[side]).count() as f32 / count;
    let idf: Vec<f32> = candidate.words.iter().map(|word| frequencies.idf(word)).collect();
    let flag = |length: usize| f32::from(u8::from(candidate.length == length));
    let opinion = occurrences
        .iter()
        .filter_map(|occurrence| readings.get(occurrence.sentence))
        .map(|reading| reading.opinion)
        .fold(0.0, f32::max);
    let weak = occurrences.iter().any(|occurrence| occurrence.weak);
    [
        labelled(candidate),
        0.0,
        0.0,
        (1.0 + 20.0 * first).ln(),
        (sentences(candidate) as f32).ln(),
        idf.iter().sum::<f32>() / idf.len().max(1) as f32,
        flag(1),
        flag(2),
        flag(3),
        flag(4),
        bounded(0),
        bounded(1),
        f32::from(u8::from(weak)),
        opinion,
    ]
}

/// Log-odds of the probability that at least one occurrence is labelled; 0 without labels.
fn labelled(candidate: &Candidate) -> f32 {
    let labels = || candidate.occurrences.iter().filter_map(|occurrence| occurrence.probability);
    if labels().next().is_none() {
        return 0.0;
    }
    let none: f32 = labels().map(|probability| 1.0 - probability.exp().min(0.999)).product();
    ((1.0 - none + FLOOR) / (none + FLOOR)).ln()
}

/// Number of sentences with the candidate.
fn sentences(candidate: &Candidate) -> usize {
    let mut sentences: Vec<usize> =
        candidate.occurrences.iter().map(|occurrence| occurrence.sentence).collect();
    sentences.dedup();
    sentences.len()
}
