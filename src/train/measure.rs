//! Quick figures on held-out rows while training goes on.
//!
//! They are measured on the unquantised network and on single sentences; `critique evaluate` gives the figures of
//! what ships.

use std::collections::HashSet;

use tch::{Device, Kind, Tensor};

use super::TrainError;
use super::example::{Encoded, Example, Target};
use super::network::{Encoder, Heads, Padded};
use crate::reader::{EMOTIONS, TAGS};

const BATCH: usize = 32;
const TOKENS: usize = 128;

/// Held-out examples of one data set.
pub struct Held {
    /// Name in the log.
    pub name: &'static str,
    /// All of one task.
    pub examples: Vec<Example>,
}

/// The figures of one held-out set, by name.
pub fn measure(
    encoder: &Encoder,
    heads: &Heads,
    device: Device,
    held: &Held,
) -> Result<Vec<(&'static str, f64)>, TrainError> {
    let mut tally = Tally::default();
    for batch in held.examples.chunks(BATCH) {
        tch::no_grad(|| tally.add(encoder, heads, device, batch))?;
    }
    Ok(tally.figures())
}

#[derive(Default)]
struct Tally {
    tone: (usize, usize),
    side: (usize, usize),
    opinion: (usize, usize),
    verdict: (usize, usize),
    tags: [usize; 3],
    phrases: [usize; 3],
    emotions: [[usize; 3]; EMOTIONS.len()],
}

impl Tally {
    fn add(
        &mut self,
        encoder: &Encoder,
        heads: &Heads,
        device: Device,
        batch: &[Example],
    ) -> Result<(), TrainError> {
        if matches!(batch[0].target, Target::Verdict(_)) {
            return batch.iter().try_for_each(|review| self.review(encoder, heads, device, review));
        }
        let cut: Vec<Encoded> = batch.iter().map(|e| e.sentences[0].truncated(TOKENS)).collect();
        let input = Padded::new(&cut.iter().collect::<Vec<_>>(), device);
        let states = encoder.forward(&input, false)?;
        let pooled = input.pool(&states);
        let tone = rows(&heads.tone(&pooled).softmax(-1, Kind::Float));
        let opinion = rows(&heads.opinion(&pooled));
        let emotions = rows(&heads.emotions(&pooled).sigmoid());
        let tags = heads.tags(&states).argmax(-1, false);
        let phrases = heads.phrases(&states).argmax(-1, false);
        for (row, (example, sentence)) in batch.iter().zip(&cut).enumerate() {
            match &example.target {
                Target::Tone(label) => {
                    let p = &tone[row];
                    self.tone.0 += usize::from(best(p) == *label as usize);
                    self.tone.1 += 1;
                    if *label != 2 {
                        let expected: f32 = p.iter().enumerate().map(|(i, p)| i as f32 * p).sum();
                        self.side.0 += usize::from((expected > 2.0) == (*label > 2));
                        self.side.1 += 1;
                    }
                }
                Target::Opinion(label) => {
                    self.opinion.0 += usize::from(best(&opinion[row]) == *label as usize);
                    self.opinion.1 += 1;
                }
                Target::Tags(labels) => {
                    let kinds = |l: i64| TAGS.get(l as usize).copied().unwrap_or("O").replace("WORK", "MISC");
                    count_spans(&mut self.tags, &tags, row, sentence, labels, kinds);
                }
                Target::Phrases(labels) => {
                    let kinds = |l: i64| ["O", "B-KEY", "I-KEY"][l.clamp(0, 2) as usize].to_string();
                    count_spans(&mut self.phrases, &phrases, row, sentence, labels, kinds);
                }
                Target::Emotions(felt) => {
                    for (label, (felt, p)) in felt.iter().zip(&emotions[row]).enumerate() {
                        // The figure that ships chooses a threshold for each; 0.3 is near most of them.
                        let found = *p > 0.3;
                        let counts = &mut self.emotions[label];
                        counts[0] += usize::from(*felt && found);
                        counts[1] += usize::from(found);
                        counts[2] += usize::from(*felt);
                    }
                }
                Target::Parts(_) | Target::Verdict(_) => {}
            }
        }
        Ok(())
    }

