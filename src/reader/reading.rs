//! What goes into the encoder and what comes out of one pass.

use std::ops::Range;
use std::sync::Arc;

use super::TAGS;

/// Probabilities of the labels of [`TAGS`] for one word.
pub type Tags = [f32; TAGS.len()];

/// Probabilities that one word is outside, begins and continues a key phrase.
pub type Phrases = [f32; 3];

/// Several sentences end to end, without padding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// WordPiece ids, `[CLS] … [SEP]` for every sentence.
    pub ids: Vec<u32>,
    /// Token types: the letter case of each token's word (see [`crate::text::Case`]), as long as `ids`.
    pub types: Vec<u8>,
    /// Where each sentence begins in `ids`, and the end of the last: `sentences + 1` rising numbers from 0.
    pub offsets: Vec<usize>,
    /// For each sentence, for each of its words in order, the index of the word's first token, counted from
    /// the sentence's own `[CLS]` (which is 0). Words cut off by the length limit are missing at the end.
    pub words: Vec<Vec<u32>>,
}

impl Batch {
    /// One of its sentences as a batch of its own.
    pub(super) fn sentence(&self, index: usize) -> Batch {
        let tokens = self.offsets[index]..self.offsets[index + 1];
        Batch {
            ids: self.ids[tokens.clone()].to_vec(),
            types: self.types[tokens.clone()].to_vec(),
            offsets: vec![0, tokens.len()],
            words: vec![self.words[index].clone()],
        }
    }

    /// Puts the sentences of another batch behind its own.
    pub(super) fn append(&mut self, other: Batch) {
        let before = self.ids.len();
        let known = usize::from(!self.offsets.is_empty());
        self.offsets.extend(other.offsets.iter().skip(known).map(|offset| before + offset));
        self.ids.extend(other.ids);
        self.types.extend(other.types);
        self.words.extend(other.words);
    }
}

/// The encoder's last hidden states for a batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct States {
    /// `tokens × width`, row-major, in the order of [`Batch::ids`].
    pub values: Vec<f32>,
    /// Hidden size: 384.
    pub width: usize,
}

/// Every answer about one sentence, from one pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Logits of very_negative, negative, neutral, positive, very_positive.
    pub tone: [f32; 5],
    /// Probability, 0 to 1, that the sentence judges rather than tells the plot.
    pub opinion: f32,
    /// Logit of how much the sentence counts for the review's verdict (softmax over the review's sentences).
    pub weight: f32,
    /// The sentence's own verdict: logit of a favourable review.
    pub verdict: f32,
    /// Probabilities of [`crate::reader::EMOTIONS`], each of its own; none where the model does not know them.
    pub emotions: Vec<f32>,
    /// For each word.
    pub tags: Vec<Tags>,
    /// For each word; none where the model does not know them.
    pub phrases: Vec<Phrases>,
    /// Unit-length embedding of the sentence (384).
    pub vector: Vec<f32>,
    /// Last hidden states of the sentence's tokens, `tokens × 384`, `[CLS]` first: for the vectors of spans. Shared by all
    /// readings of the same sentence.
    pub states: Arc<[f32]>,
    /// As in [`Batch::words`].
    pub words: Vec<u32>,
}

impl Reading {
    /// Mean of the states of the tokens of some words; `None` where the sentence has no such tokens.
    pub fn mean(&self, words: Range<usize>) -> Option<Vec<f32>> {
        let mut mean = Vec::with_capacity(self.vector.len());
        self.push_mean(words, &mut mean)?;
        Some(mean)
    }

    /// [`Reading::mean`], put at the end of other means; `None`, and nothing is put, where there is none.
    pub fn push_mean(&self, words: Range<usize>, means: &mut Vec<f32>) -> Option<()> {
        let width = self.vector.len();
        let tokens = self.states.len().checked_div(width)?;
        let first = *self.words.get(words.start)? as usize;
        // The last token is [SEP].
        let end = self.words.get(words.end).map_or(tokens.saturating_sub(1), |next| *next as usize);
        let states = self.states.get(first * width..end * width).filter(|states| !states.is_empty())?;
        let start = means.len();
        let share = 1.0 / (end - first) as f32;
        let (first, others) = states.split_at(width);
        means.extend(first.iter().map(|value| value * share));
        let mean = &mut means[start..];
        for row in others.chunks_exact(width) {
            mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * share);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_put_together_come_out_as_they_were() {
        let whole = Batch {
            ids: vec![1, 5, 2, 1, 6, 7, 2],
            types: vec![0, 1, 0, 0, 2, 3, 0],
            offsets: vec![0, 3, 7],
            words: vec![vec![1], vec![1, 2]],
        };
        let mut again = Batch::default();
        for index in 0..2 {
            again.append(whole.sentence(index));
        }
        assert_eq!(again, whole);
    }
}
