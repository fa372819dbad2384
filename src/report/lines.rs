//! Lines of the JSON files, with their keys in the order of the contract.

use std::io::{self, Seek, Write};

use serde::{Serialize, Serializer};
use serde_json::Number;

use super::cell::is_plain_number;
use super::folder::Out;
use crate::analysis::{
    Analysis, Aspect, Emotion, Entity, FilmSource, Keyphrase, Label, Language, Note, Quote, Quotes,
    SentenceTone, Tone,
};
use crate::corpus::{Origin, Review};

/// A line of `reviews.jsonl`.
#[derive(Serialize)]
pub(super) struct ReviewLine<'a> {
    id: &'a str,
    film: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    film_source: Option<FilmSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    film_confidence: Option<f64>,
    critic: Option<&'a str>,
    outlet: Option<&'a str>,
    date: Option<&'a str>,
    #[serde(serialize_with = "rating")]
    rating: Option<&'a str>,
    origin: &'a Origin,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    words: usize,
    sentences_count: usize,
    sentences: Vec<Span<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a Language>,
    #[serde(skip_serializing_if = "<[Note]>::is_empty")]
    notes: &'a [Note],
    tone: &'a Tone,
    emotions: &'a [Emotion],
    aspects: &'a [Aspect],
    keyphrases: &'a [Keyphrase],
    entities: &'a [Entity],
    quotes: QuoteLine<'a>,
}

impl<'a> ReviewLine<'a> {
    pub(super) fn new(review: &'a Review, analysis: &'a Analysis, text: bool) -> Self {
        let film = analysis.film.as_ref();
        Self {
            id: &review.id,
            film: film.map(|film| film.title.as_str()),
            film_source: film.map(|film| film.source),
            film_confidence: film
                .filter(|film| film.source == FilmSource::Inferred)
                .map(|film| film.confidence),
            critic: review.critic.as_deref(),
            outlet: review.outlet.as_deref(),
            date: review.date.as_deref(),
            rating: review.rating.as_deref(),
            origin: &review.origin,
            text: text.then_some(&review.text),
            words: analysis.words,
            sentences_count: analysis.sentences.len(),
            sentences: analysis.sentences.iter().map(Span::new).collect(),
            language: analysis.language.as_ref(),
            notes: &analysis.notes,
            tone: &analysis.tone,
            emotions: &analysis.emotions,
            aspects: &analysis.aspects,
            keyphrases: &analysis.keyphrases,
            entities: &analysis.entities,
            quotes: QuoteLine::new(&analysis.quotes),
        }
    }
}

/// A sentence of a review's line: where it stands and its figures, so that what names sentences by their index
/// can be looked up and the line can be shown without the model.
#[derive(Serialize)]
struct Span<'a> {
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<&'a str>,
    score: f64,
    kind: &'a str,
    opinion: f64,
    weight: f64,
}

impl<'a> Span<'a> {
    fn new(sentence: &'a SentenceTone) -> Self {
        let SentenceTone { start, end, block, score, kind, opinion, weight, .. } = sentence;
        Self {
            start: *start,
            end: *end,
            block: Some(block.as_str()).filter(|block| *block != "prose"),
            score: *score,
            kind,
            opinion: *opinion,
            weight: *weight,
        }
    }
}

/// The quotes of a review: their words, and where they stand.
#[derive(Serialize)]
struct QuoteLine<'a> {
    positive: Option<&'a str>,
    negative: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    positive_span: Option<[usize; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_span: Option<[usize; 2]>,
}

impl<'a> QuoteLine<'a> {
    fn new(quotes: &'a Quotes) -> Self {
        let span = |quote: &Quote| [quote.start, quote.end];
        Self {
            positive: quotes.positive.as_ref().map(|quote| &*quote.text).filter(|text| !text.is_empty()),
            negative: quotes.negative.as_ref().map(|quote| &*quote.text).filter(|text| !text.is_empty()),
            positive_span: quotes.positive.as_ref().map(span),
            negative_span: quotes.negative.as_ref().map(span),
        }
    }
}

/// A plain number as a JSON number, anything else as given.
fn rating<S: Serializer>(rating: &Option<&str>, serializer: S) -> Result<S::Ok, S::Error> {
    let number = rating.filter(|text| is_plain_number(text)).and_then(|text| text.parse::<Number>().ok());
    match (number, rating) {
        (Some(number), _) => number.serialize(serializer),
        (None, Some(text)) => serializer.serialize_str(text),
        (None, None) => serializer.serialize_none(),
    }
}

/// A line of `sentences.jsonl`.
#[derive(Serialize)]
pub(super) struct SentenceLine<'a> {
    review_id: &'a str,
    index: usize,
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    block: &'a str,
    score: f64,
    label: Label,
    kind: &'a str,
    opinion: f64,
    weight: f64,
}

/// The sentences of a review, in the order of its text.
pub(super) fn sentence_lines<'a>(
    review: &'a Review,
    analysis: &'a Analysis,
    text: bool,
) -> impl Iterator<Item = SentenceLine<'a>> {
    // Where each code point begins, to turn offsets into bytes.
    let starts: Vec<usize> =
        review.text.char_indices().map(|(byte, _)| byte).chain([review.text.len()]).collect();
    analysis.sentences.iter().enumerate().map(move |(index, sentence)| {
        let bytes = starts.get(sentence.start).zip(starts.get(sentence.end));
        SentenceLine {
            review_id: &review.id,
            index,
            start: sentence.start,
            end: sentence.end,
            text: bytes.filter(|_| text).and_then(|(&start, &end)| review.text.get(start..end)),
            block: &sentence.block,
            score: sentence.score,
            label: sentence.label,
            kind: &sentence.kind,
            opinion: sentence.opinion,
            weight: sentence.weight,
        }
    })
}

/// Writes one line of JSON.
pub(super) fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// `reviews.json`: the lines of `reviews.jsonl` in one array, written as they come.
#[derive(Debug)]
pub(super) struct JsonArray {
    out: Out,
    begun: bool,
}

impl JsonArray {
    /// Goes on at the position of `out`.
    pub(super) fn new(mut out: Out) -> io::Result<Self> {
        let begun = out.stream_position()? > 0;
        Ok(Self { out, begun })
    }

    pub(super) fn write(&mut self, line: &ReviewLine) -> io::Result<()> {
        self.out.write_all(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        Ok(serde_json::to_writer(&mut self.out, line)?)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?;
        self.out.flush()
    }
}
