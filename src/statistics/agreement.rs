//! Agreement on ordered labels.

/// Number of ordered labels, lowest first: those of a review's tone.
pub const LABELS: usize = 5;

/// How many judgements of a unit have each label.
pub type Counts = [u32; LABELS];

/// Krippendorff's α with the ordinal metric, ready to be asked of all units or of one.
///
/// Krippendorff 2004, "Content Analysis", chapter 11: α = 1 − observed / expected disagreement. 1 is perfect agreement, 0
/// what labels drawn from all units' judgements would give, below 0 is systematic disagreement. Units with fewer
/// than two judgements do not count.
///
/// A single unit has no expected disagreement of its own. Its α here holds its observed disagreement against the
/// expected one of all units; the mean of the units' α, weighted by their judgements, is then the α of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Alpha {
    /// Squared ordinal distances of two labels.
    distances: [[f64; LABELS]; LABELS],
    expected: f64,
    observed: f64,
}

impl Alpha {
    /// `None` where expected disagreement is 0: all judgements alike, or no unit with two.
    pub fn new(units: &[Counts]) -> Option<Self> {
        let pairable = || units.iter().filter(|unit| total(unit) > 1);
        let mut all = [0.0; LABELS];
        for unit in pairable() {
            all.iter_mut().zip(unit).for_each(|(sum, count)| *sum += f64::from(*count));
        }
        let judgements: f64 = all.iter().sum();
        let distances = distances(&all);
        let expected = disagreement(&all, &distances);
        let sum: f64 = pairable().map(|unit| f64::from(total(unit)) * observed(unit, &distances)).sum();
        (expected > 0.0).then(|| Alpha { distances, expected, observed: sum / judgements })
    }

    /// Of all units.
    pub fn overall(&self) -> f64 {
        1.0 - self.observed / self.expected
    }

    /// Of one unit; `None` of fewer than two judgements.
    pub fn of(&self, unit: &Counts) -> Option<f64> {
        (total(unit) > 1).then(|| 1.0 - observed(unit, &self.distances) / self.expected)
    }
}

fn total(unit: &Counts) -> u32 {
    unit.iter().sum()
}

fn observed(unit: &Counts, distances: &[[f64; LABELS]; LABELS]) -> f64 {
    disagreement(&unit.map(f64::from), distances)
}

/// Mean squared distance of two different judgements.
fn disagreement(counts: &[f64; LABELS], distances: &[[f64; LABELS]; LABELS]) -> f64 {
    let total: f64 = counts.iter().sum();
    let sum: f64 = (0..LABELS * LABELS)
        .map(|cell| (cell / LABELS, cell % LABELS))
        .map(|(a, b)| counts[a] * counts[b] * distances[a][b])
        .sum();
    sum / (total * (total - 1.0))
}

/// Two labels are as far apart as judgements lie between them, with half of their own.
fn distances(all: &[f64; LABELS]) -> [[f64; LABELS]; LABELS] {
    let mut distances = [[0.0; LABELS]; LABELS];
    for a in 0..LABELS {
        for b in a..LABELS {
            let between: f64 = all[a..=b].iter().sum();
            let distance = (between - (all[a] + all[b]) / 2.0).powi(2);
            distances[a][b] = distance;
            distances[b][a] = distance;
        }
    }
    distances
}

/// 0 to 1: 0 where all judgements have one label, 0.5 where they are spread evenly, 1 where half are at either end.
///
/// (1 − A) / 2 with van der Eijk's agreement A ("Measuring agreement in ordered rating scales", Quality & Quantity
/// 35, 2001): the counts are cut into layers of equal height, each layer's A says how far its labels stand together, and
/// layers count by the judgements in them. `None` of no judgements.
pub fn polarisation(counts: &Counts) -> Option<f64> {
    let all = f64::from(total(counts));
    let mut left = *counts;
    let mut agreement = 0.0;
    while let Some(height) = left.iter().copied().filter(|count| *count > 0).min() {
        let layer = left.map(|count| count > 0);
        let filled = layer.iter().filter(|one| **one).count();
        agreement += layer_agreement(&layer, filled) * f64::from(height) * filled as f64 / all;
        left.iter_mut().filter(|count| **count > 0).for_each(|count| *count -= height);
    }
    (all > 0.0).then_some((1.0 - agreement) / 2.0)
}

