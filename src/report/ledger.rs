//! All that a run comes to while it lasts, kept so that a run that was stopped at any moment can go on.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::folder::{Folder, Lengths, ReportError};
use super::run::{Counts, Header, OTHER_VERSION, Run, Timings};
use super::{Options, Report, Summary};
use crate::corpus::{CorpusError, Item, Reject};
use crate::pipeline::{Analyzed, Outcome};
use crate::themes::{Collector, Gathered};

/// A run's report in the making and its figures.
///
/// Every now and then, and when it is asked to, it saves a checkpoint: how many items it has taken, how long each file
/// is, and what it holds in memory, bit for bit. Going on from there means to cut the files to those lengths, to
/// pass over as many items, and to read all that come after.
pub struct Ledger {
    report: Report,
    themes: Option<Collector>,
    header: Header,
    so_far: SoFar,
    /// When this stretch of the run began.
    clock: Instant,
    pace: Pace,
}

/// What is in memory besides the themes.
#[derive(Serialize, Deserialize)]
struct SoFar {
    /// Items taken: reviews and rejects.
    items: u64,
    /// A hash over them, to know them again.
    digest: u64,
    counts: Counts,
    summary: Summary,
    started: SystemTime,
    /// How long the stretches before this one took.
    elapsed: Duration,
}

/// How a ledger begins.
pub enum Opened {
    /// With a run, new or taken up.
    Run(Box<Ledger>),
    /// With the finished report of the very run; this is what it had come to.
    Complete(Counts),
}

/// What a finished run came to.
pub struct Finished {
    /// How much was read.
    pub counts: Counts,
    /// How long it took, over all stretches.
    pub timings: Timings,
    /// Its figures.
    pub summary: Summary,
}

impl Ledger {
    /// Claims the folder `dir` and begins a report there; with `resume` it goes on from the checkpoint of a stopped run
    /// of the same header, if there is one.
    ///
    /// # Errors
    /// See [`Folder::open`]; [`ReportError::Differs`] where the run to go on from, or the finished report, is of
    /// another header.
    pub fn open(dir: &Path, options: &Options, header: Header, resume: bool) -> Result<Opened, ReportError> {
        let mut folder = Folder::open(dir)?;
        if resume {
            let finished = folder.finished();
            if let Some(run) = finished.as_ref().filter(|run| run.header == header) {
                folder.begin()?;
                return Ok(Opened::Complete(run.counts));
            }
            match folder.checkpoint()? {
                Some(checkpoint) => {
                    if let Some((lengths, so_far, gathered)) = parse(&checkpoint, &header, dir)?
                        && folder.take_up(lengths)?
                    {
                        drop(checkpoint);
                        return Self::begin(folder, options, header, so_far, gathered);
                    }
                }
                None => finished.map_or(Ok(()), |run| same(&header, &run.header, dir))?,
            }
        }
        folder.begin()?;
        let so_far = SoFar {
            items: 0,
            digest: 0,
            counts: Counts::default(),
            summary: Summary::default(),
            started: SystemTime::now(),
            elapsed: Duration::ZERO,
        };
        Self::begin(folder, options, header, so_far, None)
    }

    fn begin(
        folder: Folder,
        options: &Options,
        header: Header,
        so_far: SoFar,
        gathered: Option<Gathered>,
    ) -> Result<Opened, ReportError> {
        let mut report = Report::new(folder, options)?;
        let folder = &mut report.folder;
        let themes = match options.csv {
            true => Some(Collector::resumed(gathered.unwrap_or_default(), folder.rows()?, folder.dir())),
            false => None,
        };
        let (clock, pace) = (Instant::now(), Pace::new());
        Ok(Opened::Run(Box::new(Self { report, themes, header, so_far, clock, pace })))
    }

    /// Passes over the items that were taken before, and gives the number of reviews among them.
    ///
    /// # Errors
    /// [`ReportError::OtherInput`] where they are not the same, and what `items` fails with.
    pub fn pass_over(
        &self,
        items: &mut impl Iterator<Item = Result<Item, CorpusError>>,
    ) -> Result<u64, ReportError> {
        let (mut digest, mut reviews) = (0, 0);
        for _ in 0..self.so_far.items {
            match items.next().transpose()? {
                Some(Item::Review(review)) => {
                    digest = chained(digest, &review);
                    reviews += 1;
                }
                Some(Item::Reject(reject)) => digest = chained(digest, &reject),
                None => return Err(self.other_input()),
            }
        }
        if digest == self.so_far.digest { Ok(reviews) } else { Err(self.other_input()) }
    }

    fn other_input(&self) -> ReportError {
        ReportError::OtherInput(self.report.folder.dir().display().to_string())
    }

