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
mod small;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector loads and stores go through pointers")]
mod x86;

use std::sync::{Mutex, PoisonError};

use attention::{Heads, Scratch, attend};
use kernels::{LANES, RowScale, add_norm, gelu_quantize, quantize};
use linear::{Linear, Packed};

use super::bert::{Bert, Config, Norm};
use super::encoder::{Encoder, ReaderError, check_batch};
use super::quantize::quantize_matrix;
use super::reading::{Batch, States};
use super::simd::Simd;
use super::weights::{Values, Weights, WeightsError};

/// Tokens that go through a layer's token-wise part together, so that what passes between its linear maps
/// stays in cache; a multiple of the tallest tile.
const BLOCK: usize = 48;

/// Whole sentences go through a layer together once they have this many tokens: few enough for queries, keys and values
/// to stay in cache, many enough for the weights to be fetched seldom.
const GROUP: usize = 64;

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
    /// Query, key and value for one group of sentences, rows of 3·width.
    projected: Vec<f32>,
    /// The heads' outputs for one group, rows of width.
    attended: Vec<f32>,
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
    packed: Packed,
}

impl Rows {
    /// Writes the outputs of `linear` for these rows.
    fn apply(&mut self, linear: &Linear, simd: Simd, out: &mut [f32]) {
        let bytes = &self.bytes[..self.scales.len() * linear.depth()];
        linear.apply(simd, bytes, &self.scales, &mut self.packed, out);
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

/// Cuts sentences, given by where they begin and end, into runs of at least [`GROUP`] tokens; the last may be shorter.
fn groups(mut offsets: &[usize]) -> impl Iterator<Item = &[usize]> {
    std::iter::from_fn(move || {
        let start = *offsets.first()?;
        let enough = offsets.iter().position(|&end| end >= start + GROUP);
        let last = enough.unwrap_or(offsets.len() - 1);
        let group = &offsets[..=last];
        offsets = &offsets[last..];
        (last > 0).then_some(group)
    })
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

    /// The sum of word, position and type embeddings, normalised: tokens × width.
    fn embed(&self, batch: &Batch) -> Vec<f32> {
        let width = self.config.hidden_size;
        let row = |index: usize| index * width..(index + 1) * width;
        let Embeddings { words, word_scales, positions, types, norm } = &self.embeddings;
        let mut states = vec![0.0; batch.ids.len() * width];
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
        states
    }

    /// One layer over a group of sentences: `states` is tokens × width, in and out; `offsets` say where the sentences
    /// begin and end, counted from the same token.
    fn layer(&self, layer: &Layer, offsets: &[usize], states: &mut [f32], workspace: &mut Workspace) {
        let (simd, epsilon) = (self.simd, self.config.layer_norm_eps);
        let (width, inner_width) = (self.config.hidden_size, self.config.intermediate_size);
        let heads = Heads { count: self.config.num_attention_heads, size: self.config.head_size() };
        let Workspace { projected, attended, rows, dense, inner, scratch } = workspace;
        let projected = grown(projected, 3 * states.len());
        let attended = grown(attended, states.len());
        for (states, out) in states.chunks(BLOCK * width).zip(projected.chunks_mut(BLOCK * 3 * width)) {
            rows.fill(states, width, simd);
            rows.apply(&layer.project, simd, out);
        }
        for bounds in offsets.windows(2) {
            let [start, end] = [0, 1].map(|side| (bounds[side] - offsets[0]) * width);
            attend(simd, heads, &projected[3 * start..3 * end], &mut attended[start..end], scratch);
        }
        for (states, attended) in states.chunks_mut(BLOCK * width).zip(attended.chunks(BLOCK * width)) {
            rows.fill(attended, width, simd);
            let dense = grown(dense, states.len());
            rows.apply(&layer.join, simd, dense);
            layer.attention_norm.add(states, dense, epsilon, simd);

            rows.fill(states, width, simd);
            let inner = grown(inner, states.len() / width * inner_width);
            rows.apply(&layer.up, simd, inner);
            rows.fill_gelu(inner, inner_width, simd);
            rows.apply(&layer.down, simd, dense);
            layer.output_norm.add(states, dense, epsilon, simd);
        }
    }
}

impl Encoder for Embedded {
    fn encode(&self, batch: &Batch) -> Result<States, ReaderError> {
        check_batch(batch, &self.config)?;
        let width = self.config.hidden_size;
        let pool = || self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = pool().pop().unwrap_or_default();
        let mut values = self.embed(batch);
        for layer in &self.layers {
            for group in groups(&batch.offsets) {
                let states = &mut values[group[0] * width..group[group.len() - 1] * width];
                self.layer(layer, group, states, &mut workspace);
            }
        }
        pool().push(workspace);
        Ok(States { values, width })
    }

    fn width(&self) -> usize {
        self.config.hidden_size
    }
}
