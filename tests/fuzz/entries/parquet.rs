//! Parquet files.

use super::rows;

pub fn run(bytes: &[u8]) {
    rows::files(&["a.parquet"], bytes);
}