    /// Writes what became of an item, and saves a checkpoint if it is time to.
    ///
    /// # Errors
    /// That the folder cannot be written to.
    pub fn take(&mut self, outcome: Outcome<Analyzed>) -> Result<(), ReportError> {
        let SoFar { items, digest, counts, summary, .. } = &mut self.so_far;
        *items += 1;
        match outcome {
            Outcome::Review(review, Analyzed { analysis, tokens }) => {
                *digest = chained(*digest, &review);
                *counts += Counts::of(&analysis, tokens);
                summary.add(&review, &analysis);
                if let Some(themes) = &mut self.themes {
                    themes.add(&review, &analysis)?;
                }
                self.report.review(&review, analysis)?;
            }
            Outcome::Failed(review, reason) => {
                *digest = chained(*digest, &review);
                counts.rejects += 1;
                self.report.reject(&Reject { origin: review.origin, reason })?;
            }
            Outcome::Reject(reject) => {
                *digest = chained(*digest, &reject);
                counts.rejects += 1;
                self.report.reject(&reject)?;
            }
        }
        if self.pace.is_due() { self.save() } else { Ok(()) }
    }

    /// Saves a checkpoint.
    ///
    /// # Errors
    /// That the folder cannot be written to; the checkpoint before this one still holds.
    pub fn save(&mut self) -> Result<(), ReportError> {
        let began = Instant::now();
        self.report.flush()?;
        let gathered = self.themes.as_mut().map(Collector::flush).transpose()?;
        let so_far = &mut self.so_far;
        so_far.elapsed += began - std::mem::replace(&mut self.clock, began);
        let size = self.report.folder.save(&self.header, |lengths, out| {
            let sealed = Sealed { out, hash: Sha256::new() };
            postcard::to_io(&(lengths, &*so_far, gathered), sealed).map_err(io::Error::other)?.end()
        })?;
        self.pace.saved(size, began.elapsed());
        Ok(())
    }

    /// Saves a checkpoint after the last item, unless the run was so short that it is not worth it.
    ///
    /// # Errors
    /// As [`Ledger::save`].
    pub fn settle(&mut self) -> Result<(), ReportError> {
        if self.pace.is_worth_it() { self.save() } else { Ok(()) }
    }

    /// What the run has come to so far.
    pub fn counts(&self) -> Counts {
        self.so_far.counts
    }

    /// Whether a run that stops now can go on from a checkpoint.
    pub fn is_resumable(&self) -> bool {
        self.report.folder.is_resumable()
    }

    /// Finds the themes and gives every file its name. `jobs` is the number of threads.
    ///
    /// # Errors
    /// That the folder cannot be written to, or the threads cannot be started.
    pub fn finish(mut self, jobs: usize) -> Result<Finished, ReportError> {
        if let Some(themes) = self.themes.take() {
            self.report.themes(&mut themes.finish(jobs)?)?;
        }
        let SoFar { counts, summary, started, elapsed, .. } = self.so_far;
        let timings = Timings::new(jobs, &counts, elapsed + self.clock.elapsed());
        self.report.finish(&Run::new(self.header, counts, started, timings))?;
        Ok(Finished { counts, timings, summary })
    }
}

/// The hash of all items up to one, given that of those before it.
fn chained(before: u64, item: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    before.hash(&mut hasher);
    item.hash(&mut hasher);
    hasher.finish()
}

/// That the header of a run that is to go on is this one.
fn same(header: &Header, earlier: &Header, dir: &Path) -> Result<(), ReportError> {
    match header.differs_from(earlier) {
        Some(what) => Err(ReportError::Differs { path: dir.display().to_string(), what }),
        None => Ok(()),
    }
}

/// Writes and puts the SHA-256 of all that was written behind it.
struct Sealed<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Sealed<W> {
    fn end(mut self) -> io::Result<()> {
        self.out.write_all(&self.hash.finalize())
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What a checkpoint holds behind its header.
type Body = (Lengths, SoFar, Option<Gathered>);

/// Reads a checkpoint of a run of this header; none if it is damaged: a number that is not the one that was written
/// would be in the report.
fn parse(checkpoint: &[u8], header: &Header, dir: &Path) -> Result<Option<Body>, ReportError> {
    let Some(end) = checkpoint.iter().position(|&byte| byte == b'\n') else { return Ok(None) };
    let (line, body) = checkpoint.split_at(end);
    match serde_json::from_slice(line) {
        Ok(earlier) => same(header, &earlier, dir)?,
        Err(_) => return Err(ReportError::Differs { path: dir.display().to_string(), what: OTHER_VERSION }),
    }
    let sealed = body.get(1..).and_then(|body| body.split_last_chunk::<32>());
    let whole = sealed.filter(|(body, seal)| Sha256::digest(body)[..] == seal[..]);
    Ok(whole.and_then(|(body, _)| postcard::from_bytes(body).ok()))
}

/// When the next checkpoint is due: checkpoints take at most a twentieth of the time, and at most a megabyte
/// a second of what the disk can write.
struct Pace {
    last: Instant,
    wait: Duration,
}

impl Pace {
    /// Work of less than this is not worth a checkpoint.
    const LEAST: Duration = Duration::from_millis(250);

    fn new() -> Self {
        Self { last: Instant::now(), wait: Self::LEAST }
    }

    fn is_due(&self) -> bool {
        self.last.elapsed() >= self.wait
    }

    fn is_worth_it(&self) -> bool {
        self.last.elapsed() >= Self::LEAST
    }

    fn saved(&mut self, size: u64, took: Duration) {
        let writing = Duration::from_micros(size);
        *self = Self { last: Instant::now(), wait: Self::LEAST.max(20 * took).max(writing) };
    }
}

#[cfg(test)]
mod tests;
