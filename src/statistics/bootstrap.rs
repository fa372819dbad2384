//! Percentile bootstrap intervals (Efron 1979): how much a figure moves when the texts are drawn again.

use fastrand::Rng;
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::quantile;

/// Every measurement draws the same resamples.
const SEED: u64 = 1979;

/// Share of resamples below an interval, and above it.
const TAIL: f64 = 0.025;

/// The 95 % interval of each figure that `values` gives for the weights of `rows` texts.
///
/// Each resample draws `rows` texts with replacement; a text's weight is how often it was drawn. A figure that a resample does
/// not define (NaN) is left out of it. `None` where no resample defines the figure.
pub fn intervals(
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

/// The 95 % interval of a mean, by `resamples` resamples of the values, wide enough for few values.
///
/// The percentile interval of few values is too narrow: a resample's spread is short by (n − 1) / n, and the normal
/// distribution stands for Student's t. Its levels are therefore moved outwards: Φ(−√(n / (n − 1)) t), the expanded
/// percentile interval of Hesterberg 2015 ("What Teachers Should Know About the Bootstrap"). `seed` makes
/// it repeatable. `None` of fewer than two values.
pub fn mean_interval(values: &[f64], resamples: usize, seed: u64) -> Option<[f64; 2]> {
    let n = values.len();
    let mut rng = Rng::with_seed(seed);
    let mut means: Vec<f64> = (0..if n < 2 { 0 } else { resamples })
        .map(|_| (0..n).map(|_| values[rng.usize(..n)]).sum::<f64>() / n as f64)
        .collect();
    means.sort_by(f64::total_cmp);
    let tail = expanded_tail(n)?;
    Some([quantile(&means, tail)?, quantile(&means, 1.0 - tail)?])
}

/// The same of the difference of two means, `a` less `b`, each drawn from its own values; as wide as the fewer need.
pub fn difference_interval(a: &[f64], b: &[f64], resamples: usize, seed: u64) -> Option<[f64; 2]> {
    let tail = expanded_tail(a.len().min(b.len()))?;
    let mut rng = Rng::with_seed(seed);
    let mut drawn = |values: &[f64]| {
        let n = values.len();
        (0..n).map(|_| values[rng.usize(..n)]).sum::<f64>() / n as f64
    };
    let mut means: Vec<f64> = (0..resamples).map(|_| drawn(a) - drawn(b)).collect();
    means.sort_by(f64::total_cmp);
    Some([quantile(&means, tail)?, quantile(&means, 1.0 - tail)?])
}

/// Share of resamples below the expanded percentile interval of `n` values.
fn expanded_tail(n: usize) -> Option<f64> {
    let freedom = n.checked_sub(1).filter(|&freedom| freedom > 0)? as f64;
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(1.0 - TAIL);
    Some(Normal::standard().cdf(-t * (n as f64 / freedom).sqrt()))
}

/// A seed that depends on a key alone, so that a row's interval does not depend on other rows (FNV-1a).
pub fn seed(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    fn few_values_get_a_wider_interval() {
        // R: pnorm(-sqrt(n / (n - 1)) * qt(0.975, n - 1)) for n = 5, 30, 1000.
        for (n, tail) in [(5, 0.000_955_4), (30, 0.018_757), (1000, 0.024_803)] {
            let found = expanded_tail(n).unwrap();
            assert!((found / tail - 1.0).abs() < 2e-3, "{n}: {found}");
        }
        assert_eq!((mean_interval(&[0.5], 100, 1), mean_interval(&[], 100, 1)), (None, None));
        // Two values: the three means that can be drawn.
        assert_eq!(mean_interval(&[0.0, 1.0], 200, 1), Some([0.0, 1.0]));
    }

    #[test]
    fn a_mean_has_its_interval_whatever_is_drawn_beside_it() {
        let values: Vec<f64> = (0..400).map(|place| f64::from(place % 2)).collect();
        let interval = mean_interval(&values, 2000, seed("Heron")).unwrap();
        assert!((interval[0] - 0.451).abs() < 0.006 && (interval[1] - 0.549).abs() < 0.006, "{interval:?}");
        assert_eq!(mean_interval(&values, 2000, seed("Heron")), Some(interval));
        assert_ne!(mean_interval(&values, 2000, seed("Tern")), Some(interval));
    }

    proptest! {
        #[test]
        fn the_interval_lies_within_the_values(values in prop::collection::vec(-1f64..1.0, 2..40)) {
            let [low, high] = mean_interval(&values, 200, 7).unwrap();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least - 1e-12 <= low && low <= high && high <= most + 1e-12);
        }
    }
}
