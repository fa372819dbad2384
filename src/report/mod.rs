//! Writes the files of an output folder.
//!
//! | file | one row or line is | written with |
//! |---|---|---|
//! | `reviews.csv` | a review: its tone, its first keyphrases and people | `csv` |
//! | `aspects.csv` | an aspect that a review judges | `csv` |
//! | `entities.csv` | an entity of a review | `csv` |
//! | `keyphrases.csv` | a keyphrase of a review | `csv` |
//! | `themes.csv` | a theme of the corpus | `csv` |
//! | `review_themes.csv` | a theme of a review | `csv` |
//! | `reviews.jsonl` | a review with everything said of it ([`SCHEMA`]) | `jsonl` |
//! | `reviews.json` | the same lines in one array | `json` |
//! | `sentences.jsonl` | a sentence with its figures | [`Options::sentences`] |
//! | `rejects.jsonl` | a row that could not be read, and why | always |
//! | `run.json` | the run: version, model, options, counts, timings ([`Run`]) | always, last |
//!
//! Reviews stand in the order in which they are given. Numbers are rounded to four decimals. Nothing bears
//! its final name before [`Report::finish`]; see [`Folder`] for how a folder is kept from becoming a mixture
//! of two runs. A [`Ledger`] keeps all the books of a run, so that one that was stopped can go on.
#![forbid(unsafe_code)]

mod cell;
mod folder;
mod ledger;
mod lines;
mod round;
mod run;
mod summary;
mod tables;
mod themes;

use std::io::{self, Write};
use std::path::Path;

pub use cell::cell;
pub use folder::{Folder, ReportError, canonical, is_ours};
pub use ledger::{Finished, Ledger, Opened};
pub use run::{Counts, Header, Model, Run, RunOptions, SCHEMA_VERSION, Timings};
pub use summary::{Named, Summary, printable};

use crate::analysis::{Analysis, Quotes};
use crate::corpus::{Reject, Review};
use crate::themes::Themes;
use folder::Out;
use lines::{JsonArray, ReviewLine, sentence_lines, write_line};
pub(crate) use round::round;
use round::rounded;
use tables::Tables;

/// The JSON Schema (draft 2020-12) of a line of `reviews.jsonl`.
pub const SCHEMA: &str = include_str!("review.schema.json");

/// What is written besides `rejects.jsonl` and `run.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// `reviews.csv`, `aspects.csv`, `entities.csv`, `keyphrases.csv`, and what [`Report::themes`] writes.
    pub csv: bool,
    /// `reviews.json`.
    pub json: bool,
    /// `reviews.jsonl`.
    pub jsonl: bool,
    /// `sentences.jsonl`.
    pub sentences: bool,
    /// Whether the texts of reviews and sentences are given.
    pub text: bool,
}

/// An output folder in the making.
#[derive(Debug)]
pub struct Report {
    folder: Folder,
    tables: Option<Tables>,
    json: Option<JsonArray>,
    jsonl: Option<Out>,
    sentences: Option<Out>,
    rejects: Out,
    text: bool,
}

impl Report {
    /// Makes the folder where it is missing and opens the files, under temporary names.
    ///
    /// # Errors
    /// See [`Folder::open`].
    pub fn create(dir: &Path, options: &Options) -> Result<Self, ReportError> {
        let mut folder = Folder::open(dir)?;
        folder.begin()?;
        Self::new(folder, options)
    }

    /// Opens the files in a folder that is claimed.
    fn new(mut folder: Folder, options: &Options) -> Result<Self, ReportError> {
        let tables = options.csv.then(|| Tables::create(&mut folder)).transpose()?;
        let json = options.json.then(|| folder.file("reviews.json").map(JsonArray::new)).transpose()?;
        let json = json.transpose().map_err(|error| folder.unwritable(error))?;
        let jsonl = options.jsonl.then(|| folder.file("reviews.jsonl")).transpose()?;
        let sentences = options.sentences.then(|| folder.file("sentences.jsonl")).transpose()?;
        let rejects = folder.file("rejects.jsonl")?;
        Ok(Self { folder, tables, json, jsonl, sentences, rejects, text: options.text })
    }

    /// Writes a review to every file that tells of it.
    ///
    /// # Errors
    /// That the folder cannot be written to.
    pub fn review(&mut self, review: &Review, analysis: Analysis) -> Result<(), ReportError> {
        let mut analysis = rounded(analysis);
        if !self.text {
            without_quotes(&mut analysis);
        }
        self.write_review(review, &analysis).map_err(|error| self.folder.unwritable(error))
    }

    fn write_review(&mut self, review: &Review, analysis: &Analysis) -> io::Result<()> {
        let line = ReviewLine::new(review, analysis, self.text);
        if let Some(tables) = &mut self.tables {
            tables.write(review, analysis)?;
        }
        if let Some(json) = &mut self.json {
            json.write(&line)?;
        }
        if let Some(jsonl) = &mut self.jsonl {
            write_line(jsonl, &line)?;
        }
        if let Some(sentences) = &mut self.sentences {
            for line in sentence_lines(review, analysis, self.text) {
                write_line(sentences, &line)?;
            }
        }
        Ok(())
    }

    /// Writes a row that is no review.
    ///
    /// # Errors
    /// That the folder cannot be written to.
    pub fn reject(&mut self, reject: &Reject) -> Result<(), ReportError> {
        write_line(&mut self.rejects, reject).map_err(|error| self.folder.unwritable(error))
    }

    /// Writes `themes.csv` and `review_themes.csv`, after the last review.
    ///
    /// # Errors
    /// That the folder cannot be written to, or what was kept of the reviews not be read.
    pub fn themes(&mut self, themes: &mut Themes) -> Result<(), ReportError> {
        themes::write(&mut self.folder, themes, self.text)
    }

    /// Gives every file its name, removes those of ours that an earlier run left and this one did not write,
    /// and puts `run.json` last.
    ///
    /// # Errors
    /// That the folder cannot be written to.
    pub fn finish(mut self, run: &Run) -> Result<(), ReportError> {
        self.json.as_mut().map_or(Ok(()), JsonArray::end).map_err(|error| self.folder.unwritable(error))?;
        self.flush()?;
        self.folder.commit(run)
    }

    /// Sees to it that all that was written is in the files.
    fn flush(&mut self) -> Result<(), ReportError> {
        let Self { folder, tables, json, jsonl, sentences, rejects, .. } = self;
        let mut flush = || {
            tables.as_mut().map_or(Ok(()), Tables::flush)?;
            json.as_mut().map_or(Ok(()), JsonArray::flush)?;
            jsonl.as_mut().map_or(Ok(()), Out::flush)?;
            sentences.as_mut().map_or(Ok(()), Out::flush)?;
            rejects.flush()
        };
        flush().map_err(|error| folder.unwritable(error))
    }
}

/// Takes out the words of quotes and leaves where they stand.
fn without_quotes(analysis: &mut Analysis) {
    let Quotes { positive, negative } = &mut analysis.quotes;
    let aspects = analysis.aspects.iter_mut().map(|aspect| &mut aspect.quote);
    for quote in positive.iter_mut().chain(negative).chain(aspects) {
        quote.text.clear();
    }
}

#[cfg(test)]
mod tests;
