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
        let near_or_found = |picked| match picked {
            Picked::Line(line) => {
                found = Some(line);
                ControlFlow::Break(())
            }
            Picked::Other(other) => {
                let lower = other.to_lowercase();
                if near.len() < OFFERED && (lower.contains(&wanted) || wanted.contains(&lower)) {
                    near.push(other);
                }
                ControlFlow::Continue(())
            }
        };
        self.pick(|other| other == id, near_or_found)?;
        Ok(found.map_or(Found::Near(near), Found::Line))
    }

    /// Hands on, in the order of the files and until `sink` has enough, the lines whose ids are `wanted`, and the ids of the others, which
    /// are parsed much faster.
    ///
    /// # Errors
    /// A file that cannot be read, or that has lines but none that can be used.
    pub fn pick(
        &self,
        wanted: impl Fn(&str) -> bool + Sync,
        mut sink: impl FnMut(Picked) -> ControlFlow<()>,
    ) -> Result<(), ResultsError> {
        let mut ended = false;
        for source in self.all() {
            lines(
                source,
                |line| picked(line, &wanted),
                |picked| {
                    let flow = sink(picked);
                    ended = flow.is_break();
                    flow
                },
            )?;
            if ended {
                break;
            }
        }
        Ok(())
    }
}

/// A line that was asked for, or the id of one that was not.
#[derive(Debug, Clone, PartialEq)]
pub enum Picked {
    /// Everything of the review.
    Line(Box<Line>),
    /// Its id.
    Other(String),
}

fn picked(line: &[u8], wanted: impl Fn(&str) -> bool) -> Parsed<Picked> {
    match parse::<Id>(line)? {
        Ok(Id { id }) if wanted(&id) => parse(line).map(|line| line.map(|line| Picked::Line(Box::new(line)))),
        Ok(Id { id }) => Some(Ok(Picked::Other(id))),
        Err(error) => Some(Err(error)),
    }
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
