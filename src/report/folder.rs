//! The output folder: temporary names while a run lasts, final names at its end.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use same_file::Handle;

use super::run::{self, Header, Run};
use crate::corpus::CorpusError;
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

/// What is kept of every review for the themes, in a partial file that never gets a name.
const ROWS: &str = "rows";

/// How to go on from some moment of a run.
const CHECKPOINT: &str = ".checkpoint";

/// The same while it is being written.
const NEXT_CHECKPOINT: &str = ".checkpoint.partial";

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
    /// A run that is to go on is of something else.
    #[error(
        "the run in {path} was of {what}: give its command again, or leave --resume out to start from the beginning"
    )]
    Differs {
        /// The folder, as given.
        path: String,
        /// What differs.
        what: &'static str,
    },
    /// A run that is to go on had read something else.
    #[error(
        "the input is not the one that the stopped run in {0} had read; leave --resume out to start from the beginning"
    )]
    OtherInput(String),
    /// What had been read before cannot be read again.
    #[error(transparent)]
    Input(#[from] CorpusError),
    /// What was kept of the reviews for their themes cannot be read.
    #[error(transparent)]
    Themes(#[from] ThemesError),
}

/// An output folder while a run lasts.
///
/// Files are written as `.NAME.partial`. [`super::Report::finish`] removes the `run.json` of the earlier run, then
/// what else that run left, gives the new files their names, and puts the new `run.json` last: a folder with
/// a `run.json` is always the whole report of one run. A checkpoint tells how to go on from some moment of the run: how
/// long each file was then, and what the program held in memory. Dropped before its end, the folder keeps its
/// partial files if there is a checkpoint; else it removes them, and itself if it was made. Either way it
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
    /// Lengths of the partial files that are taken up again and have not been asked for yet.
    kept: Lengths,
    /// Whether there is a checkpoint.
    resumable: bool,
}

