//! Where names stand: what the tagger found, and the same names where it missed them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::reader::{Reading, Tags};
use crate::text::{Block, Document, Sentence};

use super::addresses;
use super::decode::{self, Found, KINDS, PERSON, WORK};
use super::works::{self, Line, certain};

/// A missed single word is taken for a name known elsewhere if the tagger's probability that it is none is below.
const DOUBT: f32 = 0.98;
/// The same at the start of a sentence, where every word has a capital.
const DOUBT_AT_START: f32 = 0.9;
/// A title's single word, in the middle of a sentence and with its capital, is the title if the tagger's
/// probability that it is no name is below.
const TITLE_DOUBT: f32 = 0.9999;

/// What is spelled like the film's title is a person if the tagger's probability of a person is not below.
const HERO: f32 = 0.8;
/// Most words of a title before its year in a headline.
const LONGEST_TITLE: usize = 10;
/// Least evidence for a name that only a headline has.
const SURE_IN_HEADING: f32 = 0.8;

/// A name at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Index of the sentence.
    pub sentence: usize,
    /// The words and what the tagger says of them.
    pub found: Found,
    /// Bytes in the document's text.
    pub bytes: Range<usize>,
}

/// All names of the review in the order of the text: first those of the tagger, then every place where a name of
/// prose or heading, the surname of a person or the film's title is spelled alike, with a capital, and is no name yet.
pub(super) fn places(document: &Document, readings: &[Reading], film: Option<&str>) -> Vec<Place> {
    let text = document.text.as_str();
    let mut found: Vec<Vec<Found>> = document
        .sentences
        .iter()
        .zip(readings)
        .map(|(sentence, reading)| {
            let mut names = decode::decode(text, sentence, &reading.tags);
            names.retain(|name| {
                !bytes(sentence, &name.words).is_some_and(|bytes| addresses::covers(text, &bytes))
            });
            let line = Line { text, sentence, tags: &reading.tags };
            works::titles(&line, &document.emphasis, &mut names);
            names
        })
        .collect();
    let titled =
        document.sentences.iter().zip(&mut found).find_map(|(sentence, names)| title(text, sentence, names));
    let film = film.or(titled);
    for (sentence, names) in document.sentences.iter().zip(&mut found) {
        for name in names {
            let named = bytes(sentence, &name.words).and_then(|bytes| text.get(bytes));
            let unsure = name.kind != PERSON || name.evidence[PERSON] < HERO;
            if unsure && named.is_some() && named == film {
                name.kind = WORK;
                name.evidence = certain();
            }
        }
    }
    kin(document, &mut found, film);
    doubt_headings(document, &mut found);
    let known = Known::new(document, &found, film);
    for ((sentence, reading), names) in document.sentences.iter().zip(readings).zip(&mut found) {
        known.find(text, sentence, &reading.tags, names);
    }
    let mut places = Vec::new();
    for (index, (sentence, names)) in document.sentences.iter().zip(found).enumerate() {
        for found in names {
            if let Some(bytes) = bytes(sentence, &found.words) {
                places.push(Place { sentence: index, found, bytes });
            }
        }
    }
    places
}

/// Bytes of words of a sentence.
fn bytes(sentence: &Sentence, words: &Range<usize>) -> Option<Range<usize>> {
    let words = sentence.words.get(words.clone())?;
    Some(words.first()?.range.start..words.last()?.range.end)
}

fn word<'a>(text: &'a str, sentence: &Sentence, index: usize) -> &'a str {
    sentence.words.get(index).and_then(|word| text.get(word.range.clone())).unwrap_or("")
}

