//! From readings to what is said of a review.

mod analyze;
mod entities;
#[cfg(test)]
mod fixtures;
mod frequencies;
mod keyphrases;
mod review;
mod tone;

pub use analyze::analyze;
pub use entities::entities;
pub use frequencies::{Frequencies, FrequenciesError};
pub use keyphrases::keyphrases;
pub use review::{Analysis, Entity, Keyphrase, Label, Mention, SentenceTone, Tone};
pub use tone::tone;