/// Bytes of each partial file at a checkpoint, by its final name.
pub(super) type Lengths = BTreeMap<String, u64>;

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
        let run = claim(&partial).map_err(unwritable)?.ok_or_else(|| ReportError::Busy(shown()))?;
        let resumable = dir.join(CHECKPOINT).exists();
        Ok(Self { dir: dir.to_owned(), made, names: Vec::new(), run, kept: Lengths::new(), resumable })
    }

    /// The folder itself.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The report that an earlier run finished here, if this program can read its record.
    pub(super) fn finished(&self) -> Option<Run> {
        Run::read(&self.dir.join(RUN))
    }

    /// Forgets what a stopped run left, so that this one starts from the beginning.
    pub(super) fn begin(&mut self) -> Result<(), ReportError> {
        // The checkpoint first: it must not outlive what it speaks of.
        let names = [CHECKPOINT.to_owned(), NEXT_CHECKPOINT.to_owned()].into_iter();
        let files = OURS.into_iter().chain([ROWS]).map(partial);
        names
            .chain(files)
            .try_for_each(|name| remove(&self.dir.join(name)))
            .map_err(|e| self.unwritable(e))?;
        self.resumable = false;
        Ok(())
    }

    /// The checkpoint's bytes, if there is one.
    pub(super) fn checkpoint(&self) -> Result<Option<Vec<u8>>, ReportError> {
        match fs::read(self.dir.join(CHECKPOINT)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.unwritable(error)),
        }
    }

    /// Goes on with the files of a stopped run, each cut to its length; `false` if they are not all there.
    pub(super) fn take_up(&mut self, lengths: Lengths) -> Result<bool, ReportError> {
        for (name, length) in &lengths {
            let (from, to) = (self.dir.join(name), self.dir.join(partial(name)));
            // A run that was stopped while files got their names is still without its run.json.
            if !to.exists() && !self.dir.join(RUN).exists() && from.exists() {
                fs::rename(&from, &to).map_err(|error| self.unwritable(error))?;
            }
            if !fs::metadata(&to).is_ok_and(|found| found.len() >= *length) {
                return Ok(false);
            }
        }
        self.kept = lengths;
        Ok(true)
    }

    /// Puts a checkpoint in the place of the last one: a `header` on a line, then what `body` writes. All files must
    /// be flushed. Gives the checkpoint's size in bytes.
    pub(super) fn save(
        &mut self,
        header: &Header,
        body: impl FnOnce(&Lengths, &mut Out) -> io::Result<()>,
    ) -> Result<u64, ReportError> {
        let next = self.dir.join(NEXT_CHECKPOINT);
        let write = || {
            let lengths = self.sync()?;
            let mut out = BufWriter::new(File::create(&next)?);
            serde_json::to_writer(&mut out, header)?;
            out.write_all(b"\n")?;
            body(&lengths, &mut out)?;
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::rename(&next, self.dir.join(CHECKPOINT))?;
            Ok(file.metadata()?.len())
        };
        let size = write().map_err(|error| {
            let _ = fs::remove_file(&next);
            self.unwritable(error)
        })?;
        self.resumable = true;
        Ok(size)
    }

    /// Sees to it that what was written to the partial files is on the disk, and tells how long they are.
    fn sync(&self) -> io::Result<Lengths> {
        let length = |name: &&'static str| {
            let file = OpenOptions::new().write(true).open(self.dir.join(partial(name)))?;
            file.sync_all()?;
            Ok((name.to_string(), file.metadata()?.len()))
        };
        self.names.iter().map(length).collect()
    }

    /// Whether a checkpoint tells how to go on from here.
    pub(super) fn is_resumable(&self) -> bool {
        self.resumable
    }

    /// Begins a file that will be called `name`, or goes on at its end where a stopped run began it.
    ///
    /// # Errors
    /// That it cannot be created or opened.
    pub(super) fn file(&mut self, name: &'static str) -> Result<Out, ReportError> {
        debug_assert!(OURS.contains(&name));
        self.partial_file(name).map(BufWriter::new)
    }

    /// The same for a file that is needed until the report is finished, and is gone then.
    ///
    /// # Errors
    /// That it cannot be created or opened.
    pub(super) fn rows(&mut self) -> Result<File, ReportError> {
        self.partial_file(ROWS)
    }

    fn partial_file(&mut self, name: &'static str) -> Result<File, ReportError> {
        let length = self.kept.remove(name).unwrap_or(0);
        let open = || {
            let path = self.dir.join(partial(name));
            let mut file =
                OpenOptions::new().create(true).read(true).write(true).truncate(false).open(path)?;
            file.set_len(length)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(|error| self.unwritable(error))?;
        self.names.push(name);
        Ok(file)
    }

    /// Ends the run; the files must be flushed.
    pub(super) fn commit(mut self, run: &Run) -> Result<(), ReportError> {
        self.rename(run).map_err(|error| self.unwritable(error))?;
        self.names.clear();
        self.begin()
    }

    fn rename(&mut self, run: &Run) -> io::Result<()> {
        self.run.set_len(0)?;
        serde_json::to_writer_pretty(&mut self.run, run)?;
        self.run.write_all(b"\n")?;
        self.run.sync_all()?;
        self.sync()?;
        remove(&self.dir.join(RUN))?;
        for name in OURS.into_iter().filter(|name| !self.names.contains(name)) {
            remove(&self.dir.join(name))?;
        }
        for name in self.names.iter().filter(|name| **name != ROWS) {
            fs::rename(self.dir.join(partial(name)), self.dir.join(name))?;
        }
        fs::rename(self.dir.join(partial(RUN)), self.dir.join(RUN))
    }

    /// Removes what no run can go on from.
    fn clear(&self) {
        if self.resumable {
            return;
        }
        // After a commit there is none of these; after a failure the first error is the one to tell.
        for name in self.names.iter().chain([&RUN]) {
            let _ = fs::remove_file(self.dir.join(partial(name)));
        }
        if self.made {
            // Only an empty folder is removed by this, so none that holds a report.
            let _ = fs::remove_dir(&self.dir);
        }
    }

    /// The error that writing to this folder failed.
    pub(super) fn unwritable(&self, source: io::Error) -> ReportError {
        ReportError::Unwritable { path: self.dir.display().to_string(), source }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.clear();
        // Closing the file leaves it locked while a process that was begun meanwhile holds it too.
        let _ = self.run.unlock();
    }
}

/// Opens a file, which may be missing, and locks it; `None` if another run has it.
fn claim(path: &Path) -> io::Result<Option<File>> {
    // A run that ends between our opening and our locking leaves us a file that is there no more. It will not happen
    // again and again: where it seems to, the file system cannot tell.
    let mut tries = 3;
    loop {
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(path)?;
        // Some file systems have no locks; then two runs at once are the user's to avoid.
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok(None);
        }
        tries -= 1;
        if tries == 0 || is_at(&file, path) {
            return Ok(Some(file));
        }
    }
}

/// Whether a file is what is found at a path: it may have been removed since, or have got another name.
fn is_at(file: &File, path: &Path) -> bool {
    let opened = file.try_clone().and_then(Handle::from_file);
    matches!((opened, Handle::from_path(path)), (Ok(opened), Ok(found)) if opened == found)
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_folder_is_free_when_its_run_has_ended_whoever_still_holds_its_files() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        // As a process has it that another thread begins.
        let held = folder.run.try_clone().unwrap();
        assert!(matches!(Folder::open(dir.path()), Err(ReportError::Busy(_))));
        drop(folder);
        assert!(Folder::open(dir.path()).is_ok());
        drop(held);
    }

    #[test]
    fn no_two_runs_have_a_folder_however_fast_they_follow_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let taken = AtomicBool::new(false);
        let run = || {
            for _ in 0..2_000 {
                if let Ok(folder) = Folder::open(dir.path()) {
                    assert!(!taken.swap(true, Ordering::SeqCst));
                    thread::sleep(Duration::from_micros(20));
                    taken.store(false, Ordering::SeqCst);
                    drop(folder);
                }
            }
        };
        thread::scope(|scope| [(); 4].map(|()| scope.spawn(run)).map(|run| run.join().unwrap()));
    }
}
