//! Tables of reviews.

use super::rows;

pub fn run(bytes: &[u8]) {
    rows::files(&["a.csv", "a.tsv"], bytes);
}
