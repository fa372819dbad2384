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
#[cfg(target_arch = "aarch64")]
use super::neon;
#[cfg(target_arch = "x86_64")]
use super::x86;
use crate::reader::bert;
use crate::reader::quantize::quantize_matrix;
use crate::reader::simd::{Level, PORTABLE_FMA, Simd, fma};
use crate::reader::weights::{Values, WeightsError};

/// Consecutive inputs that one step of the dot product takes at a time.
pub(super) const QUAD: usize = 4;

/// Runs an expression with `$R` the constant that `$height` is, one of those listed.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! by_height {
    ($height:expr, $R:ident of $($value:literal)+ => $body:expr) => {
        match $height {
            $($value => {
                const $R: usize = $value;
                $body
            })+
            height => unreachable!("no tile is {height} rows high"),
        }
    };
}

/// Weights of [`LANES`] output channels for four inputs: channel-major.
pub(super) type Step = [i8; LANES * QUAD];

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
pub(super) struct Channels {
    /// What one unit of the integer product is worth, for a row scale of 1.
    pub(super) scale: [f32; LANES],
    /// The output, less its bias, of a row of ones: scale times the sum of the channel's integers.
    pub(super) ones: [f32; LANES],
    /// The channel's bias.
    pub(super) bias: [f32; LANES],
    /// The sum of the channel's integers.
    #[cfg(target_arch = "aarch64")]
    pub(super) sums: [i32; LANES],
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
        let mut sums = [0; LANES];
        for (sum, row) in sums.iter_mut().zip(weights.chunks_exact(self.depth)) {
            *sum = row.iter().map(|&w| i32::from(w)).sum();
        }
        self.channels.push(Channels {
            scale: *scale,
            ones: std::array::from_fn(|lane| sums[lane] as f32 * scale[lane]),
            bias: *bias,
            #[cfg(target_arch = "aarch64")]
            sums,
        });
    }

    /// Number of inputs.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.channels.len() * LANES
    }

    /// Writes the outputs for every row: `bytes` is rows × depth, `out` rows × outputs, both row-major.
    pub fn apply(&self, simd: Simd, bytes: &[u8], rows: &[RowScale], out: &mut [f32]) {
        assert!(bytes.len() == rows.len() * self.depth && out.len() == rows.len() * self.outputs());
        let bytes = bytes.as_chunks::<QUAD>().0;
        let mut outputs = Outputs { linear: self, rows, out };
        match simd.level() {
            Level::Portable => {
                outputs.cover(bytes, 1, 1, |outputs, tile, panel, _| portable(outputs, tile, panel))
            }
            // SAFETY: a `Simd` of this level is only made where the CPU has its features.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => outputs.cover(bytes, 3, 1, |outputs, tile, panel, _| unsafe {
                by_height!(tile.height, R of 1 2 3 => x86::avx2::<R>(outputs, tile, panel));
            }),
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::AvxVnni => outputs.cover(bytes, 6, 1, |outputs, tile, panel, _| unsafe {
                by_height!(tile.height, R of 1 2 3 4 5 6 => x86::avx_vnni::<R>(outputs, tile, panel));
            }),
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => outputs.cover(bytes, 12, 2, |outputs, tile, panel, width| unsafe {
                by_height!(tile.height, R of 1 2 3 4 5 6 7 8 9 10 11 12 => match width {
                    2 => x86::avx512::<R, 2>(outputs, tile, panel),
                    _ => x86::avx512::<R, 1>(outputs, tile, panel),
                });
            }),
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Level::DotProduct => outputs.cover(bytes, 4, 1, |outputs, tile, panel, _| unsafe {
                by_height!(tile.height, R of 1 2 3 4 => neon::dot_product::<R>(outputs, tile, panel));
            }),
        }
    }

    /// The weights of one panel, four inputs at a time.
    #[inline(always)]
    pub(super) fn panel(&self, panel: usize) -> &[Step] {
        let steps = self.depth / QUAD;
        &self.steps[panel * steps..][..steps]
    }

    /// What the integers of one panel become floats by.
    #[inline(always)]
    pub(super) fn channels(&self, panel: usize) -> &Channels {
        &self.channels[panel]
    }
}

/// A few rows of bytes that are multiplied together.
#[derive(Clone, Copy)]
pub(super) struct Tile<'a> {
    /// Row by row, four bytes to a step.
    bytes: &'a [[u8; QUAD]],
    /// Its first row.
    pub(super) row: usize,
    /// Number of rows.
    height: usize,
}

