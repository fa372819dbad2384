//! Whether answers are right as often as their confidence says.

use serde::Serialize;

/// Bins of equal width from 0 to 1.
const BINS: usize = 10;

/// Expected calibration error and the reliability table that it sums up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Mean distance, 0 to 1, of a bin's accuracy from its mean confidence, each bin weighed by its answers (Naeini et
    /// al. 2015, Guo et al. 2017).
    pub ece: f64,
    /// Lowest confidence first; bins without answers are left out.
    pub bins: Vec<Bin>,
}

/// Answers of about the same confidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Least confidence.
    pub from: f64,
    /// The confidence that is too high for it; the last bin holds 1 too.
    pub to: f64,
    /// Number of answers.
    pub count: usize,
    /// Mean confidence, 0 to 1.
    pub confidence: f64,
    /// Share of right answers, 0 to 1.
    pub accuracy: f64,
}

/// Confidences and whether they were justified.
#[derive(Debug, Default)]
pub(super) struct Confidences {
    answers: Vec<(usize, f64, bool)>,
}

/// Sums of one bin.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: f64,
    confidence: f64,
    right: f64,
}

impl Confidences {
    /// Adds an answer about the text of this number.
    pub(super) fn add(&mut self, text: usize, confidence: f64, right: bool) {
        self.answers.push((text, confidence.clamp(0.0, 1.0), right));
    }

    fn bins(&self, weights: &[f64]) -> [Sums; BINS] {
        let mut bins = [Sums::default(); BINS];
        for (text, confidence, right) in &self.answers {
            let weight = weights.get(*text).copied().unwrap_or(0.0);
            let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
            bin.count += weight;
            bin.confidence += weight * confidence;
            bin.right += if *right { weight } else { 0.0 };
        }
        bins
    }

    /// Expected calibration error, 0 to 1.
    ///
    /// Chance alone keeps it above 0, the more so in resamples: its interval lies a little high.
    pub(super) fn ece(&self, weights: &[f64]) -> f64 {
        let bins = self.bins(weights);
        let gaps: f64 = bins.iter().map(|bin| (bin.right - bin.confidence).abs()).sum();
        gaps / bins.iter().map(|bin| bin.count).sum::<f64>()
    }

    /// The table over all texts, each counted once, of which there are `texts`.
    pub(super) fn calibration(&self, texts: usize) -> Calibration {
        let weights = vec![1.0; texts];
        let edge = |bin: usize| bin as f64 / BINS as f64;
        let bins = self.bins(&weights).into_iter().enumerate().filter(|(_, sums)| sums.count > 0.0);
        let bins = bins.map(|(bin, sums)| Bin {
            from: edge(bin),
            to: edge(bin + 1),
            count: sums.count as usize,
            confidence: sums.confidence / sums.count,
            accuracy: sums.right / sums.count,
        });
        Calibration { ece: self.ece(&weights), bins: bins.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_and_error_by_hand() {
        let mut confidences = Confidences::default();
        for (text, confidence, right) in [(0, 0.62, true), (1, 0.68, false), (2, 0.95, true), (3, 1.0, true)]
        {
            confidences.add(text, confidence, right);
        }
        let calibration = confidences.calibration(4);
        let counts: Vec<_> = calibration.bins.iter().map(|bin| (bin.from, bin.count, bin.accuracy)).collect();
        assert_eq!(counts, [(0.6, 2, 0.5), (0.9, 2, 1.0)]);
        // Half of the answers are off by |0.65 − 0.5|, half by |0.975 − 1|.
        assert!((calibration.ece - (0.15 + 0.025) / 2.0).abs() < 1e-12);
        assert!((confidences.ece(&[0.0, 0.0, 0.0, 2.0]) - 0.0).abs() < 1e-12);
    }
}
