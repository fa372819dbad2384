//! The integer product in the vector instructions of x86-64: a tile of rows by one or two panels.
//!
//! Sums of the products are exact, and become floats by the operations of [`Outputs::finish`] in their order, so that
//! every level with a fused multiply-add gives the same bits.

// Counting through constant bounds is what the compiler unrolls into registers.
#![allow(clippy::needless_range_loop)]

use std::arch::x86_64::*;
use std::array::from_fn;

use super::kernels::{LANES, RowScale};
use super::linear::{Channels, Outputs, QUAD, Step, Tile};

/// `R` rows by `P` panels, one or two: one instruction multiplies and adds 16 channels by four inputs.
///
/// The compiler keeps the sums in registers only where no index into them is left after unrolling and no check stands
/// between; else it clears, writes and reads them in memory at every tile. Hence the pointers and the two calls at the end.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma")]
pub fn avx512<const R: usize, const P: usize>(outputs: &mut Outputs, tile: Tile, panel: usize) {
    let rows: [&[[u8; QUAD]]; R] = tile.rows();
    let steps = rows[0].len();
    let weights: [*const Step; P] = from_fn(|p| outputs.linear.panel(panel + p)[..steps].as_ptr());
    let mut starts = [rows[0].as_ptr(); R];
    for r in 0..R {
        starts[r] = rows[r].as_ptr();
    }
    let mut sums = [[_mm512_setzero_si512(); R]; P];
    for step in 0..steps {
        let mut w = [_mm512_setzero_si512(); P];
        for p in 0..P {
            // SAFETY: each panel was found to have that many steps, each is 64 bytes long, and the load asks for no
            // alignment.
            w[p] = unsafe { _mm512_loadu_si512(weights[p].add(step).cast()) };
        }
        for r in 0..R {
            // SAFETY: every row has that many steps; what is read is an array of bytes.
            let x = _mm512_set1_epi32(i32::from_ne_bytes(unsafe { *starts[r].add(step) }));
            for p in 0..P {
                sums[p][r] = _mm512_dpbusd_epi32(sums[p][r], x, w[p]);
            }
        }
    }
    let (rows, channels, out, stride) = outputs.block::<R, P>(tile.row, panel);
    let out = out.as_mut_ptr();
    // SAFETY: the block's outputs end with the lanes of its last row, for all its panels.
    unsafe { finish_512(sums[0], rows, &channels[0], out, stride) };
    if P == 2 {
        // SAFETY: as above; there are two panels.
        unsafe { finish_512(sums[P - 1], rows, &channels[P - 1], out.add(LANES), stride) };
    }
}

/// [`Outputs::finish`] for the products of `R` rows in registers.
///
/// # Safety
/// `out` must have room for [`LANES`] floats at every one of `R` strides.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma")]
unsafe fn finish_512<const R: usize>(
    products: [__m512i; R],
    rows: &[RowScale; R],
    channels: &Channels,
    out: *mut f32,
    stride: usize,
) {
    let Channels { scale, ones, bias } = channels;
    // SAFETY: each array is the 64 bytes that the load reads, at any alignment.
    let [scale, ones, bias] = [scale, ones, bias].map(|lanes| unsafe { _mm512_loadu_ps(lanes.as_ptr()) });
    for r in 0..R {
        let RowScale { scale: worth, minimum } = rows[r];
        let constant = _mm512_fmadd_ps(_mm512_set1_ps(minimum), ones, bias);
        let product = _mm512_mul_ps(_mm512_cvtepi32_ps(products[r]), _mm512_set1_ps(worth));
        let lanes = _mm512_fmadd_ps(product, scale, constant);
        // SAFETY: the caller's outputs have room for the lanes of every row.
        unsafe { _mm512_storeu_ps(out.add(r * stride), lanes) };
    }
}

