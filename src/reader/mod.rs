//! The encoder, its engines, weights and heads.

pub mod bert;
pub mod embedded;
pub mod encoder;
pub mod quantize;
mod reading;
pub mod weights;

pub use embedded::Embedded;
pub use encoder::{Encoder, ReaderError};
pub use reading::{Batch, Reading, States};

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
