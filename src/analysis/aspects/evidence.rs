//! How much a clause is like each aspect's seeds.

use std::collections::HashMap;
use std::ops::Range;

use super::super::clauses::Clause;
use super::super::forms::{Form, Forms, stems};
use super::super::review::{Entity, Role};
use super::set::{self, AspectSet};
use crate::reader::{Heads, Matrix, Projection, Reader, ReaderError, Reading};
use crate::text::Document;

/// An aspect's seeds with their vectors.
pub(super) struct Seeded {
    pub id: String,
    /// Rows of [`SeedVectors::terms`].
    terms: Range<usize>,
    /// Rows of [`SeedVectors::examples`].
    examples: Range<usize>,
    /// Roles whose praise or blame counts for it.
    roles: Vec<String>,
}

impl Seeded {
    /// How surely naming a person of this role speaks of the aspect, 0 to 1.
    fn speaks_of(&self, role: Option<Role>) -> f64 {
        let has = |role: Role| self.roles.iter().any(|name| name == role.as_str());
        match role {
            Some(role) => f64::from(u8::from(has(role))),
            // Most people whom a review names without saying more play in the film.
            None => 0.5 * f64::from(u8::from(has(Role::Actor))),
        }
    }
}

/// The seeds of all aspects.
pub(super) struct SeedVectors {
    pub aspects: Vec<Seeded>,
    /// The stems of each term's words, by the first of them, with the index of its aspect.
    stems: HashMap<String, Vec<(usize, Vec<String>)>>,
    /// Vectors of the terms, aspect by aspect; each word of a review is held against all of them.
    terms: Projection,
    /// Vectors of the examples, aspect by aspect.
    examples: Matrix,
}

impl SeedVectors {
    /// Reads every seed of a set, each as a text of its own.
    pub(super) fn read(set: &AspectSet, reader: &Reader) -> Result<SeedVectors, ReaderError> {
        let (mut terms, mut examples) = (Vec::new(), Vec::new());
        let read = |seeds: &[String], vectors: &mut Vec<f32>| -> Result<Range<usize>, ReaderError> {
            let documents: Vec<Document> = seeds.iter().map(|seed| Document::parse(seed)).collect();
            let (readings, _) = reader.read(&documents)?;
            let first = vectors.len() / reader.width();
            vectors.extend(readings.iter().filter_map(|sentences| sentences.first()).flat_map(|s| &s.vector));
            Ok(first..vectors.len() / reader.width())
        };
        let aspect = |aspect: &set::Seeds| {
            Ok(Seeded {
                id: aspect.id.clone(),
                terms: read(&aspect.terms, &mut terms)?,
                examples: read(&aspect.examples, &mut examples)?,
                roles: aspect.roles.clone(),
            })
        };
        let aspects = set.aspects.iter().map(aspect).collect::<Result<_, ReaderError>>()?;
        let mut named: HashMap<String, Vec<_>> = HashMap::new();
        for (index, aspect) in set.aspects.iter().enumerate() {
            for stems in aspect.terms.iter().map(|term| stems(term)) {
                named.entry(stems.first().cloned().unwrap_or_default()).or_default().push((index, stems));
            }
        }
        let terms = Projection::of_rows(reader.width(), &terms)?;
        let examples = Matrix::new(reader.width(), &examples);
        Ok(SeedVectors { aspects, stems: named, terms, examples })
    }

    /// For each aspect, whether one of its terms stands among some words, up to endings.
    fn named(&self, words: &[Form]) -> Vec<bool> {
        let mut named = vec![false; self.aspects.len()];
        for at in 0..words.len() {
            for (aspect, term) in self.stems.get(&words[at].stem).into_iter().flatten() {
                let stands = words[at..].get(..term.len());
                named[*aspect] |= stands.is_some_and(|words| words.iter().map(|word| &word.stem).eq(term));
            }
        }
        named
    }
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
    /// 1 where it names a person of a role that belongs to the aspect, ½ where it names one whose role is not known and
    /// who may act.
    pub person: f64,
}

/// Fitted by logistic regression on the dev half of the annotated sentences (see tests/data/README.md).
const WEIGHTS: [f64; 11] = [0.57, 4.91, -0.11, 5.61, 8.32, -0.72, 0.76, 0.47, 3.2, 1.01, 1.02];
const BIAS: f64 = -5.15;

impl Evidence {
    /// What the logistic model weighs: what is named counts for more where the clause judges.
    pub(super) fn features(&self) -> [f64; 11] {
        [
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
            self.person,
        ]
    }

    /// 0 to 1: how likely it is that the clause judges the aspect.
    pub(super) fn probability(&self) -> f64 {
        let weighed =
            self.features().iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>();
        1.0 / (1.0 + (-(BIAS + weighed)).exp())
    }
}

/// Holds the clauses of one review against the seeds.
pub(super) struct Witness<'a> {
    seeds: &'a SeedVectors,
    forms: &'a Forms<'a>,
    heads: &'a Heads,
    /// First and one past the last code point of each mention of a person, and their role.
    persons: Vec<(usize, usize, Option<Role>)>,
}

