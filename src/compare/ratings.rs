//! Ratings on any scale, beside the tone of words.

use serde::Serialize;

use super::corpus::{Corpus, Review};
use crate::report::round;
use crate::statistics::pairs::Pairs;
use crate::statistics::{deviation, mean};

/// Letters of school grades and their value, best first.
const GRADES: [(&str, f64); 13] = [
    ("A+", 1.0),
    ("A", 0.95),
    ("A-", 0.9),
    ("B+", 0.85),
    ("B", 0.8),
    ("B-", 0.75),
    ("C+", 0.65),
    ("C", 0.6),
    ("C-", 0.5),
    ("D+", 0.4),
    ("D", 0.35),
    ("D-", 0.25),
    ("F", 0.0),
];

/// Ends of scales that plain numbers are usually given on.
const SCALES: [f64; 5] = [1.0, 5.0, 10.0, 20.0, 100.0];

/// Fewest ratings for a correlation.
const FEWEST: usize = 10;

/// A rating as it was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rating {
    /// 0 to 1: `3/4`, `80%`, `B+`, `★★★☆☆`.
    Share(f64),
    /// A number on a scale that it does not name.
    Plain(f64),
}

/// Reads a rating; `None` of what is none.
pub(super) fn rating(text: &str) -> Option<Rating> {
    let text = text.trim().replace('−', "-").replace('½', ".5").to_uppercase();
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    if let Some(grade) = GRADES.iter().find(|grade| grade.0 == text) {
        return Some(Rating::Share(grade.1));
    }
    let stars = text.chars().filter(|letter| *letter == '★').count() as f64;
    if stars > 0.0 || text.contains('☆') {
        let half = if text.contains(".5") { 0.5 } else { 0.0 };
        let all = text.chars().filter(|letter| matches!(letter, '★' | '☆')).count() as f64;
        return Some(if text.contains('☆') {
            Rating::Share((stars + half) / all)
        } else {
            Rating::Plain(stars + half)
        });
    }
    if let Some(percent) = text.strip_suffix('%') {
        return number(percent)
            .filter(|p| (0.0..=100.0).contains(p))
            .map(|percent| Rating::Share(percent / 100.0));
    }
    let text = text.trim_end_matches("STARS").trim_end_matches("STAR");
    if let Some((given, of)) = text.split_once('/').or_else(|| text.split_once(" OUT OF ")) {
        let (given, of) = (number(given)?, number(of)?);
        return (of > 0.0 && (0.0..=of).contains(&given)).then(|| Rating::Share(given / of));
    }
    number(text).map(Rating::Plain)
}

/// How words and ratings go together over all reviews that have both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatingCorrelation {
    /// Number of reviews with a rating.
    pub reviews: usize,
    /// Product-moment correlation of score and rating, −1 to 1.
    pub pearson: f64,
    /// Rank correlation, −1 to 1.
    pub spearman: f64,
}

/// The ratings of a corpus, 0 to 1, by the place of their review.
pub(super) struct Ratings {
    shares: Vec<Option<f64>>,
    /// Mean and standard deviation of scores and of ratings, over all rated reviews.
    standard: Option<[(f64, f64); 2]>,
}

impl Ratings {
    /// Plain numbers are taken to be on the shortest usual scale that holds all of their source.
    pub(super) fn new(corpus: &Corpus) -> Self {
        let mut tops = vec![0.0_f64; corpus.sources.len()];
        for review in &corpus.reviews {
            if let (Some(Rating::Plain(number)), Some(top)) =
                (review.rating, tops.get_mut(review.source as usize))
            {
                *top = top.max(number);
            }
        }
        let scale = |source: u32| {
            let top = tops.get(source as usize).copied().unwrap_or(0.0);
            SCALES.into_iter().find(|scale| top <= *scale).unwrap_or(top)
        };
        let share = |review: &Review| match review.rating? {
            Rating::Share(share) => Some(share),
            Rating::Plain(number) => Some(number / scale(review.source)),
        };
        let mut ratings = Self { shares: corpus.reviews.iter().map(share).collect(), standard: None };
        let all: Vec<usize> = (0..corpus.reviews.len()).collect();
        ratings.standard = ratings.standard(corpus, &all);
        ratings
    }

    /// Mean and deviation of the scores and of the ratings of reviews, where both vary.
    fn standard(&self, corpus: &Corpus, reviews: &[usize]) -> Option<[(f64, f64); 2]> {
        let (scores, shares): (Vec<f64>, Vec<f64>) =
            self.rated(corpus, reviews).map(|(_, s, r)| (s, r)).unzip();
        let of = |values: &[f64]| Some((mean(values)?, deviation(values).filter(|sd| *sd > 1e-9)?));
        Some([of(&scores)?, of(&shares)?])
    }

    fn rated<'a>(
        &'a self,
        corpus: &'a Corpus,
        reviews: &'a [usize],
    ) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
        reviews.iter().filter_map(|&place| Some((place, corpus.reviews[place].score, self.shares[place]?)))
    }

    /// The rating of the review at a place, 0 to 1.
    pub(super) fn share(&self, place: usize) -> Option<f64> {
        self.shares.get(place).copied().flatten()
    }

    /// Over all reviews, where there are enough.
    pub(super) fn correlation(&self, corpus: &Corpus) -> Option<RatingCorrelation> {
        self.standard?;
        let all: Vec<usize> = (0..corpus.reviews.len()).collect();
        let pairs: Vec<(f64, f64)> =
            self.rated(corpus, &all).map(|(_, score, share)| (share, score)).collect();
        let (ones, figures) = (vec![1.0; pairs.len()], Pairs::new(&pairs));
        let (pearson, spearman) = (figures.pearson(&ones), figures.spearman(&ones));
        (pairs.len() >= FEWEST && pearson.is_finite() && spearman.is_finite()).then(|| RatingCorrelation {
            reviews: pairs.len(),
            pearson: round(pearson),
            spearman: round(spearman),
        })
    }

    /// How far words stand above stars in each rated review of a critic, in standard deviations of the critic's own scores and ratings or, where
    /// there are fewer than five, of the corpus's.
    pub(super) fn gaps(&self, corpus: &Corpus, reviews: &[usize]) -> Vec<(usize, f64)> {
        let rated = self.rated(corpus, reviews).count();
        let own = self.standard(corpus, reviews).filter(|_| rated >= 5);
        let Some([(score, score_sd), (share, share_sd)]) = own.or(self.standard) else { return Vec::new() };
        self.rated(corpus, reviews)
            .map(|(place, s, r)| (place, (s - score) / score_sd - (r - share) / share_sd))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_of_many_forms() {
        for (text, expected) in [
            ("3.5", Rating::Plain(3.5)),
            ("-2", Rating::Plain(-2.0)),
            ("3/4", Rating::Share(0.75)),
            ("4 out of 5", Rating::Share(0.8)),
            ("B+", Rating::Share(0.85)),
            ("b−", Rating::Share(0.75)),
            ("80%", Rating::Share(0.8)),
            ("4 stars", Rating::Plain(4.0)),
            ("★★★½", Rating::Plain(3.5)),
            ("★★★☆☆", Rating::Share(0.6)),
            ("2½/4", Rating::Share(0.625)),
        ] {
            assert_eq!(rating(text), Some(expected), "{text}");
        }
        for text in ["", "good", "NaN", "5/0", "7/5", "120%", "/", "inf"] {
            assert_eq!(rating(text), None, "{text}");
        }
    }
}
