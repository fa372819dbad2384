//! `critique report`: what the file is, whoever looks at it. `tests/browser` looks at it in a browser.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{FILMS, Place};

fn line(id: usize, film: &str, critic: &str, text: &str) -> String {
    let score = (id % 19) as f64 / 9.0 - 1.0;
    json!({"id": id, "film": film, "critic": critic, "text": text, "words": text.split(' ').count(), "tone": {"score": score}}).to_string()
}

/// What stands in a script element of this id.
fn block<'a>(html: &'a str, id: &str) -> &'a str {
    let begin = html.find(&format!(" id=\"{id}\">")).unwrap() + id.len() + 7;
    &html[begin..begin + html[begin..].find("</script>").unwrap()]
}

fn unpacked(html: &str, id: &str) -> Value {
    let bytes = STANDARD.decode(block(html, id)).unwrap();
    serde_json::from_reader(flate2::read::DeflateDecoder::new(&*bytes)).unwrap()
}

#[test]
fn analyze_then_report_gives_one_page() {
    let place = Place::with(&[("films.csv", FILMS)]);
    assert_eq!(place.run(&["analyze", "films.csv", "--output", "out", "--quiet"]).code, 0);
    let ended = place.run(&["report", "out"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(
        ended.out.starts_with("3 reviews in report.html (") && ended.out.lines().count() == 1,
        "{}",
        ended.out
    );
    let html = fs::read_to_string(place.path("report.html")).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    let texts = unpacked(&html, "texts");
    assert_eq!(texts.as_array().unwrap().len(), 3);
    let rows = unpacked(&html, "rows");
    assert_eq!(rows["id"], json!(["lamp-bly", "lamp-cole", "heron-bly"]));
    let figures: Value = serde_json::from_str(block(&html, "figures")).unwrap();
    assert_eq!((&figures["totals"]["reviews"], &figures["totals"]["films"]), (&json!(3), &json!(2)));
    // The same folder gives the same bytes, and --quiet says nothing.
    let again = place.run(&["report", "out", "--output", "pages/again.html", "--quiet"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(place.path("pages/again.html")).unwrap(), html);
    // Nothing is left of the writing.
    assert_eq!(fs::read_dir(place.path("pages")).unwrap().count(), 1);
}

#[test]
fn the_policy_names_what_may_run_and_nothing_else() {
    let text = "</script><script>alert(1)</script><!-- \u{2028} <img src=x onerror=alert(1)>";
    let place = Place::with(&[("reviews.jsonl", line(1, text, text, text))]);
    assert_eq!(place.run(&["report", "reviews.jsonl", "--title", text, "--quiet"]).code, 0);
    let html = fs::read_to_string(place.path("report.html")).unwrap();
    let policy =
        html.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    // Each piece of code, up to the end of its element, is what was hashed.
    for begin in ["<style>", "<script>", "<script type=\"module\">"] {
        let rest = html.split_once(begin).unwrap().1;
        let end = if begin == "<style>" { "</style>" } else { "</script>" };
        let hash = STANDARD.encode(Sha256::digest(rest.split_once(end).unwrap().0));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{begin}");
    }
    // Two scripts that run and three that hold data; no address, no event handler, no markup of the review.
    assert_eq!((html.matches("<script").count(), html.matches("</script>").count()), (5, 5));
    assert!(!html.contains("<img") && !html.contains("alert(1)</script>"));
    assert!(!block(&html, "figures").contains(['<', '\u{2028}']));
    assert!(!html.contains(" src=\"") && !html.contains("@import") && !html.contains("url("));
    assert_eq!(unpacked(&html, "texts")[0]["t"], text);
}

#[test]
fn ten_thousand_reviews_stay_under_three_megabytes() {
    let mut random = fastrand::Rng::with_seed(11);
    let words: Vec<String> =
        (0..5_000).map(|_| (0..random.usize(3..10)).map(|_| random.lowercase()).collect()).collect();
    let lines: Vec<String> = (0..10_001)
        .map(|id| {
            let text: Vec<&str> = (0..230).map(|_| words[random.usize(0..words.len())].as_str()).collect();
            line(id, &format!("Film {}", id % 700), &format!("Critic {}", id % 130), &text.join(" "))
        })
        .collect();
    let place = Place::with(&[("whole.jsonl", lines[..10_000].join("\n")), ("more.jsonl", lines.join("\n"))]);
    let ended = place.run(&["report", "whole.jsonl", "--output", "whole.html"]);
    assert!(
        ended.out.starts_with("10000 reviews in whole.html") && !ended.out.contains("sample"),
        "{}",
        ended.out
    );
    let html = fs::read_to_string(place.path("whole.html")).unwrap();
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    let (rows, texts) = (unpacked(&html, "rows"), unpacked(&html, "texts"));
    assert_eq!(rows["id"].as_array().unwrap().len(), 10_000);
    let kept = texts.as_array().unwrap().len();
    assert!((1_000..10_000).contains(&kept), "{kept} texts");
    // Every film has a text before any has many.
    let films = |row: &usize| rows["film"][*row].as_u64().unwrap();
    let with_text: Vec<u64> =
        (0..10_000).filter(|row| rows["text"][*row] != -1).map(|row| films(&row)).collect();
    assert_eq!(with_text.iter().collect::<std::collections::HashSet<_>>().len(), 700);

    let ended = place.run(&["report", "more.jsonl"]);
    assert!(ended.out.contains("random sample of 10000"), "{}", ended.out);
    let html = fs::read_to_string(place.path("report.html")).unwrap();
    let figures: Value = serde_json::from_str(block(&html, "figures")).unwrap();
    assert_eq!((&figures["totals"]["reviews"], &figures["rows"]), (&json!(10_001), &json!(10_000)));
}

#[test]
fn what_cannot_be_done_is_told_on_one_line() {
    let place = Place::with(&[
        ("empty/reviews.jsonl", ""),
        ("bad.jsonl", "no\n"),
        ("good.jsonl", &line(1, "A", "B", "C")),
    ]);
    for (args, told) in [
        (vec!["report", "none"], "none: "),
        (vec!["report", "empty"], "no reviews in empty; give a folder"),
        (vec!["report", "bad.jsonl"], "no line is a review"),
        (vec!["report", "good.jsonl", "--output", "empty"], "give --output a file"),
        (vec!["report"], "<DIR>"),
    ] {
        let ended = place.run(&args);
        assert_eq!(
            (ended.code, ended.out.as_str(), ended.err.lines().count()),
            (2, "", 1),
            "{args:?}: {}",
            ended.err
        );
        assert!(ended.err.contains(told), "{args:?}: {}", ended.err);
    }
    // An unwritable page leaves nothing behind; a line that cannot be used is told and passed over.
    place.write("some.jsonl", format!("{}\nno\n", line(1, "A", "B", "C")));
    let ended = place.run(&["report", "some.jsonl", "--quiet"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert!(ended.err.contains("1 line passed over"), "{}", ended.err);
}
