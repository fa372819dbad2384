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

/// `R` rows by `P` panels: one instruction multiplies and adds 16 channels by four inputs.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma")]
pub fn avx512<const R: usize, const P: usize>(outputs: &mut Outputs, tile: Tile, panel: usize) {
    let bytes: &[[[u8; QUAD]; R]] = tile.bytes.as_chunks::<R>().0;
    let weights: [*const Step; P] = from_fn(|p| outputs.linear.panel(panel + p)[..bytes.len()].as_ptr());
    let mut sums = [[_mm512_setzero_si512(); P]; R];
    for (step, bytes) in bytes.iter().enumerate() {
        let mut w = [_mm512_setzero_si512(); P];
        for p in 0..P {
            // SAFETY: each panel was found to have as many steps as there are bytes, each is 64 bytes long, and the load
            // asks for no alignment. Indexing here, with its way out of the loop, makes the compiler write the sums to
            // memory at every step.
            w[p] = unsafe { _mm512_loadu_si512(weights[p].add(step).cast()) };
        }
        for r in 0..R {
            let x = _mm512_set1_epi32(i32::from_ne_bytes(bytes[r]));
            for p in 0..P {
                sums[r][p] = _mm512_dpbusd_epi32(sums[r][p], x, w[p]);
            }
        }
    }
    for p in 0..P {
        let Channels { scale, ones, bias } = outputs.linear.channels(panel + p);
        // SAFETY: each array is the 64 bytes that the load reads, at any alignment.
        let [scale, ones, bias] = [scale, ones, bias].map(|lanes| unsafe { _mm512_loadu_ps(lanes.as_ptr()) });
        for r in 0..R {
            let row = outputs.rows[tile.row + r];
            let constant = _mm512_fmadd_ps(_mm512_set1_ps(row.minimum), ones, bias);
            let product = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[r][p]), _mm512_set1_ps(row.scale));
            let out = outputs.lanes(tile.row + r, panel + p);
            // SAFETY: 16 floats are the 64 bytes that the store writes, at any alignment.
            unsafe { _mm512_storeu_ps(out.as_mut_ptr(), _mm512_fmadd_ps(product, scale, constant)) };
        }
    }
}

/// Defines a kernel of `R` rows by one panel, half a panel to a register, around a multiply-add of bytes.
macro_rules! vnni_256 {
    ($(#[$meta:meta])* $name:ident, $features:literal, $multiply_add:ident) => {
        $(#[$meta])*
        #[target_feature(enable = $features)]
        pub fn $name<const R: usize>(outputs: &mut Outputs, tile: Tile, panel: usize) {
            let mut sums = [[_mm256_setzero_si256(); 2]; R];
            for (bytes, weights) in tile.bytes.as_chunks::<R>().0.iter().zip(outputs.linear.panel(panel)) {
                let halves = weights.as_chunks::<32>().0;
                // SAFETY: each chunk is the 32 bytes that the load reads, at any alignment.
                let w = [0, 1].map(|half| unsafe { _mm256_loadu_si256(halves[half].as_ptr().cast()) });
                for r in 0..R {
                    let x = _mm256_set1_epi32(i32::from_ne_bytes(bytes[r]));
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
    for (bytes, weights) in tile.bytes.as_chunks::<R>().0.iter().zip(outputs.linear.panel(panel)) {
        let mut x = [_mm256_setzero_si256(); R];
        for r in 0..R {
            x[r] = _mm256_cvtepu8_epi16(_mm_set1_epi32(i32::from_ne_bytes(bytes[r])));
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
