//! The output folder: temporary names while a run lasts, final names at its end.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::run::{self, Run};
use crate::themes::ThemesError;

/// Every name that a report may use, whatever its options.
const OURS: [&str; 10] = [
    "reviews.csv",
    "aspects.csv",
    "entities.csv",
    "keyphrases.csv",
    "themes.csv",
    "review_themes.csv",
    "reviews.json",
    "reviews.jsonl",
    "sentences.jsonl",
    "rejects.jsonl",
];

/// The file that tells of the run and shows that a folder is a finished report.
const RUN: &str = "run.json";

/// Whether a file of this name in an output folder belongs to the report.
pub fn is_ours(name: &str) -> bool {
    OURS.contains(&name) || name == RUN
}

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The output folder is a file.
    #[error("{0} is a file; give --output a folder")]
    IsFile(String),
    /// The folder cannot be made.
    #[error("cannot make the folder {path}: {source}; give another --output")]
    Uncreatable {
        /// The folder, as given.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds a file that a report would replace, and it is not from a report.
    #[error("{0} is there and no report of critique; move it away or give another --output")]
    Foreign(String),
    /// Another run holds the folder.
    #[error("another run is writing to {0}; wait for it or give another --output")]
    Busy(String),
    /// Writing, renaming or removing a file failed.
    #[error("cannot write to {path}: {source}")]
    Unwritable {
        /// The folder, as given.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// What was kept of the reviews for their themes cannot be read.
    #[error(transparent)]
    Themes(#[from] ThemesError),
}

/// An output folder while a run lasts.
///
/// Files are written as `.NAME.partial`. [`super::Report::finish`] removes the `run.json` of the earlier run, then
/// what else that run left, gives the new files their names, and puts the new `run.json` last: a folder with
/// a `run.json` is always the whole report of one run. Dropped before that, it removes its partial files, and the folder if it made it, and
/// leaves an earlier report as it was. Files that are not ours are never touched: where one of our names
/// is taken in a folder that is no report, the folder is refused.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    /// Whether it was missing before.
    made: bool,
    /// Final names of the partial files, in the order of their making.
    names: Vec<&'static str>,
    /// The partial `run.json`, locked against other runs.
    run: File,
}

impl Folder {
    /// Makes the folder, with its parents, where it is missing, and claims it for this run.
    ///
    /// # Errors
    /// That `dir` is a file or cannot be made or written to, that it holds files of our names that are not
    /// ours, or that another run is writing to it.
    pub fn open(dir: &Path) -> Result<Self, ReportError> {
        let shown = || dir.display().to_string();
        if dir.exists() && !dir.is_dir() {
            return Err(ReportError::IsFile(shown()));
        }
        let made = !dir.exists();
        fs::create_dir_all(dir).map_err(|source| ReportError::Uncreatable { path: shown(), source })?;
        let partial = dir.join(partial(RUN));
        // A partial run.json is what a run that was killed leaves: then the other files are from it.
        let ours = run::is_run(&dir.join(RUN)) || partial.exists();
        if let Some(name) = OURS.into_iter().chain([RUN]).find(|name| !ours && dir.join(name).exists()) {
            return Err(ReportError::Foreign(dir.join(name).display().to_string()));
        }
        let unwritable = |source| ReportError::Unwritable { path: shown(), source };
        let run =
            OpenOptions::new().create(true).write(true).truncate(false).open(&partial).map_err(unwritable)?;
        match run.try_lock() {
            Err(TryLockError::WouldBlock) => Err(ReportError::Busy(shown())),
            // Some file systems have no locks; then two runs at once are the user's to avoid.
            Ok(()) | Err(TryLockError::Error(_)) => {
                Ok(Self { dir: dir.to_owned(), made, names: Vec::new(), run })
            }
        }
    }

    /// Begins a file that will be called `name`.
    ///
    /// # Errors
    /// That it cannot be created.
    pub(super) fn file(&mut self, name: &'static str) -> Result<Out, ReportError> {
        debug_assert!(OURS.contains(&name));
        let file = File::create(self.dir.join(partial(name))).map_err(|error| self.unwritable(error))?;
        self.names.push(name);
        Ok(BufWriter::new(file))
    }

    /// Ends the run; the files must be flushed.
    pub(super) fn commit(mut self, run: &Run) -> Result<(), ReportError> {
        self.rename(run).map_err(|error| self.unwritable(error))?;
        self.names.clear();
        Ok(())
    }

    fn rename(&mut self, run: &Run) -> io::Result<()> {
        self.run.set_len(0)?;
        serde_json::to_writer_pretty(&mut self.run, run)?;
        self.run.write_all(b"\n")?;
        remove(&self.dir.join(RUN))?;
        for name in OURS.into_iter().filter(|name| !self.names.contains(name)) {
            remove(&self.dir.join(name))?;
            // From a run that was killed.
            remove(&self.dir.join(partial(name)))?;
        }
        for name in &self.names {
            fs::rename(self.dir.join(partial(name)), self.dir.join(name))?;
        }
        fs::rename(self.dir.join(partial(RUN)), self.dir.join(RUN))
    }

    /// The error that writing to this folder failed.
    pub(super) fn unwritable(&self, source: io::Error) -> ReportError {
        ReportError::Unwritable { path: self.dir.display().to_string(), source }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // After a commit there is none of these; after a failure the first error is the one to tell.
        for name in self.names.iter().chain([&RUN]) {
            let _ = fs::remove_file(self.dir.join(partial(name)));
        }
        if self.made {
            // Only an empty folder is removed by this, so none that holds a report.
            let _ = fs::remove_dir(&self.dir);
        }
    }
}

/// A file being written.
pub(super) type Out = BufWriter<File>;

fn partial(name: &str) -> String {
    format!(".{name}.partial")
}

/// Removes a file that may be missing.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The absolute path of a folder that may not be there yet, with links resolved as far as it is.
pub fn canonical(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent.as_os_str().is_empty() => canonical(Path::new(".")).join(name),
        (Some(parent), Some(name)) => canonical(parent).join(name),
        _ => path.to_owned(),
    }
}
