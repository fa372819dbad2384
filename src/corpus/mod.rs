//! Reading reviews in: inputs are found, decoded, split into rows, and each row becomes one
//! [`Review`] or one [`Reject`].
//!
//! ```text
//! inputs ──► bytes ──► characters ──► rows ──► fields ──► Review | Reject
//! files,     gzip,     UTF-8, UTF-16,  csv,    columns    ids made unique
//! folders,   zstd      Windows-1252    json,
//! stdin                                text,
//!                                      parquet (from bytes)
//! ```
//!
//! Everything streams: no more than one row is held at a time, and a row is at most 16 MiB; of a Parquet file, a page of
//! each column. What grows with the corpus is the list of files and 16 bytes or so for each id.
#![forbid(unsafe_code)]

mod charset;
mod columns;
mod compression;
mod csv_rows;
mod error;
mod fields;
mod files;
mod format;
mod head;
mod ids;
mod inputs;
mod json_entry;
mod json_rows;
mod parquet;
mod review;
mod stream;
mod text_rows;

#[cfg(test)]
mod tests;

pub use columns::Columns;
pub use error::CorpusError;
pub use files::Files;
pub use review::{Item, Origin, Reject, Review};
pub use stream::{Corpus, Options, open, open_stream};

/// Largest row that is read, in bytes after decompression (UTF-16 counted as UTF-8).
const MAX_ROW: usize = 16 << 20;

/// Largest review, in bytes: its text, markup and all, and what else is kept of its row.
const MAX_REVIEW: usize = 2 << 20;
