//! The explanation as one JSON object.

use serde::Serialize;

use super::Explanation;
use crate::analysis::{Aspect, Emotion, Entity, Keyphrase, Label};

#[derive(Serialize)]
struct Object<'a> {
    id: &'a str,
    film: Option<&'a str>,
    critic: Option<&'a str>,
    outlet: Option<&'a str>,
    date: Option<&'a str>,
    rating: Option<&'a str>,
    tone: Tone,
    emotions: &'a [Emotion],
    /// Those with the largest shares of the verdict, by index, largest first.
    carried: Vec<usize>,
    sentences: Vec<Sentence<'a>>,
    aspects: &'a [Aspect],
    keyphrases: &'a [Keyphrase],
    entities: &'a [Entity],
}

#[derive(Serialize)]
struct Tone {
    score: f64,
    label: Label,
    confidence: Option<f64>,
    ambivalence: Option<f64>,
    opinion_share: Option<f64>,
}

#[derive(Serialize)]
struct Sentence<'a> {
    index: usize,
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<&'a str>,
    score: f64,
    label: Label,
    kind: &'a str,
    opinion: f64,
    weight: f64,
}

impl Explanation {
    /// One object: the review's figures, every sentence with its text, and which of them carried the verdict.
    pub fn json(&self) -> String {
        let line = &self.line;
        let sentences = line.sentences.iter().enumerate().map(|(index, sentence)| Sentence {
            index,
            start: sentence.start,
            end: sentence.end,
            text: self.between(sentence.start, sentence.end),
            block: sentence.block.as_deref(),
            score: sentence.score,
            label: Label::of(sentence.score),
            kind: &sentence.kind,
            opinion: sentence.opinion,
            weight: sentence.weight,
        });
        let object = Object {
            id: &line.id,
            film: line.film.as_deref(),
            critic: line.critic.as_deref(),
            outlet: line.outlet.as_deref(),
            date: line.date.as_deref(),
            rating: line.rating.as_deref(),
            tone: Tone {
                score: line.tone.score,
                label: line.tone.label(),
                confidence: line.tone.confidence,
                ambivalence: line.tone.ambivalence,
                opinion_share: line.tone.opinion_share,
            },
            emotions: &line.emotions,
            carried: self.carried().into_iter().map(|(index, _)| index).collect(),
            sentences: sentences.collect(),
            aspects: &line.aspects,
            keyphrases: &line.keyphrases,
            entities: &line.entities,
        };
        // Plain structs of text and finite numbers: nothing that JSON cannot hold.
        serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
    }
}
