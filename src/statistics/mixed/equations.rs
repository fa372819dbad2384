//! The mixed-model equations at given ratios, with the outer factor eliminated.

use faer::linalg::solvers::{DenseSolveCore, Llt, Solve};
use faer::{Col, Mat, Side};

use super::cells::{Cell, Cells};

/// Ratios of the standard deviations of the outer and of the inner factor to the residual's.
pub(super) type Ratios = [f64; 2];

/// What is left for the inner factor, in effects of standard deviation 1.
///
/// With Λ the ratios, Z the levels of the observations and W one over their residual variance in units of the residual variance: the matrix
/// [`Reduced::diagonal`] − Σ over outer levels of `weights`ᵀ `weights` / `pivot`, and the right-hand sides of the constant 1 and of the values.
pub(super) struct Reduced<'a> {
    pub cells: &'a Cells,
    pub ratios: Ratios,
    /// Of each outer level: 1 + ratio² · its weight.
    pub pivots: Vec<f64>,
    /// Right-hand sides of each outer level: of the constant, and of the values.
    pub outer: Vec<[f64; 2]>,
    /// Of each inner level: 1 + ratio² · its weight.
    pub diagonal: Vec<f64>,
    /// Right-hand sides of each inner level, the outer factor eliminated.
    pub inner: [Vec<f64>; 2],
    /// 1ᵀ V⁻¹ 1, 1ᵀ V⁻¹ y and yᵀ V⁻¹ y, as far as the outer factor goes.
    pub products: [f64; 3],
    /// Logarithm of the determinant of V, as far as the outer factor goes.
    pub log_determinant: f64,
}

impl<'a> Reduced<'a> {
    pub(super) fn new(cells: &'a Cells, ratios: Ratios) -> Self {
        let [outer_ratio, inner_ratio] = ratios;
        // Residual variance of a value, by whether its outer and its inner level are unknown.
        let variance = [[1.0, 1.0 + inner_ratio.powi(2)], [1.0 + outer_ratio.powi(2), 0.0]];
        let neither = 1.0 + outer_ratio.powi(2) + inner_ratio.powi(2);
        let mut all = Self {
            cells,
            ratios,
            pivots: vec![1.0; cells.outer()],
            outer: vec![[0.0; 2]; cells.outer()],
            diagonal: vec![1.0; cells.inner],
            inner: [vec![0.0; cells.inner], vec![0.0; cells.inner]],
            products: [0.0; 3],
            log_determinant: 0.0,
        };
        let squares = &cells.squares_by;
        all.products[2] = squares[0][0]
            + squares[0][1] / variance[0][1]
            + squares[1][0] / variance[1][0]
            + squares[1][1] / neither;
        let own = |cell: &Cell, variance: f64| [cell.count / variance, cell.sum / variance];
        for level in 0..cells.outer() {
            let (known, alone) = cells.of(level);
            let mut sides = [0.0; 2];
            for cell in known {
                add(&mut sides, own(cell, 1.0), 1.0);
                all.add_inner(cell, own(cell, 1.0));
            }
            if let Some(cell) = alone {
                add(&mut sides, own(cell, variance[0][1]), 1.0);
                all.log_determinant += cell.count * variance[0][1].ln();
            }
            all.constant(sides);
            let pivot = 1.0 + outer_ratio.powi(2) * sides[0];
            let sides = sides.map(|side| outer_ratio * side);
            for cell in known {
                let weight = inner_ratio * outer_ratio * cell.count / pivot;
                for (inner, side) in all.inner.iter_mut().zip(sides) {
                    inner[cell.inner as usize] -= weight * side;
                }
            }
            add(&mut all.products, squared(sides), -1.0 / pivot);
            all.log_determinant += pivot.ln();
            all.pivots[level] = pivot;
            all.outer[level] = sides;
        }
        let (known, alone) = cells.without_outer();
        for cell in known {
            all.add_inner(cell, own(cell, variance[1][0]));
            all.constant(own(cell, variance[1][0]));
            all.log_determinant += cell.count * variance[1][0].ln();
        }
        if let Some(cell) = alone {
            all.constant(own(cell, neither));
            all.log_determinant += cell.count * neither.ln();
        }
        all
    }

    fn add_inner(&mut self, cell: &Cell, sides: [f64; 2]) {
        let ratio = self.ratios[1];
        let level = cell.inner as usize;
        self.diagonal[level] += ratio.powi(2) * sides[0];
        for (inner, side) in self.inner.iter_mut().zip(sides) {
            inner[level] += ratio * side;
        }
    }

    fn constant(&mut self, sides: [f64; 2]) {
        self.products[0] += sides[0];
        self.products[1] += sides[1];
    }

