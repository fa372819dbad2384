//! From the tagger's probabilities to spans of words.

use std::ops::Range;

use crate::reader::{TAGS, Tags};
use crate::text::{Case, Sentence, Word};

/// Kinds of entity, in the order of the tagger's labels.
pub(super) const KINDS: [&str; 5] = ["PERSON", "ORGANIZATION", "LOCATION", "WORK", "MISC"];
/// Index of a person in [`KINDS`].
pub(super) const PERSON: usize = 0;
/// Index of an organisation in [`KINDS`].
const ORGANIZATION: usize = 1;
/// Index of a place in [`KINDS`].
pub(super) const LOCATION: usize = 2;
/// Index of a work's title in [`KINDS`].
pub(super) const WORK: usize = 3;
/// Index of what is none of the others in [`KINDS`].
pub(super) const MISC: usize = 4;

/// Probabilities are kept above this before their logarithm is taken.
const FLOOR: f32 = 1e-6;
/// Least evidence for a name.
const LIKELY: f32 = 0.5;
/// Least evidence for an organisation: outside the news, much that has a capital is taken for one.
const LIKELY_ORGANIZATION: f32 = 0.8;
/// Least evidence for a title that nothing marks as one.
const LIKELY_WORK: f32 = 0.75;
/// Least evidence for a kind to be preferred to a doubtful MISC, which is what is left when nothing else fits.
const RATHER: f32 = 0.25;
/// Least evidence for a name without a capital or digit.
const SURE: f32 = 0.9;
/// Words that alone name a work at most.
const FUNCTION: [&str; 18] = [
    "a", "an", "and", "as", "at", "but", "he", "i", "in", "it", "of", "on", "she", "that", "the", "this",
    "we", "you",
];
/// Abbreviations whose full stop belongs to a name that they end.
const ABBREVIATIONS: [&str; 9] = ["inc", "co", "corp", "ltd", "jr", "sr", "bros", "st", "calif"];

/// A name in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// Its words in the sentence; not empty.
    pub words: Range<usize>,
    /// Index into [`KINDS`].
    pub kind: usize,
    /// Mean over its labelled words of each kind's probability (beginning and inside together).
    pub evidence: [f32; KINDS.len()],
}

/// Probability of each kind for a word, 0 where the tagger says nothing.
pub(super) fn kinds(tags: &[f32]) -> [f32; KINDS.len()] {
    std::array::from_fn(|kind| {
        tags.get(1 + 2 * kind).unwrap_or(&0.0) + tags.get(2 + 2 * kind).unwrap_or(&0.0)
    })
}

/// Mean of [`kinds`] over words.
pub(super) fn evidence(tags: &[Tags]) -> [f32; KINDS.len()] {
    let mut sum = [0.0; KINDS.len()];
    for word in tags {
        for (total, value) in sum.iter_mut().zip(kinds(word)) {
            *total += value / tags.len() as f32;
        }
    }
    sum
}

/// Whether label `next` may follow label `last`: inside a kind only after its beginning or inside.
fn may_follow(last: usize, next: usize) -> bool {
    let inside = next != 0 && next.is_multiple_of(2);
    !inside || last == next || last + 1 == next
}

/// The most probable sequence of labels that obeys BIO (Viterbi over the words' probabilities, no transition
/// scores), one label a word.
pub(super) fn labels(tags: &[Tags]) -> Vec<usize> {
    const LABELS: usize = TAGS.len();
    let cost = |word: &Tags, label: usize| -word[label].max(FLOOR).ln();
    let mut best = [f32::INFINITY; LABELS];
    let mut back: Vec<[usize; LABELS]> = Vec::with_capacity(tags.len());
    for (index, word) in tags.iter().enumerate() {
        let (mut next, mut from) = ([f32::INFINITY; LABELS], [0; LABELS]);
        for label in 0..LABELS {
            let step = cost(word, label);
            if index == 0 {
                if may_follow(0, label) {
                    next[label] = step;
                }
                continue;
            }
            for last in (0..LABELS).filter(|last| may_follow(*last, label)) {
                if best[last] + step < next[label] {
                    (next[label], from[label]) = (best[last] + step, last);
                }
            }
        }
        best = next;
        back.push(from);
    }
    let mut label = (0..LABELS).min_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(0);
    let mut path = vec![0; tags.len()];
    for (slot, from) in path.iter_mut().zip(&back).rev() {
        *slot = label;
        label = from[label];
    }
    path
}

