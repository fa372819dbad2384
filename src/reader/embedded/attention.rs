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

/// Memory for one sentence.
///
/// What pads it is left over from earlier sentences: it takes part in no result.
#[derive(Default)]
pub struct Scratch {
    /// Heads × tokens × head size.
    queries: Vec<f32>,
    /// Heads × head size × tokens, padded: the keys as columns.
    keys: Vec<f32>,
    /// Heads × tokens × head size, padded.
    values: Vec<f32>,
    /// Queries × keys of one head.
    scores: Vec<f32>,
    /// Queries × head size, padded.
    mixed: Vec<f32>,
}

/// Writes one sentence's attention to `out`, tokens × width with the heads side by side.
///
/// `projected` is tokens × 3·width: query, key and value of each token.
pub fn attend(simd: Simd, heads: Heads, projected: &[f32], out: &mut [f32], scratch: &mut Scratch) {
    let size = heads.size;
    let width = heads.count * size;
    let tokens = out.len() / width;
    let padded = tokens.next_multiple_of(LANES);
    let columns = size.next_multiple_of(LANES);
    let Scratch { queries, keys, values, scores, mixed } = scratch;
    queries.resize(tokens * width, 0.0);
    keys.resize(width * padded, 0.0);
    values.resize(heads.count * tokens * columns, 0.0);
    let root = 1.0 / (size as f32).sqrt();
    // Tokens are the outer loop, so that `projected`, too large for the nearer caches, is read in its order.
    for (token, row) in projected.chunks_exact(3 * width).enumerate() {
        let (query, rest) = row.split_at(width);
        let (key, value) = rest.split_at(width);
        for (out, key) in keys[token..].iter_mut().step_by(padded).zip(key) {
            *out = key * root;
        }
        for head in 0..heads.count {
            let place = head * tokens + token;
            queries[place * size..][..size].copy_from_slice(&query[head * size..][..size]);
            values[place * columns..][..size].copy_from_slice(&value[head * size..][..size]);
        }
    }
    for head in 0..heads.count {
        let keys = &keys[head * size * padded..][..size * padded];
        let values = &values[head * tokens * columns..][..tokens * columns];
        for first in (0..tokens).step_by(QUERIES) {
            let count = QUERIES.min(tokens - first);
            let queries = &queries[(head * tokens + first) * size..][..count * size];
            scores.resize(count * padded, 0.0);
            mixed.resize(count * columns, 0.0);
            matmul(simd, queries, size, size, keys, padded, scores);
            for row in scores.chunks_exact_mut(padded) {
                row[tokens..].fill(NEVER);
            }
            softmax(simd, scores, padded);
            matmul(simd, scores, padded, tokens, values, columns, mixed);
            let rows = out.chunks_exact_mut(width).skip(first);
            for (row, mixed) in rows.zip(mixed.chunks_exact(columns)) {
                row[head * size..][..size].copy_from_slice(&mixed[..size]);
            }
        }
    }
}
