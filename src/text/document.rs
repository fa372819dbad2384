//! A review's text, split: the struct that the other rooms read.

use std::ops::Range;

use super::markdown::Clean;
use super::offsets::{Marks, OffsetMap};
use super::words::Word;
use super::{blocks, markdown, markup, sentences};

/// What kind of block a sentence stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Block {
    /// Running text.
    Prose,
    /// A headline or title line.
    Heading,
    /// The caption or credit of a picture, a link line, other furniture of a page.
    Caption,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Bytes in [`Document::text`], without surrounding white space; never empty.
    pub range: Range<usize>,
    /// The block it stands in.
    pub block: Block,
    /// Its words, at least one; ranges are bytes in [`Document::text`].
    pub words: Vec<Word>,
}

/// A place in the review's text as given, in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// A review's text: clean, cut into sentences and words, every byte of it traceable to the text as given.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What a reader sees: the text as given without markup, entities decoded, unseen characters left out.
    pub text: String,
    /// In the order of the text; they do not overlap, and every visible character is in one of them.
    pub sentences: Vec<Sentence>,
    /// Bytes of `text` that markup sets in italics, in the order of the text; titles of works often are.
    pub emphasis: Vec<Range<usize>>,
    map: OffsetMap,
    marks: Marks,
}

impl Document {
    /// Number of words, signs included.
    pub fn words(&self) -> usize {
        self.sentences.iter().map(|sentence| sentence.words.len()).sum()
    }

    /// Reads a review's text as given: takes HTML and markdown out, tells prose from headings and captions, and
    /// splits the blocks into sentences of at most 200 words. Takes any string, in time linear in its length.
    ///
    /// ```
    /// use critique::text::{Block, Document};
    ///
    /// let document = Document::parse("Mr. Hale is <b>superb</b>.<br /><br />The rest isn&#8217;t.");
    /// assert_eq!(document.text, "Mr. Hale is superb.\n\nThe rest isn’t.");
    /// assert_eq!(document.sentences.len(), 2);
    /// assert_eq!(document.sentences[0].block, Block::Prose);
    /// assert_eq!(document.span(12..18).start, 15);
    /// ```
    pub fn parse(given: &str) -> Document {
        let Clean { text, map, paragraphs, emphasis } = markdown::paragraphs(markup::strip(given));
        let blocks = blocks::classify(&text, &paragraphs);
        let mut sentences = Vec::new();
        for (paragraph, block) in paragraphs.iter().zip(blocks) {
            let start = paragraph.range.start;
            for (range, mut words) in sentences::sentences(&text[paragraph.range.clone()]) {
                for word in &mut words {
                    word.range = start + word.range.start..start + word.range.end;
                }
                sentences.push(Sentence { range: start + range.start..start + range.end, block, words });
            }
        }
        let marks = Marks::new(&text);
        Document { text, sentences, emphasis, map, marks }
    }

