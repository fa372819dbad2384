//! The command `critique`; all of it but its flags lives in the library.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

// The analysis makes many short-lived vectors; glibc's allocator took some 5 % longer over a run.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
