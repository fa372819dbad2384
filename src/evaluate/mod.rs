//! Measures what the program says of labelled texts against their labels.
//!
//! Every figure is taken from the same analyses that a run writes into its reports, so it is a figure of what users get.

mod labelled;
mod metrics;
mod spans;

pub use labelled::{LabelError, Labelled, Task, read};
pub use metrics::{Figure, Scores};

use rayon::prelude::*;

use crate::corpus::{Origin, Review};
use crate::pipeline::Analyzer;

/// Texts analysed together.
const GROUP: usize = 32;

/// Analyses every labelled text on the current rayon pool and compares.
///
/// # Errors
/// The first text that the reader fails on.
pub fn evaluate(analyzer: &Analyzer, task: Task, rows: &[Labelled]) -> Result<Scores, String> {
    let parts: Vec<Scores> = rows
        .par_chunks(GROUP)
        .map(|group| {
            let reviews: Vec<Review> = group.iter().map(review).collect();
            let mut scores = Scores::new(task);
            for (row, analyzed) in group.iter().zip(analyzer.analyze(&reviews)) {
                scores.add(row, &analyzed?.analysis);
            }
            Ok(scores)
        })
        .collect::<Result<_, String>>()?;
    let mut all = Scores::new(task);
    parts.into_iter().for_each(|part| all.merge(part));
    Ok(all)
}

fn review(row: &Labelled) -> Review {
    Review {
        id: String::new(),
        film: None,
        critic: None,
        outlet: None,
        date: None,
        rating: None,
        origin: Origin { path: String::new(), row: 1 },
        text: row.text.clone(),
    }
}
