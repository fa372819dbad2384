//! Exit codes and what is said with them.

use crate::{FILMS, Place};

/// Runs, expects exit code 2 and one line on standard error, and gives that line.
fn refused(place: &Place, args: &[&str]) -> String {
    let ended = place.run(args);
    assert_eq!(ended.code, 2, "{args:?}: {}", ended.err);
    assert!(ended.out.is_empty(), "{}", ended.out);
    assert!(ended.err.starts_with("critique: ") && ended.err.ends_with('\n'), "{}", ended.err);
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    ended.err
}

#[test]
fn zero_when_all_was_read() {
    let place = Place::with(&[("films.csv", FILMS)]);
    place.analyze("films.csv", &[], 0);
    assert_eq!(place.text("rejects.jsonl"), "");
    assert_eq!(place.json("run.json")["counts"]["reviews"], 3);
}

#[test]
fn one_when_rows_were_rejected_and_each_is_named() {
    let lines = concat!(
        r#"{"id": "a", "text": "A fine film."}"#,
        "\n{broken\n",
        r#"{"id": "c", "text": "   "}"#,
        "\n",
        r#"{"id": "d", "text": "A poor film."}"#,
        "\n"
    );
    let place = Place::with(&[("in/films.jsonl", lines)]);
    place.analyze("in", &[], 1);
    let rejects = place.lines("rejects.jsonl");
    let told: Vec<_> =
        rejects.iter().map(|reject| (reject["path"].as_str(), reject["row"].as_u64())).collect();
    assert_eq!(told, [(Some("in/films.jsonl"), Some(2)), (Some("in/films.jsonl"), Some(3))]);
    assert!(rejects.iter().all(|reject| reject["reason"].as_str().is_some_and(|reason| reason.len() > 5)));
    assert_eq!(crate::texts(&place.lines("reviews.jsonl"), "id"), ["a", "d"]);
    let counts = &place.json("run.json")["counts"];
    assert_eq!((&counts["reviews"], &counts["rejects"]), (&2.into(), &2.into()));
}

#[test]
fn two_when_an_input_is_missing_or_unknown() {
    let place = Place::with(&[("films.pdf", "x")]);
    assert!(refused(&place, &["analyze", "gone.csv", "--output", "out"]).contains("gone.csv"));
    assert!(refused(&place, &["analyze", "films.pdf", "--output", "out"]).contains(".jsonl"));
    assert!(!place.path("out").exists());
}

#[test]
fn two_when_a_column_is_missing_and_the_line_names_columns_and_flag() {
    let place = Place::with(&[("a.csv", "plot,verdict\nlong,good\n")]);
    let line = refused(&place, &["analyze", "a.csv", "--output", "out"]);
    assert!(["plot", "verdict", "--text-column"].iter().all(|word| line.contains(word)), "{line}");
    let line = refused(&place, &["analyze", "a.csv", "--output", "out", "--text-column", "plto"]);
    assert!(["plot", "verdict", "--text-column", "plto"].iter().all(|word| line.contains(word)), "{line}");
    assert!(!place.path("out").exists());
    place.analyze("a.csv", &["--text-column", "verdict"], 0);
}

#[test]
fn two_when_a_flag_is_wrong() {
    let place = Place::with(&[("films.csv", FILMS)]);
    for (args, word) in [
        (&["analyze", "films.csv"][..], "--output"),
        (&["analyze", "--output", "out"], "INPUT"),
        (&["analyze", "films.csv", "--output", "out", "--format", "xlsx"], "jsonl"),
        (&["analyze", "films.csv", "--output", "out", "--jobs", "0"], "--jobs"),
        (&["analyze", "films.csv", "--output", "out", "--limit", "few"], "--limit"),
        (&["analyze", "films.csv", "--output", "out", "--engine", "steam"], "embedded"),
        (&["analyze", "films.csv", "--output", "out", "--fromat", "csv"], "--format"),
        (&["analyse"], "analyze"),
    ] {
        let line = refused(&place, args);
        assert!(line.contains(word), "{args:?}: {line}");
    }
    assert!(!place.path("out").exists());
}

#[test]
fn two_when_the_model_is_not_one() {
    let place = Place::with(&[("films.csv", FILMS), ("model/config.json", "{}")]);
    for dir in ["gone", "model"] {
        let line = refused(&place, &["analyze", "films.csv", "--output", "out", "--model", dir]);
        assert!(line.contains(dir), "{line}");
    }
    assert!(!place.path("out").exists());
}

#[test]
fn two_when_the_output_folder_cannot_be_used() {
    let place = Place::with(&[("films.csv", FILMS), ("file", ""), ("mine/reviews.csv", FILMS)]);
    for output in ["file", "file/out", "mine"] {
        let line = refused(&place, &["analyze", "films.csv", "--output", output]);
        assert!(line.contains(output), "{line}");
    }
    assert_eq!(std::fs::read_to_string(place.path("mine/reviews.csv")).unwrap(), FILMS);
}

#[test]
fn two_rather_than_replacing_the_input() {
    let place = Place::with(&[("in/reviews.csv", FILMS)]);
    for input in ["in", "in/reviews.csv", "in/../in"] {
        let line = refused(&place, &["analyze", input, "--output", "in"]);
        assert!(line.contains("--output"), "{line}");
    }
    assert_eq!(crate::names(&place.path("in")), ["reviews.csv"]);
}
