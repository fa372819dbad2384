//! `critique analyze`

mod args;
mod plan;
mod progress;

use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use critique::corpus;
use critique::pipeline::{self, Outcome, Read};
use critique::reader::Reader;
use critique::report::{Counts, Model, Report, Run, Summary, Timings};

pub(super) use args::Args;
use plan::Plan;
use progress::Progress;

use super::{Failure, print};

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let plan = Plan::new(args)?;
    let items = corpus::open(&plan.inputs, &plan.corpus)?;
    let reader = match &plan.model {
        Some(dir) => Reader::load(dir)?,
        None => Reader::embedded()?,
    };
    let mut report = Report::create(&plan.output, &plan.report)?;
    let progress = Progress::new(items.total_bytes(), items.counter(), plan.quiet);

    let (started, clock) = (SystemTime::now(), Instant::now());
    let mut counts = Counts::default();
    let mut summary = Summary::default();
    pipeline::run(
        items,
        |reviews| pipeline::read(&reader, reviews),
        &plan.pipeline,
        |outcome| {
            match outcome {
                Outcome::Review(review, Read { analysis, tokens }) => {
                    counts += Counts::of(&analysis, tokens);
                    summary.add(&review, &analysis);
                    report.review(&review, analysis)?;
                }
                Outcome::Reject(reject) => {
                    counts.rejects += 1;
                    report.reject(&reject)?;
                }
            }
            progress.update(counts.reviews);
            Ok::<_, critique::report::ReportError>(())
        },
    )?;
    drop(progress);

    let timings = Timings::new(plan.pipeline.jobs, &counts, clock.elapsed());
    let model = Model { name: reader.name().to_owned(), sha256: reader.sha256().to_owned() };
    let inputs = plan.inputs.iter().map(|input| input.display().to_string()).collect();
    let engine = plan.engine.name().to_owned();
    report.finish(&Run::new(model, engine, plan.recorded(), inputs, counts, started, timings))?;
    if !plan.quiet {
        print(summary.text(&counts, &timings, &plan.output.display().to_string()).as_bytes())?;
    }
    Ok(if counts.rejects == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
