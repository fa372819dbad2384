//! What a run comes to, in a few lines for the terminal.

use std::collections::HashMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::run::{Counts, Timings};
use crate::analysis::{Analysis, Label};
use crate::corpus::Review;

/// Columns of the longest bar.
const BAR: u64 = 32;

/// Names in the list of people.
const PEOPLE: usize = 8;

/// Letters of an id, a title or a name that are shown.
const SHOWN: usize = 48;

/// Gathers a run's figures in memory that does not grow with the run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Summary {
    reviews: u64,
    tone: f64,
    /// Reviews of each step, the worst first.
    steps: [u64; Label::ALL.len()],
    best: Option<Verdict>,
    worst: Option<Verdict>,
    people: Named,
}

/// One review's verdict.
#[derive(Debug, Serialize, Deserialize)]
struct Verdict {
    score: f64,
    of: String,
}

impl Verdict {
    fn new(review: &Review, score: f64) -> Self {
        let parts = [Some(&review.id), review.film.as_ref(), review.critic.as_ref()];
        let of = parts.into_iter().flatten().map(|part| printable(part)).collect::<Vec<_>>().join(" · ");
        Self { score, of }
    }
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            reviews: 0,
            tone: 0.0,
            steps: [0; Label::ALL.len()],
            best: None,
            worst: None,
            people: Named::new(1 << 16),
        }
    }
}

impl Summary {
    /// Takes a review into account.
    pub fn add(&mut self, review: &Review, analysis: &Analysis) {
        let score = analysis.tone.score;
        self.reviews += 1;
        self.tone += score;
        self.steps[analysis.tone.label as usize] += 1;
        // Of equals, the first that was read.
        if self.best.as_ref().is_none_or(|best| score > best.score) {
            self.best = Some(Verdict::new(review, score));
        }
        if self.worst.as_ref().is_none_or(|worst| score < worst.score) {
            self.worst = Some(Verdict::new(review, score));
        }
        for entity in analysis.entities.iter().filter(|entity| entity.kind == "PERSON") {
            self.people.add(&entity.text, entity.count as u64);
        }
    }

    /// The lines for the terminal. `folder` is where the report lies.
    pub fn text(&self, counts: &Counts, timings: &Timings, folder: &str) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text, counts, timings, &printable(folder));
        text
    }

    fn write(&self, text: &mut String, counts: &Counts, timings: &Timings, folder: &str) -> std::fmt::Result {
        let count =
            |number: u64, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
        write!(text, "{} read", count(counts.reviews, "review", "reviews"))?;
        write!(text, ", {} rejected", count(counts.rejects, "row", "rows"))?;
        writeln!(text, "{}", if counts.rejects > 0 { " (see rejects.jsonl)" } else { "" })?;
        let Timings { seconds, reviews_per_second, tokens_per_second, .. } = timings;
        writeln!(text, "{seconds:.1} s, {reviews_per_second:.1} reviews/s, {tokens_per_second:.0} tokens/s")?;
        if let (Some(best), Some(worst)) = (&self.best, &self.worst) {
            writeln!(text, "\nMean tone      {}", signed(self.tone / self.reviews as f64))?;
            writeln!(text, "Most positive  {}  {}", signed(best.score), best.of)?;
            writeln!(text, "Most negative  {}  {}", signed(worst.score), worst.of)?;
            let people = self.people.top(PEOPLE);
            if !people.is_empty() {
                let named: Vec<_> =
                    people.iter().map(|(name, count)| format!("{} {count}", printable(name))).collect();
                writeln!(text, "Most named     {}", named.join(", "))?;
            }
            writeln!(text)?;
            let longest = self.steps.iter().copied().max().unwrap_or_default();
            let digits = longest.to_string().len();
            for (count, label) in self.steps.into_iter().zip(Label::ALL).rev() {
                let line = format!("{:<13}  {count:>digits$}  {}", label.words(), bar(count, longest));
                writeln!(text, "{}", line.trim_end())?;
            }
        }
        writeln!(text, "\nReport in {folder}")
    }
}

/// A score with its sign and two decimals; never minus zero.
fn signed(score: f64) -> String {
    format!("{:+.2}", (score * 100.0).round() / 100.0 + 0.0)
}

/// A bar of `count` where `longest` fills [`BAR`] columns, to an eighth of a column.
fn bar(count: u64, longest: u64) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if count == 0 || longest == 0 {
        return String::new();
    }
    // In 128 bits no count overflows; what is there is always seen.
    let eighths = (u128::from(count) * u128::from(BAR) * 8 / u128::from(longest)).max(1) as usize;
    "█".repeat(eighths / 8) + PARTS.get(eighths % 8).copied().unwrap_or_default()
}

/// A text on one line, without control characters and not over long: safe to print to a terminal.
pub fn printable(text: &str) -> String {
    let mut letters = text.split_whitespace().flat_map(|word| word.chars().chain([' ']));
    let mut shown: String = letters.by_ref().filter(|letter| !letter.is_control()).take(SHOWN + 1).collect();
    shown.truncate(shown.trim_end().len());
    if shown.chars().count() > SHOWN {
        shown = shown.chars().take(SHOWN - 1).chain(['…']).collect();
    }
    shown
}

