//! The mixed model of a corpus: tone = mean + film + critic (or outlet) + residual.

use std::collections::HashSet;

use serde::Serialize;

use super::comparison::By;
use super::corpus::{Corpus, Review};
use crate::report::round;
use crate::statistics::mixed::{Effect, Fit, Method, Observation, fit};

/// What the model says of the corpus as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// How it was fitted.
    pub method: Method,
    /// Tone of an average film by an average critic, −1 to 1.
    pub mean: f64,
    /// Standard error of the mean.
    pub mean_error: f64,
    /// Where tone varies.
    pub variance: Variances,
    /// Number of reviews.
    pub reviews: usize,
    /// Number of films.
    pub films: usize,
    /// Number of critics.
    pub critics: usize,
    /// Number of outlets.
    pub outlets: usize,
    /// Connected components of the graph of films and critics (or outlets); figures compare well within one.
    pub groups: usize,
}

/// Variances of the parts of the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variances {
    /// Between films.
    pub film: f64,
    /// Between critics; where outlets are compared, there is `outlet` instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub critic: Option<f64>,
    /// Between outlets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<f64>,
    /// Within a film and critic.
    pub residual: f64,
}

/// The fit of a corpus.
pub(super) struct Fitted {
    pub fit: Fit,
}

/// Who judges: the second factor.
pub(super) fn judge(by: By, review: &Review) -> Option<u32> {
    if by == By::Outlet { review.outlet } else { review.critic }
}

impl Fitted {
    pub(super) fn new(corpus: &Corpus, by: By) -> Option<Self> {
        let observations: Vec<Observation> = corpus
            .reviews
            .iter()
            .map(|review| Observation { value: review.score, levels: [review.film, judge(by, review)] })
            .collect();
        let judges = if by == By::Outlet { corpus.outlets.len() } else { corpus.critics.len() };
        Some(Self { fit: fit(&observations, [corpus.films.len(), judges])? })
    }

    /// Tone of a film by an average critic, and its interval.
    pub(super) fn adjusted(&self, film: u32) -> Option<(f64, [f64; 2])> {
        let effect = self.effect(0, film)?;
        Some((self.fit.mean + effect.value, self.fit.interval_with_mean(effect)))
    }

    /// Effect of a critic or outlet, and its interval.
    pub(super) fn leniency(&self, judge: u32) -> Option<(f64, [f64; 2])> {
        let effect = self.effect(1, judge)?;
        Some((effect.value, self.fit.interval(effect)))
    }

    fn effect(&self, factor: usize, level: u32) -> Option<&Effect> {
        self.fit.effects[factor].get(level as usize).filter(|_| self.fit.told_apart[factor])
    }

    pub(super) fn model(&self, corpus: &Corpus, by: By, groups: usize) -> Model {
        let [film, judge] = self.fit.variances.map(round);
        let of_outlets = by == By::Outlet;
        Model {
            method: self.fit.method,
            mean: round(self.fit.mean),
            mean_error: round(self.fit.mean_error),
            variance: Variances {
                film,
                critic: (!of_outlets).then_some(judge),
                outlet: of_outlets.then_some(judge),
                residual: round(self.fit.residual),
            },
            reviews: corpus.reviews.len(),
            films: corpus.films.len(),
            critics: corpus.critics.len(),
            outlets: corpus.outlets.len(),
            groups,
        }
    }
}

/// How films and judges hang together.
pub(super) struct Overlap {
    /// Connected components.
    pub groups: usize,
    /// Films with two judges or more, and judges with two films or more.
    pub shared: [usize; 2],
    /// Films and judges that stand together in some review.
    pub linked: [usize; 2],
}

impl Overlap {
    pub(super) fn new(corpus: &Corpus, by: By) -> Self {
        let pairs: HashSet<(u32, u32)> =
            corpus.reviews.iter().filter_map(|review| Some((review.film?, judge(by, review)?))).collect();
        let films = corpus.films.len();
        let judges = pairs.iter().map(|pair| pair.1 as usize + 1).max().unwrap_or(0);
        let mut degrees = [vec![0_u32; films], vec![0_u32; judges]];
        let mut parents: Vec<usize> = (0..films + judges).collect();
        for &(film, judge) in &pairs {
            degrees[0][film as usize] += 1;
            degrees[1][judge as usize] += 1;
            let (a, b) = (root(&mut parents, film as usize), root(&mut parents, films + judge as usize));
            parents[a] = b;
        }
        let linked = degrees.each_ref().map(|d| d.iter().filter(|degree| **degree > 0).count());
        let shared = degrees.each_ref().map(|d| d.iter().filter(|degree| **degree > 1).count());
        let in_pairs = (0..films).filter(|film| degrees[0][*film] > 0);
        let roots: HashSet<usize> = in_pairs.map(|film| root(&mut parents, film)).collect();
        Self { groups: roots.len(), shared, linked }
    }
}

/// The root of a node's tree, its path halved on the way (Tarjan and van Leeuwen 1984).
fn root(parents: &mut [usize], mut node: usize) -> usize {
    while parents[node] != node {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    node
}
