use proptest::prelude::*;

use super::*;
use crate::analysis::Role;
use crate::analysis::fixtures::{noise, tagged, tones};
use crate::reader::TAGS;
use crate::text::Sentence;

/// One clause a sentence, which says what the sentence says.
fn whole(document: &Document, tones: &[SentenceTone]) -> Vec<Clause> {
    let clause = |(sentence, (one, tone)): (usize, (&Sentence, &SentenceTone))| Clause {
        sentence,
        words: 0..one.words.len(),
        bytes: one.range.clone(),
        score: tone.score,
        opinion: tone.opinion,
    };
    document.sentences.iter().zip(tones).enumerate().map(clause).collect()
}

/// The entities of a text in which every sentence has one tone.
fn among(
    document: &Document,
    given: &str,
    readings: &[Reading],
    tones: &[SentenceTone],
    film: Option<&str>,
) -> Vec<Entity> {
    entities(document, given, readings, tones, &whole(document, tones), film)
}

fn find(given: &str, names: &[(&str, &str)], film: Option<&str>) -> Vec<Entity> {
    let document = Document::parse(given);
    let readings = tagged(&document, names);
    let mut found = among(&document, given, &readings, &tones(&document, 0.5, 0.9), film);
    found.sort_by_key(|entity| entity.mentions.first().map(|mention| mention.start));
    found
}

fn summary(entities: &[Entity]) -> Vec<(&str, &str, usize)> {
    entities.iter().map(|entity| (entity.text.as_str(), entity.kind.as_str(), entity.count)).collect()
}

const P: &str = "PERSON";
const W: &str = "WORK";

#[test]
fn surnames_and_first_names_join_the_full_name() {
    let given = "Okonjo is fine. We knew that Mr. Okonjo could sing, but Tola Okonjo's voice carries the film, and Tola knows.";
    let found = find(given, &[("Okonjo", P), ("Tola Okonjo", P), ("and Tola", P)], None);
    assert_eq!(summary(&found)[0].0, "Tola Okonjo");
    let found = find(given, &[("Okonjo", P), ("Tola Okonjo", P)], None);
    assert_eq!(summary(&found), [("Tola Okonjo", P, 3)]);
    assert_eq!(found[0].mentions[2].text, "Tola Okonjo");
    assert_eq!(found[0].tone, Some(0.5));
}

#[test]
fn a_surname_taken_for_a_title_is_the_person() {
    let text = "Alec Vane plays a crook. What Vane does here is fine. He has seen Moth twice.";
    let names = [("Alec Vane", "PERSON"), ("Moth", "WORK")];
    let mut named = names.to_vec();
    named.insert(0, ("Vane", "WORK"));
    let entities = find(text, &named, None);
    assert_eq!(summary(&entities), [("Alec Vane", "PERSON", 2), ("Moth", "WORK", 1)]);
}

#[test]
fn a_shared_surname_stays_apart() {
    let given = "Ilse Marten wrote it and Jonas Marten shot it. The Martens argue; the Marten brothers made up. Marten is right.";
    let names = [("Marten", P), ("Ilse Marten", P), ("Jonas Marten", P), ("Martens", P)];
    assert_eq!(
        summary(&find(given, &names, None)),
        [("Ilse Marten", P, 1), ("Jonas Marten", P, 1), ("Martens", P, 2), ("Marten", P, 1)]
    );
}

#[test]
fn initials_hyphens_and_case_are_one_name() {
    let given =
        "T.R. Hale directs. Later T. R. Hale, or HALE, bows to Anne-Lise Roux; we like Anne Lise Roux.";
    let names =
        [("T.R. Hale", P), ("T. R. Hale", P), ("HALE", P), ("Anne-Lise Roux", P), ("Anne Lise Roux", P)];
    assert_eq!(summary(&find(given, &names, None)), [("T.R. Hale", P, 3), ("Anne-Lise Roux", P, 2)]);
}

#[test]
fn a_film_and_its_hero_stay_apart() {
    let given = "Tarn (2025) follows Edda Tarn, a smith. Tarn the film is slow. Yet Tarn the woman is quick.";
    let document = Document::parse(given);
    let mut readings = tagged(&document, &[("Edda Tarn", P), ("Tarn the film", W), ("Tarn the woman", P)]);
    for (sentence, reading) in document.sentences.iter().zip(&mut readings) {
        for (word, tags) in sentence.words.iter().zip(&mut reading.tags) {
            if !document.text[word.range.clone()].starts_with(char::is_uppercase) {
                *tags = [0.0; TAGS.len()];
                tags[0] = 1.0;
            }
        }
    }
    let mut found = among(&document, given, &readings, &[], None);
    found.sort_by_key(|entity| entity.mentions[0].start);
    assert_eq!(summary(&found), [("Tarn", W, 2), ("Edda Tarn", P, 2)]);
    assert_eq!(found[0].tone, None);
}

