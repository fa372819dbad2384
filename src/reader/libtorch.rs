//! The engine of the feature `rust-bert`: the same weights in float32 through libtorch, on a CPU or a GPU.
//!
//! It is the reference that the embedded engine is held to.

use std::sync::Mutex;

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

use super::bert::Config;
use super::encoder::{Encoder, ReaderError, check_batch};
use super::reading::{Batch, States};
use super::weights::Weights;

/// rust-bert's BERT.
pub struct Libtorch {
    config: Config,
    device: Device,
    /// Tensors may be sent between threads but not shared.
    bert: Mutex<(VarStore, BertModel<BertEmbeddings>)>,
}

impl Libtorch {
    /// Loads the encoder; int8 weights are multiplied out.
    ///
    /// # Errors
    /// A tensor that is missing or of another shape.
    pub fn new(weights: &Weights, config: &Config, device: Device) -> Result<Libtorch, ReaderError> {
        let shape = BertConfig {
            hidden_size: config.hidden_size as i64,
            intermediate_size: config.intermediate_size as i64,
            max_position_embeddings: config.max_position_embeddings as i64,
            num_attention_heads: config.num_attention_heads as i64,
            num_hidden_layers: config.num_hidden_layers as i64,
            type_vocab_size: config.type_vocab_size as i64,
            vocab_size: config.vocab_size as i64,
            ..BertConfig::default()
        };
        let store = VarStore::new(device);
        let bert = BertModel::new_with_optional_pooler(store.root() / "bert", &shape, false);
        for (name, mut variable) in store.variables() {
            let size = variable.size();
            let wanted: Vec<usize> = size.iter().map(|&s| s as usize).collect();
            let values = weights.tensor(&name, &wanted)?.to_f32();
            tch::no_grad(|| variable.copy_(&Tensor::from_slice(&values).view(size.as_slice())));
        }
        Ok(Libtorch { config: config.clone(), device, bert: Mutex::new((store, bert)) })
    }
}

impl Encoder for Libtorch {
    fn encode_into(&self, batch: &Batch, states: &mut States) -> Result<(), ReaderError> {
        check_batch(batch, &self.config)?;
        let width = self.config.hidden_size;
        let lengths: Vec<usize> = batch.offsets.windows(2).map(|w| w[1] - w[0]).collect();
        let (rows, length) = (lengths.len(), lengths.iter().copied().max().unwrap_or(0));
        if length == 0 {
            *states = States { values: Vec::new(), width };
            return Ok(());
        }
        let mut ids = vec![0i64; rows * length];
        let mut types = vec![0i64; rows * length];
        let mut mask = vec![0i64; rows * length];
        for (row, ends) in batch.offsets.windows(2).enumerate() {
            for (column, at) in (ends[0]..ends[1]).enumerate() {
                let place = row * length + column;
                ids[place] = i64::from(batch.ids[at]);
                types[place] = i64::from(batch.types[at]);
                mask[place] = 1;
            }
        }
        let tensor = |values: &[i64]| {
            Tensor::from_slice(values).view([rows as i64, length as i64]).to_device(self.device)
        };
        let (ids, types, mask) = (tensor(&ids), tensor(&types), tensor(&mask));
        let bert = self.bert.lock().map_err(|_| ReaderError::Engine("an earlier batch failed".into()))?;
        let hidden = tch::no_grad(|| {
            bert.1.forward_t(Some(&ids), Some(&mask), Some(&types), None, None, None, None, false)
        })
        .map_err(|e| ReaderError::Engine(e.to_string()))?
        .hidden_state
        .to_device(Device::Cpu)
        .to_kind(Kind::Float)
        .contiguous();
        let mut padded = vec![0f32; rows * length * width];
        let count = padded.len();
        hidden.copy_data(&mut padded, count);
        let rows = padded.chunks_exact(length * width).zip(&lengths);
        states.width = width;
        states.values.clear();
        states.values.extend(rows.flat_map(|(row, &length)| &row[..length * width]));
        Ok(())
    }

    fn width(&self) -> usize {
        self.config.hidden_size
    }
}
