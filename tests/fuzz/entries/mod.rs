//! What each fuzz target does with its bytes: one module a target, with a function `run`.
//!
//! A target looks for panics, and for bytes after which something does not hold that must hold of any input. The
//! kept cases and the seeds go through the same functions in `cargo test` (`tests/cases.rs`).

pub mod analysis;
pub mod aspects;
pub mod compare;
pub mod compression;
pub mod csv;
pub mod escaping;
pub mod json;
pub mod labels;
pub mod ledger;
mod made;
pub mod model;
pub mod parquet;
pub mod results;
mod rows;
pub mod sentences;
pub mod stdin;
pub mod text;
pub mod weights;
pub mod words;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Does what a target does with an input.
pub type Run = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Run); 17] = [
    ("analysis", analysis::run),
    ("aspects", aspects::run),
    ("compare", compare::run),
    ("compression", compression::run),
    ("csv", csv::run),
    ("escaping", escaping::run),
    ("json", json::run),
    ("labels", labels::run),
    ("ledger", ledger::run),
    ("model", model::run),
    ("parquet", parquet::run),
    ("results", results::run),
    ("sentences", sentences::run),
    ("stdin", stdin::run),
    ("text", text::run),
    ("weights", weights::run),
    ("words", words::run),
];

/// A folder that is gone after the input.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for the input"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).expect("a file for the input");
        path
    }
}

/// The texts of an input: UTF-8 with replacements, parted by line feeds.
fn lines(bytes: &[u8]) -> Vec<String> {
    bytes.split(|byte| *byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect()
}
