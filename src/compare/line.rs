//! What a comparison needs of a review's line.

use serde::Deserialize;

use crate::analysis::{FilmSource, Label, Note};
use crate::results::{self, named, score, text};

/// A line of `reviews.jsonl`, as narrow as a comparison needs it: other keys are passed over.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Line {
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
    #[serde(deserialize_with = "named")]
    pub(super) film: Option<String>,
    #[serde(deserialize_with = "named")]
    pub(super) critic: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub(super) outlet: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub(super) date: Option<String>,
    #[serde(default, deserialize_with = "named")]
    pub(super) rating: Option<String>,
    #[serde(default)]
    pub(super) film_source: Option<FilmSource>,
    #[serde(default)]
    pub(super) notes: Vec<Note>,
    pub(super) tone: Tone,
    #[serde(default)]
    pub(super) aspects: Vec<Aspect>,
    #[serde(default)]
    pub(super) keyphrases: Vec<Named>,
    #[serde(default)]
    pub(super) entities: Vec<Entity>,
    #[serde(default)]
    pub(super) quotes: Quotes,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Tone {
    #[serde(deserialize_with = "score")]
    pub score: f64,
    #[serde(default)]
    pub label: Option<Label>,
}

impl Tone {
    /// The label as given or, where there is none, the step nearest to the score.
    pub(super) fn label(&self) -> Label {
        self.label.unwrap_or_else(|| Label::of(self.score))
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Aspect {
    pub aspect: String,
    #[serde(deserialize_with = "score")]
    pub score: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Named {
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Entity {
    pub text: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Quotes {
    pub positive: Option<String>,
    pub negative: Option<String>,
}

impl From<&results::Line> for Line {
    fn from(line: &results::Line) -> Self {
        Self {
            id: line.id.clone(),
            film: line.film.clone(),
            critic: line.critic.clone(),
            outlet: line.outlet.clone(),
            date: line.date.clone(),
            rating: line.rating.clone(),
            film_source: line.film_source,
            notes: line.notes.clone(),
            tone: Tone { score: line.tone.score, label: line.tone.label },
            aspects: line
                .aspects
                .iter()
                .map(|aspect| Aspect { aspect: aspect.aspect.clone(), score: aspect.score })
                .collect(),
            keyphrases: line.keyphrases.iter().map(|phrase| Named { text: phrase.text.clone() }).collect(),
            entities: line
                .entities
                .iter()
                .map(|entity| Entity { text: entity.text.clone(), kind: entity.kind.clone() })
                .collect(),
            quotes: Quotes { positive: line.quotes.positive.clone(), negative: line.quotes.negative.clone() },
        }
    }
}
