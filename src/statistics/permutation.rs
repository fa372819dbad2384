//! p-values by relabelling (Fisher 1935; Pitman 1937), and their adjustment for many tests.

use fastrand::Rng;

/// Relabellings that are all tried; beyond them, so many are drawn.
const EXACT: u64 = 1 << 14;
/// Relabellings drawn, fewer where there are very many values.
const DRAWN: u64 = 9_999;
/// Values looked at in all drawn relabellings of a test.
const WORK: u64 = 200_000_000;
/// A relabelling counts as extreme as the data where it is so but for rounding.
const ROUNDING: f64 = 1e-12;

/// Two-sided p of the mean of paired differences being 0: each difference could as well have the other sign.
///
/// Exact where there are at most 2¹⁴ ways, otherwise of 9,999 draws (fewer above 20,000 differences): (hits + 1) / (draws + 1),
/// Phipson and Smyth 2010. `None` of no differences.
pub fn sign_flip(differences: &[f64], seed: u64) -> Option<f64> {
    let n = differences.len() as u32;
    let least = differences.iter().sum::<f64>().abs() - ROUNDING * f64::from(n);
    let extreme = |sum: f64| sum.abs() >= least;
    if n == 0 {
        return None;
    }
    if n <= EXACT.ilog2() {
        let flipped = |signs: u64| -> f64 {
            differences
                .iter()
                .enumerate()
                .map(|(place, d)| if signs >> place & 1 == 1 { -d } else { *d })
                .sum()
        };
        let hits = (0..1 << n).filter(|signs| extreme(flipped(*signs))).count();
        return Some(hits as f64 / f64::from(1 << n));
    }
    let mut rng = Rng::with_seed(seed);
    Some(drawn(differences.len(), || {
        let signed = differences.chunks(64).map(|chunk| {
            let signs = rng.u64(..);
            let flip = |(place, d): (usize, &f64)| if signs >> place & 1 == 1 { -d } else { *d };
            chunk.iter().enumerate().map(flip).sum::<f64>()
        });
        extreme(signed.sum())
    }))
}

/// Two-sided p of two groups having the same mean: each value could as well stand in the other group.
///
/// Exact where there are at most 2¹⁴ ways, otherwise drawn, as for [`sign_flip`]. `None` where a group is empty.
pub fn relabel(a: &[f64], b: &[f64], seed: u64) -> Option<f64> {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.is_empty() {
        return None;
    }
    let mut pool: Vec<f64> = few.iter().chain(many).copied().collect();
    let (k, n) = (few.len(), pool.len());
    // With the sum of all fixed, the difference of the means moves with the sum of one group alone.
    let middle = pool.iter().sum::<f64>() * k as f64 / n as f64;
    let least = (few.iter().sum::<f64>() - middle).abs() - ROUNDING * n as f64;
    let extreme = |sum: f64| (sum - middle).abs() >= least;
    if let Some(ways) = choices(n as u64, k as u64) {
        return Some(subsets(&pool, k, 0.0, &extreme) as f64 / ways as f64);
    }
    let mut rng = Rng::with_seed(seed);
    Some(drawn(k, || {
        (0..k).for_each(|place| pool.swap(place, rng.usize(place..n)));
        extreme(pool[..k].iter().sum())
    }))
}

/// Share of extreme relabellings among drawn ones, the data themselves among them.
fn drawn(values: usize, mut extreme: impl FnMut() -> bool) -> f64 {
    let draws = (WORK / values.max(1) as u64).clamp(999, DRAWN);
    let hits = (0..draws).filter(|_| extreme()).count();
    (hits + 1) as f64 / (draws + 1) as f64
}

/// Ways to choose `k` of `n`; `None` above [`EXACT`].
fn choices(n: u64, k: u64) -> Option<u64> {
    // Each step is a whole number: it is C(n, i + 1). With k ≤ n / 2 they rise, so the first above the bound ends it.
    (0..k).try_fold(1, |ways: u64, i| Some(ways * (n - i) / (i + 1)).filter(|ways| *ways <= EXACT))
}