/// The most frequent names of a stream, in bounded memory.
///
/// Counts are exact as long as no more than the given number of different names occur. Beyond that, the
/// algorithm of Misra and Gries (1982, "Finding repeated elements") keeps every name that makes up more than
/// `1 / capacity` of the stream, with a count that may be too low but never too high.
#[derive(Debug, Serialize, Deserialize)]
pub struct Named {
    counts: HashMap<String, u64>,
    capacity: usize,
}

impl Named {
    /// Counts up to `capacity` different names, at least one.
    pub fn new(capacity: usize) -> Self {
        Self { counts: HashMap::new(), capacity: capacity.max(1) }
    }

    /// Adds `count` occurrences of `name`.
    pub fn add(&mut self, name: &str, mut count: u64) {
        if let Some(known) = self.counts.get_mut(name) {
            *known += count;
            return;
        }
        while count > 0 && self.counts.len() >= self.capacity {
            let least = self.counts.values().copied().min().unwrap_or(count).min(count);
            self.counts.retain(|_, known| {
                *known -= least;
                *known > 0
            });
            count -= least;
        }
        if count > 0 {
            self.counts.insert(name.to_owned(), count);
        }
    }

    /// The `count` most frequent names with their counts, of equals the first in the alphabet.
    pub fn top(&self, count: usize) -> Vec<(&str, u64)> {
        let mut names: Vec<_> = self.counts.iter().map(|(name, &count)| (&**name, count)).collect();
        names.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        names.truncate(count);
        names
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::tests::{made_analysis, made_review};
    use super::*;

    #[test]
    fn the_summary_tells_the_run() {
        let mut summary = Summary::default();
        for (id, score, label) in
            [("a", 0.5, Label::Positive), ("b", -1.0, Label::VeryNegative), ("c", 0.5, Label::Positive)]
        {
            let mut analysis = made_analysis();
            (analysis.tone.score, analysis.tone.label) = (score, label);
            summary.add(&made_review(id), &analysis);
        }
        let counts = Counts { reviews: 3, rejects: 1, sentences: 6, words: 60, tokens: 80 };
        let text = summary.text(&counts, &Timings::new(2, &counts, Duration::from_secs(2)), "out");
        assert_eq!(
            text,
            "3 reviews read, 1 row rejected (see rejects.jsonl)\n\
             2.0 s, 1.5 reviews/s, 40 tokens/s\n\n\
             Mean tone      +0.00\n\
             Most positive  +0.50  a · The Lamp · Ann Bly\n\
             Most negative  -1.00  b · The Lamp · Ann Bly\n\
             Most named     Zoë Orr 6\n\n\
             very positive  0\n\
             positive       2  ████████████████████████████████\n\
             neutral        0\n\
             negative       0\n\
             very negative  1  ████████████████\n\n\
             Report in out\n"
        );
    }

    #[test]
    fn an_empty_run_claims_nothing() {
        let counts = Counts { rejects: 2, ..Counts::default() };
        let text = Summary::default().text(&counts, &Timings::new(1, &counts, Duration::ZERO), "out");
        assert!(text.starts_with("0 reviews read, 2 rows rejected"));
        assert!(!text.contains("Mean tone") && !text.contains("NaN"));
    }

    #[test]
    fn scores_bear_their_sign() {
        assert_eq!([0.0, -0.001, 0.666, -1.0].map(signed), ["+0.00", "+0.00", "+0.67", "-1.00"]);
    }

    #[test]
    fn bars_are_in_proportion_and_never_vanish() {
        assert_eq!(bar(0, 10), "");
        assert_eq!(bar(1, 64), "▌");
        assert_eq!(bar(3, 64), "█▌");
        assert_eq!(bar(1, 1_000_000), "▏");
        assert_eq!(bar(u64::MAX, u64::MAX).chars().count(), 32);
    }

    #[test]
    fn what_is_printed_cannot_drive_the_terminal() {
        assert_eq!(printable("A\u{1b}[31m\n  B\t\u{7}C"), "A[31m B C");
        assert_eq!(printable("").len(), 0);
        let long = printable(&"é".repeat(200));
        assert_eq!((long.chars().count(), long.ends_with('…')), (SHOWN, true));
        assert_eq!(printable(&"x".repeat(SHOWN)), "x".repeat(SHOWN));
    }

    proptest! {
        #[test]
        fn frequent_names_are_kept_within_bounds(
            names in prop::collection::vec(("[a-f]", 1u64..4), 0..80),
            capacity in 1usize..8,
        ) {
            let mut named = Named::new(capacity);
            let mut exact: HashMap<&str, u64> = HashMap::new();
            for (name, count) in &names {
                named.add(name, *count);
                *exact.entry(name).or_default() += count;
            }
            let total: u64 = exact.values().sum();
            let kept: HashMap<_, _> = named.top(usize::MAX).into_iter().collect();
            prop_assert!(kept.len() <= capacity);
            for (name, count) in exact {
                let told = kept.get(name).copied().unwrap_or_default();
                prop_assert!(told <= count);
                prop_assert!(count - told <= total / (capacity as u64 + 1));
            }
        }
    }
}
