//! A block of text cut into sentences.
//!
//! One pass over the block stops at whatever may end a sentence, takes in the closing quotes, brackets and emoji
//! after it, and asks [`super::boundary`] whether the sentence ends there. The rules are written for reviews:
//! titles that end in a mark, ratings, missing spaces, and the lower-case, pre-tokenised text of old data sets.

use std::ops::Range;

use super::boundary::{Place, Stop, is_item_number};
use super::words::{Word, words};

/// A longer sentence is cut: the encoder reads so many words and no more.
pub(super) const LONGEST: usize = 200;

/// Bytes that are, or begin, a terminator, an emoji or a straight quote.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = [b'.', b'!', b'?', b'"', 0xd6, 0xd8, 0xdb, 0xe0, 0xe1, 0xe2, 0xe3, 0xef, 0xf0];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

fn is_wide(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '．' | '｡' | '।' | '॥' | '؟' | '۔' | '։' | '።' | '။' | '។')
}

fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉') || is_wide(c)
}

fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x1F300..=0x1FAFF | 0x1F1E6..=0x1F1FF | 0x2600..=0x27BF | 0x2B50 | 0x2B55)
        && !matches!(c, '❝' | '❞' | '❛' | '❜')
}

/// Closers that cannot open anything in the place after a terminator.
fn is_closer(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '”' | '’' | '»' | '」' | '』' | '）' | '】' | '›')
}

/// Faces made of letters and marks.
const EMOTICONS: [&str; 14] =
    [":)", ":-)", ";)", ";-)", ":D", ":-D", "xD", "XD", ":(", ":-(", "<3", ":P", ":p", "^^"];

/// Walks through what stands after a terminator.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The rest after white space, if there is white space.
    fn beyond_space(&self) -> Option<&'a str> {
        let rest = self.rest();
        // One line break and some blanks at most, so that no look ahead is long.
        let blank = rest.char_indices().take(4).find(|(_, c)| !c.is_whitespace())?.0;
        (blank > 0).then(|| &rest[blank..])
    }

    fn jump(&mut self, rest: &str, length: usize) {
        self.at = self.text.len() - rest.len() + length;
    }

    /// A run of terminators, `. . .` included: what it is and how many characters.
    fn run(&mut self) -> (Stop, usize) {
        let (mut periods, mut ellipsis, mut mark, mut wide, mut length) = (0, false, false, false, 0);
        loop {
            while let Some(c) = self.peek().filter(|c| is_terminator(*c)) {
                match c {
                    '.' => periods += 1,
                    '…' => ellipsis = true,
                    c if is_wide(c) => wide = true,
                    _ => mark = true,
                }
                length += 1;
                self.at += c.len_utf8();
            }
            match self.beyond_space() {
                // `3 . .5`, `it 's over . 9.5`: the next must stand alone as well.
                Some(rest) if rest.starts_with(is_terminator) && stands_alone(rest) => self.jump(rest, 0),
                _ => break,
            }
        }
        let stop = match () {
            () if wide => Stop::Wide,
            () if mark => Stop::Mark,
            () if ellipsis || periods > 1 => Stop::Ellipsis,
            () => Stop::Period,
        };
        (stop, length)
    }

    /// Closing quotes and brackets; whether there was one of each. `quotes` counts straight quotes so far.
    fn closers(&mut self, quotes: &mut usize) -> (bool, bool) {
        let (mut quote, mut bracket) = (false, false);
        while let Some(c) = self.peek() {
            let after = self.rest().chars().nth(1);
            let ends_word = after.is_none_or(|c| {
                c.is_whitespace() || is_closer(c) || is_terminator(c) || c == '"' || c == ','
            });
            match c {
                ')' | ']' | '}' | '）' | '】' => bracket = true,
                '"' if *quotes % 2 == 1 || ends_word => {
                    *quotes += 1;
                    quote = true;
                }
                // German closes with the quote that English opens with.
                '\'' | '“' | '‘' if ends_word => quote = true,
                c if is_closer(c) => quote = true,
                _ => match self.beyond_space() {
                    // Spaced closers: French, and pre-tokenised text.
                    Some(rest) if rest.starts_with(['»', ')']) => {
                        quote |= rest.starts_with('»');
                        bracket |= rest.starts_with(')');
                        self.jump(rest, rest.chars().next().map_or(0, char::len_utf8));
                        continue;
                    }
                    Some(rest) if rest.starts_with("'' ") || rest == "''" => {
                        quote = true;
                        self.jump(rest, 2);
                        continue;
                    }
                    Some(rest) if *quotes % 2 == 1 && (rest.starts_with("\" ") || rest == "\"") => {
                        *quotes += 1;
                        quote = true;
                        self.jump(rest, 1);
                        continue;
                    }
                    _ => break,
                },
            }
            self.at += c.len_utf8();
        }
        (quote, bracket)
    }

    /// Emoji and emoticons, with the blanks between them; whether there was one.
    fn emoji(&mut self) -> bool {
        let mut found = false;
        loop {
            let rest = self.beyond_space().unwrap_or(self.rest());
            let length = match rest.chars().next() {
                Some(c) if is_emoji(c) => c.len_utf8(),
                _ => match EMOTICONS.iter().find(|face| rest.starts_with(**face)) {
                    Some(face) if !rest[face.len()..].starts_with(char::is_alphanumeric) => face.len(),
                    _ => return found,
                },
            };
            found = true;
            self.jump(rest, length);
        }
    }
}