/// Number of ways to choose `k` of the values whose sum, with `sum`, is extreme.
fn subsets(values: &[f64], k: usize, sum: f64, extreme: &impl Fn(f64) -> bool) -> u64 {
    match values {
        _ if k == 0 => u64::from(extreme(sum)),
        [first, rest @ ..] if values.len() >= k => {
            subsets(rest, k - 1, sum + first, extreme) + subsets(rest, k, sum, extreme)
        }
        _ => 0,
    }
}

/// p-values adjusted so that, among those below a level, at most that share is expected to be false.
///
/// Benjamini and Hochberg 1995. As many as given, in their order, each 0 to 1.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[b].total_cmp(&p[a]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (above, &place) in order.iter().enumerate() {
        let rank = (p.len() - above) as f64;
        least = least.min(p[place] * (p.len() as f64 / rank));
        adjusted[place] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn exact_values_by_hand() {
        // Only all signs as they are, or all turned: 2 of 8.
        assert_eq!(sign_flip(&[1.0, 2.0, 3.0], 0), Some(0.25));
        assert_eq!(sign_flip(&[0.0, 0.0], 0), Some(1.0));
        // 2 of the 6 ways to choose two of four are as far apart.
        assert_eq!(relabel(&[1.0, 2.0], &[3.0, 4.0], 0), Some(1.0 / 3.0));
        assert_eq!(relabel(&[1.0], &[3.0, 4.0, 2.0, 1.5], 0), Some(0.4));
        assert_eq!((sign_flip(&[], 0), relabel(&[], &[1.0], 0)), (None, None));
    }

    #[test]
    fn drawn_values_are_near_the_exact_ones() {
        let differences: Vec<f64> = (0..14).map(|i| f64::from(i * i % 7) - 2.0).collect();
        let exact = sign_flip(&differences, 0).unwrap();
        // Two zeros more change nothing but the number of ways.
        let more: Vec<f64> = differences.iter().copied().chain([0.0, 0.0]).collect();
        let drawn = sign_flip(&more, 5).unwrap();
        assert!((exact - drawn).abs() < 0.015, "{exact} {drawn}");
        assert_eq!(sign_flip(&more, 5), Some(drawn));
        let (a, b) = more.split_at(7);
        let (exact, drawn) = (relabel(a, b, 0).unwrap(), {
            let mut rng = fastrand::Rng::with_seed(3);
            let mut pool = more.clone();
            let far = |pool: &[f64]| {
                (pool[..7].iter().sum::<f64>() / 7.0 - pool[7..].iter().sum::<f64>() / 9.0).abs()
            };
            let least = far(&more) - 1e-9;
            let hits = (0..20_000)
                .filter(|_| {
                    rng.shuffle(&mut pool);
                    far(&pool) >= least
                })
                .count();
            hits as f64 / 20_000.0
        });
        assert!((exact - drawn).abs() < 0.015, "{exact} {drawn}");
    }

    #[test]
    fn benjamini_hochberg_as_in_r() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "BH")
        let adjusted = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005, 0.5]);
        for (found, r) in adjusted.iter().zip([0.025, 0.05, 0.05, 0.025, 0.5]) {
            assert!((found - r).abs() < 1e-12, "{adjusted:?}");
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn p_is_a_probability_and_knows_no_direction(a in prop::collection::vec(-1f64..1.0, 1..12), b in prop::collection::vec(-1f64..1.0, 1..12)) {
            let p = relabel(&a, &b, 1).unwrap();
            prop_assert!(p > 0.0 && p <= 1.0);
            prop_assert!((p - relabel(&b, &a, 1).unwrap()).abs() < 0.05);
            let turned: Vec<f64> = a.iter().map(|d| -d).collect();
            prop_assert!((sign_flip(&a, 1).unwrap() - sign_flip(&turned, 1).unwrap()).abs() < 0.05);
        }

        #[test]
        fn adjusted_values_are_no_smaller_and_keep_the_order(p in prop::collection::vec(0f64..1.0, 1..30)) {
            let adjusted = benjamini_hochberg(&p);
            for (i, one) in p.iter().enumerate() {
                prop_assert!(adjusted[i] >= *one && adjusted[i] <= 1.0);
                for (j, other) in p.iter().enumerate() {
                    prop_assert!(one > other || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }
}
