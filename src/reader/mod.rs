//! The encoder, its engines, weights and heads.

mod reading;

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
