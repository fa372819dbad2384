//! A sentence as titles are looked for in it: its words, their case, what is in quotes and italics.

use std::ops::Range;

use crate::reader::Tags;
use crate::text::{Case, Sentence};

use super::super::decode;

/// Most words of a title.
pub(super) const LONGEST: usize = 10;
/// Words that a title writes in lower case.
pub(super) const SMALL: [&str; 32] = [
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "on", "or", "over",
    "the", "to", "with", "vs", "is", "de", "la", "le", "les", "du", "des", "der", "die", "das", "el", "y",
];
/// A sentence and what is known of it.
pub(in crate::analysis::entities) struct Line<'a> {
    pub(in crate::analysis::entities) text: &'a str,
    pub(in crate::analysis::entities) sentence: &'a Sentence,
    pub(in crate::analysis::entities) tags: &'a [Tags],
}

pub(super) fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

impl Line<'_> {
    pub(in crate::analysis::entities) fn word(&self, at: usize) -> &str {
        self.sentence.words.get(at).and_then(|word| self.text.get(word.range.clone())).unwrap_or("")
    }

    pub(super) fn lower(&self, at: usize) -> String {
        self.word(at).to_lowercase().replace('’', "'")
    }

    pub(super) fn before(&self, at: usize, back: usize) -> String {
        at.checked_sub(back).map(|at| self.lower(at)).unwrap_or_default()
    }

    pub(super) fn touches_before(&self, at: usize) -> bool {
        let words = &self.sentence.words;
        at > 0 && words.get(at - 1).zip(words.get(at)).is_some_and(|(a, b)| a.range.end == b.range.start)
    }

    pub(super) fn capital(&self, at: usize) -> bool {
        let word = self.sentence.words.get(at);
        word.is_some_and(|word| word.case != Case::Lower)
            && self.word(at).starts_with(|c: char| c.is_uppercase() || c.is_numeric())
    }

    pub(super) fn number(&self, at: usize) -> bool {
        let word = self.word(at);
        !word.is_empty() && word.chars().all(char::is_numeric)
    }

    /// Whether a year in brackets begins at a word: `(1995)`, `(1995, black and white)`.
    pub(in crate::analysis::entities) fn year(&self, at: usize) -> bool {
        let year = self.word(at + 1);
        self.word(at) == "("
            && matches!(self.word(at + 2), ")" | "," | ";")
            && year.len() == 4
            && (year.starts_with("19") || year.starts_with("20"))
            && year.bytes().all(|b| b.is_ascii_digit())
    }

    /// Whether words are written like a title: capitals, but for small words in the middle.
    pub(super) fn title_case(&self, span: &Range<usize>) -> bool {
        let first = self.capital(span.start) || self.number(span.start);
        let last = span.end.checked_sub(1).is_some_and(|last| !SMALL.contains(&self.word(last)));
        first
            && last
            && span.len() <= LONGEST
            && span.clone().any(|at| self.capital(at) && self.word(at).chars().count() > 1)
            && span.clone().all(|at| {
                let word = self.word(at);
                let sign = !word.contains(char::is_alphanumeric) && !matches!(word, "." | ";" | "(" | ")");
                self.capital(at) || self.number(at) || sign || SMALL.contains(&word) || self.lower(at) == "'s"
            })
    }

    /// Words in quotes, without the quotes and the punctuation before the last.
    pub(super) fn quoted(&self) -> Vec<(Range<usize>, bool)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.sentence.words.len() {
            let close = match self.word(at) {
                "\"" => "\"",
                "“" | "„" => "”",
                "‘" => "’",
                "'" if !self.touches_before(at) => "'",
                "«" => "»",
                _ => {
                    at += 1;
                    continue;
                }
            };
            let end = (at + 2..at + 2 + LONGEST + 2).find(|end| self.word(*end) == close);
            match end {
                Some(end) => {
                    let last = end - usize::from(matches!(self.word(end - 1), "," | "."));
                    if at + 1 < last {
                        found.push((at + 1..last, true));
                    }
                    at = end + 1;
                }
                None => at += 1,
            }
        }
        found
    }

    /// Words in italics.
    pub(super) fn italics(&self, emphasis: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
        let inside = |at: &usize, bytes: &Range<usize>| {
            self.sentence.words.get(*at).is_some_and(|word| contains(bytes, &word.range))
        };
        emphasis
            .iter()
            .filter(|bytes| bytes.start < self.sentence.range.end && self.sentence.range.start < bytes.end)
            .filter_map(|bytes| {
                let mut words = (0..self.sentence.words.len()).filter(|at| inside(at, bytes));
                let first = words.next()?;
                let mut end = words.next_back().unwrap_or(first) + 1;
                if matches!(self.word(end - 1), "," | "." | ";" | ":") {
                    end -= 1;
                }
                (first < end).then_some((first..end, false))
            })
            .collect()
    }

    /// Mean probability, by the tagger, that words are a name.
    pub(super) fn lean(&self, span: &Range<usize>) -> f32 {
        decode::evidence(self.tags.get(span.clone()).unwrap_or_default()).iter().sum()
    }
}
