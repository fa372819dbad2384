//! A review's text, split: the struct that the other rooms read.

use std::ops::Range;

use super::words::Word;

/// What kind of block a sentence stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Block {
    /// Running text.
    Prose,
    /// A headline or title line.
    Heading,
    /// The caption or credit of a picture, a link line, other furniture of a page.
    Caption,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Bytes in [`Document::text`], without surrounding white space; never empty.
    pub range: Range<usize>,
    /// The block it stands in.
    pub block: Block,
    /// Its words, at least one; ranges are bytes in [`Document::text`].
    pub words: Vec<Word>,
}

/// A place in the review's text as given, in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}
