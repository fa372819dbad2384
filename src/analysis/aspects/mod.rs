//! Aspects: what a review judges, and how.
//!
//! A set of aspects gives a few seeds for each (see [`AspectSet`]). The reader reads them once, as it reads everything,
//! and a clause is held against them by its vectors: the vectors of its words and pairs of words against those of the
//! terms, and the vector of the whole clause against those of the examples. A logistic model says from these likenesses,
//! and from how much the clause judges at all, whether it judges the aspect.

mod evidence;
mod set;

use std::collections::BTreeSet;

use super::clauses::Clause;
use super::review::{Aspect, Label, Quote, SentenceTone};
use crate::reader::{Heads, Reader, ReaderError, Reading};
use crate::text::{Block, Document};
use evidence::Seeded;
pub use set::{AspectSet, AspectSetError, Seeds};

/// Probability from which on a clause is said to judge an aspect.
const JUDGED: f64 = 0.3;

/// A set of aspects as the reader sees it.
pub struct Aspects {
    seeded: Vec<Seeded>,
}

/// A clause that judges an aspect.
struct Judgment<'a> {
    clause: &'a Clause,
    probability: f64,
}

impl Aspects {
    /// Reads the seeds of a set.
    ///
    /// # Errors
    /// An engine that fails.
    pub fn new(set: &AspectSet, reader: &Reader) -> Result<Aspects, ReaderError> {
        Ok(Aspects { seeded: evidence::read_seeds(set, reader)? })
    }

    /// The aspects that a review judges, in the order of the set. `clauses` are those of `document`, whose sentences
    /// `readings` and `sentences` describe.
    ///
    /// An aspect's tone is the mean of the clauses that judge it, each weighed by how surely it does and by its opinion.
    pub fn find(
        &self,
        document: &Document,
        readings: &[Reading],
        clauses: &[Clause],
        sentences: &[SentenceTone],
        heads: &Heads,
    ) -> Vec<Aspect> {
        let mut judgments: Vec<Vec<Judgment>> = self.seeded.iter().map(|_| Vec::new()).collect();
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
            let evidence =
                evidence::evidence(&self.seeded, document, sentence, reading, clause, opinion, heads);
            for (judgments, evidence) in judgments.iter_mut().zip(&evidence) {
                let probability = evidence.probability();
                if probability >= JUDGED {
                    judgments.push(Judgment { clause, probability });
                }
            }
        }
        let found = self.seeded.iter().zip(&judgments).filter(|(_, judgments)| !judgments.is_empty());
        found.map(|(seeded, judgments)| aspect(&seeded.id, judgments, document)).collect()
    }
}

fn aspect(id: &str, judgments: &[Judgment], document: &Document) -> Aspect {
    let weight = |j: &Judgment| j.probability * (0.1 + j.clause.opinion);
    let total: f64 = judgments.iter().map(weight).sum();
    let score =
        judgments.iter().map(|j| weight(j) * j.clause.score).sum::<f64>() / total.max(f64::MIN_POSITIVE);
    let sentences: BTreeSet<usize> = judgments.iter().map(|j| j.clause.sentence).collect();
    // What is clearest on the side that the score is on.
    let clear = |j: &Judgment| weight(j) * j.clause.score * score.signum();
    let best = judgments.iter().reduce(|best, other| if clear(other) > clear(best) { other } else { best });
    Aspect {
        aspect: id.to_string(),
        score,
        label: Label::of(score),
        confidence: judgments.iter().map(|j| j.probability).fold(0.0, f64::max),
        sentences: sentences.into_iter().collect(),
        quote: best.map(|j| Quote::of(document, j.clause.bytes.clone())).unwrap_or_default(),
    }
}
