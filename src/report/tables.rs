//! The CSV files.

use std::io::{self, Seek};

use csv::Writer;

use super::cell::{cell, rating_cell};
use super::folder::{Folder, Out, ReportError};
use crate::analysis::{Analysis, Quote, Role};
use crate::corpus::Review;

/// Columns of `reviews.csv`.
const REVIEWS: [&str; 24] = [
    "id",
    "film",
    "film_source",
    "critic",
    "outlet",
    "date",
    "rating",
    "path",
    "row",
    "words",
    "sentences_count",
    "tone_score",
    "tone_label",
    "tone_confidence",
    "ambivalence",
    "opinion_share",
    "emotions",
    "aspects",
    "keyphrases",
    "people",
    "quote_positive",
    "quote_negative",
    "language",
    "notes",
];

/// Columns of `aspects.csv`.
const ASPECTS: [&str; 12] = [
    "review_id",
    "film",
    "critic",
    "aspect",
    "score",
    "label",
    "confidence",
    "sentences",
    "quote",
    "quote_start",
    "quote_end",
    "sentence_indices",
];

/// Columns of `entities.csv`.
const ENTITIES: [&str; 11] = [
    "review_id",
    "film",
    "critic",
    "entity",
    "type",
    "role",
    "count",
    "salience",
    "tone",
    "first_start",
    "first_end",
];

/// Columns of `keyphrases.csv`.
const KEYPHRASES: [&str; 6] = ["review_id", "film", "critic", "keyphrase", "score", "count"];

/// Keyphrases and people named in a row of `reviews.csv`.
const NAMED: usize = 5;

/// `reviews.csv`, `entities.csv` and `keyphrases.csv`.
pub(super) struct Tables {
    reviews: Writer<Out>,
    aspects: Writer<Out>,
    entities: Writer<Out>,
    keyphrases: Writer<Out>,
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries([
                self.reviews.get_ref(),
                self.aspects.get_ref(),
                self.entities.get_ref(),
                self.keyphrases.get_ref(),
            ])
            .finish()
    }
}

impl Tables {
    pub(super) fn create(folder: &mut Folder) -> Result<Self, ReportError> {
        Ok(Self {
            reviews: table(folder, "reviews.csv", &REVIEWS)?,
            aspects: table(folder, "aspects.csv", &ASPECTS)?,
            entities: table(folder, "entities.csv", &ENTITIES)?,
            keyphrases: table(folder, "keyphrases.csv", &KEYPHRASES)?,
        })
    }

    pub(super) fn write(&mut self, review: &Review, analysis: &Analysis) -> io::Result<()> {
        let id = cell(&review.id);
        let title = analysis.film.as_ref().map(|film| film.title.clone());
        let [film, critic, outlet, date] =
            [&title, &review.critic, &review.outlet, &review.date].map(|field| optional(field));
        let tone = &analysis.tone;
        self.reviews.write_record([
            &*id,
            &*film,
            analysis.film.as_ref().map_or("", |film| film.source.as_str()),
            &*critic,
            &*outlet,
            &*date,
            &*rating_cell(review.rating.as_deref().unwrap_or_default()),
            &*cell(&review.origin.path),
            &review.origin.row.to_string(),
            &analysis.words.to_string(),
            &analysis.sentences.len().to_string(),
            &tone.score.to_string(),
            tone.label.as_str(),
            &tone.confidence.to_string(),
            &tone.ambivalence.to_string(),
            &tone.opinion_share.to_string(),
            &*cell(&joined(analysis.emotions.iter().map(|emotion| &*emotion.label))),
            &*cell(&scored(analysis)),
            &*cell(&joined(analysis.keyphrases.iter().map(|phrase| &*phrase.text))),
            &*cell(&joined(people(analysis))),
            &*cell(quote(analysis.quotes.positive.as_ref())),
            &*cell(quote(analysis.quotes.negative.as_ref())),
            analysis.language.as_ref().map_or("", |language| &*language.code),
            &analysis.notes.iter().map(|note| note.name()).collect::<Vec<_>>().join("; "),
        ])?;
        for aspect in &analysis.aspects {
            let sentences: Vec<String> = aspect.sentences.iter().map(usize::to_string).collect();
            self.aspects.write_record([
                &*id,
                &*film,
                &*critic,
                &*cell(&aspect.aspect),
                &aspect.score.to_string(),
                aspect.label.as_str(),
                &aspect.confidence.to_string(),
                &sentences.len().to_string(),
                &*cell(&aspect.quote.text),
                &aspect.quote.start.to_string(),
                &aspect.quote.end.to_string(),
                &sentences.join(" "),
            ])?;
        }
        for entity in &analysis.entities {
            let first = entity.mentions.first();
            self.entities.write_record([
                &*id,
                &*film,
                &*critic,
                &*cell(&entity.text),
                &*cell(&entity.kind),
                entity.role.map_or("", Role::as_str),
                &entity.count.to_string(),
                &entity.salience.to_string(),
                &number(entity.tone),
                &number(first.map(|mention| mention.start)),
                &number(first.map(|mention| mention.end)),
            ])?;
        }
        for phrase in &analysis.keyphrases {
            self.keyphrases.write_record([
                &*id,
                &*film,
                &*critic,
                &*cell(&phrase.text),
                &phrase.score.to_string(),
                &phrase.count.to_string(),
            ])?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.reviews.flush()?;
        self.aspects.flush()?;
        self.entities.flush()?;
        self.keyphrases.flush()
    }
}

/// Begins a table with its header, or goes on with one.
pub(super) fn table(
    folder: &mut Folder,
    name: &'static str,
    columns: &[&str],
) -> Result<Writer<Out>, ReportError> {
    let mut out = folder.file(name)?;
    let begun = out.stream_position().map_err(|error| folder.unwritable(error))? > 0;
    let mut writer = Writer::from_writer(out);
    if !begun {
        writer.write_record(columns).map_err(|error| folder.unwritable(error.into()))?;
    }
    Ok(writer)
}

pub(super) fn optional(field: &Option<String>) -> std::borrow::Cow<'_, str> {
    cell(field.as_deref().unwrap_or_default())
}

fn number(number: Option<impl ToString>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.take(NAMED).collect::<Vec<_>>().join("; ")
}

fn quote(quote: Option<&Quote>) -> &str {
    quote.map_or("", |quote| &quote.text)
}

/// Every aspect with its score: `acting 0.81; writing -0.52`.
fn scored(analysis: &Analysis) -> String {
    let aspects =
        analysis.aspects.iter().map(|aspect| format!("{} {:.2}", aspect.aspect, aspect.score + 0.0));
    aspects.collect::<Vec<_>>().join("; ")
}

/// Names of the persons of a review, most salient first.
fn people(analysis: &Analysis) -> impl Iterator<Item = &str> {
    analysis.entities.iter().filter(|entity| entity.kind == "PERSON").map(|entity| &*entity.text)
}
