//! "The director", "the actress": persons named by what they do.
//!
//! Such words name the one person of that role who is named in the same sentence or the three before, or else the
//! only one of the whole review. Pronouns are left alone.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::text::{Block, Document, Sentence};

use super::super::Role;
use super::decode::PERSON;
use super::mentions::Place;
use super::merge::Group;
use super::roles::occupation;

/// How many sentences back a name is near.
const NEAR: usize = 3;
/// Words that take a role's noun for a part of another: `the star system`, `the director's cut`.
const COMPOUNDS: [&str; 18] = [
    "power",
    "system",
    "turn",
    "vehicle",
    "rating",
    "ratings",
    "wattage",
    "wars",
    "trek",
    "chair",
    "cut",
    "credit",
    "credits",
    "guild",
    "room",
    "quality",
    "attraction",
    "status",
];
const FILMS: [&str; 4] = ["film", "movie", "picture", "piece"];

/// Words that stand for a person named elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// Index of the group that they name.
    pub group: usize,
    /// Index of their sentence.
    pub sentence: usize,
    /// Bytes in the document's text.
    pub bytes: Range<usize>,
}

/// All references of the review in the order of the text. `roles` has one item for each group.
pub(super) fn references(
    document: &Document,
    places: &[Place],
    groups: &[Group],
    roles: &[Option<Role>],
) -> Vec<Reference> {
    // Where each person is named: (sentence, group).
    let named: BTreeSet<(usize, usize)> = groups
        .iter()
        .enumerate()
        .filter(|(_, group)| group.kind == PERSON)
        .flat_map(|(index, group)| group.places.iter().map(move |place| (*place, index)))
        .filter_map(|(place, index)| Some((places.get(place)?.sentence, index)))
        .collect();
    let mut references = Vec::new();
    for (index, sentence) in document.sentences.iter().enumerate() {
        if sentence.block != Block::Prose {
            continue;
        }
        let taken: Vec<Range<usize>> = places
            .iter()
            .skip(places.partition_point(|place| place.sentence < index))
            .take_while(|place| place.sentence == index)
            .map(|place| place.found.words.clone())
            .collect();
        for (words, role) in nouns(document, sentence, &taken) {
            let near = named.range((index.saturating_sub(NEAR), 0)..(index + 1, 0)).map(|(_, group)| *group);
            let all = named.iter().map(|(_, group)| *group);
            let group = match only(near, role, roles) {
                Only::One(group) => Some(group),
                Only::Many => None,
                Only::Nobody => match only(all, role, roles) {
                    Only::One(group) => Some(group),
                    _ => None,
                },
            };
            let bytes = sentence
                .words
                .get(words)
                .and_then(|words| Some(words.first()?.range.start..words.last()?.range.end));
            if let (Some(group), Some(bytes)) = (group, bytes) {
                references.push(Reference { group, sentence: index, bytes });
            }
        }
    }
    references
}

enum Only {
    Nobody,
    One(usize),
    Many,
}

/// The only person of a role among `groups`. Many actors are named without a word on what they play, so whoever's
/// role is unknown may be one.
fn only(groups: impl Iterator<Item = usize>, role: Role, roles: &[Option<Role>]) -> Only {
    let role_of = |group: &usize| roles.get(*group).copied().flatten();
    let candidates: BTreeSet<usize> = groups
        .filter(|group| role_of(group) == Some(role) || role == Role::Actor && role_of(group).is_none())
        .collect();
    match candidates.first() {
        Some(group) if candidates.len() == 1 && role_of(group) == Some(role) => Only::One(*group),
        None => Only::Nobody,
        _ => Only::Many,
    }
}

/// `the director`, `its star`, `the film's composer`: words of a sentence and the role they say.
fn nouns(document: &Document, sentence: &Sentence, taken: &[Range<usize>]) -> Vec<(Range<usize>, Role)> {
    let words: Vec<String> = sentence
        .words
        .iter()
        .map(|word| {
            document.text.get(word.range.clone()).unwrap_or_default().to_lowercase().replace('’', "'")
        })
        .collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let is_name = |at: usize| taken.iter().any(|name| name.contains(&at));
    let mut found = Vec::new();
    for at in 1..words.len() {
        let Some((mut role, false)) = occupation(word(at)) else { continue };
        let start = match (word(at - 1), at.checked_sub(2).map(word)) {
            ("the" | "its" | "this" | "our", _) => at - 1,
            ("'s", Some(film)) if FILMS.contains(&film) => at,
            _ => continue,
        };
        let mut end = at + 1;
        if word(end) == "of" && word(end + 1) == "photography" {
            (role, end) = (Role::Cinematographer, end + 2);
        }
        let of_film = (end + 1..end + 4).any(|at| FILMS.contains(&word(at)));
        let compound = |at: usize| COMPOUNDS.contains(&word(at)) || word(at) == "-";
        let other = compound(end) || word(end) == "'s" && compound(end + 1) || word(end) == "of" && !of_film;
        // Beside a name it is the name's title or apposition.
        let sign = |at: usize| matches!(word(at), "," | "(" | "is" | "was" | "—" | "–");
        let beside = is_name(end)
            || sign(end) && is_name(end + 1)
            || start.checked_sub(1).is_some_and(&is_name)
            || start.checked_sub(2).is_some_and(|at| is_name(at) && sign(at + 1))
            || (start..end).any(is_name);
        if !other && !beside && role != Role::Character && word(at) != "lead" {
            found.push((start..end, role));
        }
    }
    found
}