/// The terminators that `rest` begins with are not the first characters of a word.
fn stands_alone(rest: &str) -> bool {
    rest.chars().take(8).find(|c| !is_terminator(*c)).is_none_or(|c| !c.is_alphanumeric())
}

/// The sentences of a block, as bytes of `text`, without surrounding white space. Every visible character is in
/// one of them.
fn ranges(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut out: Vec<Range<usize>> = Vec::new();
    let (mut start, mut at, mut quotes) = (0, 0, 0);
    let listed = text.split_once(". ").is_some_and(|(number, _)| is_item_number(number));
    while let Some(found) = bytes[at..].iter().position(|&byte| SPECIAL[usize::from(byte)]) {
        at += found;
        let Some(c) = text[at..].chars().next() else { break };
        let mut cursor = Cursor { text, at };
        let (stop, run, before) = if is_terminator(c) {
            let (stop, run) = cursor.run();
            (stop, run, &text[start..at])
        } else if is_emoji(c) {
            (Stop::Emoji, 0, &text[start..at])
        } else {
            quotes += usize::from(c == '"');
            at += c.len_utf8();
            continue;
        };
        let (quote, bracket) = if stop == Stop::Emoji { (false, false) } else { cursor.closers(&mut quotes) };
        let emoji = cursor.emoji();
        let end = cursor.at;
        let place = Place {
            stop,
            before,
            listed,
            run,
            quote,
            bracket,
            guillemet: quote && text[at..end].contains('»'),
            emoji: emoji && stop != Stop::Emoji,
            after: &text[end..],
        };
        if place.ends() {
            add(text, start..end, &mut out);
            start = text.len() - text[end..].trim_start().len();
        }
        at = end;
    }
    add(text, start..text.len(), &mut out);
    out
}

/// Adds a sentence; what has neither letter nor digit joins the sentence before it.
fn add(text: &str, range: Range<usize>, out: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.end - part.trim_start().len();
    let end = range.start + part.trim_end().len();
    if start >= end {
        return;
    }
    let says = |range: Range<usize>| text[range].contains(|c: char| c.is_alphanumeric());
    match out.last_mut() {
        // Only the block's first sentence can have been added without saying anything.
        Some(last) if !says(start..end) || !says(last.clone()) => last.end = end,
        _ => out.push(start..end),
    }
}

/// A sentence's place and words, both in bytes of the text that was split.
pub(super) type Split = (Range<usize>, Vec<Word>);

/// Splits a block into sentences of at most [`LONGEST`] words, each with at least one.
pub(super) fn sentences(text: &str) -> Vec<Split> {
    let mut out = Vec::new();
    for range in ranges(text) {
        let mut list = words(&text[range.clone()]);
        for word in &mut list {
            word.range = range.start + word.range.start..range.start + word.range.end;
        }
        if list.len() <= LONGEST {
            push(list, &mut out);
            continue;
        }
        let mut rest = &list[..];
        while rest.len() > LONGEST {
            let (part, after) = rest.split_at(clause(text, &rest[..LONGEST]));
            push(part.to_vec(), &mut out);
            rest = after;
        }
        push(rest.to_vec(), &mut out);
    }
    out
}

