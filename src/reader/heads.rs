//! The heads: every answer about a sentence from the encoder's states of it, for both engines. They are in float32 but
//! for the vectors, whose map has int8 weights: there are more spans than tokens to take vectors of.

use super::embedded::Projection;
use super::matrix::{Matrix, dot};
use super::reading::{Batch, Phrases, Reading, States, Tags};
use super::weights::{Weights, WeightsError};
use super::{EMOTIONS, ReaderError, TAGS};

/// A linear layer, weights (outputs, inputs).
#[derive(Debug, Clone)]
struct Linear {
    weight: Matrix,
    bias: Vec<f32>,
}

impl Linear {
    /// Takes layers by name and number of outputs, whose outputs stand one behind the other.
    fn new(weights: &Weights, layers: &[(&str, usize)], inputs: usize) -> Result<Linear, WeightsError> {
        let (mut weight, mut bias) = (Vec::new(), Vec::new());
        for &(name, outputs) in layers {
            weight.extend(weights.floats(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.extend(weights.floats(&format!("{name}.bias"), &[outputs])?);
        }
        Ok(Linear { weight: Matrix::new(inputs, &weight), bias })
    }

    /// Writes the outputs to the beginning of `out`, and gives their number.
    fn apply_into(&self, input: &[f32], out: &mut [f32]) -> usize {
        let out = &mut out[..self.bias.len()];
        self.weight.dots_into(input, out);
        out.iter_mut().zip(&self.bias).for_each(|(output, bias)| *output += bias);
        out.len()
    }

    fn apply(&self, input: &[f32]) -> Vec<f32> {
        self.biased(self.weight.dots(input))
    }

    /// The outputs for several inputs, one after the other: inputs × outputs.
    fn apply_to_all(&self, inputs: &[f32]) -> Vec<f32> {
        self.biased(self.weight.dots_of_all(inputs))
    }

    fn biased(&self, mut products: Vec<f32>) -> Vec<f32> {
        for products in products.chunks_exact_mut(self.bias.len().max(1)) {
            products.iter_mut().zip(&self.bias).for_each(|(product, bias)| *product += bias);
        }
        products
    }
}

/// How a sentence's place in its review, and whether it judges, shift its weight in the verdict.
///
/// Added to [`Reading::weight`] before the softmax over a review's sentences. A file without these tensors has zeros.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attention {
    /// For the first, second and third sentence, and all others.
    pub start: [f32; 4],
    /// For the last, last but one and last but two, and all others.
    pub end: [f32; 4],
    /// Times the logarithm of [`Reading::opinion`].
    pub opinion: f32,
}

impl Attention {
    fn new(weights: &Weights) -> Result<Attention, WeightsError> {
        let four = |name: &str| -> Result<[f32; 4], WeightsError> {
            let mut out = [0.0; 4];
            if weights.get(name).is_some() {
                out.copy_from_slice(weights.floats(name, &[4])?);
            }
            Ok(out)
        };
        let opinion = match weights.get("weight.opinion") {
            Some(_) => weights.floats("weight.opinion", &[1])?[0],
            None => 0.0,
        };
        Ok(Attention { start: four("weight.start")?, end: four("weight.end")?, opinion })
    }

    /// The logit of sentence `index` of `count`, given its own `weight` and `opinion`.
    pub fn logit(&self, index: usize, count: usize, weight: f32, opinion: f32) -> f32 {
        let from_end = count.saturating_sub(index + 1);
        weight + self.start[index.min(3)] + self.end[from_end.min(3)] + self.opinion * opinion.max(1e-4).ln()
    }
}

/// What probabilities of emotions are held against, each in the order of [`EMOTIONS`].
///
/// A file without these tensors has thresholds of one half and rates of 0.
#[derive(Debug, Clone, PartialEq)]
pub struct EmotionScale {
    /// From which probability on a sentence is said to show the emotion, 0 to 1.
    pub thresholds: Vec<f32>,
    /// Mean probability over the opinions of ordinary reviews, 0 to 1.
    pub rates: Vec<f32>,
}

impl EmotionScale {
    fn new(weights: &Weights) -> Result<EmotionScale, WeightsError> {
        let row = |name: &str, default: f32| match weights.get(name) {
            Some(_) => weights.floats(name, &[EMOTIONS.len()]).map(<[f32]>::to_vec),
            None => Ok(vec![default; EMOTIONS.len()]),
        };
        Ok(EmotionScale { thresholds: row("emotion.threshold", 0.5)?, rates: row("emotion.rate", 0.0)? })
    }
}

/// What the heads see of a sentence: for fitting the verdict on a frozen encoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// Mean of the token states.
    pub mean: Vec<f32>,
    /// The hidden layer of tone, which the verdict reads too.
    pub hidden: Vec<f32>,
    /// As [`Reading::opinion`].
    pub opinion: f32,
}

