//! The reduced equations of very many levels, without their matrix.

use rayon::prelude::*;

use super::equations::{Reduced, Solution};

/// A residual this small, relative to the right-hand side, ends the iteration.
const SMALL: f64 = 1e-9;
/// Steps at most. With the diagonal for a preconditioner, some tens do.
const STEPS: usize = 1_000;
/// Rounds of the two factors' variances; each changes them by a small share of the last change.
const ROUNDS: usize = 30;

/// Mean and effects, by conjugate gradients with the diagonal as preconditioner (Hestenes and Stiefel 1952).
pub(super) fn solution(reduced: &Reduced) -> Solution {
    let solved: Vec<Vec<f64>> = reduced.inner.par_iter().map(|side| solve(reduced, side)).collect();
    let mut solved = solved.into_iter();
    reduced.solution([solved.next().unwrap_or_default(), solved.next().unwrap_or_default()])
}

/// Variance of each effect of the outer and of the inner factor where the mean is known, in units of the residual variance.
///
/// Given the effects of one factor, those of the other are independent; their variance is that of their own values and what
/// the first factor's errors add. The two are computed in turn until they agree. Covariances between levels of one factor
/// are left out, which makes errors too small where levels share few neighbours.
pub(super) fn variances(reduced: &Reduced) -> [Vec<f64>; 2] {
    let Reduced { ratios, pivots, diagonal, .. } = reduced;
    let mut inner: Vec<f64> = diagonal.iter().map(|value| 1.0 / value).collect();
    let mut outer = vec![0.0; pivots.len()];
    for _ in 0..ROUNDS {
        let added = |level: usize| {
            reduced.weights(level).map(|(other, weight)| weight * weight * inner[other]).sum::<f64>()
        };
        outer = (0..pivots.len()).map(|level| (1.0 + added(level) / pivots[level]) / pivots[level]).collect();
        let mut from_outer = vec![0.0; inner.len()];
        for (level, variance) in outer.iter().enumerate() {
            reduced
                .weights(level)
                .for_each(|(other, weight)| from_outer[other] += weight * weight * variance);
        }
        inner = diagonal.iter().zip(from_outer).map(|(value, added)| (1.0 + added / value) / value).collect();
    }
    let scaled = |ratio: f64, variances: Vec<f64>| variances.into_iter().map(|v| ratio * ratio * v).collect();
    [scaled(ratios[0], outer), scaled(ratios[1], inner)]
}

/// The reduced matrix times a vector.
fn times(reduced: &Reduced, vector: &[f64]) -> Vec<f64> {
    let mut product: Vec<f64> = reduced.diagonal.iter().zip(vector).map(|(d, v)| d * v).collect();
    for (level, pivot) in reduced.pivots.iter().enumerate() {
        let sum: f64 = reduced.weights(level).map(|(inner, weight)| weight * vector[inner]).sum();
        reduced.weights(level).for_each(|(inner, weight)| product[inner] -= weight * sum / pivot);
    }
    product
}

fn solve(reduced: &Reduced, side: &[f64]) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let eased =
        |vector: &[f64]| -> Vec<f64> { vector.iter().zip(&reduced.diagonal).map(|(v, d)| v / d).collect() };
    let mut solved = vec![0.0; side.len()];
    let mut left = side.to_vec();
    let mut direction = eased(&left);
    let mut product = dot(&left, &direction);
    let enough = SMALL * SMALL * dot(side, side);
    for _ in 0..STEPS {
        if dot(&left, &left) <= enough {
            break;
        }
        let turned = times(reduced, &direction);
        let step = product / dot(&direction, &turned);
        solved.iter_mut().zip(&direction).for_each(|(s, d)| *s += step * d);
        left.iter_mut().zip(&turned).for_each(|(l, t)| *l -= step * t);
        let next = eased(&left);
        let renewed = dot(&left, &next);
        direction = next.iter().zip(&direction).map(|(n, d)| n + renewed / product * d).collect();
        product = renewed;
    }
    solved
}
