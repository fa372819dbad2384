//! Which part of a clause each aspect is judged in, where it judges several ("great effects, terrible acting").

use std::ops::Range;

use super::super::clauses::Clause;
use crate::text::{Document, Sentence};

/// Words that part what is said of one thing from what is said of the next.
const BETWEEN: [&str; 10] = [",", ";", "and", "or", "nor", "but", "with", "than", "while", "—"];

/// For each aspect, given the words that name it, the words of the clause that speak of it: the whole clause where only
/// one place is named, or where nothing names it. Two places are parted at the sign or joining word between them that is
/// nearest to their middle; where there is none, they share their words.
pub(super) fn parts(
    document: &Document,
    sentence: &Sentence,
    clause: &Clause,
    places: &[Option<Range<usize>>],
) -> Vec<Range<usize>> {
    let mut named: Vec<&Range<usize>> = places.iter().flatten().collect();
    named.sort_by_key(|place| (place.start, place.end));
    let mut cuts = vec![clause.words.start];
    for pair in named.windows(2) {
        let (before, after) = (pair[0].end, pair[1].start);
        let middle = (before + after) / 2;
        let between = (before..after).filter(|&at| {
            let word = sentence.words.get(at).and_then(|word| document.text.get(word.range.clone()));
            word.is_some_and(|word| BETWEEN.contains(&word.to_lowercase().as_str()))
        });
        // The cut stands before the joining word.
        cuts.extend(between.min_by_key(|at| at.abs_diff(middle)));
    }
    cuts.push(clause.words.end);
    let part = |place: &Range<usize>| {
        let start =
            cuts.iter().copied().filter(|cut| *cut <= place.start).max().unwrap_or(clause.words.start);
        let end = cuts.iter().copied().filter(|cut| *cut >= place.end).min().unwrap_or(clause.words.end);
        start..end
    };
    let whole = || clause.words.clone();
    places.iter().map(|place| place.as_ref().map_or_else(whole, part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, names: &[&str]) -> Vec<String> {
        let document = Document::parse(text);
        let sentence = &document.sentences[0];
        let at =
            |name: &str| sentence.words.iter().position(|w| &document.text[w.range.clone()] == name).unwrap();
        let places: Vec<_> =
            names.iter().map(|name| (!name.is_empty()).then(|| at(name)..at(name) + 1)).collect();
        let clause = Clause {
            sentence: 0,
            words: 0..sentence.words.len(),
            bytes: sentence.range.clone(),
            score: 0.0,
            opinion: 1.0,
        };
        let text = |words: Range<usize>| {
            document.text[sentence.words[words.start].range.start..sentence.words[words.end - 1].range.end]
                .to_string()
        };
        parts(&document, sentence, &clause, &places).into_iter().map(text).collect()
    }

    #[test]
    fn each_has_its_part() {
        assert_eq!(
            said("great effects, terrible acting", &["acting", "effects"]),
            [", terrible acting", "great effects"]
        );
        assert_eq!(
            said("Fine songs and dull sets here", &["songs", ""]),
            ["Fine songs and dull sets here", "Fine songs and dull sets here"]
        );
        assert_eq!(
            said("The score drowns the dialogue.", &["score", "dialogue"]),
            ["The score drowns the dialogue.", "The score drowns the dialogue."]
        );
    }
}
