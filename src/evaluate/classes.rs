//! Answers that are one of a few classes.

use serde::Serialize;

use super::retrieval::Counts;

/// Which label got which answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// Names of the classes.
    pub labels: Vec<String>,
    /// A row for each label, a column for each answer.
    pub counts: Vec<Vec<usize>>,
}

/// One label and its answer, as indices of classes.
#[derive(Debug, Clone, Copy)]
struct Answer {
    text: usize,
    label: usize,
    said: usize,
}

/// Labels and answers; a text may have none or several.
#[derive(Debug)]
pub(super) struct Classes {
    names: Vec<&'static str>,
    answers: Vec<Answer>,
}

impl Classes {
    /// No answers yet.
    pub(super) fn new(names: &[&'static str]) -> Classes {
        Classes { names: names.to_vec(), answers: Vec::new() }
    }

    /// Adds an answer about the text of this number. A class without a name is left out.
    pub(super) fn add(&mut self, text: usize, label: usize, said: usize) {
        if label < self.names.len() && said < self.names.len() {
            self.answers.push(Answer { text, label, said });
        }
    }

    /// The answers with their texts' weights.
    fn weighed(&self, weights: &[f64]) -> impl Iterator<Item = (Answer, f64)> {
        self.answers.iter().map(|answer| (*answer, weights.get(answer.text).copied().unwrap_or(0.0)))
    }

    /// Sum of the weights.
    pub(super) fn over(&self, weights: &[f64]) -> f64 {
        self.weighed(weights).map(|(_, weight)| weight).sum()
    }

    /// Share of answers that are the label.
    pub(super) fn accuracy(&self, weights: &[f64]) -> f64 {
        let right = self.weighed(weights).filter(|(answer, _)| answer.label == answer.said);
        right.map(|(_, weight)| weight).sum::<f64>() / self.over(weights)
    }

    /// Mean F1 over the classes that occur as a label or as an answer.
    pub(super) fn macro_f1(&self, weights: &[f64]) -> f64 {
        let mut counts = vec![Counts::default(); self.names.len()];
        for (answer, weight) in self.weighed(weights) {
            counts[answer.label].wanted += weight;
            counts[answer.said].found += weight;
            counts[answer.label].right += if answer.label == answer.said { weight } else { 0.0 };
        }
        Counts::macro_f1(&counts)
    }

    /// Counts of answers for each label.
    pub(super) fn confusion(&self) -> Confusion {
        let size = self.names.len();
        let mut counts = vec![vec![0; size]; size];
        for answer in &self.answers {
            counts[answer.label][answer.said] += 1;
        }
        Confusion { labels: self.names.iter().map(|name| name.to_string()).collect(), counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Classes {
        let mut classes = Classes::new(&["a", "b", "c"]);
        for (text, label, said) in [(0, 0, 0), (1, 0, 1), (2, 1, 1), (2, 1, 9)] {
            classes.add(text, label, said);
        }
        classes
    }

    #[test]
    fn figures_by_hand() {
        let classes = classes();
        let ones = [1.0; 3];
        assert_eq!(classes.over(&ones), 3.0);
        assert_eq!(classes.accuracy(&ones), 2.0 / 3.0);
        // a: 2·1/(1+2), b: 2·1/(2+1); c does not occur.
        assert!((classes.macro_f1(&ones) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(classes.accuracy(&[0.0, 1.0, 3.0]), 0.75);
        assert!(classes.accuracy(&[0.0; 3]).is_nan());
    }

    #[test]
    fn confusion_has_labels_down_and_answers_across() {
        let confusion = classes().confusion();
        assert_eq!(confusion.counts, [[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
    }
}
