//! What speaks for a candidate, and how much.

use super::candidates::Candidate;
use crate::analysis::Frequencies;

/// Number of features.
pub(super) const FEATURES: usize = 13;

/// A candidate's features, in the order of [`Weights`]' fields.
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

/// Fitted on the abstracts of Inspec's training part, with the reader's labels of key phrases.
pub(super) const LABELLED: Model = Model {
    weights: [
        ("logit of the probability that the reader labels it somewhere", 0.40),
        ("cosine of its vector and the review's", 0.0),
        ("cosine of its vector and its first sentence's", 2.0),
        ("ln(1 + 20 · place of its first occurrence, 0 to 1)", -0.14),
        ("ln of the number of sentences with it", 0.0),
        ("mean idf of its words", 0.15),
        ("has one word", -1.45),
        ("has two words", 0.34),
        ("has three words", 0.89),
        ("has four words", 0.61),
        ("share of occurrences with a boundary before", 1.22),
        ("share of occurrences with a boundary after", 1.46),
        ("has a stop word inside", -1.26),
    ],
    bias: -4.4,
};

/// The same without labels.
pub(super) const UNLABELLED: Model = Model {
    weights: [
        ("no label", 0.0),
        ("cosine of its vector and the review's", 0.0),
        ("cosine of its vector and its first sentence's", 1.9),
        ("ln(1 + 20 · place of its first occurrence, 0 to 1)", -0.2),
        ("ln of the number of sentences with it", 0.8),
        ("mean idf of its words", 0.3),
        ("has one word", -0.86),
        ("has two words", 0.67),
        ("has three words", 0.70),
        ("has four words", -0.04),
        ("share of occurrences with a boundary before", 1.23),
        ("share of occurrences with a boundary after", 1.49),
        ("has a stop word inside", -2.0),
    ],
    bias: -7.7,
};

impl Model {
    /// Log-odds.
    pub(super) fn score(&self, features: &Features) -> f32 {
        self.bias + self.weights.iter().zip(features).map(|((_, weight), value)| weight * value).sum::<f32>()
    }
}

/// The features that need no vector; the others are 0. `words` is the review's number of words.
pub(super) fn features(candidate: &Candidate, words: usize, frequencies: &Frequencies) -> Features {
    let occurrences = &candidate.occurrences;
    let count = occurrences.len().max(1) as f32;
    let first = occurrences.first().map_or(0, |occurrence| occurrence.position) as f32 / words.max(1) as f32;
    let bounded =
        |side: usize| occurrences.iter().filter(|occurrence| occurrence.bounded[side]).count() as f32 / count;
    let idf: Vec<f32> = candidate.words.iter().map(|word| frequencies.idf(word)).collect();
    let flag = |length: usize| f32::from(u8::from(candidate.length == length));
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
