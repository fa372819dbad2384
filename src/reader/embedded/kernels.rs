//! Elementwise passes over one row of floats, each written once and compiled for every level.
//!
//! Sums and extrema run over 16 explicit lanes, so that their order, and with it the result, is the same
//! whatever the width of the vector registers. Everything else is a flat loop of its own: mixed with lanes, the
//! compiler would vectorise across chunks, with gathers.

use crate::reader::simd::{fma, multiversion};

/// Lanes of a pass: one 512-bit register, two of 256 bits, four of 128.
pub const LANES: usize = 16;

/// How a row of real values became bytes: `value ≈ minimum + scale · byte`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RowScale {
    /// Size of one step.
    pub scale: f32,
    /// The value of byte 0.
    pub minimum: f32,
}

multiversion! {
    /// Maps a row to bytes from its own minimum, 0, to its own maximum, 255.
    ///
    /// `row` and `out` have the same length, a multiple of [`LANES`].
    pub fn quantize(row: &[f32], out: &mut [u8]) -> RowScale = quantize_body
}

multiversion! {
    /// Replaces a row by its GELU, then maps it to bytes as [`quantize`] does.
    pub fn gelu_quantize(row: &mut [f32], out: &mut [u8]) -> RowScale = gelu_quantize_body
}

multiversion! {
    /// `out = norm(out + row) · gain + offset`, the residual connection and layer normalisation.
    ///
    /// All slices have the same length, a multiple of [`LANES`]. `epsilon` is added to the variance.
    pub fn add_norm(out: &mut [f32], row: &[f32], gain: &[f32], offset: &[f32], epsilon: f32) = add_norm_body
}

multiversion! {
    /// Replaces every row of `scores`, rows of `stride` (a multiple of [`LANES`]), by its softmax.
    ///
    /// Padding at a row's end must be hugely negative; it becomes zero.
    pub fn softmax(scores: &mut [f32], stride: usize) = softmax_body
}

#[inline(always)]
fn quantize_body<const FMA: bool>(row: &[f32], out: &mut [u8]) -> RowScale {
    // Two passes: in one, the compiler makes masks and shuffles out of what is one instruction for each.
    let low = extreme(row, f32::INFINITY, smaller);
    let high = extreme(row, f32::NEG_INFINITY, larger);
    to_bytes(row, out, low, high)
}

/// The least or the greatest value of a row.
#[inline(always)]
fn extreme(row: &[f32], start: f32, combine: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; LANES];
    for chunk in row.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            lanes[lane] = combine(chunk[lane], lanes[lane]);
        }
    }
    reduce(lanes, combine)
}

#[inline(always)]
fn gelu_quantize_body<const FMA: bool>(row: &mut [f32], out: &mut [u8]) -> RowScale {
    for value in row.iter_mut() {
        *value = gelu::<FMA>(*value);
    }
    quantize_body::<FMA>(row, out)
}

#[inline(always)]
fn to_bytes(row: &[f32], out: &mut [u8], minimum: f32, maximum: f32) -> RowScale {
    let range = maximum - minimum;
    // A constant row has no step; all its bytes are 0, and its value is the minimum.
    let (scale, inverse) =
        if range > f32::MIN_POSITIVE { (range / 255.0, 255.0 / range) } else { (0.0, 0.0) };
    for (byte, value) in out.iter_mut().zip(row) {
        let steps = smaller((value - minimum) * inverse, 255.0);
        *byte = (steps + ROUND).to_bits() as u8;
    }
    RowScale { scale, minimum }
}

#[inline(always)]
fn add_norm_body<const FMA: bool>(out: &mut [f32], row: &[f32], gain: &[f32], offset: &[f32], epsilon: f32) {
    let width = out.len() as f32;
    for (out, value) in out.iter_mut().zip(row) {
        *out += value;
    }
    let mut sum = [0.0f32; LANES];
    for chunk in out.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            sum[lane] += chunk[lane];
        }
    }
    let mean = reduce(sum, |a, b| a + b) / width;
    let mut squares = [0.0f32; LANES];
    for chunk in out.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            let distance = chunk[lane] - mean;
            squares[lane] = fma::<FMA>(distance, distance, squares[lane]);
        }
    }
    let inverse = 1.0 / (reduce(squares, |a, b| a + b) / width + epsilon).sqrt();
    for ((out, gain), offset) in out.iter_mut().zip(gain).zip(offset) {
        *out = fma::<FMA>((*out - mean) * inverse, *gain, *offset);
    }
}

#[inline(always)]
fn softmax_body<const FMA: bool>(scores: &mut [f32], stride: usize) {
    for row in scores.chunks_exact_mut(stride) {
        let maximum = extreme(row, f32::NEG_INFINITY, larger);
        let mut sum = [0.0f32; LANES];
        for value in row.iter_mut() {
            *value = exp::<FMA>(*value - maximum);
        }
        for chunk in row.as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                sum[lane] += chunk[lane];
            }
        }
        let inverse = 1.0 / reduce(sum, |a, b| a + b);
        for value in row {
            *value *= inverse;
        }
    }
}

