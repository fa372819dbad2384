//! Key phrases, compared word stem by word stem; symbols such as hyphens do not count.

use std::collections::HashSet;

use rust_stemmers::{Algorithm, Stemmer};

use crate::analysis::Analysis;
use crate::evaluate::labelled::Label;
use crate::evaluate::scores::{Figure, Measure};
use crate::text::words;

/// Keyphrases that count.
const FIRST: usize = 10;

/// Labelled phrases beside the first ten of `keyphrases`: the mean of each text's figures.
pub(in crate::evaluate) struct Keyphrases {
    texts: Vec<[f64; 3]>,
}

impl Measure for Keyphrases {
    /// Precision, recall and F1 of a text.
    type Pair = [f64; 3];

    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair> {
        let Label::Keyphrases(wanted) = label else { return None };
        let found = analysis.keyphrases.iter().take(FIRST).map(|k| k.text.as_str());
        Some(compare(wanted.iter().map(String::as_str), found))
    }

    fn new(texts: Vec<Self::Pair>) -> Self {
        Keyphrases { texts }
    }

    fn figures(&self, weights: &[f64]) -> Vec<Figure> {
        let over: f64 = weights.iter().sum();
        let mut sums = [0.0; 3];
        for (text, weight) in self.texts.iter().zip(weights) {
            sums.iter_mut().zip(text).for_each(|(sum, value)| *sum += weight * value);
        }
        let names = ["precision@10", "recall@10", "F1@10"];
        names.iter().zip(sums).map(|(name, sum)| Figure::new(*name, sum / over, over)).collect()
    }
}

fn compare<'a>(wanted: impl Iterator<Item = &'a str>, found: impl Iterator<Item = &'a str>) -> [f64; 3] {
    let stemmer = Stemmer::create(Algorithm::English);
    let stem = |phrase: &str| {
        let stems: Vec<String> = words(phrase)
            .into_iter()
            .filter(|w| phrase[w.range.clone()].chars().any(char::is_alphanumeric))
            .map(|w| stemmer.stem(&phrase[w.range].to_lowercase()).into_owned())
            .collect();
        stems.join(" ")
    };
    let wanted: HashSet<String> = wanted.map(stem).collect();
    let found: HashSet<String> = found.map(stem).collect();
    let right = found.intersection(&wanted).count() as f64;
    let precision = right / found.len().max(1) as f64;
    let recall = right / wanted.len().max(1) as f64;
    let f1 = if right > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    [precision, recall, f1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_decide() {
        let found = compare(["Quiet film", "x", "y"].into_iter(), ["quiet films", "sound"].into_iter());
        assert_eq!((found[0], found[1]), (0.5, 1.0 / 3.0));
        assert!((found[2] - 0.4).abs() < 1e-12);
        assert_eq!(compare(["far-off films"].into_iter(), ["far off film"].into_iter())[2], 1.0);
        assert_eq!(compare([].into_iter(), [].into_iter()), [0.0; 3]);
        let keyphrases = Keyphrases::new(vec![found, [0.0; 3]]);
        assert_eq!(keyphrases.figures(&[1.0; 2])[0].value, 0.25);
        assert_eq!(keyphrases.figures(&[2.0, 0.0])[0].value, 0.5);
    }
}
