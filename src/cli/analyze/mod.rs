//! `critique analyze`

mod args;
mod interrupt;
mod plan;
mod progress;

use std::process::ExitCode;

use critique::corpus;
use critique::pipeline::{self, Analyzer};
use critique::reader::Model;
use critique::report::{self, Counts, Finished, Header, Ledger, Opened};

pub(super) use args::Args;
use interrupt::{Running, Shared};
use plan::Plan;
use progress::Progress;

use super::{Failure, print};

/// What `--model` wants.
const MODEL: &str = "a folder with model.safetensors, config.json and tokenizer.json";

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let shared = Shared::save_on_interrupt()?;
    let plan = Plan::new(args)?;
    let items = corpus::open(&plan.inputs, &plan.corpus)?;
    let (model, analyzer) = load(&plan)?;
    let inputs = plan.inputs.iter().map(|input| input.display().to_string()).collect();
    let engine = plan.engine.name().to_owned();
    let header = Header::new(model, engine, plan.recorded(), inputs, items.files().clone());
    let folder = plan.output.display().to_string();
    let (counts, text) = match Ledger::open(&plan.output, &plan.report, header, plan.resume)? {
        Opened::Run(ledger) => {
            let Finished { counts, timings, summary } = read(&plan, items, &analyzer, *ledger, &shared)?;
            (counts, summary.text(&counts, &timings, &folder))
        }
        Opened::Complete(counts) => (counts, complete(&counts, &folder)),
    };
    if !plan.quiet {
        print(text.as_bytes())?;
    }
    Ok(if counts.rejects == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Reads all items into the ledger and finishes it.
fn read(
    plan: &Plan,
    mut items: corpus::Corpus,
    analyzer: &Analyzer,
    ledger: Ledger,
    shared: &Shared,
) -> Result<Finished, Failure> {
    let progress = Progress::new(items.total_bytes(), items.counter(), plan.quiet);
    let before = ledger.pass_over(&mut items)?;
    let limit = plan.pipeline.limit.map(|limit| limit.saturating_sub(before));
    shared.put(Running { ledger, progress });
    let ended = pipeline::run(
        items,
        |reviews| analyzer.analyze(reviews),
        &pipeline::Options { limit, ..plan.pipeline.clone() },
        |outcome| {
            let take = |Running { ledger, progress }: &mut Running| {
                progress.update(ledger.counts().reviews);
                ledger.take(outcome)
            };
            shared.with(take).unwrap_or(Ok(()))
        },
    );
    let settle = || shared.with(|running| running.ledger.settle()).unwrap_or(Ok(()));
    let ended = ended.map_err(Failure::from).and_then(|()| Ok(settle()?));
    // Ctrl-C has nothing to save any more.
    let Some(Running { ledger, progress }) = shared.take() else {
        return Err(Failure("internal error: the run is gone".to_owned()));
    };
    drop(progress);
    if let Err(Failure(reason)) = ended {
        let more = if ledger.is_resumable() { "; then the same command with --resume goes on" } else { "" };
        return Err(Failure(format!("{reason}{more}")));
    }
    Ok(ledger.finish(plan.pipeline.jobs)?)
}

/// What is said of a report that needs no more work.
fn complete(counts: &Counts, folder: &str) -> String {
    let Counts { reviews, rejects, .. } = counts;
    format!("Report in {} is complete: {reviews} reviews, {rejects} rejects\n", report::printable(folder))
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
