//! The default engine: the encoder's forward pass in pure Rust on int8 weights.
//!
//! Weights are int8 per output channel; the rows that enter a linear map become bytes by their own range
//! (dynamic quantisation per row), so a sentence's states do not depend on what else is in its batch, bit for
//! bit. Products are exact in integers; attention, normalisation and GELU are in floats. One call runs on one
//! thread: the caller gives each of its threads a batch of its own.

mod attention;
mod kernels;
#[allow(unsafe_code, reason = "calls the kernels of the instruction set that the CPU was found to have")]
mod linear;
#[cfg(target_arch = "aarch64")]
#[allow(
    unsafe_code,
    reason = "vector loads and stores go through pointers; one instruction has no stable intrinsic"
)]
mod neon;
mod projection;
#[allow(unsafe_code, reason = "vector loads and stores go through pointers")]
mod small;
#[cfg(test)]
mod tests;
mod window;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores go through pointers")]
mod x86;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use attention::{Heads, Scratch, attend};
use kernels::{LANES, RowScale, add_norm, gelu_quantize, quantize};
use linear::Linear;
pub(crate) use projection::Projection;
use window::Window;

use super::bert::{self, Bert, Config, Norm};
use super::encoder::{Encoder, ReaderError, check_batch};
use super::quantize::quantize_matrix;
use super::reading::{Batch, States};
use super::simd::Simd;
use super::weights::{Values, Weights, WeightsError};

/// Tokens that go through a layer's token-wise part together, so that what passes between its linear maps
/// stays in cache; a multiple of the tallest tile.
const BLOCK: usize = 48;

/// The encoder on int8 weights.
pub struct Embedded {
    config: Config,
    simd: Simd,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    /// Memory of passes that ended, for those to come.
    workspaces: Mutex<Vec<Workspace>>,
}

struct Embeddings {
    words: Vec<i8>,
    word_scales: Vec<f32>,
    positions: Vec<f32>,
    types: Vec<f32>,
    norm: Normalisation,
}

struct Layer {
    /// Query, key and value side by side.
    project: Linear,
    join: Linear,
    attention_norm: Normalisation,
    up: Linear,
    down: Linear,
    output_norm: Normalisation,
}

struct Normalisation {
    gain: Vec<f32>,
    offset: Vec<f32>,
}

impl From<Norm<'_>> for Normalisation {
    fn from(norm: Norm) -> Self {
        Self { gain: norm.weight.to_vec(), offset: norm.bias.to_vec() }
    }
}

impl Normalisation {
    /// `states = norm(states + dense)`, row by row.
    fn add(&self, states: &mut [f32], dense: &[f32], epsilon: f32, simd: Simd) {
        let width = self.gain.len();
        for (state, dense) in states.chunks_exact_mut(width).zip(dense.chunks_exact(width)) {
            add_norm(simd, state, dense, &self.gain, &self.offset, epsilon);
        }
    }
}

/// Memory for one pass over one batch; it only grows.
#[derive(Default)]
struct Workspace {
    /// Query, key and value of tokens whose sentence has not been attended to, rows of 3·width.
    projected: Window,
    /// The heads' outputs for tokens that have gone no further, rows of width.
    attended: Window,
    /// What enters a linear map, for one block.
    rows: Rows,
    /// Outputs of a linear map for one block, rows of the hidden size.
    dense: Vec<f32>,
    /// Outputs of the feed-forward's first map for one block, rows of the inner size.
    inner: Vec<f32>,
    scratch: Scratch,
}

/// Rows of one block as bytes.
#[derive(Default)]
struct Rows {
    bytes: Vec<u8>,
    scales: Vec<RowScale>,
}

impl Rows {
    /// Writes the outputs of `linear` for these rows.
    fn apply(&self, linear: &Linear, simd: Simd, out: &mut [f32]) {
        let bytes = &self.bytes[..self.scales.len() * linear.depth()];
        linear.apply(simd, bytes, &self.scales, out);
    }

    /// Quantises `values`, rows of `width`.
    fn fill(&mut self, values: &[f32], width: usize, simd: Simd) {
        let bytes = grown(&mut self.bytes, values.len());
        self.scales.clear();
        let rows = values.chunks_exact(width).zip(bytes.chunks_exact_mut(width));
        self.scales.extend(rows.map(|(row, bytes)| quantize(simd, row, bytes)));
    }

    /// Quantises the GELU of `values`, rows of `width`, which are overwritten.
    fn fill_gelu(&mut self, values: &mut [f32], width: usize, simd: Simd) {
        let bytes = grown(&mut self.bytes, values.len());
        self.scales.clear();
        let rows = values.chunks_exact_mut(width).zip(bytes.chunks_exact_mut(width));
        self.scales.extend(rows.map(|(row, bytes)| gelu_quantize(simd, row, bytes)));
    }
}

/// The first `length` of `memory`, which is made longer where it must; what it holds is left over.
fn grown<T: Clone + Default>(memory: &mut Vec<T>, length: usize) -> &mut [T] {
    if memory.len() < length {
        memory.resize(length, T::default());
    }
    &mut memory[..length]
}

