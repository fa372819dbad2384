//! One review as the program read it: its text with tone, plot, names and keyphrases marked, the sentences that
//! carried the verdict, and aspects with their quotes; for a terminal, as Markdown, as a page, or as JSON.
//!
//! All of it comes from the review's line, without the model. [`Explanation::parts`] cuts the text at the offsets
//! of the line; each form says in its own way what a [`Part`] is.
#![forbid(unsafe_code)]

mod html;
mod json;
mod markdown;
mod parts;
mod sections;
mod terminal;
#[cfg(test)]
mod tests;

pub use markdown::escaped;
pub use parts::Part;
use parts::parts;
pub use terminal::Marks;

use crate::analysis::Label;
use crate::results::{Line, Sentence};

/// Sentences that are named as those which carried the verdict.
const CARRIED: usize = 5;

/// Share of the verdict below which a sentence carried none of it.
const LEAST: f64 = 0.02;

/// A review's line, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    line: Line,
    text: Vec<char>,
}

impl Explanation {
    /// Of a line as `critique analyze` wrote it, or of one with less; what is missing is not shown.
    pub fn new(line: Line) -> Self {
        let text = line.text.as_deref().unwrap_or_default().chars().collect();
        Self { line, text }
    }

    /// The whole text, cut where a sentence, a mention or a keyphrase begins or ends.
    pub fn parts(&self) -> Vec<Part> {
        parts(&self.line, &self.text)
    }

    /// The sentences with the largest shares of the verdict, largest first, with their indices.
    pub fn carried(&self) -> Vec<(usize, &Sentence)> {
        let counted = self.line.sentences.iter().enumerate().filter(|(_, sentence)| sentence.weight >= LEAST);
        let mut carried: Vec<_> = counted.collect();
        carried.sort_by(|(_, a), (_, b)| b.weight.total_cmp(&a.weight));
        carried.truncate(CARRIED);
        carried
    }

    /// The text between two code points, its white space as single spaces; empty where there is no such place.
    fn between(&self, start: usize, end: usize) -> String {
        let letters = self.text.get(start..end).unwrap_or_default();
        letters.iter().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What the review is of, by whom, where, when: those that are known.
    fn byline(&self) -> Vec<String> {
        let Line { critic, outlet, date, rating, .. } = &self.line;
        let rating = rating.as_ref().map(|rating| format!("rated {rating}"));
        [critic.clone(), outlet.clone(), date.clone(), rating].into_iter().flatten().collect()
    }

    /// The film or, where none is known, the id.
    fn title(&self) -> &str {
        self.line.film.as_deref().unwrap_or(&self.line.id)
    }

    /// Confidence and the like, in words.
    fn figures(&self) -> Vec<String> {
        let tone = &self.line.tone;
        let figure = |name: &str, value: Option<f64>| Some(format!("{name} {:.2}", value?));
        let figures = [
            figure("confidence", tone.confidence),
            figure("ambivalence", tone.ambivalence),
            tone.opinion_share.map(|share| format!("{} of the words judge", percent(share))),
        ];
        let emotions =
            self.line.emotions.iter().map(|emotion| format!("{} ×{:.1}", emotion.label, emotion.lift));
        figures.into_iter().flatten().chain(emotions).collect()
    }

    /// Why the text cannot be shown with its sentences, where it cannot.
    fn lack(&self) -> Option<&'static str> {
        if self.line.text.is_none() {
            Some("The line has no text (--no-text leaves it out); only figures can be shown.")
        } else if self.line.sentences.is_empty() && !self.text.is_empty() {
            Some("The line has no sentences; analyze the review again to see them.")
        } else {
            None
        }
    }
}

/// A step of the five-step scale, in words.
fn step(score: f64) -> &'static str {
    Label::of(score).words()
}

/// With its sign and two decimals, the minus as wide as the plus.
fn signed(score: f64) -> String {
    let shown = format!("{score:+.2}");
    // A score that rounds to nothing has no side.
    if shown == "-0.00" { "+0.00".to_owned() } else { shown.replace('-', "−") }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}
