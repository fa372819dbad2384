//! Linear maps with int8 weights over rows of bytes, accumulated exactly in 32-bit integers.
//!
//! With `x ≈ minimum + scale · byte` for a row and `w = channel scale · integer` for an output channel,
//!
//! ```text
//! Σ w·x + bias = scale · channel scale · Σ integer·byte  +  minimum · channel scale · Σ integer  +  bias
//! ```
//!
//! The first sum is the product below; the second is known once the weights are. Products of a byte and an
//! int8 are at most 32,385 in magnitude, so 32 bits hold the sum over any depth up to 66,000 without overflow,
//! and every level gives equal integers: none saturates on the way.

use super::kernels::{LANES, RowScale};
use super::simd::{Level, PORTABLE_FMA, Simd, fma};
use crate::reader::bert;
use crate::reader::quantize::quantize_matrix;
use crate::reader::weights::{Values, WeightsError};

/// Consecutive inputs that one step of the dot product takes at a time.
const QUAD: usize = 4;

/// Weights of [`LANES`] output channels for four inputs: channel-major.
type Step = [i8; LANES * QUAD];

/// A linear map, its weights laid out for the product.
pub struct Linear {
    /// For each panel of [`LANES`] output channels, for each four inputs, one step.
    steps: Vec<Step>,
    /// For each panel, what its integers become floats by.
    channels: Vec<Channels>,
    /// Number of inputs.
    depth: usize,
}

/// Constants of the output channels of one panel.
#[derive(Clone, Default)]
struct Channels {
    /// What one unit of the integer product is worth, for a row scale of 1.
    scale: [f32; LANES],
    /// The output, less its bias, of a row of ones: scale times the sum of the channel's integers.
    ones: [f32; LANES],
    /// The channel's bias.
    bias: [f32; LANES],
}

impl Linear {
    /// Joins maps of the same inputs into one whose outputs are theirs in order. Float weights become int8.
    ///
    /// # Errors
    /// Where a size is no multiple of [`LANES`].
    pub fn new(maps: &[bert::Linear]) -> Result<Self, WeightsError> {
        let mut linear = Self { steps: Vec::new(), channels: Vec::new(), depth: 0 };
        for map in maps {
            let &[outputs, depth] = map.weight.shape() else { continue };
            if outputs % LANES != 0 || depth % LANES != 0 {
                let message = format!("a layer of {outputs} × {depth}: not multiples of {LANES}");
                return Err(WeightsError::Config(message));
            }
            linear.depth = depth;
            let quantized = quantize_matrix(map.weight);
            let weight = quantized.as_ref().unwrap_or(map.weight);
            let Values::I8 { values, scales } = weight.values() else { continue };
            let scales = scales.as_chunks::<LANES>().0;
            let biases = map.bias.as_chunks::<LANES>().0;
            for ((panel, scale), bias) in values.chunks_exact(LANES * depth).zip(scales).zip(biases) {
                linear.push_panel(panel, scale, bias);
            }
        }
        Ok(linear)
    }

    fn push_panel(&mut self, weights: &[i8], scale: &[f32; LANES], bias: &[f32; LANES]) {
        let rows: Vec<&[[i8; QUAD]]> =
            weights.chunks_exact(self.depth).map(|row| row.as_chunks::<QUAD>().0).collect();
        for step in 0..self.depth / QUAD {
            let mut lanes = [0; LANES * QUAD];
            for (out, row) in lanes.as_chunks_mut::<QUAD>().0.iter_mut().zip(&rows) {
                *out = row[step];
            }
            self.steps.push(lanes);
        }
        let mut ones = [0.0; LANES];
        for ((out, row), scale) in ones.iter_mut().zip(weights.chunks_exact(self.depth)).zip(scale) {
            *out = row.iter().map(|&w| i32::from(w)).sum::<i32>() as f32 * scale;
        }
        self.channels.push(Channels { scale: *scale, ones, bias: *bias });
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.channels.len() * LANES
    }

