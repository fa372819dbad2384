//! Candidates: runs of one to four words that may be a phrase.

use std::collections::HashMap;
use std::ops::Range;

use super::super::forms::{Form, Forms};
use crate::reader::Reading;
use crate::text::{Block, Case, Document, Sentence, Word};

/// Most words of a candidate; words joined by hyphens count as one.
const LONGEST: usize = 4;
/// Probabilities are kept this far from 0 before their logarithm is taken.
const FLOOR: f32 = 1e-9;

/// A place where a candidate stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Occurrence {
    /// Index of the sentence.
    pub sentence: usize,
    /// Its words in the sentence.
    pub words: Range<usize>,
    /// Number of words that come before it in the review, captions left out.
    pub position: usize,
    /// Natural logarithm of the probability that exactly these words are a key phrase by the reader's labels;
    /// `None` where the reader gives no labels.
    pub probability: Option<f32>,
    /// Whether a stop word, a symbol or the sentence's edge comes before and after it.
    pub bounded: [bool; 2],
    /// Whether a stop word or number stands in it, not joined to others by a hyphen.
    pub weak: bool,
}

/// Occurrences whose words have the same stems.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// Stems of its words, hyphens left out.
    pub stems: Vec<String>,
    /// The form that is most frequent, lower-case where a capital only marks a sentence's beginning.
    pub text: String,
    /// Its words in that form, lower-case, hyphens left out.
    pub words: Vec<String>,
    /// Number of words, those joined by hyphens counted as one.
    pub length: usize,
    /// In the order of the text; at least one.
    pub occurrences: Vec<Occurrence>,
}

impl Candidate {
    /// Whether every occurrence lies within one of `other`'s.
    pub(super) fn is_inside(&self, other: &Candidate) -> bool {
        let within = |a: &Occurrence, b: &Occurrence| {
            a.sentence == b.sentence && b.words.start <= a.words.start && a.words.end <= b.words.end
        };
        let begins = |occurrence: &Occurrence| (occurrence.sentence, occurrence.words.start);
        self.occurrences.iter().all(|inner| {
            let after = other.occurrences.partition_point(|outer| begins(outer) <= begins(inner));
            other.occurrences[..after].last().is_some_and(|outer| within(inner, outer))
        })
    }
}

/// What a word can be in a phrase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Anywhere.
    Inner,
    /// A stop word, number or single letter: not at an edge.
    Weak,
    /// A hyphen without space around it.
    Hyphen,
    /// Part of a name that is an entity: nowhere.
    Name,
    /// A symbol or possessive ending: nowhere.
    Break,
}

/// All candidates of a review, in the order of first occurrences. `is_name` tells for a sentence and a word
/// whether an entity's name covers it.
pub(super) fn candidates(
    forms: &Forms,
    readings: &[Reading],
    is_name: &dyn Fn(usize, usize) -> bool,
) -> Vec<Candidate> {
    let document = forms.document;
    let mut found: Vec<(Vec<String>, Vec<Occurrence>)> = Vec::new();
    let mut index: HashMap<Vec<String>, usize> = HashMap::new();
    let mut position = 0;
    for (at, (sentence, reading)) in document.sentences.iter().zip(readings).enumerate() {
        if sentence.block == Block::Caption {
            continue;
        }
        // Words that the encoder did not see have no states.
        let seen = sentence.words.len().min(reading.words.len());
        let forms = &forms.of(at)[..seen];
        let roles: Vec<Role> = forms
            .iter()
            .enumerate()
            .map(|(word, form)| if is_name(at, word) { Role::Name } else { role(form, sentence, word) })
            .collect();
        for words in spans(&roles) {
            let key: Vec<String> = words
                .clone()
                .filter(|word| roles[*word] != Role::Hyphen)
                .map(|word| forms[word].stem.clone())
                .collect();
            let edge = |word: Option<usize>| {
                word.and_then(|word| roles.get(word))
                    .is_none_or(|role| matches!(role, Role::Weak | Role::Break))
            };
            let occurrence = Occurrence {
                sentence: at,
                position: position + words.start,
                probability: probability(&reading.phrases, &words),
                weak: words.clone().any(|word| roles[word] == Role::Weak && !solid(&roles, word)),
                bounded: [edge(words.start.checked_sub(1)), edge(Some(words.end))],
                words,
            };
            let slot = *index.entry(key).or_insert_with_key(|key| {
                found.push((key.clone(), Vec::new()));
                found.len() - 1
            });
            found[slot].1.push(occurrence);
        }
        position += sentence.words.len();
    }
    found.into_iter().map(|(stems, occurrences)| candidate(document, stems, occurrences)).collect()
}