    /// The code points of the text as given that bytes `range` of [`Document::text`] stand for, markup between
    /// them included; in logarithmic time. What lies past the end is left out.
    pub fn span(&self, range: Range<usize>) -> Span {
        self.map.span(&self.text, &self.marks, range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::CodePoints;
    use proptest::prelude::*;

    /// What must hold of every document.
    fn check(given: &str) -> Result<Document, TestCaseError> {
        let document = Document::parse(given);
        let points = CodePoints::new(given);
        let (total, mut at, mut last) = (given.chars().count(), 0, 0);
        for italics in &document.emphasis {
            prop_assert!(document.text.get(italics.clone()).is_some_and(|text| !text.is_empty()));
        }
        for sentence in &document.sentences {
            let between = &document.text[at..sentence.range.start];
            prop_assert!(between.chars().all(char::is_whitespace), "lost {between:?}");
            let said = &document.text[sentence.range.clone()];
            prop_assert_eq!(said, said.trim());
            prop_assert!(!said.is_empty() && !sentence.words.is_empty() && sentence.words.len() <= 200);
            prop_assert_eq!(sentence.words[0].range.start, sentence.range.start);
            prop_assert_eq!(sentence.words[sentence.words.len() - 1].range.end, sentence.range.end);
            at = sentence.range.end;
            for word in &sentence.words {
                let span = document.span(word.range.clone());
                prop_assert!(last <= span.start && span.start < span.end && span.end <= total);
                last = span.end;
                let (clean, source) = (&document.text[word.range.clone()], points.slice(span));
                // Without markup in between, the source is as long as the word, and then it is the word.
                if source.chars().count() == clean.chars().count() {
                    prop_assert_eq!(source, clean);
                }
            }
        }
        prop_assert!(document.text[at..].chars().all(char::is_whitespace));
        Ok(document)
    }

    #[test]
    fn spans_lead_through_all_markup() {
        let given =
            "<h1>Caf&eacute; Noir</h1>\n<p>It is **superb**, un<i>believ</i>able &amp; \u{200b}“new”.</p>";
        let document = Document::parse(given);
        assert_eq!(document.text.trim(), "Café Noir\n\n\nIt is superb, unbelievable & “new”.");
        let points = CodePoints::new(given);
        let source = |clean: &str| {
            let at = document.text.find(clean).unwrap();
            points.slice(document.span(at..at + clean.len()))
        };
        assert_eq!(source("Café"), "Caf&eacute;");
        assert_eq!(source("superb"), "superb");
        assert_eq!(source("unbelievable"), "un<i>believ</i>able");
        assert_eq!(source("&"), "&amp;");
        assert_eq!(source("“new”"), "“new”");
        assert_eq!(document.span(0..document.text.len()).end, given.chars().count());
    }

    #[test]
    fn italics_are_kept() {
        let document = Document::parse("It is *Kiln*, <i>Salt</i> &amp; _Tar_, **not** <em>Gulls</em>.");
        let italics: Vec<&str> =
            document.emphasis.iter().map(|range| &document.text[range.clone()]).collect();
        assert_eq!(italics, ["Kiln", "Salt", "Tar", "Gulls"]);
    }

    #[test]
    fn nothing_gives_nothing() {
        for given in ["", "   ", "\n\n", "<br><p></p>", "<!-- x -->", "\u{200b}\u{feff}", "---"] {
            let document = Document::parse(given);
            assert!(document.sentences.is_empty(), "{given:?}");
            assert!(document.span(0..5).end <= given.chars().count());
        }
    }

    #[test]
    fn marks_alone_are_a_sentence_of_their_own() {
        let document = Document::parse("😍😍😍");
        assert_eq!(document.sentences.len(), 1);
        assert_eq!(document.sentences[0].words.len(), 3);
    }

    proptest! {
        #[test]
        fn any_string(given in any::<String>()) {
            check(&given)?;
        }

        #[test]
        fn strings_of_markup(parts in prop::collection::vec(prop::sample::select(vec![
            "<", ">", "</", "<b>", "</b>", "<br>", "<br />\n", "<p>", "<h2>", "</h2>", "<img alt=\"Ada & Bo\">",
            "<img alt='", "<script>", "</script>", "<!--", "-->", "<a href=\"", "\"", "'", "&", "&amp;", "&#8217;",
            "&#x1F600;", "&NotEqualTilde;", ";", "*", "**", "_", "~~", "[", "]", "(", ")", "![", "](a.b)", "\\", "#",
            "# ", "- ", "> ", "1. ", "---", "===", "\n", "\n\n", " ", "\u{a0}", "\u{200b}", "é", "界。", "😀", ".", "...",
            "!", "?", "Mr.", "J.", "word", "Word", "I", "3.5", "U.S.", "“", "”", "»", "http://a.b/_c_", "|", "\r\n",
        ]), 0..60)) {
            check(&parts.concat())?;
        }

        #[test]
        fn plain_text_stays_as_it_is(given in "[a-zA-Z0-9 ,.;:!?'()-]{0,200}") {
            let given = given.trim_start_matches(['-', ' ']);
            let document = check(given)?;
            prop_assert_eq!(&document.text, given);
            for at in 0..=given.len() {
                prop_assert_eq!(document.span(at..given.len()), Span { start: at, end: given.len() });
            }
        }

        #[test]
        fn long_sentences_are_cut(count in 150usize..900) {
            let given = "so it goes on, ".repeat(count);
            let document = check(&given)?;
            let words: usize = document.sentences.iter().map(|sentence| sentence.words.len()).sum();
            prop_assert_eq!(words, 5 * count);
            prop_assert!(document.text[document.sentences[0].range.clone()].ends_with(','));
        }
    }
}
