//! What stands in the reviews of one row more than in those of the others.

use serde::Serialize;

use super::comparison::Groups;
use super::corpus::{Corpus, Review, part};
use crate::report::round;
use crate::statistics::log_odds::{Share, log_odds};

/// It stands out where its z-score is above this: by chance in one case of twenty. With 1.96, as for themes, nothing that
/// two reviews of a film share could, however rare it is elsewhere.
const Z: f64 = 1.64;
/// Fewest reviews of the row that have it.
const REVIEWS: u32 = 2;
/// Most that are named for a row.
const NAMED: usize = 8;

/// A keyphrase that stands out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phrase {
    /// In small letters.
    pub text: String,
    /// Number of the row's reviews that have it.
    pub reviews: u32,
    /// Above 1.64: see [`crate::statistics::log_odds::LogOdds::z`].
    pub z: f64,
}

/// An entity that stands out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedEntity {
    /// Its name.
    pub text: String,
    /// `PERSON`, `WORK` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Number of the row's reviews that name it.
    pub reviews: u32,
    /// Above 1.64.
    pub z: f64,
}

/// How often each thing stands in one row, and how much that is out of the ordinary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Count {
    pub thing: u32,
    pub reviews: u32,
    pub z: f64,
}

/// Adds the things of a review.
type Things = fn(&Corpus, &Review, &mut Vec<u32>);

/// Reviews with each thing, over the corpus.
pub(super) struct Tally<'a> {
    corpus: &'a Corpus,
    things: Things,
    all: Vec<u32>,
    total: f64,
    /// Things of a row of average size, which is what the prior weighs.
    ordinary: f64,
}

impl<'a> Tally<'a> {
    /// Counts in all reviews what `things` adds for each; `names` is how many things there are, `rows` the rows with the places of
    /// their reviews.
    pub(super) fn new(corpus: &'a Corpus, names: usize, rows: &Groups, things: Things) -> Self {
        let mut tally = Self { corpus, things, all: vec![0; names], total: 0.0, ordinary: 0.0 };
        let mut sizes = Vec::with_capacity(corpus.reviews.len());
        for review in &corpus.reviews {
            let things = tally.of(review);
            sizes.push(things.len() as f64);
            things.iter().for_each(|thing| tally.all[*thing as usize] += 1);
        }
        let grouped: f64 = rows.iter().flat_map(|(_, places)| places).map(|place| sizes[*place]).sum();
        tally.total = sizes.iter().sum();
        tally.ordinary = grouped / rows.len().max(1) as f64;
        tally
    }

    /// The things of a review, each once.
    fn of(&self, review: &Review) -> Vec<u32> {
        let mut things = Vec::new();
        (self.things)(self.corpus, review, &mut things);
        things.sort_unstable();
        things.dedup();
        things
    }

    /// All things of a row, those that stand out most first (Monroe, Colaresi and Quinn 2008). The prior is the corpus, with the
    /// weight of a row of average size.
    pub(super) fn counts<'r>(&self, reviews: impl Iterator<Item = &'r Review>) -> Vec<Count> {
        let mut things: Vec<u32> = reviews.flat_map(|review| self.of(review)).collect();
        things.sort_unstable();
        let own_total = things.len() as f64;
        let mut counts: Vec<Count> = things
            .chunk_by(|a, b| a == b)
            .map(|run| {
                let all = Share { count: f64::from(self.all[run[0] as usize]), total: self.total };
                let own = Share { count: run.len() as f64, total: own_total };
                let others = Share { count: all.count - own.count, total: all.total - own.total };
                let z = log_odds(own, others, all.scaled(self.ordinary)).z;
                Count { thing: run[0], reviews: run.len() as u32, z }
            })
            .collect();
        // Stable, so equals stay in the order in which they first came.
        counts.sort_by(|a, b| b.z.total_cmp(&a.z));
        counts
    }
}

/// The tallies of phrases and entities of all rows.
pub(super) struct Wording<'a> {
    corpus: &'a Corpus,
    phrases: Tally<'a>,
    entities: Tally<'a>,
}

impl<'a> Wording<'a> {
    pub(super) fn new(corpus: &'a Corpus, rows: &Groups) -> Self {
        let phrases: Things = |corpus, review, out| out.extend(part(&corpus.phrases, &review.phrases));
        let entities: Things = |corpus, review, out| out.extend(part(&corpus.entities, &review.entities));
        Self {
            corpus,
            phrases: Tally::new(corpus, corpus.phrase_names.len(), rows, phrases),
            entities: Tally::new(corpus, corpus.entity_names.len(), rows, entities),
        }
    }

    /// Phrases that stand out in a row, most first; not the row's own name.
    pub(super) fn phrases<'r>(&self, key: &str, reviews: impl Iterator<Item = &'r Review>) -> Vec<Phrase> {
        standing_out(self.phrases.counts(reviews))
            .map(|count| Phrase {
                text: self.corpus.phrase_names.text(count.thing).to_owned(),
                reviews: count.reviews,
                z: round(count.z),
            })
            .filter(|phrase| bare(&phrase.text) != bare(key))
            .take(NAMED)
            .collect()
    }

    /// Entities that stand out in a row, most first; not what the row is about.
    pub(super) fn entities<'r>(
        &self,
        key: &str,
        reviews: impl Iterator<Item = &'r Review>,
    ) -> Vec<NamedEntity> {
        standing_out(self.entities.counts(reviews))
            .filter_map(|count| {
                let (kind, text) = self.corpus.entity_names.text(count.thing).split_once('\t')?;
                let (kind, text) = (kind.to_owned(), text.to_owned());
                (bare(&text) != bare(key)).then(|| NamedEntity {
                    text,
                    kind,
                    reviews: count.reviews,
                    z: round(count.z),
                })
            })
            .take(NAMED)
            .collect()
    }
}

fn standing_out(counts: Vec<Count>) -> impl Iterator<Item = Count> {
    counts.into_iter().filter(|count| count.z > Z && count.reviews >= REVIEWS)
}

/// Letters and digits of a title in small letters, without its article.
fn bare(title: &str) -> String {
    let title = title.to_lowercase();
    let title =
        ["the ", "a ", "an "].iter().find_map(|article| title.strip_prefix(article)).unwrap_or(&title);
    title.chars().filter(|letter| letter.is_alphanumeric()).collect()
}
