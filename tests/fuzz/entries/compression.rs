//! Packed files, and the encodings of what is in them.

use super::rows;

pub fn run(bytes: &[u8]) {
    rows::files(&["a.csv.gz", "a.csv.zst", "a.txt.gz", "a.txt"], bytes);
}
