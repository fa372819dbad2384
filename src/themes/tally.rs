//! In how many reviews of each film, or of each critic, each theme stands.

use std::collections::BTreeMap;

use super::Standout;
use crate::statistics::log_odds::{Share, log_odds};

/// A theme stands out where its z-score is above this: by chance in one case of forty.
const Z: f64 = 1.96;
/// Fewest reviews of a film, or by a critic, with a theme that stands out there.
const REVIEWS: u32 = 2;
/// Most films, or critics, named for a theme.
const NAMED: usize = 5;

/// Counts of reviews with a theme.
pub(super) struct Tally {
    groups: BTreeMap<String, Counts>,
    /// Over all reviews, of a group or not.
    all: Counts,
}

/// In how many reviews each theme stands.
#[derive(Clone)]
struct Counts {
    themes: Vec<u32>,
    total: u64,
}

impl Counts {
    fn add(&mut self, themes: &[usize]) {
        for theme in themes {
            if let Some(count) = self.themes.get_mut(*theme) {
                *count += 1;
                self.total += 1;
            }
        }
    }

    fn of(&self, theme: usize) -> u32 {
        self.themes.get(theme).copied().unwrap_or(0)
    }

    fn share(&self, theme: usize) -> Share {
        Share { count: f64::from(self.of(theme)), total: self.total as f64 }
    }
}

impl Tally {
    /// For groups of these names and so many themes.
    pub(super) fn new(names: impl Iterator<Item = String>, themes: usize) -> Self {
        let none = Counts { themes: vec![0; themes], total: 0 };
        Self { groups: names.map(|name| (name, none.clone())).collect(), all: none }
    }

    /// Counts a review of a group, each of its themes once.
    pub(super) fn add(&mut self, name: Option<&str>, themes: &[usize]) {
        self.all.add(themes);
        if let Some(group) = name.and_then(|name| self.groups.get_mut(name)) {
            group.add(themes);
        }
    }

    /// Where a theme stands more often than in all other reviews, most surprising first. The prior is the corpus,
    /// with the weight of a group of average size.
    pub(super) fn standouts(&self, theme: usize) -> Vec<Standout> {
        let grouped: u64 = self.groups.values().map(|group| group.total).sum();
        let all = self.all.share(theme);
        let prior = all.scaled(grouped as f64 / self.groups.len().max(1) as f64);
        let groups = self.groups.iter().filter(|(_, group)| group.of(theme) >= REVIEWS);
        let mut found: Vec<Standout> = groups
            .map(|(name, group)| {
                let own = group.share(theme);
                let others = Share { count: all.count - own.count, total: all.total - own.total };
                Standout { name: name.clone(), z: log_odds(own, others, prior).z }
            })
            .filter(|standout| standout.z > Z)
            .collect();
        // Stable, so equals stay in the order of their names.
        found.sort_by(|a, b| b.z.total_cmp(&a.z));
        found.truncate(NAMED);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(standouts: &[Standout]) -> Vec<&str> {
        standouts.iter().map(|standout| standout.name.as_str()).collect()
    }

    #[test]
    fn a_theme_stands_out_where_it_is_more_frequent_than_elsewhere() {
        let films = ["Gull", "Heron", "Tern"];
        let mut tally = Tally::new(films.iter().map(|film| film.to_string()), 3);
        for film in films {
            for _ in 0..8 {
                tally.add(Some(film), if film == "Heron" { &[0, 1] } else { &[0, 2] });
            }
        }
        tally.add(Some("Gull"), &[1]);
        tally.add(None, &[2]);
        assert_eq!(names(&tally.standouts(0)), Vec::<&str>::new());
        assert_eq!(names(&tally.standouts(1)), ["Heron"]);
        assert!(tally.standouts(1)[0].z > 3.0);
    }

    #[test]
    fn one_review_is_no_evidence_and_one_film_has_no_others() {
        let mut tally = Tally::new(["Heron", "Tern"].map(str::to_owned).into_iter(), 2);
        tally.add(Some("Heron"), &[1]);
        for _ in 0..500 {
            tally.add(Some("Tern"), &[0]);
        }
        assert!(tally.standouts(1).is_empty());
        let mut alone = Tally::new(["Heron".to_owned()].into_iter(), 2);
        for _ in 0..50 {
            alone.add(Some("Heron"), &[0, 1]);
        }
        assert!(alone.standouts(0).is_empty());
    }
}
