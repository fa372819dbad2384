use std::collections::BTreeMap;

use fastrand::Rng;
use proptest::prelude::*;

use super::cells::Cells;
use super::equations::{Factored, Reduced};
use super::*;

/// Observations of a table with film, critic and score, and the names of both in order of appearance.
fn table(text: &str) -> (Vec<Observation>, [BTreeMap<String, u32>; 2]) {
    let mut names = [BTreeMap::new(), BTreeMap::new()];
    let rows = csv::Reader::from_reader(text.as_bytes()).into_records().map(|row| {
        let row = row.unwrap();
        let levels = [0, 1].map(|factor| {
            let next = names[factor].len() as u32;
            Some(*names[factor].entry(row[factor].to_owned()).or_insert(next))
        });
        Observation { value: row[2].parse().unwrap(), levels }
    });
    (rows.collect(), names)
}

fn close(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() < within, "{found} is not {expected}");
}

/// R: `d <- read.csv(file); m <- lmer(score ~ 1 + (1|film) + (1|critic), d)`, then `fixef(m)`, `vcov(m)`, `VarCorr(m)`,
/// `REMLcrit(m)` and `ranef(m, condVar = TRUE)`; lme4 1.1.31.
#[test]
fn the_sample_corpus_as_in_lme4() {
    let (rows, [films, critics]) = table(include_str!("../../../tests/data/sample_scores.csv"));
    let found = fit(&rows, [films.len(), critics.len()]).unwrap();
    assert_eq!(found.method, Method::Reml);
    close(found.mean, 0.216_414, 2e-6);
    close(found.variances[0], 0.135_211, 2e-5);
    close(found.variances[1], 0.035_095, 2e-5);
    close(found.residual, 0.194_362, 2e-5);
    for (name, effect) in
        [("Dilys Penhallick", 0.235_328), ("Gideon Thackrow", -0.217_376), ("Nell Abernoth", -0.143_487)]
    {
        close(found.effects[1][critics[name] as usize].value, effect, 2e-5);
    }
    for (name, effect) in [("Cats", -0.576_666), ("Parasite", 0.359_830), ("The Room", -0.510_727)] {
        close(found.effects[0][films[name] as usize].value, effect, 2e-5);
    }
}

#[test]
fn unbalanced_data_as_in_lme4() {
    let (rows, [films, critics]) = table(include_str!("../../../tests/data/crossed_scores.csv"));
    let levels = [films.len(), critics.len()];
    let found = fit(&rows, levels).unwrap();
    close(found.mean, 0.120_923, 2e-6);
    close(found.variances[0], 0.062_121, 1e-5);
    close(found.variances[1], 0.014_145, 1e-5);
    close(found.residual, 0.065_355, 1e-5);
    close(found.effects[1][critics["c8"] as usize].value, 0.201_143, 1e-5);
    close(found.effects[0][films["f15"] as usize].value, 0.527_028, 1e-5);

    let cells = Cells::new(&rows, levels);
    let ratios = found.variances.map(|variance| (variance / found.residual).sqrt());
    let factored = Factored::new(&cells, ratios).unwrap();
    let solution = factored.solution();
    close(factored.criterion(&solution), 141.071_805, 1e-5);
    close((solution.mean_variance * solution.residual).sqrt(), 0.052_417, 1e-5);
    // lme4's conditional variances take the mean as known, as these do.
    let [_, of_critics] = factored.variances();
    for (name, deviation) in [("c0", 0.048_934), ("c1", 0.052_630), ("c10", 0.061_187), ("c9", 0.056_847)] {
        close((of_critics[critics[name] as usize] * solution.residual).sqrt(), deviation, 1e-5);
    }
}

/// A design drawn at random with known effects.
#[derive(Debug)]
struct Simulated {
    rows: Vec<Observation>,
    mean: f64,
    effects: [Vec<f64>; 2],
}

