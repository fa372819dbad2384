//! `critique explain`

use std::path::PathBuf;
use std::process::ExitCode;
use std::slice;

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use critique::explain::{Explanation, Marks};
use critique::results::{self, Found};

use super::{Failure, print};

/// Columns where the terminal does not say how many it has.
const WIDTH: u16 = 80;

/// Widest text that is easy to read.
const WIDEST: u16 = 100;

/// Show one review as it was read: tone of each sentence, plot, names, and what carried the verdict
///
/// With colours, sentences are blue where they praise and orange where they blame, plot is dim, names are underlined
/// and keyphrases bold. Without (NO_COLOR, or output to a file) signs in the text say the same.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An output folder of critique analyze
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The review's id, as in reviews.csv
    #[arg(value_name = "ID", allow_hyphen_values = true)]
    id: String,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For the terminal
    Text,
    /// A page of its own
    Html,
    /// Markdown
    Md,
    /// One JSON object
    Json,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let line = match results::open(slice::from_ref(&args.dir))?.find(&args.id)? {
        Found::Line(line) => *line,
        Found::Near(near) => return Err(missing(&args, &near)),
    };
    let explanation = Explanation::new(line);
    let shown = match args.format {
        Format::Text => explanation.terminal(width(), marks()),
        Format::Html => explanation.html(),
        Format::Md => explanation.markdown(),
        Format::Json => explanation.json(),
    };
    print(shown.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn missing(args: &Args, near: &[String]) -> Failure {
    let (dir, id) = (args.dir.display(), &args.id);
    Failure(match near {
        [] => format!("{dir} has no review {id}; the column id of reviews.csv has those that there are"),
        near => format!("{dir} has no review {id}; it has {}", near.join(", ")),
    })
}

/// Styles where standard output shows them: by NO_COLOR, CLICOLOR_FORCE, TERM and whether it is a terminal.
fn marks() -> Marks {
    match AutoStream::choice(&std::io::stdout()) {
        ColorChoice::Never => Marks::Signs,
        _ => Marks::Styles,
    }
}

fn width() -> usize {
    let (columns, _) =
        terminal_size::terminal_size().unwrap_or((terminal_size::Width(WIDTH), terminal_size::Height(0)));
    usize::from(columns.0.min(WIDEST))
}