/// All heads of a reader.
pub struct Heads {
    width: usize,
    tone_dense: Linear,
    tone_out: Linear,
    opinion: Linear,
    weight: Linear,
    verdict: Linear,
    /// A word's [`TAGS`], and behind them its place in a key phrase where the model was trained with those.
    words: Linear,
    /// Absent from models that were trained without emotions.
    emotion: Option<Linear>,
    emotion_scale: EmotionScale,
    vector: Projection,
    attention: Attention,
}

impl Heads {
    /// Takes the heads of an encoder of that width out of `weights`.
    ///
    /// # Errors
    /// A head that is missing or of another shape.
    pub fn new(weights: &Weights, width: usize) -> Result<Heads, WeightsError> {
        let linear = |name: &str, outputs| Linear::new(weights, &[(name, outputs)], width);
        let phrases = weights.get("phrases.weight").map(|_| ("phrases", 3));
        let words: Vec<_> = [("tags", TAGS.len())].into_iter().chain(phrases).collect();
        let optional = |name: &str, outputs| {
            weights.get(&format!("{name}.weight")).is_some().then(|| linear(name, outputs)).transpose()
        };
        Ok(Heads {
            width,
            tone_dense: linear("tone.dense", width)?,
            tone_out: linear("tone.out", 5)?,
            opinion: linear("opinion", 2)?,
            weight: linear("weight", 1)?,
            verdict: linear("verdict", 1)?,
            words: Linear::new(weights, &words, width)?,
            emotion: optional("emotion", EMOTIONS.len())?,
            emotion_scale: EmotionScale::new(weights)?,
            vector: Projection::new(
                weights.tensor("vector.weight", &[width, width])?,
                weights.floats("vector.bias", &[width])?,
            )?,
            attention: Attention::new(weights)?,
        })
    }

    /// Length of a token's state, and of a vector.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How sentences are weighed against each other.
    pub fn attention(&self) -> &Attention {
        &self.attention
    }

    /// What an emotion's probability is held against.
    pub fn emotion_scale(&self) -> &EmotionScale {
        &self.emotion_scale
    }

    /// Logits of the five steps of tone of spans, from the means of their token states in their sentences, one after
    /// the other. Many together take less time than one by one, and come out the same.
    pub fn tones(&self, means: &[f32]) -> Vec<[f32; 5]> {
        let tones = self.tone_out.apply_to_all(&self.hidden(means));
        tones.as_chunks().0.to_vec()
    }

    /// The hidden layer of tone for means of token states, one after the other.
    fn hidden(&self, means: &[f32]) -> Vec<f32> {
        let mut hidden = self.tone_dense.apply_to_all(means);
        hidden.iter_mut().for_each(|value| *value = gelu(*value));
        hidden
    }

    /// Probability, 0 to 1, that a span judges rather than tells, from the mean of its token states.
    pub fn opinion(&self, mean: &[f32]) -> f32 {
        softmax(&self.opinion.apply(mean))[0]
    }

    /// Probabilities of [`EMOTIONS`], from the mean of a sentence's states; none where the model has no such head.
    pub fn emotions(&self, mean: &[f32]) -> Vec<f32> {
        let logits = self.emotion.as_ref().map_or_else(Vec::new, |head| head.apply(mean));
        logits.into_iter().map(|logit| 1.0 / (1.0 + (-logit).exp())).collect()
    }

    /// Embeddings of spans, one after the other, from the means of their token states; unit length each. Many together
    /// take less time than one by one, and come out the same.
    pub fn embed(&self, means: &[f32]) -> Vec<f32> {
        let mut vectors = self.vector.apply(means);
        vectors.chunks_exact_mut(self.width.max(1)).for_each(to_unit);
        vectors
    }

