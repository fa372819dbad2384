//! One review from its sentences' readings to everything that is said of it.

use super::entities::entities;
use super::frequencies::Frequencies;
use super::keyphrases::keyphrases;
use super::review::Analysis;
use super::tone::tone;
use crate::corpus::Review;
use crate::reader::{Heads, Reading};
use crate::text::Document;

/// Most keyphrases given for a review.
const KEYPHRASES: usize = 15;

/// Least score of a keyphrase that is worth a reader's time; a short review has few.
const WORTH: f64 = 0.1;

/// Analyses one review, given one reading for each of its document's sentences.
pub fn analyze(
    review: &Review,
    document: &Document,
    readings: &[Reading],
    heads: &Heads,
    frequencies: &Frequencies,
) -> Analysis {
    let film = review.film.as_deref();
    let (tone, sentences) = tone(document, readings, heads.attention());
    let entities = entities(document, &review.text, readings, &sentences, film);
    let embed = |mean: &[f32]| heads.embed(mean);
    let mut keyphrases = keyphrases(document, readings, &entities, frequencies, film, KEYPHRASES, &embed);
    keyphrases.retain(|phrase| phrase.score >= WORTH);
    let spoken =
        |word: &&crate::text::Word| document.text[word.range.clone()].chars().any(char::is_alphanumeric);
    let words = document.sentences.iter().flat_map(|s| &s.words).filter(spoken).count();
    Analysis { words, tone, entities, keyphrases, sentences }
}
