//! `critique completions`

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::{Cli, Failure, print};

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    // Into memory first: a pipe that closes early must not end in a panic of the generator.
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "critique", &mut script);
    print(&script)?;
    Ok(ExitCode::SUCCESS)
}
