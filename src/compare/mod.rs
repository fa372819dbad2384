//! How films, critics, outlets and years compare.
//!
//! ```text
//! results ─▶ Corpus ─▶ Comparison
//! ```
//!
//! [`Corpus::read`] gathers the lines of output folders once and keeps figures, not texts ([`Corpus::add`] takes lines that are read
//! already). [`Comparison::new`] then compares by film, critic, outlet or year ([`By`]) as often as wanted; it serializes to the
//! object that `critique compare --format json` prints.
//!
//! | what | how | where |
//! |---|---|---|
//! | `adjusted`, `leniency` | tone = mean + film + critic + residual, a mixed model | `model.rs`, [`crate::statistics::mixed`] |
//! | `interval` | expanded percentile bootstrap over the row's reviews | [`crate::statistics::bootstrap`] |
//! | `agreement` of a film | Krippendorff's α, ordinal | [`crate::statistics::agreement`] |
//! | `polarisation` | van der Eijk's agreement, turned round | [`crate::statistics::agreement`] |
//! | `against_colleagues`, `agreement` of a critic | against the mean of the others on the same film | `consensus.rs` |
//! | `keyphrases`, `entities`, favourite aspects | weighted log-odds with a Dirichlet prior | `standouts.rs` |
//! | `differences` | paired or not, permutation p, Benjamini and Hochberg | `differences.rs` |
//!
//! Only `id`, `film`, `critic` and `tone.score` of a line need be there. What cannot be said is `None`, never a number that means nothing.
#![forbid(unsafe_code)]

mod comparison;
mod consensus;
mod corpus;
mod critics;
mod dates;
mod differences;
mod films;
mod line;
mod model;
mod ratings;
mod row;
mod standouts;
#[cfg(test)]
mod tests;
mod warnings;
mod years;

pub use comparison::{By, CompareError, Comparison, Options, Rows};
pub use corpus::Corpus;
pub use critics::{CriticAspect, CriticRow, Odd};
pub use differences::Difference;
pub use films::{FilmRow, Quote};
pub use line::Line;
pub use model::{Model, Variances};
pub use ratings::RatingCorrelation;
pub use row::AspectTone;
pub use standouts::{NamedEntity, Phrase};
pub use years::YearRow;
