//! `run.json`: what was run on what, and how long it took.

use std::fs;
use std::ops::AddAssign;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::round::round;
use crate::analysis::Analysis;
use crate::corpus::Files;

/// Version of the layout of the output folder; it rises when a reader of older folders would stumble.
pub const SCHEMA_VERSION: u32 = 1;

/// Value of the key `tool`.
const TOOL: &str = "critique";

/// Why a run cannot go on whose record cannot even be read.
pub(super) const OTHER_VERSION: &str = "another version of the program";

/// What a run is of: two runs of equal headers write the same report, timings aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// `critique`
    tool: String,
    /// The program's version.
    version: String,
    /// See [`SCHEMA_VERSION`].
    schema_version: u32,
    /// What read the reviews.
    pub model: Model,
    /// What ran the model.
    pub engine: String,
    /// The options that shape the report.
    pub options: RunOptions,
    /// The inputs as given.
    pub inputs: Vec<String>,
    /// What was found there at the start.
    pub files: Files,
}

impl Header {
    /// The header of a run by this version of the program.
    pub fn new(model: Model, engine: String, options: RunOptions, inputs: Vec<String>, files: Files) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self {
            tool: TOOL.to_owned(),
            version,
            schema_version: SCHEMA_VERSION,
            model,
            engine,
            options,
            inputs,
            files,
        }
    }

    /// What an earlier run was of that this one is not, in a user's words; `None` if the headers are equal.
    pub(super) fn differs_from(&self, earlier: &Self) -> Option<&'static str> {
        let (now, then) = (&self.options, &earlier.options);
        [
            (self.version != earlier.version, OTHER_VERSION),
            (self.model.sha256 != earlier.model.sha256, "another model"),
            (self.engine != earlier.engine, "another --engine"),
            (now.format != then.format, "another --format"),
            (now.sentences != then.sentences, "another choice of --sentences"),
            (now.text != then.text, "another choice of --no-text"),
            (now.limit != then.limit, "another --limit"),
            (now.aspects != then.aspects || now.aspects_sha256 != then.aspects_sha256, "other --aspects"),
            (now.columns != then.columns, "other columns"),
            (self.inputs != earlier.inputs, "other inputs"),
            (self.files != earlier.files, "input files that have changed since (number, path, size or time)"),
            (self != earlier, "another layout of reports"),
        ]
        .into_iter()
        .find_map(|(differs, what)| differs.then_some(what))
    }
}

/// The content of `run.json`. Everything but `started` and `timings` depends on the input files and options alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What was run.
    #[serde(flatten)]
    pub header: Header,
    /// How much was read.
    pub counts: Counts,
    /// When the run started, RFC 3339 in UTC, to the second.
    started: String,
    /// How long it took.
    pub timings: Timings,
}

impl Run {
    /// The record of a run that began at `started`.
    pub fn new(header: Header, counts: Counts, started: SystemTime, timings: Timings) -> Self {
        // A clock may be far off; RFC 3339 knows the years up to 9999, and the crate those from 1970 on.
        let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        let started = humantime::format_rfc3339_seconds(started.clamp(SystemTime::UNIX_EPOCH, last));
        Self { header, counts, started: started.to_string(), timings }
    }

    /// The record in a file, if it is one of this program's version.
    pub(super) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }
}

/// Which weights read the reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// SHA-256 of its weights, hexadecimal.
    pub sha256: String,
}

/// The options that shape the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOptions {
    /// `csv`, `json`, `jsonl`.
    pub format: Vec<String>,
    /// Whether sentences were written.
    pub sentences: bool,
    /// Whether texts were written.
    pub text: bool,
    /// Largest number of reviews.
    pub limit: Option<u64>,
    /// Name of the set of aspects.
    pub aspects: String,
    /// SHA-256 of the set of aspects, hexadecimal.
    pub aspects_sha256: String,
    /// Columns named by the user, by what they hold: `{"text": "body"}`.
    pub columns: serde_json::Map<String, serde_json::Value>,
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Reviews in the report.
    pub reviews: u64,
    /// Rows that are not.
    pub rejects: u64,
    /// Sentences of the reviews.
    pub sentences: u64,
    /// Words of the reviews.
    pub words: u64,
    /// Tokens that the encoder read.
    pub tokens: u64,
}

impl Counts {
    /// One review and what is in it.
    pub fn of(analysis: &Analysis, tokens: usize) -> Self {
        Self {
            reviews: 1,
            rejects: 0,
            sentences: analysis.sentences.len() as u64,
            words: analysis.words as u64,
            tokens: tokens as u64,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.reviews += other.reviews;
        self.rejects += other.rejects;
        self.sentences += other.sentences;
        self.words += other.words;
        self.tokens += other.tokens;
    }
}

/// How long a run took. It differs from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Worker threads.
    pub jobs: usize,
    /// Wall-clock seconds from opening the inputs to the last review, loading the model not counted.
    pub seconds: f64,
    /// Reviews a second.
    pub reviews_per_second: f64,
    /// Words a second.
    pub words_per_second: f64,
    /// Tokens a second.
    pub tokens_per_second: f64,
}

impl Timings {
    /// The figures for `counts` read in `elapsed` by `jobs` workers.
    pub fn new(jobs: usize, counts: &Counts, elapsed: Duration) -> Self {
        let seconds = elapsed.as_secs_f64();
        // A clock too coarse to see the run gives no rate.
        let rate = |count: u64| if seconds > 0.0 { round(count as f64 / seconds) } else { 0.0 };
        Self {
            jobs,
            seconds: round(seconds),
            reviews_per_second: rate(counts.reviews),
            words_per_second: rate(counts.words),
            tokens_per_second: rate(counts.tokens),
        }
    }
}

/// Whether a file is the `run.json` of some version of this program.
pub(super) fn is_run(path: &Path) -> bool {
    #[derive(Deserialize)]
    struct Tool {
        tool: String,
    }
    fs::read(path).is_ok_and(|bytes| serde_json::from_slice::<Tool>(&bytes).is_ok_and(|run| run.tool == TOOL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_what_differs() {
        let made = super::super::tests::made_run().header;
        assert_eq!(made.differs_from(&made), None);
        let differs = |change: &dyn Fn(&mut Header)| {
            let mut other = made.clone();
            change(&mut other);
            made.differs_from(&other).unwrap_or_default()
        };
        assert!(differs(&|other| other.options.limit = Some(3)).contains("--limit"));
        assert!(differs(&|other| other.options.aspects_sha256.clear()).contains("--aspects"));
        assert!(differs(&|other| other.files.count = 9).contains("input files"));
        assert!(differs(&|other| other.version.push('0')).contains("version"));
        assert!(differs(&|other| other.schema_version = 0).contains("layout"));
    }

    #[test]
    fn rates_are_per_second_and_never_infinite() {
        let counts = Counts { reviews: 10, rejects: 1, sentences: 40, words: 500, tokens: 700 };
        let timings = Timings::new(2, &counts, Duration::from_millis(2500));
        assert_eq!((timings.reviews_per_second, timings.words_per_second), (4.0, 200.0));
        assert_eq!((timings.tokens_per_second, timings.seconds), (280.0, 2.5));
        assert_eq!(Timings::new(1, &counts, Duration::ZERO).reviews_per_second, 0.0);
    }

    #[test]
    fn counts_add_up() {
        let mut sum = Counts { reviews: 1, rejects: 2, sentences: 3, words: 4, tokens: 5 };
        sum += sum;
        assert_eq!(sum, Counts { reviews: 2, rejects: 4, sentences: 6, words: 8, tokens: 10 });
    }
}