fn push(words: Vec<Word>, out: &mut Vec<Split>) {
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        out.push((first.range.start..last.range.end, words));
    }
}

/// How many of `words` make the first part of a sentence that is too long: up to the last semicolon of the second
/// half, else the last dash, else the last comma, else all.
fn clause(text: &str, words: &[Word]) -> usize {
    let half = words.len() / 2;
    let last = |marks: &[&str]| {
        words[half..].iter().rposition(|word| marks.contains(&&text[word.range.clone()])).map(|at| half + at)
    };
    match (last(&[";", "；"]), last(&["—", "–"]), last(&[",", "，", "、", "،"])) {
        (Some(at), _, _) | (None, None, Some(at)) => at + 1,
        // A dash begins what follows it.
        (None, Some(at), _) => at,
        (None, None, None) => words.len(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The paragraphs of the annotated text: each joined, with the places (in visible characters from its start)
    /// where a sentence ends and another follows.
    fn annotated() -> Vec<(String, BTreeSet<usize>)> {
        let text = include_str!("../../tests/data/sentences.txt");
        text.split("\n\n")
            .filter(|paragraph| !paragraph.starts_with('#'))
            .map(|paragraph| {
                let mut joined = String::new();
                let mut ends = BTreeSet::new();
                for line in paragraph.lines().filter(|line| !line.is_empty()) {
                    if !joined.is_empty() {
                        ends.insert(visible(&joined));
                        joined.push_str(if line.starts_with('+') { "" } else { " " });
                    }
                    joined.push_str(line.trim_start_matches('+'));
                }
                (joined, ends)
            })
            .collect()
    }

    fn visible(text: &str) -> usize {
        text.chars().filter(|c| !c.is_whitespace()).count()
    }

    fn ends(text: &str) -> BTreeSet<usize> {
        let found = sentences(text);
        let inner = found.len().saturating_sub(1);
        found.iter().take(inner).map(|(range, _)| visible(&text[..range.end])).collect()
    }

    /// F1 of boundaries within paragraphs; `half` 0 is the half that the rules were tuned on, 1 the other.
    fn f1(half: usize) -> f64 {
        let (mut right, mut found, mut due) = (0, 0, 0);
        for (text, expected) in annotated().iter().skip(half).step_by(2) {
            let got = ends(text);
            right += got.intersection(expected).count();
            found += got.len();
            due += expected.len();
            if got != *expected {
                println!(
                    "{:#?}",
                    sentences(text).iter().map(|(range, _)| &text[range.clone()]).collect::<Vec<_>>()
                );
            }
        }
        let (precision, recall) = (right as f64 / found as f64, right as f64 / due as f64);
        println!("half {half}: {due} boundaries, precision {precision:.3}, recall {recall:.3}");
        2.0 * precision * recall / (precision + recall)
    }

    #[test]
    fn long_sentences_are_cut_at_clauses() {
        let parts = |text: &str| {
            sentences(text)
                .iter()
                .map(|(range, words)| (text[range.clone()].to_owned(), words.len()))
                .collect::<Vec<_>>()
        };
        let long = format!(
            "{}one, {}two; {}three, {}end.",
            "w ".repeat(120),
            "w ".repeat(20),
            "w ".repeat(30),
            "w ".repeat(90)
        );
        let cut = parts(&long);
        assert_eq!(cut.len(), 2);
        assert!(cut[0].0.ends_with("two;") && cut[1].0.starts_with("w w"));
        assert_eq!((cut[0].1, cut[1].1), (144, 124));
        assert_eq!(parts(&"w ".repeat(450)).iter().map(|part| part.1).collect::<Vec<_>>(), [200, 200, 50]);
    }

    #[test]
    fn marks_alone_join_a_neighbour() {
        let found = |text: &str| {
            sentences(text).iter().map(|(range, _)| text[range.clone()].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("Well made. *** !!! — Dull."), ["Well made. *** !!!", "— Dull."]);
        assert_eq!(found("...! Dull."), ["...! Dull."]);
        assert_eq!(found("?!"), ["?!"]);
    }

    #[test]
    fn tuning_half() {
        assert!(f1(0) >= 0.97);
    }

    #[test]
    fn held_out_half() {
        assert!(f1(1) >= 0.97);
    }
}
