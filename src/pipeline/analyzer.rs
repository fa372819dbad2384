//! From a group of reviews to their analyses: the worker of a run.

use std::slice;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::analysis::{Analysis, AspectSet, Aspects, Frequencies, FrequenciesError, Resources, analyze};
use crate::corpus::Review;
use crate::reader::{Engine, Model, Reader, ReaderError, Reading};
use crate::text::Document;

/// Words from which on a group of reviews is long: ordinary groups have fewer.
const MANY: usize = 16_384;

/// Why there is no analyzer: a model whose files do not fit, mostly.
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
    /// The system gives no thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] ThreadPoolBuildError),
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
    /// Reads what is long, on one thread: the states of one long review at a time are in memory, however many workers
    /// there are, and in memory that was used for the one before.
    long: ThreadPool,
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
        let long = ThreadPoolBuilder::new().num_threads(1).thread_name(|_| "long".to_owned()).build()?;
        Ok(Self { reader, frequencies, aspects, long })
    }

    /// Analyses reviews together, so that the sentences of short ones share a batch of the encoder. What is
    /// said of a review does not depend on the others.
    ///
    /// One result for each review, in order; an error says in plain words why it could not be read.
    pub fn analyze(&self, reviews: &[Review]) -> Vec<Result<Analyzed, String>> {
        let documents: Vec<_> = reviews.iter().map(|review| Document::parse(&review.text)).collect();
        if documents.iter().map(Document::words).sum::<usize>() < MANY {
            self.read(reviews, &documents)
        } else {
            self.long.install(|| self.read(reviews, &documents))
        }
    }

    fn read(&self, reviews: &[Review], documents: &[Document]) -> Vec<Result<Analyzed, String>> {
        match (self.reader.read(documents), reviews) {
            (Ok((readings, _)), _) => {
                let resources = Resources {
                    heads: self.reader.heads(),
                    frequencies: &self.frequencies,
                    aspects: &self.aspects,
                };
                let read = reviews.iter().zip(documents).zip(&readings);
                let analyses = read.map(|((review, document), readings)| {
                    let analysis = analyze(review, document, readings, resources);
                    let tokens = readings.iter().map(tokens).sum();
                    Ok(Analyzed { analysis, tokens })
                });
                analyses.collect()
            }
            (Err(error), [_]) => vec![Err(error.to_string())],
            // One of them is at fault: alone, the others can be read.
            (Err(_), _) => reviews.iter().flat_map(|review| self.analyze(slice::from_ref(review))).collect(),
        }
    }
}

/// Tokens of a sentence: its states are as wide as its vector.
fn tokens(reading: &Reading) -> usize {
    reading.states.len() / reading.vector.len().max(1)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn long_reviews_wait_for_each_other_and_short_ones_do_not() {
        let set = AspectSet::parse(AspectSet::preset("film").unwrap()).unwrap();
        let analyzer = Analyzer::new(&Model::embedded(), Engine::Embedded, &set).unwrap();
        let review = |times: usize| Review { text: "A fine film. ".repeat(times), ..Review::default() };
        let long = MANY / 3;
        assert!(Document::parse(&review(long).text).words() >= MANY);
        let words = |times: usize| {
            let analyzed = analyzer.analyze(&[review(times), review(1)]);
            analyzed.into_iter().map(|one| one.unwrap().analysis.words).collect::<Vec<_>>()
        };
        thread::scope(|scope| {
            let (finish, finished) = mpsc::channel::<()>();
            let (read, was_read) = mpsc::channel();
            // As if another long review were being read.
            analyzer.long.spawn(move || finished.recv().unwrap());
            let words = &words;
            scope.spawn(move || read.send(words(long)).unwrap());
            assert_eq!(words(1), [3, 3]);
            assert!(was_read.try_recv().is_err());
            finish.send(()).unwrap();
            assert_eq!(was_read.recv().unwrap(), [3 * long, 3]);
        });
    }
}