impl<'a> Witness<'a> {
    pub(super) fn new(
        seeds: &'a SeedVectors,
        forms: &'a Forms<'a>,
        heads: &'a Heads,
        entities: &[Entity],
    ) -> Witness<'a> {
        let persons = entities.iter().filter(|entity| entity.kind == "PERSON");
        let persons = persons.flat_map(|p| p.mentions.iter().map(|m| (m.start, m.end, p.role))).collect();
        Witness { seeds, forms, heads, persons }
    }

    /// The evidence for each aspect in one clause, whose sentence judges with that probability.
    pub(super) fn evidence(
        &self,
        reading: &Reading,
        clause: &Clause,
        sentence_opinion: f64,
    ) -> Vec<Evidence> {
        let forms = self.forms.of(clause.sentence).get(clause.words.clone()).unwrap_or_default();
        let mut means = Vec::new();
        let spans = spans(forms, reading, clause, &mut means);
        let whole = reading.push_mean(clause.words.clone(), &mut means).is_some();
        let vectors = self.heads.embed(&means);
        let SeedVectors { aspects, terms, examples, .. } = self.seeds;
        let (spoken, clause_vector) = vectors.split_at(spans.len() * self.heads.width());
        let likeness = terms.apply(spoken);
        let likeness: Vec<&[f32]> = likeness.chunks_exact(terms.outputs().max(1)).collect();
        let example = if whole { examples.dots(clause_vector) } else { vec![0.0; examples.rows()] };
        let roles = self.roles(clause);
        let mut all: Vec<Evidence> = aspects
            .iter()
            .zip(self.seeds.named(forms))
            .map(|(aspect, named)| {
                let likeness = likeness.iter().map(|cosines| best(&cosines[aspect.terms.clone()]));
                let nearest = spans
                    .iter()
                    .zip(likeness)
                    .reduce(|best, other| if other.1 > best.1 { other } else { best });
                Evidence {
                    place: nearest.filter(|(_, cosine)| *cosine >= NAMES).map(|(words, _)| words.clone()),
                    term: nearest.map_or(0.0, |(_, cosine)| f64::from(cosine)),
                    named: f64::from(u8::from(named)),
                    example: f64::from(best(&example[aspect.examples.clone()])),
                    opinion: clause.opinion,
                    sentence_opinion,
                    tone: clause.score.abs(),
                    person: roles.iter().map(|role| aspect.speaks_of(*role)).fold(0.0, f64::max),
                    ..Evidence::default()
                }
            })
            .collect();
        let leads = |figure: fn(&Evidence) -> f64| leads(all.iter().map(figure));
        let (terms, examples) = (leads(|e| e.term), leads(|e| e.example));
        for (evidence, (term, example)) in all.iter_mut().zip(terms.into_iter().zip(examples)) {
            evidence.term_lead = term;
            evidence.example_lead = example;
        }
        all
    }

    /// Roles of the persons whom the clause names.
    fn roles(&self, clause: &Clause) -> Vec<Option<Role>> {
        let span = self.forms.document.span(clause.bytes.clone());
        let inside = self.persons.iter().filter(|(start, end, _)| *start < span.end && *end > span.start);
        inside.map(|(_, _, role)| *role).collect()
    }
}

/// Words of the clause that say something, and pairs of them; puts the means of their states into `means`.
fn spans(forms: &[Form], reading: &Reading, clause: &Clause, means: &mut Vec<f32>) -> Vec<Range<usize>> {
    let content = |at: usize| {
        forms.get(at).is_some_and(|word| !word.stop && word.lower.chars().any(char::is_alphabetic))
    };
    let mut spans = Vec::new();
    for at in (0..forms.len()).filter(|&at| content(at)) {
        let first = clause.words.start + at;
        let pair = content(at + 1).then_some(first..first + 2);
        for words in [Some(first..first + 1), pair].into_iter().flatten() {
            if reading.push_mean(words.clone(), means).is_some() {
                spans.push(words);
            }
        }
    }
    spans
}

/// For each aspect, how far its figure is above the highest of the others, which is at least 0.
fn leads(figures: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let (mut first, mut second) = (0.0, 0.0);
    for figure in figures.clone() {
        if figure > first {
            (first, second) = (figure, first);
        } else if figure > second {
            second = figure;
        }
    }
    figures.map(|figure| figure - if figure == first { second } else { first }).collect()
}

/// The highest of some cosines; 0 for none.
fn best(cosines: &[f32]) -> f32 {
    // One greatest a lane, so that few comparisons wait for another.
    let (chunks, rest) = cosines.as_chunks::<4>();
    let mut lanes = [0.0f32; 4];
    for chunk in chunks {
        for (lane, &cosine) in lanes.iter_mut().zip(chunk) {
            *lane = if cosine > *lane { cosine } else { *lane };
        }
    }
    lanes.iter().chain(rest).copied().fold(0.0, f32::max)
}