    /// Off-diagonal weights of an outer level with its inner ones.
    pub(super) fn weights(&self, outer: usize) -> impl Iterator<Item = (usize, f64)> + Clone + '_ {
        let ratio = self.ratios[0] * self.ratios[1];
        self.cells.of(outer).0.iter().map(move |cell| (cell.inner as usize, ratio * cell.count))
    }

    /// The solution, given the one of the inner equations for both right-hand sides.
    pub(super) fn solution(&self, solved: [Vec<f64>; 2]) -> Solution {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let [one, y] = &self.inner;
        let [xx, xy, yy] = self.products;
        let (xx, xy, yy) = (xx - dot(one, &solved[0]), xy - dot(one, &solved[1]), yy - dot(y, &solved[1]));
        let mean = xy / xx;
        let residual = (yy - xy * mean).max(0.0) / (self.cells.count - 1.0);
        let outer = |side: usize| -> Vec<f64> {
            let back = |level: usize| {
                let inner: f64 =
                    self.weights(level).map(|(inner, weight)| weight * solved[side][inner]).sum();
                (self.outer[level][side] - inner) / self.pivots[level]
            };
            (0..self.pivots.len()).map(back).collect()
        };
        let (outer_pull, outer_y) = (outer(0), outer(1));
        let [inner_pull, inner_y] = solved;
        let scaled = |ratio: f64, y: &[f64], pull: &[f64]| -> Vec<f64> {
            y.iter().zip(pull).map(|(y, pull)| ratio * (y - mean * pull)).collect()
        };
        let pulls = |ratio: f64, pull: &[f64]| pull.iter().map(|pull| ratio * pull).collect();
        let [outer_ratio, inner_ratio] = self.ratios;
        Solution {
            mean,
            mean_variance: 1.0 / xx,
            residual,
            effects: [scaled(outer_ratio, &outer_y, &outer_pull), scaled(inner_ratio, &inner_y, &inner_pull)],
            pulls: [pulls(outer_ratio, &outer_pull), pulls(inner_ratio, &inner_pull)],
        }
    }
}

/// Mean and effects at given ratios.
pub(super) struct Solution {
    /// Less the mean of the values.
    pub mean: f64,
    /// In units of the residual variance.
    pub mean_variance: f64,
    /// Residual variance.
    pub residual: f64,
    /// Best linear unbiased predictors, outer and inner.
    pub effects: [Vec<f64>; 2],
    /// How much each effect falls where the mean rises by one.
    pub pulls: [Vec<f64>; 2],
}

fn add<const N: usize>(to: &mut [f64; N], from: [f64; N], times: f64) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += times * from);
}

fn squared([one, y]: [f64; 2]) -> [f64; 3] {
    [one * one, one * y, y * y]
}

/// The reduced equations, factored.
pub(super) struct Factored<'a> {
    reduced: Reduced<'a>,
    factor: Llt<f64>,
}

impl<'a> Factored<'a> {
    /// `None` where the ratios are so large that the matrix is not positive definite in floating point.
    pub(super) fn new(cells: &'a Cells, ratios: Ratios) -> Option<Self> {
        let reduced = Reduced::new(cells, ratios);
        let mut matrix = Mat::<f64>::zeros(cells.inner, cells.inner);
        for (level, value) in reduced.diagonal.iter().enumerate() {
            matrix[(level, level)] = *value;
        }
        for outer in 0..reduced.pivots.len() {
            let pivot = reduced.pivots[outer];
            for (place, (column, weight)) in reduced.weights(outer).enumerate() {
                // Cells come in the order of their inner levels, so this is the lower triangle.
                for (row, other) in reduced.weights(outer).skip(place) {
                    matrix[(row, column)] -= weight * other / pivot;
                }
            }
        }
        let factor = matrix.llt(Side::Lower).ok()?;
        Some(Self { reduced, factor })
    }

    /// Mean and effects.
    pub(super) fn solution(&self) -> Solution {
        let side = |side: &Vec<f64>| -> Vec<f64> {
            let column = Col::from_fn(side.len(), |row| side[row]);
            self.factor.solve(column).iter().copied().collect()
        };
        self.reduced.solution([side(&self.reduced.inner[0]), side(&self.reduced.inner[1])])
    }

    /// −2 log of the restricted likelihood, profiled over mean and residual variance.
    pub(super) fn criterion(&self, solution: &Solution) -> f64 {
        let lower = self.factor.L();
        let inner: f64 = (0..lower.nrows()).map(|place| lower[(place, place)].ln()).sum();
        let freedom = self.reduced.cells.count - 1.0;
        let scale = (std::f64::consts::TAU * solution.residual).ln();
        self.reduced.log_determinant + 2.0 * inner - solution.mean_variance.ln() + freedom * (1.0 + scale)
    }

    /// Variance of each effect of the outer and of the inner factor where the mean is known, in units of the residual variance.
    pub(super) fn variances(&self) -> [Vec<f64>; 2] {
        let inverse = self.factor.inverse();
        let Reduced { ratios: [outer, inner], pivots, .. } = &self.reduced;
        let of_outer = |level: usize| {
            let weights = self.reduced.weights(level);
            let quadratic: f64 = weights
                .clone()
                .map(|(a, one)| one * weights.clone().map(|(b, other)| other * inverse[(a, b)]).sum::<f64>())
                .sum();
            outer.powi(2) * (1.0 + quadratic / pivots[level]) / pivots[level]
        };
        let of_inner = |level: usize| inner.powi(2) * inverse[(level, level)];
        [(0..pivots.len()).map(of_outer).collect(), (0..inverse.nrows()).map(of_inner).collect()]
    }
}
