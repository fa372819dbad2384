//! Roles: who directs, who plays, who is played.
//!
//! Every pattern that holds at a mention votes for a role of the person named; over the whole review the role with
//! the most votes wins, if it has enough and the next has clearly less.

mod credits;
mod lexicon;
mod line;
mod parts;

use std::ops::Range;

use crate::text::Document;

use super::super::{Role, SentenceTone};
use super::decode::{PERSON, WORK};
use super::mentions::Place;
use super::merge::Group;
pub(super) use lexicon::occupation;
use line::{Line, Name};

/// Fewest votes for a role.
const ENOUGH: f64 = 1.0;
/// The best role must have this many times the votes of the next.
const CLEARLY: f64 = 1.3;
/// A director's votes count this many times: who directs may write and play as well, and is still the director.
const DIRECTOR: f64 = 1.5;

/// Votes for each role of each group.
struct Votes(Vec<[f64; Role::ALL.len()]>);

impl Votes {
    fn add(&mut self, group: usize, role: Role, weight: f64) {
        let slot = Role::ALL.iter().position(|other| *other == role);
        if let Some((votes, slot)) = self.0.get_mut(group).zip(slot) {
            votes[slot] += weight;
        }
    }

    fn all(&mut self, groups: &[usize], role: Role, weight: f64) {
        groups.iter().for_each(|group| self.add(*group, role, weight));
    }
}

/// The role of each group, where one is clear; only persons have roles.
///
/// `tones` has one item for each sentence; what is missing counts as opinion.
pub(super) fn roles(
    document: &Document,
    places: &[Place],
    groups: &[Group],
    tones: &[SentenceTone],
) -> Vec<Option<Role>> {
    let mut votes = Votes(vec![[0.0; Role::ALL.len()]; groups.len()]);
    for (sentence, names) in names(document, places, groups).into_iter().enumerate() {
        if let Some(words) = document.sentences.get(sentence)
            && names.iter().any(|(_, name)| matches!(name, Name::Person(_)))
        {
            let line = Line::new(document, words, &names);
            let opinion = tones.get(sentence).map_or(1.0, |tone| tone.opinion);
            credits::vote(&line, opinion, &mut votes);
            parts::vote(&line, opinion, &mut votes);
        }
    }
    votes.0.iter().map(decide).collect()
}

/// The names of each sentence: their words and what they name.
fn names(document: &Document, places: &[Place], groups: &[Group]) -> Vec<Vec<(Range<usize>, Name)>> {
    let mut groups_of = vec![None; places.len()];
    for (index, group) in groups.iter().enumerate() {
        for place in &group.places {
            if let Some(slot) = groups_of.get_mut(*place) {
                *slot = Some((index, group.kind));
            }
        }
    }
    let mut names = vec![Vec::new(); document.sentences.len()];
    for (place, group) in places.iter().zip(groups_of) {
        let name = match group {
            Some((index, PERSON)) => Name::Person(index),
            Some((_, WORK)) => Name::Work,
            _ => Name::Other,
        };
        if let Some(names) = names.get_mut(place.sentence) {
            names.push((place.found.words.clone(), name));
        }
    }
    names
}

fn decide(votes: &[f64; Role::ALL.len()]) -> Option<Role> {
    let weight = |slot: usize| votes[slot] * if Role::ALL[slot] == Role::Director { DIRECTOR } else { 1.0 };
    let best =
        (0..Role::ALL.len()).reduce(|best, slot| if weight(slot) > weight(best) { slot } else { best })?;
    let next = (0..Role::ALL.len()).filter(|slot| *slot != best).map(weight).fold(0.0, f64::max);
    (votes[best] >= ENOUGH && weight(best) >= CLEARLY * next).then(|| Role::ALL[best])
}