impl<'a> Tile<'a> {
    /// Its rows, of which there are `R`.
    #[inline(always)]
    pub(super) fn rows<const R: usize>(self) -> [&'a [[u8; QUAD]]; R] {
        let steps = self.bytes.len() / R;
        let mut rows = [self.bytes; R];
        for (row, bytes) in rows.iter_mut().enumerate() {
            *bytes = &self.bytes[row * steps..][..steps];
        }
        rows
    }
}

/// Where the outputs of one product go.
pub(super) struct Outputs<'a> {
    pub(super) linear: &'a Linear,
    pub(super) rows: &'a [RowScale],
    out: &'a mut [f32],
}

impl Outputs<'_> {
    /// Runs `product` on every `height` rows (at the end, on what is left) with every `width` panels (at the end, with
    /// single ones). It takes the rows' tile, the first panel and their number.
    ///
    /// Panels are the outer loop: those of one tile stay in the nearest cache while the rows go by.
    fn cover(
        &mut self,
        bytes: &[[u8; QUAD]],
        height: usize,
        width: usize,
        product: impl Fn(&mut Self, Tile, usize, usize),
    ) {
        let (panels, steps) = (self.linear.channels.len(), self.linear.depth / QUAD);
        let mut panel = 0;
        while panel < panels {
            let width = if panel + width <= panels { width } else { 1 };
            for (row, bytes) in (0..).step_by(height).zip(bytes.chunks(height * steps)) {
                product(self, Tile { bytes, row, height: bytes.len() / steps }, panel, width);
            }
            panel += width;
        }
    }

    /// The outputs of one row for one panel.
    #[inline(always)]
    pub(super) fn lanes(&mut self, row: usize, panel: usize) -> &mut [f32; LANES] {
        let panels = self.linear.channels.len();
        &mut self.out.as_chunks_mut().0[row * panels + panel]
    }

    /// Of `R` rows for `P` panels: what the rows' bytes stand for, what the panels' integers become floats by, the outputs
    /// from the first row's on to the end of the last row's, and how far a row's are from the next one's.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(super) fn block<const R: usize, const P: usize>(
        &mut self,
        row: usize,
        panel: usize,
    ) -> (&[RowScale; R], &[Channels; P], &mut [f32], usize) {
        let stride = self.linear.outputs();
        let rows = self.rows[row..].first_chunk().expect("a tile lies within the rows");
        let channels = self.linear.channels[panel..].first_chunk().expect("there are so many panels");
        let out = &mut self.out[row * stride + panel * LANES..][..(R - 1) * stride + P * LANES];
        (rows, channels, out, stride)
    }

    /// Turns one row's integer products for one panel into outputs.
    #[inline(always)]
    pub(super) fn finish<const FMA: bool>(&mut self, row: usize, panel: usize, products: &[i32; LANES]) {
        let RowScale { scale, minimum } = self.rows[row];
        let linear = self.linear;
        let channels = linear.channels(panel);
        let out = self.lanes(row, panel);
        for lane in 0..LANES {
            let constant = fma::<FMA>(minimum, channels.ones[lane], channels.bias[lane]);
            out[lane] = fma::<FMA>(products[lane] as f32 * scale, channels.scale[lane], constant);
        }
    }
}

