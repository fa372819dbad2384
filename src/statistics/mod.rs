//! Statistics that know nothing of reviews: numbers in, figures out.
//!
//! * [`mixed`]: a mean and two crossed random effects by restricted maximum likelihood.
//! * [`bootstrap`]: intervals by drawing again.
//! * [`log_odds`](mod@log_odds): what stands in one group more than in another.
//! * [`agreement`]: Krippendorff's α for ordered labels, and polarisation.
//! * [`permutation`]: p-values by relabelling, and their adjustment for many tests.
//! * [`pairs`]: correlations and errors of two numbers for each text.
#![forbid(unsafe_code)]

pub mod agreement;
pub mod bootstrap;
pub mod log_odds;
pub mod mixed;
pub mod pairs;
pub mod permutation;

/// Quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996); `None` of no values.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (*sorted.get(place.floor() as usize)?, *sorted.get(place.ceil() as usize)?);
    Some(below + (above - below) * place.fract())
}

/// Mean; `None` of no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Standard deviation with n − 1; `None` of fewer than two values.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
        assert_eq!(quantile(&[7.0], 0.025), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn mean_and_deviation_by_hand() {
        assert_eq!((mean(&[1.0, 2.0, 6.0]), mean(&[])), (Some(3.0), None));
        // Squares 4 + 1 + 9 over 2.
        assert_eq!((deviation(&[1.0, 2.0, 6.0]), deviation(&[1.0])), (Some(7f64.sqrt()), None));
    }
}
