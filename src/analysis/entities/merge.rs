//! From places to entities: which names mean the same.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::text::{Block, Document};

use super::decode::{KINDS, PERSON};
use super::mentions::Place;
use super::names;

/// A name loses its kind to the same name of another kind that has this many times its evidence ...
const OUTVOTED: f32 = 2.0;
/// ... where the tagger's mean probability of the kind is below.
const UNSURE: f32 = 0.6;
/// Most namesakes looked at for one short name: a bound for texts that are lists of names.
const NAMESAKES: usize = 200;
/// What makes of a family name before it the name of several people.
const FAMILY: [&str; 8] = ["brothers", "bros", "sisters", "siblings", "twins", "family", "boys", "girls"];

/// Places that name the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// Index into [`super::decode::KINDS`].
    pub kind: usize,
    /// The name's parts as compared (see [`names`]).
    parts: Vec<String>,
    /// Indices of places.
    pub places: Vec<usize>,
}

/// Puts places together. A caption's names join what prose or headings name, else they are left out.
pub(super) fn merge(document: &Document, places: &[Place]) -> Vec<Group> {
    let in_caption = |place: &Place| {
        document.sentences.get(place.sentence).is_some_and(|sentence| sentence.block == Block::Caption)
    };
    let groups = exact(document, places, |place| !in_caption(place));
    let mut groups = persons(vote(groups, places));
    for caption in exact(document, places, in_caption) {
        if let Some(index) = joins(&groups, &caption) {
            groups[index].places.extend(caption.places);
        }
    }
    for group in &mut groups {
        group.places.sort_unstable();
    }
    groups
}

/// One group for each kind and name, in the order of first places.
fn exact(document: &Document, places: &[Place], wanted: impl Fn(&Place) -> bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut index: HashMap<(usize, Vec<String>), usize> = HashMap::new();
    for (place, at) in places.iter().zip(0..).filter(|(place, _)| wanted(place)) {
        let kind = place.found.kind;
        let parts = parts(document, place);
        if parts.is_empty() {
            continue;
        }
        let group = *index.entry((kind, parts)).or_insert_with_key(|(kind, parts)| {
            groups.push(Group { kind: *kind, parts: parts.clone(), places: Vec::new() });
            groups.len() - 1
        });
        groups[group].places.push(at);
    }
    groups
}

/// A place's name as compared. `the Coen brothers` gives `coens`: several people under one name.
fn parts(document: &Document, place: &Place) -> Vec<String> {
    let name = document.text.get(place.bytes.clone()).unwrap_or("");
    if place.found.kind != PERSON {
        return names::parts(name);
    }
    let mut parts = names::person(name);
    let next = document
        .sentences
        .get(place.sentence)
        .and_then(|sentence| sentence.words.get(place.found.words.end))
        .and_then(|word| document.text.get(word.range.clone()));
    if let ([single], Some(next)) = (parts.as_mut_slice(), next)
        && FAMILY.contains(&next.to_lowercase().as_str())
    {
        single.push('s');
    }
    parts
}

/// Gives a name of uncertain kind the kind that the same name has elsewhere, or that of a person whom it stands for.
fn vote(mut groups: Vec<Group>, places: &[Place]) -> Vec<Group> {
    let weight = |group: &Group| -> f32 {
        group
            .places
            .iter()
            .filter_map(|at| places.get(*at))
            .map(|place| place.found.evidence[group.kind])
            .sum()
    };
    let weights: Vec<f32> = groups.iter().map(weight).collect();
    let mut by_name: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
    for (at, group) in groups.iter().enumerate() {
        by_name.entry(group.parts.clone()).or_default().push(at);
    }
    let index = Index::new(&groups);
    let mut kinds: Vec<usize> = groups.iter().map(|group| group.kind).collect();
    for (at, group) in groups.iter().enumerate() {
        if weights[at] >= UNSURE * group.places.len() as f32 {
            continue;
        }
        let mut votes = [0.0; KINDS.len()];
        for &other in by_name.get(&group.parts).into_iter().flatten() {
            votes[groups[other].kind] += weights[other];
        }
        for full in
            index.namesakes(&group.parts).filter(|full| names::stands_for(&group.parts, &groups[*full].parts))
        {
            votes[PERSON] += weights[full];
        }
        for (kind, vote) in votes.into_iter().enumerate() {
            if vote >= OUTVOTED * weights[at] && vote > votes[kinds[at]] {
                kinds[at] = kind;
            }
        }
    }
    groups.iter_mut().zip(kinds).for_each(|(group, kind)| group.kind = kind);
    let mut merged: Vec<Group> = Vec::new();
    let mut index: HashMap<(usize, Vec<String>), usize> = HashMap::new();
    for group in groups {
        match index.entry((group.kind, group.parts.clone())) {
            Entry::Occupied(slot) => merged[*slot.get()].places.extend(group.places),
            Entry::Vacant(slot) => {
                slot.insert(merged.len());
                merged.push(group);
            }
        }
    }
    merged
}

