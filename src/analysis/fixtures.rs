//! Hand-made readings for the tests of this room.

use proptest::prelude::*;

use super::{Label, SentenceTone};
use crate::reader::{Reading, TAGS, Tags};
use crate::text::{Block, Document, Sentence};

/// Width of the encoder's states.
pub(super) const WIDTH: usize = 384;

fn label(tag: &str) -> usize {
    TAGS.iter().position(|other| *other == tag).unwrap()
}

/// Probabilities with 0.9 for one label.
fn sure(tag: &str) -> Tags {
    std::array::from_fn(|other| if other == label(tag) { 0.9 } else { 0.01 })
}

/// A reading of a sentence without names and key phrases: one token a word, whose state is a function of the word.
pub(super) fn blank(document: &Document, sentence: &Sentence) -> Reading {
    let mut states = vec![0.0; WIDTH];
    for word in &sentence.words {
        states.extend(state(&document.text[word.range.clone()]));
    }
    states.extend(vec![0.0; WIDTH]);
    let count = sentence.words.len();
    let mut reading = Reading {
        tone: [0.0; 5],
        opinion: 0.9,
        weight: 0.0,
        verdict: 0.0,
        emotions: Vec::new(),
        tags: vec![sure("O"); count],
        phrases: vec![[0.98, 0.01, 0.01]; count],
        vector: Vec::new(),
        states: states.into(),
        words: (1..=count as u32).collect(),
    };
    reading.vector = unit(&mean(&reading.states));
    reading
}

/// Readings of a text, in which each `(name, kind)` is tagged wherever it is spelled so.
pub(super) fn tagged(document: &Document, names: &[(&str, &str)]) -> Vec<Reading> {
    let mut readings: Vec<Reading> =
        document.sentences.iter().map(|sentence| blank(document, sentence)).collect();
    for (name, kind) in names {
        each_span(document, name, |sentence, index, first| {
            readings[sentence].tags[index] = sure(&format!("{}-{kind}", if first { "B" } else { "I" }));
        });
    }
    readings
}

/// Calls for each word of each place where `phrase` is spelled so: sentence, word, whether it is the first.
pub(super) fn each_span(document: &Document, phrase: &str, mut call: impl FnMut(usize, usize, bool)) {
    for (start, _) in document.text.match_indices(phrase) {
        let end = start + phrase.len();
        for (at, sentence) in document.sentences.iter().enumerate() {
            for (index, word) in sentence.words.iter().enumerate() {
                if word.range.start >= start && word.range.end <= end {
                    call(at, index, word.range.start == start);
                }
            }
        }
    }
}

/// One tone a sentence, all alike.
pub(super) fn tones(document: &Document, score: f64, opinion: f64) -> Vec<SentenceTone> {
    let weight = 1.0 / document.sentences.len().max(1) as f64;
    document
        .sentences
        .iter()
        .map(|sentence| {
            let span = document.span(sentence.range.clone());
            let block = match sentence.block {
                Block::Prose => "prose",
                Block::Heading => "heading",
                Block::Caption => "caption",
            };
            SentenceTone {
                start: span.start,
                end: span.end,
                block: block.into(),
                score,
                label: Label::Neutral,
                kind: if opinion < 0.5 { "plot" } else { "opinion" }.into(),
                opinion,
                weight,
            }
        })
        .collect()
}

/// A state that depends on the word alone: equal words are alike, others nearly orthogonal.
fn state(word: &str) -> Vec<f32> {
    let mut seed = word
        .to_lowercase()
        .bytes()
        .fold(0x811C_9DC5u32, |hash, b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (0..WIDTH)
        .map(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            (seed as f32 / u32::MAX as f32) - 0.5
        })
        .collect()
}

fn mean(states: &[f32]) -> Vec<f32> {
    let rows = (states.len() / WIDTH).max(1) as f32;
    (0..WIDTH).map(|column| states.iter().skip(column).step_by(WIDTH).sum::<f32>() / rows).collect()
}

/// The vector of length one in the same direction.
pub(super) fn unit(vector: &[f32]) -> Vec<f32> {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
    vector.iter().map(|x| x / norm).collect()
}

prop_compose! {
    /// Any text with readings of random numbers, some of them too short for their sentences.
    pub(super) fn noise()(
        pieces in proptest::collection::vec(prop_oneof![
            any::<String>(),
            "[A-Z][a-z]{1,6} [A-Z][a-z]{1,4}",
            Just("Ada Vance".to_owned()),
            Just("Vance’s \u{1F600} film (1999).\n\n".to_owned()),
            Just("deep-sea <b>light</b> &amp; salt. ".to_owned()),
        ], 0..12),
        numbers in proptest::collection::vec(0f32..1.0, 64),
        cut in 0usize..4,
    ) -> (String, Vec<Reading>) {
        let given = pieces.join(" ");
        let document = Document::parse(&given);
        let mut next = numbers.iter().copied().cycle();
        let mut random = |count: usize| -> Vec<f32> { (0..count).map(|_| next.next().unwrap_or(0.5)).collect() };
        let readings = document.sentences.iter().map(|sentence| {
            let mut reading = blank(&document, sentence);
            let count = sentence.words.len().saturating_sub(if cut == 3 { 2 } else { 0 });
            reading.tags = (0..count).map(|_| random(TAGS.len()).try_into().unwrap()).collect();
            reading.phrases = match cut {
                0 => Vec::new(),
                _ => (0..count).map(|_| random(3).try_into().unwrap()).collect(),
            };
            reading.words.truncate(count);
            reading.opinion = random(1)[0];
            if cut == 2 {
                reading.states = reading.states[..WIDTH * 3].into();
            }
            reading
        }).collect();
        (given, readings)
    }
}
