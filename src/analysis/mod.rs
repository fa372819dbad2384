//! From readings to what is said of a review.

mod entities;
#[cfg(test)]
mod fixtures;
mod frequencies;
mod keyphrases;
mod review;

pub use entities::entities;
pub use frequencies::{Frequencies, FrequenciesError};
pub use keyphrases::keyphrases;
pub use review::{Analysis, Entity, Keyphrase, Label, Mention, SentenceTone, Tone};
