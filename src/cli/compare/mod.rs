//! `critique compare`

mod flat;
mod markdown;
mod sheet;
mod table;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use critique::compare::{By, Comparison, Corpus, Options};
use critique::results;

use super::{Failure, print};

/// Compare films, critics, outlets or years: a fair ranking, agreement, differences, what stands out
///
/// Tone is taken apart into film, critic and residual, so that a film that only harsh critics saw is not punished for it and a film
/// with one review does not win. Of a line of reviews.jsonl only id, film, critic and tone.score are required.
///
/// With two folders, the differences between them are told too: for every row that both have, and in all.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Output folders of critique analyze, or files of such lines
    #[arg(required = true, value_name = "DIR")]
    dirs: Vec<PathBuf>,
    /// What a row is
    #[arg(long, value_enum, default_value = "film")]
    by: By,
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Where to write it, instead of to standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The difference of two rows, by their names
    #[arg(long, num_args = 2, value_names = ["KEY", "KEY"], conflicts_with = "pairs")]
    between: Option<Vec<String>>,
    /// The differences of all pairs of rows, among the 50 with most reviews
    #[arg(long)]
    pairs: bool,
    /// Bootstrap resamples for the intervals of means and differences
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    resamples: u32,
    /// Worker threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For the terminal
    Table,
    /// A row for each key, all figures
    Csv,
    /// One JSON object with everything
    Json,
    /// Markdown
    Md,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let sources = results::open(&args.dirs)?;
    let between = args.between.and_then(|keys| <[String; 2]>::try_from(keys).ok());
    let options = Options { resamples: args.resamples as usize, between, pairs: args.pairs };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.map_or(0, usize::from)).build()?;
    let comparison = pool.install(|| -> Result<Comparison, Failure> {
        let corpus = Corpus::read(&sources)?;
        Ok(Comparison::new(&corpus, args.by, &options)?)
    })?;
    let text = match args.format {
        Format::Table => table::table(&comparison),
        Format::Md => markdown::markdown(&comparison),
        Format::Csv => flat::csv(&comparison)?,
        Format::Json => serde_json::to_string_pretty(&comparison)? + "\n",
    };
    match &args.output {
        Some(path) => fs::write(path, text).map_err(|error| {
            Failure(format!("{}: {error}; name another file with --output", path.display()))
        })?,
        None => print(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}