impl Simulated {
    fn new(seed: u64, levels: [usize; 2], rows: usize, deviations: [f64; 3]) -> Self {
        let mut rng = Rng::with_seed(seed);
        // Twelve even numbers less six: nearly normal, of variance 1.
        let mut normal = |deviation: f64| ((0..12).map(|_| rng.f64()).sum::<f64>() - 6.0) * deviation;
        let effects =
            [0, 1].map(|f: usize| (0..levels[f]).map(|_| normal(deviations[f])).collect::<Vec<f64>>());
        let noise: Vec<f64> = (0..rows).map(|_| normal(deviations[2])).collect();
        let mean = 0.1;
        let rows = noise.into_iter().map(|noise| {
            let [a, b] = levels.map(|levels| rng.usize(..levels));
            let value = mean + effects[0][a] + effects[1][b] + noise;
            Observation { value, levels: [Some(a as u32), Some(b as u32)] }
        });
        Self { rows: rows.collect(), mean, effects: effects.clone() }
    }

    fn fit(&self) -> Fit {
        fit(&self.rows, [self.effects[0].len(), self.effects[1].len()]).unwrap()
    }

    /// How many of the first factor's intervals, mean included, and of the second factor's hold the truth.
    fn covered(&self, fit: &Fit) -> [usize; 2] {
        let within = |[low, high]: [f64; 2], truth: f64| low <= truth && truth <= high;
        let count = |factor: usize, held: &dyn Fn(&Effect, f64) -> bool| {
            fit.effects[factor]
                .iter()
                .zip(&self.effects[factor])
                .filter(|(e, truth)| held(e, **truth))
                .count()
        };
        [
            count(0, &|effect, truth| within(fit.interval_with_mean(effect), self.mean + truth)),
            count(1, &|effect, truth| within(fit.interval(effect), truth)),
        ]
    }
}

/// Shares of truths within their intervals over some seeds.
fn coverage(seeds: u64, levels: [usize; 2], rows: usize, deviations: [f64; 3]) -> [f64; 2] {
    let mut sum = [0; 2];
    for seed in 0..seeds {
        let simulated = Simulated::new(seed, levels, rows, deviations);
        let covered = simulated.covered(&simulated.fit());
        sum.iter_mut().zip(covered).for_each(|(sum, covered)| *sum += covered);
    }
    [0, 1].map(|factor| sum[factor] as f64 / (seeds as usize * levels[factor]) as f64)
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let [films, critics] = coverage(24, [200, 40], 3000, [0.3, 0.15, 0.3]);
    println!("films {films:.4} critics {critics:.4}");
    assert!((0.93..=0.97).contains(&films) && (0.93..=0.97).contains(&critics), "{films} {critics}");
}

#[test]
fn intervals_of_few_critics_hold_the_truth_too() {
    let [films, critics] = coverage(150, [12, 8], 66, [0.35, 0.15, 0.4]);
    println!("films {films:.4} critics {critics:.4}");
    assert!((0.92..=0.98).contains(&films) && (0.92..=0.98).contains(&critics), "{films} {critics}");
}

#[test]
fn the_way_for_very_many_levels_agrees_with_the_exact_one() {
    let simulated = Simulated::new(3, [600, 300], 6000, [0.3, 0.2, 0.3]);
    let exact = simulated.fit();
    let cells = Cells::new(&simulated.rows, [600, 300]);
    let moments = moments::variances(&cells).unwrap();
    for (found, exact) in moments.iter().zip([exact.variances[0], exact.variances[1], exact.residual]) {
        close(found / exact, 1.0, 0.1);
    }
    let ratios = exact.variances.map(|variance| (variance / exact.residual).sqrt());
    let reduced = Reduced::new(&cells, ratios);
    let (far, near) = (gradient::solution(&reduced), Factored::new(&cells, ratios).unwrap());
    let near_solution = near.solution();
    close(far.mean, near_solution.mean, 1e-7);
    for (far, near) in far.effects.iter().flatten().zip(near_solution.effects.iter().flatten()) {
        close(*far, *near, 1e-7);
    }
    for (far, near) in gradient::variances(&reduced).iter().flatten().zip(near.variances().iter().flatten()) {
        close(far / near, 1.0, 0.1);
    }
}

