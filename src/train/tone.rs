//! Balances the five steps of tone after training.
//!
//! Half of the treebank's phrases are neutral and few are strong, so a head that has learnt from them says neutral too
//! often of whole sentences. Five constants added to its logits put that right (the prior shift of Saerens et al. 2002,
//! fitted by maximum likelihood on the whole sentences).

use rayon::prelude::*;

use super::TrainError;
use crate::reader::{Reader, ReaderError, Tensor, Weights, softmax};
use crate::text::Document;

/// Steps of plain gradient descent: the loss is convex in five constants.
const STEPS: usize = 300;

/// Adds to the biases of `tone.out` what makes the labelled sentences most likely. Returns lines for the log.
pub fn balance(
    weights: &mut Weights,
    reader: &Reader,
    sentences: &[(String, usize)],
) -> Result<Vec<String>, TrainError> {
    let read: Vec<Vec<([f32; 5], usize)>> = sentences
        .par_chunks(64)
        .map(|group| {
            let documents: Vec<Document> = group.iter().map(|(text, _)| Document::parse(text)).collect();
            let readings = reader.read(&documents)?.0;
            let lone = readings.iter().zip(group).filter(|(readings, _)| readings.len() == 1);
            Ok(lone.map(|(readings, (_, label))| (readings[0].tone, *label)).collect())
        })
        .collect::<Result<_, ReaderError>>()?;
    let rows: Vec<([f32; 5], usize)> = read.into_iter().flatten().collect();
    let shift = fit(&rows);
    let Some(bias) = weights.get("tone.out.bias").map(Tensor::to_f32).filter(|bias| bias.len() == 5) else {
        return Err(TrainError::Weights("no tone.out.bias of five".to_string()));
    };
    let shifted = bias.iter().zip(shift).map(|(b, s)| b + s).collect();
    if let Some(tensor) = Tensor::f32(vec![5], shifted) {
        weights.insert("tone.out.bias", tensor);
    }
    Ok(vec![format!("tone: {} sentences, logits shifted by {shift:.3?}", rows.len())])
}

fn fit(rows: &[([f32; 5], usize)]) -> [f32; 5] {
    let mut shift = [0f32; 5];
    for _ in 0..STEPS {
        let mut gradient = [0f32; 5];
        for (logits, label) in rows {
            let shifted: Vec<f32> = logits.iter().zip(shift).map(|(l, s)| l + s).collect();
            for (step, p) in softmax(&shifted).into_iter().enumerate() {
                gradient[step] += p - f32::from(u8::from(step == *label));
            }
        }
        shift.iter_mut().zip(gradient).for_each(|(s, g)| *s -= 2.0 * g / rows.len().max(1) as f32);
    }
    shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_said_too_often_is_said_less() {
        // The logits favour the middle for every row, the labels do not.
        let rows: Vec<([f32; 5], usize)> = (0..500).map(|i| ([0.0, 0.0, 1.5, 0.0, 0.0], i % 5)).collect();
        let shift = fit(&rows);
        assert!((shift[2] - shift[0] + 1.5).abs() < 0.05, "{shift:?}");
    }
}