/// As `f32::min`, but one instruction: where either is not a number, the second.
#[inline(always)]
fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// As `f32::max`, but one instruction: where either is not a number, the second.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// Halves the lanes until one is left.
#[inline(always)]
fn reduce(mut lanes: [f32; LANES], combine: impl Fn(f32, f32) -> f32) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = combine(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// 1.5 · 2²³: adding it to a float of smaller magnitude than 2²² leaves the nearest integer in the low bits.
const ROUND: f32 = 12_582_912.0;

/// eˣ for x ≤ 0, to a relative error of 3·10⁻⁷; 0 below -87.
///
/// Cody and Waite's reduction x = n·ln 2 + r, with a minimax polynomial of degree 6 for |r| ≤ ln 2 / 2.
#[inline(always)]
fn exp<const FMA: bool>(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let clamped = larger(x, -87.0);
    let shifted = fma::<FMA>(clamped, std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = fma::<FMA>(n, -LN_2_LOW, fma::<FMA>(n, -LN_2_HIGH, clamped));
    let mut p = 1.383_684_6e-3;
    for c in [8.374_816e-3, 4.166_822_6e-2, 0.166_664_2, 0.499_999_9, 1.0, 1.0] {
        p = fma::<FMA>(p, r, c);
    }
    // 2ⁿ by its bits: the low bits of `shifted` are n, from -126 to 0.
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    if x < -87.0 { 0.0 } else { p * power }
}

/// x · Φ(x), where Φ is the normal distribution function, to an absolute error of 2·10⁻⁶.
///
/// GELU(x) = max(x, 0) − |x|·Φ(−|x|). The second term is a bump that fades by |x| = 5; the coefficients are a
/// minimax fit of it on [0, 5] in the variable 2|x|/5 − 1, found by iteratively reweighted least squares.
#[inline(always)]
fn gelu<const FMA: bool>(x: f32) -> f32 {
    const END: f32 = 5.0;
    const BUMP: [f32; 14] = [
        1.552_525_3e-2,
        -9.402_005e-2,
        0.232_680_62,
        -0.257_033_77,
        -1.754_578e-2,
        0.419_557_8,
        -0.490_063_07,
        7.518_712e-2,
        0.343_794_6,
        -0.247_765_76,
        -9.116_538e-2,
        0.128_551_65,
        6.773_235e-3,
        -2.447_627_3e-2,
    ];
    let t = fma::<FMA>(smaller(x.abs(), END), 2.0 / END, -1.0);
    let mut p = BUMP[13];
    for index in (0..13).rev() {
        p = fma::<FMA>(p, t, BUMP[index]);
    }
    larger(x, 0.0) - p
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::simd::Simd;
    use proptest::prelude::*;

    /// Φ by Simpson's rule over the normal density: slow, but it shares nothing with the polynomial.
    fn slow_gelu(x: f64) -> f64 {
        let steps = 2000;
        let density = |t: f64| (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let h = x / f64::from(steps);
        let mut sum = density(0.0) + density(x);
        for i in 1..steps {
            sum += density(h * f64::from(i)) * if i % 2 == 1 { 4.0 } else { 2.0 };
        }
        x * (0.5 + sum * h / 3.0)
    }

    #[test]
    fn gelu_is_close_to_the_integral() {
        for i in -1000..=1000 {
            let x = i as f32 / 100.0;
            let expected = slow_gelu(f64::from(x));
            for found in [gelu::<true>(x), gelu::<false>(x)] {
                assert!((f64::from(found) - expected).abs() < 5e-6, "gelu({x}) = {found}, not {expected}");
            }
        }
    }

    #[test]
    fn exp_is_close_to_the_library_s() {
        for i in 0..=8700 {
            let x = -(i as f32) / 100.0;
            let expected = f64::from(x).exp();
            for found in [exp::<true>(x), exp::<false>(x)] {
                assert!((f64::from(found) - expected).abs() <= 1e-6 * expected, "exp({x}) = {found}");
            }
        }
        assert_eq!(exp::<true>(-1e30), 0.0);
    }

    fn row(chunks: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f32>> {
        chunks.prop_flat_map(|n| prop::collection::vec(-20.0f32..20.0, n * LANES))
    }

    proptest! {
        #[test]
        fn bytes_are_within_half_a_step_and_equal_on_every_level(row in row(1..6)) {
            let mut expected = vec![0; row.len()];
            let scale = quantize(Simd::available()[0], &row, &mut expected);
            for (value, byte) in row.iter().zip(&expected) {
                let back = scale.minimum + scale.scale * f32::from(*byte);
                prop_assert!((value - back).abs() <= scale.scale * 0.501 + 1e-5);
            }
            for simd in Simd::available() {
                let mut bytes = vec![0; row.len()];
                prop_assert_eq!(quantize(simd, &row, &mut bytes), scale);
                prop_assert_eq!(&bytes, &expected);
            }
        }

        #[test]
        fn a_normalised_row_has_mean_0_and_variance_1(residual in row(2..5)) {
            let width = residual.len();
            let row: Vec<f32> = residual.iter().rev().map(|v| v * 0.3).collect();
            prop_assume!(residual.iter().any(|v| (v - residual[0]).abs() > 1.0));
            for simd in Simd::available() {
                let mut out = residual.clone();
                add_norm(simd, &mut out, &row, &vec![1.0; width], &vec![0.0; width], 1e-12);
                let mean = out.iter().sum::<f32>() / width as f32;
                let variance = out.iter().map(|v| v * v).sum::<f32>() / width as f32;
                prop_assert!(mean.abs() < 1e-4 && (variance - 1.0).abs() < 1e-3, "{mean} {variance}");
            }
        }

        #[test]
        fn softmax_sums_to_one_and_keeps_the_order(row in row(1..4)) {
            for simd in Simd::available() {
                let mut out = row.clone();
                softmax(simd, &mut out, row.len());
                prop_assert!((out.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                for i in 1..row.len() {
                    prop_assert!(row[i] < row[0] || out[i] >= out[0]);
                }
            }
        }
    }

    #[test]
    fn a_constant_row_is_kept_exactly() {
        let mut bytes = [9; LANES];
        let scale = quantize(Simd::detect(), &[2.5; LANES], &mut bytes);
        assert_eq!((scale, bytes), (RowScale { scale: 0.0, minimum: 2.5 }, [0; LANES]));
    }
}
