use std::collections::HashSet;

use proptest::prelude::*;

use super::candidates::Occurrence;
use super::*;
use crate::analysis::entities;
use crate::analysis::fixtures::{WIDTH, each_span, noise, tagged, tones, unit};

fn frequencies() -> Frequencies {
    Frequencies::parse("documents\t1000\nfilm\t700\ngrief\t9\nsea\t90\n").unwrap()
}

fn each_unit(states: &[f32]) -> Vec<f32> {
    assert_eq!(states.len() % WIDTH, 0);
    states.chunks(WIDTH).flat_map(unit).collect()
}

fn themes(given: &str, names: &[(&str, &str)], labelled: &[&str], film: Option<&str>) -> Vec<Keyphrase> {
    let document = Document::parse(given);
    let mut readings = tagged(&document, names);
    for phrase in labelled {
        each_span(&document, phrase, |sentence, word, first| {
            readings[sentence].phrases[word] = if first { [0.05, 0.9, 0.05] } else { [0.05, 0.05, 0.9] };
        });
    }
    let named = entities(&document, given, &readings, &tones(&document, 0.0, 0.9), &[], film);
    keyphrases(&Forms::new(&document), &readings, &named, &frequencies(), film, 5, &each_unit)
}

fn texts(keyphrases: &[Keyphrase]) -> Vec<&str> {
    keyphrases.iter().map(|keyphrase| keyphrase.text.as_str()).collect()
}

#[test]
fn what_the_reader_labels_comes_first() {
    let given = "Slowly the film turns to grief and the cold sea. Nobody speaks of the cold sea.";
    let found = themes(given, &[], &["cold sea", "grief"], None);
    assert_eq!(found[0].text, "cold sea");
    assert_eq!(found[0].count, 2);
    assert!(texts(&found).contains(&"grief"), "{found:?}");
    assert!(!texts(&found).contains(&"film"));
}

#[test]
fn names_and_titles_are_no_themes() {
    let given = "Saltmarsh is about salt. Edda Tarn plays it well, and Saltmarsh has weather.";
    let found =
        themes(given, &[("Edda Tarn", "PERSON")], &["Edda Tarn", "Saltmarsh", "weather"], Some("Saltmarsh"));
    assert_eq!(found[0].text, "weather");
    assert!(
        !texts(&found).iter().any(|text| text.contains("Tarn") || text.to_lowercase().contains("saltmarsh"))
    );
}

#[test]
fn captions_give_no_themes() {
    let mut document = Document::parse("Quiet weather holds.\n\nBuy cheap tickets");
    for sentence in &mut document.sentences[1..] {
        sentence.block = Block::Caption;
    }
    let readings = tagged(&document, &[]);
    let found = keyphrases(&Forms::new(&document), &readings, &[], &frequencies(), None, 10, &each_unit);
    assert!(!found.is_empty() && found.iter().all(|keyphrase| !keyphrase.text.contains("ticket")));
}

/// A place of its own for each sentence.
fn occurrence(sentence: usize) -> Occurrence {
    Occurrence { sentence, words: 0..1, position: 0, probability: None, bounded: [true; 2], weak: false }
}

#[test]
fn likeness_costs() {
    let ranked = |text: &str, score: f32, vector: [f32; 2]| Ranked {
        candidate: Candidate {
            stems: vec![text.into()],
            text: text.into(),
            words: vec![text.into()],
            length: 1,
            occurrences: vec![occurrence(text.len())],
        },
        features: Features::default(),
        score,
        vector: vector.to_vec(),
        sentence: 0,
    };
    let items = vec![
        ranked("sea", 1.0, [1.0, 0.0]),
        ranked("ocean", 0.9, [1.0, 0.1]),
        ranked("debt", 0.5, [0.0, 1.0]),
    ];
    assert_eq!(texts(&pick(items, 3)), ["sea", "debt", "ocean"]);
}

#[test]
fn no_text_has_no_themes() {
    assert!(themes("", &[], &[], None).is_empty());
    assert!(themes("…", &[], &[], None).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn keyphrases_fall_and_differ((given, readings) in noise(), film in proptest::option::of(".{0,8}")) {
        let document = Document::parse(&given);
        let named = entities(&document, &given, &readings, &[], &[], film.as_deref());
        let found = keyphrases(&Forms::new(&document), &readings, &named, &frequencies(), film.as_deref(), 10, &each_unit);
        prop_assert!(found.len() <= 10);
        prop_assert!(found.iter().all(|phrase| (0.0..=1.0).contains(&phrase.score) && phrase.count > 0));
        prop_assert!(found.iter().all(|phrase| !phrase.text.trim().is_empty()));
        prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
        let different: HashSet<&str> = found.iter().map(|phrase| phrase.text.as_str()).collect();
        prop_assert_eq!(different.len(), found.len());
    }
}
