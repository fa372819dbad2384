//! Products of one vector with many, which the heads and all likenesses are made of.
//!
//! Each is a sum in one fixed order, eight running sums that are then added up, without fused operations: the same bits
//! on every CPU, and whether the vectors come one at a time or together.

use super::simd::{Simd, multiversion};

/// Running sums of a product.
const SUMS: usize = 8;

/// Rows that are multiplied together, so that their additions do not wait for each other.
const ROWS: usize = 8;

/// Consecutive values of each row of a block, where a line of the cache begins: loads that take parts of two lines take
/// longer.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Step([[f32; SUMS]; ROWS]);

/// Vectors of one length, to be multiplied with others.
#[derive(Debug, Clone)]
pub(crate) struct Matrix {
    rows: usize,
    width: usize,
    /// For each block of rows, for each [`SUMS`] values, one step; zeros fill the last of both.
    steps: Vec<Step>,
    simd: Simd,
}

impl Matrix {
    /// Takes rows of `width`, one after the other; what is left over at the end counts for nothing.
    pub(crate) fn new(width: usize, values: &[f32]) -> Matrix {
        let rows = values.len().checked_div(width).unwrap_or(0);
        let mut steps = Vec::with_capacity(rows.div_ceil(ROWS) * width.div_ceil(SUMS));
        for block in values[..rows * width].chunks(ROWS * width.max(1)) {
            for start in (0..width).step_by(SUMS) {
                let mut step = Step::default();
                for (out, row) in step.0.iter_mut().zip(block.chunks_exact(width)) {
                    out.iter_mut().zip(&row[start..]).for_each(|(out, value)| *out = *value);
                }
                steps.push(step);
            }
        }
        Matrix { rows, width, steps, simd: Simd::detect() }
    }

    /// The dot product of `vector`, as long as a row, with each row.
    pub(crate) fn dots(&self, vector: &[f32]) -> Vec<f32> {
        let mut out = vec![0.0; self.rows];
        self.dots_into(vector, &mut out);
        out
    }

    /// [`Matrix::dots`], written to `out`, which has one place a row.
    pub(crate) fn dots_into(&self, vector: &[f32], out: &mut [f32]) {
        assert_eq!((vector.len(), out.len()), (self.width, self.rows), "a vector is as long as a row");
        dots(self.simd, &self.steps, vector, out);
    }

    /// [`Matrix::dots`] of several vectors, one after the other, for which the rows are fetched once: vectors × rows.
    pub(crate) fn dots_of_all(&self, vectors: &[f32]) -> Vec<f32> {
        let vectors = vectors.chunks_exact(self.width.max(1));
        let mut out = vec![0.0; vectors.len() * self.rows];
        let blocks = self.steps.chunks_exact(self.width.div_ceil(SUMS).max(1));
        for (first, block) in (0..).step_by(ROWS).zip(blocks) {
            let rows = first..self.rows.min(first + ROWS);
            for (out, vector) in out.chunks_exact_mut(self.rows).zip(vectors.clone()) {
                dots(self.simd, block, vector, &mut out[rows.clone()]);
            }
        }
        out
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }
}

/// The dot product of two vectors of one length, as [`Matrix::dots`] has it.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; SUMS];
    let (a, a_rest) = a.as_chunks::<SUMS>();
    let (b, b_rest) = b.as_chunks::<SUMS>();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..SUMS {
            sums[lane] += a[lane] * b[lane];
        }
    }
    for (sum, (a, b)) in sums.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *sum += a * b;
    }
    sums.iter().sum()
}

multiversion! {
    /// Dot products of `vector` with the rows of a matrix, as many as `out` has room for.
    fn dots(steps: &[Step], vector: &[f32], out: &mut [f32]) = dots_body
}

#[inline(always)]
fn dots_body<const FMA: bool>(steps: &[Step], vector: &[f32], out: &mut [f32]) {
    let (chunks, rest) = vector.as_chunks::<SUMS>();
    let mut last = [0.0; SUMS];
    last[..rest.len()].copy_from_slice(rest);
    let blocks = steps.chunks_exact(vector.len().div_ceil(SUMS).max(1));
    for (block, out) in blocks.zip(out.chunks_mut(ROWS)) {
        let mut sums = Step::default();
        for (step, chunk) in block.iter().zip(chunks) {
            add_products(&mut sums, step, chunk);
        }
        if let Some(step) = block.get(chunks.len()) {
            add_products(&mut sums, step, &last);
        }
        for (out, sums) in out.iter_mut().zip(&sums.0) {
            *out = sums.iter().sum();
        }
    }
}

// Of loops over iterators the compiler makes code that takes some seven times as long.
#[inline(always)]
fn add_products(Step(sums): &mut Step, Step(step): &Step, chunk: &[f32; SUMS]) {
    for r in 0..ROWS {
        for lane in 0..SUMS {
            sums[r][lane] += step[r][lane] * chunk[lane];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_together_are_rows_alone_on_every_level(width in 1usize..70, rows in 0usize..20, seed: u32) {
            let value = |i: usize| ((i as u32 ^ seed).wrapping_mul(2_654_435_761) >> 12) as f32 / 5e4 - 10.0;
            let values: Vec<f32> = (0..rows * width).map(value).collect();
            let vector: Vec<f32> = (0..width).map(|i| value(i + 5000)).collect();
            let expected: Vec<f32> = values.chunks(width).map(|row| dot(row, &vector)).collect();
            for (row, found) in values.chunks(width).zip(&expected) {
                let exact: f64 = row.iter().zip(&vector).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                prop_assert!((exact - f64::from(*found)).abs() < 0.01);
            }
            let mut matrix = Matrix::new(width, &values);
            for simd in Simd::available() {
                matrix.simd = simd;
                prop_assert_eq!(&matrix.dots(&vector), &expected);
            }
            let both = [vec![0.0; width], vector].concat();
            prop_assert_eq!(matrix.dots_of_all(&both), [vec![0.0; rows], expected].concat());
        }
    }
}
