//! Variances by the method of moments.

use super::cells::{Cells, UNKNOWN};
use super::equations::Ratios;

/// Variances of the outer factor, of the inner one and of the residual.
///
/// Gao and Owen 2017: squared distances within outer levels tell of inner factor and residual, those within inner
/// levels of outer factor and residual, those of all pairs of all three. One pass over the cells; what comes out
/// below 0 is 0. Only values with both levels are used. `None` where they do not tell the three apart.
pub(super) fn variances(cells: &Cells) -> Option<[f64; 3]> {
    let known = || cells.cells.iter().filter(|cell| cell.outer != UNKNOWN && cell.inner != UNKNOWN);
    let mut outer = vec![(0.0, 0.0); cells.outer()];
    let mut inner = vec![(0.0, 0.0); cells.inner];
    let (mut count, mut sum) = (0.0, 0.0);
    for cell in known() {
        for group in [&mut outer[cell.outer as usize], &mut inner[cell.inner as usize]] {
            group.0 += cell.count;
            group.1 += cell.sum;
        }
        count += cell.count;
        sum += cell.sum;
    }
    let squares = cells.squares_by[0][0];
    let within = |groups: &[(f64, f64)]| -> Option<f64> {
        let full = groups.iter().filter(|group| group.0 > 0.0);
        let (levels, between) =
            full.fold((0.0, 0.0), |(n, sum), group| (n + 1.0, sum + group.1.powi(2) / group.0));
        (count > levels).then(|| (squares - between) / (count - levels))
    };
    let repeats = |groups: &[(f64, f64)]| groups.iter().map(|group| group.0.powi(2)).sum::<f64>();
    // Variance of inner factor and residual, and of outer factor and residual.
    let (not_outer, not_inner) = (within(&outer)?, within(&inner)?);
    let pairs = count * count;
    let (apart_outer, apart_inner) = (pairs - repeats(&outer), pairs - repeats(&inner));
    let all = count * (squares - sum * sum / count);
    let freedom = apart_outer + apart_inner - (pairs - count);
    let residual = (not_inner * apart_outer + not_outer * apart_inner - all) / freedom;
    let total = squares / count;
    let residual = residual.clamp(total * 1e-6, not_outer.min(not_inner).max(total * 1e-6));
    let found = [not_inner - residual, not_outer - residual, residual];
    (freedom > 0.0 && found.iter().all(|variance| variance.is_finite()))
        .then(|| found.map(|variance| variance.max(0.0)))
}

/// Ratios of standard deviations to start a search from.
pub(super) fn ratios(cells: &Cells) -> Ratios {
    match variances(cells) {
        Some([outer, inner, residual]) if residual > 0.0 => {
            [outer, inner].map(|variance| (variance / residual).sqrt().clamp(0.05, 20.0))
        }
        _ => [0.5, 0.5],
    }
}
