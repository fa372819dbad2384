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
