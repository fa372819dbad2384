//! Aspects: what a review judges, and how.
//!
//! A set of aspects gives a few seeds for each (see [`AspectSet`]). The reader reads them once, as it reads everything,
//! and a clause is held against them by its vectors: the vectors of its words and pairs of words against those of the
//! terms, and the vector of the whole clause against those of the examples. A logistic model says from these likenesses,
//! and from how much the clause judges at all, whether it judges the aspect.

mod evidence;
mod parts;
mod set;

use std::collections::BTreeSet;
use std::ops::Range;

use super::clauses::{Clause, bytes, expected};
use super::forms::Forms;
use super::review::{Aspect, Entity, Label, Quote, SentenceTone};
use crate::reader::{Heads, Reader, ReaderError, Reading};
use crate::text::{Block, Document};
use evidence::{Evidence, Witness};
pub use set::{AspectSet, AspectSetError, Seeds};

/// Probability from which on a clause is said to judge an aspect.
const JUDGED: f64 = 0.3;

/// A set of aspects as the reader sees it.
pub struct Aspects {
    seeds: evidence::SeedVectors,
}

/// A clause, or a part of one, that judges an aspect.
struct Judgment {
    sentence: usize,
    bytes: Range<usize>,
    score: f64,
    opinion: f64,
    probability: f64,
}

impl Aspects {
    /// Reads the seeds of a set.
    ///
    /// # Errors
    /// An engine that fails.
    pub fn new(set: &AspectSet, reader: &Reader) -> Result<Aspects, ReaderError> {
        Ok(Aspects { seeds: evidence::SeedVectors::read(set, reader)? })
    }

    /// The aspects that a review judges, in the order of the set. `clauses` are those of the document, whose sentences
    /// `readings` and `sentences` describe, and `entities` those that it names.
    ///
    /// An aspect's tone is the mean of the clauses that judge it, each weighed by how surely it does and by its opinion.
    pub fn find(
        &self,
        forms: &Forms,
        readings: &[Reading],
        clauses: &[Clause],
        sentences: &[SentenceTone],
        entities: &[Entity],
        heads: &Heads,
    ) -> Vec<Aspect> {
        let document = forms.document;
        let witness = Witness::new(&self.seeds, forms, heads, entities);
        let mut judgments: Vec<Vec<Judgment>> = self.seeds.aspects.iter().map(|_| Vec::new()).collect();
        for clause in clauses {
            let (Some(sentence), Some(reading)) =
                (document.sentences.get(clause.sentence), readings.get(clause.sentence))
            else {
                continue;
            };
            if sentence.block != Block::Prose {
                continue;
            }
            let opinion = sentences.get(clause.sentence).map_or(0.0, |s| s.opinion);
            let evidence = witness.evidence(reading, clause, opinion);
            let judged: Vec<(usize, &Evidence)> = evidence
                .iter()
                .enumerate()
                .filter(|(_, evidence)| evidence.probability() >= JUDGED)
                .collect();
            let places: Vec<Option<Range<usize>>> = judged.iter().map(|(_, e)| e.place.clone()).collect();
            let parts = parts::parts(document, sentence, clause, &places);
            for ((aspect, evidence), words) in judged.into_iter().zip(parts) {
                // The whole clause has been read; a part of it is read from the same states.
                let own = (words != clause.words).then(|| reading.mean(words.clone())).flatten();
                let judgment = Judgment {
                    sentence: clause.sentence,
                    bytes: bytes(sentence, &words),
                    score: own
                        .and_then(|mean| heads.tones(&mean).first().map(expected))
                        .unwrap_or(clause.score),
                    opinion: clause.opinion,
                    probability: evidence.probability(),
                };
                judgments[aspect].push(judgment);
            }
        }
        let found = self.seeds.aspects.iter().zip(&judgments).filter(|(_, judgments)| !judgments.is_empty());
        found.map(|(seeded, judgments)| aspect(&seeded.id, judgments, document)).collect()
    }
}

fn aspect(id: &str, judgments: &[Judgment], document: &Document) -> Aspect {
    let weight = |j: &Judgment| j.probability * (0.1 + j.opinion);
    let total: f64 = judgments.iter().map(weight).sum();
    let score = judgments.iter().map(|j| weight(j) * j.score).sum::<f64>() / total.max(f64::MIN_POSITIVE);
    let sentences: BTreeSet<usize> = judgments.iter().map(|j| j.sentence).collect();
    // What is clearest on the side that the score is on.
    let clear = |j: &Judgment| weight(j) * j.score * score.signum();
    let best = judgments.iter().reduce(|best, other| if clear(other) > clear(best) { other } else { best });
    Aspect {
        aspect: id.to_string(),
        score,
        label: Label::of(score),
        confidence: judgments.iter().map(|j| j.probability).fold(0.0, f64::max),
        sentences: sentences.into_iter().collect(),
        quote: best.map(|j| Quote::of(document, j.bytes.clone())).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::super::{clauses, tone};
    use super::*;
    use crate::reader::{Engine, Model};

    static FILM: LazyLock<(Reader, Aspects)> = LazyLock::new(|| {
        let reader = Reader::new(&Model::embedded(), Engine::Embedded).unwrap();
        let set = AspectSet::parse(AspectSet::preset("film").unwrap()).unwrap();
        let aspects = Aspects::new(&set, &reader).unwrap();
        (reader, aspects)
    });

    fn found(text: &str) -> Vec<Aspect> {
        let (reader, aspects) = &*FILM;
        let document = Document::parse(text);
        let (readings, _) = reader.read(std::slice::from_ref(&document)).unwrap();
        let (_, sentences) = tone(&document, &readings[0], reader.heads().attention());
        let clauses = clauses(&document, &readings[0], reader.heads());
        aspects.find(&Forms::new(&document), &readings[0], &clauses, &sentences, &[], reader.heads())
    }

    fn sides(text: &str) -> Vec<(String, bool)> {
        found(text).into_iter().map(|aspect| (aspect.aspect, aspect.score > 0.0)).collect()
    }

    #[test]
    fn a_contrast_parts_the_sentence() {
        let aspects = found("Gorgeous to look at, but the script is dead.");
        let tones: Vec<_> =
            aspects.iter().map(|a| (a.aspect.as_str(), a.score > 0.0, a.quote.text.as_str())).collect();
        assert_eq!(
            tones,
            [("writing", false, "but the script is dead."), ("cinematography", true, "Gorgeous to look at")]
        );
    }

    #[test]
    fn a_list_parts_too() {
        let expected = [("acting", false), ("effects", true)].map(|(a, s)| (a.to_string(), s));
        assert_eq!(sides("Great effects, terrible acting."), expected);
    }

    #[test]
    fn what_is_told_is_not_judged() {
        assert_eq!(sides("The boy walks to the sea and meets his uncle."), []);
        assert_eq!(sides(""), []);
    }

    #[test]
    fn an_aspect_gathers_its_sentences() {
        let aspects = found("The music is lovely. He goes home. Every song of it is a treat to hear.");
        assert_eq!(aspects.len(), 1, "{aspects:?}");
        assert_eq!((aspects[0].aspect.as_str(), &aspects[0].sentences[..]), ("music", &[0, 2][..]));
        assert!(aspects[0].score > 0.3);
    }
}
