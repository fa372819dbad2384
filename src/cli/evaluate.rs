//! `critique evaluate`: figures against labels.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args as ClapArgs;
use critique::evaluate::{self, Scores, Task};
use critique::pipeline::Analyzer;
use critique::reader::{Engine, Model};

use super::{Failure, print};

/// Measures what the program says of labelled texts against their labels.
///
/// Each INPUT is a file of JSON lines (.jsonl), or .csv or .tsv, also with .gz. A row has its text in `text` and its label in a
/// column of its task: `label` for tone (0 to 4) and opinion (subjective or objective), `rating` for ratings,
/// `tokens` and `tags` for entities, `keyphrases` for keyphrases.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Labelled texts
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// What to measure
    #[arg(long, value_enum)]
    task: Task,
    /// Column or key that holds the label
    #[arg(long, value_name = "NAME")]
    label_column: Option<String>,
    /// Folder of another model
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// What reviews judge, as for analyze
    #[arg(long, value_name = "NAME|FILE", default_value = "film")]
    aspects: String,
    /// Worker threads [default: all cores]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let mut rows = Vec::new();
    for input in &args.inputs {
        rows.extend(evaluate::read(input, args.task, args.label_column.as_deref())?);
    }
    let model = match &args.model {
        Some(folder) => Model::open(folder)?,
        None => Model::embedded(),
    };
    let analyzer = Analyzer::new(&model, Engine::Embedded, &super::aspect_set(&args.aspects)?)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.unwrap_or(0)).build()?;
    let began = Instant::now();
    let scores = pool.install(|| evaluate::evaluate(&analyzer, args.task, &rows)).map_err(Failure)?;
    let seconds = began.elapsed().as_secs_f64();
    let text = if args.json { json(&scores, rows.len())? } else { table(&scores, rows.len(), seconds) };
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn json(scores: &Scores, rows: usize) -> Result<String, Failure> {
    let value = serde_json::json!({ "rows": rows, "figures": scores.figures() });
    Ok(format!("{}\n", serde_json::to_string_pretty(&value)?))
}

fn table(scores: &Scores, rows: usize, seconds: f64) -> String {
    let mut out = format!("{rows} texts in {seconds:.1} s\n");
    for figure in scores.figures() {
        out.push_str(&format!("{:32} {:>7.4}  over {}\n", figure.name, figure.value, figure.over));
    }
    out
}
