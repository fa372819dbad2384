//! The reader as a differentiable network: rust-bert's BERT with the heads of [`crate::reader::heads`] on top.
//!
//! The encoder runs in bfloat16 where asked (about twice as fast on a CPU with AVX-512 BF16) while the optimiser keeps
//! its weights in float32, as in mixed-precision training (Micikevicius et al. 2018); heads and losses are float32.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Init};
use tch::{Device, Kind, Tensor};

use super::TrainError;
use super::example::Encoded;
use crate::reader::{EMOTIONS, TAGS};

/// Padded sentences as tensors.
///
/// Rows and lengths are rounded up: libtorch compiles its kernels anew for every shape, and free shapes made that take
/// most of the time.
pub struct Padded {
    /// `rows × length`, int64.
    ids: Tensor,
    /// As `ids`.
    types: Tensor,
    /// 1 for tokens, 0 for padding.
    mask: Tensor,
    /// Rows that are sentences; the others are filled up.
    sentences: i64,
}

/// Multiple that rows and lengths are rounded up to.
const ROUND: usize = 8;

impl Padded {
    /// Pads with id 0 to the longest.
    pub fn new(sentences: &[&Encoded], device: Device) -> Padded {
        let rows = sentences.len().next_multiple_of(ROUND);
        let longest = sentences.iter().map(|s| s.ids.len()).max().unwrap_or(1);
        let length = longest.next_multiple_of(ROUND);
        let mut ids = vec![0i64; rows * length];
        let mut types = vec![0i64; rows * length];
        let mut mask = vec![0i64; rows * length];
        for (row, sentence) in sentences.iter().enumerate() {
            let at = row * length;
            for (i, (&id, &kind)) in sentence.ids.iter().zip(&sentence.types).enumerate() {
                ids[at + i] = i64::from(id);
                types[at + i] = i64::from(kind);
                mask[at + i] = 1;
            }
        }
        // A row without any token would have no mean.
        mask.iter_mut().step_by(length).for_each(|first| *first = 1);
        let tensor =
            |values: &[i64]| Tensor::from_slice(values).view([rows as i64, length as i64]).to_device(device);
        Padded {
            ids: tensor(&ids),
            types: tensor(&types),
            mask: tensor(&mask),
            sentences: sentences.len() as i64,
        }
    }

    /// Mean of the states of each sentence's tokens: `sentences × width`.
    pub fn pool(&self, states: &Tensor) -> Tensor {
        let mask = self.mask.narrow(0, 0, self.sentences).to_kind(states.kind()).unsqueeze(-1);
        (states * &mask).sum_dim_intlist(1i64, false, None::<Kind>)
            / mask.sum_dim_intlist(1i64, false, None::<Kind>)
    }

    /// Mean of the states of ranges of tokens, each given with its sentence's row: `ranges × width`.
    pub fn pool_ranges(&self, states: &Tensor, ranges: &[(usize, Range<u32>)]) -> Tensor {
        let (rows, length) = (states.size()[0], states.size()[1]);
        // Sums up to every token; a range's sum is the difference of two of them.
        let start = Tensor::zeros([rows, 1, states.size()[2]], (Kind::Float, states.device()));
        let sums = Tensor::cat(&[start, states.cumsum(1, Kind::Float)], 1).flatten(0, 1);
        let at = |end: &dyn Fn(&Range<u32>) -> u32| {
            let places: Vec<i64> =
                ranges.iter().map(|(row, r)| *row as i64 * (length + 1) + i64::from(end(r))).collect();
            sums.index_select(0, &Tensor::from_slice(&places).to_device(states.device()))
        };
        let counts: Vec<f32> = ranges.iter().map(|(_, r)| r.len().max(1) as f32).collect();
        let counts = Tensor::from_slice(&counts).unsqueeze(-1).to_device(states.device());
        (at(&|r| r.end) - at(&|r| r.start)) / counts
    }
}

/// BERT alone, in a variable store of its own.
pub struct Encoder {
    store: nn::VarStore,
    bert: BertModel<BertEmbeddings>,
}

impl Encoder {
    /// An encoder of the configured shape with random weights.
    pub fn new(config: &BertConfig, device: Device) -> Encoder {
        let store = nn::VarStore::new(device);
        let bert = BertModel::new_with_optional_pooler(store.root() / "bert", config, false);
        Encoder { store, bert }
    }

    /// Its variables by their Hugging Face names, `bert.` in front.
    pub fn variables(&self) -> HashMap<String, Tensor> {
        self.store.variables()
    }

    /// Computes in bfloat16 from here on.
    pub fn bfloat16(&mut self) {
        self.store.bfloat16();
    }

    /// Copies tensors in by name; every variable must be there.
    ///
    /// Token types that the source lacks start from its row 0: a base model that knows one type then reads every
    /// case alike, and learns from there.
    pub fn load(&mut self, tensors: &HashMap<String, Tensor>) -> Result<(), TrainError> {
        tch::no_grad(|| {
            for (name, mut variable) in self.store.variables() {
                let source = tensors
                    .get(&name)
                    .or_else(|| tensors.get(name.trim_start_matches("bert.")))
                    .ok_or_else(|| TrainError::Weights(format!("no tensor {name}")))?;
                let wanted = variable.size();
                let mut source = source.to_kind(Kind::Float);
                if name.ends_with("token_type_embeddings.weight") && source.size()[0] < wanted[0] {
                    let first = source.narrow(0, 0, 1);
                    let missing = wanted[0] - source.size()[0];
                    // Row 1 of a base model is the second segment, which has nothing to do with case.
                    source = first.repeat([source.size()[0] + missing, 1]);
                }
                if source.size() != wanted {
                    return Err(TrainError::Weights(format!(
                        "tensor {name} has shape {:?}, wanted {wanted:?}",
                        source.size()
                    )));
                }
                variable.copy_(&source);
            }
            Ok(())
        })
    }

