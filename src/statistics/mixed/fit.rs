//! The fit, by one way or the other.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::cells::Cells;
use super::equations::{Factored, Ratios, Reduced, Solution};
use super::search::Care;
use super::{DENSE, Observation, gradient, moments, search, spread};

/// Most levels of the smaller factor for which errors hold those of the variances; with more, variances are known well.
const SPREAD: usize = 60;
/// With more levels of the smaller factor than this, the search begins with short steps and ends sooner.
const MANY: usize = 300;
/// Fewest values.
const FEWEST: usize = 3;

/// How variances and effects were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Method {
    /// Restricted maximum likelihood, exact.
    #[serde(rename = "REML")]
    Reml,
    /// Moments, conjugate gradients, and errors without the covariances of levels.
    #[serde(rename = "moments")]
    Moments,
}

/// What is known of a level of a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Best linear unbiased predictor of its distance from the mean.
    pub value: f64,
    /// Root of its mean squared error.
    pub error: f64,
    /// The same of the mean and the effect together.
    pub error_with_mean: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// How it was found.
    pub method: Method,
    /// The mean over levels, not over values.
    pub mean: f64,
    /// Standard error of the mean.
    pub mean_error: f64,
    /// Variance of the effects of each factor.
    pub variances: [f64; 2],
    /// Variance within a pair of levels.
    pub residual: f64,
    /// Whether the data can tell the factor's effects from residuals: some level has several values, and there are two levels. If not, its
    /// variance is 0 for want of anything better, and its effects mean nothing.
    pub told_apart: [bool; 2],
    /// Effects of each level of both factors.
    pub effects: [Vec<Effect>; 2],
    /// Quantile of Student's distribution for 95 % intervals: estimate ± so many errors.
    pub quantile: f64,
}

impl Fit {
    /// 95 % interval of a level's effect.
    pub fn interval(&self, effect: &Effect) -> [f64; 2] {
        let half = self.quantile * effect.error;
        [effect.value - half, effect.value + half]
    }

    /// 95 % interval of the mean with a level's effect.
    pub fn interval_with_mean(&self, effect: &Effect) -> [f64; 2] {
        let (middle, half) = (self.mean + effect.value, self.quantile * effect.error_with_mean);
        [middle - half, middle + half]
    }
}

/// Fits the model to observations with so many levels of each factor.
///
/// `None` of fewer than three values, or where values do not vary or no level of either factor has two: then
/// there is nothing to tell apart.
pub fn fit(observations: &[Observation], levels: [usize; 2]) -> Option<Fit> {
    if observations.len() < FEWEST {
        return None;
    }
    let cells = Cells::new(observations, levels);
    let free = cells.told_apart();
    if cells.squares <= cells.count * 1e-18 || free == [false; 2] {
        return None;
    }
    if cells.inner <= DENSE { reml(&cells, free) } else { by_moments(&cells, free) }
}

fn reml(cells: &Cells, free: [bool; 2]) -> Option<Fit> {
    let criterion = |ratios: Ratios| {
        Factored::new(cells, ratios)
            .map_or(f64::INFINITY, |factored| factored.criterion(&factored.solution()))
    };
    // Moments of many levels are near, and each look costs a factorisation.
    let many = cells.inner > MANY;
    let care = Care { first: if many { 0.04 } else { 0.2 }, last: if many { 1e-3 } else { 1e-5 } };
    let ratios = search::minimum(moments::ratios(cells), free, care, criterion);
    let factored = Factored::new(cells, ratios)?;
    let solution = factored.solution();
    let plain = raw(&solution, factored.variances());
    let spread = (cells.inner <= SPREAD).then(|| spread::errors(cells, ratios, free, &plain)).flatten();
    finish(cells, Method::Reml, ratios, free, &solution, spread.unwrap_or(plain))
}

fn by_moments(cells: &Cells, free: [bool; 2]) -> Option<Fit> {
    let found = moments::variances(cells)?;
    let ratio = |factor: usize| if free[factor] { (found[factor] / found[2]).sqrt() } else { 0.0 };
    let reduced = Reduced::new(cells, [ratio(0), ratio(1)]);
    let solution = gradient::solution(&reduced);
    let raw = raw(&solution, gradient::variances(&reduced));
    finish(cells, Method::Moments, reduced.ratios, free, &solution, raw)
}

/// Estimates and squared errors at some ratios, outer factor first.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    /// The mean and its squared error.
    mean: (f64, f64),
    /// Of each level: effect, its squared error, and that of mean and effect together.
    effects: [Vec<[f64; 3]>; 2],
}

/// Adds to the errors given the mean what its own error adds.
pub(super) fn raw(solution: &Solution, variances: [Vec<f64>; 2]) -> Raw {
    let (scale, of_mean) = (solution.residual, solution.mean_variance);
    let [outer, inner] = variances;
    let level = |factor: usize, variances: Vec<f64>| {
        let effects = solution.effects[factor].iter().zip(&solution.pulls[factor]).zip(variances);
        let errors = effects.map(|((effect, pull), variance)| {
            let alone = variance + pull * pull * of_mean;
            let together = variance + (1.0 - pull).powi(2) * of_mean;
            [*effect, scale * alone, scale * together]
        });
        errors.collect()
    };
    Raw { mean: (solution.mean, scale * of_mean), effects: [level(0, outer), level(1, inner)] }
}

impl Raw {
    /// The same estimates, with errors of 0.
    pub(super) fn without_errors(&self) -> Raw {
        let bare = |effects: &Vec<[f64; 3]>| effects.iter().map(|effect| [effect[0], 0.0, 0.0]).collect();
        Raw { mean: (self.mean.0, 0.0), effects: [bare(&self.effects[0]), bare(&self.effects[1])] }
    }

    /// Adds `weight` times the squared errors of other estimates, as errors of these.
    pub(super) fn add_errors(&mut self, weight: f64, other: &Raw) {
        let shift = other.mean.0 - self.mean.0;
        self.mean.1 += weight * (other.mean.1 + shift * shift);
        for (own, other) in self.effects.iter_mut().zip(&other.effects) {
            for (own, other) in own.iter_mut().zip(other) {
                let moved = other[0] - own[0];
                own[1] += weight * (other[1] + moved.powi(2));
                own[2] += weight * (other[2] + (moved + shift).powi(2));
            }
        }
    }
}

fn finish(
    cells: &Cells,
    method: Method,
    ratios: Ratios,
    free: [bool; 2],
    solution: &Solution,
    raw: Raw,
) -> Option<Fit> {
    let effect = |[value, alone, together]: [f64; 3]| Effect {
        value,
        error: alone.max(0.0).sqrt(),
        error_with_mean: together.max(0.0).sqrt(),
    };
    let mut effects = raw.effects.map(|level| level.into_iter().map(effect).collect::<Vec<_>>());
    let mut variances = ratios.map(|ratio| ratio * ratio * solution.residual);
    let mut told_apart = free;
    if cells.swapped {
        effects.reverse();
        variances.reverse();
        told_apart.reverse();
    }
    let quantile = StudentsT::new(0.0, 1.0, cells.count - 1.0).ok()?.inverse_cdf(0.975);
    let mean = cells.mean + raw.mean.0;
    let sound =
        mean.is_finite() && effects.iter().flatten().all(|e| e.value.is_finite() && e.error.is_finite());
    sound.then(|| Fit {
        method,
        mean,
        mean_error: raw.mean.1.sqrt(),
        variances,
        residual: solution.residual,
        told_apart,
        effects,
        quantile,
    })
}
