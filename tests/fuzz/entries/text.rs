//! A review's text with all its markup: HTML, markdown, blocks, and the way back to the text as given.

use critique::text::{CodePoints, Document};

pub fn run(bytes: &[u8]) {
    let given = String::from_utf8_lossy(bytes);
    check(&given, &Document::parse(&given));
}

/// Sentences are in order, hold all that is seen, and every word leads to its place in the text as given.
pub fn check(given: &str, document: &Document) {
    let points = CodePoints::new(given);
    let total = given.chars().count();
    let (mut at, mut last) = (0, 0);
    for italics in &document.emphasis {
        assert!(document.text.get(italics.clone()).is_some_and(|text| !text.is_empty()));
    }
    for sentence in &document.sentences {
        assert!(sentence.range.start >= at, "sentences overlap");
        let between = &document.text[at..sentence.range.start];
        assert!(between.chars().all(char::is_whitespace), "lost {between:?}");
        let said = &document.text[sentence.range.clone()];
        assert!(!said.is_empty() && said == said.trim());
        assert!((1..=200).contains(&sentence.words.len()), "{} words", sentence.words.len());
        assert_eq!(sentence.words[0].range.start, sentence.range.start);
        assert_eq!(sentence.words[sentence.words.len() - 1].range.end, sentence.range.end);
        at = sentence.range.end;
        for word in &sentence.words {
            let (span, clean) = (document.span(word.range.clone()), &document.text[word.range.clone()]);
            assert!(last <= span.start && span.start < span.end && span.end <= total);
            last = span.end;
            // Without markup in between, the source is as long as the word, and then it is the word.
            let source = points.slice(span);
            if source.chars().count() == clean.chars().count() {
                assert_eq!(source, clean);
            }
        }
    }
    assert!(document.text[at..].chars().all(char::is_whitespace), "lost the end");
}
