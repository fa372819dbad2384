//! From a review's text as given to sentences and words, offsets never lost.
//!
//! HTML is taken out first, then lines become paragraphs and markdown is taken out, then
//! paragraphs are told apart into prose, headings and captions, and each is split into sentences.
#![forbid(unsafe_code)]

mod abbreviations;
mod blocks;
mod boundary;
mod characters;
mod document;
mod inline;
mod lines;
mod look;
mod markdown;
mod markup;
mod offsets;
mod sentences;
mod tags;
mod words;

pub use document::{Block, Document, Sentence, Span};
pub use offsets::CodePoints;
pub use words::{Case, Word, words};
