//! What each task's batch is trained towards.

use std::collections::HashMap;

use rust_bert::bert::BertConfig;
use tch::{Device, Kind, Reduction, Tensor};

use super::TrainError;
use super::example::{Encoded, Example, Target, Task, UNKNOWN};
use super::network::{Encoder, Heads, Padded};
use super::schedule::{Case, Rng, choose_sentences};
use crate::reader::EMOTIONS;

/// Tokens of a sentence that training looks at.
const SENTENCE_TOKENS: usize = 96;
/// Sentences of a review that training looks at, and tokens of each.
const REVIEW_SENTENCES: usize = 12;
const REVIEW_SENTENCE_TOKENS: usize = 48;
/// Sentences of a replica's part of a batch whose vectors are held to the base model's.
const DISTILLED: usize = 4;
/// Share of a replica's batches whose vectors are compared at all: the base model's reading costs a third of a step.
const DISTILLING: f64 = 0.5;
/// Mass that a tone label lends to the steps beside it.
const NEIGHBOURS: f32 = 0.1;

/// One copy of the network, and of the frozen base model that vectors are kept close to.
///
/// Each replica works through its part of a batch on a thread of its own. On a CPU that is faster than letting
/// libtorch share out every operation, most of which are too small for it.
pub struct Replica {
    /// Being trained.
    pub encoder: Encoder,
    /// Being trained.
    pub heads: Heads,
    /// The base model, never changed.
    pub teacher: Encoder,
    /// Where tensors live.
    pub device: Device,
}

/// Losses of one batch.
pub struct Losses {
    /// Of the batch's task.
    pub task: f64,
    /// 1 − cosine to the base model's vectors, where they were compared.
    pub distance: Option<f64>,
}

impl Replica {
    /// A network that begins as `start`, with fresh heads where it has none, and whose vectors are held to `base`.
    pub fn new(
        config: &BertConfig,
        start: &HashMap<String, Tensor>,
        base: &HashMap<String, Tensor>,
        device: Device,
    ) -> Result<Replica, TrainError> {
        let mut replica = Replica {
            encoder: Encoder::new(config, device),
            heads: Heads::new(config.hidden_size, device),
            teacher: Encoder::new(config, device),
            device,
        };
        replica.encoder.load(start)?;
        replica.teacher.load(base)?;
        replica.heads.load(start);
        Ok(replica)
    }

    /// Losses of examples of one task; their gradients, times `share`, are left at the variables.
    pub fn learn(
        &mut self,
        examples: &[&Example],
        share: f64,
        case: Case,
        rng: &mut Rng,
    ) -> Result<Losses, TrainError> {
        let task = examples[0].task();
        let mut sentences: Vec<Encoded> = Vec::new();
        let mut counts = Vec::new();
        for example in examples {
            let (chosen, most) = if task == Task::Verdict {
                (choose_sentences(example.sentences.len(), REVIEW_SENTENCES, rng), REVIEW_SENTENCE_TOKENS)
            } else {
                (vec![0], SENTENCE_TOKENS)
            };
            counts.push(chosen.len());
            sentences.extend(chosen.into_iter().map(|i| example.sentences[i].truncated(most)));
        }
        if let Some(kind) = case.token_type() {
            sentences.iter_mut().for_each(|s| s.types.fill(kind));
        }
        let input = Padded::new(&sentences.iter().collect::<Vec<_>>(), self.device);
        let states = self.encoder.forward(&input, true)?;
        let pooled = input.pool(&states);
        let loss = match task {
            Task::Tone => {
                let labels = examples.iter().map(|e| if let Target::Tone(l) = e.target { l } else { 2 });
                self.tone(&pooled, &labels.collect::<Vec<_>>())
            }
            Task::Parts => self.parts(&input, &states, &sentences, examples),
            Task::Opinion => {
                let labels = labels(examples, |t| if let Target::Opinion(l) = t { *l } else { 0 });
                self.heads.opinion(&pooled).cross_entropy_for_logits(&labels.to_device(self.device))
            }
            Task::Emotions => self.emotions(&pooled, examples),
            Task::Tags | Task::Phrases => self.words(&states, &sentences, examples),
            Task::Verdict => self.verdict(&pooled, &counts, examples),
        };
        let mut losses = Losses { task: loss.double_value(&[]), distance: None };
        let mut whole = loss;
        if rng.chance(DISTILLING) {
            let distance = self.distance(&states, &sentences, rng)?;
            losses.distance = Some(distance.double_value(&[]));
            whole += distance;
        }
        (whole * share).backward();
        Ok(losses)
    }

