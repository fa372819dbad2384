//! The encoder, its engines, weights and heads.

mod reading;
mod tokenize;

pub use reading::{Batch, Reading, States};
pub use tokenize::{MAX_TOKENS, Tokenizer, TokenizerError};

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
