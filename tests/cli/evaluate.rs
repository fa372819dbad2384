//! Figures against labels.

use serde_json::Value;

use crate::{Ended, Place};

const JUDGED: &str = "\
{\"text\": \"A marvellous film, tender and funny.\", \"label\": 4, \"split\": \"dev\"}
{\"text\": \"A dreadful, tedious bore.\", \"label\": 0, \"split\": \"dev\"}
{\"text\": \"A dreadful, tedious bore of a film.\", \"label\": 4, \"split\": \"test\"}
";

fn json(ended: &Ended) -> Value {
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    serde_json::from_str(&ended.out).unwrap()
}

fn figure<'a>(scores: &'a Value, name: &str) -> &'a Value {
    let figures = scores["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["name"] == name).unwrap_or_else(|| panic!("{name} of {scores}"))
}

#[test]
fn figures_have_intervals_confusion_and_calibration() {
    let place = Place::with(&[("judged.jsonl", JUDGED)]);
    let scores = json(&place.run(&["evaluate", "judged.jsonl", "--task", "tone", "--json"]));
    assert_eq!(scores["rows"], 3);
    let sides = figure(&scores, "accuracy, 2 classes");
    assert_eq!((&sides["over"], &sides["interval"][1]), (&Value::from(3), &Value::from(1.0)));
    assert!((sides["value"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9, "{sides}");
    let counts = scores["confusion"]["counts"].as_array().unwrap();
    let sum: u64 = counts.iter().flat_map(|row| row.as_array().unwrap()).map(|n| n.as_u64().unwrap()).sum();
    assert_eq!((counts.len(), sum), (5, 3));
    let bins = scores["calibration"]["bins"].as_array().unwrap();
    assert_eq!(bins.iter().map(|bin| bin["count"].as_u64().unwrap()).sum::<u64>(), 3);
    assert!(scores["calibration"]["ece"].as_f64().unwrap() > 0.0);
}

#[test]
fn threads_change_nothing() {
    let place = Place::with(&[("judged.jsonl", JUDGED)]);
    let run =
        |jobs| place.run(&["evaluate", "judged.jsonl", "--task", "rating", "--json", "--jobs", jobs]).out;
    assert_eq!(run("1"), run("2"));
}

#[test]
fn one_split_and_no_intervals() {
    let place = Place::with(&[("judged.jsonl", JUDGED)]);
    let args = ["evaluate", "judged.jsonl", "--task", "tone", "--split", "dev", "--resamples", "0"];
    let scores = json(&place.run(&[&args[..], &["--json"]].concat()));
    assert_eq!(scores["rows"], 2);
    let sides = figure(&scores, "accuracy, 2 classes");
    assert_eq!((&sides["value"], sides.get("interval")), (&Value::from(1.0), None));
    let table = place.run(&args).out;
    for part in ["2 texts in", "accuracy, 2 classes", "very_negative", "mean confidence"] {
        assert!(table.contains(part), "{part}: {table}");
    }
    assert!(!table.contains(" to 1.0000"), "{table}");
    let none = place.run(&["evaluate", "judged.jsonl", "--task", "tone", "--split", "train"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("no labelled texts"), "{}", none.err);
}

#[test]
fn ratings_of_a_table_are_laid_over_their_scale() {
    let table = "review,stars\n\"A marvellous film, tender and funny.\",5\n\"A dreadful, tedious bore.\",1\n";
    let place = Place::with(&[("stars.csv", table)]);
    let scores = json(&place.run(&["evaluate", "stars.csv", "--task", "rating", "--json"]));
    assert_eq!(figure(&scores, "accuracy of the side")["value"], 1.0);
    assert!(figure(&scores, "mean absolute error")["value"].as_f64().unwrap() < 1.0, "{scores}");
    assert!(figure(&scores, "Pearson r of score and rating")["value"].as_f64().unwrap() > 0.99);
}

#[test]
fn names_phrases_emotions_and_aspects() {
    let rows = [
        (
            "entities",
            "{\"tokens\": [\"Zoë\", \"Orr\", \"sings\", \".\"], \"tags\": [\"B-PER\", \"I-PER\", \"O\", \"O\"]}",
        ),
        ("keyphrases", "{\"text\": \"The stunts are loud.\", \"keyphrases\": [\"stunt\"]}"),
        ("emotions", "{\"text\": \"The stunts are loud.\", \"labels\": [\"annoyance\"]}"),
        (
            "aspects",
            "{\"text\": \"The acting is superb.\", \"aspects\": [{\"aspect\": \"acting\", \"tone\": \"positive\"}]}",
        ),
    ];
    for ((task, row), name) in rows.iter().zip(["span F1", "F1@10", "micro-F1", "aspect F1"]) {
        let place = Place::with(&[("rows.jsonl", *row)]);
        let scores = json(&place.run(&["evaluate", "rows.jsonl", "--task", task, "--json"]));
        let value = figure(&scores, name)["value"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&value), "{task}: {scores}");
        assert_eq!(scores.get("confusion").is_some(), matches!(*task, "entities" | "aspects"), "{task}");
    }
}

#[test]
fn a_wrong_label_names_its_row() {
    let place =
        Place::with(&[("rows.jsonl", "{\"text\": \"x\", \"label\": 1}\n{\"text\": \"x\", \"label\": 7}\n")]);
    let ended = place.run(&["evaluate", "rows.jsonl", "--task", "tone"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("row 2") && ended.err.contains("0 to 4"), "{}", ended.err);
}
