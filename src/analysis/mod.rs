//! From readings to what is said of a review.
#![forbid(unsafe_code)]

mod analyze;
mod aspects;
mod clauses;
mod emotions;
mod entities;
mod film;
#[cfg(test)]
mod fixtures;
mod forms;
mod frequencies;
mod keyphrases;
mod notes;
mod quotes;
mod review;
mod stopwords;
mod tone;

pub use analyze::{Resources, analyze};
pub use aspects::{AspectSet, AspectSetError, Aspects, Seeds};
pub use clauses::{Clause, clauses};
pub use emotions::emotions;
pub use entities::entities;
pub use forms::Forms;
pub use frequencies::{Frequencies, FrequenciesError};
pub use keyphrases::keyphrases;
pub use notes::{language, notes};
pub use quotes::quotes;
pub use review::{
    Analysis, Aspect, Emotion, Entity, Film, FilmSource, Keyphrase, Label, Language, Mention, Note, Quote,
    Quotes, Role, SentenceTone, Tone,
};
pub use tone::tone;