    fn review(
        &mut self,
        encoder: &Encoder,
        heads: &Heads,
        device: Device,
        review: &Example,
    ) -> Result<(), TrainError> {
        let Target::Verdict(favour) = review.target else { return Ok(()) };
        let cut: Vec<Encoded> = review.sentences.iter().take(64).map(|s| s.truncated(TOKENS)).collect();
        let input = Padded::new(&cut.iter().collect::<Vec<_>>(), device);
        let (weights, values) = heads.verdict(&input.pool(&encoder.forward(&input, false)?));
        let logit = (weights.softmax(0, Kind::Float) * values).sum(Kind::Float).double_value(&[]);
        self.verdict.0 += usize::from((logit > 0.0) == (favour > 0.5));
        self.verdict.1 += 1;
        Ok(())
    }

    fn figures(&self) -> Vec<(&'static str, f64)> {
        let share = |(right, all): (usize, usize)| right as f64 / all as f64;
        let f1 = |[right, found, wanted]: [usize; 3]| 2.0 * right as f64 / (found + wanted) as f64;
        [
            ("tone5", share(self.tone)),
            ("tone2", share(self.side)),
            ("opinion", share(self.opinion)),
            ("verdict", share(self.verdict)),
            ("tags_f1", f1(self.tags)),
            ("phrases_f1", f1(self.phrases)),
            ("emotions_f1", self.emotions.map(f1).iter().sum::<f64>() / EMOTIONS.len() as f64),
        ]
        .into_iter()
        .filter(|(_, figure)| figure.is_finite())
        .collect()
    }
}

fn rows(tensor: &Tensor) -> Vec<Vec<f32>> {
    Vec::<Vec<f32>>::try_from(tensor.to_device(Device::Cpu)).unwrap_or_default()
}

fn best(values: &[f32]) -> usize {
    (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0)
}

fn count_spans(
    counts: &mut [usize; 3],
    predicted: &Tensor,
    row: usize,
    sentence: &Encoded,
    labels: &[i64],
    kinds: impl Fn(i64) -> String,
) {
    let seen: Vec<String> =
        sentence.words.iter().map(|&w| kinds(predicted.int64_value(&[row as i64, i64::from(w)]))).collect();
    let wanted: Vec<String> = labels.iter().take(seen.len()).map(|&l| kinds(l)).collect();
    let (found, wanted) = (spans(&seen), spans(&wanted));
    counts[0] += found.intersection(&wanted).count();
    counts[1] += found.len();
    counts[2] += wanted.len();
}

/// Spans of BIO labels as (start, end, type); an I without its B begins one, as in the CoNLL script.
fn spans(labels: &[String]) -> HashSet<(usize, usize, String)> {
    let mut out = HashSet::new();
    let mut open: Option<(usize, String)> = None;
    for (i, label) in labels.iter().map(String::as_str).chain(["O"]).enumerate() {
        let kind = label.get(2..);
        let goes_on = label.starts_with("I-") && open.as_ref().map(|(_, k)| k.as_str()) == kind;
        if !goes_on {
            if let Some((start, kind)) = open.take() {
                out.insert((start, i, kind));
            }
            open = kind.map(|kind| (i, kind.to_string()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_labels() {
        let labels = ["B-A", "I-A", "O", "I-B", "B-B", "B-A"].map(String::from);
        let mut found: Vec<_> = spans(&labels).into_iter().collect();
        found.sort();
        let wanted = [(0, 2, "A"), (3, 4, "B"), (4, 5, "B"), (5, 6, "A")];
        assert_eq!(found, wanted.map(|(s, e, k)| (s, e, k.to_string())));
    }
}