    fn tone(&self, pooled: &Tensor, labels: &[i64]) -> Tensor {
        let mut soft = vec![0f32; labels.len() * 5];
        for (row, &label) in soft.chunks_mut(5).zip(labels) {
            let label = label as usize;
            let beside: Vec<usize> =
                [label.wrapping_sub(1), label + 1].into_iter().filter(|&l| l < 5).collect();
            row[label] = 1.0 - NEIGHBOURS;
            beside.iter().for_each(|&l| row[l] = NEIGHBOURS / beside.len() as f32);
        }
        let soft = Tensor::from_slice(&soft).view([-1, 5]).to_device(self.device);
        -(self.heads.tone(pooled).log_softmax(-1, Kind::Float) * soft)
            .sum_dim_intlist(-1i64, false, Kind::Float)
            .mean(Kind::Float)
    }

    /// Tone of parts of sentences, from their tokens' states in the sentence: a clause is then judged from the one
    /// reading of its sentence.
    fn parts(&self, input: &Padded, states: &Tensor, sentences: &[Encoded], examples: &[&Example]) -> Tensor {
        let (mut ranges, mut labels) = (Vec::new(), Vec::new());
        for (row, (sentence, example)) in sentences.iter().zip(examples).enumerate() {
            let Target::Parts(parts) = &example.target else { continue };
            let inside = parts.iter().filter(|(range, _)| (range.end as usize) < sentence.ids.len());
            for (range, label) in inside {
                ranges.push((row, range.clone()));
                labels.push(*label);
            }
        }
        self.tone(&input.pool_ranges(states, &ranges), &labels)
    }

    /// Binary cross-entropy of each emotion, summed over them.
    fn emotions(&self, pooled: &Tensor, examples: &[&Example]) -> Tensor {
        let felt: Vec<f32> = examples
            .iter()
            .flat_map(|e| if let Target::Emotions(felt) = e.target { felt } else { [false; EMOTIONS.len()] })
            .map(|felt| f32::from(u8::from(felt)))
            .collect();
        let felt = Tensor::from_slice(&felt).view([-1, EMOTIONS.len() as i64]).to_device(self.device);
        let logits = self.heads.emotions(pooled);
        logits.binary_cross_entropy_with_logits::<Tensor>(&felt, None, None, Reduction::Sum)
            / examples.len() as f64
    }

    /// Cross-entropy over all words of the batch that have a label.
    fn words(&self, states: &Tensor, sentences: &[Encoded], examples: &[&Example]) -> Tensor {
        let length = states.size()[1];
        let (mut places, mut labels) = (Vec::new(), Vec::new());
        let mut phrases = false;
        for (row, (sentence, example)) in sentences.iter().zip(examples).enumerate() {
            let targets = match &example.target {
                Target::Tags(targets) => targets,
                Target::Phrases(targets) => {
                    phrases = true;
                    targets
                }
                _ => continue,
            };
            let known = sentence.words.iter().zip(targets).filter(|(_, label)| **label != UNKNOWN);
            for (&word, &label) in known {
                places.push(row as i64 * length + i64::from(word));
                labels.push(label);
            }
        }
        let places = Tensor::from_slice(&places).to_device(self.device);
        let labels = Tensor::from_slice(&labels).to_device(self.device);
        let chosen = states.flatten(0, 1).index_select(0, &places);
        let logits = if phrases { self.heads.phrases(&chosen) } else { self.heads.tags(&chosen) };
        logits.cross_entropy_for_logits(&labels)
    }

