//! Entities: the people, works, places and organisations that a review names.
//!
//! The tagger's probabilities are decoded sentence by sentence, the names found are looked for where it missed them,
//! and mentions of the same are put together over the whole review.

mod addresses;
mod decode;
mod mentions;
mod merge;
mod names;
mod references;
mod roles;
#[cfg(test)]
mod tests;
mod works;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::reader::Reading;
use crate::text::{Block, CodePoints, Document};

use super::{Clause, Entity, Mention, SentenceTone};
use decode::KINDS;
use mentions::Place;
use merge::Group;
use references::Reference;

/// The entities of a review, most salient first.
///
/// `given` is the text that `document` was made from; `readings` and `tones` have one item for each of its
/// sentences, in order (items that are missing name and judge nothing), `clauses` their clauses. `film` is the
/// reviewed film's title, if known.
///
/// Salience is 0.4 · n/(n + 2) + 0.3 · √s + 0.2 · (1 − p) + 0.1 · h, where n is the number of mentions, s the share
/// of the sentences (captions apart) that name the entity, p the place of its first mention in the text from 0 to
/// 1, and h is 1 if a heading names it. Tone is the mean score of the clauses that name it, and of a clause with `who`
/// directly after the name, each weighed by its opinion times the weight of its sentence; it is absent where no such
/// clause has an opinion of at least 0.5.
pub fn entities(
    document: &Document,
    given: &str,
    readings: &[Reading],
    tones: &[SentenceTone],
    clauses: &[Clause],
    film: Option<&str>,
) -> Vec<Entity> {
    let places = mentions::places(document, readings, film);
    let points = CodePoints::new(given);
    let groups = merge::merge(document, &places);
    let roles = roles::roles(document, &places, &groups, tones);
    let references = references::references(document, &places, &groups, &roles);
    let mut entities: Vec<Entity> = groups
        .iter()
        .zip(roles)
        .enumerate()
        .map(|(index, (group, role))| {
            let named: Vec<&Place> = group.places.iter().filter_map(|at| places.get(*at)).collect();
            let places = naming(index, &named, &references);
            let mentions: Vec<Mention> = places
                .iter()
                .map(|place| {
                    let span = document.span(place.bytes.clone());
                    Mention { start: span.start, end: span.end, text: points.slice(span).to_owned() }
                })
                .collect();
            Entity {
                text: fullest(document, group, &named),
                kind: KINDS[group.kind].to_owned(),
                role,
                count: mentions.len(),
                salience: salience(document, &places),
                tone: tone(document, tones, clauses, &places),
                mentions,
            }
        })
        .collect();
    let first = |entity: &Entity| entity.mentions.first().map(|mention| mention.start);
    entities.sort_by(|a, b| b.salience.total_cmp(&a.salience).then_with(|| first(a).cmp(&first(b))));
    entities
}

/// Words that name an entity.
struct Naming {
    sentence: usize,
    /// Bytes in the document's text.
    bytes: Range<usize>,
}

/// All that names a group, in the order of the text: its names, and words that stand for them.
fn naming(group: usize, named: &[&Place], references: &[Reference]) -> Vec<Naming> {
    let named = named.iter().map(|place| Naming { sentence: place.sentence, bytes: place.bytes.clone() });
    let referring = references
        .iter()
        .filter(|reference| reference.group == group)
        .map(|reference| Naming { sentence: reference.sentence, bytes: reference.bytes.clone() });
    let mut all: Vec<Naming> = named.chain(referring).collect();
    all.sort_by_key(|naming| naming.bytes.start);
    all
}

/// The fullest spelling: most parts, then not all in capitals, then most frequent, then first.
fn fullest(document: &Document, group: &Group, places: &[&Place]) -> String {
    let mut spellings: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (order, place) in places.iter().enumerate() {
        let text = document.text.get(place.bytes.clone()).unwrap_or("");
        spellings.entry(text).or_insert((0, order)).0 += 1;
    }
    let parts =
        |text: &str| if group.kind == decode::PERSON { names::person(text) } else { names::parts(text) };
    let length = |text: &str| {
        let parts = parts(text);
        (parts.len(), parts.iter().map(String::len).sum::<usize>())
    };
    spellings
        .into_iter()
        .max_by_key(|(text, (count, order))| {
            (length(text), text.chars().any(char::is_lowercase), *count, std::cmp::Reverse(*order))
        })
        .map(|(text, _)| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .unwrap_or_default()
}

fn salience(document: &Document, places: &[Naming]) -> f64 {
    let block = |sentence: usize| document.sentences.get(sentence).map(|sentence| sentence.block);
    let sentences = document.sentences.iter().filter(|sentence| sentence.block != Block::Caption).count();
    let naming: BTreeSet<usize> =
        places.iter().map(|place| place.sentence).filter(|at| block(*at) != Some(Block::Caption)).collect();
    let count = places.len() as f64 / (places.len() as f64 + 2.0);
    let share = naming.len() as f64 / sentences.max(1) as f64;
    let start = places.first().map_or(0, |place| place.bytes.start);
    let position = start as f64 / document.text.len().max(1) as f64;
    let heading = naming.iter().any(|at| block(*at) == Some(Block::Heading));
    let salience =
        0.4 * count + 0.3 * share.sqrt() + 0.2 * (1.0 - position) + 0.1 * f64::from(u8::from(heading));
    salience.clamp(0.0, 1.0)
}

fn tone(document: &Document, tones: &[SentenceTone], clauses: &[Clause], places: &[Naming]) -> Option<f64> {
    let about = about(document, clauses, places);
    if about.iter().all(|clause| clause.opinion < 0.5) {
        return None;
    }
    let mean = |weight: &dyn Fn(&Clause) -> f64| {
        let total: f64 = about.iter().map(|clause| weight(clause)).sum();
        let sum: f64 = about.iter().map(|clause| weight(clause) * clause.score).sum();
        (total > 0.0).then(|| (sum / total).clamp(-1.0, 1.0))
    };
    let weight = |clause: &Clause| tones.get(clause.sentence).map_or(0.0, |tone| tone.weight);
    // Headings and captions have no weight of their own; where nothing else names it, opinion alone counts.
    mean(&|clause| clause.opinion * weight(clause)).or_else(|| mean(&|clause| clause.opinion))
}

/// The clauses that name an entity, or that begin with `who` directly after its name.
fn about<'a>(document: &Document, clauses: &'a [Clause], places: &[Naming]) -> Vec<&'a Clause> {
    let mut about = BTreeSet::new();
    for place in places {
        // Clauses stand in the order of the text.
        let first = clauses.partition_point(|clause| clause.bytes.end <= place.bytes.start);
        let naming =
            clauses[first..].iter().take_while(|clause| clause.bytes.start < place.bytes.end).count();
        about.extend(first..first + naming);
        let next = first + naming;
        let relative = clauses.get(next).is_some_and(|clause| {
            let between = document.text.get(place.bytes.end..clause.bytes.start).unwrap_or(".");
            let begins = document.text.get(clause.bytes.clone()).unwrap_or_default();
            let who =
                begins.split_whitespace().next().is_some_and(|word| matches!(word, "who" | "whose" | "whom"));
            who && between.chars().all(|c| c.is_whitespace() || c == ',')
        });
        if relative {
            about.insert(next);
        }
    }
    about.into_iter().filter_map(|at| clauses.get(at)).collect()
}
