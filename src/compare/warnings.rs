//! What a reader of the figures has to know.

use std::collections::HashMap;

use super::comparison::{By, Groups};
use super::corpus::Corpus;
use super::model::{Overlap, judge};
use crate::statistics::mixed::{Fit, Method};

/// With fewer levels than this, a variance between them is little more than a guess.
const FEW: usize = 5;
/// Share of films, or of critics, that must be linked through others.
const SHARED: f64 = 0.2;

/// Sentences, the weightiest first.
pub(super) fn warnings(
    corpus: &Corpus,
    by: By,
    groups: &Groups,
    fit: Option<&Fit>,
    overlap: &Overlap,
) -> Vec<String> {
    let judges = if by == By::Outlet { "outlet" } else { "critic" };
    let mut told = Vec::new();
    let mut tell = |holds: bool, sentence: String| told.extend(holds.then_some(sentence));
    let levels =
        [corpus.films.len(), if by == By::Outlet { corpus.outlets.len() } else { corpus.critics.len() }];
    match fit {
        None => tell(
            true,
            format!(
                "No model: tone does not vary, or no film and no {judges} has two reviews; adjusted and leniency are missing."
            ),
        ),
        Some(fit) => {
            for (factor, [one, figure]) in
                [["film", "adjusted"], [judges, "leniency"]].into_iter().enumerate()
            {
                let several = levels[factor] > 1;
                tell(
                    several && !fit.told_apart[factor],
                    format!("No {one} has two reviews, so {figure} is missing."),
                );
                tell(
                    fit.told_apart[factor] && fit.variances[factor] < 1e-6,
                    format!(
                        "The model finds no difference between {one}s beyond chance; {figure} is the same for all."
                    ),
                );
                tell(
                    fit.told_apart[factor] && levels[factor] < FEW,
                    format!(
                        "With {} {one}s the variance between them is hardly known; intervals are wide.",
                        levels[factor]
                    ),
                );
            }
            tell(
                fit.method == Method::Moments,
                "Very many films and critics: variances are by moments, intervals approximate.".to_owned(),
            );
        }
    }
    tell(
        overlap.groups > 1,
        format!(
            "Films and {judges}s fall into {} groups that share no review; figures compare well only within a group.",
            overlap.groups
        ),
    );
    let [films, others] = overlap.linked;
    let thin = |shared: usize, all: usize| all > 1 && (shared as f64) < SHARED * all as f64;
    tell(
        thin(overlap.shared[1], others) || thin(overlap.shared[0], films),
        format!(
            "Little overlap: {} of {others} {judges}s reviewed two films or more, {} of {films} films have two {judges}s or more; kind {judges}s and good films are hard to tell apart.",
            overlap.shared[1], overlap.shared[0]
        ),
    );
    let single = groups.iter().filter(|(_, places)| places.len() == 1).count();
    tell(
        single > 0,
        format!(
            "{single} of {} with a single review, and so without an interval of the mean.",
            counted(groups.len(), by.name())
        ),
    );
    for (without, what) in [
        (corpus.reviews.iter().filter(|review| review.film.is_none()).count(), "film"),
        (corpus.reviews.iter().filter(|review| judge(by, review).is_none()).count(), judges),
    ] {
        tell(without > 0, format!("{} no {what}.", have(without)));
    }
    let undated = corpus.reviews.iter().filter(|review| review.year.is_none()).count();
    tell(by == By::Year && undated > 0, format!("{} no date with a year.", have(undated)));
    tell(
        corpus.inferred > 0,
        format!("The film of {} was inferred from the text.", counted(corpus.inferred, "review")),
    );
    tell(
        corpus.not_english > 0,
        format!("{} noted as not English; tone may be wrong there.", are(corpus.not_english)),
    );
    let twice = in_several_sources(corpus);
    tell(twice > 0, format!("{} in several of the folders and counted each time.", are(twice)));
    let skipped = &corpus.skipped;
    if let Some(first) = &skipped.first {
        tell(true, format!("{} passed over; the first: {first}.", counted(skipped.lines as usize, "line")));
    }
    told
}

/// Reviews whose id, film and critic stand in more than one source.
fn in_several_sources(corpus: &Corpus) -> usize {
    if corpus.sources.len() < 2 {
        return 0;
    }
    let mut sources = HashMap::new();
    for review in &corpus.reviews {
        let range =
            sources.entry((&review.id, review.film, review.critic)).or_insert((review.source, review.source));
        *range = (range.0.min(review.source), range.1.max(review.source));
    }
    sources.values().filter(|range| range.0 != range.1).count()
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn have(reviews: usize) -> String {
    format!("{} {}", counted(reviews, "review"), if reviews == 1 { "has" } else { "have" })
}

fn are(reviews: usize) -> String {
    format!("{} {}", counted(reviews, "review"), if reviews == 1 { "is" } else { "are" })
}
