//! The least of a smooth function of two ratios.

use rayon::prelude::*;

use super::equations::Ratios;

/// Largest ratio that is tried: a factor a thousand times as wide as the residual.
const LARGEST: f64 = 1e3;
/// Shortest step, relative to its ratio: what rounding leaves of the slope.
const SHORT: f64 = 1e-3;
/// Rounds at most; some five do for ordinary data.
const ROUNDS: usize = 60;

/// How far and how near the search looks, as shares of a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Care {
    /// The first step.
    pub first: f64,
    /// A step to the minimum this small, once taken, ends the search.
    pub last: f64,
}

/// The ratios, both 0 or above, at which `value` is least, from `start` on; a factor that is not `free` stays at 0.
///
/// A compass search with a Newton step out of the same points: each round looks a step along both axes and once along
/// both together, takes the quadratic through these points, and goes to its minimum or to the best point seen. The steps
/// shrink as the minimum nears. Negative ratios are as good as positive ones, the function being even: so 0 is no edge at which a
/// search could stick, and a slope of 0 there (always so) is no sign of a minimum.
pub(super) fn minimum(
    start: Ratios,
    free: [bool; 2],
    care: Care,
    value: impl Fn(Ratios) -> f64 + Sync,
) -> Ratios {
    let value = |at: Ratios| {
        let found = value(at.map(|ratio| ratio.abs().min(LARGEST)));
        if found.is_nan() { f64::INFINITY } else { found }
    };
    let axes = [0, 1].map(|axis| f64::from(u8::from(free[axis])));
    let mut centre = [start[0] * axes[0], start[1] * axes[1]];
    let mut least = value(centre);
    let mut steps = centre.map(|ratio| (care.first * ratio).max(0.02));
    for _ in 0..ROUNDS {
        let [x, y] = steps;
        let offsets = [[x, 0.0], [-x, 0.0], [0.0, y], [0.0, -y], [x, y]];
        let moved = |by: Ratios| [centre[0] + by[0] * axes[0], centre[1] + by[1] * axes[1]];
        let seen: Vec<f64> = offsets.par_iter().map(|by| value(moved(*by))).collect();
        let newton = newton(least, &seen, steps, free);
        let mut tried: Vec<(f64, Ratios)> = seen.iter().copied().zip(offsets).collect();
        tried.extend(newton.map(|by| (value(moved(by)), by)));
        let Some(best) = tried.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        let near = newton
            .is_some_and(|by| (0..2).all(|axis| by[axis].abs() <= care.last * (centre[axis].abs() + 0.01)));
        let better = best.0 < least;
        if better {
            (least, centre) = (best.0, moved(best.1));
        }
        let floor = centre.map(|ratio| SHORT * (ratio.abs() + 0.01));
        if near || (!better && (0..2).all(|axis| steps[axis] <= floor[axis])) {
            break;
        }
        for axis in 0..2 {
            let (by, step) = (best.1[axis].abs(), steps[axis]);
            let next = match newton {
                // Where the quadratic is right, its step says how far the minimum may still be.
                Some(newton) if better && best.1 == newton => by.clamp(step / 10.0, 3.0 * step),
                _ if better && by > 0.0 => 2.0 * step,
                _ if better => step,
                _ => step / 4.0,
            };
            steps[axis] = next.max(floor[axis]);
        }
    }
    centre.map(|ratio| ratio.abs().min(LARGEST))
}

/// The step to the minimum of the quadratic through the points, at most three steps along an axis; `None` where it has none.
fn newton(least: f64, seen: &[f64], [x, y]: Ratios, free: [bool; 2]) -> Option<Ratios> {
    let [right, left, up, down, both] = *seen else { return None };
    let slope = [(right - left) / (2.0 * x), (up - down) / (2.0 * y)];
    let bend = [(right - 2.0 * least + left) / (x * x), (up - 2.0 * least + down) / (y * y)];
    let cross = (both - right - up + least) / (x * y);
    let by = match free {
        [true, true] => {
            let determinant = bend[0] * bend[1] - cross * cross;
            if !(bend[0] > 0.0 && determinant > 0.0) {
                return None;
            }
            [
                (cross * slope[1] - bend[1] * slope[0]) / determinant,
                (cross * slope[0] - bend[0] * slope[1]) / determinant,
            ]
        }
        [true, false] if bend[0] > 0.0 => [-slope[0] / bend[0], 0.0],
        [false, true] if bend[1] > 0.0 => [0.0, -slope[1] / bend[1]],
        _ => return None,
    };
    let finite = by.iter().all(|step| step.is_finite());
    finite.then(|| [by[0].clamp(-3.0 * x, 3.0 * x), by[1].clamp(-3.0 * y, 3.0 * y)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CARE: Care = Care { first: 0.2, last: 1e-5 };

    #[test]
    fn a_minimum_at_zero_is_found_from_afar() {
        let bowl = |[x, y]: Ratios| x * x + 2.0 * y * y + 0.5 * x * x * y * y;
        let found = minimum([1.0, 2.0], [true; 2], CARE, bowl);
        assert!(found[0] < 1e-3 && found[1] < 1e-3, "{found:?}");
    }

    #[test]
    fn a_saddle_at_zero_is_left_and_a_fixed_factor_stays() {
        let double = |[x, y]: Ratios| (x * x - 0.25).powi(2) + (y * y - 4.0).powi(2);
        let found = minimum([0.0, 0.0], [true; 2], CARE, double);
        assert!((found[0] - 0.5).abs() < 1e-4 && (found[1] - 2.0).abs() < 1e-4, "{found:?}");
        assert_eq!(minimum([1.0, 1.0], [false, false], CARE, double), [0.0, 0.0]);
        let one = minimum([0.3, 1.0], [true, false], CARE, double);
        assert!((one[0] - 0.5).abs() < 1e-4 && one[1] == 0.0, "{one:?}");
    }

    proptest! {
        #[test]
        fn the_minimum_of_a_function_like_a_likelihood_is_found(x in 0.05f64..5.0, y in 0.05f64..5.0, slant in -0.9f64..0.9) {
            // log of the ratio about its place, even in the ratio, with correlated axes.
            let value = |at: Ratios| {
                let [a, b] = [(at[0].abs() + 1e-12).ln() - x.ln(), (at[1].abs() + 1e-12).ln() - y.ln()];
                50.0 * (a * a + b * b + 2.0 * slant * a * b)
            };
            let found = minimum([0.5, 0.5], [true; 2], CARE, value);
            prop_assert!((found[0] / x - 1.0).abs() < 1e-3 && (found[1] / y - 1.0).abs() < 1e-3, "{:?}", found);
        }
    }
}