    /// Last hidden states, `sentences × length × width`, in float32; `length` is the padded one. With `dropout` some
    /// are left out at random, as training wants it.
    pub fn forward(&self, input: &Padded, dropout: bool) -> Result<Tensor, TrainError> {
        let output = self.bert.forward_t(
            Some(&input.ids),
            Some(&input.mask),
            Some(&input.types),
            None,
            None,
            None,
            None,
            dropout,
        )?;
        Ok(output.hidden_state.narrow(0, 0, input.sentences).to_kind(Kind::Float))
    }
}

/// The heads, each a linear layer but for tone's two.
pub struct Heads {
    store: nn::VarStore,
    tone_dense: nn::Linear,
    tone_out: nn::Linear,
    opinion: nn::Linear,
    weight: nn::Linear,
    verdict: nn::Linear,
    emotion: nn::Linear,
    tags: nn::Linear,
    phrases: nn::Linear,
    vector: nn::Linear,
}

impl Heads {
    /// Small random heads; the vector head starts as the identity.
    pub fn new(width: i64, device: Device) -> Heads {
        let store = nn::VarStore::new(device);
        let root = store.root();
        let config = nn::LinearConfig {
            ws_init: Init::Randn { mean: 0.0, stdev: 0.02 },
            bs_init: Some(Init::Const(0.0)),
            bias: true,
        };
        let linear = |name: &str, out: i64| nn::linear(&root / name, width, out, config);
        let tone_dense = nn::linear(&root / "tone" / "dense", width, width, config);
        let tone_out = nn::linear(&root / "tone" / "out", width, 5, config);
        let mut vector = linear("vector", width);
        tch::no_grad(|| vector.ws.copy_(&Tensor::eye(width, (Kind::Float, device))));
        Heads {
            tone_dense,
            tone_out,
            opinion: linear("opinion", 2),
            weight: linear("weight", 1),
            verdict: linear("verdict", 1),
            emotion: linear("emotion", EMOTIONS.len() as i64),
            tags: linear("tags", TAGS.len() as i64),
            phrases: linear("phrases", 3),
            vector,
            store,
        }
    }

    /// Their variables by name.
    pub fn variables(&self) -> HashMap<String, Tensor> {
        self.store.variables()
    }

    /// Copies tensors in by name; heads that `tensors` lacks keep what they have.
    pub fn load(&mut self, tensors: &HashMap<String, Tensor>) {
        tch::no_grad(|| {
            for (name, mut variable) in self.store.variables() {
                if let Some(source) = tensors.get(&name).filter(|t| t.size() == variable.size()) {
                    variable.copy_(&source.to_kind(Kind::Float));
                }
            }
        });
    }

    /// Hidden layer shared by tone and verdict, from pooled sentences.
    fn hidden(&self, pooled: &Tensor) -> Tensor {
        pooled.apply(&self.tone_dense).gelu("none")
    }

    /// Logits `sentences × 5`.
    pub fn tone(&self, pooled: &Tensor) -> Tensor {
        self.hidden(pooled).apply(&self.tone_out)
    }

    /// Logits `sentences × 2`: judges, tells.
    pub fn opinion(&self, pooled: &Tensor) -> Tensor {
        pooled.apply(&self.opinion)
    }

    /// Logits of weight and of favour, one a sentence each.
    pub fn verdict(&self, pooled: &Tensor) -> (Tensor, Tensor) {
        (pooled.apply(&self.weight).squeeze_dim(-1), self.hidden(pooled).apply(&self.verdict).squeeze_dim(-1))
    }

    /// Logits `sentences × 28`, each of its own yes or no.
    pub fn emotions(&self, pooled: &Tensor) -> Tensor {
        pooled.apply(&self.emotion)
    }

    /// Logits of tags for token states.
    pub fn tags(&self, states: &Tensor) -> Tensor {
        states.apply(&self.tags)
    }

    /// Logits of key phrases for token states.
    pub fn phrases(&self, states: &Tensor) -> Tensor {
        states.apply(&self.phrases)
    }

    /// Embeddings of pooled sentences or spans.
    pub fn vector(&self, pooled: &Tensor) -> Tensor {
        pooled.apply(&self.vector)
    }
}

/// Reads a model folder's `config.json`, with the four token types of letter case, and dropout of states but not of
/// attention, which would cost more time than it gains.
pub fn config(path: &Path) -> Result<BertConfig, TrainError> {
    let weights = |e: String| TrainError::Weights(format!("{}: {e}", path.display()));
    let json = std::fs::read(path).map_err(|e| weights(e.to_string()))?;
    let mut config: BertConfig = serde_json::from_slice(&json).map_err(|e| weights(e.to_string()))?;
    config.type_vocab_size = 4;
    config.hidden_dropout_prob = 0.1;
    config.attention_probs_dropout_prob = 0.0;
    Ok(config)
}
