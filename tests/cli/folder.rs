//! The output folder from run to run.

use crate::{FILMS, Place};

const TABLES: [&str; 6] =
    ["aspects.csv", "entities.csv", "keyphrases.csv", "review_themes.csv", "reviews.csv", "themes.csv"];

fn sorted(names: &[&[&str]]) -> Vec<String> {
    let mut names: Vec<_> = names.concat().into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn the_formats_asked_for_and_no_others() {
    let place = Place::with(&[("films.csv", FILMS)]);
    let always = ["rejects.jsonl", "run.json"];
    for (more, files) in [
        (&[][..], sorted(&[&TABLES, &["reviews.jsonl"], &always])),
        (&["--format", "csv,json,jsonl", "--sentences"], {
            sorted(&[&TABLES, &["reviews.jsonl", "reviews.json", "sentences.jsonl"], &always])
        }),
        (&["--format", "csv"], sorted(&[&TABLES, &always])),
        (&["--format", "json"], sorted(&[&["reviews.json"], &always])),
        (&["--format", "jsonl", "--sentences"], sorted(&[&["reviews.jsonl", "sentences.jsonl"], &always])),
    ] {
        // Each run in the folder of the one before: nothing of that may be left.
        place.analyze("films.csv", more, 0);
        assert_eq!(place.names(), files, "{more:?}");
    }
}

#[test]
fn files_of_the_user_are_left_alone() {
    let place =
        Place::with(&[("films.csv", FILMS), ("out/notes.txt", "mine"), ("out/sub/reviews.csv", "mine")]);
    place.analyze("films.csv", &[], 0);
    place.analyze("films.csv", &["--format", "json"], 0);
    assert_eq!(place.text("notes.txt"), "mine");
    assert_eq!(place.text("sub/reviews.csv"), "mine");
}

#[test]
fn a_run_that_fails_leaves_the_earlier_report() {
    let place = Place::with(&[("films.csv", FILMS), ("bad.csv", "plot\nlong\n")]);
    place.analyze("films.csv", &[], 0);
    let before = (place.names(), place.text("reviews.jsonl"), place.text("run.json"));
    place.analyze("bad.csv", &[], 2);
    // Standard input is looked at only once the folder is open.
    for output in ["out", "new"] {
        let args = ["analyze", "-", "--output", output, "--text-column", "body"];
        let ended = place.run_with(&args, r#"{"text": "A fine film."}"#);
        assert_eq!(ended.code, 2, "{}", ended.err);
    }
    assert!(!place.path("new").exists());
    assert_eq!((place.names(), place.text("reviews.jsonl"), place.text("run.json")), before);
}

#[test]
fn an_output_folder_inside_the_input_is_not_read() {
    let place = Place::with(&[("films.csv", FILMS)]);
    for _ in 0..2 {
        place.analyze(".", &["--format", "csv,json,jsonl", "--sentences"], 0);
        assert_eq!(place.json("run.json")["counts"]["reviews"], 3);
    }
    let lines = place.lines("reviews.jsonl");
    assert!(lines.iter().all(|line| line["origin"]["path"].as_str().unwrap().ends_with("films.csv")));
}

#[test]
fn missing_parents_are_made() {
    let place = Place::with(&[("films.csv", FILMS)]);
    let ended = place.run(&["analyze", "films.csv", "--output", "a/b/c", "--quiet"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(place.path("a/b/c/run.json").is_file());
}
