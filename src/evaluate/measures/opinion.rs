//! Judging or telling.

use crate::analysis::Analysis;
use crate::evaluate::calibration::{Calibration, Confidences};
use crate::evaluate::classes::{Classes, Confusion};
use crate::evaluate::labelled::Label;
use crate::evaluate::scores::{Figure, Measure};

/// `subjective` or `objective` beside `opinion_share`: a text judges where more than half of its words do.
pub(in crate::evaluate) struct Opinions {
    classes: Classes,
    confidences: Confidences,
    texts: usize,
}

impl Measure for Opinions {
    /// Whether the text judges, and the share of it that does.
    type Pair = (bool, f64);

    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair> {
        let Label::Opinion(judges) = label else { return None };
        Some((*judges, analysis.tone.opinion_share))
    }

    fn new(pairs: Vec<Self::Pair>) -> Self {
        let mut classes = Classes::new(&["objective", "subjective"]);
        let mut confidences = Confidences::default();
        for (text, (judges, share)) in pairs.iter().enumerate() {
            let said = *share > 0.5;
            classes.add(text, usize::from(*judges), usize::from(said));
            confidences.add(text, share.max(1.0 - share), said == *judges);
        }
        Opinions { classes, confidences, texts: pairs.len() }
    }

    fn figures(&self, weights: &[f64]) -> Vec<Figure> {
        let over = self.classes.over(weights);
        vec![
            Figure::new("accuracy", self.classes.accuracy(weights), over),
            Figure::new("macro-F1", self.classes.macro_f1(weights), over),
            Figure::new("calibration error", self.confidences.ece(weights), over),
        ]
    }

    fn confusion(&self) -> Option<Confusion> {
        Some(self.classes.confusion())
    }

    fn calibration(&self) -> Option<Calibration> {
        Some(self.confidences.calibration(self.texts))
    }
}