/// One row by one panel in plain Rust.
fn portable(outputs: &mut Outputs, tile: Tile, panel: usize) {
    let mut sums = [0i32; LANES];
    let [row] = tile.rows();
    for (bytes, step) in row.iter().zip(outputs.linear.panel(panel)) {
        for lane in 0..LANES {
            for k in 0..QUAD {
                sums[lane] += i32::from(bytes[k]) * i32::from(step[lane * QUAD + k]);
            }
        }
    }
    outputs.finish::<PORTABLE_FMA>(tile.row, panel, &sums);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::weights::Tensor;
    use proptest::prelude::*;

    /// Numbers without a pattern, from 0 to 2¹⁹.
    fn random(seed: u32) -> impl Fn(usize) -> u32 {
        move |i| (i as u32 ^ seed).wrapping_mul(2_654_435_761) >> 13
    }

    /// Weights and bytes, most of them the extremes that a saturating instruction would get wrong.
    fn extremes(rows: usize, outputs: usize, depth: usize, seed: u32) -> (Vec<i8>, Vec<u8>) {
        let random = random(seed);
        let weight = |i| match random(i) % 3 {
            0 => 127,
            1 => -127,
            _ => (random(i) >> 3) as i8,
        };
        let byte = |i| if random(i) % 3 < 2 { 255 } else { (random(i) >> 4) as u8 };
        ((0..outputs * depth).map(weight).collect(), (0..rows * depth).map(byte).collect())
    }

    /// A product by a kernel of its own; one for each level, and those that only tests have.
    type Product = Box<dyn Fn(&Linear, &[u8], &[RowScale], &mut [f32])>;

    fn products() -> Vec<(String, Product)> {
        let mut products: Vec<(String, Product)> = Vec::new();
        for simd in Simd::available() {
            let product: Product = Box::new(move |linear, bytes, rows, out| {
                linear.apply(simd, bytes, rows, out);
            });
            products.push((format!("{simd:?}"), product));
        }
        #[cfg(target_arch = "x86_64")]
        if Simd::available().iter().any(|simd| simd.level() == Level::Avx512) {
            let product: Product = Box::new(|linear, bytes, rows, out| {
                // SAFETY: the CPU has AVX-512 with VNNI.
                Outputs { linear, rows, out }.cover(bytes.as_chunks().0, 6, 1, |outputs, tile, panel, _| unsafe {
                    by_height!(tile.height, R of 1 2 3 4 5 6 => x86::avx512_vnni_256::<R>(outputs, tile, panel));
                });
            });
            products.push(("AVX-VNNI in the encoding of AVX-512".to_owned(), product));
        }
        products
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn every_kernel_has_the_integers_of_the_definition(
            rows in 1usize..30, panels in 1usize..6, depth in 1usize..6, seed: u32
        ) {
            let (outputs, depth) = (panels * LANES, depth * LANES);
            let (weights, bytes) = extremes(rows, outputs, depth, seed);
            let tensor = Tensor::i8([outputs, depth], weights.clone(), vec![1.0; outputs]).unwrap();
            let linear = Linear::new(&[bert::Linear { weight: &tensor, bias: &vec![0.0; outputs] }]).unwrap();
            for (name, product) in products() {
                let mut out = vec![f32::NAN; rows * outputs];
                product(&linear, &bytes, &vec![RowScale { scale: 1.0, minimum: 0.0 }; rows], &mut out);
                for (found, (r, c)) in out.iter().zip((0..rows).flat_map(|r| (0..outputs).map(move |c| (r, c)))) {
                    let expected: i32 = (0..depth)
                        .map(|k| i32::from(bytes[r * depth + k]) * i32::from(weights[c * depth + k]))
                        .sum();
                    // Below 2²⁴ a float holds it exactly.
                    prop_assert_eq!(*found, expected as f32, "row {} channel {} ({})", r, c, name);
                }
            }
        }

        #[test]
        fn every_kernel_agrees_with_the_definition(
            rows in 1usize..30, panels in 1usize..6, depth in 1usize..6, seed: u32
        ) {
            let (outputs, depth) = (panels * LANES, depth * LANES);
            let (weights, bytes) = extremes(rows, outputs, depth, seed);
            let scales: Vec<f32> = (0..outputs).map(|i| 0.001 * (1 + i % 7) as f32).collect();
            let bias: Vec<f32> = (0..outputs).map(|i| i as f32 * 0.1 - 1.0).collect();
            let row_scales: Vec<RowScale> =
                (0..rows).map(|r| RowScale { scale: 0.01 + r as f32 * 0.001, minimum: -1.0 }).collect();
            let tensor = Tensor::i8([outputs, depth], weights.clone(), scales.clone()).unwrap();
            let linear = Linear::new(&[bert::Linear { weight: &tensor, bias: &bias }]).unwrap();
            for (name, product) in products() {
                let mut out = vec![f32::NAN; rows * outputs];
                product(&linear, &bytes, &row_scales, &mut out);
                for r in 0..rows {
                    for c in 0..outputs {
                        let expected: f64 = f64::from(bias[c]) + (0..depth).map(|k| {
                            let scale = row_scales[r];
                            let x = f64::from(scale.minimum)
                                + f64::from(scale.scale) * f64::from(bytes[r * depth + k]);
                            x * f64::from(weights[c * depth + k]) * f64::from(scales[c])
                        }).sum::<f64>();
                        let found = f64::from(out[r * outputs + c]);
                        prop_assert!((found - expected).abs() < 2e-3, "{found} is not {expected} ({name})");
                    }
                }
            }
        }
    }
}
