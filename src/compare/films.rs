//! Rows of films.

use rayon::prelude::*;
use serde::Serialize;

use super::comparison::{Groups, Rows};
use super::corpus::{Corpus, Said};
use super::model::Fitted;
use super::row::{AspectTone, Group};
use super::standouts::{NamedEntity, Phrase, Wording};
use crate::report::round;
use crate::statistics::agreement::{Alpha, Counts, polarisation};

/// A film among its fellows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FilmRow {
    /// Its title.
    pub key: String,
    /// Number of its reviews.
    pub reviews: usize,
    /// Number of critics who are known.
    pub critics: usize,
    /// Mean tone, −1 to 1.
    pub mean: f64,
    /// Median tone.
    pub median: f64,
    /// 95 % interval of the mean; none of one review.
    pub interval: Option<[f64; 2]>,
    /// 0 to 1: share of reviews with a tone above 0.
    pub share_positive: f64,
    /// 0 (all of one label) to 1 (half at either end).
    pub polarisation: Option<f64>,
    /// Tone that an average critic would give: mean and effect of the film in the model.
    pub adjusted: Option<f64>,
    /// Its 95 % interval.
    pub adjusted_interval: Option<[f64; 2]>,
    /// Place by `adjusted`, from 1.
    pub rank: Option<usize>,
    /// Krippendorff's α of its labels, against the disagreement of all reviews; none of one review.
    pub agreement: Option<f64>,
    /// Its aspects, those judged most often first.
    pub aspects: Vec<AspectTone>,
    /// Keyphrases that stand out.
    pub keyphrases: Vec<Phrase>,
    /// Entities that stand out.
    pub entities: Vec<NamedEntity>,
    /// Out of its kindest review that has a quote for it.
    pub best_quote: Option<Quote>,
    /// Out of its harshest review that has a quote against it.
    pub worst_quote: Option<Quote>,
}

/// A sentence or clause of a review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quote {
    /// Its words.
    pub text: String,
    /// Id of the review.
    pub review: String,
    /// Who wrote it.
    pub critic: Option<String>,
    /// −1 to 1: tone of that review.
    pub score: f64,
}

/// Labels of each film's reviews, as α takes them.
pub(super) fn alpha(corpus: &Corpus) -> Option<Alpha> {
    let mut films = vec![Counts::default(); corpus.films.len()];
    for review in &corpus.reviews {
        if let Some(counts) = review.film.and_then(|film| films.get_mut(film as usize)) {
            counts[review.label] += 1;
        }
    }
    Alpha::new(&films)
}

/// Rows of films, best first.
pub(super) fn rows(corpus: &Corpus, groups: &Groups, fitted: Option<&Fitted>, resamples: usize) -> Rows {
    let (wording, alpha) = (Wording::new(corpus, groups), alpha(corpus));
    let mut rows: Vec<FilmRow> = groups
        .par_iter()
        .map(|(key, places)| {
            let group = Group { corpus, key: key.clone(), places };
            let film = group.reviews().next().and_then(|review| review.film);
            let tone = group.tone(resamples);
            let adjusted = film.and_then(|film| fitted?.adjusted(film));
            let quotes = film.and_then(|film| corpus.quotes.get(film as usize));
            let quote =
                |which: usize| quotes.and_then(|both| both[which].as_ref()).map(|said| quote(corpus, said));
            FilmRow {
                reviews: places.len(),
                critics: group.different(|review| review.critic),
                mean: tone.mean,
                median: tone.median,
                interval: tone.interval,
                share_positive: tone.share_positive,
                polarisation: polarisation(&group.labels()).map(round),
                adjusted: adjusted.map(|(value, _)| round(value)),
                adjusted_interval: adjusted.map(|(_, interval)| interval.map(round)),
                rank: None,
                agreement: alpha.as_ref().and_then(|alpha| alpha.of(&group.labels())).map(round),
                aspects: group.aspects(),
                keyphrases: wording.phrases(key, group.reviews()),
                entities: wording.entities(key, group.reviews()),
                best_quote: quote(0),
                worst_quote: quote(1),
                key: group.key,
            }
        })
        .collect();
    let by = |row: &FilmRow| row.adjusted.unwrap_or(row.mean);
    rows.sort_by(|a, b| by(b).total_cmp(&by(a)).then_with(|| a.key.cmp(&b.key)));
    let ranked = rows.iter_mut().filter(|row| row.adjusted.is_some()).enumerate();
    ranked.for_each(|(place, row)| row.rank = Some(place + 1));
    Rows::Films(rows)
}

fn quote(corpus: &Corpus, said: &Said) -> Quote {
    let review = &corpus.reviews[said.review];
    Quote {
        text: said.text.clone(),
        review: review.id.to_string(),
        critic: review.critic.map(|critic| corpus.critics.text(critic).to_owned()),
        score: round(said.score),
    }
}
