//! Clauses: the parts of a sentence that may judge differently ("gorgeous to look at, but the script is dead").
//!
//! A sentence is cut at semicolons, colons, dashes and brackets, before words that turn or subordinate, and before an
//! `and` that a new subject follows. What a clause says is read from its words' states in the whole sentence, so
//! nothing is encoded again: the tone head has learnt the treebank's phrases inside their sentences.

use std::ops::Range;

use crate::reader::{Heads, Reading, softmax};
use crate::text::{Document, Sentence};

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Index of its sentence in the document.
    pub sentence: usize,
    /// Its words in the sentence; the clauses of a sentence cover all of them, in order.
    pub words: Range<usize>,
    /// Its bytes in [`Document::text`].
    pub bytes: Range<usize>,
    /// Tone, −1 to 1.
    pub score: f64,
    /// Probability that it judges rather than tells, 0 to 1.
    pub opinion: f64,
}

/// Words that turn against what was said before.
const TURNS: [&str; 9] =
    ["but", "yet", "although", "though", "whereas", "however", "nevertheless", "despite", "unless"];
/// Words that begin a clause after a comma.
const AFTER_COMMA: [&str; 31] = [
    "and", "or", "nor", "so", "while", "which", "who", "whose", "where", "because", "since", "even", "if",
    "when", "with", "without", "except", "until", "it", "he", "she", "they", "we", "i", "you", "there",
    "this", "that", "not", "still", "only",
];
/// Words that begin a new subject after `and`.
const SUBJECTS: [&str; 20] = [
    "the", "a", "it", "he", "she", "they", "we", "i", "you", "his", "her", "its", "their", "there", "this",
    "that", "my", "every", "nobody", "everyone",
];
/// Words that, at the beginning of a clause, put it before the main one, which follows its comma.
const FRONTED: [&str; 12] = [
    "although", "though", "while", "despite", "if", "when", "even", "whereas", "because", "since", "for",
    "once",
];
/// Fewest words of each side of a cut at `and`.
const SIDE: usize = 3;
/// Fewest words of a clause.
const LEAST: usize = 2;

/// The clauses of all sentences that have a reading, in the order of the text.
pub fn clauses(document: &Document, readings: &[Reading], heads: &Heads) -> Vec<Clause> {
    let mut clauses = Vec::new();
    // The clauses that are parts of a sentence, and the means of their states.
    let (mut parted, mut means) = (Vec::new(), Vec::new());
    for (index, (sentence, reading)) in document.sentences.iter().zip(readings).enumerate() {
        let parts = split(document, sentence);
        let whole = parts.len() == 1;
        for words in parts {
            // Words cut off by the length limit have no states; then the sentence speaks for them.
            if !whole && reading.push_mean(words.clone(), &mut means).is_some() {
                parted.push(clauses.len());
            }
            clauses.push(Clause {
                sentence: index,
                bytes: bytes(sentence, &words),
                words,
                score: expected(&reading.tone),
                opinion: f64::from(reading.opinion),
            });
        }
    }
    let tones = heads.tones(&means);
    for ((index, mean), tone) in parted.into_iter().zip(means.chunks_exact(heads.width())).zip(tones) {
        clauses[index].score = expected(&tone);
        clauses[index].opinion = f64::from(heads.opinion(mean));
    }
    clauses
}

/// −1 to 1: the expected step of five logits.
pub(super) fn expected(tone: &[f32; 5]) -> f64 {
    softmax(tone).iter().zip([-1.0, -0.5, 0.0, 0.5, 1.0]).map(|(p, step)| f64::from(*p) * step).sum()
}

/// The bytes of [`Document::text`] that some words of a sentence stand in.
pub(super) fn bytes(sentence: &Sentence, words: &Range<usize>) -> Range<usize> {
    let inside = sentence.words.get(words.clone()).unwrap_or_default();
    match (inside.first(), inside.last()) {
        (Some(first), Some(last)) => first.range.start..last.range.end,
        _ => sentence.range.clone(),
    }
}

