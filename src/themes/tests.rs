use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::analysis::{Analysis, Film, FilmSource, Keyphrase, Label, SentenceTone};
use crate::corpus::{Origin, Review};

/// Sentences with the one phrase that each gives, the axis of its meaning and its tone.
const SAID: [(&str, &str, usize, f64); 6] = [
    ("The violins are the best thing in all of it.", "violins", 0, 0.8),
    ("Its score <i>soars</i> over every one of the scenes.", "score", 0, 0.6),
    ("One loud score after another, and no end.", "loud score", 0, -0.4),
    ("The script has been written by a committee.", "script", 1, -0.6),
    ("Each line of the dialogue falls flat on its face.", "dialogue", 1, -0.8),
    ("There is a boat.", "boat", 2, 0.0),
];

/// A review that says some of [`SAID`].
fn made(id: usize, film: &str, critic: &str, said: &[usize]) -> (Review, Analysis) {
    let (mut text, mut sentences, mut keyphrases) = (String::new(), Vec::new(), Vec::new());
    for (index, &at) in said.iter().enumerate() {
        let (sentence, phrase, axis, score) = SAID[at];
        let start = text.chars().count();
        text += sentence;
        sentences.push(SentenceTone {
            start,
            end: start + sentence.chars().count(),
            block: "prose".into(),
            score,
            label: Label::of(score),
            kind: "opinion".into(),
            opinion: 0.9,
            weight: 0.0,
        });
        text.push(' ');
        // What all have in common must make none of them alike.
        let mut vector = vec![0.5f32; 6];
        vector[axis] += 1.0;
        vector[at] += 0.2;
        keyphrases.push(Keyphrase {
            text: phrase.into(),
            score: 0.5,
            count: 1,
            stems: phrase.into(),
            vector: clusters::unit(&vector).unwrap(),
            sentence: index,
        });
    }
    let review = Review {
        id: format!("r{id}"),
        film: Some(film.into()),
        critic: Some(critic.into()),
        outlet: None,
        date: None,
        rating: None,
        origin: Origin { path: "made.csv".into(), row: 1 },
        text,
    };
    let film = Film { title: film.into(), year: None, source: FilmSource::Given, confidence: 1.0 };
    (review, Analysis { film: Some(film), keyphrases, sentences, ..Analysis::default() })
}

/// Ten reviews of Gull, of its music above all, and ten of Heron, of its script; one has no phrase.
fn corpus() -> Vec<(Review, Analysis)> {
    let mut reviews: Vec<_> = (0..20)
        .map(|id| {
            let critic = ["Ann Bly", "Ian Cole"][id / 2 % 2];
            match id {
                0 => made(id, "Gull", critic, &[0, 1, 5]),
                1 => made(id, "Heron", critic, &[3, 4]),
                3 => made(id, "Heron", critic, &[3, 2]),
                _ if id % 2 == 0 => made(id, "Gull", critic, &[id / 2 % 3]),
                _ => made(id, "Heron", critic, &[3 + id / 2 % 2]),
            }
        })
        .collect();
    reviews.push(made(20, "Tern", "Ann Bly", &[]));
    reviews
}

fn themes(reviews: &[(Review, Analysis)], jobs: usize) -> Themes {
    let mut collector = Collector::new(tempfile::tempfile().unwrap(), Path::new("made"));
    for (review, analysis) in reviews {
        collector.add(review, analysis).unwrap();
    }
    collector.finish(jobs).unwrap()
}

#[test]
fn phrases_that_mean_alike_are_a_theme() {
    let found = themes(&corpus(), 2).themes;
    let [music, script] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((music.reviews, music.phrases), (11, 3));
    assert_eq!((script.reviews, script.phrases), (10, 2));
    assert_eq!(music.top_phrases.iter().map(String::as_str).collect::<BTreeSet<_>>(), {
        BTreeSet::from(["violins", "score", "loud score"])
    });
    assert!(["score; violins", "violins; score"].contains(&music.name.as_str()), "{}", music.name);
    assert!(music.tone > 0.2 && script.tone < -0.6, "{} {}", music.tone, script.tone);
}

#[test]
fn themes_stand_out_in_films_and_not_by_chance_in_critics() {
    let found = themes(&corpus(), 2).themes;
    for (theme, film) in found.iter().zip(["Gull", "Heron"]) {
        let films: Vec<&str> = theme.films.iter().map(|film| film.name.as_str()).collect();
        assert_eq!(films, [film]);
        assert_eq!(theme.critics, []);
    }
}

#[test]
fn quotes_are_whole_sentences_without_markup() {
    let found = themes(&corpus(), 2).themes;
    let quotes: Vec<&str> = found[0].quotes.iter().map(|quote| quote.text.as_str()).collect();
    assert_eq!(quotes[0], "The violins are the best thing in all of it.");
    // Of the other film before a stronger one of the same.
    assert_eq!(quotes[1], "One loud score after another, and no end.");
    assert!(found[0].quotes.iter().map(|quote| &quote.review).collect::<BTreeSet<_>>().len() == quotes.len());
    let alone = themes(&[made(0, "Gull", "Ann Bly", &[1, 3]), made(1, "Gull", "Ann Bly", &[1, 3])], 1).themes;
    assert_eq!(alone[0].quotes[0].text, "Its score soars over every one of the scenes.");
}

#[test]
fn each_review_has_its_themes_in_the_order_of_the_input() {
    let mut found = themes(&corpus(), 2);
    let rows: Vec<ReviewTheme> = found.of_reviews().unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 21);
    let first = &rows[0];
    assert_eq!((first.review.as_str(), first.theme), ("r0", 0));
    assert_eq!(first.phrases, ["violins", "score"]);
    assert!((first.strength - 2.0 / 3.0).abs() < 1e-9);
    let order: Vec<usize> = rows.iter().map(|row| row.review[1..].parse().unwrap()).collect();
    assert!(order.is_sorted());
    for (index, theme) in found.themes.iter().enumerate() {
        assert_eq!(rows.iter().filter(|row| row.theme == index).count() as u64, theme.reviews);
    }
}

#[test]
fn threads_change_nothing() {
    let reviews = corpus();
    assert_eq!(themes(&reviews, 1).themes, themes(&reviews, 3).themes);
}

#[test]
fn without_phrases_there_are_no_themes() {
    assert_eq!(themes(&[], 1).themes, []);
    assert_eq!(themes(&[made(0, "Gull", "Ann Bly", &[])], 1).themes, []);
    let (review, mut analysis) = made(0, "Gull", "Ann Bly", &[0, 3]);
    for phrase in &mut analysis.keyphrases {
        phrase.vector.clear();
        phrase.sentence = 99;
    }
    assert_eq!(themes(&[(review, analysis)], 1).themes, []);
}
