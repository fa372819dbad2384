//! One review by its id.

use std::ops::ControlFlow;

use serde::Deserialize;

use super::line::{Line, text};
use super::read::{Parsed, lines, parse};
use super::sources::{ResultsError, Sources};

/// Ids offered in place of one that is not there.
const OFFERED: usize = 3;

#[derive(Deserialize)]
struct Id {
    #[serde(deserialize_with = "text")]
    id: String,
}

/// What became of the search for an id.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The first review with it.
    Line(Box<Line>),
    /// There is none; the first few ids that hold what was asked for, or that it holds.
    Near(Vec<String>),
}

impl Sources {
    /// Looks for the review with an id.
    ///
    /// # Errors
    /// A file that cannot be read, or the review's line where it is broken.
    pub fn find(&self, id: &str) -> Result<Found, ResultsError> {
        let wanted = id.to_lowercase();
        let mut found = None;
        let mut near = Vec::new();
        for source in self.all() {
            lines(
                source,
                |line| candidate(line, id),
                |candidate| match candidate {
                    Candidate::Line(line) => {
                        found = Some(line);
                        ControlFlow::Break(())
                    }
                    Candidate::Other(other) => {
                        let lower = other.to_lowercase();
                        if near.len() < OFFERED && (lower.contains(&wanted) || wanted.contains(&lower)) {
                            near.push(other);
                        }
                        ControlFlow::Continue(())
                    }
                },
            )?;
            if let Some(line) = found {
                return Ok(Found::Line(line));
            }
        }
        Ok(Found::Near(near))
    }
}

enum Candidate {
    Line(Box<Line>),
    Other(String),
}

/// The line if it is the one; otherwise its id alone, which is parsed much faster.
fn candidate(line: &[u8], id: &str) -> Parsed<Candidate> {
    parse::<Id>(line)?.map_or_else(
        |error| Some(Err(error)),
        |other| {
            if other.id == id {
                parse(line).map(|line| line.map(|line| Candidate::Line(Box::new(line))))
            } else {
                Some(Ok(Candidate::Other(other.id)))
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::open;
    use super::*;

    #[test]
    fn the_line_of_an_id_or_ids_like_it() {
        let dir = tempfile::tempdir().unwrap();
        let line =
            |id: &str| format!("{{\"id\":{id},\"film\":null,\"critic\":null,\"tone\":{{\"score\":0}}}}\n");
        let text = [line("\"heat-bly\""), line("7"), "broken\n".to_owned(), line("\"heron-bly\"")].concat();
        fs::write(dir.path().join("reviews.jsonl"), text).unwrap();
        let sources = open(&[dir.path().to_owned()]).unwrap();
        for id in ["heat-bly", "7", "heron-bly"] {
            let Found::Line(line) = sources.find(id).unwrap() else { panic!("{id}") };
            assert_eq!(line.id, id);
        }
        assert_eq!(sources.find("BLY").unwrap(), Found::Near(vec!["heat-bly".into(), "heron-bly".into()]));
        assert_eq!(sources.find("heat-bly-2").unwrap(), Found::Near(vec!["heat-bly".into()]));
        assert_eq!(sources.find("joker").unwrap(), Found::Near(vec![]));
    }
}
