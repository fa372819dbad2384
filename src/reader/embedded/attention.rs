//! Self-attention within one sentence, in floats.

use super::kernels::{LANES, softmax};
use super::simd::Simd;
use super::small::matmul;

/// Queries taken at a time, so that the scores of a long sentence stay in cache.
const QUERIES: usize = 64;

/// The score of padding, whose weight after softmax is zero.
const NEVER: f32 = -1e30;

/// Attention heads and the width of each.
#[derive(Clone, Copy)]
pub struct Heads {
    /// How many there are.
    pub count: usize,
    /// Their width.
    pub size: usize,
}

/// Memory for one head of one sentence.
#[derive(Default)]
pub struct Scratch {
    /// Head size × keys, padded with zeros.
    keys: Vec<f32>,
    /// Keys × head size, padded with zeros.
    values: Vec<f32>,
    /// Queries × keys.
    scores: Vec<f32>,
    /// Queries × head size.
    mixed: Vec<f32>,
}

/// Writes one sentence's attention to `out`, tokens × width with the heads side by side.
///
/// `projected` is tokens × 3·width: query, key and value of each token.
pub fn attend(simd: Simd, heads: Heads, projected: &[f32], out: &mut [f32], scratch: &mut Scratch) {
    let width = heads.count * heads.size;
    let tokens = out.len() / width;
    let padded = tokens.next_multiple_of(LANES);
    let columns = heads.size.next_multiple_of(LANES);
    let Scratch { keys, values, scores, mixed } = scratch;
    let fresh = |memory: &mut Vec<f32>, length: usize| {
        memory.clear();
        memory.resize(length, 0.0);
    };
    fresh(keys, heads.size * padded);
    fresh(values, tokens * columns);
    let root = 1.0 / (heads.size as f32).sqrt();
    for head in 0..heads.count {
        let part = head * heads.size;
        for (token, row) in projected.chunks_exact(3 * width).enumerate() {
            for (unit, key) in row[width + part..][..heads.size].iter().enumerate() {
                keys[unit * padded + token] = key * root;
            }
            values[token * columns..][..heads.size].copy_from_slice(&row[2 * width + part..][..heads.size]);
        }
        for first in (0..tokens).step_by(QUERIES) {
            let count = QUERIES.min(tokens - first);
            scores.resize(count * padded, 0.0);
            mixed.resize(count * columns, 0.0);
            let queries = &projected[first * 3 * width + part..];
            matmul(simd, queries, 3 * width, heads.size, keys, padded, scores);
            for row in scores.chunks_exact_mut(padded) {
                row[tokens..].fill(NEVER);
            }
            softmax(simd, scores, padded);
            matmul(simd, scores, padded, tokens, values, columns, mixed);
            let rows = out.chunks_exact_mut(width).skip(first);
            for (row, mixed) in rows.zip(mixed.chunks_exact(columns)) {
                row[part..][..heads.size].copy_from_slice(&mixed[..heads.size]);
            }
        }
    }
}
