//! Disks, folders, inputs and models that fail: one line, and no file with a final name.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use crate::{FILMS, Place, crowd};

/// One line on standard error and exit code 2.
fn refused(output: Output) -> String {
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.starts_with("critique: ") && told.lines().count() == 1, "{told}");
    told
}

/// A file cannot grow beyond 512 bytes times `blocks`: to a program, a disk that is full.
#[cfg(unix)]
fn on_a_small_disk(place: &Place, blocks: u32) -> Output {
    let program = assert_cmd::cargo::cargo_bin("critique");
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    Command::new("sh")
        .current_dir(place.dir.path())
        .args(["-c", &limit])
        .arg(program)
        .args([
            "analyze",
            "crowd.csv",
            "--output",
            "out",
            "--quiet",
            "--format",
            "csv,json,jsonl",
            "--resume",
        ])
        .output()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn a_full_disk_stops_a_run_that_can_go_on() {
    let place = Place::with(&[("crowd.csv", crowd(90))]);
    for blocks in [1, 8, 64] {
        let told = refused(on_a_small_disk(&place, blocks));
        assert!(told.contains("cannot write to"), "{told}");
        let left = if place.path("out").exists() { place.names() } else { Vec::new() };
        assert!(left.iter().all(|name| name.starts_with('.')), "{left:?}");
    }
    place.analyze("crowd.csv", &["--format", "csv,json,jsonl", "--resume"], 1);
    let out = place.lines("reviews.jsonl");
    fs::remove_dir_all(place.path("out")).unwrap();
    place.analyze("crowd.csv", &["--format", "csv,json,jsonl"], 1);
    assert!(out == place.lines("reviews.jsonl"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to() {
    let place = Place::with(&[("films.csv", FILMS)]);
    for output in ["/proc/critique", "/proc"] {
        let ended = place.run(&["analyze", "films.csv", "--output", output]);
        assert_eq!((ended.code, ended.err.lines().count()), (2, 1), "{}", ended.err);
        assert!(ended.err.contains(output), "{}", ended.err);
    }
}

/// Runs over `crowd.csv` and standard input, and does something to the files while the program waits for the latter.
fn meanwhile(place: &Place, act: impl FnOnce()) -> Output {
    let mut run = Command::new(assert_cmd::cargo::cargo_bin("critique"))
        .current_dir(place.dir.path())
        .args(["analyze", "-", "crowd.csv", "--output", "out", "--quiet"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The files have been found by the time that the folder is claimed.
    while !place.path("out/.run.json.partial").exists() {
        assert!(run.try_wait().unwrap().is_none());
        thread::sleep(Duration::from_millis(10));
    }
    act();
    drop(run.stdin.take());
    run.wait_with_output().unwrap()
}

#[test]
fn an_input_that_changes_while_it_is_read_ends_the_run() {
    let place = Place::with(&[("crowd.csv", crowd(9))]);
    let told = refused(meanwhile(&place, || place.write("crowd.csv", crowd(10))));
    assert!(told.contains("crowd.csv") && told.contains("changed"), "{told}");
    assert!(!place.path("out/reviews.csv").exists());
}

#[test]
fn an_input_that_vanishes_is_rejected() {
    let place = Place::with(&[("crowd.csv", crowd(9))]);
    let output = meanwhile(&place, || fs::remove_file(place.path("crowd.csv")).unwrap());
    assert_eq!(output.status.code(), Some(1));
    let rejects = place.lines("rejects.jsonl");
    let reject = rejects.iter().find(|reject| reject["path"] == "crowd.csv").unwrap();
    assert!(reject["reason"].as_str().unwrap().starts_with("cannot be opened"), "{reject}");
    assert_eq!(place.text("reviews.jsonl"), "");
}

#[test]
fn a_model_that_is_cut_short_or_altered_is_refused() {
    let place = Place::with(&[("films.csv", FILMS)]);
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    let copy = |name: &str| fs::read(format!("{shipped}/{name}")).unwrap();
    for name in ["config.json", "tokenizer.json", "SHA256SUMS", "model.safetensors"] {
        place.write(&format!("model/{name}"), copy(name));
    }
    place.analyze("films.csv", &["--model", "model"], 0);
    fs::remove_dir_all(place.path("out")).unwrap();
    let weights = copy("model.safetensors");
    let mut altered = weights.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    for (weights, sums) in [(&altered[..], true), (&weights[..middle], true), (&weights[..middle], false)] {
        place.write("model/model.safetensors", weights);
        if !sums {
            fs::remove_file(place.path("model/SHA256SUMS")).unwrap();
        }
        let ended = place.run(&["analyze", "films.csv", "--output", "out", "--model", "model"]);
        assert_eq!((ended.code, ended.err.lines().count()), (2, 1), "{}", ended.err);
        assert!(ended.err.contains("model"), "{}", ended.err);
        assert!(!place.path("out").exists());
    }
}

#[test]
fn reviews_beyond_the_bounds_are_rejected_each_with_its_reason() {
    let words = "A fine film, and so on. ".repeat(12_000);
    let tokens = format!("{}. ", "qzxv".repeat(20)).repeat(3000);
    let bytes = "x".repeat((2 << 20) + 1);
    let line = "y".repeat(17 << 20);
    let fine = "A fine film.";
    let rows = [&words, &tokens, &bytes, &line, fine];
    let lines: String = rows.map(|text| format!("{}\n", serde_json::json!({ "text": text }))).concat();
    let place = Place::with(&[("rows.jsonl", lines)]);
    place.analyze("rows.jsonl", &[], 1);
    let rejects = place.lines("rejects.jsonl");
    let told: Vec<_> = rejects.iter().map(|reject| reject["reason"].as_str().unwrap()).collect();
    let long = "longer than 81920 tokens, some 60,000 words; cut it into parts";
    assert_eq!(told, [long, long, "larger than 2 MiB", "larger than 16 MiB"]);
    assert_eq!(crate::texts(&place.lines("reviews.jsonl"), "text"), [fine]);
}
