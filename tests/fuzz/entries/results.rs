//! Lines of an output folder, read back and shown, whatever their offsets say.

use std::ops::ControlFlow;

use critique::explain::{Explanation, Marks};
use critique::results::{self, Line, Picked};

use super::Place;

pub fn run(bytes: &[u8]) {
    let place = Place::new();
    let path = place.write("reviews.jsonl", bytes);
    let sources = results::open(&[path]).expect("the file is there");
    let mut lines: Vec<Line> = Vec::new();
    let skipped = sources.read(|_, line| lines.push(line));
    if let Ok(skipped) = skipped {
        assert_eq!(skipped.first.is_some(), skipped.lines > 0);
    }
    let _ = sources.find("a");
    let _ = sources.pick(
        |_| false,
        |picked| match picked {
            Picked::Other(_) => ControlFlow::Continue(()),
            Picked::Line(_) => unreachable!("no id was wanted"),
        },
    );
    for line in lines {
        let length = line.text.as_deref().unwrap_or_default().chars().count();
        let explanation = Explanation::new(line);
        let mut at = 0;
        for part in explanation.parts() {
            assert!(part.range.start == at && part.range.end > at);
            at = part.range.end;
        }
        assert_eq!(at, length);
        for (width, marks) in [(0, Marks::Signs), (60, Marks::Styles)] {
            assert!(!explanation.terminal(width, marks).is_empty());
        }
        assert!(!explanation.html().is_empty() && !explanation.markdown().is_empty());
        serde_json::from_str::<serde_json::Value>(&explanation.json()).expect("JSON");
    }
}
