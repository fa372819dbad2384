//! `critique analyze`

mod args;
mod plan;
mod progress;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use critique::corpus;
use critique::pipeline::{self, Analyzed, Analyzer, Outcome};
use critique::reader::Model;
use critique::report::{self, Counts, Report, Run, Summary, Timings};
use critique::themes::Collector;

pub(super) use args::Args;
use plan::Plan;
use progress::Progress;

use super::{Failure, print};

/// What `--model` wants.
const MODEL: &str = "a folder with model.safetensors, config.json and tokenizer.json";

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let plan = Plan::new(args)?;
    let items = corpus::open(&plan.inputs, &plan.corpus)?;
    let (model, analyzer) = load(&plan)?;
    let mut report = Report::create(&plan.output, &plan.report)?;
    let mut themes = plan.report.csv.then(|| Collector::new(&plan.output)).transpose()?;
    let progress = Progress::new(items.total_bytes(), items.counter(), plan.quiet);

    let (started, clock) = (SystemTime::now(), Instant::now());
    let mut counts = Counts::default();
    let mut summary = Summary::default();
    pipeline::run(
        items,
        |reviews| analyzer.analyze(reviews),
        &plan.pipeline,
        |outcome| {
            match outcome {
                Outcome::Review(review, Analyzed { analysis, tokens }) => {
                    counts += Counts::of(&analysis, tokens);
                    summary.add(&review, &analysis);
                    if let Some(themes) = &mut themes {
                        themes.add(&review, &analysis)?;
                    }
                    report.review(&review, analysis)?;
                }
                Outcome::Reject(reject) => {
                    counts.rejects += 1;
                    report.reject(&reject)?;
                }
            }
            progress.update(counts.reviews);
            Ok::<_, Box<dyn Error>>(())
        },
    )?;
    drop(progress);
    if let Some(themes) = themes {
        report.themes(&mut themes.finish(plan.pipeline.jobs)?)?;
    }

    let timings = Timings::new(plan.pipeline.jobs, &counts, clock.elapsed());
    let inputs = plan.inputs.iter().map(|input| input.display().to_string()).collect();
    report.finish(&Run::new(
        model,
        plan.engine.name().to_owned(),
        plan.recorded(),
        inputs,
        counts,
        started,
        timings,
    ))?;
    if !plan.quiet {
        print(summary.text(&counts, &timings, &plan.output.display().to_string()).as_bytes())?;
    }
    Ok(if counts.rejects == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The model of the run, for its record, and what reads with it.
fn load(plan: &Plan) -> Result<(report::Model, Analyzer), Failure> {
    let model = match &plan.model {
        Some(dir) => Model::open(dir).map_err(|error| Failure(format!("{error}; give --model {MODEL}")))?,
        None => Model::embedded(),
    };
    let analyzer = Analyzer::new(&model, plan.reader, &plan.aspects).map_err(|error| {
        Failure(format!("the model {} does not fit: {error}; give --model {MODEL}", model.name))
    })?;
    Ok((report::Model { sha256: model.sha256(), name: model.name }, analyzer))
}