/// Defines a kernel of `R` rows by one panel, half a panel to a register, around a multiply-add of bytes.
macro_rules! vnni_256 {
    ($(#[$meta:meta])* $name:ident, $features:literal, $multiply_add:ident) => {
        $(#[$meta])*
        #[target_feature(enable = $features)]
        pub fn $name<const R: usize>(outputs: &mut Outputs, tile: Tile, panel: usize) {
            let mut sums = [[_mm256_setzero_si256(); 2]; R];
            let rows: [&[[u8; QUAD]]; R] = tile.rows();
            for (step, weights) in (0..rows[0].len()).zip(outputs.linear.panel(panel)) {
                let halves = weights.as_chunks::<32>().0;
                // SAFETY: each chunk is the 32 bytes that the load reads, at any alignment.
                let w = [0, 1].map(|half| unsafe { _mm256_loadu_si256(halves[half].as_ptr().cast()) });
                for r in 0..R {
                    let x = _mm256_set1_epi32(i32::from_ne_bytes(rows[r][step]));
                    for half in 0..2 {
                        sums[r][half] = $multiply_add(sums[r][half], x, w[half]);
                    }
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                finish_256(outputs, tile.row + r, panel, sums);
            }
        }
    };
}

vnni_256! {
    /// As [`avx512`] with the registers of CPUs that have the instruction at 256 bits only.
    avx_vnni, "avx2,fma,avxvnni", _mm256_dpbusd_avx_epi32
}

#[cfg(test)]
vnni_256! {
    /// [`avx_vnni`] with the same instruction in AVX-512's encoding, so that CPUs without the other can test it.
    avx512_vnni_256, "avx2,fma,avx512vl,avx512vnni", _mm256_dpbusd_epi32
}

/// `R` rows by one panel, widened to 16 bits: the 8-bit multiply-add of AVX2 would saturate.
#[target_feature(enable = "avx2,fma")]
pub fn avx2<const R: usize>(outputs: &mut Outputs, tile: Tile, panel: usize) {
    // Each register holds four channels, two partial sums of each.
    let mut sums = [[_mm256_setzero_si256(); 4]; R];
    let rows: [&[[u8; QUAD]]; R] = tile.rows();
    for (step, weights) in (0..rows[0].len()).zip(outputs.linear.panel(panel)) {
        let mut x = [_mm256_setzero_si256(); R];
        for r in 0..R {
            x[r] = _mm256_cvtepu8_epi16(_mm_set1_epi32(i32::from_ne_bytes(rows[r][step])));
        }
        let quarters = weights.as_chunks::<16>().0;
        for quarter in 0..4 {
            // SAFETY: the chunk is the 16 bytes that the load reads, at any alignment.
            let w = unsafe { _mm_loadu_si128(quarters[quarter].as_ptr().cast()) };
            let w = _mm256_cvtepi8_epi16(w);
            for r in 0..R {
                sums[r][quarter] = _mm256_add_epi32(sums[r][quarter], _mm256_madd_epi16(x[r], w));
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        // Adding neighbours leaves channels 0 1 4 5 | 2 3 6 7; the permutation puts them in order.
        let halves = [0, 1].map(|half| {
            let pairs = _mm256_hadd_epi32(sums[2 * half], sums[2 * half + 1]);
            _mm256_permute4x64_epi64::<0b11_01_10_00>(pairs)
        });
        finish_256(outputs, tile.row + r, panel, &halves);
    }
}

/// [`Outputs::finish`] for products in registers.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn finish_256(outputs: &mut Outputs, row: usize, panel: usize, products: &[__m256i; 2]) {
    let RowScale { scale, minimum } = outputs.rows[row];
    let linear = outputs.linear;
    let channels = linear.channels(panel);
    let out = outputs.lanes(row, panel);
    for half in 0..2 {
        let lanes = half * LANES / 2..;
        let [worth, ones, bias] = [&channels.scale, &channels.ones, &channels.bias].map(|all| {
            // SAFETY: from the first or the ninth of 16 floats on there are the 8 that the load reads.
            unsafe { _mm256_loadu_ps(all[lanes.clone()].as_ptr()) }
        });
        let constant = _mm256_fmadd_ps(_mm256_set1_ps(minimum), ones, bias);
        let product = _mm256_mul_ps(_mm256_cvtepi32_ps(products[half]), _mm256_set1_ps(scale));
        // SAFETY: as above, for the store.
        unsafe { _mm256_storeu_ps(out[lanes].as_mut_ptr(), _mm256_fmadd_ps(product, worth, constant)) };
    }
}
