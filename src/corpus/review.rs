//! The plain structs that leave this room.

use serde::{Deserialize, Serialize};

/// Where a review came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The input's path as the user would name it; `-` for standard input.
    pub path: String,
    /// The record's number in that input, from 1, headers not counted; 1 for a file that is one review.
    pub row: u64,
}

/// One review, as given.
#[derive(Debug, Clone, Default, PartialEq, Hash)]
pub struct Review {
    /// Unique in a run: the given id or, where there is none, one made from the origin.
    pub id: String,
    /// Title of the film (or product) as given.
    pub film: Option<String>,
    /// Who wrote the review.
    pub critic: Option<String>,
    /// Where it was published.
    pub outlet: Option<String>,
    /// When, as given.
    pub date: Option<String>,
    /// The rating as given: `3.5`, `3/4`, `B+`.
    pub rating: Option<String>,
    /// Where it was read from.
    pub origin: Origin,
    /// The text as given, decoded to Unicode; every offset in a report counts its code points.
    pub text: String,
}

/// A row that is no review, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reject {
    /// The row.
    #[serde(flatten)]
    pub origin: Origin,
    /// One line in plain words.
    pub reason: String,
}

/// What one row of an input becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A review to analyse.
    Review(Review),
    /// A row that could not be read.
    Reject(Reject),
}
