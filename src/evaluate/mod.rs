//! Measures what the program says of labelled texts against their labels.
//!
//! Every figure is taken from the same analyses that a run writes into its reports, so it is a figure of what users get.
//!
//! `rows` and `labelled` read labels; a measure of each task (`measures`) keeps what a figure needs of each text; the figures are
//! made of classes, sides, pairs of numbers, retrieved things and confidences; their intervals draw the texts again.
#![forbid(unsafe_code)]

mod calibration;
mod classes;
mod labelled;
mod measures;
mod retrieval;
mod rows;
mod scores;
mod sides;
mod spans;

pub use calibration::{Bin, Calibration};
pub use classes::Confusion;
pub use labelled::{Label, Labelled, Polarity, ReadOptions, Task, read};
pub use rows::LabelError;
pub use scores::{Figure, Scores};
pub use spans::Span;

use rayon::prelude::*;

use crate::corpus::Review;
use crate::pipeline::Analyzer;
use measures::{Aspects, Emotions, Entities, Keyphrases, Opinions, Ratings, Tones};
use scores::Measure;

/// Texts analysed together.
const GROUP: usize = 32;

/// Analyses every labelled text on the current rayon pool and compares, with intervals from so many resamples (none for 0).
///
/// # Errors
/// The first text that the reader fails on; no texts at all.
pub fn evaluate(
    analyzer: &Analyzer,
    task: Task,
    rows: &[Labelled],
    resamples: usize,
) -> Result<Scores, String> {
    if rows.is_empty() {
        return Err("no labelled texts to measure".to_string());
    }
    match task {
        Task::Tone => measure::<Tones>(analyzer, rows, resamples),
        Task::Opinion => measure::<Opinions>(analyzer, rows, resamples),
        Task::Rating => measure::<Ratings>(analyzer, rows, resamples),
        Task::Entities => measure::<Entities>(analyzer, rows, resamples),
        Task::Keyphrases => measure::<Keyphrases>(analyzer, rows, resamples),
        Task::Emotions => measure::<Emotions>(analyzer, rows, resamples),
        Task::Aspects => measure::<Aspects>(analyzer, rows, resamples),
    }
}

fn measure<M: Measure>(analyzer: &Analyzer, rows: &[Labelled], resamples: usize) -> Result<Scores, String> {
    let groups: Vec<Vec<M::Pair>> = rows
        .par_chunks(GROUP)
        .map(|group| {
            let reviews: Vec<Review> = group.iter().map(review).collect();
            let mut pairs = Vec::new();
            for (row, analyzed) in group.iter().zip(analyzer.analyze(&reviews)) {
                pairs.extend(M::pair(&row.label, &analyzed?.analysis));
            }
            Ok(pairs)
        })
        .collect::<Result<_, String>>()?;
    let pairs: Vec<M::Pair> = groups.into_iter().flatten().collect();
    let texts = pairs.len();
    Ok(M::new(pairs).scores(texts, resamples))
}

fn review(row: &Labelled) -> Review {
    Review { text: row.text.clone(), ..Review::default() }
}
