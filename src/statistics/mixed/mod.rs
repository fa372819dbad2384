//! A mean and two crossed random effects: y = mean + a + b + residual.
//!
//! Levels of a factor (films, say) have normal effects of one variance, so that what is known of a level with few values is
//! drawn towards the mean (Henderson 1975, "Best linear unbiased estimation and prediction under a selection
//! model"; Searle, Casella and McCulloch 1992, "Variance Components"). Two ways lead to a [`Fit`]:
//!
//! * **REML** (Patterson and Thompson 1971), exact: the criterion is profiled over mean and residual variance as in Bates et al.
//!   2015 ("Fitting linear mixed-effects models using lme4"), and minimised over the ratios of the standard deviations. Of the mixed-model
//!   equations the factor with more levels is eliminated, since its block is diagonal; what is left is dense in the other
//!   (`equations.rs`), up to [`DENSE`] levels.
//! * **moments** beyond that: variances by the method of moments of Gao and Owen 2017 ("Efficient moment calculations for
//!   variance components in large unbalanced crossed random effects models"), effects by conjugate gradients, and their errors from
//!   each factor's in turn without covariances between levels (`gradient.rs`).
//!
//! A value whose level of a factor is not known has that factor's variance added to its residual's: as if its level were one
//! of its own, which would give the same figures.
//!
//! An error is that of *prediction*: it holds the error of the mean and, in small data, that of the variances (`spread.rs`).

mod cells;
mod equations;
mod fit;
mod gradient;
mod moments;
mod search;
mod spread;
#[cfg(test)]
mod tests;

pub use fit::{Effect, Fit, Method, fit};

/// Most levels of the smaller factor for which the exact way is taken.
pub const DENSE: usize = 1_500;

/// One value and its level in each of the two factors, where known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// The value; finite.
    pub value: f64,
    /// Index of its level in the first and in the second factor, from 0 without gaps.
    pub levels: [Option<u32>; 2],
}
