//! Quotes: the sentence or clause that best carries the verdict, for and against.

use std::ops::Range;

use super::clauses::Clause;
use super::review::{Quote, Quotes, SentenceTone};
use crate::text::{Block, Document};

/// Most and fewest words of a quote.
const WORDS: Range<usize> = 4..30;
/// Least distance of its tone from neutral.
const CLEAR: f64 = 0.25;
/// Say of a sentence that the verdict hardly rests on, against one that it rests on alone.
const FLOOR: f64 = 0.3;

/// First words that point at something said before.
const DANGLING: [&str; 27] = [
    "it",
    "he",
    "she",
    "they",
    "this",
    "that",
    "these",
    "those",
    "his",
    "her",
    "hers",
    "its",
    "their",
    "him",
    "them",
    "which",
    "who",
    "whose",
    "whom",
    "where",
    "such",
    "so",
    "then",
    "otherwise",
    "instead",
    "if",
    "than",
];
/// First words that may be left out.
const JOINTS: [&str; 9] = ["but", "and", "yet", "though", "although", "because", "or", "however", ","];

impl Quote {
    /// What stands at these bytes of [`Document::text`], without signs that join it to its neighbours.
    pub(super) fn of(document: &Document, bytes: Range<usize>) -> Quote {
        let joins = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '—' | '–' | '-');
        let text = document.text.get(bytes.clone()).unwrap_or_default();
        let start = bytes.start + text.len() - text.trim_start_matches(joins).len();
        let text = text.trim_matches(joins);
        let span = document.span(start..start + text.len());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Quote { start: span.start, end: span.end, text }
    }
}

/// A stretch of text that might be quoted.
struct Candidate {
    bytes: Range<usize>,
    sentence: usize,
    score: f64,
    opinion: f64,
}

/// The best quotes of a review: what is said clearly, judges, weighs in the verdict, and can stand alone.
pub fn quotes(document: &Document, clauses: &[Clause], sentences: &[SentenceTone]) -> Quotes {
    let whole = document.sentences.iter().zip(sentences).enumerate().map(|(index, (sentence, tone))| {
        Candidate { bytes: sentence.range.clone(), sentence: index, score: tone.score, opinion: tone.opinion }
    });
    let parts = clauses.iter().map(|clause| Candidate {
        bytes: clause.bytes.clone(),
        sentence: clause.sentence,
        score: clause.score,
        opinion: clause.opinion,
    });
    let heaviest = sentences.iter().map(|s| s.weight).fold(f64::MIN_POSITIVE, f64::max);
    let candidates: Vec<(f64, Quote)> = whole
        .chain(parts)
        .filter(|c| document.sentences.get(c.sentence).is_some_and(|s| s.block == Block::Prose))
        .filter_map(|candidate| {
            let tone = sentences.get(candidate.sentence)?;
            let bytes = alone(document, candidate.bytes.clone())?;
            let say = FLOOR + (1.0 - FLOOR) * tone.weight / heaviest;
            let strength = candidate.score * candidate.opinion * say;
            (candidate.score.abs() >= CLEAR && candidate.opinion >= 0.5)
                .then(|| (strength, Quote::of(document, bytes)))
        })
        .collect();
    // The first of equals: whole sentences come before their parts.
    let best = |side: f64| {
        let mut best: Option<&(f64, Quote)> = None;
        for candidate in candidates.iter().filter(|(strength, _)| strength * side > 0.0) {
            if best.is_none_or(|(strength, _)| candidate.0 * side > strength * side) {
                best = Some(candidate);
            }
        }
        best.map(|(_, quote)| quote.clone())
    };
    Quotes { positive: best(1.0), negative: best(-1.0) }
}

/// The part of a candidate that can stand alone, without a joint at its beginning and a comma at its end; `None` where
/// it points at what was said before, is too long or too short, or opens a bracket or quotation that it does not close.
fn alone(document: &Document, bytes: Range<usize>) -> Option<Range<usize>> {
    let text = document.text.get(bytes.clone())?;
    let mut start = 0;
    loop {
        let rest = text.get(start..)?;
        let first: &str = rest.split_whitespace().next()?;
        let at = start + rest.len() - rest.trim_start().len();
        let plain = first.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        // "it's" and "that's" point back too.
        let stem = plain.split(['\'', '’']).next().unwrap_or_default();
        if DANGLING.contains(&stem) {
            return None;
        }
        if !JOINTS.contains(&plain.as_str()) && !plain.is_empty() {
            start = at;
            break;
        }
        start = at + first.len();
    }
    let end = text
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '—' | '–' | '-' | '('))
        .len();
    let kept = text.get(start..end)?;
    let words = kept.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    let closed = |open: char, close: char| kept.matches(open).count() == kept.matches(close).count();
    let balanced = closed('(', ')') && closed('“', '”') && kept.matches('"').count() % 2 == 0;
    (WORDS.contains(&words) && balanced).then_some(bytes.start + start..bytes.start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Option<String> {
        let document = Document::parse(text);
        let all = 0..document.text.len();
        alone(&document, all).map(|bytes| document.text[bytes].to_string())
    }

    #[test]
    fn quotes_stand_alone() {
        assert_eq!(kept("but the script is dead,").as_deref(), Some("the script is dead"));
        assert_eq!(kept("It drags from the second act on."), None);
        assert_eq!(kept("That’s the whole of the fun here."), None);
        assert_eq!(kept("Too short."), None);
        assert_eq!(kept("A bore (of the kind that hurts"), None);
        assert_eq!(kept(&"word ".repeat(40)), None);
        assert_eq!(kept("— and, yet").as_deref(), None);
    }

    fn sentence(document: &Document, index: usize, score: f64, weight: f64) -> SentenceTone {
        let span = document.span(document.sentences[index].range.clone());
        SentenceTone {
            start: span.start,
            end: span.end,
            block: "prose".to_string(),
            score,
            label: super::super::Label::of(score),
            kind: "opinion".to_string(),
            opinion: 0.9,
            weight,
        }
    }

    #[test]
    fn one_for_and_one_against() {
        let document = Document::parse(
            "The sets are a joy to see. He runs. The script is dead on arrival. The cast is fine too.",
        );
        let tones: Vec<SentenceTone> = [(0.8, 0.5), (-0.9, 0.2), (-0.7, 0.2), (0.5, 0.1)]
            .iter()
            .enumerate()
            .map(|(i, (score, weight))| sentence(&document, i, *score, *weight))
            .collect();
        let quotes = quotes(&document, &[], &tones);
        assert_eq!(quotes.positive.unwrap().text, "The sets are a joy to see.");
        let negative = quotes.negative.unwrap();
        assert_eq!(negative.text, "The script is dead on arrival.");
        assert_eq!((negative.start, negative.end), (tones[2].start, tones[2].end));
    }
}
