//! From a group of reviews to their analyses: the worker of a run.

use std::slice;

use crate::analysis::{Analysis, AspectSet, Aspects, Frequencies, FrequenciesError, Resources, analyze};
use crate::corpus::Review;
use crate::reader::{Engine, Model, Reader, ReaderError, Reading};
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
        Ok(Self { reader, frequencies, aspects })
    }

    /// Analyses reviews together, so that the sentences of short ones share a batch of the encoder. What is
    /// said of a review does not depend on the others.
    ///
    /// One result for each review, in order; an error says in plain words why it could not be read.
    pub fn analyze(&self, reviews: &[Review]) -> Vec<Result<Analyzed, String>> {
        let documents: Vec<_> = reviews.iter().map(|review| Document::parse(&review.text)).collect();
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
            (Err(_), _) => reviews.iter().flat_map(|review| self.analyze(slice::from_ref(review))).collect(),
        }
    }
}

/// Tokens of a sentence: its states are as wide as its vector.
fn tokens(reading: &Reading) -> usize {
    reading.states.len() / reading.vector.len().max(1)
}
