//! The reviews of one or several output folders, as figures.

use std::collections::HashMap;
use std::ops::Range;

use super::dates::year;
use super::line::Line;
use super::ratings::{Rating, rating};
use crate::analysis::{FilmSource, Note};
use crate::results::{ResultsError, Skipped, Sources};
use crate::statistics::agreement::LABELS;

/// Texts with a number each, in the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    /// The text of a number.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// One review: names as numbers of the corpus's [`Names`].
#[derive(Debug)]
pub(super) struct Review {
    pub id: Box<str>,
    pub source: u32,
    pub film: Option<u32>,
    pub critic: Option<u32>,
    pub outlet: Option<u32>,
    pub year: Option<i32>,
    /// −1 to 1.
    pub score: f64,
    /// 0 to 4.
    pub label: usize,
    pub rating: Option<Rating>,
    /// Places in [`Corpus::aspects`], [`Corpus::phrases`] and [`Corpus::entities`].
    pub aspects: Range<u32>,
    pub phrases: Range<u32>,
    pub entities: Range<u32>,
}

/// A quote for or against a film.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub text: String,
    /// Place of its review.
    pub review: usize,
    /// The review's score.
    pub score: f64,
}

/// The reviews of one or several output folders: figures and names, no texts but two quotes a film.
#[derive(Debug, Default)]
pub struct Corpus {
    pub(super) reviews: Vec<Review>,
    pub(super) sources: Vec<String>,
    pub(super) films: Names,
    pub(super) critics: Names,
    pub(super) outlets: Names,
    pub(super) aspect_names: Names,
    pub(super) phrase_names: Names,
    /// Type, a tab, text.
    pub(super) entity_names: Names,
    /// Aspect and its tone.
    pub(super) aspects: Vec<(u32, f32)>,
    pub(super) phrases: Vec<u32>,
    pub(super) entities: Vec<u32>,
    /// The best and the worst of each film.
    pub(super) quotes: Vec<[Option<Said>; 2]>,
    pub(super) skipped: Skipped,
    pub(super) inferred: usize,
    pub(super) not_english: usize,
}

impl Corpus {
    /// Reads every line of the sources.
    ///
    /// # Errors
    /// A file that cannot be read, or none of whose lines can be used.
    pub fn read(sources: &Sources) -> Result<Self, ResultsError> {
        let mut corpus = Corpus::new(sources.all().iter().map(|source| source.name.clone()).collect());
        corpus.skipped = sources.read(|source, line: Line| corpus.add(source, line))?;
        Ok(corpus)
    }

    /// Without reviews, of sources of these names.
    pub fn new(sources: Vec<String>) -> Self {
        Self { sources, ..Self::default() }
    }

    /// Number of reviews.
    pub fn len(&self) -> usize {
        self.reviews.len()
    }

    /// Whether there are no reviews.
    pub fn is_empty(&self) -> bool {
        self.reviews.is_empty()
    }

    /// Adds a review of the source with this index.
    pub fn add(&mut self, source: usize, line: Line) {
        let film = line.film.as_deref().map(|film| self.films.number(film));
        self.quotes.resize(self.films.len(), [None, None]);
        let label = line.tone.label() as usize;
        self.inferred += usize::from(line.film_source == Some(FilmSource::Inferred));
        self.not_english += usize::from(line.notes.contains(&Note::NotEnglish));
        if let Some(film) = film {
            self.quote(film as usize, &line);
        }
        let aspects =
            line.aspects.iter().map(|one| (self.aspect_names.number(&one.aspect), one.score as f32));
        let aspects = extend(&mut self.aspects, aspects);
        let names = &mut self.phrase_names;
        let phrases = line.keyphrases.iter().map(|phrase| names.number(&phrase.text.to_lowercase()));
        let phrases = extend(&mut self.phrases, phrases);
        let names = &mut self.entity_names;
        let entities = line.entities.iter().map(|one| names.number(&format!("{}\t{}", one.kind, one.text)));
        let entities = extend(&mut self.entities, entities);
        self.reviews.push(Review {
            id: line.id.into(),
            source: source as u32,
            film,
            critic: line.critic.as_deref().map(|critic| self.critics.number(critic)),
            outlet: line.outlet.as_deref().map(|outlet| self.outlets.number(outlet)),
            year: line.date.as_deref().and_then(year),
            score: line.tone.score,
            label: label.min(LABELS - 1),
            rating: line.rating.as_deref().and_then(rating),
            aspects,
            phrases,
            entities,
        });
    }

    /// Keeps the quotes of a film's kindest and of its harshest review. The first of equals stays.
    fn quote(&mut self, film: usize, line: &Line) {
        let (score, review) = (line.tone.score, self.reviews.len());
        let [best, worst] = &mut self.quotes[film];
        let said = |text: &Option<String>| {
            text.clone().filter(|text| !text.is_empty()).map(|text| Said { text, review, score })
        };
        if best.as_ref().is_none_or(|best| score > best.score) {
            *best = said(&line.quotes.positive).or(best.take());
        }
        if worst.as_ref().is_none_or(|worst| score < worst.score) {
            *worst = said(&line.quotes.negative).or(worst.take());
        }
    }

    /// The aspects of a review.
    pub(super) fn aspects_of(&self, review: &Review) -> &[(u32, f32)] {
        part(&self.aspects, &review.aspects)
    }
}

fn extend<T>(list: &mut Vec<T>, items: impl Iterator<Item = T>) -> Range<u32> {
    let start = list.len() as u32;
    list.extend(items);
    start..list.len() as u32
}

/// A review's part of a list.
pub(super) fn part<'a, T>(list: &'a [T], range: &Range<u32>) -> &'a [T] {
    list.get(range.start as usize..range.end as usize).unwrap_or(&[])
}
