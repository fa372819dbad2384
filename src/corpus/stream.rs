//! The stream of reviews and rejects that everything else reads.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::charset::strip_mark;
use super::columns::Columns;
use super::compression::{counted, sniffed};
use super::csv_rows::CsvRows;
use super::fields::{Fault, Fields, Rows, clip};
use super::files::Files;
use super::format::{self, Format};
use super::head::{Bytes, Head};
use super::ids::Ids;
use super::inputs::{self, File, Input};
use super::parquet::ParquetRows;
use super::{CorpusError, Item, Origin, Reject, Review, json_rows, text_rows};

/// How inputs are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Columns (and keys of JSON objects and sidecars) named by the user.
    pub columns: Columns,
    /// A folder that is passed over where a walk comes upon it, such as the output folder of the run: an
    /// absolute path without links. A folder that is itself an input is not passed over.
    pub exclude: Option<PathBuf>,
}

/// Reviews and rejects, one for each record of the inputs, in their order.
///
/// * A row of a table, a JSON value and a text file are each one record. Blank lines of tables and of JSON
///   lines are none, and don't count in [`Origin::row`]; the header doesn't either.
/// * The rest of an input that cannot be read on (a damaged archive, a quote that is never closed) is one
///   reject.
/// * The id is the one given, else made from the origin: `films-17` for row 17 of `films.csv`, `stdin-17`
///   for standard input, and for a text file its path below the input, without endings: `dial/the-heap`.
///   A second use of an id gets `-2` behind it, a third `-3`. Ids depend on the inputs and their order only.
///
/// * A file that is written to while the run lasts ends it: no report could tell which of its states it is of.
///
/// After an `Err` the stream can be read on from the next input, but a run had better end there.
pub struct Corpus {
    inputs: std::vec::IntoIter<Input>,
    columns: Columns,
    stdin: Option<Box<dyn Read + Send>>,
    current: Option<Current>,
    ids: Ids,
    files: Files,
    total: Option<u64>,
    read: Arc<AtomicU64>,
}

/// The input that is being read.
struct Current {
    rows: Rows,
    path: String,
    stem: String,
    /// The stem alone is the id: the input is one review with a name.
    named: bool,
    row: u64,
    /// What [`Corpus::bytes_read`] is when this input is done; not known of standard input.
    end: Option<u64>,
    /// None for standard input.
    file: Option<File>,
}

/// Finds the inputs (files, folders, `-` for standard input) and checks that tables and JSON files have the
/// columns asked for, so that a run doesn't fail hours after its start. Standard input is looked at when its
/// turn comes.
///
/// # Errors
/// A missing input, an unknown ending, a folder without files, a column that is not there.
pub fn open(inputs: &[PathBuf], options: &Options) -> Result<Corpus, CorpusError> {
    open_with(inputs, options, Box::new(io::stdin()))
}

/// The reviews of a stream without a name, read as standard input is: its packing, encoding and format are told from
/// its first bytes. A text column that is not there is the error of the first item.
pub fn open_stream(stream: impl Read + Send + 'static, options: &Options) -> Corpus {
    Corpus::new(vec![Input::Stdin], options, None, Box::new(stream))
}

/// [`open`] with something else for standard input.
pub(super) fn open_with(
    inputs: &[PathBuf],
    options: &Options,
    stdin: Box<dyn Read + Send>,
) -> Result<Corpus, CorpusError> {
    let inputs = inputs::find(inputs, options.exclude.as_deref())?;
    let mut total = Some(0);
    for input in &inputs {
        match input {
            Input::Stdin => total = None,
            Input::File(file) => {
                check(file, &options.columns)?;
                total = total.filter(|_| file.regular).map(|t| t + file.size);
            }
        }
    }
    Ok(Corpus::new(inputs, options, total, stdin))
}

