//! The command line: a file or folder per subcommand, each with its flags as `clap` sees them.

mod analyze;
mod compare;
mod completions;
mod evaluate;
mod explain;
mod report;
mod schema;
#[cfg(feature = "rust-bert")]
mod train;

use std::fmt::Display;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind as Usage;
use clap::{Parser, Subcommand};
use critique::analysis::AspectSet;

const EXIT_CODES: &str = "\
Exit codes:
    0  everything was read
    1  some rows were rejected; rejects.jsonl in the output folder names each with its reason
    2  the command could not run: a flag, file, column or model is wrong; one line on standard error says which
  130  stopped by Ctrl-C or SIGTERM; analyze --resume goes on from there";

/// Reads reviews in bulk and reports their tone, themes and named entities.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Analyze(Box<analyze::Args>),
    Compare(compare::Args),
    Explain(explain::Args),
    Evaluate(evaluate::Args),
    Report(report::Args),
    #[cfg(feature = "rust-bert")]
    Train(Box<train::Args>),
    Schema(schema::Args),
    Completions(completions::Args),
}

/// Why a command could not run, on one line that names the fix. It ends with exit code 2.
#[derive(Debug)]
struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command line of this process.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let ended = match cli.command {
        Command::Analyze(args) => analyze::run(*args),
        Command::Compare(args) => compare::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Report(args) => report::run(args),
        #[cfg(feature = "rust-bert")]
        Command::Train(args) => train::run(*args),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args),
    };
    ended.unwrap_or_else(|Failure(reason)| fail(&reason))
}

/// Help and version go to standard output; a wrong flag becomes one line.
fn usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        Usage::DisplayHelp | Usage::DisplayVersion | Usage::DisplayHelpOnMissingArgumentOrSubcommand => {
            // A reader that has gone away has seen enough.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
        _ => fail(&usage_line(&error.render().to_string())),
    }
}

/// The message and the tips of clap's several paragraphs, without the usage.
fn usage_line(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let told =
        lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let line = told.collect::<Vec<_>>().join(" ").replace(" tip: ", "; ");
    format!("{}; see critique --help", line.trim_start_matches("error: "))
}

/// Says why on one line of standard error.
fn fail(reason: &impl Display) -> ExitCode {
    tell(reason);
    ExitCode::from(2)
}

/// Says something on one line of standard error.
fn tell(what: &impl Display) {
    let line = what.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|letter| !letter.is_control()).collect();
    // With standard error closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "critique: {line}");
}

/// The set of aspects of that name, or in that file.
fn aspect_set(name: &str) -> Result<AspectSet, Failure> {
    let file;
    let text = match AspectSet::preset(name) {
        Some(text) => text,
        None => {
            let presets = AspectSet::presets().collect::<Vec<_>>().join(", ");
            file = read_small(Path::new(name)).map_err(|error| {
                Failure(format!("{name}: {error}; give --aspects one of {presets}, or a TOML file"))
            })?;
            &file
        }
    };
    AspectSet::parse(text)
        .map_err(|error| Failure(format!("{name}: {error}; models/aspects/film.toml is an example")))
}

/// A text file of at most a megabyte.
fn read_small(path: &Path) -> io::Result<String> {
    const MOST: u64 = 1 << 20;
    let mut text = String::new();
    let read = File::open(path)?.take(MOST + 1).read_to_string(&mut text)?;
    if read as u64 > MOST {
        return Err(io::Error::other("larger than a megabyte"));
    }
    Ok(text)
}

/// Where libtorch computes.
#[cfg(feature = "rust-bert")]
fn device(name: &str) -> Result<tch::Device, String> {
    match name {
        "cpu" => Ok(tch::Device::Cpu),
        "cuda" if tch::Cuda::is_available() => Ok(tch::Device::Cuda(0)),
        "cuda" => Err("this libtorch finds no GPU; use cpu".to_string()),
        _ => Err("either cpu or cuda".to_string()),
    }
}

/// Prints to standard output; a reader that has gone away is no failure.
fn print(text: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn wrong_flags_are_told_on_one_line() {
        let line = |args: &[&str]| usage_line(&Cli::try_parse_from(args).unwrap_err().render().to_string());
        let missing = line(&["critique", "analyze", "a.csv"]);
        assert!(missing.contains("--output <DIR>") && !missing.contains('\n'), "{missing}");
        let unknown = line(&["critique", "analyze", "a.csv", "--output", "o", "--formt", "csv"]);
        assert!(unknown.contains("'--formt'") && unknown.contains("'--format'"), "{unknown}");
        let value = line(&["critique", "analyze", "a.csv", "--output", "o", "--format", "xlsx"]);
        assert!(value.contains("xlsx") && value.contains("jsonl"), "{value}");
        for wrong in [&missing, &unknown, &value] {
            assert!(!wrong.contains("error:") && wrong.ends_with("see critique --help"), "{wrong}");
        }
    }
}