    /// Writes the outputs for every row: `bytes` is rows × depth, `out` rows × outputs, both row-major.
    pub fn apply(&self, simd: Simd, bytes: &[u8], rows: &[RowScale], out: &mut [f32]) {
        assert!(bytes.len() == rows.len() * self.depth && out.len() == rows.len() * self.outputs());
        let mut task = Task { linear: self, bytes: bytes.as_chunks::<QUAD>().0, rows, out };
        match simd.level() {
            Level::Portable => task.run(&[1], 1, |task, row, _, panel, _| {
                portable(task, row, panel);
            }),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a `Simd` of this level is only made where the CPU has the tile's features.
            Level::Avx2 => task.run(&[3, 1], 1, |task, row, height, panel, _| unsafe {
                match height {
                    3 => x86::avx2::<3>(task, row, panel),
                    _ => x86::avx2::<1>(task, row, panel),
                }
            }),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Level::Avx512 => task.run(&[12, 4, 1], 2, |task, row, height, panel, width| unsafe {
                match (height, width) {
                    (12, 2) => x86::avx512::<12, 2>(task, row, panel),
                    (4, 2) => x86::avx512::<4, 2>(task, row, panel),
                    (_, 2) => x86::avx512::<1, 2>(task, row, panel),
                    (12, _) => x86::avx512::<12, 1>(task, row, panel),
                    (4, _) => x86::avx512::<4, 1>(task, row, panel),
                    (_, _) => x86::avx512::<1, 1>(task, row, panel),
                }
            }),
        }
    }
}

/// One product: rows of bytes, the map, and where its outputs go.
struct Task<'a> {
    linear: &'a Linear,
    bytes: &'a [[u8; QUAD]],
    rows: &'a [RowScale],
    out: &'a mut [f32],
}

impl Task<'_> {
    /// Covers the output with tiles: of the tallest of `heights` (falling, the last 1) that fits in the rows
    /// left, and `width` panels or one. `tile` takes the first row, the height, the first panel, the width.
    ///
    /// Panels are the outer loop: those of one tile stay in the nearest cache while the rows go by.
    fn run(&mut self, heights: &[usize], width: usize, tile: impl Fn(&mut Self, usize, usize, usize, usize)) {
        let panels = self.linear.channels.len();
        let mut panel = 0;
        while panel < panels {
            let width = if panel + width <= panels { width } else { 1 };
            let mut row = 0;
            for &height in heights {
                while row + height <= self.rows.len() {
                    tile(self, row, height, panel, width);
                    row += height;
                }
            }
            panel += width;
        }
    }

    /// The bytes of one row, four at a time.
    #[inline(always)]
    fn row(&self, row: usize) -> &[[u8; QUAD]] {
        let steps = self.linear.depth / QUAD;
        &self.bytes[row * steps..][..steps]
    }

    /// The weights of one panel, four inputs at a time.
    #[inline(always)]
    fn panel(&self, panel: usize) -> &[Step] {
        let steps = self.linear.depth / QUAD;
        &self.linear.steps[panel * steps..][..steps]
    }

    /// Turns one row's integer products for one panel into outputs.
    #[inline(always)]
    fn finish<const FMA: bool>(&mut self, row: usize, panel: usize, products: &[i32; LANES]) {
        let RowScale { scale, minimum } = self.rows[row];
        let channels = &self.linear.channels[panel];
        let start = row * self.linear.outputs() + panel * LANES;
        let out = &mut self.out[start..start + LANES];
        for lane in 0..LANES {
            let constant = fma::<FMA>(minimum, channels.ones[lane], channels.bias[lane]);
            out[lane] = fma::<FMA>(products[lane] as f32 * scale, channels.scale[lane], constant);
        }
    }
}

