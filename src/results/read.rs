//! Lines of a file, parsed in parallel and handed on in order.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;

use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::sources::{ResultsError, Source, Sources};

/// Bytes read at a time: enough lines to keep all cores busy, little enough to be held.
const BLOCK: usize = 8 << 20;

/// Longest line: above what a review of the largest row can come to.
const LONGEST: usize = 1 << 30;

/// Lines that could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    /// How many.
    pub lines: u64,
    /// File, line and what is wrong with it, of the first one.
    pub first: Option<String>,
}

impl Sources {
    /// Hands every line to `sink` with the index of its source, in the order of the files.
    ///
    /// # Errors
    /// A file that cannot be read, or that has lines but none that can be used.
    pub fn read<L: DeserializeOwned + Send>(
        &self,
        mut sink: impl FnMut(usize, L),
    ) -> Result<Skipped, ResultsError> {
        let mut skipped = Skipped::default();
        for (index, source) in self.all().iter().enumerate() {
            let here = lines(source, parse, |line| {
                sink(index, line);
                ControlFlow::Continue(())
            })?;
            skipped.lines += here.lines;
            skipped.first = skipped.first.or(here.first);
        }
        Ok(skipped)
    }
}

/// What a line was parsed to; none where there is nothing in it.
pub(super) type Parsed<T> = Option<Result<T, serde_json::Error>>;

/// Parses the lines of a file in parallel and hands them to `sink` in order, until it has enough.
pub(super) fn lines<T: Send>(
    source: &Source,
    parse: impl Fn(&[u8]) -> Parsed<T> + Sync,
    mut sink: impl FnMut(T) -> ControlFlow<()>,
) -> Result<Skipped, ResultsError> {
    let shown = || source.path.display().to_string();
    let unreadable = |error| ResultsError::Unreadable { path: shown(), source: error };
    let mut blocks = Blocks::new(File::open(&source.path).map_err(unreadable)?);
    let mut skipped = Skipped::default();
    let (mut used, mut number) = (0_u64, 0_u64);
    while let Some(block) = blocks.next().map_err(|fault| match fault {
        Fault::Read(error) => unreadable(error),
        Fault::TooLong => ResultsError::TooLong(shown()),
    })? {
        let rows: Vec<&[u8]> = block.split(|&byte| byte == b'\n').collect();
        let parsed: Vec<Parsed<T>> = rows.par_iter().map(|row| parse(row)).collect();
        for row in parsed {
            number += 1;
            match row {
                Some(Ok(row)) => {
                    used += 1;
                    if sink(row).is_break() {
                        return Ok(skipped);
                    }
                }
                Some(Err(error)) => {
                    skipped.lines += 1;
                    skipped
                        .first
                        .get_or_insert_with(|| format!("{} line {number}: {}", shown(), told(&error)));
                }
                None => {}
            }
        }
    }
    match skipped.first {
        Some(first) if used == 0 => Err(ResultsError::NoLine { path: shown(), first }),
        _ => Ok(skipped),
    }
}

/// The review of a line; none where there is only white space or the bracket of an array. The lines of
/// `reviews.json` are those of `reviews.jsonl` with commas between them.
pub(super) fn parse<L: DeserializeOwned>(line: &[u8]) -> Parsed<L> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii();
    let line = line.strip_suffix(b",").unwrap_or(line);
    (!matches!(line, b"" | b"[" | b"]" | b"[]")).then(|| serde_json::from_slice(line))
}

/// What is wrong with a line, without the place in a file that the parser never saw.
fn told(error: &serde_json::Error) -> String {
    let told = error.to_string();
    match told.rfind(" at line ") {
        Some(place) => told[..place].to_owned(),
        None => told,
    }
}

enum Fault {
    Read(io::Error),
    TooLong,
}

/// Cuts a file into blocks of whole lines.
struct Blocks<R> {
    file: R,
    bytes: Vec<u8>,
    /// Bytes of the block that was handed out last.
    given: usize,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    fn new(file: R) -> Self {
        Self { file, bytes: Vec::new(), given: 0, ended: false }
    }