/// The title that a headline begins with, before a year in brackets; it becomes one of the sentence's names.
fn title<'a>(text: &'a str, sentence: &Sentence, names: &mut Vec<Found>) -> Option<&'a str> {
    if sentence.block != Block::Heading {
        return None;
    }
    let line = Line { text, sentence, tags: &[] };
    let end = (1..=LONGEST_TITLE).find(|end| line.year(*end))?;
    names.retain(|name| name.words.start >= end);
    names.insert(0, Found { words: 0..end, kind: WORK, evidence: certain() });
    text.get(bytes(sentence, &(0..end))?)
}

/// Headlines have capitals everywhere and little grammar, so where there is prose, a headline's name must be sure and of
/// more than one word, or be part of a name that prose has too.
fn doubt_headings(document: &Document, found: &mut [Vec<Found>]) {
    let text = document.text.as_str();
    let mut prose: HashSet<String> = HashSet::new();
    let mut sentences = 0;
    for (sentence, names) in document.sentences.iter().zip(found.iter()) {
        if sentence.block == Block::Prose {
            sentences += 1;
            prose.extend(
                names
                    .iter()
                    .flat_map(|name| name.words.clone())
                    .map(|at| word(text, sentence, at).to_lowercase()),
            );
        }
    }
    if sentences == 0 {
        return;
    }
    for (sentence, names) in document.sentences.iter().zip(found) {
        if sentence.block == Block::Heading {
            names.retain(|name| {
                let known =
                    || name.words.clone().all(|at| prose.contains(&word(text, sentence, at).to_lowercase()));
                let sure = name.evidence[name.kind] > SURE_IN_HEADING;
                sure && (name.words.len() > 1 || name.kind == WORK) || known()
            });
        }
    }
}

/// A title of one word that is part of a person's name in the same review ("Baldwin" beside "Alec Baldwin") is that
/// person, unless it is the film's.
fn kin(document: &Document, found: &mut [Vec<Found>], film: Option<&str>) {
    let text = document.text.as_str();
    let mut parts: HashSet<&str> = HashSet::new();
    for (sentence, names) in document.sentences.iter().zip(found.iter()) {
        let persons = names.iter().filter(|name| name.kind == PERSON && name.words.len() > 1);
        parts.extend(persons.flat_map(|name| name.words.clone()).map(|at| word(text, sentence, at)));
    }
    // What quotes, italics or a year make a title somewhere may be one everywhere.
    for (sentence, names) in document.sentences.iter().zip(found.iter()) {
        for name in names.iter().filter(|name| name.evidence == certain()) {
            parts.remove(word(text, sentence, name.words.start));
        }
    }
    for (sentence, names) in document.sentences.iter().zip(found) {
        for name in names.iter_mut().filter(|name| name.kind == WORK && name.words.len() == 1) {
            let said = word(text, sentence, name.words.start);
            if parts.contains(said) && Some(said) != film {
                name.kind = PERSON;
                name.evidence.swap(PERSON, WORK);
            }
        }
    }
}

/// One spelling of a name.
struct Spelling<'a> {
    words: Vec<&'a str>,
    /// The evidence of all places so spelled, added up.
    votes: [f32; KINDS.len()],
    /// The film's own title.
    title: bool,
}