    /// What the heads see of each sentence of a batch.
    ///
    /// # Errors
    /// States that do not belong to the batch.
    pub fn pool(&self, batch: &Batch, states: &States) -> Result<Vec<Pooled>, ReaderError> {
        let means = self.means(batch, states)?;
        let hidden = self.hidden(&means);
        let rows = means.chunks_exact(self.width).zip(hidden.chunks_exact(self.width));
        let pooled = rows.map(|(mean, hidden)| Pooled {
            mean: mean.to_vec(),
            hidden: hidden.to_vec(),
            opinion: self.opinion(mean),
        });
        Ok(pooled.collect())
    }

    /// Every answer about each sentence of a batch.
    ///
    /// # Errors
    /// States that do not belong to the batch.
    pub fn read(&self, batch: &Batch, states: &States) -> Result<Vec<Reading>, ReaderError> {
        let means = self.means(batch, states)?;
        let (hidden, vectors) = (self.hidden(&means), self.embed(&means));
        let rows = |values| <[f32]>::chunks_exact(values, self.width);
        let pooled = rows(&means).zip(rows(&hidden)).zip(rows(&vectors));
        let sentences = self.sentences(batch, states)?.zip(pooled);
        let readings = sentences.map(|((sentence, words), ((mean, hidden), vector))| {
            let tone = self.tone_out.apply(hidden);
            let (tags, phrases) = self.labels(sentence, words);
            Reading {
                tone: [tone[0], tone[1], tone[2], tone[3], tone[4]],
                opinion: self.opinion(mean),
                weight: self.weight.apply(mean)[0],
                verdict: self.verdict.apply(hidden)[0],
                emotions: self.emotions(mean),
                tags,
                phrases,
                vector: vector.to_vec(),
                states: sentence.into(),
                words: words.to_vec(),
            }
        });
        Ok(readings.collect())
    }

    /// Probabilities of each word's tags, and of its places in a key phrase, from the states of a sentence.
    fn labels(&self, sentence: &[f32], words: &[u32]) -> (Vec<Tags>, Vec<Phrases>) {
        let mut logits = [0.0; TAGS.len() + 3];
        let (mut tags, mut phrases) = (Vec::with_capacity(words.len()), Vec::with_capacity(words.len()));
        for &word in words {
            let at = word as usize * self.width;
            let known = self.words.apply_into(&sentence[at..at + self.width], &mut logits);
            let (of_tags, of_phrases) = logits[..known].split_at_mut(TAGS.len());
            to_softmax(of_tags);
            to_softmax(of_phrases);
            tags.extend(of_tags.as_chunks().0);
            phrases.extend(of_phrases.as_chunks().0);
        }
        (tags, phrases)
    }

    /// The mean of each sentence's token states, one after the other.
    fn means(&self, batch: &Batch, states: &States) -> Result<Vec<f32>, ReaderError> {
        let sentences = self.sentences(batch, states)?;
        let mut means = vec![0.0; sentences.size_hint().0 * self.width];
        for (mean, (rows, _)) in means.chunks_exact_mut(self.width).zip(sentences) {
            for row in rows.chunks_exact(self.width) {
                mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            }
            let scale = self.width as f32 / rows.len().max(1) as f32;
            mean.iter_mut().for_each(|sum| *sum *= scale);
        }
        Ok(means)
    }

    /// The states and the words' first tokens of each sentence, checked so that no index can fall outside.
    fn sentences<'a>(
        &self,
        batch: &'a Batch,
        states: &'a States,
    ) -> Result<impl Iterator<Item = (&'a [f32], &'a [u32])> + use<'a>, ReaderError> {
        let width = self.width;
        let fits = states.width == width
            && states.values.len() == batch.ids.len() * width
            && batch.offsets.last().copied().unwrap_or(0) == batch.ids.len()
            && batch.words.len() + 1 == batch.offsets.len().max(1)
            && batch.offsets.windows(2).zip(&batch.words).all(|(ends, words)| {
                ends[0] < ends[1] && words.iter().all(|&w| (w as usize) < ends[1] - ends[0])
            });
        if !fits {
            return Err(ReaderError::Batch("states and batch disagree".to_string()));
        }
        Ok(batch
            .offsets
            .windows(2)
            .zip(&batch.words)
            .map(move |(ends, words)| (&states.values[ends[0] * width..ends[1] * width], words.as_slice())))
    }
}

