//! What the page tells of the whole corpus, whether or not all of its reviews have a row.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::compared::{Compared, Critic, Film};
use super::rows::{Corpus, Known, Row};
use super::sample::Sample;
use super::themes::Theme;

/// Most films, critics and people with figures of their own; the most reviewed come first.
pub(super) const MOST: usize = 1_000;

/// The readable part of the page's data.
#[derive(Debug, Serialize)]
pub(super) struct Figures<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) program: String,
    pub(super) totals: Totals,
    /// Reviews with a row.
    pub(super) rows: usize,
    /// Reviews with their text or the figures of their sentences.
    pub(super) texts: usize,
    pub(super) aspects: &'a [String],
    pub(super) films: Vec<Film<'a>>,
    pub(super) critics: Vec<Critic<'a>>,
    pub(super) outlets: Vec<&'a str>,
    pub(super) people: Vec<Person<'a>>,
    pub(super) themes: &'a [Theme],
    pub(super) warnings: &'a [String],
}

/// Of all reviews.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Totals {
    pub(super) reviews: usize,
    pub(super) films: usize,
    pub(super) critics: usize,
    pub(super) people: usize,
    /// −1 to 1.
    pub(super) mean: f64,
    /// 0 to 1: reviews of 0.25 or more.
    pub(super) positive: f64,
    /// 0 to 1: reviews of −0.25 or less.
    pub(super) negative: f64,
}

impl Totals {
    pub(super) fn new(corpus: &Corpus) -> Self {
        let share = |side: fn(&Row) -> bool| {
            corpus.rows.iter().filter(|row| side(row)).count() as f64 / corpus.rows.len().max(1) as f64
        };
        let sum: f64 = corpus.rows.iter().map(|row| f64::from(row.score)).sum();
        Self {
            reviews: corpus.rows.len(),
            films: corpus.films.list.len(),
            critics: corpus.critics.list.len(),
            people: corpus.people.list.len(),
            mean: sum / 1000.0 / corpus.rows.len().max(1) as f64,
            positive: share(|row| row.score >= 250),
            negative: share(|row| row.score <= -250),
        }
    }
}

/// A person that reviews name.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Person<'a> {
    name: &'a str,
    /// The most frequent, where any review says.
    role: Option<&'a str>,
    reviews: usize,
}

/// Which names of the corpus the page lists, most reviewed first.
pub(super) struct Listed {
    /// Places in the corpus's names, each with its reviews.
    pub(super) films: Vec<(u32, usize)>,
    pub(super) critics: Vec<(u32, usize)>,
    pub(super) outlets: Vec<(u32, usize)>,
    pub(super) people: Vec<(u32, usize)>,
}

impl Listed {
    /// The first [`MOST`] films and critics and all that a row of the sample names; of people only the first [`MOST`].
    pub(super) fn new(corpus: &Corpus, sample: &Sample) -> Self {
        let rows = || corpus.rows.iter();
        let kept = || sample.rows.iter().map(|&row| &corpus.rows[row]);
        let mut people =
            ranked(rows().flat_map(|row| row.people.iter().map(|&(person, _)| person)), &corpus.people.list);
        people.truncate(MOST);
        Self {
            films: listed(
                rows().filter_map(|row| row.film),
                kept().filter_map(|row| row.film),
                &corpus.films.list,
            ),
            critics: listed(
                rows().filter_map(|row| row.critic),
                kept().filter_map(|row| row.critic),
                &corpus.critics.list,
            ),
            outlets: listed(
                rows().filter_map(|row| row.outlet),
                kept().filter_map(|row| row.outlet),
                &corpus.outlets.list,
            ),
            people,
        }
    }

    pub(super) fn known(&self, corpus: &Corpus) -> Known {
        let places = |listed: &[(u32, usize)], names: &[String]| {
            let mut places = vec![None; names.len()];
            for (place, &(name, _)) in (0..).zip(listed) {
                places[name as usize] = Some(place);
            }
            places
        };
        Known {
            films: places(&self.films, &corpus.films.list),
            critics: places(&self.critics, &corpus.critics.list),
            outlets: places(&self.outlets, &corpus.outlets.list),
            people: places(&self.people, &corpus.people.list),
        }
    }

    pub(super) fn films<'a>(&self, corpus: &'a Corpus, compared: &'a Compared) -> Vec<Film<'a>> {
        let named =
            self.films.iter().map(|&(film, reviews)| (corpus.films.list[film as usize].as_str(), reviews));
        named.enumerate().map(|(rank, (name, reviews))| compared.film(rank, name, reviews)).collect()
    }

    pub(super) fn critics<'a>(&self, corpus: &'a Corpus, compared: &'a Compared) -> Vec<Critic<'a>> {
        let named = self
            .critics
            .iter()
            .map(|&(critic, reviews)| (corpus.critics.list[critic as usize].as_str(), reviews));
        named.enumerate().map(|(rank, (name, reviews))| compared.critic(rank, name, reviews)).collect()
    }

    pub(super) fn outlets<'a>(&self, corpus: &'a Corpus) -> Vec<&'a str> {
        self.outlets.iter().map(|&(outlet, _)| corpus.outlets.list[outlet as usize].as_str()).collect()
    }

    pub(super) fn people<'a>(&self, corpus: &'a Corpus) -> Vec<Person<'a>> {
        let person = |&(person, reviews): &(u32, usize)| {
            // Of roles named equally often the first in the alphabet, so that the page is always the same.
            let roles = corpus.roles[person as usize].iter();
            let role = roles.max_by_key(|&(role, count)| (*count, std::cmp::Reverse(role)));
            let role = role.map(|(role, _)| role.as_str());
            Person { name: &corpus.people.list[person as usize], role, reviews }
        };
        self.people.iter().map(person).collect()
    }
}

/// Names by the number of reviews, then by the alphabet.
fn ranked(of_reviews: impl Iterator<Item = u32>, names: &[String]) -> Vec<(u32, usize)> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    of_reviews.for_each(|name| *counts.entry(name).or_default() += 1);
    let mut ranked: Vec<(u32, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| names[a.0 as usize].cmp(&names[b.0 as usize])));
    ranked
}

fn listed(
    all: impl Iterator<Item = u32>,
    kept: impl Iterator<Item = u32>,
    names: &[String],
) -> Vec<(u32, usize)> {
    let kept: HashSet<u32> = kept.collect();
    let ranked = ranked(all, names).into_iter().enumerate();
    ranked.filter(|(rank, (name, _))| *rank < MOST || kept.contains(name)).map(|(_, name)| name).collect()
}
