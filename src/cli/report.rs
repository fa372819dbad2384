//! `critique report`

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use critique::{html, results};

use super::{Failure, print};

/// Write one HTML page with the charts, tables and reviews of an analysis
///
/// The page needs no network and no other file. It shows every review while there are no more than 10,000, and a random sample of a larger corpus;
/// figures of films and critics always rest on all reviews.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folders that `critique analyze` wrote, or files of such lines
    #[arg(value_name = "DIR", required = true)]
    inputs: Vec<PathBuf>,

    /// The page; a file of that name is replaced
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,

    /// Title of the page
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// Print nothing where all goes well
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let title = args.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let page = html::page(&results::open(&args.inputs)?, title)?;
    write(&args.output, &page.html).map_err(|error| {
        Failure(format!("{}: {error}; give --output a file that can be written", args.output.display()))
    })?;
    if let Some(first) = &page.skipped.first {
        // With standard error closed there is nobody to tell.
        let lines = if page.skipped.lines == 1 { "line" } else { "lines" };
        let _ = writeln!(
            io::stderr(),
            "critique: {} {lines} passed over; the first is {first}",
            page.skipped.lines
        );
    }
    if !args.quiet {
        print(told(&args.output, &page).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the page is, and what of the corpus is in it.
fn told(path: &Path, page: &html::Page) -> String {
    let megabytes = page.html.len() as f64 / 1e6;
    let rows = match page.rows == page.reviews {
        true => String::new(),
        false => format!("; a random sample of {} can be opened", page.rows),
    };
    let reviews = if page.reviews == 1 { "review" } else { "reviews" };
    format!("{} {reviews} in {} ({megabytes:.1} MB){rows}\n", page.reviews, path.display())
}

/// Writes under another name first, so that a page is whole or not there; a pipe or a device is written to as it is.
fn write(path: &Path, html: &str) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::other("is a folder"));
    }
    if path.exists() && !path.is_file() {
        return fs::write(path, html);
    }
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or_else(|| io::Error::other("has no file name"))?);
    name.push(".partial");
    let partial = path.with_file_name(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let written = fs::write(&partial, html).and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&partial);
    }
    written
}
