//! Five steps of tone, and the side they are on.

use crate::analysis::Analysis;
use crate::evaluate::calibration::Calibration;
use crate::evaluate::classes::{Classes, Confusion};
use crate::evaluate::labelled::{Label, STEPS};
use crate::evaluate::scores::{Figure, Measure};
use crate::evaluate::sides::{Sided, Sides};

/// Step labels beside `tone.label` and `tone.score`.
pub(in crate::evaluate) struct Tones {
    steps: Classes,
    sides: Sides,
}

impl Measure for Tones {
    /// The step said, and the label as a number beside the score.
    type Pair = (usize, Sided);

    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair> {
        let Label::Tone(step) = label else { return None };
        let tone = &analysis.tone;
        let sided = Sided { label: *step as f64, score: tone.score, confidence: tone.confidence };
        Some((tone.label as usize, sided))
    }

    fn new(pairs: Vec<Self::Pair>) -> Self {
        let mut steps = Classes::new(&STEPS);
        for (text, (said, sided)) in pairs.iter().enumerate() {
            steps.add(text, sided.label as usize, *said);
        }
        let sided: Vec<Sided> = pairs.into_iter().map(|pair| pair.1).collect();
        Tones { steps, sides: Sides::new(&sided, 0.0, 4.0) }
    }

    fn figures(&self, weights: &[f64]) -> Vec<Figure> {
        let (steps, sides, pairs) = (&self.steps, &self.sides, &self.sides.pairs);
        let (over, sided) = (steps.over(weights), sides.classes.over(weights));
        vec![
            Figure::new("accuracy, 5 classes", steps.accuracy(weights), over),
            Figure::new("macro-F1, 5 classes", steps.macro_f1(weights), over),
            Figure::new("accuracy, 2 classes", sides.classes.accuracy(weights), sided),
            Figure::new("macro-F1, 2 classes", sides.classes.macro_f1(weights), sided),
            Figure::new("calibration error, 2 classes", sides.confidences.ece(weights), sided),
            Figure::new("Pearson r of score and label", pairs.pearson(weights), over),
            Figure::new("Spearman rho of score and label", pairs.spearman(weights), over),
            Figure::new("mean absolute error in steps", pairs.mean_absolute_error(weights), over),
        ]
    }

    fn confusion(&self) -> Option<Confusion> {
        Some(self.steps.confusion())
    }

    fn calibration(&self) -> Option<Calibration> {
        Some(self.sides.calibration())
    }
}