/// Spellings to look for.
struct Known<'a> {
    /// By their first word; longer spellings first.
    spellings: HashMap<&'a str, Vec<Spelling<'a>>>,
    /// Words that the review also writes in lower case.
    common: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn new(document: &'a Document, found: &[Vec<Found>], film: Option<&'a str>) -> Known<'a> {
        let text = document.text.as_str();
        let mut votes: HashMap<Vec<&str>, ([f32; KINDS.len()], bool)> = HashMap::new();
        let mut add = |words: Vec<&'a str>, evidence: &[f32; KINDS.len()], title: bool| {
            if words.first().is_some_and(|first| first.chars().next().is_some_and(char::is_uppercase)) {
                let entry = votes.entry(words).or_default();
                entry.0.iter_mut().zip(evidence).for_each(|(sum, value)| *sum += value);
                entry.1 |= title;
            }
        };
        for (sentence, names) in document.sentences.iter().zip(found) {
            if sentence.block == Block::Caption {
                continue;
            }
            for name in names {
                let words: Vec<&str> = name.words.clone().map(|index| word(text, sentence, index)).collect();
                if let ([_, .., last], PERSON) = (words.as_slice(), name.kind)
                    && last.chars().count() > 2
                {
                    add(vec![last], &name.evidence, false);
                }
                add(words, &name.evidence, false);
            }
        }
        if let Some(film) = film {
            let words = crate::text::words(film).into_iter().filter_map(|word| film.get(word.range));
            add(words.collect(), &certain(), true);
        }
        let mut spellings: HashMap<&str, Vec<Spelling>> = HashMap::new();
        for (words, (votes, title)) in votes {
            if let Some(first) = words.first() {
                spellings.entry(first).or_default().push(Spelling { words, votes, title });
            }
        }
        for list in spellings.values_mut() {
            list.sort_unstable_by(|a, b| {
                b.words.len().cmp(&a.words.len()).then_with(|| a.words.cmp(&b.words))
            });
        }
        let common = document
            .sentences
            .iter()
            .flat_map(|sentence| &sentence.words)
            .filter_map(|word| text.get(word.range.clone()))
            .filter(|word| word.chars().all(|c| !c.is_uppercase()))
            .collect();
        Known { spellings, common }
    }

    /// Adds to a sentence's names, in order, the known ones among its other words.
    fn find(&self, text: &str, sentence: &Sentence, tags: &[Tags], names: &mut Vec<Found>) {
        let mut taken = vec![false; sentence.words.len()];
        for name in names.iter() {
            taken[name.words.clone()].fill(true);
        }
        let before = names.len();
        let mut at = 0;
        while at < sentence.words.len() {
            let span = self
                .spellings
                .get(word(text, sentence, at))
                .into_iter()
                .flatten()
                .find(|spelling| self.fits(spelling, text, sentence, tags, &taken, at));
            let Some(spelling) = span else {
                at += 1;
                continue;
            };
            let words = at..at + spelling.words.len();
            let local = decode::evidence(tags.get(words.clone()).unwrap_or_default());
            // What the tagger leans to here decides between kinds that it gave the same spelling elsewhere.
            let score = |kind: usize| spelling.votes[kind] * (0.01 + local[kind]);
            let kind = (0..KINDS.len()).max_by(|a, b| score(*a).total_cmp(&score(*b))).unwrap_or(WORK);
            at = words.end;
            names.push(Found { words, kind, evidence: local });
        }
        if names.len() > before {
            names.sort_by_key(|name| name.words.start);
        }
    }

    fn fits(
        &self,
        spelling: &Spelling,
        text: &str,
        sentence: &Sentence,
        tags: &[Tags],
        taken: &[bool],
        at: usize,
    ) -> bool {
        let free =
            taken.get(at..at + spelling.words.len()).is_some_and(|taken| taken.iter().all(|taken| !taken));
        let alike = || {
            spelling.words.iter().enumerate().all(|(offset, part)| word(text, sentence, at + offset) == *part)
        };
        if !free || !alike() {
            return false;
        }
        if spelling.words.len() > 1 {
            return true;
        }
        // Between hyphens or before one, a word is part of another.
        if word(text, sentence, at + 1) == "-" || (at > 0 && word(text, sentence, at - 1) == "-") {
            return false;
        }
        let nothing = tags.get(at).and_then(|tags| tags.first()).copied().unwrap_or(1.0);
        let starts = (0..at).all(|index| !word(text, sentence, index).chars().any(char::is_alphanumeric));
        let common = self.common.contains(spelling.words[0].to_lowercase().as_str());
        match (starts, spelling.title) {
            (true, _) => !common && nothing < DOUBT_AT_START,
            (false, true) => nothing < TITLE_DOUBT,
            (false, false) => nothing < DOUBT,
        }
    }
}
