//! Numbers on a scale against scores from −1 to 1: which side, how sure, how near.

use super::calibration::{Calibration, Confidences};
use super::classes::{Classes, Confusion};
use crate::statistics::pairs::Pairs;

/// A label on a scale and what the program says of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sided {
    /// Rises with favour.
    pub(super) label: f64,
    /// −1 to 1.
    pub(super) score: f64,
    /// 0 to 1: how sure the program is of the side.
    pub(super) confidence: f64,
}

/// Labels and scores of many texts.
#[derive(Debug)]
pub(super) struct Sides {
    /// Above or below the middle of the scale, labels on the middle left out.
    pub(super) classes: Classes,
    /// Of the same texts: confidence of the side, and whether it is right.
    pub(super) confidences: Confidences,
    /// Labels, and scores laid linearly over the scale, −1 at its low end and 1 at its high end.
    pub(super) pairs: Pairs,
    texts: usize,
}

impl Sides {
    /// Labels on a scale from `low` to `high`.
    pub(super) fn new(texts: &[Sided], low: f64, high: f64) -> Sides {
        let middle = (low + high) / 2.0;
        let mut classes = Classes::new(&["negative", "positive"]);
        let mut confidences = Confidences::default();
        for (text, sided) in texts.iter().enumerate().filter(|(_, sided)| sided.label != middle) {
            let (label, said) = (sided.label > middle, sided.score > 0.0);
            classes.add(text, usize::from(label), usize::from(said));
            confidences.add(text, sided.confidence, label == said);
        }
        let laid = |sided: &Sided| (sided.label, low + (sided.score + 1.0) / 2.0 * (high - low));
        let pairs = Pairs::new(&texts.iter().map(laid).collect::<Vec<_>>());
        Sides { classes, confidences, pairs, texts: texts.len() }
    }

    /// Counts of sides.
    pub(super) fn confusion(&self) -> Confusion {
        self.classes.confusion()
    }

    /// How often sides of a confidence are right.
    pub(super) fn calibration(&self) -> Calibration {
        self.confidences.calibration(self.texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_has_no_side_but_counts_for_the_rest() {
        let texts = [(1.0, -0.5), (3.0, 0.9), (5.0, -0.2), (4.0, 0.6)].map(|(label, score)| Sided {
            label,
            score,
            confidence: 0.8,
        });
        let sides = Sides::new(&texts, 1.0, 5.0);
        let ones = [1.0; 4];
        assert_eq!(sides.confusion().counts, [[1, 0], [1, 1]]);
        assert_eq!(sides.classes.accuracy(&ones), 2.0 / 3.0);
        // Laid over the scale: 2, 4.8, 2.6, 4.2.
        assert!((sides.pairs.mean_absolute_error(&ones) - (1.0 + 1.8 + 2.4 + 0.2) / 4.0).abs() < 1e-12);
        assert_eq!(sides.calibration().bins[0].count, 3);
    }
}
