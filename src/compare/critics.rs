//! Rows of critics and of outlets.

use rayon::prelude::*;
use serde::Serialize;

use super::comparison::{Groups, Rows};
use super::consensus::Consensus;
use super::corpus::{Corpus, Review, part};
use super::model::Fitted;
use super::ratings::Ratings;
use super::row::Group;
use super::standouts::{Phrase, Tally, Wording};
use crate::report::round;
use crate::statistics::deviation;

/// Most favourite aspects of a row.
const FAVOURITES: usize = 3;
/// Fewest reviews that judge a favourite.
const JUDGED: u32 = 2;
/// Most reviews of a row whose words and stars disagree.
const ODD: usize = 3;
/// Standard deviations by which they must disagree.
const GAP: f64 = 1.0;

/// A critic, or an outlet, among its fellows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriticRow {
    /// The name.
    pub key: String,
    /// Number of reviews.
    pub reviews: usize,
    /// Number of films that are known.
    pub films: usize,
    /// Mean tone, −1 to 1.
    pub mean: f64,
    /// Median tone.
    pub median: f64,
    /// 95 % interval of the mean; none of one review.
    pub interval: Option<[f64; 2]>,
    /// Standard deviation of tone; none of one review.
    pub spread: Option<f64>,
    /// How far above an average colleague the tone lies on the same films: the effect in the model.
    pub leniency: Option<f64>,
    /// Its 95 % interval.
    pub leniency_interval: Option<[f64; 2]>,
    /// The same without a model: mean of score less the mean of the others on the film; none where there are no others.
    pub against_colleagues: Option<f64>,
    /// Correlation with the mean of the others, leaving this one out; none of fewer than four films.
    pub agreement: Option<f64>,
    /// Aspects judged more than others judge them.
    pub aspects: Vec<CriticAspect>,
    /// Vocabulary: keyphrases that stand out.
    pub keyphrases: Vec<Phrase>,
    /// Reviews whose words and stars disagree most.
    pub odd: Vec<Odd>,
}

/// An aspect that a critic judges often.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriticAspect {
    /// Its id in the set of aspects.
    pub aspect: String,
    /// Number of reviews that judge it.
    pub reviews: u32,
    /// 0 to 1: share of the row's reviews.
    pub share: f64,
    /// Above 0: see [`crate::statistics::log_odds::LogOdds::z`].
    pub z: f64,
}

/// A review whose words and stars disagree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Odd {
    /// Its id.
    pub review: String,
    /// Its film.
    pub film: Option<String>,
    /// Its rating as a share of the scale, 0 to 1.
    pub rating: f64,
    /// −1 to 1: its tone.
    pub score: f64,
    /// Standard deviations by which words stand above stars.
    pub gap: f64,
}

/// Rows of critics or outlets, kindest first.
pub(super) fn rows(
    corpus: &Corpus,
    groups: &Groups,
    who: impl Fn(&Review) -> Option<u32> + Sync,
    fitted: Option<&Fitted>,
    ratings: &Ratings,
    resamples: usize,
) -> Rows {
    let (wording, consensus) = (Wording::new(corpus, groups), Consensus::new(corpus));
    let aspects = Tally::new(corpus, corpus.aspect_names.len(), groups, |corpus, review, out| {
        out.extend(part(&corpus.aspects, &review.aspects).iter().map(|(aspect, _)| *aspect));
    });
    let mut rows: Vec<CriticRow> = groups
        .par_iter()
        .map(|(key, places)| {
            let group = Group { corpus, key: key.clone(), places };
            let tone = group.tone(resamples);
            let leniency = group.reviews().next().and_then(&who).and_then(|number| fitted?.leniency(number));
            let stand = consensus.stand(group.reviews());
            let favourites =
                aspects.counts(group.reviews()).into_iter().filter(|c| c.z > 0.0 && c.reviews >= JUDGED);
            CriticRow {
                reviews: places.len(),
                films: group.different(|review| review.film),
                mean: tone.mean,
                median: tone.median,
                interval: tone.interval,
                spread: deviation(&group.scores()).map(round),
                leniency: leniency.map(|(value, _)| round(value)),
                leniency_interval: leniency.map(|(_, interval)| interval.map(round)),
                against_colleagues: stand.against.map(round),
                agreement: stand.agreement.map(round),
                aspects: favourites
                    .take(FAVOURITES)
                    .map(|count| CriticAspect {
                        aspect: corpus.aspect_names.text(count.thing).to_owned(),
                        reviews: count.reviews,
                        share: round(f64::from(count.reviews) / places.len() as f64),
                        z: round(count.z),
                    })
                    .collect(),
                keyphrases: wording.phrases(key, group.reviews()),
                odd: odd(corpus, ratings, places),
                key: group.key,
            }
        })
        .collect();
    let by = |row: &CriticRow| row.leniency.unwrap_or(row.mean);
    rows.sort_by(|a, b| by(b).total_cmp(&by(a)).then_with(|| a.key.cmp(&b.key)));
    Rows::Critics(rows)
}

fn odd(corpus: &Corpus, ratings: &Ratings, places: &[usize]) -> Vec<Odd> {
    let mut gaps = ratings.gaps(corpus, places);
    gaps.retain(|(_, gap)| gap.abs() >= GAP);
    gaps.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let told = gaps.into_iter().take(ODD).filter_map(|(place, gap)| {
        let review = &corpus.reviews[place];
        Some(Odd {
            review: review.id.to_string(),
            film: review.film.map(|film| corpus.films.text(film).to_owned()),
            rating: round(ratings.share(place)?),
            score: round(review.score),
            gap: round(gap),
        })
    });
    told.collect()
}
