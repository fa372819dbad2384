//! The encoder, its engines, weights and heads: one pass over a batch of sentences gives every answer.

pub mod bert;
mod cache;
pub mod embedded;
pub mod encoder;
mod heads;
#[cfg(feature = "rust-bert")]
pub mod libtorch;
mod matrix;
mod model;
pub mod quantize;
mod reading;
mod simd;
mod tokenize;
pub mod weights;

pub use bert::Config;
pub use embedded::Embedded;
pub(crate) use embedded::Projection;
pub use encoder::{Encoder, ReaderError};
pub use heads::{Attention, EmotionScale, Heads, Pooled, softmax};
#[cfg(feature = "rust-bert")]
pub use libtorch::Libtorch;
pub(crate) use matrix::{Matrix, dot};
pub use model::{Model, ModelError};
pub use reading::{Batch, Phrases, Reading, States, Tags};
pub use tokenize::{MAX_TOKENS, Tokenizer, TokenizerError};
pub use weights::{Tensor, Weights, WeightsError};

use std::sync::{Mutex, PoisonError};

use crate::text::Document;
use cache::Cache;

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
pub const MOST_TOKENS: usize = 80 << 10;

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
    cache: Cache,
    /// Memory of states that were read, for those to come.
    spare: Mutex<Vec<States>>,
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
        Ok(Reader { tokenizer, encoder, heads, cache: Cache::default(), spare: Mutex::default() })
    }

    /// The heads, for embedding spans and weighing sentences.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Length of a vector.
    pub(crate) fn width(&self) -> usize {
        self.encoder.width()
    }

    /// Reads every sentence of every document; also gives the number of their tokens.
    ///
    /// Sentences of several documents share batches, and one that was read before is remembered for a while; what is
    /// read of a sentence depends on neither.
    ///
    /// # Errors
    /// An engine that fails, and [`ReaderError::TooLong`] for a document of more than [`MOST_TOKENS`].
    pub fn read(&self, documents: &[Document]) -> Result<(Vec<Vec<Reading>>, usize), ReaderError> {
        let read = |batch: &Batch, states: &States| {
            let readings = self.heads.read(batch, states)?;
            for (index, reading) in readings.iter().enumerate() {
                self.cache.put(&batch.sentence(index), reading);
            }
            Ok(readings)
        };
        self.each_batch(documents, |sentence| self.cache.get(sentence), read)
    }

    /// What the heads see of every sentence, for fitting them on a frozen encoder.
    ///
    /// # Errors
    /// An engine that fails.
    pub fn pool(&self, documents: &[Document]) -> Result<Vec<Vec<Pooled>>, ReaderError> {
        Ok(self.each_batch(documents, |_| None, |batch, states| self.heads.pool(batch, states))?.0)
    }

    /// Answers for every sentence: what is `known` of it, or what can be taken from the states of its batch.
    fn each_batch<T>(
        &self,
        documents: &[Document],
        known: impl Fn(&Batch) -> Option<T>,
        take: impl Fn(&Batch, &States) -> Result<Vec<T>, ReaderError>,
    ) -> Result<(Vec<Vec<T>>, usize), ReaderError> {
        let mut answers: Vec<Option<T>> = Vec::new();
        let (mut batch, mut places, mut tokens) = (Batch::default(), Vec::new(), 0);
        let spare = || self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let mut states = spare().pop().unwrap_or_default();
        let mut flush = |batch: &mut Batch, places: &mut Vec<usize>, answers: &mut Vec<Option<T>>| {
            self.encoder.encode_into(batch, &mut states)?;
            for (place, answer) in places.drain(..).zip(take(batch, &states)?) {
                answers[place] = Some(answer);
            }
            *batch = Batch::default();
            Ok::<_, ReaderError>(())
        };
        // Hardly any word has less than one token, so most of what is too long is found before it is read.
        if documents.iter().any(|document| document.words() > MOST_TOKENS) {
            return Err(ReaderError::TooLong);
        }
        for document in documents {
            let before = tokens;
            for sentence in &document.sentences {
                let mut own = Batch::default();
                self.tokenizer.push(&mut own, &document.text, &sentence.words);
                tokens += own.ids.len();
                if tokens - before > MOST_TOKENS {
                    return Err(ReaderError::TooLong);
                }
                let answer = known(&own);
                if answer.is_none() {
                    places.push(answers.len());
                    batch.append(own);
                }
                answers.push(answer);
                if batch.ids.len() >= BATCH_TOKENS {
                    flush(&mut batch, &mut places, &mut answers)?;
                }
            }
        }
        if !places.is_empty() {
            flush(&mut batch, &mut places, &mut answers)?;
        }
        spare().push(states);
        // An engine that gives fewer answers than sentences would have failed above.
        let mut answers = answers.into_iter().flatten();
        let out = documents.iter().map(|d| answers.by_ref().take(d.sentences.len()).collect()).collect();
        Ok((out, tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_would_be_read() {
        let reader = || Reader::new(&Model::embedded(), Engine::Embedded).unwrap();
        let texts = ["A fine film. I was bored.", "I was bored. A fine film. Ann Lee sings, and sings."];
        let documents = texts.map(Document::parse);
        let known = reader();
        let (first, tokens) = known.read(&documents).unwrap();
        assert_eq!(known.read(&documents).unwrap(), (first.clone(), tokens));
        // The second text alone, by a reader that has read nothing.
        assert_eq!(reader().read(&documents[1..]).unwrap().0[0], first[1]);
        assert_eq!(first[0][1], first[1][0]);
    }
}
