//! `critique evaluate`: figures against labels.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args as ClapArgs;
use critique::evaluate::{self, Calibration, Confusion, Figure, ReadOptions, Scores, Task};
use critique::pipeline::Analyzer;
use critique::reader::{Engine, Model};

use super::{Failure, print};

/// Measures what the program says of labelled texts against their labels.
///
/// Each INPUT is a file of JSON lines (.jsonl), or .csv or .tsv, also with .gz. A row has its text in `text` and its label in a
/// column of its task: `label` for tone (0 to 4) and opinion (subjective or objective), `rating` for ratings on any scale,
/// `tokens` and BIO `tags` for entities, `keyphrases` for keyphrases, `labels` for emotions (names of GoEmotions), `aspects` for
/// aspects (objects with `aspect` and `tone`: negative, neutral or positive; JSON only). In a cell of a table keyphrases and
/// emotions are separated by semicolons, tokens and tags by spaces.
///
/// Every figure has a 95 % bootstrap interval: how much it moves when as many texts are drawn from these with replacement.
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
    /// Only rows whose column `split` says this
    #[arg(long, value_name = "NAME")]
    split: Option<String>,
    /// Bootstrap resamples for the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    resamples: usize,
    /// Folder of another model
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// What reviews judge, as for analyze
    #[arg(long, value_name = "NAME|FILE", default_value = "film")]
    aspects: String,
    /// Worker threads [default: all cores]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// One JSON object instead of tables
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let options = ReadOptions { label_column: args.label_column, split: args.split };
    let mut rows = Vec::new();
    for input in &args.inputs {
        rows.extend(evaluate::read(input, args.task, &options)?);
    }
    let model = match &args.model {
        Some(folder) => Model::open(folder)?,
        None => Model::embedded(),
    };
    let analyzer = Analyzer::new(&model, Engine::Embedded, &super::aspect_set(&args.aspects)?)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.unwrap_or(0)).build()?;
    let began = Instant::now();
    let scores =
        pool.install(|| evaluate::evaluate(&analyzer, args.task, &rows, args.resamples)).map_err(Failure)?;
    let seconds = began.elapsed().as_secs_f64();
    let text = if args.json {
        format!("{}\n", serde_json::to_string_pretty(&scores)?)
    } else {
        format!("{} texts in {seconds:.1} s\n{}", scores.rows, tables(&scores))
    };
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn tables(scores: &Scores) -> String {
    let mut out = String::from("\n");
    scores.figures.iter().for_each(|figure| out.push_str(&line(figure)));
    if let Some(confusion) = &scores.confusion {
        out.push_str("\nlabels down, answers across\n");
        out.push_str(&crosses(confusion));
    }
    if let Some(calibration) = &scores.calibration {
        out.push_str("\nconfidence      answers  mean confidence  right\n");
        out.push_str(&reliability(calibration));
    }
    out
}

fn line(figure: &Figure) -> String {
    let Figure { name, value, over, interval } = figure;
    let interval = interval.map(|[low, high]| format!("{low:.4} to {high:.4}")).unwrap_or_default();
    format!("{name:34} {value:>7.4}  {interval:18} over {over}\n")
}

fn crosses(confusion: &Confusion) -> String {
    let wide = confusion.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let row = |name: &str, cells: Vec<String>| {
        let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:>wide$}")).collect();
        format!("{name:wide$}  {}\n", cells.join("  "))
    };
    let mut out = row("", confusion.labels.clone());
    for (label, counts) in confusion.labels.iter().zip(&confusion.counts) {
        out.push_str(&row(label, counts.iter().map(usize::to_string).collect()));
    }
    out
}

fn reliability(calibration: &Calibration) -> String {
    let line = |bin: &evaluate::Bin| {
        let range = format!("{:.1} to {:.1}", bin.from, bin.to);
        format!("{range:14}  {:>7}  {:>15.3}  {:>5.3}\n", bin.count, bin.confidence, bin.accuracy)
    };
    calibration.bins.iter().map(line).collect()
}