#[test]
fn a_year_in_brackets_makes_a_title() {
    let found = find("They adore Marla Quill (1987) and Marla Quill.", &[("Marla Quill", P)], None);
    assert_eq!(summary(&found), [("Marla Quill", W, 1), ("Marla Quill", P, 1)]);
}

#[test]
fn names_are_found_again_where_the_tagger_missed_them() {
    let given = "At dawn Bryn Okafor sings. Nobody asked Bryn Okafor to. The Kiln is hot in The Kiln, a kiln of a film.";
    let document = Document::parse(given);
    let mut readings = tagged(&document, &[("Bryn Okafor", P)]);
    readings[1] = tagged(&document, &[])[1].clone();
    let found = among(&document, given, &readings, &[], Some("The Kiln"));
    let mut found = summary(&found);
    found.sort_unstable();
    assert_eq!(found, [("Bryn Okafor", P, 2), ("The Kiln", W, 2)]);
}

#[test]
fn a_common_word_at_a_sentence_start_is_no_name() {
    let given = "We met Will on set. Will you see it? I will.";
    let document = Document::parse(given);
    let mut readings = tagged(&document, &[("Will", P)]);
    let blank = tagged(&document, &[]);
    readings[1].tags = blank[1].tags.clone();
    assert_eq!(summary(&among(&document, given, &readings, &[], None)), [("Will", P, 1)]);
}

#[test]
fn captions_only_add_mentions() {
    let mut document = Document::parse("Nils Aro walks alone here.\n\nNils Aro\n\nKai Brandt and friends\n");
    for sentence in &mut document.sentences[1..] {
        sentence.block = Block::Caption;
    }
    let given = document.text.clone();
    let readings = tagged(&document, &[("Nils Aro", P), ("Kai Brandt", P)]);
    assert_eq!(summary(&among(&document, &given, &readings, &[], None)), [("Nils Aro", P, 2)]);
}

#[test]
fn the_most_named_comes_first() {
    let given = "Rhea Sol stars. Rhea Sol shines. Rhea Sol wins. A man called Bo Lind appears.";
    let document = Document::parse(given);
    let readings = tagged(&document, &[("Rhea Sol", P), ("Bo Lind", P)]);
    let found = among(&document, given, &readings, &tones(&document, -1.0, 0.2), None);
    assert_eq!(summary(&found), [("Rhea Sol", P, 3), ("Bo Lind", P, 1)]);
    let expected = 0.4 * 0.6 + 0.3 * 0.75f64.sqrt() + 0.2;
    assert!((found[0].salience - expected).abs() < 1e-9);
    assert!(found.iter().all(|entity| entity.tone.is_none()));
}

fn works(given: &str, names: &[(&str, &str)]) -> Vec<String> {
    let document = Document::parse(given);
    let mut readings = tagged(&document, names);
    // Words that are surely no name.
    for (reading, sentence) in readings.iter_mut().zip(&document.sentences) {
        for (tags, word) in reading.tags.iter_mut().zip(&sentence.words) {
            if !names.iter().any(|(name, _)| name.contains(&document.text[word.range.clone()])) {
                *tags = [0.0; TAGS.len()];
                tags[0] = 1.0;
            }
        }
    }
    let found = among(&document, given, &readings, &[], None);
    let mut works: Vec<(usize, String)> = found
        .into_iter()
        .filter(|entity| entity.kind == W)
        .map(|entity| (entity.mentions[0].start, entity.text))
        .collect();
    works.sort();
    works.into_iter().map(|(_, title)| title).collect()
}

#[test]
fn quotes_and_italics_make_titles() {
    for (given, title) in [
        ("We saw “The Lamp of Oran” twice.", "The Lamp of Oran"),
        ("He hums \"Salt and Tar,\" off key.", "Salt and Tar"),
        ("In “Kiln” nobody speaks.", "Kiln"),
        ("‘Kiln’ is a masterpiece of its sort.", "Kiln"),
        ("It is a copy of *Kiln* and no more.", "Kiln"),
        ("It is <i>The Lamp of Oran</i> with boats.", "The Lamp of Oran"),
        ("Nobody forgets _Salt and Tar_ soon.", "Salt and Tar"),
        ("The film “Michael Marsh” is long.", "Michael Marsh"),
    ] {
        assert_eq!(works(given, &[("Michael Marsh", P)]), [title], "{given}");
    }
}

#[test]
fn other_words_in_quotes_and_italics_are_none() {
    for given in [
        "Wayne “The Rock” Marsh lifts a car.",
        "“Never Again,” she says, and means it.",
        "He is the “Star” here.",
        "It is *not* good. *This* is worse.",
        "They call it “a very Bad idea” here.",
        "We met “Michael Marsh” by the pier.",
    ] {
        assert!(works(given, &[("Michael Marsh", P), ("Wayne", P), ("Marsh", P)]).is_empty(), "{given}");
    }
}

