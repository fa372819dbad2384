//! From a group of reviews to their analyses: the worker of a run.

use std::slice;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::analysis::{Analysis, AspectSet, Aspects, Frequencies, FrequenciesError, Resources, analyze};
use crate::corpus::Review;
use crate::reader::{Engine, MOST_TOKENS, Model, Reader, ReaderError, Reading};
use crate::text::Document;

/// A model whose files do not fit.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzerError {
    /// Weights, configuration or tokenizer.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// The table of frequencies is no text.
    #[error("frequencies.tsv: {0}")]
    Encoding(#[from] std::str::Utf8Error),
    /// The table of frequencies is broken.
    #[error(transparent)]
    Frequencies(#[from] FrequenciesError),
}

/// A review's analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Analyzed {
    /// What is said of the review.
    pub analysis: Analysis,
    /// Tokens that the encoder read for it.
    pub tokens: usize,
}

/// Everything that turns a review into its analysis; shared by all workers of a run.
pub struct Analyzer {
    reader: Reader,
    frequencies: Frequencies,
    aspects: Aspects,
    room: Room,
}

impl Analyzer {
    /// Builds the reader and the table of frequencies of a model, and reads the seeds of a set of aspects.
    ///
    /// # Errors
    /// Files that can't be parsed, or do not fit each other.
    pub fn new(model: &Model, engine: Engine, aspects: &AspectSet) -> Result<Self, AnalyzerError> {
        let frequencies = Frequencies::parse(std::str::from_utf8(&model.frequencies)?)?;
        let reader = Reader::new(model, engine)?;
        let aspects = Aspects::new(aspects, &reader)?;
        Ok(Self { reader, frequencies, aspects, room: Room::default() })
    }

    /// Analyses reviews together, so that the sentences of short ones share a batch of the encoder. What is
    /// said of a review does not depend on the others.
    ///
    /// One result for each review, in order; an error says in plain words why it could not be read.
    pub fn analyze(&self, reviews: &[Review]) -> Vec<Result<Analyzed, String>> {
        let documents: Vec<_> = reviews.iter().map(|review| Document::parse(&review.text)).collect();
        let room = self.room.take(documents.iter().map(Document::words).sum());
        match (self.reader.read(&documents), reviews) {
            (Ok((readings, _)), _) => {
                let resources = Resources {
                    heads: self.reader.heads(),
                    frequencies: &self.frequencies,
                    aspects: &self.aspects,
                };
                let read = reviews.iter().zip(&documents).zip(&readings);
                let analyses = read.map(|((review, document), readings)| {
                    let analysis = analyze(review, document, readings, resources);
                    let tokens = readings.iter().map(tokens).sum();
                    Ok(Analyzed { analysis, tokens })
                });
                analyses.collect()
            }
            (Err(error), [_]) => vec![Err(error.to_string())],
            // One of them is at fault: alone, the others can be read.
            (Err(_), _) => {
                drop(room);
                reviews.iter().flat_map(|review| self.analyze(slice::from_ref(review))).collect()
            }
        }
    }
}

/// Bounds the words whose states are in memory at a time, however many workers there are: those of the longest
/// review. Short reviews never wait.
struct Room {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Default for Room {
    fn default() -> Self {
        Self { free: Mutex::new(MOST_TOKENS), freed: Condvar::new() }
    }
}

impl Room {
    /// Groups below this are let in without waiting: their number is that of the workers.
    const SMALL: usize = 8192;

    /// Waits for room for so many words; it is free again once what is given is dropped.
    fn take(&self, words: usize) -> Taken<'_> {
        let words = if words < Self::SMALL { 0 } else { words.min(MOST_TOKENS) };
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.freed.wait_while(free, |free| *free < words);
        *free.unwrap_or_else(PoisonError::into_inner) -= words;
        Taken { room: self, words }
    }
}

/// Words in a [`Room`].
struct Taken<'a> {
    room: &'a Room,
    words: usize,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.room.free.lock().unwrap_or_else(PoisonError::into_inner) += self.words;
        self.room.freed.notify_all();
    }
}

/// Tokens of a sentence: its states are as wide as its vector.
fn tokens(reading: &Reading) -> usize {
    reading.states.len() / reading.vector.len().max(1)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn long_reviews_wait_for_each_other_and_short_ones_do_not() {
        let (room, inside, most) = (Room::default(), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for words in [MOST_TOKENS / 2, MOST_TOKENS / 2 + 1, 2 * MOST_TOKENS, MOST_TOKENS] {
                let (room, inside, most) = (&room, &inside, &most);
                scope.spawn(move || {
                    for _ in 0..100 {
                        let taken = room.take(words);
                        let now = inside.fetch_add(taken.words, Ordering::SeqCst) + taken.words;
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        inside.fetch_sub(taken.words, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= MOST_TOKENS);
        let _all = room.take(MOST_TOKENS);
        let _small = room.take(Room::SMALL - 1);
    }
}
