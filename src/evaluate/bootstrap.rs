//! Percentile bootstrap intervals (Efron 1979): how much a figure moves when the texts are drawn again.

use fastrand::Rng;
use rayon::prelude::*;

/// Every measurement draws the same resamples.
const SEED: u64 = 1979;

/// Share of resamples below an interval, and above it.
const TAIL: f64 = 0.025;

/// The 95 % interval of each figure that `values` gives for the weights of `rows` texts.
///
/// Each resample draws `rows` texts with replacement; a text's weight is how often it was drawn. A figure that a resample does
/// not define (NaN) is left out of it. `None` where no resample defines the figure.
pub(super) fn intervals(
    rows: usize,
    resamples: usize,
    values: impl Fn(&[f64]) -> Vec<f64> + Sync,
) -> Vec<Option<[f64; 2]>> {
    // Each resample has its own generator, so that threads do not change what is drawn.
    let resampled: Vec<Vec<f64>> =
        (0..resamples as u64).into_par_iter().map(|number| values(&draw(rows, number))).collect();
    let figures = resampled.first().map_or(0, Vec::len);
    (0..figures)
        .map(|figure| {
            let mut values: Vec<f64> = resampled.iter().filter_map(|r| r.get(figure).copied()).collect();
            values.retain(|value| value.is_finite());
            values.sort_by(f64::total_cmp);
            Some([quantile(&values, TAIL)?, quantile(&values, 1.0 - TAIL)?])
        })
        .collect()
}

fn draw(rows: usize, number: u64) -> Vec<f64> {
    let mut rng = Rng::with_seed(SEED.wrapping_add(number));
    let mut weights = vec![0.0; rows];
    for _ in 0..rows {
        if let Some(weight) = weights.get_mut(rng.usize(..rows)) {
            *weight += 1.0;
        }
    }
    weights
}

/// Quantile of sorted values, linear between neighbours; `None` of no values.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (*sorted.get(place.floor() as usize)?, *sorted.get(place.ceil() as usize)?);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weighted mean of 0 for even places and 1 for odd ones.
    fn share(weights: &[f64]) -> Vec<f64> {
        let odd: f64 = weights.iter().skip(1).step_by(2).sum();
        vec![odd / weights.iter().sum::<f64>()]
    }

    #[test]
    fn a_share_has_its_binomial_interval() {
        let interval = intervals(400, 2000, share)[0].unwrap();
        // 1.96 √(0.5 · 0.5 / 400)
        assert!((interval[0] - (0.5 - 0.049)).abs() < 0.006, "{interval:?}");
        assert!((interval[1] - (0.5 + 0.049)).abs() < 0.006, "{interval:?}");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(pool.install(|| intervals(400, 2000, share)[0]), Some(interval));
    }

    #[test]
    fn what_no_resample_defines_has_no_interval() {
        assert_eq!(intervals(5, 10, |_| vec![f64::NAN]), [None]);
        assert!(intervals(5, 0, share).is_empty());
        assert_eq!(intervals(1, 10, share), [Some([0.0, 0.0])]);
    }

    #[test]
    fn quantiles_by_hand() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
        assert_eq!(quantile(&[7.0], 0.025), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
