//! Takes reviews one by one and holds what themes are made of.

use std::fs::File;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::frequent::Frequent;
use super::spill::{Row, Spill, Spoken};
use super::{Quote, Themes, ThemesError, discover};
use crate::analysis::{Analysis, Keyphrase, SentenceTone};
use crate::corpus::Review;
use crate::text::Document;

/// Most different phrases held at a time: 60 MB of vectors.
const PHRASES: usize = 40_000;
/// Most different films held at a time, and as many critics.
const NAMES: usize = 20_000;
/// Fewest and most characters of a sentence that is quoted.
const QUOTED: std::ops::Range<usize> = 30..200;

/// Gathers the keyphrases of a corpus; see the [room](super).
pub struct Collector {
    pub(super) gathered: Gathered,
    pub(super) rows: Spill,
    pub(super) dir: String,
}

/// What a [`Collector`] holds in memory.
#[derive(Serialize, Deserialize)]
pub struct Gathered {
    pub(super) phrases: Frequent<Held>,
    /// Sum and number of the vectors of all phrases of all reviews.
    pub(super) all: (Vec<f32>, u64),
    pub(super) films: Frequent<()>,
    pub(super) critics: Frequent<()>,
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            phrases: Frequent::new(PHRASES),
            all: (Vec::new(), 0),
            films: Frequent::new(NAMES),
            critics: Frequent::new(NAMES),
        }
    }
}

/// What is held of a phrase.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Held {
    /// One of its forms, and by how many reviews it leads: the majority's, where there is one (Boyer and Moore 1981).
    pub text: String,
    lead: u64,
    /// Sum of its vectors.
    #[serde(with = "floats")]
    pub sum: Vec<f32>,
    pub example: Option<Example>,
}

/// The sentence with a phrase that judges most strongly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Example {
    pub quote: Quote,
    pub film: Option<String>,
    /// 0 to 1: its opinion, times the distance of its tone from neutral, times the phrase's score in the review, which
    /// is low where the sentence is about something else.
    pub strength: f64,
}

impl Collector {
    /// Keeps a row for each review in `rows`, a file in the folder `dir` that can be read and written and is empty.
    pub fn new(rows: File, dir: &Path) -> Self {
        Self::resumed(Gathered::default(), rows, dir)
    }

    /// Goes on from what an earlier collector had gathered and the rows that it had written, the file's position
    /// at their end.
    pub fn resumed(gathered: Gathered, rows: File, dir: &Path) -> Self {
        Self { gathered, rows: Spill::new(rows), dir: dir.display().to_string() }
    }

    /// What is held in memory, with every row written to the file: all that [`Collector::resumed`] needs.
    ///
    /// # Errors
    /// That the file cannot be written.
    pub fn flush(&mut self) -> Result<&Gathered, ThemesError> {
        self.rows.flush().map_err(|source| self.failed(source))?;
        Ok(&self.gathered)
    }

    /// Takes a review; call it in the order of the input.
    ///
    /// # Errors
    /// That the file of rows cannot be written.
    pub fn add(&mut self, review: &Review, analysis: &Analysis) -> Result<(), ThemesError> {
        let film = analysis.film.as_ref().map(|film| film.title.as_str());
        let critic = review.critic.as_deref();
        if let Some(film) = film {
            self.gathered.films.add(film);
        }
        if let Some(critic) = critic {
            self.gathered.critics.add(critic);
        }
        let mut row = Row {
            review: review.id.clone(),
            film: film.map(str::to_owned),
            critic: critic.map(str::to_owned),
            phrases: Vec::with_capacity(analysis.keyphrases.len()),
        };
        for phrase in &analysis.keyphrases {
            let sentence = analysis.sentences.get(phrase.sentence);
            let Keyphrase { text, stems, score, vector, .. } = phrase;
            row.phrases.push(Spoken {
                text: text.clone(),
                stems: stems.clone(),
                score: *score,
                tone: sentence.map_or(0.0, |sentence| sentence.score),
            });
            let Gathered { phrases, all, .. } = &mut self.gathered;
            let held = phrases.add(stems);
            held.vote(text);
            add(&mut held.sum, vector);
            add(&mut all.0, vector);
            all.1 += 1;
            if let Some(sentence) = sentence {
                held.offer(review, film, sentence, *score);
            }
        }
        self.rows.write(&row).map_err(|source| self.failed(source))
    }

    /// Finds the themes, on at most `jobs` threads.
    ///
    /// # Errors
    /// That the file of rows cannot be read or the threads cannot be started.
    pub fn finish(self, jobs: usize) -> Result<Themes, ThemesError> {
        discover::discover(self, jobs)
    }

    pub(super) fn failed(&self, source: io::Error) -> ThemesError {
        ThemesError::Temporary { dir: self.dir.clone(), source }
    }
}

impl Held {
    fn vote(&mut self, text: &str) {
        if self.text == text {
            self.lead += 1;
        } else if self.lead == 0 {
            self.text = text.to_owned();
            self.lead = 1;
        } else {
            self.lead -= 1;
        }
    }

    /// Keeps a sentence if it is stronger than the one kept, and of a length to be quoted.
    fn offer(&mut self, review: &Review, film: Option<&str>, sentence: &SentenceTone, score: f64) {
        let strength = sentence.opinion * sentence.score.abs() * score;
        let kept = self.example.as_ref().map_or(0.0, |example| example.strength);
        if sentence.block != "prose" || strength <= kept {
            return;
        }
        let length = sentence.end.saturating_sub(sentence.start);
        let given: String = review.text.chars().skip(sentence.start).take(length).collect();
        let text = Document::parse(&given).text.split_whitespace().collect::<Vec<_>>().join(" ");
        if QUOTED.contains(&text.chars().count()) {
            let quote = Quote { text, review: review.id.clone() };
            self.example = Some(Example { quote, film: film.map(str::to_owned), strength });
        }
    }
}

/// Numbers as their bytes: one by one they take longer to write than all else in a checkpoint.
mod floats {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>())
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Ok(bytes.as_chunks().0.iter().map(|value| f32::from_le_bytes(*value)).collect())
    }
}

fn add(sum: &mut Vec<f32>, vector: &[f32]) {
    sum.resize(sum.len().max(vector.len()), 0.0);
    sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
}