    /// Attention over each review's sentences (Ilse et al. 2018), then how favourable the review is.
    fn verdict(&self, pooled: &Tensor, counts: &[usize], examples: &[&Example]) -> Tensor {
        let (weights, values) = self.heads.verdict(pooled);
        let mut at = 0;
        let mut logits = Vec::new();
        for &count in counts {
            let share = weights.narrow(0, at, count as i64).softmax(0, Kind::Float);
            logits.push((share * values.narrow(0, at, count as i64)).sum(Kind::Float));
            at += count as i64;
        }
        let targets: Vec<f32> =
            examples.iter().map(|e| if let Target::Verdict(f) = e.target { f } else { 0.5 }).collect();
        let targets = Tensor::from_slice(&targets).to_device(self.device);
        Tensor::stack(&logits, 0).binary_cross_entropy_with_logits::<Tensor>(
            &targets,
            None,
            None,
            Reduction::Mean,
        )
    }

    /// How far sentence vectors are from the base model's, and span vectors from the base model's reading of the span
    /// alone: a span's meaning is then had without encoding it a second time.
    fn distance(&self, states: &Tensor, sentences: &[Encoded], rng: &mut Rng) -> Result<Tensor, TrainError> {
        let length = states.size()[1];
        let (mut texts, mut rows) = (Vec::new(), Vec::new());
        let mut masks = Vec::new();
        for _ in 0..DISTILLED.min(sentences.len()) {
            let row = rng.below(sentences.len());
            let sentence = &sentences[row];
            let mut mask = vec![0f32; length as usize];
            mask[..sentence.ids.len()].fill(1.0);
            texts.push(Encoded { types: vec![0; sentence.ids.len()], ..sentence.clone() });
            rows.push(row as i64);
            masks.extend(mask);
            let words = sentence.words.len();
            if words > 1 {
                let first = rng.below(words);
                let end = (first + 1 + rng.below(4)).min(words);
                let from = sentence.words[first] as usize;
                let to = sentence.words.get(end).map_or(sentence.ids.len() - 1, |&w| w as usize);
                let mut ids = vec![sentence.ids[0]];
                ids.extend(&sentence.ids[from..to]);
                ids.push(sentence.ids[sentence.ids.len() - 1]);
                let mut mask = vec![0f32; length as usize];
                mask[from..to].fill(1.0);
                texts.push(Encoded { types: vec![0; ids.len()], ids, words: Vec::new() });
                rows.push(row as i64);
                masks.extend(mask);
            }
        }
        let wanted = tch::no_grad(|| {
            let input = Padded::new(&texts.iter().collect::<Vec<_>>(), self.device);
            Ok::<_, TrainError>(input.pool(&self.teacher.forward(&input, false)?))
        })?;
        let rows = Tensor::from_slice(&rows).to_device(self.device);
        let mask = Tensor::from_slice(&masks).view([-1, length]).to_device(self.device).unsqueeze(-1);
        let spans = (states.index_select(0, &rows) * &mask).sum_dim_intlist(1i64, false, Kind::Float)
            / mask.sum_dim_intlist(1i64, false, Kind::Float);
        let cosine = Tensor::cosine_similarity(&self.heads.vector(&spans), &wanted, 1, 1e-6);
        Ok(cosine.ones_like().mean(Kind::Float) - cosine.mean(Kind::Float))
    }
}

fn labels(examples: &[&Example], label: impl Fn(&Target) -> i64) -> Tensor {
    Tensor::from_slice(&examples.iter().map(|e| label(&e.target)).collect::<Vec<_>>())
}
