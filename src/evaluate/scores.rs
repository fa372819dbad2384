//! What a measurement comes to, and what each kind of label must tell for it.

use serde::Serialize;

use super::calibration::Calibration;
use super::classes::Confusion;
use super::labelled::Label;
use crate::analysis::Analysis;
use crate::statistics::bootstrap::intervals;

/// A named figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// Its value; NaN where the labels do not define it.
    pub value: f64,
    /// How many labels (texts, spans, ...) it is over.
    pub over: usize,
    /// The 95 % percentile bootstrap interval over texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
}

impl Figure {
    /// A figure without an interval, over a number of labels that was added up from weights.
    pub(super) fn new(name: impl Into<String>, value: f64, over: f64) -> Figure {
        Figure { name: name.into(), value, over: over.round() as usize, interval: None }
    }
}

/// Everything measured of some labelled texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// Number of labelled texts.
    pub rows: usize,
    /// The figures of the task.
    pub figures: Vec<Figure>,
    /// Which label got which answer, for tasks with one of a few classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Confusion>,
    /// How often answers of a confidence are right, for tasks with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
}

/// A kind of label: what is kept of each text, and the figures over all of them.
///
/// Figures are taken with a weight for each text, in the order of the pairs. All weights 1 give the figures themselves;
/// the weights of a resample say how often it drew each text.
pub(super) trait Measure: Sized + Sync {
    /// A text's label and what the program says.
    type Pair: Send;

    /// `None` for a label of another kind.
    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair>;

    /// All pairs, in the order of the texts.
    fn new(pairs: Vec<Self::Pair>) -> Self;

    /// The same names in the same order for all weights.
    fn figures(&self, weights: &[f64]) -> Vec<Figure>;

    /// Which label got which answer.
    fn confusion(&self) -> Option<Confusion> {
        None
    }

    /// How often answers of a confidence are right.
    fn calibration(&self) -> Option<Calibration> {
        None
    }

    /// The figures of `rows` texts, with intervals from so many resamples (none for 0).
    fn scores(&self, rows: usize, resamples: usize) -> Scores {
        let mut figures = self.figures(&vec![1.0; rows]);
        let values = |weights: &[f64]| self.figures(weights).into_iter().map(|f| f.value).collect();
        for (figure, interval) in figures.iter_mut().zip(intervals(rows, resamples, values)) {
            figure.interval = interval;
        }
        Scores { rows, figures, confusion: self.confusion(), calibration: self.calibration() }
    }
}
