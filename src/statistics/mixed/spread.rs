//! What not knowing the variances adds to the errors.

use rayon::prelude::*;

use super::cells::Cells;
use super::equations::{Factored, Ratios};
use super::fit::{Raw, raw};

/// Ratios are looked at where −2 log likelihood is at most so far above its least: three standard deviations.
const RISE: f64 = 9.0;
/// Places along each axis.
const PLACES: usize = 12;
/// Largest ratio that is looked at.
const LARGEST: f64 = 100.0;

/// Mean squared errors about the estimates `at` the best ratios, over all ratios that the data leave likely.
///
/// Plugging in estimated variances makes errors too small (Kackar and Harville 1984), and calls them 0 where a
/// variance is estimated as 0. Here the errors are averaged over a grid of the two ratios, weighted by the restricted likelihood, with a
/// flat prior on the standard deviations (Gelman 2006): at each place the error there, and the squared distance of the
/// estimate there from the one at the best ratios.
pub(super) fn errors(cells: &Cells, best: Ratios, free: [bool; 2], at: &Raw) -> Option<Raw> {
    let criterion = |ratios: Ratios| {
        Factored::new(cells, ratios)
            .map_or(f64::INFINITY, |factored| factored.criterion(&factored.solution()))
    };
    let least = criterion(best);
    let places = [0, 1].map(|axis| {
        if !free[axis] {
            return vec![0.0];
        }
        let likely = |ratio: f64| {
            let mut ratios = best;
            ratios[axis] = ratio;
            criterion(ratios) - least <= RISE
        };
        let [low, high] = range(best[axis], likely);
        (0..PLACES).map(|place| low + (high - low) * (place as f64 + 0.5) / PLACES as f64).collect::<Vec<_>>()
    });
    let grid: Vec<Ratios> = places[0].iter().flat_map(|x| places[1].iter().map(|y| [*x, *y])).collect();
    let seen: Vec<(f64, Raw)> = grid
        .par_iter()
        .filter_map(|ratios| {
            let factored = Factored::new(cells, *ratios)?;
            let solution = factored.solution();
            let weight = (-(factored.criterion(&solution) - least) / 2.0).exp();
            weight.is_finite().then(|| (weight, raw(&solution, factored.variances())))
        })
        .collect();
    let all: f64 = seen.iter().map(|(weight, _)| weight).sum();
    (all > 0.0).then(|| {
        let mut sum = at.without_errors();
        seen.iter().for_each(|(weight, there)| sum.add_errors(weight / all, there));
        sum
    })
}

/// The ratios about `best` that are likely, a third wider on each side since the other axis was held.
fn range(best: f64, likely: impl Fn(f64) -> bool) -> [f64; 2] {
    let mut far = best.max(0.1);
    while far < LARGEST && likely(best + far) {
        far *= 2.0;
    }
    let edge = |mut inside: f64, mut outside: f64| {
        for _ in 0..12 {
            let middle = (inside + outside) / 2.0;
            if likely(middle) { inside = middle } else { outside = middle }
        }
        inside
    };
    let high = edge(best, (best + far).min(LARGEST));
    let low = if likely(0.0) { 0.0 } else { edge(best, 0.0) };
    [(low - (best - low) / 3.0).max(0.0), high + (high - best) / 3.0]
}
