//! The words of a review as they are compared: in lower case, and without their endings.

use rust_stemmers::{Algorithm, Stemmer};

use super::stopwords::is_stop;
use crate::text::{Document, words};

/// A word's forms.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    /// In lower case.
    pub lower: String,
    /// Without the ending, by Porter's second stemmer for English.
    pub stem: String,
    /// Whether it says nothing of what a text is about.
    pub stop: bool,
}

/// A document with the forms of its words, made once for all that asks for them.
pub struct Forms<'a> {
    /// What the words are of.
    pub document: &'a Document,
    /// For each sentence, for each of its words.
    sentences: Vec<Vec<Form>>,
}

impl<'a> Forms<'a> {
    /// Makes the forms of every word of a document.
    pub fn new(document: &'a Document) -> Forms<'a> {
        let stemmer = Stemmer::create(Algorithm::English);
        let form = |word: &str| {
            let lower = word.to_lowercase();
            Form { stem: stemmer.stem(&lower).into_owned(), stop: is_stop(&lower), lower }
        };
        let of = |words: &[crate::text::Word]| {
            words.iter().map(|word| form(document.text.get(word.range.clone()).unwrap_or_default())).collect()
        };
        let sentences = document.sentences.iter().map(|sentence| of(&sentence.words)).collect();
        Forms { document, sentences }
    }

    /// Number of words that are not signs, and how many of those are function words.
    pub(super) fn spoken(&self) -> (usize, usize) {
        let forms = self.sentences.iter().flatten();
        let spoken = forms.filter(|form| form.lower.chars().any(char::is_alphanumeric));
        spoken.fold((0, 0), |(words, stops), form| (words + 1, stops + usize::from(form.stop)))
    }

    /// The forms of a sentence's words; none for a sentence that the document does not have.
    pub(super) fn of(&self, sentence: usize) -> &[Form] {
        self.sentences.get(sentence).map_or(&[], Vec::as_slice)
    }
}

/// The stems of a text's words.
pub(super) fn stems(text: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    words(text).into_iter().map(|w| stemmer.stem(&text[w.range].to_lowercase()).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_its_forms() {
        let document = Document::parse("Songs delight. THE songs!");
        let forms = Forms::new(&document);
        let shown = |sentence: usize| {
            let forms = forms.of(sentence).iter();
            forms.map(|form| (form.lower.as_str(), form.stem.as_str(), form.stop)).collect::<Vec<_>>()
        };
        assert_eq!(shown(0), [("songs", "song", false), ("delight", "delight", false), (".", ".", false)]);
        assert_eq!(shown(1), [("the", "the", true), ("songs", "song", false), ("!", "!", false)]);
        assert!(forms.of(2).is_empty());
        assert_eq!(stems("Lovely songs"), ["love", "song"]);
    }
}