/// Looks at a file's first record for missing columns. Anything else that is wrong is a reject in its turn.
fn check(file: &File, columns: &Columns) -> Result<(), CorpusError> {
    if file.format == Format::Text || !file.regular {
        return Ok(());
    }
    let first = file_rows(file, columns, Arc::default()).and_then(|mut rows| match file.format {
        // It has told its columns by now, and its first page may be of a hundred megabytes.
        Format::Parquet => Ok(None),
        _ => rows.next().transpose(),
    });
    match first {
        Err(Fault::Stop(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Rows of a file.
fn file_rows(file: &File, columns: &Columns, counter: Arc<AtomicU64>) -> Result<Rows, Fault> {
    let raw = std::fs::File::open(&file.path)
        .map_err(|error| Fault::Rest(format!("cannot be opened: {}", clip(&error.to_string(), 120))))?;
    if file.format == Format::Parquet {
        let path = file.path.display().to_string();
        return Ok(Box::new(ParquetRows::new(raw, columns, counter, &path)?));
    }
    let unpacked = file.compression.unpack(counted(raw, counter));
    rows(unpacked, Some(file), columns)
}

/// Rows of an unpacked stream, which is a file or, without one, standard input.
fn rows(unpacked: Bytes, file: Option<&File>, columns: &Columns) -> Result<Rows, Fault> {
    let (decoded, charset) = strip_mark(unpacked);
    let source = Head::read(decoded, format::HEAD);
    let path = file.map_or_else(|| "-".to_owned(), |file| file.path.display().to_string());
    let format = file.map_or_else(|| format::sniff(source.first(), columns), |file| file.format);
    Ok(match format {
        Format::Csv | Format::Tsv => {
            let sniffed = || format::delimiter(source.first(), columns);
            let delimiter = if format == Format::Tsv { b'\t' } else { sniffed() };
            Box::new(CsvRows::new(Box::new(source), charset, delimiter, columns, &path)?)
        }
        Format::Json if !format::first_line_is_json(source.first()) => {
            Box::new(json_rows::values(Box::new(source), charset, columns, &path))
        }
        Format::Json | Format::JsonLines => {
            Box::new(json_rows::lines(Box::new(source), charset, columns, &path))
        }
        Format::Parquet => {
            return Err(Fault::Rest("a Parquet file cannot be read from a stream; name the file".into()));
        }
        Format::Text => {
            let path = file.map(|file| file.path.as_path());
            Box::new(std::iter::once(text_rows::row(Box::new(source), charset, columns, path)))
        }
    })
}

impl Corpus {
    fn new(inputs: Vec<Input>, options: &Options, total: Option<u64>, stdin: Box<dyn Read + Send>) -> Corpus {
        Corpus {
            files: Files::of(&inputs),
            inputs: inputs.into_iter(),
            columns: options.columns.clone(),
            stdin: Some(stdin),
            current: None,
            ids: Ids::default(),
            total,
            read: Arc::default(),
        }
    }

    /// Size of all inputs on the disk, packed as they are, in bytes; `None` if standard input or a pipe is
    /// among them.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }

    /// What tells these inputs from others.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Bytes read so far, of [`Corpus::total_bytes`]. Reading runs ahead of the reviews by a buffer.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The counter behind [`Corpus::bytes_read`], for a progress bar that lives elsewhere.
    pub fn counter(&self) -> Arc<AtomicU64> {
        self.read.clone()
    }

    /// Opens the next input; `false` after the last.
    fn open_next(&mut self) -> bool {
        let Some(input) = self.inputs.next() else { return false };
        let counter = self.read.clone();
        self.current = Some(match input {
            Input::Stdin => {
                let raw = self.stdin.take().unwrap_or_else(|| Box::new(io::empty()));
                Current {
                    rows: rows(sniffed(counted(raw, counter)), None, &self.columns)
                        .unwrap_or_else(|fault| Box::new(std::iter::once(Err(fault)))),
                    path: "-".to_owned(),
                    stem: "stdin".to_owned(),
                    named: false,
                    row: 0,
                    end: None,
                    file: None,
                }
            }
            Input::File(file) => Current {
                end: file.regular.then(|| self.bytes_read() + file.size),
                rows: file_rows(&file, &self.columns, counter)
                    .unwrap_or_else(|fault| Box::new(std::iter::once(Err(fault)))),
                path: file.path.display().to_string(),
                named: file.format == Format::Text,
                stem: file.stem.clone(),
                row: 0,
                file: Some(file),
            },
        });
        true
    }

    /// Leaves the input; bytes that were not needed count as read.
    ///
    /// # Errors
    /// [`CorpusError::Changed`]
    fn close(&mut self) -> Result<(), CorpusError> {
        let Some(Current { path, end, file, .. }) = self.current.take() else { return Ok(()) };
        if let Some(end) = end {
            self.read.store(end, Ordering::Relaxed);
        }
        if file.is_some_and(|file| file.has_changed()) { Err(CorpusError::Changed { path }) } else { Ok(()) }
    }
}

impl Current {
    /// The review of a row, its id not yet made unique.
    fn review(&self, fields: Fields, origin: Origin) -> Review {
        let Fields { id, film, critic, outlet, date, rating, text } = fields;
        let id = id.unwrap_or_else(|| match self.named {
            true => self.stem.clone(),
            false => format!("{}-{}", self.stem, self.row),
        });
        Review { id, film, critic, outlet, date, rating, origin, text }
    }
}

impl Iterator for Corpus {
    type Item = Result<Item, CorpusError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(current) = &mut self.current else {
                if self.open_next() {
                    continue;
                }
                return None;
            };
            let Some(row) = current.rows.next() else {
                match self.close() {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(error)),
                }
            };
            current.row += 1;
            let origin = Origin { path: current.path.clone(), row: current.row };
            return Some(match row {
                Ok(fields) => {
                    let review = current.review(fields, origin);
                    let id = self.ids.unique(review.id);
                    Ok(Item::Review(Review { id, ..review }))
                }
                Err(Fault::Row(reason)) => Ok(Item::Reject(Reject { origin, reason })),
                // What is wrong with a file that changes is that it changes.
                Err(Fault::Rest(reason)) => self.close().map(|()| Item::Reject(Reject { origin, reason })),
                Err(Fault::Stop(error)) => self.close().and(Err(error)),
            });
        }
    }
}
