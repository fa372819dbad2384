//! A product of small float matrices, for attention within one sentence.

use super::simd::{fma, multiversion};

/// Columns of one tile.
pub const TILE: usize = 16;

/// Rows of one tile.
const ROWS: usize = 6;

multiversion! {
    /// `c = a · b`: `a` is rows × `depth` with rows `a_stride` apart; `b` is `depth` × `columns`, its rows
    /// `columns` long, a multiple of [`TILE`]; `c` is rows × `columns`.
    ///
    /// Each value is a sum in the order of `depth`, so it does not depend on how many rows there are.
    pub fn matmul(a: &[f32], a_stride: usize, depth: usize, b: &[f32], columns: usize, c: &mut [f32])
        = matmul_body
}

#[inline(always)]
fn matmul_body<const FMA: bool>(
    a: &[f32],
    a_stride: usize,
    depth: usize,
    b: &[f32],
    columns: usize,
    c: &mut [f32],
) {
    let rows = c.len() / columns;
    let full = rows / ROWS * ROWS;
    for row in (0..full).step_by(ROWS) {
        let a: [&[f32]; ROWS] = std::array::from_fn(|r| &a[(row + r) * a_stride..][..depth]);
        strip::<FMA, ROWS>(a, b, columns, &mut c[row * columns..(row + ROWS) * columns]);
    }
    for row in full..rows {
        let a = [&a[row * a_stride..][..depth]];
        strip::<FMA, 1>(a, b, columns, &mut c[row * columns..(row + 1) * columns]);
    }
}

#[inline(always)]
fn strip<const FMA: bool, const R: usize>(a: [&[f32]; R], b: &[f32], columns: usize, c: &mut [f32]) {
    for column in (0..columns).step_by(TILE) {
        let mut sums = [[0.0f32; TILE]; R];
        for (k, b) in b.chunks_exact(columns).enumerate().take(a[0].len()) {
            let Some(b) = b[column..].first_chunk::<TILE>() else { return };
            for r in 0..R {
                let a = a[r][k];
                for lane in 0..TILE {
                    sums[r][lane] = fma::<FMA>(a, b[lane], sums[r][lane]);
                }
            }
        }
        for r in 0..R {
            c[r * columns + column..][..TILE].copy_from_slice(&sums[r]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::embedded::simd::Simd;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_definition(rows in 1usize..10, depth in 1usize..20, tiles in 1usize..4, seed: u32) {
            let columns = tiles * TILE;
            let value = |i: usize| ((i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 20) as f32 / 4096.0;
            let a: Vec<f32> = (0..rows * depth).map(value).collect();
            let b: Vec<f32> = (0..depth * columns).map(|i| value(i + 1000)).collect();
            for simd in Simd::available() {
                let mut c = vec![0.0; rows * columns];
                matmul(simd, &a, depth, depth, &b, columns, &mut c);
                for row in 0..rows {
                    for column in 0..columns {
                        let expected: f32 =
                            (0..depth).map(|k| a[row * depth + k] * b[k * columns + column]).sum();
                        prop_assert!((c[row * columns + column] - expected).abs() < 1e-4);
                    }
                }
            }
        }
    }
}
