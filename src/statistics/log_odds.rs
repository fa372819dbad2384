//! Weighted log-odds ratio with an informative Dirichlet prior: what stands in one group more than in another.
//!
//! Monroe, Colaresi and Quinn 2008, "Fightin' Words", equations 15, 16, 20 and 22. Plain ratios make much of what
//! is rare; the prior, shaped by the whole corpus, holds such counts back, and the z-score says how far from
//! chance a difference is.

/// How often something was counted, out of how much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Counts of it, 0 or more.
    pub count: f64,
    /// Counts of everything, at least `count`.
    pub total: f64,
}

impl Share {
    /// The same share of another total: a prior of a chosen weight out of the counts of a corpus. Nothing of
    /// nothing stays so.
    pub fn scaled(self, total: f64) -> Share {
        if self.total > 0.0 { Share { count: self.count / self.total * total, total } } else { self }
    }

    fn plus(self, prior: Share) -> Share {
        Share { count: self.count + prior.count, total: self.total + prior.total }
    }

    fn log_odds(self) -> f64 {
        (self.count / (self.total - self.count)).ln()
    }
}

/// How much more of something there is in one group than in another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogOdds {
    /// Difference of the natural logarithms of the odds; above 0 where the first group has more.
    pub difference: f64,
    /// The difference in standard deviations: beyond ±1.96 it is by chance in one case of twenty.
    pub z: f64,
}

/// Compares a share in group `a` with that in group `b`, both counted together with `prior`.
///
/// The prior's share is usually that of both groups together, its total how many counts it is worth
/// ([`Share::scaled`]); with a larger one fewer differences stand out. Both figures are 0 where the odds are
/// undefined: without prior and counts, or where there is nothing else.
pub fn log_odds(a: Share, b: Share, prior: Share) -> LogOdds {
    let (a, b) = (a.plus(prior), b.plus(prior));
    let difference = a.log_odds() - b.log_odds();
    let z = difference / (1.0 / a.count + 1.0 / b.count).sqrt();
    if difference.is_finite() && z.is_finite() {
        LogOdds { difference, z }
    } else {
        LogOdds { difference: 0.0, z: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(count: f64, total: f64) -> Share {
        Share { count, total }
    }

    #[test]
    fn an_example_by_hand() {
        // With the prior 30 of 500: odds 40 : 560 and 50 : 850, so ln(0.0714286 / 0.0588235) = ln 1.2142857;
        // variance 1/40 + 1/50 = 0.045.
        let found = log_odds(share(10.0, 100.0), share(20.0, 400.0), share(30.0, 500.0));
        assert!((found.difference - 0.194_156).abs() < 1e-6, "{found:?}");
        assert!((found.z - 0.915_261).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn a_stronger_prior_holds_rare_counts_back() {
        let (a, b) = (share(2.0, 10.0), share(0.0, 1000.0));
        let difference = |weight| log_odds(a, b, share(2.0, 1010.0).scaled(weight)).difference;
        assert!(difference(10.0) > difference(100.0) && difference(100.0) > difference(1000.0));
        assert!(difference(1000.0) > 0.0);
    }

    #[test]
    fn what_has_no_odds_does_not_stand_out() {
        let nothing = share(0.0, 0.0);
        let none = LogOdds { difference: 0.0, z: 0.0 };
        assert_eq!(log_odds(nothing, nothing, nothing), none);
        assert_eq!(log_odds(share(3.0, 3.0), share(5.0, 5.0), share(8.0, 8.0)), none);
        assert_eq!(nothing.scaled(10.0), nothing);
    }

    prop_compose! {
        fn shares()(count in 0u32..1000, more in 1u32..1000) -> Share {
            share(f64::from(count), f64::from(count + more))
        }
    }

    proptest! {
        #[test]
        fn swapped_groups_swap_the_sign(a in shares(), b in shares(), weight in 1f64..500.0) {
            let prior = share(a.count + b.count, a.total + b.total).scaled(weight);
            let (ab, ba) = (log_odds(a, b, prior), log_odds(b, a, prior));
            prop_assert_eq!(ab.z, -ba.z);
            prop_assert_eq!(ab.difference, -ba.difference);
        }

        #[test]
        fn the_larger_share_has_the_positive_sign(a in shares(), b in shares()) {
            let all = share(a.count + b.count, a.total + b.total);
            // A prior of equal weight for both moves two shares of the same total alike.
            let b = b.scaled(a.total);
            let z = log_odds(a, b, all.scaled(10.0)).z;
            prop_assert!(z == 0.0 || (z > 0.0) == (a.count > b.count) || (a.count - b.count).abs() < 1e-9);
        }
    }
}
