//! The flags of `critique analyze`, as typed.

use std::path::PathBuf;

use clap::ValueEnum;
use critique::corpus::Columns;

use super::super::EXIT_CODES;

/// Read reviews and write a report on them to a folder
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Files or folders to read, or - for standard input: csv, tsv, json, jsonl, txt, md, each also .gz or .zst; parquet
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,

    /// Folder for the report; made if missing, an earlier report in it is replaced
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,

    /// Files to write: csv (reviews, aspects, entities, keyphrases, themes, review_themes), json (reviews.json), jsonl (reviews.jsonl)
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "csv,jsonl")]
    pub format: Vec<Format>,

    /// What runs the model
    #[arg(long, value_name = "ENGINE", default_value = "embedded")]
    pub engine: Engine,

    /// Where the engine rust-bert computes
    #[cfg(feature = "rust-bert")]
    #[arg(long, default_value = "cpu", value_name = "cpu|cuda", value_parser = super::super::device)]
    pub device: tch::Device,

    /// Folder of a model to use in place of the built-in one
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,

    /// What reviews judge: film, books, games, restaurants, hotels, products, or a TOML file of your own
    #[arg(long, value_name = "NAME|FILE", default_value = "film")]
    pub aspects: String,

    /// Worker threads; as many as there are cores unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,

    /// Write sentences.jsonl too: every sentence with its own figures
    #[arg(long)]
    pub sentences: bool,

    /// Leave the texts of reviews and sentences out of the report
    #[arg(long)]
    pub no_text: bool,

    /// Stop after N reviews
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,

    /// Go on where a run with the same command was stopped; without this flag a run starts from the beginning
    #[arg(long)]
    pub resume: bool,

    /// No progress bar and no summary
    #[arg(short, long)]
    pub quiet: bool,

    // The last, for its heading holds for all flags behind it.
    #[command(flatten)]
    pub columns: ColumnArgs,
}

/// Which column, or key of a JSON object, holds what.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Columns (found by their usual names when not given)")]
pub(crate) struct ColumnArgs {
    /// The review's text: text, review, review_text, content, body
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,
    /// Its identifier: id, review_id
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// The film or product: film, movie, title
    #[arg(long, value_name = "NAME")]
    film_column: Option<String>,
    /// Who wrote it: critic, author, reviewer
    #[arg(long, value_name = "NAME")]
    critic_column: Option<String>,
    /// Where it was published: outlet, publisher, publication
    #[arg(long, value_name = "NAME")]
    outlet_column: Option<String>,
    /// When it was published: date
    #[arg(long, value_name = "NAME")]
    date_column: Option<String>,
    /// Its rating: rating, score, stars
    #[arg(long, value_name = "NAME")]
    rating_column: Option<String>,
}

impl From<ColumnArgs> for Columns {
    fn from(args: ColumnArgs) -> Self {
        Self {
            text: args.text_column,
            id: args.id_column,
            film: args.film_column,
            critic: args.critic_column,
            outlet: args.outlet_column,
            date: args.date_column,
            rating: args.rating_column,
        }
    }
}

/// A kind of file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Json,
    Jsonl,
}

/// What runs the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// Pure Rust, 8-bit weights
    Embedded,
    /// libtorch, 32-bit floats
    #[cfg(feature = "rust-bert")]
    RustBert,
}

impl Engine {
    /// As typed and as `run.json` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            #[cfg(feature = "rust-bert")]
            Self::RustBert => "rust-bert",
        }
    }
}
