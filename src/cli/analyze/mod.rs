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
use interrupt::Shared;
use plan::Plan;
use progress::Progress;

use super::{Failure, print};

/// What `--model` wants.
const MODEL: &str = "a folder with model.safetensors, config.json and tokenizer.json";

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let plan = Plan::new(args)?;
    let items = corpus::open(&plan.inputs, &plan.corpus)?;
    let (model, analyzer) = load(&plan)?;
    let inputs = plan.inputs.iter().map(|input| input.display().to_string()).collect();
    let engine = plan.engine.name().to_owned();
    let header = Header::new(model, engine, plan.recorded(), inputs, items.files().clone());
    let folder = plan.output.display().to_string();
    let ended = match Ledger::open(&plan.output, &plan.report, header, plan.resume)? {
        Opened::Run(ledger) => {
            let Finished { counts, timings, summary } = read(&plan, items, &analyzer, *ledger)?;
            (counts, summary.text(&counts, &timings, &folder))
        }
        Opened::Complete(counts) => (counts, complete(&counts, &folder)),
    };
    let (counts, text) = ended;
    if !plan.quiet {
        print(text.as_bytes())?;
    }
    Ok(if counts.rejects == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Reads all items into the ledger.
fn read(
    plan: &Plan,
    mut items: corpus::Corpus,
    analyzer: &Analyzer,
    ledger: Ledger,
) -> Result<Finished, Failure> {
    let progress = Progress::new(items.total_bytes(), items.counter(), plan.quiet);
    let shared = Shared::default();
    shared.save_on_interrupt(progress.clearer())?;
    let before = ledger.pass_over(&mut items)?;
    let limit = plan.pipeline.limit.map(|limit| limit.saturating_sub(before));
    shared.put(ledger);
    let ended = pipeline::run(
        items,
        |reviews| analyzer.analyze(reviews),
        &pipeline::Options { limit, ..plan.pipeline.clone() },
        |outcome| {
            let counts = shared.with(|ledger| ledger.take(outcome).map(|()| ledger.counts())).transpose()?;
            progress.update(counts.map_or(0, |counts| counts.reviews));
            Ok::<_, report::ReportError>(())
        },
    );
    let ended =
        ended.map_err(Failure::from).and_then(|()| Ok(shared.with(Ledger::settle).unwrap_or(Ok(()))?));
    // Ctrl-C has nothing to save any more.
    let ledger = shared.take().ok_or_else(|| Failure("internal error: the ledger is gone".to_owned()))?;
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
