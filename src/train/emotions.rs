//! What probabilities of emotions are held against: thresholds from labelled comments, rates from ordinary reviews.

use rayon::prelude::*;

use super::TrainError;
use crate::reader::{EMOTIONS, Heads, Pooled, Reader, ReaderError, Tensor, Weights};
use crate::text::Document;

/// Thresholds that are tried: every hundredth.
const GRID: std::ops::Range<usize> = 5..90;

/// Sets `emotion.threshold` to what gives each emotion its best F1 on labelled comments that training has not seen.
/// Returns lines for the log.
pub fn fit_thresholds(
    weights: &mut Weights,
    reader: &Reader,
    comments: &[(String, [bool; EMOTIONS.len()])],
) -> Result<Vec<String>, TrainError> {
    let read: Vec<Vec<Vec<f32>>> = comments
        .par_chunks(64)
        .map(|group| {
            let documents: Vec<Document> = group.iter().map(|(text, _)| Document::parse(text)).collect();
            let pooled = reader.pool(&documents)?;
            Ok(pooled.iter().map(|sentences| strongest(reader.heads(), sentences)).collect())
        })
        .collect::<Result<_, ReaderError>>()?;
    let rows: Vec<(Vec<f32>, &[bool])> =
        read.into_iter().flatten().zip(comments.iter().map(|(_, felt)| &felt[..])).collect();
    let thresholds: Vec<f32> = (0..EMOTIONS.len()).map(|label| best(&rows, label)).collect();
    let line = format!("emotions: {} comments, thresholds {thresholds:.2?}", rows.len());
    if let Some(tensor) = Tensor::f32(vec![EMOTIONS.len()], thresholds) {
        weights.insert("emotion.threshold", tensor);
    }
    Ok(vec![line])
}

/// The highest probability of each emotion over a comment's sentences; 0 where there is none.
fn strongest(heads: &Heads, sentences: &[Pooled]) -> Vec<f32> {
    let mut most = vec![0.0f32; EMOTIONS.len()];
    for sentence in sentences {
        most.iter_mut().zip(heads.emotions(&sentence.mean)).for_each(|(m, p)| *m = m.max(p));
    }
    most
}

fn best(rows: &[(Vec<f32>, &[bool])], label: usize) -> f32 {
    let f1 = |threshold: f32| {
        let (mut right, mut both) = (0usize, 0usize);
        for (probabilities, felt) in rows {
            let found = probabilities[label] >= threshold;
            right += usize::from(found && felt[label]);
            both += usize::from(found) + usize::from(felt[label]);
        }
        // One comment more on every side keeps a rare emotion's threshold from hanging on one of them.
        (2 * right + 1) as f64 / (both + 2) as f64
    };
    let grid = GRID.map(|percent| percent as f32 / 100.0);
    // Where several do as well, the middle one.
    let scored: Vec<(f32, f64)> = grid.map(|threshold| (threshold, f1(threshold))).collect();
    let top = scored.iter().map(|s| s.1).fold(0.0, f64::max);
    let tops: Vec<f32> = scored.iter().filter(|s| s.1 >= top).map(|s| s.0).collect();
    tops.get(tops.len() / 2).copied().unwrap_or(0.5)
}

/// Sets `emotion.rate` to the mean probability of each emotion over reviews, in each weighed by opinion.
pub fn set_rates<'a>(weights: &mut Weights, heads: &Heads, reviews: impl Iterator<Item = &'a [Pooled]>) {
    let (mut sums, mut count) = (vec![0.0f64; EMOTIONS.len()], 0usize);
    for sentences in reviews {
        let total: f64 = sentences.iter().map(|s| f64::from(s.opinion)).sum();
        if total <= 0.0 {
            continue;
        }
        count += 1;
        for sentence in sentences {
            let share = f64::from(sentence.opinion) / total;
            let felt = heads.emotions(&sentence.mean);
            sums.iter_mut().zip(felt).for_each(|(sum, p)| *sum += share * f64::from(p));
        }
    }
    let rates = sums.iter().map(|sum| (sum / count.max(1) as f64) as f32).collect();
    if let Some(tensor) = Tensor::f32(vec![EMOTIONS.len()], rates) {
        weights.insert("emotion.rate", tensor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_threshold_parts_the_felt_from_the_others() {
        let felt = [true; EMOTIONS.len()];
        let not = [false; EMOTIONS.len()];
        let rows: Vec<(Vec<f32>, &[bool])> = (0..100)
            .map(|i| {
                let sad = i % 4 == 0;
                (vec![if sad { 0.4 } else { 0.2 }; EMOTIONS.len()], if sad { &felt[..] } else { &not[..] })
            })
            .collect();
        let threshold = best(&rows, 3);
        assert!(threshold > 0.2 && threshold <= 0.4, "{threshold}");
    }
}
