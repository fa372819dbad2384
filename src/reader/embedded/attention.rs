//! Self-attention within one sentence, in floats.

use super::grown;
use super::kernels::{LANES, softmax};
use super::small::{Line, Rows, TILE, matmul};
use crate::reader::simd::Simd;

/// Queries taken at a time, so that the scores of a long sentence stay in cache.
const QUERIES: usize = 64;

/// The score of padding, whose weight after softmax is zero.
const NEVER: f32 = -1e30;

/// Attention heads and the width of each.
#[derive(Clone, Copy)]
pub struct Heads {
    /// How many there are.
    pub count: usize,
    /// Their width, a multiple of [`LANES`].
    pub size: usize,
}

/// Memory for one sentence; it only grows.
///
/// What pads it is left over from earlier sentences: it takes part in no result.
#[derive(Default)]
pub struct Scratch {
    /// The keys of one head as columns: for each [`TILE`] tokens, for each unit, their values.
    keys: Vec<Line>,
    /// The values of one head: for each [`TILE`] units, for each token, its values.
    values: Vec<Line>,
    /// Queries × keys of one head.
    scores: Vec<f32>,
}

/// Writes one sentence's attention to `out`, tokens × width with the heads side by side.
///
/// `projected` is tokens × 3·width: query, key and value of each token.
pub fn attend(simd: Simd, heads: Heads, projected: &[f32], out: &mut [f32], scratch: &mut Scratch) {
    let size = heads.size;
    let width = heads.count * size;
    let tokens = out.len() / width;
    if tokens == 0 {
        return;
    }
    let padded = tokens.next_multiple_of(LANES);
    let keys = grown(&mut scratch.keys, size * padded / TILE);
    let values = grown(&mut scratch.values, tokens * size / TILE);
    let scores = grown(&mut scratch.scores, QUERIES.min(tokens) * padded);
    let root = 1.0 / (size as f32).sqrt();
    for unit in (0..width).step_by(size) {
        for (token, row) in projected.chunks_exact(3 * width).enumerate() {
            let key = &row[width + unit..][..size];
            let column = &mut keys[token / TILE * size..][..size];
            for (out, key) in column.iter_mut().zip(key) {
                out.0[token % TILE] = key * root;
            }
            let value = row[2 * width + unit..][..size].as_chunks().0;
            for (out, value) in values[token..].iter_mut().step_by(tokens).zip(value) {
                *out = Line(*value);
            }
        }
        for first in (0..tokens).step_by(QUERIES) {
            let count = QUERIES.min(tokens - first);
            let queries = Rows { values: &projected[first * 3 * width + unit..], stride: 3 * width };
            let scores = &mut scores[..count * padded];
            matmul(simd, count, size, queries, keys, scores, padded);
            for row in scores.chunks_exact_mut(padded) {
                row[tokens..].fill(NEVER);
            }
            softmax(simd, scores, padded);
            let scores = Rows { values: scores, stride: padded };
            matmul(simd, count, tokens, scores, values, &mut out[first * width + unit..], width);
        }
    }
}
