//! Which files to read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why the results of an analysis cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// No such file or folder, or no leave to look into it.
    #[error("{path}: {source}; give a folder that critique analyze wrote, or a file of such lines")]
    Unreadable {
        /// As the user named it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A folder with neither `reviews.jsonl` nor `reviews.json`.
    #[error(
        "{0}: no reviews.jsonl in this folder; run critique analyze with --format csv,jsonl --output {0}"
    )]
    NoReviews(String),
    /// A file none of whose lines is a review.
    #[error("{path}: no line is a review with id, film, critic and tone.score; {first}")]
    NoLine {
        /// As the user named it.
        path: String,
        /// What is wrong with the first.
        first: String,
    },
    /// A line that is longer than a report's can be.
    #[error("{0}: a line is longer than 1 GiB; this is no report of critique")]
    TooLong(String),
}

/// A file of reviews' lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As the user named it: usually the output folder.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

impl Source {
    fn new(given: &Path) -> Result<Self, ResultsError> {
        let name = given.display().to_string();
        let unreadable = |source| ResultsError::Unreadable { path: name.clone(), source };
        let path = if fs::metadata(given).map_err(unreadable)?.is_dir() {
            let files = ["reviews.jsonl", "reviews.json"].map(|file| given.join(file));
            let found = files.into_iter().find(|file| file.is_file());
            found.ok_or_else(|| ResultsError::NoReviews(name.clone()))?
        } else {
            given.to_owned()
        };
        Ok(Self { name, path })
    }

    /// The folder that the file stands in, where the other files of the report are.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }
}

/// The files to read, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// The files.
    pub fn all(&self) -> &[Source] {
        &self.0
    }
}

/// Finds the lines of reviews in output folders of `critique analyze`, or in files named themselves.
///
/// # Errors
/// A path that is not there, or a folder without such a file.
pub fn open(paths: &[PathBuf]) -> Result<Sources, ResultsError> {
    paths.iter().map(|path| Source::new(path)).collect::<Result<_, _>>().map(Sources)
}