/// Probabilities from logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let mut out = logits.to_vec();
    to_softmax(&mut out);
    out
}

fn to_softmax(logits: &mut [f32]) {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter_mut().for_each(|l| *l = (*l - top).exp());
    let sum: f32 = logits.iter().sum();
    logits.iter_mut().for_each(|p| *p /= sum);
}

fn to_unit(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|v| *v /= length);
}

/// x·Φ(x), with the error function by Abramowitz and Stegun 7.1.26 (error below 1.5e-7).
fn gelu(x: f32) -> f32 {
    let z = x.abs() / std::f32::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly =
        t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    let erf = (1.0 - poly * (-z * z).exp()).copysign(x);
    0.5 * x * (1.0 + erf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Tensor;

    fn weights(width: usize) -> Weights {
        let mut weights = Weights::default();
        let mut add = |name: &str, outputs: usize| {
            let values = (0..outputs * width).map(|i| ((i * 37 % 17) as f32 - 8.0) / 20.0).collect();
            weights.insert(format!("{name}.weight"), Tensor::f32(vec![outputs, width], values).unwrap());
            weights.insert(format!("{name}.bias"), Tensor::f32(vec![outputs], vec![0.1; outputs]).unwrap());
        };
        for (name, outputs) in [
            ("tone.dense", width),
            ("tone.out", 5),
            ("opinion", 2),
            ("weight", 1),
            ("verdict", 1),
            ("tags", TAGS.len()),
            ("phrases", 3),
            ("vector", width),
        ] {
            add(name, outputs);
        }
        weights
    }

    fn batch() -> (Batch, States) {
        let batch = Batch {
            ids: vec![1, 5, 2, 1, 6, 7, 2],
            types: vec![0; 7],
            offsets: vec![0, 3, 7],
            words: vec![vec![1], vec![1, 2]],
        };
        let values = (0..7 * 16).map(|i| ((i * 31 % 23) as f32 - 11.0) / 9.0).collect();
        (batch, States { values, width: 16 })
    }

    #[test]
    fn every_answer_is_there_and_in_range() {
        let heads = Heads::new(&weights(16), 16).unwrap();
        let (batch, states) = batch();
        let readings = heads.read(&batch, &states).unwrap();
        assert_eq!(readings.len(), 2);
        let reading = &readings[1];
        assert_eq!((reading.tags.len(), reading.phrases.len(), reading.states.len()), (2, 2, 64));
        assert!((reading.tags[0].iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!((dot(&reading.vector, &reading.vector) - 1.0).abs() < 1e-5);
        assert!((0.0..=1.0).contains(&reading.opinion));
    }

    #[test]
    fn states_of_another_batch_are_refused() {
        let heads = Heads::new(&weights(16), 16).unwrap();
        let (mut batch, states) = batch();
        batch.words[0] = vec![3];
        assert!(heads.read(&batch, &states).is_err());
        batch.words[0] = vec![1];
        batch.ids.pop();
        assert!(heads.read(&batch, &states).is_err());
    }

    #[test]
    fn a_missing_head_is_named() {
        let mut weights = weights(16);
        weights.insert("opinion.weight", Tensor::f32(vec![1, 16], vec![0.0; 16]).unwrap());
        let error = Heads::new(&weights, 16).err().unwrap().to_string();
        assert!(error.contains("opinion.weight"), "{error}");
    }

    #[test]
    fn gelu_at_known_points() {
        for (x, y) in [(0.0, 0.0), (1.0, 0.841_344_7), (-1.0, -0.158_655_25), (3.0, 2.995_95), (-6.0, 0.0)] {
            assert!((gelu(x) - y).abs() < 1e-5, "{x}");
        }
    }

    #[test]
    fn place_and_opinion_shift_the_weight() {
        let attention = Attention { start: [1.0, 0.5, 0.25, 0.0], end: [4.0, 3.0, 2.0, 0.0], opinion: 1.0 };
        assert_eq!(attention.logit(0, 1, 0.5, 1.0), 5.5);
        assert_eq!(attention.logit(1, 10, 0.0, 1.0), 0.5);
        assert!(attention.logit(5, 10, 0.0, 0.01) < attention.logit(5, 10, 0.0, 0.9));
    }
}
