//! What is shown of one review that is opened: its text, sentences, names and quotes.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::pack::PackedArray;
use super::rows::{Corpus, clip, thousandths};
use super::sample::Sample;
use crate::results::{Line, Picked, ResultsError, Sources};

/// Bytes of texts that are held at most while they wait for their turn: several times what packs into a page.
const HELD_BYTES: usize = 24 << 20;

/// Bytes of a review beyond which it is not in the page.
const LONGEST: usize = 200_000;

/// Rows that are looked through for a line: more than are ever passed over in a file that is not broken.
const AHEAD: usize = 1000;

/// The packed reviews of a page, and for each row of the sample its place among them.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) packed: String,
    pub(super) count: usize,
    pub(super) places: Vec<i64>,
}

impl Texts {
    /// Packs the reviews in the sample's order until `most` bytes are full.
    pub(super) fn read(
        sources: &Sources,
        corpus: &Corpus,
        sample: &Sample,
        most: usize,
    ) -> Result<Self, ResultsError> {
        let mut wanted = wanted(corpus, sample);
        let mut details: Vec<Option<String>> = vec![None; wanted.len()];
        let mut number = 0;
        let ids: HashSet<String> = wanted.keys().map(|&row| corpus.rows[row].id.clone()).collect();
        if !wanted.is_empty() {
            sources.pick(
                |id| ids.contains(&clip(id)),
                |picked| {
                    let id = match &picked {
                        Picked::Line(line) => &line.id,
                        Picked::Other(id) => id,
                    };
                    // The rows were read by another struct, which takes lines that these pass over, or passes over some of theirs.
                    let rest = corpus.rows.get(number..).unwrap_or_default();
                    if let Some(ahead) = rest.iter().take(AHEAD).position(|row| row.id == clip(id)) {
                        number += ahead;
                        if let (Some(turn), Picked::Line(line)) = (wanted.remove(&number), picked) {
                            details[turn] = Some(detail(&line, corpus).to_string());
                        }
                        number += 1;
                    }
                    if wanted.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                },
            )?;
        }
        Ok(Self::pack(&details, sample, most))
    }

    fn pack(details: &[Option<String>], sample: &Sample, most: usize) -> Self {
        let mut array = PackedArray::new(most);
        let mut places = HashMap::new();
        for (detail, &row) in details.iter().zip(&sample.texts) {
            let short = detail.as_deref().filter(|json| json.len() <= LONGEST);
            if let Some(place) = short.and_then(|json| array.add(json)) {
                places.insert(row, place as i64);
            }
        }
        let (packed, count) = array.finish();
        let places = sample.rows.iter().map(|row| places.get(row).copied().unwrap_or(-1)).collect();
        Self { packed, count, places }
    }
}

/// The rows whose texts may find room, each with its turn.
fn wanted(corpus: &Corpus, sample: &Sample) -> HashMap<usize, usize> {
    // Some six letters a word, and as much again for the figures.
    let bytes = sample.texts.iter().scan(0, |bytes, &row| {
        *bytes += 500 + 12 * corpus.rows[row].words as usize;
        Some(*bytes)
    });
    let held = sample.texts.iter().zip(bytes).take_while(|&(_, bytes)| bytes <= HELD_BYTES);
    held.enumerate().map(|(turn, (&row, _))| (row, turn)).collect()
}

/// A review with short keys, as there are thousands of them. Offsets count code points.
fn detail(line: &Line, corpus: &Corpus) -> Value {
    let sentences = line.sentences.iter().map(|sentence| {
        json!([
            sentence.start,
            sentence.end,
            thousandths(sentence.score),
            u8::from(sentence.is_plot()),
            thousandths(sentence.weight),
            thousandths(sentence.opinion)
        ])
    });
    let entities = line.entities.iter().map(|entity| {
        let mentions = entity.mentions.iter().flat_map(|mention| [mention.start, mention.end]);
        json!([
            entity.text,
            entity.kind,
            entity.role,
            entity.tone.map(thousandths),
            mentions.collect::<Vec<_>>()
        ])
    });
    let aspects = line.aspects.iter().map(|aspect| {
        let name = corpus.aspects.list.iter().position(|name| *name == clip(&aspect.aspect));
        json!([name, thousandths(aspect.score), aspect.quote.text])
    });
    json!({
        "t": line.text,
        "s": sentences.collect::<Vec<_>>(),
        "e": entities.collect::<Vec<_>>(),
        "k": line.keyphrases.iter().map(|phrase| &phrase.text).collect::<Vec<_>>(),
        "a": aspects.collect::<Vec<_>>(),
        "q": [line.quotes.positive, line.quotes.negative],
        "m": line.emotions.iter().map(|emotion| &emotion.label).collect::<Vec<_>>(),
        "n": line.notes,
        "f": [line.tone.ambivalence, line.tone.opinion_share],
    })
}
