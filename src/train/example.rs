//! Labelled examples, tokenised once before training begins.

use crate::reader::{Batch, EMOTIONS, Tokenizer};
use crate::text::Word;

/// What an example teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Five steps of tone of one sentence.
    Tone,
    /// Five steps of tone of parts of one sentence, read in it.
    Parts,
    /// Judging or telling, of one sentence.
    Opinion,
    /// Names, of each word.
    Tags,
    /// Key phrases, of each word.
    Phrases,
    /// Feelings, of one sentence.
    Emotions,
    /// How favourable a whole review is.
    Verdict,
}

/// One tokenised sentence.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// WordPiece ids with `[CLS]` and `[SEP]`.
    pub ids: Vec<u32>,
    /// Letter case of each token's word.
    pub types: Vec<u8>,
    /// First token of each word.
    pub words: Vec<u32>,
}

impl Encoded {
    /// Tokenises one sentence.
    pub fn new(tokenizer: &Tokenizer, text: &str, words: &[Word]) -> Encoded {
        let mut batch = Batch::default();
        tokenizer.push(&mut batch, text, words);
        Encoded { ids: batch.ids, types: batch.types, words: batch.words.pop().unwrap_or_default() }
    }

    /// Cuts to `max` tokens, keeping the closing `[SEP]`; returns whether anything was cut.
    pub fn truncated(&self, max: usize) -> Encoded {
        if self.ids.len() <= max {
            return self.clone();
        }
        let mut ids = self.ids[..max].to_vec();
        let mut types = self.types[..max].to_vec();
        ids[max - 1] = self.ids[self.ids.len() - 1];
        types[max - 1] = 0;
        let words = self.words.iter().copied().filter(|&w| (w as usize) < max - 1).collect();
        Encoded { ids, types, words }
    }
}

/// A word's tag that nobody has given: nothing is learnt from it.
pub const UNKNOWN: i64 = -1;

/// The label of an example.
#[derive(Debug, Clone)]
pub enum Target {
    /// 0 (very negative) to 4 (very positive).
    Tone(i64),
    /// Some of the sentence's parts, as ranges of its tokens, each with its step.
    Parts(Vec<(std::ops::Range<u32>, i64)>),
    /// 0 judges, 1 tells.
    Opinion(i64),
    /// Index into [`crate::reader::TAGS`] for each word; [`UNKNOWN`] where it is not known.
    Tags(Vec<i64>),
    /// 0 outside, 1 begins, 2 continues, for each word.
    Phrases(Vec<i64>),
    /// Whether each of [`crate::reader::EMOTIONS`] is felt.
    Emotions([bool; EMOTIONS.len()]),
    /// Probability, 0 to 1, that the review is favourable: its rating on its scale.
    Verdict(f32),
}

/// One labelled sentence, or one labelled review as its sentences.
#[derive(Debug, Clone)]
pub struct Example {
    /// One sentence, or for [`Target::Verdict`] all of a review's.
    pub sentences: Vec<Encoded>,
    /// Its label.
    pub target: Target,
}

impl Example {
    /// The task that this example belongs to.
    pub fn task(&self) -> Task {
        match self.target {
            Target::Tone(_) => Task::Tone,
            Target::Parts(_) => Task::Parts,
            Target::Opinion(_) => Task::Opinion,
            Target::Tags(_) => Task::Tags,
            Target::Phrases(_) => Task::Phrases,
            Target::Emotions(_) => Task::Emotions,
            Target::Verdict(_) => Task::Verdict,
        }
    }

    /// Number of tokens, for batches of like lengths.
    pub fn tokens(&self) -> usize {
        self.sentences.iter().map(|s| s.ids.len()).sum()
    }
}
