//! From a review's text as given to sentences and words, offsets never lost.

mod document;
mod words;

pub use document::{Block, Sentence, Span};
pub use words::{Case, Word, words};
