//! What is said of one review: the struct that reports are written from.

use serde::{Deserialize, Serialize};

/// A step of the five-step scale of tone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// −1
    VeryNegative,
    /// −0.5
    Negative,
    /// 0
    #[default]
    Neutral,
    /// 0.5
    Positive,
    /// 1
    VeryPositive,
}

/// Tone of a review or of a sentence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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

/// The language that a review is written in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Language {
    /// ISO 639-3 code, such as `eng`.
    pub code: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// Something that a user should know before trusting a review's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Three quarters of its words or more tell the plot; the verdict rests on the rest.
    MostlyPlot,
    /// It is not in English, which is what the reader has learnt.
    NotEnglish,
}

impl Note {
    /// As the reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Note::MostlyPlot => "mostly_plot",
            Note::NotEnglish => "not_english",
        }
    }
}

/// A feeling that stands out in a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Emotion {
    /// One of [`crate::reader::EMOTIONS`], never `neutral`.
    pub label: String,
    /// 0 to 1: mean probability over what the review says as its opinion.
    pub score: f64,
    /// How many times as strong as in ordinary reviews.
    pub lift: f64,
}

/// An aspect that a review judges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aspect {
    /// Its id in the set of aspects.
    pub aspect: String,
    /// −1 to 1: tone of the clauses that judge it.
    pub score: f64,
    /// The nearest step.
    pub label: Label,
    /// 0 to 1: how sure the reader is that it is judged at all.
    pub confidence: f64,
    /// The sentences that judge it, rising.
    pub sentences: Vec<usize>,
    /// The clause that says it most clearly.
    pub quote: Quote,
}

/// What best carries the verdict.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quotes {
    /// For it.
    pub positive: Option<Quote>,
    /// Against it.
    pub negative: Option<Quote>,
}

/// A sentence or clause of the text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// First code point in the review's text as given.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// Its words, with single spaces; empty where a report leaves texts out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
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

/// What a person has to do with the film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Directs it.
    Director,
    /// Plays in it.
    Actor,
    /// Is played in it.
    Character,
    /// Wrote it, or what it is made from.
    Writer,
    /// Made its music.
    Composer,
    /// Shot it.
    Cinematographer,
    /// Cut it.
    Editor,
    /// Produced it.
    Producer,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 8] = [
        Role::Director,
        Role::Actor,
        Role::Character,
        Role::Writer,
        Role::Composer,
        Role::Cinematographer,
        Role::Editor,
        Role::Producer,
    ];

    /// The role that the reports write so.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The role as the reports write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Director => "director",
            Role::Actor => "actor",
            Role::Character => "character",
            Role::Writer => "writer",
            Role::Composer => "composer",
            Role::Cinematographer => "cinematographer",
            Role::Editor => "editor",
            Role::Producer => "producer",
        }
    }
}

/// Somebody or something named in a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Its fullest name.
    pub text: String,
    /// PERSON, ORGANIZATION, LOCATION, WORK or MISC.
    #[serde(rename = "type")]
    pub kind: String,
    /// What a person has to do with the film; absent where the review does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Keyphrase {
    /// The phrase as most often written, lower case unless a name.
    pub text: String,
    /// 0 to 1, falling.
    pub score: f64,
    /// Number of occurrences.
    pub count: usize,
    /// Stems of its words with spaces between them, alike for all forms of the phrase.
    #[serde(skip)]
    pub stems: String,
    /// Its meaning: unit length, or empty where the reader gave none.
    #[serde(skip)]
    pub vector: Vec<f32>,
    /// Index of the sentence with it that judges most, the first of them.
    #[serde(skip)]
    pub sentence: usize,
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
    /// `opinion` or `plot`: whether it judges or tells.
    pub kind: String,
    /// Probability that the sentence judges rather than tells the plot.
    pub opinion: f64,
    /// Share of the review's verdict, 0 to 1; over a review they add up to 1 (0 for captions and headings).
    pub weight: f64,
}

/// Where a review's film comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilmSource {
    /// The input says it.
    Given,
    /// The text makes it likely.
    Inferred,
}

impl FilmSource {
    /// As the reports write it.
    pub fn as_str(self) -> &'static str {
        match self {
            FilmSource::Given => "given",
            FilmSource::Inferred => "inferred",
        }
    }
}

/// The film that a review is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Film {
    /// As given, or as the text writes it.
    pub title: String,
    /// Of its release, where the text says it beside the title.
    pub year: Option<u16>,
    /// Given with the review, or inferred from its text.
    pub source: FilmSource,
    /// 0 to 1: how likely it is the film; 1 where given.
    pub confidence: f64,
}

/// Everything said of one review.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Analysis {
    /// Number of words of the text, symbols not counted.
    pub words: usize,
    /// Given, or inferred where the text makes it clear.
    pub film: Option<Film>,
    /// Where the text is long enough to tell.
    pub language: Option<Language>,
    /// What to know before trusting the figures.
    pub notes: Vec<Note>,
    /// The verdict.
    pub tone: Tone,
    /// Strongest first, at most three.
    pub emotions: Vec<Emotion>,
    /// In the order of the set of aspects.
    pub aspects: Vec<Aspect>,
    /// For and against.
    pub quotes: Quotes,
    /// Most salient first.
    pub entities: Vec<Entity>,
    /// Best first.
    pub keyphrases: Vec<Keyphrase>,
    /// In the order of the text.
    pub sentences: Vec<SentenceTone>,
}
