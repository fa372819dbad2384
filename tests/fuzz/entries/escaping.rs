//! Tables for spreadsheets: no cell of a text is a formula, and all of it comes back.

use critique::analysis::{Analysis, Entity, Keyphrase, Mention, Quote};
use critique::corpus::Origin;
use critique::pipeline::{Analyzed, Outcome};
use critique::report::{Ledger, Opened, Options, cell};

use super::{Place, lines, made};

pub fn run(bytes: &[u8]) {
    let texts = lines(bytes);
    for text in &texts {
        assert!(!is_formula(&cell(text)), "{text:?}");
        assert_eq!(restored(&cell(text), text), kept(text));
    }
    let text = |place: usize| texts.get(place % texts.len()).cloned().unwrap_or_default();
    let mut review = made::review(text(0));
    review.id = text(1);
    (review.critic, review.outlet) = (Some(text(2)), Some(text(3)));
    (review.date, review.rating) = (Some(text(4)), Some(text(5)));
    review.origin = Origin { path: text(6), row: 1 };
    let quote = Quote { start: 0, end: 1, text: text(7) };
    let mut analysis = Analysis::default();
    analysis.tone.score = -0.5;
    analysis.quotes.positive = Some(quote);
    analysis.entities.push(Entity {
        text: text(8),
        kind: "PERSON".into(),
        role: None,
        count: 1,
        salience: 0.5,
        tone: Some(-0.25),
        mentions: vec![Mention { start: 0, end: 1, text: text(8) }],
    });
    analysis.keyphrases.push(Keyphrase {
        text: text(9),
        score: 0.5,
        count: 1,
        stems: text(9),
        vector: Vec::new(),
        sentence: 0,
    });
    let place = Place::new();
    let out = place.path().join("out");
    let options = Options { csv: true, json: false, jsonl: false, sentences: false, text: true };
    let Ok(Opened::Run(mut ledger)) = Ledger::open(&out, &options, made::header(), false) else {
        panic!("an empty folder can be written to")
    };
    let (critic, person) = (text(2), text(8));
    ledger.take(Outcome::Review(review, Analyzed { analysis, tokens: 1 })).expect("a row");
    ledger.finish(1).expect("a report");
    for name in ["reviews.csv", "entities.csv", "keyphrases.csv", "themes.csv", "review_themes.csv"] {
        let mut table = ::csv::Reader::from_path(out.join(name)).expect("a table");
        let headers = table.headers().expect("a header").clone();
        for row in table.records() {
            let row = row.expect("a row that can be read back");
            for (header, found) in headers.iter().zip(&row) {
                assert!(found.parse::<f64>().is_ok() || !is_formula(found), "{name} {header}: {found:?}");
                match header {
                    "critic" => assert_eq!(restored(found, &critic), kept(&critic)),
                    "entity" => assert_eq!(restored(found, &person), kept(&person)),
                    _ => {}
                }
            }
        }
    }
}

fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'])
}

/// A cell without the apostrophe that it did not have before.
fn restored<'a>(cell: &'a str, text: &str) -> &'a str {
    cell.strip_prefix('\'').filter(|_| !text.starts_with('\'')).unwrap_or(cell)
}

/// A text without the control characters that no table has.
fn kept(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n')).collect()
}
