//! `critique train`: fine-tuning of the reader.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, ValueEnum};
use critique::corpus::{self, Columns, Item};
use critique::train::{self, Options};

use super::Failure;

/// Number format of the encoder's arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Precision {
    /// bfloat16, with float32 weights behind it
    Bf16,
    /// float32
    F32,
}

/// Trains a reader from a base model, on the public data sets, on your own labelled reviews, or on both.
///
/// The result is a model folder for `analyze --model`. A training that was stopped goes on from its last
/// checkpoint when the same command is given again.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Model to start from: all-MiniLM-L6-v2, or a folder that an earlier training wrote
    #[arg(long, value_name = "DIR")]
    base: PathBuf,
    /// Model to go on from, where that is not the base itself: a folder that an earlier training from it wrote
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Earlier reader, whose names in the movie reviews of the public sets are learnt from where it is sure of them
    #[arg(long, value_name = "DIR")]
    names: Option<PathBuf>,
    /// Folder to write the model to
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Folder for checkpoints and the log
    #[arg(long, value_name = "DIR")]
    work: PathBuf,
    /// Folder of the public data sets (see models/README.md)
    #[arg(long, value_name = "DIR", env = "CRITIQUE_DATA")]
    data: Option<PathBuf>,
    /// Your own labelled reviews: any input of analyze, with a rating in every row
    #[arg(long, value_name = "INPUT")]
    labelled: Vec<PathBuf>,
    /// Column of their texts
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,
    /// Column of their labels: numbers on one scale, or pos and neg
    #[arg(long, value_name = "NAME")]
    label_column: Option<String>,
    /// Leave the encoder as it is and fit only how sentences make a verdict
    #[arg(long)]
    verdict_only: bool,
    /// Factor on the number of passes over every data set
    #[arg(long, default_value_t = 1.0)]
    epochs: f64,
    /// Highest learning rate of the encoder
    #[arg(long, default_value_t = 1.5e-4)]
    learning_rate: f64,
    /// Seed of the order of examples
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Copies of the network that share each batch [default: one a core]
    #[arg(long)]
    replicas: Option<usize>,
    /// Number format of the encoder's arithmetic
    #[arg(long, value_enum, default_value = "bf16")]
    precision: Precision,
    /// Where to compute
    #[arg(long, default_value = "cpu", value_name = "cpu|cuda", value_parser = super::device)]
    device: tch::Device,
}

pub(super) fn run(args: Args) -> Result<ExitCode, Failure> {
    let labelled = labelled(&args)?;
    if args.data.is_none() && labelled.is_empty() {
        return Err(Failure("nothing to learn from: give --data DIR or --labelled INPUT".to_string()));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let options = Options {
        base: args.base.clone(),
        from: args.from.clone(),
        names: args.names,
        data: args.data,
        labelled,
        work: args.work,
        epochs: args.epochs,
        learning_rate: args.learning_rate,
        seed: args.seed,
        replicas: args.replicas.unwrap_or(if args.device == tch::Device::Cpu { cores } else { 1 }),
        bfloat16: args.precision == Precision::Bf16,
        device: args.device,
    };
    let trained = if args.verdict_only { args.from.unwrap_or(args.base) } else { train::run(&options)? };
    for line in train::finish(&options, &trained, &args.output)? {
        eprintln!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The user's own reviews, their labels brought to 0 to 1.
fn labelled(args: &Args) -> Result<Vec<(String, f32)>, Failure> {
    if args.labelled.is_empty() {
        return Ok(Vec::new());
    }
    let columns =
        Columns { text: args.text_column.clone(), rating: args.label_column.clone(), ..Columns::default() };
    let mut rows = Vec::new();
    for item in corpus::open(&args.labelled, &corpus::Options { columns, ..Default::default() })? {
        let (origin, label, text) = match item? {
            Item::Review(review) => (review.origin, review.rating, review.text),
            Item::Reject(reject) => {
                let at = &reject.origin;
                return Err(Failure(format!("{}, row {}: {}", at.path, at.row, reject.reason)));
            }
        };
        let label = label.as_deref().map(str::trim).and_then(|label| match label {
            "pos" | "positive" => Some(1.0),
            "neg" | "negative" => Some(0.0),
            number => number.parse().ok().filter(|n: &f32| n.is_finite()),
        });
        let label = label.ok_or_else(|| {
            let row = origin.row;
            Failure(format!("{}, row {row}: no label; name its column with --label-column", origin.path))
        })?;
        rows.push((text, label));
    }
    let low = rows.iter().map(|r| r.1).fold(f32::MAX, f32::min);
    let high = rows.iter().map(|r| r.1).fold(f32::MIN, f32::max);
    if high <= low {
        return Err(Failure("the labelled reviews all have the same label".to_string()));
    }
    rows.iter_mut().for_each(|row| row.1 = (row.1 - low) / (high - low));
    Ok(rows)
}