/// Joins persons' short names to the one full name that they can stand for, longer names first, so that
/// `McDermott` finds `Patrick Scott McDermott` by way of `Patrick McDermott`.
fn persons(mut groups: Vec<Group>) -> Vec<Group> {
    let mut order: Vec<usize> = (0..groups.len()).filter(|index| groups[*index].kind == PERSON).collect();
    order.sort_by_key(|index| std::cmp::Reverse(groups[*index].parts.len()));
    let index = Index::new(&groups);
    let mut parent: Vec<usize> = (0..groups.len()).collect();
    let root = |parent: &[usize], mut at: usize| {
        while parent[at] != at {
            at = parent[at];
        }
        at
    };
    for &short in &order {
        let parts = &groups[short].parts;
        let mut roots: Vec<usize> = index
            .namesakes(parts)
            .filter(|full| *full != short && root(&parent, *full) != short)
            .filter(|full| {
                names::stands_for(parts, &groups[*full].parts)
                    || names::same_initials(parts, &groups[*full].parts)
            })
            .map(|full| root(&parent, full))
            .collect();
        roots.sort_unstable();
        roots.dedup();
        if let [full] = roots.as_slice() {
            parent[short] = *full;
        }
    }
    for at in 0..groups.len() {
        let root = root(&parent, at);
        if root != at {
            let moved = std::mem::take(&mut groups[at].places);
            groups[root].places.extend(moved);
        }
    }
    groups.retain(|group| !group.places.is_empty());
    groups
}

/// Persons by the first and by the last part of their names.
struct Index(HashMap<String, Vec<usize>>);

impl Index {
    fn new(groups: &[Group]) -> Index {
        let mut index: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, group) in
            groups.iter().enumerate().filter(|(_, group)| group.kind == PERSON && group.parts.len() > 1)
        {
            for part in [group.parts.first(), group.parts.last()].into_iter().flatten() {
                index.entry(part.clone()).or_default().push(at);
            }
        }
        Index(index)
    }

    fn namesakes<'a>(&'a self, parts: &'a [String]) -> impl Iterator<Item = usize> + 'a {
        let of = |part: Option<&String>| {
            part.and_then(|part| self.0.get(part)).into_iter().flatten().take(NAMESAKES)
        };
        of(parts.first()).chain(of(parts.last())).copied()
    }
}

/// The group that a caption's name belongs to: the same name of the same kind, the same name of another kind, or the
/// only person whom it can stand for or who can stand for it.
fn joins(groups: &[Group], caption: &Group) -> Option<usize> {
    let same = |kind: bool| {
        groups.iter().position(|group| group.parts == caption.parts && (!kind || group.kind == caption.kind))
    };
    same(true).or_else(|| same(false)).or_else(|| {
        let mut persons = groups.iter().enumerate().filter(|(_, group)| {
            group.kind == PERSON
                && caption.kind == PERSON
                && (names::stands_for(&caption.parts, &group.parts)
                    || names::stands_for(&group.parts, &caption.parts))
        });
        persons.next().filter(|_| persons.next().is_none()).map(|(index, _)| index)
    })
}