/// Van der Eijk's A of a pattern of filled and empty labels: −1 to 1.
fn layer_agreement(layer: &[bool; LABELS], filled: usize) -> f64 {
    let (mut together, mut apart) = (0.0, 0.0);
    for a in 0..LABELS {
        for b in a + 1..LABELS {
            for c in b + 1..LABELS {
                match (layer[a], layer[b], layer[c]) {
                    (true, true, false) | (false, true, true) => together += 1.0,
                    (true, false, true) => apart += 1.0,
                    _ => {}
                }
            }
        }
    }
    let k = LABELS as f64;
    let unimodality = if together + apart > 0.0 {
        ((k - 2.0) * together - (k - 1.0) * apart) / ((k - 2.0) * (together + apart))
    } else {
        1.0
    };
    unimodality * (1.0 - (filled as f64 - 1.0) / (k - 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn alpha_as_another_program_has_it() {
        // Python: krippendorff.alpha(value_counts=[...], level_of_measurement="ordinal"), version 0.9.0.
        let units = [[3, 1, 0, 0, 0], [0, 0, 2, 1, 0], [0, 1, 0, 3, 4], [1, 0, 1, 0, 1], [0, 0, 0, 0, 1]];
        let alpha = Alpha::new(&units).unwrap();
        assert!((alpha.overall() - ALPHA).abs() < 1e-9, "{}", alpha.overall());
    }

    /// See `alpha_as_another_program_has_it`.
    const ALPHA: f64 = 0.442_649_281_934_996_2;

    #[test]
    fn agreement_is_one_and_no_disagreement_has_no_alpha() {
        let alpha = Alpha::new(&[[2, 0, 0, 0, 0], [0, 0, 0, 3, 0]]).unwrap();
        assert_eq!((alpha.overall(), alpha.of(&[2, 0, 0, 0, 0])), (1.0, Some(1.0)));
        assert_eq!(Alpha::new(&[[3, 0, 0, 0, 0]]), None);
        assert_eq!(Alpha::new(&[[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]]), None);
        assert_eq!(alpha.of(&[1, 0, 0, 0, 0]), None);
    }

    #[test]
    fn polarisation_by_hand() {
        for (counts, expected) in [
            ([7, 0, 0, 0, 0], 0.0),
            ([2, 2, 2, 2, 2], 0.5),
            ([5, 0, 0, 0, 5], 1.0),
            // A of 1 1 0 0 0 is 1 · (1 − 1/4).
            ([3, 3, 0, 0, 0], 0.125),
            // Layers 1 1 0 0 0 with two thirds of the judgements and 1 0 0 0 0 with one: A = 2/3 · 3/4 + 1/3.
            ([2, 1, 0, 0, 0], 1.0 / 12.0),
            // Triples of 1 0 1 0 0: one apart, two together (1 · 1 0), so U = (3·2 − 4·1) / (3·3) and A = 2/9 · 3/4.
            ([1, 0, 1, 0, 0], (1.0 - 1.0 / 6.0) / 2.0),
        ] {
            let found = polarisation(&counts).unwrap();
            assert!((found - expected).abs() < 1e-12, "{counts:?}: {found}");
        }
        assert_eq!(polarisation(&[0; LABELS]), None);
    }

    proptest! {
        #[test]
        fn the_weighted_mean_of_units_is_the_whole(units in prop::collection::vec(prop::array::uniform5(0u32..5), 1..20)) {
            if let Some(alpha) = Alpha::new(&units) {
                let (mut sum, mut weight) = (0.0, 0.0);
                for unit in &units {
                    if let Some(own) = alpha.of(unit) {
                        sum += f64::from(total(unit)) * own;
                        weight += f64::from(total(unit));
                    }
                }
                prop_assert!((alpha.overall() - sum / weight).abs() < 1e-9);
                prop_assert!(alpha.overall() <= 1.0);
            }
        }

        #[test]
        fn polarisation_is_a_share_and_has_no_direction(counts in prop::array::uniform5(0u32..9)) {
            let mut turned = counts;
            turned.reverse();
            if let (Some(one), Some(other)) = (polarisation(&counts), polarisation(&turned)) {
                prop_assert!((one - other).abs() < 1e-12);
                prop_assert!((-1e-12..=1.0 + 1e-12).contains(&one));
            }
        }
    }
}
