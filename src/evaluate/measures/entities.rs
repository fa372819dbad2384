//! Names: spans with types.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analysis;
use crate::evaluate::classes::Confusion;
use crate::evaluate::labelled::Label;
use crate::evaluate::retrieval::Retrieval;
use crate::evaluate::scores::{Figure, Measure};
use crate::evaluate::spans::{Span, kind};

/// What a confusion calls the answer to a label that was missed, and the label of a name that is none.
const NONE: &str = "none";

/// Labelled spans beside the mentions of `entities`; right is what has both ends and the type of a label.
pub(in crate::evaluate) struct Entities {
    retrieval: Retrieval,
    /// How often spans of a labelled type (or none) were found with a type (or not).
    confusion: BTreeMap<(Option<&'static str>, Option<&'static str>), usize>,
}

impl Measure for Entities {
    /// Spans that are wanted and spans that were found.
    type Pair = (BTreeSet<Span>, BTreeSet<Span>);

    fn pair(label: &Label, analysis: &Analysis) -> Option<Self::Pair> {
        let Label::Entities(wanted) = label else { return None };
        let mentions = analysis.entities.iter().flat_map(|e| e.mentions.iter().map(move |m| (e, m)));
        let found = mentions
            .filter_map(|(e, m)| Some(Span { start: m.start, end: m.end, kind: kind(&e.kind)? }))
            .collect();
        Some((wanted.iter().cloned().collect(), found))
    }

    fn new(pairs: Vec<Self::Pair>) -> Self {
        let mut retrieval = Retrieval::default();
        for (text, (wanted, found)) in pairs.iter().enumerate() {
            for span in wanted.union(found) {
                retrieval.add(text, span.kind, found.contains(span), wanted.contains(span));
            }
        }
        retrieval.keep_labelled();
        let mut confusion = BTreeMap::new();
        let counts = |span: &&Span| retrieval.kinds().any(|kind| kind == span.kind);
        for (wanted, found) in &pairs {
            let mut places: BTreeMap<_, (Option<_>, Option<_>)> = BTreeMap::new();
            for span in wanted {
                places.entry((span.start, span.end)).or_default().0 = Some(span.kind);
            }
            for span in found.iter().filter(counts) {
                places.entry((span.start, span.end)).or_default().1 = Some(span.kind);
            }
            for cell in places.into_values() {
                *confusion.entry(cell).or_default() += 1;
            }
        }
        Entities { retrieval, confusion }
    }

    fn figures(&self, weights: &[f64]) -> Vec<Figure> {
        self.retrieval.figures("span", weights)
    }

    /// A row and a column `none` hold what was found without a label and labels that were missed.
    fn confusion(&self) -> Option<Confusion> {
        let labels: Vec<&str> = self.retrieval.kinds().chain([NONE]).collect();
        let place = |kind: &Option<&str>| labels.iter().position(|label| *label == kind.unwrap_or(NONE));
        let mut counts = vec![vec![0; labels.len()]; labels.len()];
        for ((wanted, found), count) in &self.confusion {
            if let (Some(row), Some(column)) = (place(wanted), place(found)) {
                counts[row][column] += count;
            }
        }
        Some(Confusion { labels: labels.into_iter().map(String::from).collect(), counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(spans: &[(usize, usize, &'static str)]) -> BTreeSet<Span> {
        spans.iter().map(|&(start, end, kind)| Span { start, end, kind }).collect()
    }

    #[test]
    fn types_the_labels_lack_are_no_errors() {
        let entities = Entities::new(vec![
            (spans(&[(0, 3, "PERSON"), (8, 9, "LOCATION")]), spans(&[(0, 3, "PERSON"), (4, 6, "MISC")])),
            (spans(&[(0, 2, "LOCATION")]), spans(&[(0, 2, "PERSON"), (5, 7, "LOCATION")])),
        ]);
        let figures: BTreeMap<String, f64> =
            entities.figures(&[1.0; 2]).into_iter().map(|f| (f.name, f.value)).collect();
        assert_eq!(figures["span precision"], 1.0 / 3.0);
        assert_eq!(figures["span recall"], 1.0 / 3.0);
        assert!(!figures.contains_key("span F1, MISC"));
        let confusion = entities.confusion().unwrap();
        assert_eq!(confusion.labels, ["LOCATION", "PERSON", "none"]);
        assert_eq!(confusion.counts, [[0, 1, 1], [0, 1, 0], [1, 0, 0]]);
    }
}
