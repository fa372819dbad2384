//! Ratings on any scale.

use crate::analysis::Analysis;
use crate::evaluate::calibration::Calibration;
use crate::evaluate::classes::Confusion;
use crate::evaluate::labelled::Label;
use crate::evaluate::scores::{Figure, Measure};
use crate::evaluate::sides::{Sided, Sides};

/// Ratings beside `tone.score`. The scale goes from the least rating to the greatest.
pub(in crate::evaluate) struct Ratings {
    sides: Sides,
    texts: usize,
}

impl Measure for Ratings {
    type Pair = Sided;

    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair> {
        let Label::Rating(rating) = label else { return None };
        let tone = &analysis.tone;
        Some(Sided { label: *rating, score: tone.score, confidence: tone.confidence })
    }

    fn new(pairs: Vec<Self::Pair>) -> Self {
        let low = pairs.iter().map(|pair| pair.label).fold(f64::INFINITY, f64::min);
        let high = pairs.iter().map(|pair| pair.label).fold(f64::NEG_INFINITY, f64::max);
        Ratings { sides: Sides::new(&pairs, low, high), texts: pairs.len() }
    }

    fn figures(&self, weights: &[f64]) -> Vec<Figure> {
        let (sides, pairs) = (&self.sides, &self.sides.pairs);
        let (over, sided) = (self.texts as f64, sides.classes.over(weights));
        vec![
            Figure::new("accuracy of the side", sides.classes.accuracy(weights), sided),
            Figure::new("macro-F1 of the side", sides.classes.macro_f1(weights), sided),
            Figure::new("calibration error of the side", sides.confidences.ece(weights), sided),
            Figure::new("Pearson r of score and rating", pairs.pearson(weights), over),
            Figure::new("Spearman rho of score and rating", pairs.spearman(weights), over),
            Figure::new("mean absolute error", pairs.mean_absolute_error(weights), over),
            Figure::new("root mean squared error", pairs.root_mean_squared_error(weights), over),
        ]
    }

    fn confusion(&self) -> Option<Confusion> {
        Some(self.sides.confusion())
    }

    fn calibration(&self) -> Option<Calibration> {
        Some(self.sides.calibration())
    }
}
