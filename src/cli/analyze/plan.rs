//! What `critique analyze` is to do: its flags, checked against each other and the file system.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use critique::analysis::AspectSet;
use critique::corpus::{self, Columns};
use critique::pipeline;
use critique::reader;
use critique::report::{self, RunOptions};
use serde_json::{Map, Value};

use super::super::{Failure, aspect_set};
use super::args::{Args, Engine, Format};

/// A run that has been checked as far as is possible without opening the inputs.
#[derive(Debug)]
pub(super) struct Plan {
    pub inputs: Vec<PathBuf>,
    pub output: PathBuf,
    pub corpus: corpus::Options,
    pub report: report::Options,
    pub pipeline: pipeline::Options,
    pub engine: Engine,
    /// The same with where it computes.
    pub reader: reader::Engine,
    pub model: Option<PathBuf>,
    pub aspects: AspectSet,
    pub resume: bool,
    pub quiet: bool,
}

impl Plan {
    pub fn new(args: Args) -> Result<Self, Failure> {
        let output = report::canonical(&args.output);
        for input in &args.inputs {
            check_apart(input, &output)?;
        }
        let jobs = args.jobs.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from);
        let has = |format| args.format.contains(&format);
        Ok(Self {
            report: report::Options {
                csv: has(Format::Csv),
                json: has(Format::Json),
                jsonl: has(Format::Jsonl),
                sentences: args.sentences,
                text: !args.no_text,
            },
            pipeline: pipeline::Options { limit: args.limit, ..pipeline::Options::new(jobs) },
            corpus: corpus::Options { columns: args.columns.into(), exclude: Some(output) },
            inputs: args.inputs,
            output: args.output,
            engine: args.engine,
            reader: match args.engine {
                Engine::Embedded => reader::Engine::Embedded,
                #[cfg(feature = "rust-bert")]
                Engine::RustBert => reader::Engine::RustBert(args.device),
            },
            model: args.model,
            aspects: aspect_set(&args.aspects)?,
            resume: args.resume,
            quiet: args.quiet,
        })
    }

    /// The options as `run.json` has them.
    pub fn recorded(&self) -> RunOptions {
        let report::Options { csv, json, jsonl, sentences, text } = self.report;
        let formats = [(csv, "csv"), (json, "json"), (jsonl, "jsonl")];
        let format = formats.into_iter().filter(|(on, _)| *on).map(|(_, name)| name.to_owned()).collect();
        RunOptions {
            format,
            sentences,
            text,
            limit: self.pipeline.limit,
            aspects: self.aspects.name.clone(),
            aspects_sha256: self.aspects.sha256(),
            columns: named(&self.corpus.columns),
        }
    }
}

/// Refuses an output folder in which the report would replace its own input.
fn check_apart(input: &Path, output: &Path) -> Result<(), Failure> {
    let Ok(real) = fs::canonicalize(input) else {
        // Standard input, or missing: that is told when it is opened.
        return Ok(());
    };
    let shown = input.display();
    if real == output && real.is_dir() {
        return Err(Failure(format!("{shown} is the input and the output folder; give another --output")));
    }
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    if real.parent() == Some(output) && report::is_ours(&name) {
        return Err(Failure(format!("the report would replace its input {shown}; give another --output")));
    }
    Ok(())
}

/// The columns that the user named.
fn named(columns: &Columns) -> Map<String, Value> {
    let Columns { text, id, film, critic, outlet, date, rating } = columns;
    [
        ("text", text),
        ("id", id),
        ("film", film),
        ("critic", critic),
        ("outlet", outlet),
        ("date", date),
        ("rating", rating),
    ]
    .into_iter()
    .filter_map(|(role, name)| Some((role.to_owned(), Value::from(name.clone()?))))
    .collect()
}
