//! What the files of a report hold.

use critique::report::SCHEMA;
use critique::results::Line;
use serde_json::Value;

use crate::{FILMS, Place, between, texts};

/// Names and sentences behind everything that can throw offsets off.
const AWKWARD: &str = "<p>😀 “Zoë Orr”\u{a0}is superb &mdash; truly!</p>\r\n<br />\
    In Paris, Emile\u{301} Blanc &amp; Ann Bly shine. 👩\u{200d}👩\u{200d}👧 Ça va?  <b>Ivo Tarn</b> directed it.\n\n\
    \u{feff}Photo: Mira Dole\n\nNot everyone at Warner Brothers will agree with Ivo Tarn.";

#[test]
fn every_line_follows_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let place = Place::with(&[
        ("in/films.csv", FILMS.to_owned()),
        ("in/crowd.csv", crate::crowd(30)),
        ("in/awkward.txt", AWKWARD.to_owned()),
    ]);
    place.analyze("in", &["--format", "csv,json,jsonl"], 1);
    let lines = place.lines("reviews.jsonl");
    assert_eq!(lines.len(), 3 + 24 + 1);
    for line in &lines {
        let faults: Vec<_> = validator.iter_errors(line).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}: {line}");
    }
    assert_eq!(place.json("reviews.json"), Value::from(lines));
}

#[test]
fn a_line_tells_the_review_as_given() {
    let place = Place::with(&[("films.csv", FILMS)]);
    place.analyze("films.csv", &[], 0);
    let lines = place.lines("reviews.jsonl");
    let keys: Vec<_> = lines[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "id",
            "film",
            "film_source",
            "critic",
            "outlet",
            "date",
            "rating",
            "origin",
            "text",
            "words",
            "sentences_count",
            "sentences",
            "tone",
            "emotions",
            "aspects",
            "keyphrases",
            "entities",
            "quotes"
        ]
    );
    let ratings: Vec<_> = lines.iter().map(|line| &line["rating"]).collect();
    assert_eq!(ratings, [&Value::from(4.5), &Value::from("1/5"), &Value::Null]);
    assert_eq!(lines[1]["origin"]["row"], 2);
    assert_eq!(lines[1]["date"], "2024-05-02");
    assert!(lines[0]["tone"]["score"].as_f64().unwrap() > 0.0, "{}", lines[0]["tone"]);
    assert!(lines[1]["tone"]["score"].as_f64().unwrap() < 0.0, "{}", lines[1]["tone"]);
}

#[test]
fn offsets_point_into_the_text_as_given() {
    let place = Place::with(&[("in/awkward.txt", AWKWARD.to_owned()), ("in/crowd.csv", crate::crowd(12))]);
    place.analyze("in", &["--sentences"], 1);
    let reviews = place.lines("reviews.jsonl");
    let mut mentions = 0;
    for review in &reviews {
        let text = review["text"].as_str().unwrap();
        for entity in review["entities"].as_array().unwrap() {
            let named = entity["mentions"].as_array().unwrap();
            assert_eq!(entity["count"], named.len());
            for mention in named {
                assert_eq!(
                    between(text, &mention["start"], &mention["end"]),
                    mention["text"].as_str().unwrap()
                );
                mentions += 1;
            }
        }
    }
    assert!(mentions >= 6, "only {mentions} mentions to check");
    let sentences = place.lines("sentences.jsonl");
    for review in &reviews {
        let text = review["text"].as_str().unwrap();
        let own: Vec<_> = sentences.iter().filter(|sentence| sentence["review_id"] == review["id"]).collect();
        assert_eq!(review["sentences_count"], own.len());
        let line: Line = serde_json::from_value(review.clone()).unwrap();
        let spans = line.sentences.iter().map(|sentence| (sentence.start, sentence.end, sentence.weight));
        let figure = |sentence: &Value, key: &str| sentence[key].as_f64().unwrap();
        let written = own.iter().map(|sentence| {
            (figure(sentence, "start") as usize, figure(sentence, "end") as usize, figure(sentence, "weight"))
        });
        assert!(spans.eq(written), "{line:?}");
        let mut last = 0;
        for (index, sentence) in own.iter().enumerate() {
            assert_eq!(sentence["index"], index);
            let given = between(text, &sentence["start"], &sentence["end"]);
            assert_eq!(given, sentence["text"].as_str().unwrap());
            assert_eq!(given.trim(), given);
            assert!(sentence["start"].as_u64().unwrap() >= last);
            last = sentence["end"].as_u64().unwrap();
        }
    }
    assert_eq!(reviews[0]["text"], AWKWARD);
}