#[test]
fn a_year_or_a_noun_makes_a_title() {
    for (given, titles) in [
        ("The Lamp of Oran (1987) is slow.", vec!["The Lamp of Oran"]),
        ("In Kiln (1995, in colour) they dance.", vec!["Kiln"]),
        ("Michael Marsh's Kiln (1995) is hot.", vec!["Kiln"]),
        ("I liked the film Kiln a lot.", vec!["Kiln"]),
        ("This sequel to Salt and Tar drags.", vec!["Salt"]),
        ("He made the films Kiln, Gulls and Tar in a year.", vec!["Kiln", "Gulls", "Tar"]),
        ("The film Michael Marsh made is lost.", vec![]),
        ("It won at the film Festival.", vec![]),
    ] {
        assert_eq!(works(given, &[("Michael Marsh", P)]), titles, "{given}");
    }
}

#[test]
fn each_is_judged_by_the_clauses_about_it() {
    let given = "Vega is superb, but Holt sleepwalks. It rains on Marsh, who is a bore.";
    let document = Document::parse(given);
    let readings = tagged(&document, &[("Vega", P), ("Holt", P), ("Marsh", P)]);
    let tones = tones(&document, 0.0, 0.9);
    let clause = |sentence, part: &str, score| {
        let start = document.text.find(part).unwrap();
        Clause { sentence, words: 0..0, bytes: start..start + part.len(), score, opinion: 0.9 }
    };
    let clauses = [
        clause(0, "Vega is superb,", 0.8),
        clause(0, "but Holt sleepwalks.", -0.6),
        clause(1, "It rains on Marsh,", 0.0),
        clause(1, "who is a bore.", -0.8),
    ];
    let found = entities(&document, given, &readings, &tones, &clauses, None);
    let tone = |name: &str| found.iter().find(|entity| entity.text == name).and_then(|entity| entity.tone);
    assert_eq!([tone("Vega"), tone("Holt"), tone("Marsh")], [Some(0.8), Some(-0.6), Some(-0.4)]);
}

fn mentions(entities: &[Entity], name: &str) -> Vec<String> {
    let found = entities.iter().find(|entity| entity.text == name);
    found.into_iter().flat_map(|entity| &entity.mentions).map(|mention| mention.text.clone()).collect()
}

#[test]
fn the_director_is_whoever_directs() {
    let given = "Director Ilse Marten is no fool. Jonas Aro plays Karl Venn. The director's eye is sharp, and the film's \
                 director knows it. We met. We talked. We left. We slept. The director of photography was away, but its \
                 director stayed.";
    let found = find(given, &[("Ilse Marten", P), ("Jonas Aro", P), ("Karl Venn", P)], None);
    assert_eq!(mentions(&found, "Ilse Marten"), ["Ilse Marten", "The director", "director", "its director"]);
    assert_eq!(mentions(&found, "Jonas Aro"), ["Jonas Aro"]);
}

#[test]
fn words_for_one_of_several_name_nobody() {
    let given = "Starring Jonas Aro and Bea Holt, it sings. The star is tired. The star system is old.";
    let found = find(given, &[("Jonas Aro", P), ("Bea Holt", P)], None);
    assert_eq!(summary(&found), [("Jonas Aro", P, 1), ("Bea Holt", P, 1)]);
    // Nobody says what Bea Holt does: she may be an actor as well.
    let given = "Jonas Aro plays a priest. Bea Holt glowers. The actor is tired.";
    let found = find(given, &[("Jonas Aro", P), ("Bea Holt", P)], None);
    assert_eq!(summary(&found), [("Jonas Aro", P, 1), ("Bea Holt", P, 1)]);
}

#[test]
fn a_title_beside_the_name_is_no_mention() {
    let given = "Ilse Marten, the director, is back. The director, Ilse Marten, is back. Ilse Marten is the director.";
    let found = find(given, &[("Ilse Marten", P)], None);
    assert_eq!(summary(&found), [("Ilse Marten", P, 3)]);
    assert_eq!(found[0].role, Some(Role::Director));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn mentions_are_places_in_the_text((given, readings) in noise(), film in proptest::option::of(".{0,8}")) {
        let document = Document::parse(&given);
        let tones = tones(&document, 0.3, 0.7);
        let points: Vec<char> = given.chars().collect();
        let mut taken = vec![false; points.len()];
        for entity in among(&document, &given, &readings, &tones, film.as_deref()) {
            prop_assert!(!entity.text.is_empty() && entity.count == entity.mentions.len() && entity.count > 0);
            prop_assert!((0.0..=1.0).contains(&entity.salience));
            prop_assert!(entity.tone.is_none_or(|tone| (-1.0..=1.0).contains(&tone)));
            let mut last = 0;
            for mention in &entity.mentions {
                prop_assert!(last <= mention.start && mention.start < mention.end);
                last = mention.end;
                let text: String = points[mention.start..mention.end].iter().collect();
                prop_assert_eq!(&text, &mention.text);
                for taken in &mut taken[mention.start..mention.end] {
                    prop_assert!(!std::mem::replace(taken, true), "two mentions overlap");
                }
            }
        }
    }
}
