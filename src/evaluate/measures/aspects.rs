//! Aspects: what a text judges, and which way.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analysis;
use crate::evaluate::classes::{Classes, Confusion};
use crate::evaluate::labelled::{Label, Polarity};
use crate::evaluate::retrieval::Retrieval;
use crate::evaluate::scores::{Figure, Measure};

/// Least distance of a score from 0 that is not neutral where three classes are told apart.
const NEUTRAL: f64 = 0.15;

/// Labelled aspects beside `aspects`, and the tones of those that were found rightly beside the signs of their scores.
pub(in crate::evaluate) struct Aspects {
    retrieval: Retrieval,
    two: Classes,
    three: Classes,
}

impl Measure for Aspects {
    /// Aspects that are wanted, with their tone, and aspects that were found, with their score.
    type Pair = (BTreeMap<String, Polarity>, BTreeMap<String, f64>);

    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair> {
        let Label::Aspects(wanted) = label else { return None };
        let found = analysis.aspects.iter().map(|a| (a.aspect.clone(), a.score)).collect();
        Some((wanted.clone(), found))
    }

    fn new(pairs: Vec<Self::Pair>) -> Self {
        let mut retrieval = Retrieval::default();
        let mut two = Classes::new(&["negative", "positive"]);
        let mut three = Classes::new(&["negative", "neutral", "positive"]);
        for (text, (wanted, found)) in pairs.iter().enumerate() {
            let aspects: BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
            for aspect in aspects {
                let (label, score) = (wanted.get(aspect), found.get(aspect));
                retrieval.add(text, aspect, score.is_some(), label.is_some());
                let (Some(label), Some(score)) = (label, score) else { continue };
                if *label != Polarity::Neutral {
                    two.add(text, usize::from(*label == Polarity::Positive), usize::from(*score > 0.0));
                }
                three.add(text, *label as usize, Polarity::of(*score, NEUTRAL) as usize);
            }
        }
        Aspects { retrieval, two, three }
    }

    fn figures(&self, weights: &[f64]) -> Vec<Figure> {
        let (two, three) = (&self.two, &self.three);
        let mut figures = self.retrieval.figures("aspect", weights);
        figures.extend([
            Figure::new("tone accuracy, 2 classes", two.accuracy(weights), two.over(weights)),
            Figure::new("tone accuracy, 3 classes", three.accuracy(weights), three.over(weights)),
            Figure::new("tone macro-F1, 3 classes", three.macro_f1(weights), three.over(weights)),
        ]);
        figures
    }

    fn confusion(&self) -> Option<Confusion> {
        Some(self.three.confusion())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        let wanted = |pairs: &[(&str, Polarity)]| pairs.iter().map(|(a, p)| (a.to_string(), *p)).collect();
        let found = |pairs: &[(&str, f64)]| pairs.iter().map(|(a, s)| (a.to_string(), *s)).collect();
        let aspects = Aspects::new(vec![
            (
                wanted(&[("acting", Polarity::Positive), ("music", Polarity::Negative)]),
                found(&[("acting", 0.6)]),
            ),
            (
                wanted(&[("music", Polarity::Neutral), ("pacing", Polarity::Negative)]),
                found(&[("acting", -0.4), ("music", 0.1), ("pacing", -0.1)]),
            ),
        ]);
        let figures: BTreeMap<String, f64> =
            aspects.figures(&[1.0; 2]).into_iter().map(|f| (f.name, f.value)).collect();
        assert_eq!(figures["aspect precision"], 0.75);
        assert_eq!(figures["aspect recall"], 0.75);
        assert_eq!(figures["aspect F1, music"], 2.0 / 3.0);
        assert_eq!(figures["tone accuracy, 2 classes"], 1.0);
        assert_eq!(figures["tone accuracy, 3 classes"], 2.0 / 3.0);
        assert_eq!(aspects.confusion().unwrap().counts, [[0, 1, 0], [0, 1, 0], [0, 0, 1]]);
    }
}