/// The names of a sentence by the tagger, trimmed of quotes, possessives and punctuation around them, and mended
/// where initials or hyphens tore them. Doubtful names are left out.
pub(super) fn decode(text: &str, sentence: &Sentence, tags: &[Tags]) -> Vec<Found> {
    let tags = &tags[..tags.len().min(sentence.words.len())];
    let path = labels(tags);
    let mut found = Vec::new();
    let mut start = 0;
    while start < path.len() {
        if path[start] == 0 {
            start += 1;
            continue;
        }
        let kind = (path[start] - 1) / 2;
        let inside = 2 * kind + 2;
        let length = 1 + path[start + 1..].iter().take_while(|label| **label == inside).count();
        let words = trim(text, &sentence.words, start..start + length, kind);
        if !words.is_empty() {
            found.push(Found { evidence: evidence(&tags[words.clone()]), words, kind });
        }
        start += length;
    }
    let mut found = mend(text, &sentence.words, found);
    for found in found.iter_mut().filter(|found| found.kind == MISC && found.evidence[MISC] <= LIKELY) {
        let rather = (0..MISC).max_by(|a, b| found.evidence[*a].total_cmp(&found.evidence[*b]));
        found.kind = rather.filter(|kind| found.evidence[*kind] > RATHER).unwrap_or(MISC);
    }
    // In talk of films every name may look like a title: a doubtful one that may be a person's is one.
    for found in found.iter_mut().filter(|found| found.kind == WORK && found.evidence[WORK] <= SURE) {
        if found.evidence[PERSON] > RATHER {
            found.kind = PERSON;
            found.evidence[PERSON] += found.evidence[WORK];
            found.evidence[WORK] = 0.0;
        }
    }
    found.retain(|found| {
        let plain =
            |word: &Word| word.case == Case::Lower && !text[word.range.clone()].contains(char::is_numeric);
        let words = &sentence.words[found.words.clone()];
        let function = matches!(words, [word] if found.kind != WORK
            && word.case != Case::Upper
            && FUNCTION.contains(&text[word.range.clone()].to_lowercase().as_str()));
        let least = match found.kind {
            _ if words.iter().all(plain) => SURE,
            ORGANIZATION => LIKELY_ORGANIZATION,
            WORK => LIKELY_WORK,
            _ => LIKELY,
        };
        let other = if found.kind == MISC { 0.0 } else { found.evidence[MISC] };
        found.evidence[found.kind] + other > least && !function
    });
    found
}

/// Joins names of one kind with nothing but the full stop of an abbreviation or a hyphen between them (`J.` and
/// `Souza`, `Anne` and `Lise`), takes in what a hyphen joins to a name with a capital, and the last stop of `U.S.`.
fn mend(text: &str, words: &[Word], found: Vec<Found>) -> Vec<Found> {
    let word = |index: usize| words.get(index).and_then(|word| text.get(word.range.clone())).unwrap_or("");
    let touch = |index: usize| {
        words.get(index).zip(words.get(index + 1)).is_some_and(|(a, b)| a.range.end == b.range.start)
    };
    let mut mended: Vec<Found> = Vec::with_capacity(found.len());
    for next in found {
        let follows = |last: &Found| {
            let (stop, end) = (word(last.words.end - 1) == ".", last.words.end);
            match next.words.start - end {
                0 => stop && last.words.len() > 1 && is_abbreviation(word(end - 2)),
                1 => {
                    let dot = word(end) == "." && is_abbreviation(word(end - 1));
                    touch(end - 1) && (dot || word(end) == "-" && touch(end))
                }
                _ => false,
            }
        };
        match mended.last_mut() {
            // Swallowed by what its hyphen joined it to.
            Some(last) if next.words.start < last.words.end => continue,
            Some(last) if last.kind == next.kind && follows(last) => {
                let (a, b) = (last.words.len() as f32, next.words.len() as f32);
                last.words.end = next.words.end;
                for (mean, other) in last.evidence.iter_mut().zip(next.evidence) {
                    *mean = (*mean * a + other * b) / (a + b);
                }
            }
            _ => mended.push(next),
        }
        let Some(last) = mended.last_mut() else { continue };
        while word(last.words.end) == "-"
            && touch(last.words.end - 1)
            && touch(last.words.end)
            && words
                .get(last.words.end + 1)
                .is_some_and(|word| matches!(word.case, Case::Capitalised | Case::Mixed))
        {
            last.words.end += 2;
        }
        let end = last.words.end;
        let initials = last.words.len() > 2 && word(end - 2) == "." && word(end - 1).chars().count() == 1;
        if initials && word(end) == "." && touch(end - 1) {
            last.words.end += 1;
        }
    }
    mended
}