#[test]
fn what_cannot_be_told_has_no_fit() {
    let row = |value: f64, a: u32, b: u32| Observation { value, levels: [Some(a), Some(b)] };
    assert_eq!(fit(&[], [0, 0]), None);
    assert_eq!(fit(&[row(0.1, 0, 0), row(0.2, 1, 1)], [2, 2]), None);
    assert_eq!(fit(&[row(0.1, 0, 0), row(0.2, 1, 1), row(0.3, 2, 2)], [3, 3]), None);
    assert_eq!(fit(&[row(0.5, 0, 0), row(0.5, 0, 1), row(0.5, 1, 1)], [2, 2]), None);
    let one = fit(&[row(0.1, 0, 0), row(0.2, 0, 1), row(0.5, 1, 2), row(0.7, 1, 3)], [2, 4]).unwrap();
    assert_eq!((one.told_apart, one.variances[1]), ([true, false], 0.0));
    // Nothing but the two factors.
    let exact: Vec<_> = (0..12).map(|i| row(f64::from(i % 4) + f64::from(i / 4), i % 4, i / 4)).collect();
    let exact = fit(&exact, [4, 3]).unwrap();
    close(exact.effects[0][3].value - exact.effects[0][0].value, 3.0, 1e-3);
}

#[test]
fn levels_that_do_not_differ_have_effects_near_zero_and_intervals() {
    let simulated = Simulated::new(5, [30, 6], 200, [0.3, 0.0, 0.3]);
    let found = simulated.fit();
    for effect in &found.effects[1] {
        let [low, high] = found.interval(effect);
        assert!(effect.value.abs() < 0.1 && low < 0.0 && high > 0.0, "{effect:?}");
    }
}

prop_compose! {
    fn observations()(seed in any::<u64>(), films in 2..12usize, critics in 2..8usize, rows in 20..60usize) -> Simulated {
        Simulated::new(seed, [films, critics], rows, [0.4, 0.2, 0.3])
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_unknown_level_is_as_one_of_its_own(simulated in observations(), without in 1..6usize) {
        let [films, critics] = [simulated.effects[0].len(), simulated.effects[1].len()];
        let (mut unknown, mut own) = (simulated.rows.clone(), simulated.rows.clone());
        for (place, row) in own.iter_mut().take(without).enumerate() {
            unknown[place].levels[1] = None;
            row.levels[1] = Some((critics + place) as u32);
        }
        unknown[without].levels[0] = None;
        own[without].levels[0] = Some(films as u32);
        let a = Cells::new(&unknown, [films, critics]);
        let b = Cells::new(&own, [films + 1, critics + without]);
        for ratios in [[0.7, 0.4], [1.3, 0.0], [0.0, 2.0]] {
            // The ratios are those of the outer and the inner factor.
            let turned = |cells: &Cells| if cells.swapped { [ratios[1], ratios[0]] } else { ratios };
            let (one, other) = (Factored::new(&a, turned(&a)).unwrap(), Factored::new(&b, turned(&b)).unwrap());
            let (left, right) = (one.solution(), other.solution());
            prop_assert!((one.criterion(&left) - other.criterion(&right)).abs() < 1e-8);
            prop_assert!((left.mean - right.mean).abs() < 1e-9);
            let film = |cells: &Cells, effects: &[Vec<f64>; 2]| effects[usize::from(cells.swapped)][0];
            prop_assert!((film(&a, &left.effects) - film(&b, &right.effects)).abs() < 1e-9);
            prop_assert!((film(&a, &one.variances()) - film(&b, &other.variances())).abs() < 1e-9);
        }
    }

    #[test]
    fn factors_can_change_places(simulated in observations()) {
        let [films, critics] = [simulated.effects[0].len(), simulated.effects[1].len()];
        let turned: Vec<_> = simulated.rows.iter().map(|row| Observation { levels: [row.levels[1], row.levels[0]], ..*row }).collect();
        if let (Some(one), Some(other)) = (fit(&simulated.rows, [films, critics]), fit(&turned, [critics, films])) {
            prop_assert!((one.mean - other.mean).abs() < 1e-3);
            prop_assert!((one.variances[0] - other.variances[1]).abs() < 1e-3);
            for (a, b) in one.effects[0].iter().zip(&other.effects[1]) {
                prop_assert!((a.value - b.value).abs() < 2e-3 && (a.error - b.error).abs() < 2e-3);
            }
        }
    }
}
