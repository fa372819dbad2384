//! From readings to what is said of a review.

mod review;

pub use review::{Analysis, Entity, Keyphrase, Label, Mention, SentenceTone, Tone};