/// One row by one panel in plain Rust.
fn portable(task: &mut Task, row: usize, panel: usize) {
    let mut sums = [0i32; LANES];
    for (bytes, step) in task.row(row).iter().zip(task.panel(panel)) {
        for lane in 0..LANES {
            for k in 0..QUAD {
                sums[lane] += i32::from(bytes[k]) * i32::from(step[lane * QUAD + k]);
            }
        }
    }
    task.finish::<PORTABLE_FMA>(row, panel, &sums);
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{LANES, Step, Task};

    /// `R` rows by `P` panels: one instruction multiplies and adds 16 channels by four inputs.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma")]
    pub fn avx512<const R: usize, const P: usize>(task: &mut Task, row: usize, panel: usize) {
        let mut sums = [[_mm512_setzero_si512(); P]; R];
        let bytes: [_; R] = std::array::from_fn(|r| task.row(row + r));
        let weights: [_; P] = std::array::from_fn(|p| task.panel(panel + p));
        for step in 0..weights[0].len() {
            let mut w = [_mm512_setzero_si512(); P];
            for p in 0..P {
                let from: &Step = &weights[p][step];
                // SAFETY: a step is 64 bytes long, and the load asks for no alignment.
                w[p] = unsafe { _mm512_loadu_si512(from.as_ptr().cast()) };
            }
            for r in 0..R {
                let x = _mm512_set1_epi32(i32::from_ne_bytes(bytes[r][step]));
                for p in 0..P {
                    sums[r][p] = _mm512_dpbusd_epi32(sums[r][p], x, w[p]);
                }
            }
        }
        for r in 0..R {
            for p in 0..P {
                let mut products = [0i32; LANES];
                // SAFETY: 16 integers of 32 bits are the 64 bytes that the store writes, at any alignment.
                unsafe { _mm512_storeu_si512(products.as_mut_ptr().cast(), sums[r][p]) };
                task.finish::<true>(row + r, panel + p, &products);
            }
        }
    }

    /// `R` rows by one panel, widened to 16 bits: the 8-bit multiply-add of AVX2 would saturate.
    #[target_feature(enable = "avx2,fma")]
    pub fn avx2<const R: usize>(task: &mut Task, row: usize, panel: usize) {
        // Each register holds four channels, two partial sums of each.
        let mut sums = [[_mm256_setzero_si256(); 4]; R];
        let bytes: [_; R] = std::array::from_fn(|r| task.row(row + r));
        for (step, weights) in task.panel(panel).iter().enumerate() {
            let mut x = [_mm256_setzero_si256(); R];
            for r in 0..R {
                x[r] = _mm256_cvtepu8_epi16(_mm_set1_epi32(i32::from_ne_bytes(bytes[r][step])));
            }
            for (quarter, weights) in weights.as_chunks::<16>().0.iter().enumerate() {
                // SAFETY: the chunk is the 16 bytes that the load reads, at any alignment.
                let w = unsafe { _mm_loadu_si128(weights.as_ptr().cast()) };
                let w = _mm256_cvtepi8_epi16(w);
                for r in 0..R {
                    sums[r][quarter] = _mm256_add_epi32(sums[r][quarter], _mm256_madd_epi16(x[r], w));
                }
            }
        }
        for r in 0..R {
            let mut products = [0i32; LANES];
            for (half, out) in products.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                // Adding neighbours leaves channels 0 1 4 5 | 2 3 6 7; the permutation puts them in order.
                let pairs = _mm256_hadd_epi32(sums[r][2 * half], sums[r][2 * half + 1]);
                let ordered = _mm256_permute4x64_epi64::<0b11_01_10_00>(pairs);
                // SAFETY: 8 integers of 32 bits are the 32 bytes that the store writes, at any alignment.
                unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), ordered) };
            }
            task.finish::<true>(row + r, panel, &products);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::weights::Tensor;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn every_level_agrees_with_the_definition(
            rows in 1usize..20, panels in 1usize..6, depth in 1usize..6, seed: u32
        ) {
            let (outputs, depth) = (panels * LANES, depth * LANES);
            let random = |i: usize| (i as u32 ^ seed).wrapping_mul(2_654_435_761) >> 13;
            // The extreme weights and bytes are those that a saturating instruction would get wrong.
            let weights: Vec<i8> = (0..outputs * depth)
                .map(|i| match random(i) % 3 { 0 => 127, 1 => -127, _ => (random(i) >> 3) as i8 })
                .collect();
            let bytes: Vec<u8> = (0..rows * depth)
                .map(|i| if random(i) % 3 < 2 { 255 } else { (random(i) >> 4) as u8 })
                .collect();
            let scales: Vec<f32> = (0..outputs).map(|i| 0.001 * (1 + i % 7) as f32).collect();
            let bias: Vec<f32> = (0..outputs).map(|i| i as f32 * 0.1 - 1.0).collect();
            let row_scales: Vec<RowScale> =
                (0..rows).map(|r| RowScale { scale: 0.01 + r as f32 * 0.001, minimum: -1.0 }).collect();
            let tensor = Tensor::i8([outputs, depth], weights.clone(), scales.clone()).unwrap();
            let linear = Linear::new(&[bert::Linear { weight: &tensor, bias: &bias }]).unwrap();
            for simd in Simd::available() {
                let mut out = vec![0.0; rows * outputs];
                linear.apply(simd, &bytes, &row_scales, &mut out);
                for r in 0..rows {
                    for c in 0..outputs {
                        let expected: f64 = f64::from(bias[c]) + (0..depth).map(|k| {
                            let scale = row_scales[r];
                            let x = f64::from(scale.minimum)
                                + f64::from(scale.scale) * f64::from(bytes[r * depth + k]);
                            x * f64::from(weights[c * depth + k]) * f64::from(scales[c])
                        }).sum::<f64>();
                        let found = f64::from(out[r * outputs + c]);
                        prop_assert!((found - expected).abs() < 2e-3, "{found} is not {expected} ({simd:?})");
                    }
                }
            }
        }
    }
}
