//! The encoder's architecture: its configuration and its named tensors, checked for shape.
//!
//! Plain BERT (Devlin et al. 2019): post-norm layers, GELU, learned positions. Configuration keys and tensor
//! names are those of Hugging Face's `BertModel`.

use serde::{Deserialize, Serialize};

use super::weights::{Tensor, Weights, WeightsError};

/// Sizes of the encoder, as in `config.json`. Unknown keys are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Number of WordPiece ids.
    pub vocab_size: usize,
    /// Width of a token's state.
    pub hidden_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Attention heads a layer; they divide `hidden_size` evenly.
    pub num_attention_heads: usize,
    /// Width of the feed-forward part.
    pub intermediate_size: usize,
    /// Longest sentence in tokens.
    pub max_position_embeddings: usize,
    /// Number of token types, which are letter cases here.
    pub type_vocab_size: usize,
    /// Added to the variance in layer normalisation.
    pub layer_norm_eps: f32,
    /// Activation of the feed-forward part; only `gelu` (by erf) is known.
    #[serde(default = "gelu")]
    pub hidden_act: String,
}

fn gelu() -> String {
    "gelu".to_owned()
}

impl Config {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// [`WeightsError::Config`] where the JSON is invalid, a key is missing or a value is out of range.
    pub fn parse(json: &[u8]) -> Result<Self, WeightsError> {
        let config: Self = serde_json::from_slice(json).map_err(|e| WeightsError::Config(e.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Checks every value against generous limits, so that no later size computation can overflow.
    ///
    /// # Errors
    /// [`WeightsError::Config`] that names the value and its range.
    pub fn check(&self) -> Result<(), WeightsError> {
        let limits = [
            ("vocab_size", self.vocab_size, 1 << 20),
            ("hidden_size", self.hidden_size, 8192),
            ("num_hidden_layers", self.num_hidden_layers, 128),
            ("num_attention_heads", self.num_attention_heads, 128),
            ("intermediate_size", self.intermediate_size, 1 << 15),
            ("max_position_embeddings", self.max_position_embeddings, 1 << 16),
            ("type_vocab_size", self.type_vocab_size, 256),
        ];
        for (name, value, most) in limits {
            if value == 0 || value > most {
                return Err(WeightsError::Config(format!("{name} is {value}, not within 1 to {most}")));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let (size, heads) = (self.hidden_size, self.num_attention_heads);
            return Err(WeightsError::Config(format!("{heads} heads do not divide hidden_size {size}")));
        }
        if !(self.layer_norm_eps > 0.0 && self.layer_norm_eps <= 0.1) {
            let eps = self.layer_norm_eps;
            return Err(WeightsError::Config(format!("layer_norm_eps is {eps}, not within 0 to 0.1")));
        }
        if self.hidden_act != "gelu" {
            return Err(WeightsError::Config(format!("hidden_act is {:?}, not \"gelu\"", self.hidden_act)));
        }
        Ok(())
    }

    /// Width of one attention head.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }
}

/// A linear map: `y = weight · x + bias`.
#[derive(Debug, Clone, Copy)]
pub struct Linear<'a> {
    /// (outputs, inputs).
    pub weight: &'a Tensor,
    /// One number per output.
    pub bias: &'a [f32],
}

/// Gain and offset of a layer normalisation, one of each per unit of width.
#[derive(Debug, Clone, Copy)]
pub struct Norm<'a> {
    /// Multiplies the normalised value.
    pub weight: &'a [f32],
    /// Is added last.
    pub bias: &'a [f32],
}

/// One transformer layer.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    /// Query, (width, width).
    pub query: Linear<'a>,
    /// Key, (width, width).
    pub key: Linear<'a>,
    /// Value, (width, width).
    pub value: Linear<'a>,
    /// Projection of the heads' joined outputs, (width, width).
    pub projection: Linear<'a>,
    /// Normalisation after the attention's residual.
    pub attention_norm: Norm<'a>,
    /// Feed-forward, up: (inner, width).
    pub up: Linear<'a>,
    /// Feed-forward, down: (width, inner).
    pub down: Linear<'a>,
    /// Normalisation after the feed-forward's residual.
    pub output_norm: Norm<'a>,
}

/// The encoder's tensors, found by name and checked against a [`Config`].
#[derive(Debug, Clone)]
pub struct Bert<'a> {
    /// (vocabulary, width).
    pub words: &'a Tensor,
    /// (positions, width), row-major.
    pub positions: &'a [f32],
    /// (types, width), row-major.
    pub types: &'a [f32],
    /// Normalisation of the sum of the three embeddings.
    pub norm: Norm<'a>,
    /// The layers, first to last.
    pub layers: Vec<Layer<'a>>,
}

impl<'a> Bert<'a> {
    /// Finds the encoder's tensors in `weights`.
    ///
    /// # Errors
    /// The first tensor that is missing or of another shape than `config` wants, by name, with both shapes.
    pub fn new(weights: &'a Weights, config: &Config) -> Result<Self, WeightsError> {
        config.check()?;
        let width = config.hidden_size;
        let inner = config.intermediate_size;
        let linear = |name: &str, outputs: usize, inputs: usize| -> Result<Linear<'a>, WeightsError> {
            Ok(Linear {
                weight: weights.tensor(&format!("{name}.weight"), &[outputs, inputs])?,
                bias: weights.floats(&format!("{name}.bias"), &[outputs])?,
            })
        };
        let norm = |name: &str| -> Result<Norm<'a>, WeightsError> {
            Ok(Norm {
                weight: weights.floats(&format!("{name}.LayerNorm.weight"), &[width])?,
                bias: weights.floats(&format!("{name}.LayerNorm.bias"), &[width])?,
            })
        };
        let embeddings = "bert.embeddings";
        let words =
            weights.tensor(&format!("{embeddings}.word_embeddings.weight"), &[config.vocab_size, width])?;
        let positions = weights.floats(
            &format!("{embeddings}.position_embeddings.weight"),
            &[config.max_position_embeddings, width],
        )?;
        let types = weights.floats(
            &format!("{embeddings}.token_type_embeddings.weight"),
            &[config.type_vocab_size, width],
        )?;
        let layers = (0..config.num_hidden_layers)
            .map(|index| {
                let name = |part: &str| format!("bert.encoder.layer.{index}.{part}");
                Ok(Layer {
                    query: linear(&name("attention.self.query"), width, width)?,
                    key: linear(&name("attention.self.key"), width, width)?,
                    value: linear(&name("attention.self.value"), width, width)?,
                    projection: linear(&name("attention.output.dense"), width, width)?,
                    attention_norm: norm(&name("attention.output"))?,
                    up: linear(&name("intermediate.dense"), inner, width)?,
                    down: linear(&name("output.dense"), width, inner)?,
                    output_norm: norm(&name("output"))?,
                })
            })
            .collect::<Result<_, WeightsError>>()?;
        Ok(Self { words, positions, types, norm: norm(embeddings)?, layers })
    }
}
