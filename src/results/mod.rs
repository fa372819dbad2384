//! Reading back what `critique analyze` wrote, for what is said of many reviews or shown of one.
//!
//! [`open`] finds the files, [`Sources::read`] parses their lines in parallel and hands them on in order. A
//! reader names the struct it wants: [`Line`] has everything of a review, a narrower one of the caller's is parsed
//! faster. Only `id`, `film`, `critic` and `tone.score` need be there, so that figures of other programs can be read
//! too. A line that cannot be used is passed over and counted in [`Skipped`].
#![forbid(unsafe_code)]

mod find;
mod line;
mod read;
mod sources;

pub use find::{Found, Picked};
pub use line::{Line, Quotes, Sentence, Tone, named, score, text};
pub use read::Skipped;
pub use sources::{ResultsError, Source, Sources, open};
