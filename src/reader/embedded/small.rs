//! A product of small float matrices, for attention within one sentence.

// Counting through constant bounds is what the compiler unrolls into registers.
#![allow(clippy::needless_range_loop)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

#[cfg(target_arch = "x86_64")]
use crate::reader::simd::Level;
use crate::reader::simd::{Simd, fma, multiversion};

/// Columns of one tile.
pub const TILE: usize = 16;

/// Rows of one tile.
const ROWS: usize = 6;

/// One row of a tile, where a line of the cache begins: loads that take parts of two lines would take twice as long, and
/// where memory is lent out is up to the allocator.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
pub struct Line(pub [f32; TILE]);

/// Rows of floats within a wider matrix.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// From the first value of the first row on.
    pub values: &'a [f32],
    /// From one row's first value to the next row's.
    pub stride: usize,
}

/// `c = a · b`: `a` is `rows` × `depth`; `b` holds, for each [`TILE`] columns, `depth` rows of them; the rows of `c`
/// are `c_stride` apart.
///
/// Each value is a sum in the order of `depth`, so it does not depend on how many rows there are.
pub fn matmul(simd: Simd, rows: usize, depth: usize, a: Rows, b: &[Line], c: &mut [f32], c_stride: usize) {
    #[cfg(target_arch = "x86_64")]
    if simd.level() == Level::Avx512 {
        // SAFETY: a `Simd` of this level is only made where the CPU has these features.
        return unsafe { matmul_512(rows, depth, a, b, c, c_stride) };
    }
    matmul_lanes(simd, rows, depth, a, b, c, c_stride);
}

/// Runs `$strip`, a function over the number of rows, for each strip of at most [`ROWS`] rows by one tile.
macro_rules! each_strip {
    ($rows:ident, $depth:ident, $a:ident, $b:ident, $c:ident, $c_stride:ident, $strip:ident $(, $constant:ident)?) => {
        for (column, b) in (0..).step_by(TILE).zip($b.chunks_exact($depth)) {
            let mut row = 0;
            while row < $rows {
                let a = Rows { values: &$a.values[row * $a.stride..], ..$a };
                let c = &mut $c[row * $c_stride + column..];
                let height = ROWS.min($rows - row);
                match height {
                    1 => $strip::<$($constant,)? 1>(a, b, c, $c_stride),
                    2 => $strip::<$($constant,)? 2>(a, b, c, $c_stride),
                    3 => $strip::<$($constant,)? 3>(a, b, c, $c_stride),
                    4 => $strip::<$($constant,)? 4>(a, b, c, $c_stride),
                    5 => $strip::<$($constant,)? 5>(a, b, c, $c_stride),
                    _ => $strip::<$($constant,)? ROWS>(a, b, c, $c_stride),
                }
                row += height;
            }
        }
    };
}

multiversion! {
    /// [`matmul`] in plain loops.
    fn matmul_lanes(rows: usize, depth: usize, a: Rows<'_>, b: &[Line], c: &mut [f32], c_stride: usize)
        = matmul_body
}

#[inline(always)]
fn matmul_body<const FMA: bool>(
    rows: usize,
    depth: usize,
    a: Rows,
    b: &[Line],
    c: &mut [f32],
    c_stride: usize,
) {
    each_strip!(rows, depth, a, b, c, c_stride, strip, FMA);
}

#[inline(always)]
fn strip<const FMA: bool, const R: usize>(a: Rows, b: &[Line], c: &mut [f32], c_stride: usize) {
    let a: [&[f32]; R] = std::array::from_fn(|r| &a.values[r * a.stride..][..b.len()]);
    let mut sums = [[0.0f32; TILE]; R];
    for (k, Line(b)) in b.iter().enumerate() {
        for r in 0..R {
            // SAFETY: each row was cut to as many values as `b` has lines. Where the checks are left in, and whether they
            // are depends on what else is compiled with this, they take as long as the products.
            let a = unsafe { *a[r].get_unchecked(k) };
            for lane in 0..TILE {
                sums[r][lane] = fma::<FMA>(a, b[lane], sums[r][lane]);
            }
        }
    }
    for r in 0..R {
        c[r * c_stride..][..TILE].copy_from_slice(&sums[r]);
    }
}

/// [`matmul`] with a tile's row in one register. Of the plain loops the compiler makes that or, depending on what else is
/// compiled with them, shuffles between rows that take longer than the products.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn matmul_512(rows: usize, depth: usize, a: Rows, b: &[Line], c: &mut [f32], c_stride: usize) {
    each_strip!(rows, depth, a, b, c, c_stride, strip_512);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn strip_512<const R: usize>(a: Rows, b: &[Line], c: &mut [f32], c_stride: usize) {
    let a: [*const f32; R] = std::array::from_fn(|r| a.values[r * a.stride..][..b.len()].as_ptr());
    let mut sums = [_mm512_setzero_ps(); R];
    for (k, Line(b)) in b.iter().enumerate() {
        // SAFETY: a line is 64 bytes and begins where 64 divide its address.
        let b = unsafe { _mm512_load_ps(b.as_ptr()) };
        for r in 0..R {
            // SAFETY: each row was cut to as many values as `b` has lines.
            let a = _mm512_set1_ps(unsafe { *a[r].add(k) });
            sums[r] = _mm512_fmadd_ps(a, b, sums[r]);
        }
    }
    for r in 0..R {
        let c = &mut c[r * c_stride..][..TILE];
        // SAFETY: there are as many values as the register has, and the store asks for no alignment.
        unsafe { _mm512_storeu_ps(c.as_mut_ptr(), sums[r]) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_definition(rows in 1usize..10, depth in 1usize..20, tiles in 1usize..4, seed: u32) {
            let columns = tiles * TILE;
            let value = |i: usize| ((i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 20) as f32 / 4096.0;
            let a: Vec<f32> = (0..rows * depth).map(value).collect();
            let b: Vec<f32> = (0..depth * columns).map(|i| value(i + 1000)).collect();
            let packed: Vec<Line> = (0..tiles)
                .flat_map(|tile| b.chunks(columns).map(move |row| Line(row.as_chunks().0[tile])))
                .collect();
            let mut fused = Vec::new();
            for simd in Simd::available() {
                let mut c = vec![0.0; rows * columns];
                matmul(simd, rows, depth, Rows { values: &a, stride: depth }, &packed, &mut c, columns);
                for row in 0..rows {
                    for column in 0..columns {
                        let expected: f32 =
                            (0..depth).map(|k| a[row * depth + k] * b[k * columns + column]).sum();
                        prop_assert!((c[row * columns + column] - expected).abs() < 1e-4);
                    }
                }
                // Multiply-adds are fused on every level but the portable one, where that may be.
                if simd != Simd::available()[0] {
                    fused.push(c);
                }
            }
            prop_assert!(fused.windows(2).all(|levels| levels[0] == levels[1]));
        }
    }
}
