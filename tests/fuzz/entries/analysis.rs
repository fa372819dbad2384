//! Everything that is said of a review, from readings that no encoder would give: the bytes are the text, and its words are
//! labelled by a hash of what comes before them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use critique::analysis::{AspectSet, Aspects, Frequencies, Resources, analyze};
use critique::reader::{EMOTIONS, Engine, Reader, Reading, TAGS};
use critique::text::{Document, Sentence};

use super::made::{self, Dice, WIDTH};

struct Made {
    reader: Reader,
    frequencies: Frequencies,
    aspects: Aspects,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let model = made::model();
    let reader = Reader::new(&model, Engine::Embedded).expect("the made model");
    let set = AspectSet::parse(AspectSet::preset("film").expect("a preset")).expect("the preset");
    let aspects = Aspects::new(&set, &reader).expect("its seeds");
    let table = std::str::from_utf8(&model.frequencies).expect("a table");
    Made { frequencies: Frequencies::parse(table).expect("the table"), reader, aspects }
});

pub fn run(bytes: &[u8]) {
    let given = String::from_utf8_lossy(bytes).into_owned();
    let document = Document::parse(&given);
    let readings: Vec<Reading> = document.sentences.iter().map(|s| reading(&document, s)).collect();
    let Made { reader, frequencies, aspects } = &*MADE;
    let resources = Resources { heads: reader.heads(), frequencies, aspects };
    let points: Vec<char> = given.chars().collect();
    let mut review = made::review(given);
    for film in [None, Some("The Lamp (1999)"), document.text.get(..12)] {
        review.film = film.map(str::to_owned);
        let analysis = analyze(&review, &document, &readings, resources);
        assert_eq!(analysis.sentences.len(), document.sentences.len());
        assert!(analysis.tone.score.abs() <= 1.0);
        for entity in &analysis.entities {
            assert!(!entity.text.is_empty() && !entity.mentions.is_empty());
            for mention in &entity.mentions {
                let said: String = points[mention.start..mention.end].iter().collect();
                assert_eq!(said, mention.text);
            }
        }
        for quote in [&analysis.quotes.positive, &analysis.quotes.negative].into_iter().flatten() {
            assert!(quote.start < quote.end && quote.end <= points.len());
        }
        assert!(analysis.keyphrases.iter().all(|phrase| phrase.sentence < analysis.sentences.len()));
    }
}

/// Probabilities that sum up to 1, of which one usually leads.
fn probabilities(dice: &mut Dice, count: usize) -> Vec<f32> {
    let parts: Vec<f32> = (0..count).map(|_| dice.roll().powi(8) + 1e-4).collect();
    let sum: f32 = parts.iter().sum();
    parts.iter().map(|part| part / sum).collect()
}

fn reading(document: &Document, sentence: &Sentence) -> Reading {
    let mut hasher = DefaultHasher::new();
    document.text[..sentence.range.end].hash(&mut hasher);
    let mut dice = Dice(hasher.finish());
    let count = sentence.words.len();
    // As the tokenizer does with a sentence that is too long, some words get no token.
    let read = if dice.roll() < 0.05 { count / 2 } else { count };
    let states: Vec<f32> = (0..(read + 2) * WIDTH).map(|_| dice.roll() - 0.5).collect();
    let length = states.iter().take(WIDTH).map(|state| state * state).sum::<f32>().sqrt();
    Reading {
        tone: std::array::from_fn(|_| 8.0 * dice.roll() - 4.0),
        opinion: dice.roll(),
        weight: 4.0 * dice.roll() - 2.0,
        verdict: 8.0 * dice.roll() - 4.0,
        emotions: EMOTIONS.iter().map(|_| dice.roll()).collect(),
        tags: (0..count)
            .map(|_| probabilities(&mut dice, TAGS.len()).try_into().expect("one a label"))
            .collect(),
        phrases: (0..count).map(|_| probabilities(&mut dice, 3)).map(|p| [p[0], p[1], p[2]]).collect(),
        vector: states.iter().take(WIDTH).map(|state| state / length.max(1e-6)).collect(),
        states: states.into(),
        words: (1..=read as u32).collect(),
    }
}