#[test]
fn tables_and_lines_tell_the_same() {
    let place = Place::with(&[("films.csv", FILMS)]);
    place.analyze("films.csv", &[], 0);
    let lines = place.lines("reviews.jsonl");
    assert_eq!(place.column("reviews.csv", "id"), texts(&lines, "id"));
    assert_eq!(place.column("reviews.csv", "rating"), ["4.5", "1/5", ""]);
    for (line, (score, label)) in lines.iter().zip(
        place.column("reviews.csv", "tone_score").into_iter().zip(place.column("reviews.csv", "tone_label")),
    ) {
        assert_eq!(score.parse::<f64>().unwrap(), line["tone"]["score"].as_f64().unwrap());
        assert_eq!(label, line["tone"]["label"].as_str().unwrap());
    }
    let count = |key: &str| lines.iter().map(|line| line[key].as_array().unwrap().len()).sum::<usize>();
    assert_eq!(place.rows("entities.csv").len(), count("entities"));
    assert_eq!(place.rows("keyphrases.csv").len(), count("keyphrases"));
    assert!(count("entities") > 0 && count("keyphrases") > 0);
    let run = place.json("run.json");
    let sum = |key: &str| lines.iter().map(|line| line[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!(run["counts"]["words"], sum("words"));
    assert_eq!(run["counts"]["sentences"], sum("sentences_count"));
    assert!(run["counts"]["tokens"].as_u64().unwrap() >= sum("words"));
    assert_eq!(run["model"]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn without_text_no_text_is_given() {
    let place = Place::with(&[("films.csv", FILMS)]);
    place.analyze("films.csv", &["--no-text", "--sentences", "--format", "csv,json,jsonl"], 0);
    for line in place.lines("reviews.jsonl").iter().chain(&place.lines("sentences.jsonl")) {
        assert!(line.get("text").is_none());
    }
    for name in place.names() {
        assert!(!place.text(&name).contains("I have seldom been so glad to leave"), "{name}");
    }
}

#[test]
fn cells_are_safe_for_spreadsheets() {
    let text = "A fine film with Ann Bly, who is superb as ever.";
    let rows = format!(
        "id,film,critic,outlet,date,rating,text\n\
         =1+1,\"=HYPERLINK(\"\"http://x\"\")\",@ann,+1 555,-today,-2,{text:?}\n\
         -7,\"\tTab\",\"\rReturn\",\"\u{1}Start\",\"\u{1b}[31mRed\",+3,{text:?}\n"
    );
    let place = Place::with(&[("films.csv", rows)]);
    place.analyze("films.csv", &[], 0);
    for (name, numbers) in
        [("reviews.csv", &["rating", "tone_score"][..]), ("entities.csv", &["tone"]), ("keyphrases.csv", &[])]
    {
        let table = place.text(name);
        let mut table = csv::Reader::from_reader(table.as_bytes());
        let headers = table.headers().unwrap().clone();
        for row in table.records() {
            for (header, cell) in headers.iter().zip(&row.unwrap()) {
                let formula = cell.starts_with(|first: char| "=+-@".contains(first) || first.is_control());
                assert!(
                    !formula || numbers.contains(&header) && cell.parse::<f64>().is_ok(),
                    "{name}: {cell:?}"
                );
                assert!(!cell.contains(['\u{1}', '\u{1b}', '\r']), "{name}: {cell:?}");
            }
        }
    }
    assert_eq!(place.column("reviews.csv", "id"), ["'=1+1", "'-7"]);
    assert_eq!(place.column("reviews.csv", "rating"), ["-2", "'+3"]);
    // The JSON lines have no need of it.
    assert_eq!(texts(&place.lines("reviews.jsonl"), "id"), ["=1+1", "-7"]);
}
