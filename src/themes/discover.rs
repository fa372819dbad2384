//! From what the reviews of a corpus have left to its themes.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use rayon::ThreadPoolBuilder;

use super::clusters::{Cluster, clusters, unit};
use super::collector::{Collector, Gathered, Held};
use super::frequent::Frequent;
use super::phrases::{self, Phrase};
use super::spill::{Row, Spill};
use super::tally::Tally;
use super::{Theme, Themes, ThemesError};

/// Most themes of a corpus.
const THEMES: usize = 60;
/// Fewest reviews that a theme stands in.
const REVIEWS: u64 = 2;
/// Phrases listed for a theme.
const TOP_PHRASES: usize = 10;

/// Finds the themes of what was collected, on at most `jobs` threads.
pub(super) fn discover(collector: Collector, jobs: usize) -> Result<Themes, ThemesError> {
    let Collector { gathered: Gathered { phrases, all, films, critics }, mut rows, dir } = collector;
    let failed = |source| ThemesError::Temporary { dir: dir.clone(), source };
    let pool = ThreadPoolBuilder::new().num_threads(jobs.max(1)).build()?;

    let mut phrases = centred(phrases, &all);
    count(&mut rows, &mut phrases).map_err(failed)?;
    phrases.sort_by(|a, b| b.reviews.cmp(&a.reviews).then_with(|| a.stems.cmp(&b.stems)));
    let vectors: Vec<&[f32]> = phrases.iter().map(|phrase| phrase.vector.as_slice()).collect();
    let clusters = pool.install(|| clusters(&vectors));
    let clusters = largest(&mut rows, clusters, &phrases).map_err(failed)?;

    let homes = homes(clusters.iter().map(|(_, cluster)| cluster), &phrases);
    let names = |names: Frequent<()>| names.into_entries().map(|(name, ())| name);
    let mut standing = Standing {
        tones: vec![0.0; clusters.len()],
        films: Tally::new(names(films), clusters.len()),
        critics: Tally::new(names(critics), clusters.len()),
    };
    for row in rows.rows().map_err(failed)? {
        standing.add(&row.map_err(failed)?, &homes);
    }
    let theme = |(index, (reviews, cluster)): (usize, &(u64, Cluster))| {
        let middle = unit(&cluster.sum).unwrap_or_default();
        let members = cluster.members.iter().filter_map(|member| phrases.get(*member));
        let members = phrases::members(members, &middle);
        let texts = members.iter().map(|(_, phrase)| phrase.text.clone());
        Theme {
            name: phrases::name(&members),
            reviews: *reviews,
            phrases: members.len(),
            tone: standing.tones.get(index).copied().unwrap_or(0.0) / (*reviews).max(1) as f64,
            top_phrases: texts.take(TOP_PHRASES).collect(),
            films: standing.films.standouts(index),
            critics: standing.critics.standouts(index),
            quotes: phrases::quotes(&members),
        }
    };
    let themes = clusters.iter().enumerate().map(theme).collect();
    Ok(Themes { themes, homes, rows, dir })
}

/// Phrases in the order of their stems, with the corpus's mean taken out of their vectors; those that have no
/// direction then are left out.
fn centred(held: Frequent<Held>, (sum, count): &(Vec<f32>, u64)) -> Vec<Phrase> {
    let mean: Vec<f32> = sum.iter().map(|value| value / (*count).max(1) as f32).collect();
    let phrase = |(stems, held): (String, Held)| {
        let vector: Vec<f32> = unit(&held.sum)?.iter().zip(&mean).map(|(value, mean)| value - mean).collect();
        Some(Phrase { stems, text: held.text, reviews: 0, vector: unit(&vector)?, example: held.example })
    };
    held.into_entries().filter_map(phrase).collect()
}

/// Counts in how many reviews each phrase stands: one that had to make room for others was not counted throughout.
/// The phrases are in the order of their stems.
fn count(rows: &mut Spill, phrases: &mut [Phrase]) -> io::Result<()> {
    for row in rows.rows()? {
        for spoken in row?.phrases {
            if let Ok(found) = phrases.binary_search_by(|phrase| phrase.stems.cmp(&spoken.stems)) {
                phrases[found].reviews += 1;
            }
        }
    }
    Ok(())
}

/// The cluster of each phrase, by its stems.
fn homes<'a>(clusters: impl Iterator<Item = &'a Cluster>, phrases: &[Phrase]) -> BTreeMap<String, usize> {
    let of = |(index, cluster): (usize, &'a Cluster)| {
        let members = cluster.members.iter().filter_map(|member| phrases.get(*member));
        members.map(|phrase| (phrase.stems.clone(), index)).collect::<Vec<_>>()
    };
    clusters.enumerate().flat_map(of).collect()
}

/// The clusters that are themes, with the number of reviews that each stands in; those in most reviews first.
fn largest(rows: &mut Spill, clusters: Vec<Cluster>, phrases: &[Phrase]) -> io::Result<Vec<(u64, Cluster)>> {
    let homes = homes(clusters.iter(), phrases);
    let mut counts = vec![0u64; clusters.len()];
    for row in rows.rows()? {
        for index in tones(&row?, &homes).into_keys() {
            counts[index] += 1;
        }
    }
    let mut themes: Vec<(u64, Cluster)> = counts.into_iter().zip(clusters).collect();
    themes.retain(|(count, _)| *count >= REVIEWS);
    // Stable, so equals stay in the order of their most frequent phrases.
    themes.sort_by_key(|(count, _)| Reverse(*count));
    themes.truncate(THEMES);
    Ok(themes)
}

/// The themes of a review, each with the mean tone of its phrases' sentences.
fn tones(row: &Row, homes: &BTreeMap<String, usize>) -> BTreeMap<usize, f64> {
    let mut tones = BTreeMap::<usize, (f64, f64)>::new();
    for phrase in &row.phrases {
        if let Some(theme) = homes.get(&phrase.stems) {
            let (sum, count) = tones.entry(*theme).or_default();
            *sum += phrase.tone;
            *count += 1.0;
        }
    }
    tones.into_iter().map(|(theme, (sum, count))| (theme, sum / count)).collect()
}

/// What is counted of the themes over all reviews.
struct Standing {
    /// For each theme the sum of its tones in the reviews.
    tones: Vec<f64>,
    films: Tally,
    critics: Tally,
}

impl Standing {
    fn add(&mut self, row: &Row, homes: &BTreeMap<String, usize>) {
        let tones = tones(row, homes);
        for (theme, tone) in &tones {
            if let Some(sum) = self.tones.get_mut(*theme) {
                *sum += tone;
            }
        }
        let themes: Vec<usize> = tones.into_keys().collect();
        self.films.add(row.film.as_deref(), &themes);
        self.critics.add(row.critic.as_deref(), &themes);
    }
}
