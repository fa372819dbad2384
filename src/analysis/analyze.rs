//! One review from its sentences' readings to everything that is said of it.

use super::aspects::Aspects;
use super::clauses::clauses;
use super::emotions::emotions;
use super::entities::entities;
use super::film;
use super::forms::Forms;
use super::frequencies::Frequencies;
use super::keyphrases::keyphrases;
use super::notes::{language, notes};
use super::quotes::quotes;
use super::review::Analysis;
use super::tone::tone;
use crate::corpus::Review;
use crate::reader::{Heads, Reading};
use crate::text::Document;

/// Most keyphrases given for a review.
const KEYPHRASES: usize = 15;

/// Least score of a keyphrase that is worth a reader's time; a short review has few.
const WORTH: f64 = 0.1;

/// What an analysis rests on besides the review; the same for all reviews of a run.
#[derive(Clone, Copy)]
pub struct Resources<'a> {
    /// Of the reader that made the readings.
    pub heads: &'a Heads,
    /// How common words are.
    pub frequencies: &'a Frequencies,
    /// What reviews judge.
    pub aspects: &'a Aspects,
}

/// Analyses one review, given one reading for each of its document's sentences.
pub fn analyze(review: &Review, document: &Document, readings: &[Reading], resources: Resources) -> Analysis {
    let Resources { heads, frequencies, aspects } = resources;
    let (tone, sentences) = tone(document, readings, heads.attention());
    let clauses = clauses(document, readings, heads);
    let named = |film: Option<&str>| entities(document, &review.text, readings, &sentences, &clauses, film);
    let (film, entities) = match &review.film {
        Some(title) => (Some(film::given(title)), named(Some(title))),
        None => {
            let entities = named(None);
            match film::infer(document, &entities) {
                // Whoever knows the film finds more of its title.
                Some(film) => {
                    let entities = named(Some(&film.title));
                    (Some(film), entities)
                }
                None => (None, entities),
            }
        }
    };
    let title = film.as_ref().map(|film| film.title.as_str());
    let embed = |means: &[f32]| heads.embed(means);
    let forms = Forms::new(document);
    let mut keyphrases = keyphrases(&forms, readings, &entities, frequencies, title, KEYPHRASES, &embed);
    keyphrases.retain(|phrase| phrase.score >= WORTH);
    let language = language(&forms);
    Analysis {
        words: forms.spoken().0,
        notes: notes(document, &sentences, language.as_ref()),
        language,
        film,
        tone,
        emotions: emotions(readings, &sentences, heads.emotion_scale()),
        aspects: aspects.find(&forms, readings, &clauses, &sentences, &entities, heads),
        quotes: quotes(document, &clauses, &sentences),
        entities,
        keyphrases,
        sentences,
    }
}
