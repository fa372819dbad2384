//! Reviews as an array, as values one after another, and as lines.

use super::rows;

pub fn run(bytes: &[u8]) {
    rows::files(&["a.json", "a.jsonl"], bytes);
}
