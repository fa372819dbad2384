//! Keyphrases: the themes of a review in its own words.
//!
//! Candidates are short runs of words; each is ranked by what the one pass over the review has already given: the
//! reader's labels of key phrases, the vector of the span against the vectors of its sentence and of the review,
//! by the opinion of its sentences, by its place, its frequency and the rarity of its words. The best are then picked by maximal marginal
//! relevance (Carbonell and Goldstein 1998), so that they differ. Nothing is encoded a second time.

mod candidates;
mod features;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::reader::{Reading, dot};
use crate::text::{Block, Document};

use super::{Entity, Forms, Frequencies, Keyphrase};
use candidates::Candidate;
use features::{CENTRALITY, FIT, Features, LABELLED, UNLABELLED};

/// Most candidates whose vectors are made.
const VECTORS: usize = 200;
/// Candidates whose vectors are asked for at a time.
const TOGETHER: usize = 16;
/// Most occurrences that a candidate's vector is the mean of.
const OCCURRENCES: usize = 4;
/// Log-odds that a candidate loses for being like one picked before, times their cosine.
const DIVERSITY: f32 = 0.5;
/// A single word must be rarer than this: by idf, in less than a fifth of all documents.
const COMMON: f32 = 1.6;

/// A candidate with what it is picked by.
struct Ranked {
    candidate: Candidate,
    features: Features,
    score: f32,
    /// Of unit length, or empty.
    vector: Vec<f32>,
    /// Index of the first sentence of those with it that have the highest opinion.
    sentence: usize,
}

/// At most `count` keyphrases of a review, best first (10 is a good number).
///
/// `readings` has one item for each sentence of the document; `embed` maps the means of spans' token states, one after the
/// other, to the spans' vectors of unit length. Names in `entities` that are persons, works or
/// places, and the title `film`, are no themes.
/// Forms with the same stems (`generation`, `generations`) count as one. The score is the probability, by a
/// logistic model, that an annotator picks the phrase, lowered for likeness to better ones.
pub fn keyphrases(
    forms: &Forms,
    readings: &[Reading],
    entities: &[Entity],
    frequencies: &Frequencies,
    film: Option<&str>,
    count: usize,
    embed: &dyn Fn(&[f32]) -> Vec<f32>,
) -> Vec<Keyphrase> {
    let document = forms.document;
    let names = Names::new(document, entities, film);
    let is_name = |sentence: usize, word: usize| {
        let word = document.sentences.get(sentence).and_then(|sentence| sentence.words.get(word));
        word.is_some_and(|word| names.covers(document, word.range.clone()))
    };
    let model =
        if readings.iter().any(|reading| !reading.phrases.is_empty()) { &LABELLED } else { &UNLABELLED };
    let sentences =
        || document.sentences.iter().zip(readings).filter(|(sentence, _)| sentence.block != Block::Caption);
    let words = sentences().map(|(sentence, _)| sentence.words.len()).sum();
    let mut ranked: Vec<Ranked> = candidates::candidates(forms, readings, &is_name)
        .into_iter()
        .filter(|candidate| !is_common(candidate, frequencies))
        .map(|candidate| {
            let features = features::features(&candidate, readings, words, frequencies);
            let sentence = telling(&candidate, readings);
            Ranked { score: model.score(&features), candidate, features, vector: Vec::new(), sentence }
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranked.truncate(VECTORS);

    let review =
        sum(sentences().map(|(sentence, reading)| (sentence.words.len() as f32, reading.vector.as_slice())));
    let review = unit(review);
    let (mut means, mut owners) = (Vec::new(), Vec::new());
    for items in ranked.chunks_mut(TOGETHER) {
        means.clear();
        owners.clear();
        for (index, item) in items.iter().enumerate() {
            for occurrence in item.candidate.occurrences.iter().take(OCCURRENCES) {
                let reading = readings.get(occurrence.sentence);
                if reading.and_then(|r| r.push_mean(occurrence.words.clone(), &mut means)).is_some() {
                    owners.push(index);
                }
            }
        }
        let vectors = embed(&means);
        let width = vectors.len().checked_div(owners.len()).unwrap_or(0).max(1);
        for (owner, vector) in owners.iter().zip(vectors.chunks_exact(width)) {
            add(&mut items[*owner].vector, 1.0, vector);
        }
    }
    for item in &mut ranked {
        item.vector = unit(std::mem::take(&mut item.vector));
        let home =
            item.candidate.occurrences.first().and_then(|occurrence| readings.get(occurrence.sentence));
        item.features[CENTRALITY] = dot(&item.vector, &review);
        item.features[FIT] = home.map_or(0.0, |reading| dot(&item.vector, &reading.vector));
        item.score = model.score(&item.features);
    }
    pick(ranked, count)
}

/// Picks by maximal marginal relevance. What is left only ever loses, so a candidate is held against what was picked
/// only once it would be the next.
fn pick(ranked: Vec<Ranked>, count: usize) -> Vec<Keyphrase> {
    let mut picked: Vec<(Ranked, f32)> = Vec::new();
    let mut open: Vec<Open> =
        ranked.into_iter().map(|ranked| Open { ranked, held: 0, likeness: 0.0 }).collect();
    while picked.len() < count {
        let Some(best) = (0..open.len()).reduce(|best, other| {
            if open[other].relevance() > open[best].relevance() { other } else { best }
        }) else {
            break;
        };
        let item = &mut open[best];
        if item.held == picked.len() {
            let item = open.swap_remove(best);
            let relevance = item.relevance();
            picked.push((item.ranked, relevance));
            continue;
        }
        let others = picked[item.held..].iter().map(|(other, _)| other);
        item.held = picked.len();
        // What stands nowhere but inside a picked phrase says nothing more.
        if others.clone().any(|other| item.ranked.candidate.is_inside(&other.candidate)) {
            open.swap_remove(best);
        } else {
            item.likeness =
                others.map(|other| dot(&item.ranked.vector, &other.vector)).fold(item.likeness, f32::max);
        }
    }
    let keyphrase = |(ranked, relevance): (Ranked, f32)| {
        let Candidate { text, stems, occurrences, .. } = ranked.candidate;
        Keyphrase {
            text,
            score: f64::from(1.0 / (1.0 + (-relevance).exp())),
            count: occurrences.len(),
            stems: stems.join(" "),
            vector: ranked.vector,
            sentence: ranked.sentence,
        }
    };
    picked.into_iter().map(keyphrase).collect()
}

/// A candidate that may be picked.
struct Open {
    ranked: Ranked,
    /// How many of the picked ones it was held against.
    held: usize,
    /// Highest cosine to one of those; at least 0.
    likeness: f32,
}

impl Open {
    /// What it is worth; at most that, where it was not held against all that were picked.
    fn relevance(&self) -> f32 {
        self.ranked.score - DIVERSITY * self.likeness
    }
}

/// The sentence with the candidate that judges most; the first of equals.
fn telling(candidate: &Candidate, readings: &[Reading]) -> usize {
    let opinion = |sentence: usize| readings.get(sentence).map_or(0.0, |reading| reading.opinion);
    let sentences = candidate.occurrences.iter().map(|occurrence| occurrence.sentence);
    sentences.reduce(|best, other| if opinion(other) > opinion(best) { other } else { best }).unwrap_or(0)
}

/// A single word that is in every fifth review or more says nothing.
fn is_common(candidate: &Candidate, frequencies: &Frequencies) -> bool {
    frequencies.documents() > 0
        && matches!(candidate.words.as_slice(), [single] if frequencies.idf(single) < COMMON)
}

/// Weighted sum of vectors; empty for none.
fn sum<'a>(vectors: impl Iterator<Item = (f32, &'a [f32])>) -> Vec<f32> {
    vectors.fold(Vec::new(), |mut sum, (weight, vector)| {
        add(&mut sum, weight, vector);
        sum
    })
}

