//! `critique schema`

use std::process::ExitCode;

use super::{Failure, print};

/// Print the JSON Schema of a line of reviews.jsonl
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(Args {}: Args) -> Result<ExitCode, Failure> {
    print(critique::report::SCHEMA.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
