//! `critique explain` on what `critique analyze` wrote.

use serde_json::Value;

use crate::{Ended, FILMS, Place};

fn analyzed() -> Place {
    let place = Place::with(&[("films.csv", FILMS)]);
    place.analyze("films.csv", &[], 0);
    place
}

fn explain(place: &Place, more: &[&str]) -> Ended {
    let args = [&["explain", "out"], more].concat();
    let ended = place.run(&args);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{args:?}");
    ended
}

#[test]
fn a_review_is_shown_with_plain_marks_where_there_is_no_terminal() {
    let shown = explain(&analyzed(), &["lamp-bly"]).out;
    for part in
        ["The Lamp\nAnn Bly · The Wharf · 2024-05-01 · rated 4.5\n", "_Zoë Orr_", "What carried the verdict"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(shown.contains(" %] A ") && !shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn every_format_shows_the_same_review() {
    let place = analyzed();
    let page = explain(&place, &["lamp-cole", "--format", "html"]).out;
    assert!(page.starts_with("<!doctype html>") && page.contains("tedious bore"), "{page}");
    let markdown = explain(&place, &["lamp-cole", "--format", "md"]).out;
    assert!(markdown.starts_with("# The Lamp\n") && markdown.contains("tedious bore"), "{markdown}");
    let object: Value =
        serde_json::from_str(&explain(&place, &["lamp-cole", "--format", "json"]).out).unwrap();
    let line = place.lines("reviews.jsonl").into_iter().find(|line| line["id"] == "lamp-cole").unwrap();
    assert_eq!((&object["tone"], &object["aspects"]), (&line["tone"], &line["aspects"]));
    assert_eq!(object["sentences"].as_array().unwrap().len(), line["sentences"].as_array().unwrap().len());
}

#[test]
fn a_report_without_texts_is_explained_by_its_figures() {
    let place = Place::with(&[("films.csv", FILMS)]);
    place.analyze("films.csv", &["--no-text"], 0);
    let shown = explain(&place, &["heron-bly"]).out;
    assert!(shown.contains("--no-text") && shown.contains("sentence 1"), "{shown}");
}

#[test]
fn what_cannot_be_explained_is_told_on_one_line() {
    let place = analyzed();
    for (args, told) in [
        (["explain", "out", "lamp"], "out has no review lamp; it has lamp-bly, lamp-cole"),
        (["explain", "nowhere", "lamp"], "give a folder that critique analyze wrote"),
        (["explain", ".", "lamp"], "run critique analyze"),
    ] {
        let ended = place.run(&args);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{args:?}");
        assert!(ended.err.contains(told) && ended.err.trim().lines().count() == 1, "{}", ended.err);
    }
}
