//! What a line says of a review.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::analysis::{Aspect, Emotion, Entity, FilmSource, Keyphrase, Label, Language, Note};
use crate::corpus::Origin;

/// A line of `reviews.jsonl`. What is not there is empty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Line {
    /// Unique in a run.
    #[serde(deserialize_with = "text")]
    pub id: String,
    /// Title of the film or product.
    #[serde(deserialize_with = "named")]
    pub film: Option<String>,
    /// Where the film comes from.
    #[serde(default)]
    pub film_source: Option<FilmSource>,
    /// Who wrote the review.
    #[serde(deserialize_with = "named")]
    pub critic: Option<String>,
    /// Where it was published.
    #[serde(default, deserialize_with = "named")]
    pub outlet: Option<String>,
    /// When, as given.
    #[serde(default, deserialize_with = "named")]
    pub date: Option<String>,
    /// The rating as given: `3.5`, `3/4`, `B+`.
    #[serde(default, deserialize_with = "named")]
    pub rating: Option<String>,
    /// Where the review was read from.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// As given; every offset counts its code points.
    #[serde(default)]
    pub text: Option<String>,
    /// Number of words.
    #[serde(default)]
    pub words: usize,
    /// In the order of the text.
    #[serde(default)]
    pub sentences: Vec<Sentence>,
    /// Language, where the text is long enough to tell.
    #[serde(default)]
    pub language: Option<Language>,
    /// What to know before trusting the figures.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// The verdict.
    pub tone: Tone,
    /// Strongest first.
    #[serde(default)]
    pub emotions: Vec<Emotion>,
    /// What the review judges.
    #[serde(default)]
    pub aspects: Vec<Aspect>,
    /// Best first.
    #[serde(default)]
    pub keyphrases: Vec<Keyphrase>,
    /// Most salient first.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// For and against.
    #[serde(default)]
    pub quotes: Quotes,
}

/// Tone of a review; figures from elsewhere may have the score alone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Tone {
    /// −1 (very negative) to 1 (very positive).
    #[serde(deserialize_with = "score")]
    pub score: f64,
    /// The nearest step.
    #[serde(default)]
    pub label: Option<Label>,
    /// 0 to 1: how sure the reader is of the side.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// 0 to 1: high where strong sentences disagree.
    #[serde(default)]
    pub ambivalence: Option<f64>,
    /// 0 to 1: share of words in sentences that judge.
    #[serde(default)]
    pub opinion_share: Option<f64>,
}

impl Tone {
    /// The label as given or, where there is none, the step nearest to the score.
    pub fn label(&self) -> Label {
        self.label.unwrap_or_else(|| Label::of(self.score))
    }
}

/// A sentence: where it stands, and its figures.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sentence {
    /// First code point in the review's text as given.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// `heading` or `caption`; none in the running text.
    #[serde(default)]
    pub block: Option<String>,
    /// −1 to 1.
    #[serde(deserialize_with = "score")]
    pub score: f64,
    /// `opinion` or `plot`.
    pub kind: String,
    /// 0 to 1: probability that it judges rather than tells.
    pub opinion: f64,
    /// 0 to 1: its share of the review's verdict.
    pub weight: f64,
}

impl Sentence {
    /// Whether it tells the plot rather than judges.
    pub fn is_plot(&self) -> bool {
        self.kind == "plot"
    }
}

/// The sentences or clauses that best carry the verdict, with their code points in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Quotes {
    /// For it.
    pub positive: Option<String>,
    /// Against it.
    pub negative: Option<String>,
    /// First code point of `positive`, and one past its last.
    pub positive_span: Option<[usize; 2]>,
    /// The same of `negative`.
    pub negative_span: Option<[usize; 2]>,
}

/// A text, or a number written as one: ids and ratings of other programs are often numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Text(String),
    Number(serde_json::Number),
}

impl From<Given> for String {
    fn from(given: Given) -> Self {
        match given {
            Given::Text(text) => text,
            Given::Number(number) => number.to_string(),
        }
    }
}

/// Reads a text or a number, as text.
///
/// # Errors
/// Where it is neither.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Given::deserialize(deserializer)
        .map(String::from)
        .map_err(|_| D::Error::custom("neither text nor number"))
}

/// Reads a name: text, a number as text, or none where it is null or blank.
///
/// # Errors
/// Where it is something else.
pub fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let given = Option::<Given>::deserialize(deserializer)
        .map_err(|_| D::Error::custom("neither text, number nor null"))?;
    Ok(given.map(String::from).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()))
}

/// Reads a score of −1 to 1.
///
/// # Errors
/// A number outside, or no number.
pub fn score<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let score = f64::deserialize(deserializer)?;
    if (-1.0..=1.0).contains(&score) {
        Ok(score)
    } else {
        Err(D::Error::custom(format_args!("score {score} is not between -1 and 1")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_keys_are_enough() {
        let line: Line =
            serde_json::from_str(r#"{"id":7,"film":"Heron","critic":null,"tone":{"score":0.6}}"#).unwrap();
        assert_eq!((line.id.as_str(), line.film.as_deref(), line.critic), ("7", Some("Heron"), None));
        assert_eq!(line.tone.label(), Label::Positive);
        assert!(line.sentences.is_empty() && line.text.is_none() && line.quotes == Quotes::default());
    }

    #[test]
    fn blank_names_are_none_and_ratings_are_text() {
        let line: Line = serde_json::from_str(
            r#"{"id":"a","film":" ","critic":" Ann Bly ","rating":3.5,"tone":{"score":0,"label":"positive"}}"#,
        )
        .unwrap();
        assert_eq!((line.film, line.critic.as_deref()), (None, Some("Ann Bly")));
        assert_eq!((line.rating.as_deref(), line.tone.label()), (Some("3.5"), Label::Positive));
    }

    #[test]
    fn what_is_missing_or_wrong_is_told() {
        let fault = |line: &str| serde_json::from_str::<Line>(line).unwrap_err().to_string();
        assert!(fault(r#"{"id":"a","film":null,"tone":{"score":0}}"#).contains("critic"));
        assert!(fault(r#"{"id":"a","film":null,"critic":null,"tone":{}}"#).contains("score"));
        assert!(fault(r#"{"id":"a","film":null,"critic":null,"tone":{"score":7}}"#).contains("-1 and 1"));
        assert!(fault(r#"{"id":[],"film":null,"critic":null,"tone":{"score":0}}"#).contains("neither"));
    }
}
