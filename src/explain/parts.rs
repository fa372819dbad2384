//! Cutting a text where what is known of it changes.

use std::ops::Range;

use crate::results::Line;

/// A stretch of the text of which one thing is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its code points in the text as given.
    pub range: Range<usize>,
    /// Index of the sentence that it is in; none between sentences.
    pub sentence: Option<usize>,
    /// Index of the entity that is named here.
    pub entity: Option<usize>,
    /// Whether it is in a keyphrase.
    pub keyphrase: bool,
}

/// What is said of one code point.
#[derive(Clone, Copy, Default, PartialEq)]
struct Mark {
    sentence: Option<usize>,
    entity: Option<usize>,
    keyphrase: bool,
}

/// Cuts the whole text into parts. Offsets that lie outside it are passed over.
pub(super) fn parts(line: &Line, text: &[char]) -> Vec<Part> {
    let mut marks = vec![Mark::default(); text.len()];
    let mut mark = |range: Range<usize>, set: &dyn Fn(&mut Mark)| {
        marks.get_mut(range).unwrap_or_default().iter_mut().for_each(set);
    };
    for (index, sentence) in line.sentences.iter().enumerate() {
        mark(sentence.start..sentence.end, &|mark| mark.sentence = Some(index));
    }
    for (index, entity) in line.entities.iter().enumerate() {
        for mention in &entity.mentions {
            mark(mention.start..mention.end, &|mark| mark.entity = Some(index));
        }
    }
    let lower: Vec<char> = text.iter().map(|&letter| lower(letter)).collect();
    for phrase in &line.keyphrases {
        let phrase: Vec<char> = phrase.text.chars().map(self::lower).collect();
        for start in occurrences(&lower, &phrase) {
            mark(start..start + phrase.len(), &|mark| mark.keyphrase = true);
        }
    }
    marks
        .chunk_by(PartialEq::eq)
        .scan(0, |start, chunk| {
            let range = *start..*start + chunk.len();
            *start = range.end;
            let Mark { sentence, entity, keyphrase } = chunk[0];
            Some(Part { range, sentence, entity, keyphrase })
        })
        .collect()
}

/// Where a phrase stands as whole words.
fn occurrences<'a>(text: &'a [char], phrase: &'a [char]) -> impl Iterator<Item = usize> + 'a {
    let apart = |letter: Option<&char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    text.windows(phrase.len().max(1))
        .enumerate()
        .filter(move |(_, window)| window == &phrase)
        .map(|(at, _)| at)
        .filter(move |&at| {
            apart(at.checked_sub(1).and_then(|before| text.get(before))) && apart(text.get(at + phrase.len()))
        })
}

/// The lower-case letter, where that is one; offsets must hold. White space of any kind is a space.
fn lower(letter: char) -> char {
    if letter.is_whitespace() { ' ' } else { letter.to_lowercase().next().unwrap_or(letter) }
}
