//! What must hold of the rows of any input.

use std::collections::HashSet;

use critique::corpus::{self, Corpus, Item, Options};

use super::Place;

/// Reads the bytes as a file of each of the names.
pub fn files(names: &[&str], bytes: &[u8]) {
    let place = Place::new();
    for name in names {
        let path = place.write(name, bytes);
        match corpus::open(&[path], &Options::default()) {
            Ok(corpus) => every_row_is_counted(corpus),
            Err(error) => told_on_one_line(&error.to_string()),
        }
    }
}

/// Rows have the numbers 1, 2, 3 …, ids are never used twice, and whatever is wrong is told on one line.
pub fn every_row_is_counted(corpus: Corpus) {
    let mut ids = HashSet::new();
    for (before, item) in corpus.enumerate() {
        let origin = match item {
            Ok(Item::Review(review)) => {
                assert!(!review.text.trim().is_empty(), "a review without text");
                assert!(ids.insert(review.id), "an id twice");
                review.origin
            }
            Ok(Item::Reject(reject)) => {
                told_on_one_line(&reject.reason);
                reject.origin
            }
            Err(error) => return told_on_one_line(&error.to_string()),
        };
        assert_eq!(origin.row, before as u64 + 1);
    }
}

fn told_on_one_line(told: &str) {
    assert!(!told.is_empty() && !told.contains(['\n', '\r']) && told.len() < 8000, "{told:?}");
}
