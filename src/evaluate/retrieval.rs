//! What was found against what was wanted, where a text may hold any number of things of several kinds.

use std::collections::BTreeMap;

use super::scores::Figure;

/// Right, found and wanted things, weighed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Counts {
    /// Both found and wanted.
    pub(super) right: f64,
    /// Found, right or not.
    pub(super) found: f64,
    /// Labelled.
    pub(super) wanted: f64,
}

impl Counts {
    /// Share of what was found that is right.
    pub(super) fn precision(self) -> f64 {
        self.right / self.found
    }

    /// Share of what was wanted that is found.
    pub(super) fn recall(self) -> f64 {
        self.right / self.wanted
    }

    /// 2 right / (found + wanted): NaN where there is nothing to find and nothing found.
    pub(super) fn f1(self) -> f64 {
        2.0 * self.right / (self.found + self.wanted)
    }

    fn add(&mut self, other: Counts, weight: f64) {
        self.right += weight * other.right;
        self.found += weight * other.found;
        self.wanted += weight * other.wanted;
    }

    /// Mean F1 over the kinds that occur.
    pub(super) fn macro_f1(kinds: &[Counts]) -> f64 {
        let occurring: Vec<f64> = kinds.iter().map(|c| c.f1()).filter(|f1| f1.is_finite()).collect();
        occurring.iter().sum::<f64>() / occurring.len() as f64
    }
}

/// Counts for each kind and text.
#[derive(Debug, Default)]
pub(super) struct Retrieval {
    kinds: BTreeMap<String, Vec<(usize, Counts)>>,
}

impl Retrieval {
    /// Counts one thing of a kind in the text of this number.
    pub(super) fn add(&mut self, text: usize, kind: &str, found: bool, wanted: bool) {
        let one = |yes: bool| if yes { 1.0 } else { 0.0 };
        let counts = Counts { right: one(found && wanted), found: one(found), wanted: one(wanted) };
        if !self.kinds.contains_key(kind) {
            self.kinds.insert(kind.to_string(), Vec::new());
        }
        let Some(texts) = self.kinds.get_mut(kind) else { return };
        match texts.last_mut() {
            Some((last, sum)) if *last == text => sum.add(counts, 1.0),
            _ => texts.push((text, counts)),
        }
    }

    /// Leaves out kinds that the labels never use (MISC in sets of three types): they are no error to find.
    pub(super) fn keep_labelled(&mut self) {
        self.kinds.retain(|_, texts| texts.iter().any(|(_, counts)| counts.wanted > 0.0));
    }

    /// Names of the kinds, sorted.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// The counts of each kind, in the order of [`Retrieval::kinds`].
    pub(super) fn counts(&self, weights: &[f64]) -> Vec<Counts> {
        let sum = |texts: &Vec<(usize, Counts)>| {
            let mut sum = Counts::default();
            for (text, counts) in texts {
                sum.add(*counts, weights.get(*text).copied().unwrap_or(0.0));
            }
            sum
        };
        self.kinds.values().map(sum).collect()
    }

    /// The counts of all kinds together.
    pub(super) fn total(&self, weights: &[f64]) -> Counts {
        let mut total = Counts::default();
        self.counts(weights).into_iter().for_each(|kind| total.add(kind, 1.0));
        total
    }

    /// F1 of each kind, precision, recall and F1 of all together, and the mean F1 over kinds; `what` was looked for.
    pub(super) fn figures(&self, what: &str, weights: &[f64]) -> Vec<Figure> {
        let (counts, all) = (self.counts(weights), self.total(weights));
        let mut figures: Vec<Figure> = self
            .kinds()
            .zip(&counts)
            .map(|(kind, counts)| Figure::new(format!("{what} F1, {kind}"), counts.f1(), counts.wanted))
            .collect();
        figures.extend([
            Figure::new(format!("{what} precision"), all.precision(), all.found),
            Figure::new(format!("{what} recall"), all.recall(), all.wanted),
            Figure::new(format!("{what} F1"), all.f1(), all.wanted),
            Figure::new(format!("{what} macro-F1"), Counts::macro_f1(&counts), all.wanted),
        ]);
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        let mut retrieval = Retrieval::default();
        for (text, kind, found, wanted) in [
            (0, "x", true, true),
            (0, "x", true, false),
            (1, "x", false, true),
            (1, "y", true, true),
            (1, "z", true, false),
        ] {
            retrieval.add(text, kind, found, wanted);
        }
        retrieval.keep_labelled();
        let figures: BTreeMap<String, f64> =
            retrieval.figures("thing", &[1.0; 2]).into_iter().map(|f| (f.name, f.value)).collect();
        assert_eq!(figures["thing F1, x"], 0.5);
        assert_eq!(figures["thing F1, y"], 1.0);
        assert_eq!(figures.get("thing F1, z"), None);
        assert_eq!(figures["thing precision"], 2.0 / 3.0);
        assert_eq!(figures["thing recall"], 2.0 / 3.0);
        assert_eq!(figures["thing macro-F1"], 0.75);
        // The second text drawn twice, the first not at all.
        let resampled = retrieval.figures("thing", &[0.0, 2.0]);
        assert_eq!(resampled[0].value, 0.0);
        assert_eq!(resampled.iter().map(|f| f.over).collect::<Vec<_>>(), [2, 2, 2, 4, 4, 4]);
    }
}