fn add(sum: &mut Vec<f32>, weight: f32, vector: &[f32]) {
    sum.resize(sum.len().max(vector.len()), 0.0);
    sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += weight * value);
}

/// The vector of length one in the same direction; empty for one without length.
fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let norm = dot(&vector, &vector).sqrt();
    if !norm.is_normal() {
        return Vec::new();
    }
    vector.iter_mut().for_each(|value| *value /= norm);
    vector
}

/// Where persons, works and places are named.
struct Names {
    /// Code points of the text as given: start and end of each mention, in order.
    mentions: Vec<(usize, usize)>,
    /// Bytes of the document's text that spell the film's title.
    titles: Vec<Range<usize>>,
}

impl Names {
    fn new(document: &Document, entities: &[Entity], film: Option<&str>) -> Names {
        let mut mentions: Vec<(usize, usize)> = entities
            .iter()
            .filter(|entity| matches!(entity.kind.as_str(), "PERSON" | "WORK" | "LOCATION"))
            .flat_map(|entity| &entity.mentions)
            .map(|mention| (mention.start, mention.end))
            .collect();
        mentions.sort_unstable();
        let titles = film.filter(|film| film.contains(char::is_alphanumeric)).into_iter();
        let titles = titles
            .flat_map(|film| document.text.match_indices(film))
            .map(|(start, film)| start..start + film.len())
            .collect();
        Names { mentions, titles }
    }

    /// Whether a mention or title covers some of these bytes of the document's text, or, for a title, all.
    fn covers(&self, document: &Document, bytes: Range<usize>) -> bool {
        let title = self.titles.partition_point(|title| title.start <= bytes.start);
        if self.titles[..title].last().is_some_and(|title| title.end >= bytes.end) {
            return true;
        }
        if self.mentions.is_empty() {
            return false;
        }
        let span = document.span(bytes);
        let after = self.mentions.partition_point(|(start, _)| *start < span.end);
        self.mentions[..after].last().is_some_and(|(_, end)| *end > span.start)
    }
}
