//! The splitter alone: text without markup, which must come out as it went in.

use critique::text::Document;

use super::text::check;

/// Signs that markup is made of.
const MARKUP: [char; 15] = ['<', '>', '&', '*', '_', '~', '[', ']', '\\', '#', '`', '|', '=', '-', '+'];

pub fn run(bytes: &[u8]) {
    let given: String = String::from_utf8_lossy(bytes).chars().filter(|c| !MARKUP.contains(c)).collect();
    let document = Document::parse(&given);
    check(&given, &document);
    let points: Vec<char> = given.chars().collect();
    for sentence in &document.sentences {
        let span = document.span(sentence.range.clone());
        assert!(points.get(span.start..span.end).is_some_and(|said| !said.is_empty()));
    }
}
