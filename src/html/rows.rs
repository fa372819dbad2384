//! The reviews as rows of small figures, with every name held once.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::sample::Sample;
use super::themes::Themes;
use crate::results::{ResultsError, Skipped, Sources, named, score, text};

/// Longest name or id in the page, in code points.
const LONGEST: usize = 200;

/// Names in the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) list: Vec<String>,
    places: HashMap<String, u32>,
}

impl Names {
    pub(super) fn place(&mut self, name: &str) -> u32 {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let place = u32::try_from(self.list.len()).expect("fewer than 2^32 names");
        self.list.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}

/// A review in figures. Tones are in thousandths, −1000 to 1000.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) film: Option<u32>,
    pub(super) critic: Option<u32>,
    pub(super) outlet: Option<u32>,
    pub(super) date: Option<String>,
    pub(super) rating: Option<String>,
    pub(super) score: i16,
    /// In hundredths.
    pub(super) confidence: Option<u8>,
    pub(super) words: u32,
    /// Whether there is more to show of it than these figures.
    pub(super) detail: bool,
    /// Each with its tone.
    pub(super) aspects: Vec<(u32, i16)>,
    /// Each with the tone of the clauses about it, where there are any.
    pub(super) people: Vec<(u32, Option<i16>)>,
    /// Indices of [`Themes`].
    pub(super) themes: Vec<u32>,
}

/// Everything that is counted of the whole corpus.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    pub(super) rows: Vec<Row>,
    pub(super) films: Names,
    pub(super) critics: Names,
    pub(super) outlets: Names,
    pub(super) aspects: Names,
    pub(super) people: Names,
    /// For each of `people`, how often the reviews give it each role.
    pub(super) roles: Vec<HashMap<String, u32>>,
    pub(super) skipped: Skipped,
}

/// What a row takes from a line.
#[derive(Deserialize)]
struct Short {
    #[serde(deserialize_with = "text")]
    id: String,
    #[serde(deserialize_with = "named")]
    film: Option<String>,
    #[serde(deserialize_with = "named")]
    critic: Option<String>,
    #[serde(default, deserialize_with = "named")]
    outlet: Option<String>,
    #[serde(default, deserialize_with = "named")]
    date: Option<String>,
    #[serde(default, deserialize_with = "named")]
    rating: Option<String>,
    #[serde(default)]
    text: Option<IgnoredAny>,
    #[serde(default)]
    words: usize,
    #[serde(default)]
    sentences: Vec<IgnoredAny>,
    tone: Tone,
    #[serde(default)]
    aspects: Vec<Aspect>,
    #[serde(default)]
    entities: Vec<Entity>,
}

#[derive(Deserialize)]
struct Tone {
    #[serde(deserialize_with = "score")]
    score: f64,
    #[serde(default)]
    confidence: Option<f64>,
}

#[derive(Deserialize)]
struct Aspect {
    aspect: String,
    score: f64,
}

#[derive(Deserialize)]
struct Entity {
    text: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    tone: Option<f64>,
}

impl Corpus {
    /// Reads all reviews, in the order of the input.
    pub(super) fn read(sources: &Sources, themes: &Themes) -> Result<Self, ResultsError> {
        let mut corpus = Self::default();
        let skipped = sources.read(|source, line: Short| corpus.add(source, line, themes))?;
        corpus.skipped = skipped;
        Ok(corpus)
    }

    fn add(&mut self, source: usize, line: Short, themes: &Themes) {
        let mut people: Vec<(u32, Option<i16>)> = Vec::new();
        for entity in line.entities.iter().filter(|entity| entity.kind == "PERSON") {
            let person = self.people.place(&clip(&entity.text));
            self.roles.resize_with(self.people.list.len(), HashMap::new);
            if let Some(role) = &entity.role {
                *self.roles[person as usize].entry(role.clone()).or_default() += 1;
            }
            if people.iter().all(|&(other, _)| other != person) {
                people.push((person, entity.tone.map(thousandths)));
            }
        }
        let aspects = line.aspects.iter();
        let row = Row {
            film: line.film.map(|name| self.films.place(&clip(&name))),
            critic: line.critic.map(|name| self.critics.place(&clip(&name))),
            outlet: line.outlet.map(|name| self.outlets.place(&clip(&name))),
            date: line.date.map(|date| clip(&date)),
            rating: line.rating.map(|rating| clip(&rating)),
            score: thousandths(line.tone.score),
            confidence: line.tone.confidence.map(|share| (share.clamp(0.0, 1.0) * 100.0).round() as u8),
            words: u32::try_from(line.words).unwrap_or(u32::MAX),
            detail: line.text.is_some() || !line.sentences.is_empty(),
            aspects: aspects
                .map(|aspect| (self.aspects.place(&clip(&aspect.aspect)), thousandths(aspect.score)))
                .collect(),
            people,
            themes: themes.of(source, &line.id),
            id: clip(&line.id),
        };
        self.rows.push(row);
    }
}

/// The rows of a sample, column by column: what the page counts from. Indices point into the lists of
/// [`super::figures::Figures`]; −1 stands for none.
pub(super) fn columns(corpus: &Corpus, sample: &Sample, known: &Known) -> serde_json::Value {
    let rows = || sample.rows.iter().map(|&row| &corpus.rows[row]);
    let place = |list: &[Option<u32>], name: Option<u32>| {
        name.and_then(|name| list[name as usize]).map_or(-1, i64::from)
    };
    let pairs = |pairs: Vec<(u32, Option<i16>)>| {
        pairs.into_iter().flat_map(|(name, tone)| [Some(i64::from(name)), tone.map(i64::from)]).collect()
    };
    serde_json::json!({
        "id": rows().map(|row| &row.id).collect::<Vec<_>>(),
        "film": rows().map(|row| place(&known.films, row.film)).collect::<Vec<_>>(),
        "critic": rows().map(|row| place(&known.critics, row.critic)).collect::<Vec<_>>(),
        "outlet": rows().map(|row| place(&known.outlets, row.outlet)).collect::<Vec<_>>(),
        "date": rows().map(|row| &row.date).collect::<Vec<_>>(),
        "rating": rows().map(|row| &row.rating).collect::<Vec<_>>(),
        "score": rows().map(|row| row.score).collect::<Vec<_>>(),
        "confidence": rows().map(|row| row.confidence).collect::<Vec<_>>(),
        "words": rows().map(|row| row.words).collect::<Vec<_>>(),
        "aspects": rows().map(|row| pairs(row.aspects.iter().map(|&(a, tone)| (a, Some(tone))).collect()))
            .collect::<Vec<Vec<Option<i64>>>>(),
        "people": rows().map(|row| pairs(row.people.iter()
            .filter_map(|&(person, tone)| Some((known.people[person as usize]?, tone))).collect()))
            .collect::<Vec<Vec<Option<i64>>>>(),
        "themes": rows().map(|row| &row.themes).collect::<Vec<_>>(),
    })
}

/// For each name of the corpus its place in the lists of the page, where it is in them.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) films: Vec<Option<u32>>,
    pub(super) critics: Vec<Option<u32>>,
    pub(super) outlets: Vec<Option<u32>>,
    pub(super) people: Vec<Option<u32>>,
}

/// A tone of −1 to 1 in thousandths.
pub(super) fn thousandths(tone: f64) -> i16 {
    // `as` takes what is no number for zero.
    (tone.clamp(-1.0, 1.0) * 1000.0).round() as i16
}

/// A name short enough for a page.
pub(super) fn clip(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}
