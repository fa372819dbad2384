//! The trait that every engine implements, and the checks that all of them share.

use thiserror::Error;

use super::MOST_TOKENS;
use super::bert::Config;
use super::reading::{Batch, States};
use super::tokenize::TokenizerError;
use super::weights::WeightsError;

/// Why a pass over a batch could not be made.
#[derive(Debug, Error)]
pub enum ReaderError {
    /// The weights do not fit the architecture.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The tokenizer's file does not fit.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The parts of the batch contradict each other, or the encoder cannot read them.
    #[error("invalid batch: {0}")]
    Batch(String),
    /// A document whose states would take too much memory.
    #[error("longer than {MOST_TOKENS} tokens, some 60,000 words; cut it into parts")]
    TooLong,
    /// The engine itself failed.
    #[error("the engine failed: {0}")]
    Engine(String),
}

/// One pass of the encoder over sentences: the same weights, whatever the engine.
pub trait Encoder: Send + Sync {
    /// The last hidden states of every token of `batch`, in its order.
    ///
    /// A sentence's states depend on that sentence alone. An empty batch gives empty states.
    ///
    /// # Errors
    /// [`ReaderError::Batch`] where ids, types or offsets are outside the encoder's range.
    fn encode(&self, batch: &Batch) -> Result<States, ReaderError> {
        let mut states = States::default();
        self.encode_into(batch, &mut states)?;
        Ok(states)
    }

    /// [`Encoder::encode`] in the place of other states, whose memory is used again.
    ///
    /// # Errors
    /// The same; what `states` hold then is not said.
    fn encode_into(&self, batch: &Batch, states: &mut States) -> Result<(), ReaderError>;

    /// Hidden size: the width of a row of [`States`].
    fn width(&self) -> usize;
}

/// Checks that an encoder of shape `config` can read `batch`.
///
/// # Errors
/// [`ReaderError::Batch`] that names the first id, type, offset or length out of range.
pub fn check_batch(batch: &Batch, config: &Config) -> Result<(), ReaderError> {
    let error = |message: String| Err(ReaderError::Batch(message));
    let tokens = batch.ids.len();
    if batch.types.len() != tokens {
        return error(format!("{tokens} ids but {} token types", batch.types.len()));
    }
    match (batch.offsets.first(), batch.offsets.last()) {
        (None, None) if tokens == 0 => {}
        (Some(0), Some(&end)) if end == tokens => {}
        _ => return error(format!("offsets must run from 0 to the number of tokens, {tokens}")),
    }
    for pair in batch.offsets.windows(2) {
        match pair[1].checked_sub(pair[0]) {
            None => return error(format!("offset {} comes after {}", pair[1], pair[0])),
            Some(length) if length > config.max_position_embeddings => {
                let most = config.max_position_embeddings;
                return error(format!("a sentence of {length} tokens; the encoder reads {most} at most"));
            }
            Some(_) => {}
        }
    }
    if let Some(id) = batch.ids.iter().find(|&&id| id as usize >= config.vocab_size) {
        return error(format!("token id {id}, but the vocabulary has {} entries", config.vocab_size));
    }
    if let Some(kind) = batch.types.iter().find(|&&kind| usize::from(kind) >= config.type_vocab_size) {
        return error(format!("token type {kind}, but there are {} types", config.type_vocab_size));
    }
    Ok(())
}
