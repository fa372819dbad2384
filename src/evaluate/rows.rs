//! Rows of a file: JSON lines, CSV or TSV, gzipped or not.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// Labels that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// The file itself.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A row of it.
    #[error("{}, row {row}: {reason}", .path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// From 1.
        row: usize,
        /// What is wrong, and what would do.
        reason: String,
    },
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// From 1: the line, or the record after the header.
    pub(super) number: usize,
    /// An object; cells of a table are strings in it.
    pub(super) value: Value,
}

/// The rows of a `.jsonl`, `.csv` or `.tsv` file, each also with `.gz`. Blank lines are no rows.
///
/// # Errors
/// A file that can't be opened, or a table without a header; then each row that can't be read.
pub(super) fn rows(path: &Path) -> Result<Box<dyn Iterator<Item = Result<Row, LabelError>>>, LabelError> {
    let path = path.to_path_buf();
    let file = |source| LabelError::File { path: path.clone(), source };
    let handle = File::open(&path).map_err(file)?;
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (inner, name): (Box<dyn Read>, &str) = match name.strip_suffix(".gz") {
        Some(stem) => (Box::new(MultiGzDecoder::new(handle)), stem),
        None => (Box::new(handle), &name),
    };
    match name.rsplit('.').next() {
        Some("csv") => table(path.clone(), inner, b','),
        Some("tsv") => table(path.clone(), inner, b'\t'),
        _ => Ok(Box::new(lines(path.clone(), inner))),
    }
}

fn lines(path: PathBuf, inner: Box<dyn Read>) -> impl Iterator<Item = Result<Row, LabelError>> {
    BufReader::new(inner).lines().enumerate().filter_map(move |(index, line)| match line {
        Ok(line) if line.trim().is_empty() => None,
        Ok(line) => Some(row(&path, index + 1, serde_json::from_str(&line))),
        Err(source) => Some(Err(LabelError::File { path: path.clone(), source })),
    })
}

fn table(
    path: PathBuf,
    inner: Box<dyn Read>,
    delimiter: u8,
) -> Result<Box<dyn Iterator<Item = Result<Row, LabelError>>>, LabelError> {
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(inner);
    let header = rows
        .headers()
        .cloned()
        .map_err(|error| LabelError::File { path: path.clone(), source: std::io::Error::other(error) })?;
    Ok(Box::new(rows.into_records().enumerate().map(move |(index, record)| {
        let cells = |record: csv::StringRecord| {
            header.iter().zip(&record).map(|(name, cell)| (name.to_string(), Value::from(cell))).collect()
        };
        row(&path, index + 1, record.map(|record| Value::Object(cells(record))))
    })))
}

fn row<E: std::fmt::Display>(path: &Path, number: usize, value: Result<Value, E>) -> Result<Row, LabelError> {
    match value {
        Ok(value) => Ok(Row { number, value }),
        Err(error) => {
            Err(LabelError::Row { path: path.to_path_buf(), row: number, reason: error.to_string() })
        }
    }
}