fn text<'a>(document: &'a Document, sentence: &Sentence, word: usize) -> &'a str {
    sentence.words.get(word).and_then(|word| document.text.get(word.range.clone())).unwrap_or("")
}

fn role(form: &Form, sentence: &Sentence, word: usize) -> Role {
    let touches = |a: usize, b: usize| match (sentence.words.get(a), sentence.words.get(b)) {
        (Some(a), Some(b)) => a.range.end == b.range.start,
        _ => false,
    };
    let lower = form.lower.as_str();
    match lower {
        "-" | "‐" | "\u{2011}" if word > 0 && touches(word - 1, word) && touches(word, word + 1) => {
            Role::Hyphen
        }
        "'s" | "’s" => Role::Break,
        _ if !lower.chars().any(char::is_alphanumeric) => Role::Break,
        _ if lower.chars().filter(|c| c.is_alphabetic()).count() < 2 || form.stop => Role::Weak,
        _ => Role::Inner,
    }
}

fn is_hyphen(roles: &[Role], word: Option<usize>) -> bool {
    word.and_then(|word| roles.get(word)) == Some(&Role::Hyphen)
}

/// Whether a word may be at the edge of a phrase. A hyphen makes its word strong: `on-set accident`.
fn solid(roles: &[Role], word: usize) -> bool {
    let joined = is_hyphen(roles, word.checked_sub(1)) || is_hyphen(roles, Some(word + 1));
    roles[word] == Role::Inner || roles[word] == Role::Weak && joined
}

/// Every run of one to four words that neither begins nor ends with a weak word or inside a hyphenated one.
fn spans(roles: &[Role]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    for start in 0..roles.len() {
        if !solid(roles, start) || is_hyphen(roles, start.checked_sub(1)) {
            continue;
        }
        let mut units = 0;
        for (last, role) in roles.iter().enumerate().skip(start) {
            match role {
                Role::Hyphen => continue,
                Role::Name | Role::Break => break,
                Role::Inner | Role::Weak => {
                    units += usize::from(!is_hyphen(roles, last.checked_sub(1)) || last == start)
                }
            }
            if units > LONGEST {
                break;
            }
            if solid(roles, last) && !is_hyphen(roles, Some(last + 1)) {
                spans.push(start..last + 1);
            }
        }
    }
    spans
}

/// ln P(first begins) + Σ ln P(others continue) + ln(1 − P(next continues)).
fn probability(phrases: &[[f32; 3]], words: &Range<usize>) -> Option<f32> {
    let (first, rest) = phrases.get(words.clone())?.split_first()?;
    let after = phrases.get(words.end).map_or(1.0, |next| 1.0 - next[2]);
    let ln = |p: f32| p.max(FLOOR).ln();
    Some(ln(first[1]) + rest.iter().map(|word| ln(word[2])).sum::<f32>() + ln(after))
}

fn candidate(document: &Document, stems: Vec<String>, occurrences: Vec<Occurrence>) -> Candidate {
    let mut forms: HashMap<String, (usize, usize)> = HashMap::new();
    for (order, occurrence) in occurrences.iter().enumerate() {
        forms.entry(form(document, occurrence)).or_insert((0, order)).0 += 1;
    }
    let text = forms
        .into_iter()
        .max_by_key(|(text, (count, order))| {
            (*count, !text.contains(char::is_uppercase), std::cmp::Reverse(*order))
        })
        .map(|(text, _)| text)
        .unwrap_or_default();
    let words: Vec<String> = crate::text::words(&text)
        .into_iter()
        .map(|word| text[word.range].to_lowercase())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    let length = text.split_whitespace().count();
    Candidate { stems, text, words, length, occurrences }
}

