//! A report depends on its input alone.

use serde_json::Value;

use crate::{Place, crowd, texts};

const EVERYTHING: [&str; 2] = ["--format", "csv,json,jsonl"];

/// `run.json` without what differs from run to run.
fn lasting(mut run: Value) -> Value {
    let keys = run.as_object_mut().unwrap();
    assert!(keys.remove("started").is_some() && keys.remove("timings").is_some());
    run
}

#[test]
fn the_number_of_jobs_changes_no_byte() {
    let place = Place::with(&[("crowd.csv", crowd(120))]);
    let mut reports = Vec::new();
    for jobs in ["1", "2", "3"] {
        place.analyze("crowd.csv", &[&EVERYTHING[..], &["--sentences", "--jobs", jobs]].concat(), 1);
        let mut names = place.names();
        names.retain(|name| name != "run.json");
        let files: Vec<_> = names.into_iter().map(|name| (place.text(&name), name)).collect();
        assert_eq!(files.len(), 10);
        reports.push((files, lasting(place.json("run.json"))));
    }
    assert!(reports[0] == reports[1], "one job and two differ");
    assert!(reports[0] == reports[2], "one job and three differ");
}

#[test]
fn reviews_keep_the_order_of_the_input() {
    let place = Place::with(&[("crowd.csv", crowd(120))]);
    place.analyze("crowd.csv", &["--jobs", "2"], 1);
    let expected: Vec<_> = (0..120).filter(|row| row % 5 != 4).map(|row| format!("r{row}")).collect();
    assert_eq!(texts(&place.lines("reviews.jsonl"), "id"), expected);
    assert_eq!(place.column("reviews.csv", "id"), expected);
    let rejected: Vec<_> =
        place.lines("rejects.jsonl").iter().map(|line| line["row"].as_u64().unwrap()).collect();
    assert_eq!(rejected, (1..=24).map(|fifth| fifth * 5).collect::<Vec<_>>());
}

#[test]
fn a_review_does_not_depend_on_its_neighbours() {
    let table = crowd(40);
    let (header, rows) = table.split_once('\n').unwrap();
    let rows: Vec<_> = rows.lines().collect();
    let reversed: Vec<_> = rows.iter().rev().copied().collect();
    let place = Place::with(&[
        ("crowd.csv", format!("{header}\n{}\n", rows.join("\n"))),
        ("reversed.csv", format!("{header}\n{}\n", reversed.join("\n"))),
        ("alone.csv", format!("{header}\n{}\n", rows[13])),
    ]);
    let read = |input: &str, code| {
        place.analyze(input, &[], code);
        let mut lines = place.lines("reviews.jsonl");
        for line in &mut lines {
            line.as_object_mut().unwrap().remove("origin");
        }
        lines
    };
    let (crowd, mut reversed, alone) = (read("crowd.csv", 1), read("reversed.csv", 1), read("alone.csv", 0));
    reversed.reverse();
    assert_eq!(crowd, reversed);
    assert_eq!(crowd.iter().find(|line| line["id"] == "r13"), alone.first());
}
