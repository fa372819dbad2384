//! Emotions: any number of labels for a text.

use std::collections::BTreeSet;

use crate::analysis::Analysis;
use crate::evaluate::labelled::{Label, NEUTRAL};
use crate::evaluate::retrieval::{Counts, Retrieval};
use crate::evaluate::scores::{Figure, Measure};

/// Labelled emotions beside the labels of `emotions`; no emotion at all is `neutral`.
pub(in crate::evaluate) struct Emotions {
    retrieval: Retrieval,
    /// For each text, 1 where all of its labels are right.
    whole: Vec<f64>,
}

impl Measure for Emotions {
    /// Labels that are wanted and labels that were found.
    type Pair = (BTreeSet<String>, BTreeSet<String>);

    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair> {
        let Label::Emotions(wanted) = label else { return None };
        let mut found: BTreeSet<String> = analysis.emotions.iter().map(|e| e.label.clone()).collect();
        if found.is_empty() {
            found.insert(NEUTRAL.to_string());
        }
        Some((wanted.clone(), found))
    }

    fn new(pairs: Vec<Self::Pair>) -> Self {
        let mut retrieval = Retrieval::default();
        for (text, (wanted, found)) in pairs.iter().enumerate() {
            for label in wanted.union(found) {
                retrieval.add(text, label, found.contains(label), wanted.contains(label));
            }
        }
        let right = |(wanted, found): &Self::Pair| if wanted == found { 1.0 } else { 0.0 };
        Emotions { retrieval, whole: pairs.iter().map(right).collect() }
    }

    fn figures(&self, weights: &[f64]) -> Vec<Figure> {
        let (labels, all) = (self.retrieval.counts(weights), self.retrieval.total(weights));
        let texts: f64 = weights.iter().sum();
        let whole: f64 = self.whole.iter().zip(weights).map(|(right, weight)| right * weight).sum();
        let mut figures = vec![
            Figure::new("macro-F1", Counts::macro_f1(&labels), all.wanted),
            Figure::new("micro-F1", all.f1(), all.wanted),
            Figure::new("accuracy of all labels of a text", whole / texts, texts),
        ];
        figures.extend(
            self.retrieval
                .kinds()
                .zip(labels)
                .map(|(label, counts)| Figure::new(format!("F1, {label}"), counts.f1(), counts.wanted)),
        );
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        let set = |labels: &[&str]| labels.iter().map(|label| label.to_string()).collect::<BTreeSet<_>>();
        let emotions = Emotions::new(vec![
            (set(&["joy"]), set(&["joy"])),
            (set(&["joy", "love"]), set(&["joy"])),
            (set(&["neutral"]), set(&["anger"])),
        ]);
        let figures: Vec<(String, f64, usize)> =
            emotions.figures(&[1.0; 3]).into_iter().map(|f| (f.name, f.value, f.over)).collect();
        // joy 1, love, neutral and anger 0.
        assert_eq!(figures[0], ("macro-F1".to_string(), 0.25, 4));
        assert_eq!(figures[1], ("micro-F1".to_string(), 4.0 / 7.0, 4));
        assert_eq!(figures[2].1, 1.0 / 3.0);
        assert_eq!(figures[4], ("F1, joy".to_string(), 1.0, 2));
    }
}