    /// The next lines, without the line feed of the last; none at the end of the file.
    fn next(&mut self) -> Result<Option<&[u8]>, Fault> {
        self.bytes.drain(..self.given);
        self.given = 0;
        let mut searched = 0;
        while !self.ended {
            let feed = self.bytes[searched..].iter().rposition(|&byte| byte == b'\n');
            if let (Some(place), true) = (feed, self.bytes.len() >= BLOCK) {
                let end = searched + place;
                self.given = end + 1;
                return Ok(Some(&self.bytes[..end]));
            }
            // A block without an end of line grows until it has one.
            searched = if feed.is_none() && self.bytes.len() >= BLOCK { self.bytes.len() } else { searched };
            if self.bytes.len() > LONGEST {
                return Err(Fault::TooLong);
            }
            let read =
                (&mut self.file).take(BLOCK as u64).read_to_end(&mut self.bytes).map_err(Fault::Read)?;
            self.ended = read == 0;
        }
        self.given = self.bytes.len();
        Ok((self.given > 0).then_some(&self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde::Deserialize;

    use super::super::open;
    use super::*;

    #[derive(Deserialize)]
    struct Id {
        id: String,
    }

    fn ids(bytes: &[u8]) -> (Vec<String>, Result<Skipped, ResultsError>) {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("reviews.jsonl"), bytes).unwrap();
        let mut ids = Vec::new();
        let sources = open(&[dir.path().to_owned()]).unwrap();
        let skipped = sources.read(|_, line: Id| ids.push(line.id));
        (ids, skipped)
    }

    #[test]
    fn lines_come_in_order_and_bad_ones_are_counted() {
        let (read, skipped) =
            ids(b"{\"id\":\"a\"}\n\n{\"id\":\n{\"id\":\"b\"}\r\n{\"no\":1}\n{\"id\":\"c\"}");
        assert_eq!(read, ["a", "b", "c"]);
        let skipped = skipped.unwrap();
        assert_eq!(skipped.lines, 2);
        assert!(skipped.first.unwrap().contains("reviews.jsonl line 3: EOF"));
    }

    #[test]
    fn a_file_without_a_line_that_can_be_used_is_an_error() {
        assert!(matches!(ids(b"text\n").1, Err(ResultsError::NoLine { .. })));
        assert_eq!(ids(b"\n").1.unwrap(), Skipped::default());
        assert_eq!(ids(b"").1.unwrap(), Skipped::default());
    }

    #[test]
    fn an_array_is_read_by_its_lines() {
        assert_eq!(ids(b"[\n{\"id\":\"a\"},\n{\"id\":\"b\"}\n]\n").0, ["a", "b"]);
        assert_eq!(ids(b"[]\n").0, Vec::<String>::new());
    }

    #[test]
    fn blocks_are_whole_lines_of_any_length() {
        let long = "x".repeat(3 * BLOCK);
        let text: String = (0..200_000).map(|id| format!("{{\"id\":\"{id}\"}}\n")).collect();
        let text = format!("{{\"id\":\"{long}\"}}\n{text}{{\"id\":\"{long}\"}}");
        let (read, skipped) = ids(text.as_bytes());
        assert_eq!(skipped.unwrap(), Skipped::default());
        assert_eq!((read.len(), &read[0], &read[200_001]), (200_002, &long, &long));
        assert!(read[1..200_001].iter().enumerate().all(|(index, id)| *id == index.to_string()));
    }

    #[test]
    fn a_path_that_is_no_report_names_the_fix() {
        let dir = tempfile::tempdir().unwrap();
        let fault = |path: &std::path::Path| open(&[path.to_owned()]).unwrap_err().to_string();
        assert!(fault(dir.path()).contains("run critique analyze"));
        assert!(fault(&dir.path().join("none")).contains("give a folder"));
    }
}