/// An occurrence as written, without the capitals that a sentence's beginning, a heading or shouting brings.
fn form(document: &Document, occurrence: &Occurrence) -> String {
    let Some(sentence) = document.sentences.get(occurrence.sentence) else { return String::new() };
    let words = &sentence.words;
    let shouted =
        words.iter().all(|word| matches!(word.case, Case::Upper | Case::Lower) || word.range.len() == 1);
    let mut out = String::new();
    let mut end = None;
    for index in occurrence.words.clone() {
        let Some(word) = words.get(index) else { break };
        if end.is_some_and(|end| end < word.range.start) {
            out.push(' ');
        }
        end = Some(word.range.end);
        let written = text(document, sentence, index);
        let begins =
            (0..index).all(|before| !text(document, sentence, before).contains(char::is_alphanumeric));
        let plain = match word.case {
            Case::Capitalised => {
                sentence.block == Block::Heading || begins && !capital_follows(words, occurrence, index)
            }
            Case::Upper => shouted,
            Case::Lower | Case::Mixed => false,
        };
        if plain { out.extend(written.chars().flat_map(char::to_lowercase)) } else { out.push_str(written) }
    }
    out
}

/// Whether the next word of the phrase has a capital too, as in a name.
fn capital_follows(words: &[Word], occurrence: &Occurrence, index: usize) -> bool {
    index + 1 < occurrence.words.end && words.get(index + 1).is_some_and(|word| word.case != Case::Lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fixtures::{blank, each_span};

    fn found(document: &Document, readings: &[Reading]) -> Vec<Candidate> {
        candidates(&Forms::new(document), readings, &|_, _| false)
    }

    fn texts(given: &str) -> Vec<String> {
        let document = Document::parse(given);
        let readings: Vec<Reading> =
            document.sentences.iter().map(|sentence| blank(&document, sentence)).collect();
        found(&document, &readings).into_iter().map(|candidate| candidate.text).collect()
    }

    #[test]
    fn runs_between_stop_words_and_symbols() {
        assert_eq!(
            texts("She paints the character-driven coast, and grief."),
            [
                "paints",
                "paints the character-driven",
                "paints the character-driven coast",
                "character-driven",
                "character-driven coast",
                "coast",
                "grief"
            ]
        );
        assert_eq!(texts("Isn't it 1999, though, E.T.?"), Vec::<String>::new());
    }

    #[test]
    fn a_hyphen_needs_words_on_both_sides() {
        assert_eq!(texts("an on-set fire"), ["on-set", "on-set fire", "fire"]);
        assert_eq!(texts("the fire -smoke"), ["fire", "smoke"]);
    }

    #[test]
    fn forms_count_as_one_in_the_most_frequent_spelling() {
        let document =
            Document::parse("Loud echoes die. An echo; echoes of the Arctic Circle. Arctic Circle.");
        let readings: Vec<Reading> =
            document.sentences.iter().map(|sentence| blank(&document, sentence)).collect();
        let found = found(&document, &readings);
        let echo = found.iter().find(|candidate| candidate.stems == ["echo"]).unwrap();
        assert_eq!((echo.text.as_str(), echo.occurrences.len()), ("echoes", 3));
        assert!(found.iter().any(|candidate| candidate.text == "loud echoes"));
        let name = found.iter().find(|candidate| candidate.stems == ["arctic", "circl"]).unwrap();
        assert_eq!(
            (name.text.as_str(), name.length, name.occurrences[0].bounded),
            ("Arctic Circle", 2, [true, true])
        );
    }

    #[test]
    fn labels_give_the_probability_of_exactly_these_words() {
        let document = Document::parse("a deep old grief here");
        let mut readings: Vec<Reading> =
            document.sentences.iter().map(|sentence| blank(&document, sentence)).collect();
        each_span(&document, "old grief", |sentence, word, first| {
            readings[sentence].phrases[word] = if first { [0.1, 0.8, 0.1] } else { [0.1, 0.1, 0.8] };
        });
        let found = found(&document, &readings);
        let probability = |text: &str| {
            let candidate = found.iter().find(|candidate| candidate.text == text).unwrap();
            candidate.occurrences[0].probability.unwrap().exp()
        };
        assert!((probability("old grief") - 0.8 * 0.8 * 0.99).abs() < 1e-4);
        assert!((probability("deep old grief") - 0.01 * 0.1 * 0.8 * 0.99).abs() < 1e-4);
        assert!((probability("old") - 0.8 * 0.2).abs() < 1e-4);
        let inside = |a: &str, b: &str| {
            let find = |text: &str| found.iter().find(|candidate| candidate.text == text).unwrap();
            find(a).is_inside(find(b))
        };
        assert!(inside("old", "old grief") && !inside("old grief", "old") && !inside("deep", "old grief"));
    }
}
