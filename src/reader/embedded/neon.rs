//! The integer product in the vector instructions of AArch64.
//!
//! The dot product of Armv8.2 multiplies signed bytes, so each byte of a row is taken 128 lower, and 128 times the sum of
//! the channel's weights is where its sum begins: the same integers as everywhere.

// Counting through constant bounds is what the compiler unrolls into registers.
#![allow(clippy::needless_range_loop)]

use std::arch::aarch64::*;
use std::arch::asm;

use super::kernels::LANES;
use super::linear::{Outputs, QUAD, Tile};

/// Steps whose bytes of one row are loaded together; a depth is always a multiple of it.
const STEPS: usize = 4;

/// Adds to each of four channels the products of its four weights with the four bytes of one step.
macro_rules! multiply_add {
    ($sums:expr, $weights:expr, $bytes:expr, $step:literal) => {
        // SAFETY: the instruction touches registers alone, and the function around it has the feature. The intrinsic for it
        // is not stable yet.
        unsafe {
            asm!(
                concat!("sdot {sums:v}.4s, {weights:v}.16b, {bytes:v}.4b[", $step, "]"),
                sums = inout(vreg) $sums,
                weights = in(vreg) $weights,
                bytes = in(vreg) $bytes,
                options(pure, nomem, nostack, preserves_flags),
            )
        }
    };
}

/// `R` rows by one panel, four channels to a register.
#[target_feature(enable = "neon,dotprod")]
pub fn dot_product<const R: usize>(outputs: &mut Outputs, tile: Tile, panel: usize) {
    let rows: [&[[u8; QUAD]]; R] = tile.rows();
    let weights = outputs.linear.panel(panel);
    let start = outputs.linear.channels(panel).sums.as_chunks::<QUAD>().0;
    let mut sums = [[vdupq_n_s32(0); 4]; R];
    for quarter in 0..4 {
        // SAFETY: the chunk is the four integers that the load reads.
        let start = unsafe { vld1q_s32(start[quarter].as_ptr()) };
        for r in 0..R {
            sums[r][quarter] = vshlq_n_s32::<7>(start);
        }
    }
    let middle = vdupq_n_u8(128);
    for (steps, at) in weights.as_chunks::<STEPS>().0.iter().zip((0..).step_by(STEPS)) {
        let mut bytes = [vdupq_n_s8(0); R];
        for r in 0..R {
            let row = rows[r][at..].as_chunks::<STEPS>().0[0].as_flattened();
            // SAFETY: four steps of one row are the 16 bytes that the load reads.
            bytes[r] = vreinterpretq_s8_u8(veorq_u8(unsafe { vld1q_u8(row.as_ptr()) }, middle));
        }
        macro_rules! step {
            ($step:literal) => {
                let quarters = steps[$step].as_chunks::<16>().0;
                for quarter in 0..4 {
                    // SAFETY: the chunk is the 16 bytes that the load reads.
                    let w = unsafe { vld1q_s8(quarters[quarter].as_ptr()) };
                    for r in 0..R {
                        multiply_add!(sums[r][quarter], w, bytes[r], $step);
                    }
                }
            };
        }
        step!(0);
        step!(1);
        step!(2);
        step!(3);
    }
    for (r, sums) in sums.iter().enumerate() {
        let mut products = [0; LANES];
        for (out, sums) in products.as_chunks_mut::<QUAD>().0.iter_mut().zip(sums) {
            // SAFETY: the chunk is the four integers that the store writes.
            unsafe { vst1q_s32(out.as_mut_ptr(), *sums) };
        }
        outputs.finish::<true>(tile.row + r, panel, &products);
    }
}