/// Takes away what surrounds a name: at its start all but letters and digits; at its end likewise, but for the
/// full stop of an abbreviation, a closing bracket that is opened inside, and the `!` or `?` of a title.
fn trim(text: &str, words: &[Word], mut span: Range<usize>, kind: usize) -> Range<usize> {
    let word = |index: usize| words.get(index).and_then(|word| text.get(word.range.clone())).unwrap_or("");
    let named = |index: usize| {
        let word = word(index);
        word.chars().any(char::is_alphanumeric) && !matches!(word, "'s" | "’s" | "'S" | "’S")
    };
    while !span.is_empty() && !named(span.start) {
        span.start += 1;
    }
    while !span.is_empty() && !named(span.end - 1) {
        let last = span.end - 1;
        let kept = match word(last) {
            "." => last > span.start && is_abbreviation(word(last - 1)),
            ")" => span.clone().any(|index| word(index) == "("),
            "!" | "?" => kind == WORK,
            _ => false,
        };
        if kept {
            break;
        }
        span.end = last;
    }
    span
}

/// A single letter or one of [`ABBREVIATIONS`].
fn is_abbreviation(word: &str) -> bool {
    let single = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    single || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;
    use proptest::prelude::*;

    fn sure(label: usize) -> Tags {
        std::array::from_fn(|other| if other == label { 0.9 } else { 0.01 })
    }

    fn names(text: &str, path: &[usize]) -> Vec<(String, &'static str)> {
        let sentence =
            Sentence { range: 0..text.len(), block: crate::text::Block::Prose, words: words(text) };
        let tags: Vec<_> = path.iter().map(|label| sure(*label)).collect();
        assert_eq!(tags.len(), sentence.words.len(), "{text}");
        decode(text, &sentence, &tags)
            .into_iter()
            .map(|found| {
                let (first, last) =
                    (&sentence.words[found.words.start], &sentence.words[found.words.end - 1]);
                (text[first.range.start..last.range.end].to_owned(), KINDS[found.kind])
            })
            .collect()
    }

    #[test]
    fn an_inside_label_needs_its_beginning() {
        let mut torn = sure(2);
        torn[1] = 0.4;
        assert_eq!(labels(&[torn, sure(2), sure(0), sure(6)]), [1, 2, 0, 0]);
        assert_eq!(labels(&[sure(1), sure(1), sure(2)]), [1, 1, 2]);
        assert!(labels(&[]).is_empty());
    }

    #[test]
    fn names_are_trimmed() {
        assert_eq!(names("“Ada Vance’s” boat", &[1, 2, 2, 2, 2, 0]), [("Ada Vance".to_owned(), "PERSON")]);
        assert_eq!(names("the U.S. is", &[0, 5, 6, 6, 6, 0]), [("U.S.".to_owned(), "LOCATION")]);
        assert_eq!(names("the U.S. is", &[0, 5, 0, 5, 0, 0]), [("U.S.".to_owned(), "LOCATION")]);
        assert_eq!(names("by T. Vance", &[0, 1, 0, 1]), [("T. Vance".to_owned(), "PERSON")]);
        assert_eq!(names("T. S. Vance", &[1, 0, 1, 0, 1]), [("T. S. Vance".to_owned(), "PERSON")]);
        assert_eq!(names("saw It, as It", &[0, 7, 0, 0, 1]), [("It".to_owned(), "WORK")]);
        assert_eq!(names("Ile-de-Brume is", &[5, 0, 5, 0, 0, 0]), [("Ile-de-Brume".to_owned(), "LOCATION")]);
        assert_eq!(
            names("Welsh-born Vance", &[9, 0, 0, 1]),
            [("Welsh".to_owned(), "MISC"), ("Vance".to_owned(), "PERSON")]
        );
        assert_eq!(names("by Vance.", &[0, 1, 2]), [("Vance".to_owned(), "PERSON")]);
        assert_eq!(names("saw Ahoy!", &[0, 7, 8]), [("Ahoy!".to_owned(), "WORK")]);
        assert_eq!(names("— !", &[1, 2]), []);
    }

    proptest! {
        #[test]
        fn the_path_obeys_bio(tags in proptest::collection::vec(proptest::array::uniform11(0f32..1.0), 0..20)) {
            let path = labels(&tags);
            prop_assert_eq!(path.len(), tags.len());
            let mut last = 0;
            for label in path {
                prop_assert!(may_follow(last, label));
                last = label;
            }
        }
    }
}
