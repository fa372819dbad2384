//! Help, schema, completions, the summary.

use std::process::{Command, Stdio};

use critique::report::SCHEMA;

use crate::{FILMS, Place};

fn nowhere() -> Place {
    Place::with::<&str, &str>(&[])
}

#[test]
fn help_tells_the_exit_codes() {
    for args in [&["--help"][..], &["analyze", "--help"]] {
        let ended = nowhere().run(args);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
        assert!(ended.out.contains("Exit codes:"), "{}", ended.out);
    }
    let ended = nowhere().run(&["--version"]);
    assert_eq!(ended.out, format!("critique {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(nowhere().run(&[]).code, 2);
}

#[test]
fn schema_prints_the_schema() {
    let ended = nowhere().run(&["schema"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, SCHEMA));
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = nowhere().run(&["completions", shell]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(ended.out.contains("text-column"), "{shell}");
    }
    assert_eq!(nowhere().run(&["completions", "abacus"]).code, 2);
}

#[test]
fn the_summary_is_on_standard_output() {
    let place = Place::with(&[("films.csv", FILMS.to_owned() + "empty,,,,,,\n")]);
    let ended = place.run(&["analyze", "films.csv", "--output", "out"]);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    for part in
        ["3 reviews read, 1 row rejected", "reviews/s", "Mean tone", "very negative", "█", "Report in out"]
    {
        assert!(ended.out.contains(part), "{part}: {}", ended.out);
    }
    let line = |start: &str| ended.out.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
    assert!(line("Most positive").ends_with("lamp-bly · The Lamp · Ann Bly"), "{}", ended.out);
    assert!(line("Most negative").ends_with("lamp-cole · The Lamp · Ian Cole"), "{}", ended.out);
    assert!(line("Most named").contains("Zoë Orr"), "{}", ended.out);
}

#[test]
fn quiet_says_nothing() {
    let place = Place::with(&[("films.csv", FILMS)]);
    let ended = place.run(&["analyze", "films.csv", "--output", "out", "--quiet"]);
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::with(&[("films.csv", FILMS)]);
    for args in
        [&["schema"][..], &["completions", "bash"], &["--help"], &["analyze", "films.csv", "--output", "out"]]
    {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("critique"))
            .current_dir(place.dir.path())
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(output.stderr.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