impl Embedded {
    /// Lays the weights out for the forward pass; float weights become int8.
    ///
    /// # Errors
    /// Where a tensor is missing or of another shape than `config` wants, or the size of a layer or of an attention
    /// head is no multiple of 16.
    pub fn new(weights: &Weights, config: &Config) -> Result<Self, WeightsError> {
        if !config.head_size().is_multiple_of(LANES) {
            let message = format!("attention heads of {}: not a multiple of {LANES}", config.head_size());
            return Err(WeightsError::Config(message));
        }
        let bert = Bert::new(weights, config)?;
        let quantized = quantize_matrix(bert.words);
        let words = quantized.as_ref().unwrap_or(bert.words);
        let Values::I8 { values, scales } = words.values() else {
            return Err(WeightsError::Config("the word embeddings are no matrix".to_owned()));
        };
        let layers = bert
            .layers
            .iter()
            .map(|layer| {
                Ok(Layer {
                    project: Linear::new(&[layer.query, layer.key, layer.value])?,
                    join: Linear::new(&[layer.projection])?,
                    attention_norm: layer.attention_norm.into(),
                    up: Linear::new(&[layer.up])?,
                    down: Linear::new(&[layer.down])?,
                    output_norm: layer.output_norm.into(),
                })
            })
            .collect::<Result<_, WeightsError>>()?;
        Ok(Self {
            config: config.clone(),
            simd: Simd::detect(),
            embeddings: Embeddings {
                words: values.clone(),
                word_scales: scales.clone(),
                positions: bert.positions.to_vec(),
                types: bert.types.to_vec(),
                norm: bert.norm.into(),
            },
            layers,
            workspaces: Mutex::default(),
        })
    }

    /// Writes the sum of word, position and type embeddings, normalised, to `states`, tokens × width.
    fn embed(&self, batch: &Batch, states: &mut [f32]) {
        let width = self.config.hidden_size;
        let row = |index: usize| index * width..(index + 1) * width;
        let Embeddings { words, word_scales, positions, types, norm } = &self.embeddings;
        for bounds in batch.offsets.windows(2) {
            for (position, token) in (bounds[0]..bounds[1]).enumerate() {
                let id = batch.ids[token] as usize;
                let scale = word_scales[id];
                let out = &mut states[row(token)];
                let sum = words[row(id)].iter().zip(&positions[row(position)]);
                for (out, (&word, position)) in out.iter_mut().zip(sum) {
                    *out = f32::from(word) * scale + position;
                }
                let kind = &types[row(usize::from(batch.types[token]))];
                add_norm(self.simd, out, kind, &norm.gain, &norm.offset, self.config.layer_norm_eps);
            }
        }
    }

    /// One layer over a batch: `states` is tokens × width, in and out; `offsets` say where the sentences begin and end.
    ///
    /// Tokens go through in blocks, whatever sentences they are of. Only attention waits for the end of a sentence, so
    /// that little is on its way at a time and stays in cache.
    fn layer(&self, layer: &Layer, offsets: &[usize], states: &mut [f32], workspace: &mut Workspace) {
        let width = self.config.hidden_size;
        let heads = Heads { count: self.config.num_attention_heads, size: self.config.head_size() };
        let tokens = states.len() / width;
        workspace.projected.clear();
        workspace.attended.clear();
        let mut done = 0;
        for bounds in offsets.windows(2) {
            let (start, end) = (bounds[0], bounds[1]);
            let Workspace { projected, attended, rows, scratch, .. } = workspace;
            projected.forget(start, 3 * width);
            while projected.end() < end {
                let block = projected.end()..tokens.min(projected.end() + BLOCK);
                let out = projected.extend(block.len(), 3 * width);
                rows.fill(&states[block.start * width..block.end * width], width, self.simd);
                rows.apply(&layer.project, self.simd, out);
            }
            let out = attended.extend(end - start, width);
            attend(self.simd, heads, projected.rows(start..end, 3 * width), out, scratch);
            while end - done >= BLOCK || (end == tokens && done < tokens) {
                let block = done..end.min(done + BLOCK);
                self.finish(
                    layer,
                    block.clone(),
                    &mut states[block.start * width..block.end * width],
                    workspace,
                );
                done = block.end;
            }
        }
    }

    /// What of a layer comes after attention, for one block of tokens: `states` are theirs, in and out.
    fn finish(&self, layer: &Layer, block: Range<usize>, states: &mut [f32], workspace: &mut Workspace) {
        let (simd, epsilon) = (self.simd, self.config.layer_norm_eps);
        let (width, inner_width) = (self.config.hidden_size, self.config.intermediate_size);
        let Workspace { attended, rows, dense, inner, .. } = workspace;
        rows.fill(attended.rows(block.clone(), width), width, simd);
        attended.forget(block.end, width);
        let dense = grown(dense, states.len());
        rows.apply(&layer.join, simd, dense);
        layer.attention_norm.add(states, dense, epsilon, simd);

        rows.fill(states, width, simd);
        let inner = grown(inner, block.len() * inner_width);
        rows.apply(&layer.up, simd, inner);
        rows.fill_gelu(inner, inner_width, simd);
        rows.apply(&layer.down, simd, dense);
        layer.output_norm.add(states, dense, epsilon, simd);
    }
}

impl Encoder for Embedded {
    fn encode_into(&self, batch: &Batch, states: &mut States) -> Result<(), ReaderError> {
        check_batch(batch, &self.config)?;
        states.width = self.config.hidden_size;
        states.values.resize(batch.ids.len() * states.width, 0.0);
        let pool = || self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = pool().pop().unwrap_or_default();
        self.embed(batch, &mut states.values);
        for layer in &self.layers {
            self.layer(layer, &batch.offsets, &mut states.values, &mut workspace);
        }
        pool().push(workspace);
        Ok(())
    }

    fn width(&self) -> usize {
        self.config.hidden_size
    }
}
