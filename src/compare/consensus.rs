//! One critic (or outlet) beside the others on the same films.

use super::corpus::{Corpus, Review};
use crate::statistics::mean;
use crate::statistics::pairs::Pairs;

/// Fewest films for a correlation.
const FILMS: usize = 4;

/// Sum and number of the scores of each film.
pub(super) struct Consensus {
    films: Vec<(f64, f64)>,
}

/// How a critic stands to the others.
pub(super) struct Stand {
    /// Mean over the critic's reviews of films that others reviewed too: score less the mean of the others.
    pub against: Option<f64>,
    /// Correlation over those films of the critic's mean with that of the others, leaving the critic out.
    pub agreement: Option<f64>,
}

impl Consensus {
    pub(super) fn new(corpus: &Corpus) -> Self {
        let mut films = vec![(0.0, 0.0); corpus.films.len()];
        for review in &corpus.reviews {
            if let Some(sum) = review.film.and_then(|film| films.get_mut(film as usize)) {
                *sum = (sum.0 + review.score, sum.1 + 1.0);
            }
        }
        Self { films }
    }

    /// Of one critic's reviews; reviews without a critic are others'.
    pub(super) fn stand<'r>(&self, reviews: impl Iterator<Item = &'r Review>) -> Stand {
        let mut own: Vec<(u32, f64)> =
            reviews.filter_map(|review| Some((review.film?, review.score))).collect();
        own.sort_by_key(|(film, _)| *film);
        let mut gaps = Vec::new();
        let mut films = Vec::new();
        for run in own.chunk_by(|a, b| a.0 == b.0) {
            let (sum, count) = self.films[run[0].0 as usize];
            let (own_sum, own_count) = (run.iter().map(|one| one.1).sum::<f64>(), run.len() as f64);
            if count > own_count {
                let others = (sum - own_sum) / (count - own_count);
                gaps.extend(run.iter().map(|one| one.1 - others));
                films.push((own_sum / own_count, others));
            }
        }
        let correlation = Pairs::new(&films).pearson(&vec![1.0; films.len()]);
        Stand {
            against: mean(&gaps),
            agreement: Some(correlation).filter(|r| films.len() >= FILMS && r.is_finite()),
        }
    }
}
