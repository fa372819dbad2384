//! The sample reviews that come with the source.

use std::collections::HashSet;
use std::path::Path;

use critique::report::SCHEMA;
use serde_json::Value;

use crate::{Place, between, texts};

#[test]
fn the_sample_corpus_is_read_whole() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let place = Place::with::<&str, &str>(&[]);
    place.analyze(corpus.to_str().unwrap(), &["--sentences"], 0);
    let lines = place.lines("reviews.jsonl");
    assert!(lines.len() >= 60, "{} reviews", lines.len());
    assert_eq!(texts(&lines, "id").into_iter().collect::<HashSet<_>>().len(), lines.len());
    assert_eq!(texts(&lines, "text").into_iter().collect::<HashSet<_>>().len(), lines.len());
    assert_eq!(texts(&lines, "film").into_iter().collect::<HashSet<_>>().len(), 12);

    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for line in &lines {
        assert!(validator.is_valid(line), "{line}");
        let text = line["text"].as_str().unwrap();
        for mention in
            line["entities"].as_array().unwrap().iter().flat_map(|one| one["mentions"].as_array().unwrap())
        {
            assert_eq!(between(text, &mention["start"], &mention["end"]), mention["text"].as_str().unwrap());
        }
    }
}

/// Floats differ a little from one kind of processor to the next, and int8 rounding can make a little more of it.
const SLACK: f64 = 0.05;

/// `tests/golden/reviews.csv` was read through by eye; a change of the model or the analysis writes it anew with
/// `critique analyze corpus --output out` and `cp out/reviews.csv tests/golden/`.
#[test]
fn the_sample_corpus_reads_as_it_did() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = Place::with::<&str, &str>(&[]);
    place.analyze(root.join("corpus").to_str().unwrap(), &[], 0);
    let rows = |table: &str| -> Vec<Vec<String>> {
        let mut rows = csv::Reader::from_reader(table.as_bytes());
        rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let golden = rows(&std::fs::read_to_string(root.join("tests/golden/reviews.csv")).unwrap());
    let now = rows(&place.text("reviews.csv"));
    assert_eq!(golden.len(), now.len());
    let mut same_names = 0;
    for (golden, now) in golden.iter().zip(&now) {
        let given = |row: &[String]| (row[..7].to_vec(), row[8..11].to_vec());
        assert_eq!(given(golden), given(now));
        for (a, b) in [11, 13, 14, 15].map(|column| (&golden[column], &now[column])) {
            let (a, b): (f64, f64) = (a.parse().unwrap(), b.parse().unwrap());
            assert!((a - b).abs() < SLACK, "{}: {a} became {b}", now[0]);
        }
        same_names += usize::from(golden[19] == now[19]);
    }
    assert!(same_names * 100 >= golden.len() * 95, "people of {same_names} reviews of {}", golden.len());
}
