//! Products of one vector with many, which the heads and all likenesses are made of.
//!
//! Each is a sum in one fixed order, eight running sums that are then added up, without fused operations: the same bits
//! on every CPU, and whether the vectors come one at a time or together.

use super::simd::{Simd, multiversion};

/// Running sums of a product.
const SUMS: usize = 8;

/// Rows that are multiplied together, so that their additions do not wait for each other.
const ROWS: usize = 8;

/// Vectors of one length, to be multiplied with others.
#[derive(Debug, Clone)]
pub(crate) struct Matrix {
    width: usize,
    /// Row-major.
    values: Vec<f32>,
    simd: Simd,
}

impl Matrix {
    /// Takes rows of `width`, one after the other; what is left over at the end counts for nothing.
    pub(crate) fn new(width: usize, values: Vec<f32>) -> Matrix {
        Matrix { width, values, simd: Simd::detect() }
    }

    /// The dot product of `vector`, as long as a row, with each row.
    pub(crate) fn dots(&self, vector: &[f32]) -> Vec<f32> {
        let rows = self.values.len().checked_div(self.width).unwrap_or(0);
        let mut out = vec![0.0; rows];
        dots(self.simd, &self.values, vector, &mut out);
        out
    }
}

/// The dot product of two vectors of one length, as [`Matrix::dots`] has it.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let [product] = products([a], b);
    product
}

multiversion! {
    /// Dot products of `vector` with rows of its length.
    fn dots(rows: &[f32], vector: &[f32], out: &mut [f32]) = dots_body
}

#[inline(always)]
fn dots_body<const FMA: bool>(rows: &[f32], vector: &[f32], out: &mut [f32]) {
    let width = vector.len();
    if width == 0 {
        return;
    }
    let blocks = rows.chunks(ROWS * width).zip(out.chunks_mut(ROWS));
    for (rows, out) in blocks {
        match <&mut [f32; ROWS]>::try_from(&mut *out) {
            Ok(out) if rows.len() == ROWS * width => {
                *out = products(std::array::from_fn(|r| &rows[r * width..(r + 1) * width]), vector);
            }
            _ => {
                for (out, row) in out.iter_mut().zip(rows.chunks_exact(width)) {
                    [*out] = products([row], vector);
                }
            }
        }
    }
}

#[inline(always)]
fn products<const R: usize>(rows: [&[f32]; R], vector: &[f32]) -> [f32; R] {
    let (chunks, rest) = vector.as_chunks::<SUMS>();
    let split = rows.map(|row| {
        let (chunks, rest) = row.as_chunks::<SUMS>();
        (&chunks[..chunks.len().min(vector.len() / SUMS)], rest)
    });
    let mut sums = [[0.0f32; SUMS]; R];
    for (step, chunk) in chunks.iter().enumerate() {
        for r in 0..R {
            let Some(row) = split[r].0.get(step) else { continue };
            for lane in 0..SUMS {
                sums[r][lane] += row[lane] * chunk[lane];
            }
        }
    }
    std::array::from_fn(|r| {
        let rest: f32 = split[r].1.iter().zip(rest).map(|(x, y)| x * y).sum();
        sums[r].iter().sum::<f32>() + rest
    })
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
            for simd in Simd::available() {
                let mut found = vec![0.0; rows];
                dots(simd, &values, &vector, &mut found);
                prop_assert_eq!(&found, &expected);
            }
            prop_assert_eq!(Matrix::new(width, values).dots(&vector), expected);
        }
    }
}
