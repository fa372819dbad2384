//! The encoder, its engines, weights and heads: one pass over a batch of sentences gives every answer.

pub mod bert;
pub mod embedded;
pub mod encoder;
mod heads;
#[cfg(feature = "rust-bert")]
pub mod libtorch;
mod model;
pub mod quantize;
mod reading;
mod tokenize;
pub mod weights;

pub use bert::Config;
pub use embedded::Embedded;
pub use encoder::{Encoder, ReaderError};
pub(crate) use heads::dot;
pub use heads::{Attention, EmotionScale, Heads, Pooled, softmax};
#[cfg(feature = "rust-bert")]
pub use libtorch::Libtorch;
pub use model::{Model, ModelError};
pub use reading::{Batch, Reading, States};
pub use tokenize::{MAX_TOKENS, Tokenizer, TokenizerError};
pub use weights::{Tensor, Weights, WeightsError};

use crate::text::Document;

/// Labels of the tagger, in the order of its logits.
pub const TAGS: [&str; 11] = [
    "O",
    "B-PERSON",
    "I-PERSON",
    "B-ORGANIZATION",
    "I-ORGANIZATION",
    "B-LOCATION",
    "I-LOCATION",
    "B-WORK",
    "I-WORK",
    "B-MISC",
    "I-MISC",
];

/// Labels of the emotion head, in the order of its logits: those of GoEmotions (Demszky et al. 2020).
pub const EMOTIONS: [&str; 28] = [
    "admiration",
    "amusement",
    "anger",
    "annoyance",
    "approval",
    "caring",
    "confusion",
    "curiosity",
    "desire",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "excitement",
    "fear",
    "gratitude",
    "grief",
    "joy",
    "love",
    "nervousness",
    "optimism",
    "pride",
    "realization",
    "relief",
    "remorse",
    "sadness",
    "surprise",
    "neutral",
];

/// Tokens that one call of the encoder is given at most (a longer sentence goes alone): enough for its matrix
/// products to run at full speed, few enough for their operands to stay in the cache.
const BATCH_TOKENS: usize = 1024;

/// Most tokens of a document: all its states are in memory at a time, with what comes of them some 2 KB a token.
pub const MOST_TOKENS: usize = 1 << 16;

/// What runs the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Pure Rust on int8 weights.
    Embedded,
    /// libtorch in float32, through rust-bert.
    #[cfg(feature = "rust-bert")]
    RustBert(tch::Device),
}

/// A tokenizer, an encoder and its heads: reads documents.
pub struct Reader {
    tokenizer: Tokenizer,
    encoder: Box<dyn Encoder>,
    heads: Heads,
}

impl Reader {
    /// Builds a reader from a model's files.
    ///
    /// # Errors
    /// Files that can't be parsed, or do not fit each other.
    pub fn new(model: &Model, engine: Engine) -> Result<Reader, ReaderError> {
        let weights = Weights::parse(&model.weights)?;
        let config = Config::parse(&model.config)?;
        let tokenizer = Tokenizer::parse(&model.tokenizer)?;
        if tokenizer.vocab_size() > config.vocab_size {
            return Err(WeightsError::Config(format!(
                "the tokenizer has {} tokens but the model {}",
                tokenizer.vocab_size(),
                config.vocab_size
            ))
            .into());
        }
        if config.max_position_embeddings < MAX_TOKENS {
            return Err(WeightsError::Config(format!("the encoder must read {MAX_TOKENS} tokens")).into());
        }
        let heads = Heads::new(&weights, config.hidden_size)?;
        let encoder: Box<dyn Encoder> = match engine {
            Engine::Embedded => Box::new(Embedded::new(&weights, &config)?),
            #[cfg(feature = "rust-bert")]
            Engine::RustBert(device) => Box::new(Libtorch::new(&weights, &config, device)?),
        };
        Ok(Reader { tokenizer, encoder, heads })
    }

    /// The heads, for embedding spans and weighing sentences.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Reads every sentence of every document; also gives the number of tokens read.
    ///
    /// Sentences of several documents share batches; what is read of a sentence does not depend on which.
    ///
    /// # Errors
    /// An engine that fails, and [`ReaderError::TooLong`] for a document of more than [`MOST_TOKENS`].
    pub fn read(&self, documents: &[Document]) -> Result<(Vec<Vec<Reading>>, usize), ReaderError> {
        self.each_batch(documents, |batch, states| self.heads.read(batch, states))
    }

    /// What the heads see of every sentence, for fitting them on a frozen encoder.
    ///
    /// # Errors
    /// An engine that fails.
    pub fn pool(&self, documents: &[Document]) -> Result<Vec<Vec<Pooled>>, ReaderError> {
        Ok(self.each_batch(documents, |batch, states| self.heads.pool(batch, states))?.0)
    }

    fn each_batch<T>(
        &self,
        documents: &[Document],
        take: impl Fn(&Batch, &States) -> Result<Vec<T>, ReaderError>,
    ) -> Result<(Vec<Vec<T>>, usize), ReaderError> {
        let mut out: Vec<Vec<T>> = documents.iter().map(|d| Vec::with_capacity(d.sentences.len())).collect();
        let (mut batch, mut owners, mut tokens) = (Batch::default(), Vec::new(), 0);
        let mut flush = |batch: &mut Batch, owners: &mut Vec<usize>| -> Result<(), ReaderError> {
            tokens += batch.ids.len();
            let states = self.encoder.encode(batch)?;
            for (owner, answer) in owners.drain(..).zip(take(batch, &states)?) {
                out[owner].push(answer);
            }
            *batch = Batch::default();
            Ok(())
        };
        // Hardly any word has less than one token, so most of what is too long is found before it is read.
        if documents.iter().any(|document| document.words() > MOST_TOKENS) {
            return Err(ReaderError::TooLong);
        }
        for (owner, document) in documents.iter().enumerate() {
            let mut own = 0;
            for sentence in &document.sentences {
                let before = batch.ids.len();
                self.tokenizer.push(&mut batch, &document.text, &sentence.words);
                owners.push(owner);
                own += batch.ids.len() - before;
                if own > MOST_TOKENS {
                    return Err(ReaderError::TooLong);
                }
                if batch.ids.len() >= BATCH_TOKENS {
                    flush(&mut batch, &mut owners)?;
                }
            }
        }
        if !owners.is_empty() {
            flush(&mut batch, &mut owners)?;
        }
        Ok((out, tokens))
    }
}
