//! Two numbers for each text: correlations and errors.

/// Labels and answers, one pair for each text.
#[derive(Debug)]
pub struct Pairs {
    labels: Column,
    answers: Column,
}

/// Numbers, and their places in rising order, equal numbers together.
#[derive(Debug)]
struct Column {
    values: Vec<f64>,
    ties: Vec<Vec<usize>>,
}

impl Column {
    fn new(values: Vec<f64>) -> Column {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let ties = order.chunk_by(|&a, &b| values[a] == values[b]).map(<[usize]>::to_vec).collect();
        Column { values, ties }
    }

    /// Ranks of texts that stand as often as their weights say; equal numbers share their mean rank.
    fn ranks(&self, weights: &[f64]) -> Vec<f64> {
        let mut ranks = vec![0.0; self.values.len()];
        let mut below = 0.0;
        for tie in &self.ties {
            let here: f64 = tie.iter().map(|&text| weights[text]).sum();
            tie.iter().for_each(|&text| ranks[text] = below + (here + 1.0) / 2.0);
            below += here;
        }
        ranks
    }
}

impl Pairs {
    /// Pairs of (label, answer) in the order of the texts.
    pub fn new(pairs: &[(f64, f64)]) -> Pairs {
        Pairs {
            labels: Column::new(pairs.iter().map(|pair| pair.0).collect()),
            answers: Column::new(pairs.iter().map(|pair| pair.1).collect()),
        }
    }

    /// Product-moment correlation; NaN where one side does not vary. `weights` has one for each pair.
    pub fn pearson(&self, weights: &[f64]) -> f64 {
        pearson(&self.labels.values, &self.answers.values, weights)
    }

    /// Rank correlation: Pearson's of the ranks.
    pub fn spearman(&self, weights: &[f64]) -> f64 {
        pearson(&self.labels.ranks(weights), &self.answers.ranks(weights), weights)
    }

    /// Mean distance of answer and label.
    pub fn mean_absolute_error(&self, weights: &[f64]) -> f64 {
        self.mean(weights, f64::abs)
    }

    /// Root of the mean squared distance.
    pub fn root_mean_squared_error(&self, weights: &[f64]) -> f64 {
        self.mean(weights, |distance| distance * distance).sqrt()
    }

    fn mean(&self, weights: &[f64], of: impl Fn(f64) -> f64) -> f64 {
        let distances = self.labels.values.iter().zip(&self.answers.values).map(|(label, said)| label - said);
        let sum: f64 = distances.zip(weights).map(|(distance, weight)| weight * of(distance)).sum();
        sum / weights.iter().sum::<f64>()
    }
}

fn pearson(xs: &[f64], ys: &[f64], weights: &[f64]) -> f64 {
    let n: f64 = weights.iter().sum();
    let mean = |values: &[f64]| values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / n;
    let (mx, my) = (mean(xs), mean(ys));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for ((x, y), weight) in xs.iter().zip(ys).zip(weights) {
        xy += weight * (x - mx) * (y - my);
        xx += weight * (x - mx).powi(2);
        yy += weight * (y - my).powi(2);
    }
    xy / (xx * yy).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn correlations_and_errors_by_hand() {
        let pairs = Pairs::new(&[(1.0, 2.0), (2.0, 2.0), (10.0, 4.0)]);
        let ones = [1.0; 3];
        assert!((pairs.pearson(&ones) - 0.994_849).abs() < 1e-6);
        // Ranks 1, 2, 3 and 1.5, 1.5, 3.
        assert!((pairs.spearman(&ones) - 0.866_025).abs() < 1e-6);
        assert!((pairs.mean_absolute_error(&ones) - 7.0 / 3.0).abs() < 1e-12);
        assert!((pairs.root_mean_squared_error(&ones) - (37.0f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!(Pairs::new(&[(1.0, 2.0), (1.0, 3.0)]).pearson(&[1.0; 2]).is_nan());
    }

    proptest! {
        #[test]
        fn a_weight_is_a_repetition(rows in prop::collection::vec((0..6i32, 0..6i32, 0..4usize), 1..30)) {
            let pairs: Vec<(f64, f64)> = rows.iter().map(|r| (f64::from(r.0), f64::from(r.1))).collect();
            let weights: Vec<f64> = rows.iter().map(|r| r.2 as f64).collect();
            let repeated: Vec<(f64, f64)> = rows.iter().zip(&pairs).flat_map(|(r, pair)| vec![*pair; r.2]).collect();
            let (weighed, plain) = (Pairs::new(&pairs), Pairs::new(&repeated));
            let ones = vec![1.0; repeated.len()];
            for (one, other) in [
                (weighed.pearson(&weights), plain.pearson(&ones)),
                (weighed.spearman(&weights), plain.spearman(&ones)),
                (weighed.mean_absolute_error(&weights), plain.mean_absolute_error(&ones)),
            ] {
                prop_assert!((one - other).abs() < 1e-9 || (one.is_nan() && other.is_nan()), "{} {}", one, other);
            }
        }
    }
}
