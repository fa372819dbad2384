//! What is said of one review: the struct that reports are written from.

use serde::{Deserialize, Serialize};

/// A step of the five-step scale of tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// −1
    VeryNegative,
    /// −0.5
    Negative,
    /// 0
    Neutral,
    /// 0.5
    Positive,
    /// 1
    VeryPositive,
}

/// Tone of a review or of a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tone {
    /// −1 (very negative) to 1 (very positive).
    pub score: f64,
    /// The nearest step.
    pub label: Label,
    /// 0 to 1: how sure the reader is of the side.
    pub confidence: f64,
    /// 0 to 1: high where strong sentences disagree.
    pub ambivalence: f64,
    /// 0 to 1: share of words in sentences that judge.
    pub opinion_share: f64,
}

/// A place where an entity is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// First code point in the review's text as given.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The text as given between them.
    pub text: String,
}

/// Somebody or something named in a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Its fullest name.
    pub text: String,
    /// PERSON, ORGANIZATION, LOCATION, WORK or MISC.
    #[serde(rename = "type")]
    pub kind: String,
    /// Number of mentions.
    pub count: usize,
    /// 0 to 1: how much of the review is about it.
    pub salience: f64,
    /// −1 to 1: tone of the sentences that name it; absent where none of them judges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<f64>,
    /// In the order of the text.
    pub mentions: Vec<Mention>,
}

/// A theme of the review in its own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Keyphrase {
    /// The phrase as most often written, lower case unless a name.
    pub text: String,
    /// 0 to 1, falling.
    pub score: f64,
    /// Number of occurrences.
    pub count: usize,
}

/// One sentence with its own figures (a line of `sentences.jsonl`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentenceTone {
    /// First code point in the review's text as given.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// `prose`, `heading` or `caption`.
    pub block: String,
    /// −1 to 1.
    pub score: f64,
    /// The most probable step.
    pub label: Label,
    /// Probability that the sentence judges rather than tells the plot.
    pub opinion: f64,
    /// Share of the review's verdict, 0 to 1; over a review they add up to 1 (0 for captions and headings).
    pub weight: f64,
}

/// Everything said of one review.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Number of words of the text, symbols not counted.
    pub words: usize,
    /// The verdict.
    pub tone: Tone,
    /// Most salient first.
    pub entities: Vec<Entity>,
    /// Best first.
    pub keyphrases: Vec<Keyphrase>,
    /// In the order of the text.
    pub sentences: Vec<SentenceTone>,
}
