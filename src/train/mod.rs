//! Multi-task fine-tuning of the reader (feature `rust-bert`).
//!
//! [`run`] trains the encoder and its heads, with checkpoints; [`finish`] quantises what came of it and fits how a
//! review's sentences make its verdict, on the reader as it ships.
#![forbid(unsafe_code)]

mod data;
mod emotions;
mod example;
mod loss;
mod measure;
mod network;
mod optimizer;
mod schedule;
mod tags;
mod titles;
mod training;
mod verdict;

pub use training::{Options, run};
pub use verdict::finish;

use std::path::PathBuf;

/// Why a training can't go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A data file.
    #[error("{path}: {reason}", path = .0.display(), reason = .1)]
    Data(PathBuf, String),
    /// The model to start from.
    #[error("the weights don't fit: {0}")]
    Weights(String),
    /// Its tokenizer.
    #[error(transparent)]
    Tokenizer(#[from] crate::reader::TokenizerError),
    /// The folder of checkpoints, or the model's.
    #[error("{path}: {reason}", path = .0.display(), reason = .1)]
    File(PathBuf, std::io::Error),
    /// The quantised reader.
    #[error(transparent)]
    Reader(#[from] crate::reader::ReaderError),
    /// libtorch.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
    /// rust-bert.
    #[error("rust-bert: {0}")]
    Bert(#[from] rust_bert::RustBertError),
}
