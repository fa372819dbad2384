//! What stands below the text, as tables that each form draws in its own way.

use super::{Explanation, percent, signed, step};
use crate::analysis::Quote;

/// A heading and what stands below it: rows of cells, as many in each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    pub title: &'static str,
    pub rows: Vec<Row>,
}

/// The cells of a row, the score that colours it if it has one, and at last the words that may be long.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub score: Option<f64>,
    pub cells: Vec<String>,
    pub words: String,
}

impl Explanation {
    /// The sentences that carried the verdict, the aspects, names and keyphrases; none that is empty.
    pub(super) fn sections(&self) -> Vec<Section> {
        [
            Section { title: "What carried the verdict", rows: self.carried_rows() },
            Section { title: "Aspects", rows: self.aspect_rows() },
            Section { title: "Names", rows: self.name_rows() },
            Section { title: "Keyphrases", rows: self.phrase_rows() },
        ]
        .into_iter()
        .filter(|section| !section.rows.is_empty())
        .collect()
    }

    fn carried_rows(&self) -> Vec<Row> {
        let row = |(index, sentence): (usize, &crate::results::Sentence)| Row {
            score: Some(sentence.score),
            cells: vec![percent(sentence.weight), signed(sentence.score)],
            words: self.words(sentence.start, sentence.end, "", || format!("sentence {}", index + 1)),
        };
        self.carried().into_iter().map(row).collect()
    }

    fn aspect_rows(&self) -> Vec<Row> {
        let row = |aspect: &crate::analysis::Aspect| {
            let Quote { start, end, text } = &aspect.quote;
            let sentences = || {
                let numbers: Vec<_> = aspect.sentences.iter().map(|index| (index + 1).to_string()).collect();
                format!("sentence {}", numbers.join(", "))
            };
            Row {
                score: Some(aspect.score),
                cells: vec![aspect.aspect.clone(), signed(aspect.score), step(aspect.score).to_owned()],
                words: self.words(*start, *end, text, sentences),
            }
        };
        self.line.aspects.iter().map(row).collect()
    }

    fn name_rows(&self) -> Vec<Row> {
        let row = |entity: &crate::analysis::Entity| Row {
            score: entity.tone,
            cells: vec![
                entity.text.clone(),
                entity.role.map_or_else(|| entity.kind.to_lowercase(), |role| role.as_str().to_owned()),
                format!("×{}", entity.count),
            ],
            words: entity.tone.map_or_else(String::new, signed),
        };
        self.line.entities.iter().map(row).collect()
    }

    /// All in one row: the phrases, best first.
    fn phrase_rows(&self) -> Vec<Row> {
        let phrases: Vec<_> = self.line.keyphrases.iter().map(|phrase| phrase.text.as_str()).collect();
        let row = Row { score: None, cells: Vec::new(), words: phrases.join(", ") };
        Some(row).filter(|row| !row.words.is_empty()).into_iter().collect()
    }

    /// The words of a quote: as the line has them, from the text, or what to call them where it has none.
    fn words(&self, start: usize, end: usize, given: &str, call: impl Fn() -> String) -> String {
        let words = if given.is_empty() { self.between(start, end) } else { given.to_owned() };
        if words.is_empty() { call() } else { words }
    }
}