/// Ranges of words, one a clause; at least one, and together all words.
pub fn split(document: &Document, sentence: &Sentence) -> Vec<Range<usize>> {
    let words: Vec<String> = sentence
        .words
        .iter()
        .map(|word| document.text.get(word.range.clone()).unwrap_or_default().to_lowercase())
        .collect();
    let mut starts = vec![0];
    for at in 1..words.len() {
        let begin = starts.last().copied().unwrap_or(0);
        if begins(&words, begin, at) {
            starts.push(at);
        }
    }
    merge(&words, &starts)
}

/// Whether a clause begins at word `at`, given where the one before began.
fn begins(words: &[String], begin: usize, at: usize) -> bool {
    let (before, word) = (words[at - 1].as_str(), words[at].as_str());
    let next = words.get(at + 1).map_or("", String::as_str);
    if matches!(before, ";" | ":" | "—" | "–" | ")" | "…")
        || word == "("
        || (before == "-" && at >= 2 && words[at - 2] == "-")
    {
        return true;
    }
    if TURNS.contains(&word) || (word == "even" && matches!(next, "if" | "though" | "when")) {
        // "nothing but", "all but" and "anything but" do not turn.
        return !(word == "but" && matches!(before, "nothing" | "all" | "anything" | "cannot" | "none"));
    }
    if before == "," {
        let fronted = FRONTED.contains(&words[begin].as_str()) && spoken(&words[begin..at]) >= SIDE;
        return fronted || AFTER_COMMA.contains(&word);
    }
    matches!(word, "and" | "while")
        && SUBJECTS.contains(&next)
        && spoken(&words[begin..at]) >= SIDE
        && spoken(&words[at + 2..]) >= SIDE - 1
}

/// Words that are not signs.
fn spoken(words: &[String]) -> usize {
    words.iter().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// Joins pieces that are too short to say something to the one before, or the first to the next.
fn merge(words: &[String], starts: &[usize]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    for (&start, end) in starts.iter().zip(ends) {
        match parts.last_mut() {
            Some(last) if spoken(&words[start..end]) < LEAST || spoken(&words[last.clone()]) < LEAST => {
                last.end = end;
            }
            _ => parts.push(start..end),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Vec<String> {
        let document = Document::parse(text);
        let sentence = &document.sentences[0];
        split(&document, sentence)
            .iter()
            .map(|words| document.text[bytes(sentence, words)].to_string())
            .collect()
    }

    #[test]
    fn turns_begin_a_clause() {
        assert_eq!(
            parts("Gorgeous to look at, but the script is dead."),
            ["Gorgeous to look at,", "but the script is dead."]
        );
        assert_eq!(
            parts("While the cast is game, the jokes are stale; nobody laughs."),
            ["While the cast is game,", "the jokes are stale;", "nobody laughs."]
        );
        assert_eq!(parts("It is nothing but noise."), ["It is nothing but noise."]);
    }

    #[test]
    fn and_needs_a_new_subject() {
        assert_eq!(parts("The acting and the music are fine."), ["The acting and the music are fine."]);
        assert_eq!(
            parts("The acting is fine and the music is not."),
            ["The acting is fine", "and the music is not."]
        );
    }

    #[test]
    fn short_pieces_stay_with_their_neighbour() {
        assert_eq!(parts("It drags, though."), ["It drags, though."]);
        assert_eq!(parts("Well: the sets are cheap."), ["Well: the sets are cheap."]);
    }

    proptest! {
        #[test]
        fn clauses_cover_all_words(text in "([a-z]{1,6}|but|and|the|,|;|\\(|\\)|—)( ([a-z]{1,6}|but|and|the|,|;|\\(|\\)|—)){0,30}") {
            let document = Document::parse(&text);
            for sentence in &document.sentences {
                let parts = split(&document, sentence);
                prop_assert_eq!(parts.first().map(|p| p.start), Some(0));
                prop_assert_eq!(parts.last().map(|p| p.end), Some(sentence.words.len()));
                prop_assert!(parts.windows(2).all(|w| w[0].end == w[1].start && !w[0].is_empty()));
            }
        }
    }
}
