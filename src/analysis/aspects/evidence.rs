//! How much a clause is like each aspect's seeds.

use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};

use super::super::clauses::Clause;
use super::super::stopwords::StopWords;
use super::set::AspectSet;
use crate::reader::{Heads, Reader, ReaderError, Reading};
use crate::text::{Document, Sentence, words};

/// An aspect's seeds with their vectors.
pub(super) struct Seeded {
    pub id: String,
    /// Stems of each term's words.
    stems: Vec<Vec<String>>,
    terms: Vec<Vec<f32>>,
    examples: Vec<Vec<f32>>,
}

/// Reads every seed of a set, each as a text of its own.
pub(super) fn read_seeds(set: &AspectSet, reader: &Reader) -> Result<Vec<Seeded>, ReaderError> {
    let stemmer = Stemmer::create(Algorithm::English);
    let vectors = |seeds: &[String]| -> Result<Vec<Vec<f32>>, ReaderError> {
        let documents: Vec<Document> = seeds.iter().map(|seed| Document::parse(seed)).collect();
        let (readings, _) = reader.read(&documents)?;
        Ok(readings.into_iter().filter_map(|sentences| Some(sentences.into_iter().next()?.vector)).collect())
    };
    set.aspects
        .iter()
        .map(|aspect| {
            Ok(Seeded {
                id: aspect.id.clone(),
                stems: aspect.terms.iter().map(|term| stems(&stemmer, term)).collect(),
                terms: vectors(&aspect.terms)?,
                examples: vectors(&aspect.examples)?,
            })
        })
        .collect()
}

fn stems(stemmer: &Stemmer, text: &str) -> Vec<String> {
    words(text).into_iter().map(|w| stemmer.stem(&text[w.range].to_lowercase()).into_owned()).collect()
}

/// From which cosine on a word is taken to be what names the aspect.
const NAMES: f32 = 0.6;

/// Numbers that speak for a clause's judging an aspect.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// The words that are most like a term, in the sentence; `None` where none is much like any.
    pub place: Option<Range<usize>>,
    /// Highest cosine of a word or pair of words to a term.
    pub term: f64,
    /// How far that is above the best other aspect's.
    pub term_lead: f64,
    /// 1 where a term stands in the clause, up to endings.
    pub named: f64,
    /// Highest cosine of the clause to an example or term.
    pub example: f64,
    /// How far that is above the best other aspect's.
    pub example_lead: f64,
    /// Probability that the clause judges.
    pub opinion: f64,
    /// Probability that its sentence does.
    pub sentence_opinion: f64,
    /// Distance of its tone from neutral.
    pub tone: f64,
}

/// Fitted by logistic regression on the dev half of the annotated sentences (see tests/data/README.md).
const WEIGHTS: [f64; 10] = [1.1, 4.92, -0.21, 5.82, 6.55, -0.75, 0.65, 0.5, 2.98, 1.06];
const BIAS: f64 = -5.22;

impl Evidence {
    /// The logistic model: what is named counts for more where the clause judges.
    pub(super) fn probability(&self) -> f64 {
        let features = [
            self.term,
            self.term_lead,
            self.named,
            self.example,
            self.example_lead,
            self.opinion,
            self.sentence_opinion,
            self.tone,
            self.named * self.opinion,
            self.term * self.opinion,
        ];
        let logit =
            BIAS + features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>();
        1.0 / (1.0 + (-logit).exp())
    }
}

/// The evidence for each aspect in one clause.
pub(super) fn evidence(
    seeded: &[Seeded],
    document: &Document,
    sentence: &Sentence,
    reading: &Reading,
    clause: &Clause,
    sentence_opinion: f64,
    heads: &Heads,
) -> Vec<Evidence> {
    let (stop, stemmer) = (StopWords::new(), Stemmer::create(Algorithm::English));
    let text = |word: usize| {
        let range = sentence.words.get(word).map_or(0..0, |word| word.range.clone());
        document.text.get(range).unwrap_or_default().to_lowercase()
    };
    let lower: Vec<String> = clause.words.clone().map(text).collect();
    let stems: Vec<String> = lower.iter().map(|word| stemmer.stem(word).into_owned()).collect();
    let content = |at: usize| {
        lower.get(at).is_some_and(|word| word.chars().any(char::is_alphabetic) && !stop.contains(word))
    };
    let mut spans: Vec<(Range<usize>, Vec<f32>)> = Vec::new();
    for at in 0..lower.len() {
        let first = clause.words.start + at;
        let single = content(at).then_some(first..first + 1);
        let pair = (content(at) && content(at + 1)).then_some(first..first + 2);
        let vector = |words: Range<usize>| Some((words.clone(), heads.embed(&reading.mean(words)?)));
        spans.extend([single, pair].into_iter().flatten().filter_map(vector));
    }
    let whole = reading.mean(clause.words.clone()).map(|mean| heads.embed(&mean));
    let mut all: Vec<Evidence> = seeded
        .iter()
        .map(|aspect| {
            let likeness = spans.iter().map(|(words, vector)| (words, best(vector, &aspect.terms)));
            let nearest = likeness.reduce(|best, other| if other.1 > best.1 { other } else { best });
            Evidence {
                place: nearest.filter(|(_, cosine)| *cosine >= NAMES).map(|(words, _)| words.clone()),
                term: nearest.map_or(0.0, |(_, cosine)| f64::from(cosine)),
                named: f64::from(u8::from(
                    aspect
                        .stems
                        .iter()
                        .any(|term| stems.windows(term.len().max(1)).any(|window| window == term)),
                )),
                example: whole.as_ref().map_or(0.0, |whole| f64::from(best(whole, &aspect.examples))),
                opinion: clause.opinion,
                sentence_opinion,
                tone: clause.score.abs(),
                ..Evidence::default()
            }
        })
        .collect();
    let lead = |figure: &dyn Fn(&Evidence) -> f64, all: &[Evidence]| -> Vec<f64> {
        let others = |at: usize| {
            all.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, e)| figure(e)).fold(0.0, f64::max)
        };
        (0..all.len()).map(|at| figure(&all[at]) - others(at)).collect()
    };
    let (terms, examples) = (lead(&|e| e.term, &all), lead(&|e| e.example, &all));
    for (evidence, (term, example)) in all.iter_mut().zip(terms.into_iter().zip(examples)) {
        evidence.term_lead = term;
        evidence.example_lead = example;
    }
    all
}

/// Highest cosine of a unit vector to some others; 0 for none.
fn best(vector: &[f32], seeds: &[Vec<f32>]) -> f32 {
    let dot = |seed: &Vec<f32>| vector.iter().zip(seed).map(|(a, b)| a * b).sum::<f32>();
    seeds.iter().map(dot).fold(0.0, f32::max)
}
