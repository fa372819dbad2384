//! What is kept of every review until the end of a run: on disk, for there may be millions.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};

use serde::{Deserialize, Serialize};

/// One review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    pub review: String,
    pub film: Option<String>,
    pub critic: Option<String>,
    pub phrases: Vec<Spoken>,
}

/// A keyphrase of a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Spoken {
    pub text: String,
    pub stems: String,
    /// 0 to 1: its score among the review's keyphrases.
    pub score: f64,
    /// −1 to 1: tone of its most telling sentence.
    pub tone: f64,
}

/// Rows in a file that can be read and written.
#[derive(Debug)]
pub(super) struct Spill(BufWriter<File>);

impl Spill {
    /// Goes on at the file's position; all before it are rows.
    pub(super) fn new(file: File) -> Self {
        Self(BufWriter::new(file))
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    pub(super) fn write(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, row)?;
        self.0.write_all(b"\n")
    }

    /// All rows, in the order in which they were written.
    pub(super) fn rows(&mut self) -> io::Result<impl Iterator<Item = io::Result<Row>>> {
        self.0.flush()?;
        let file = self.0.get_mut();
        file.rewind()?;
        Ok(BufReader::new(file).lines().map(|line| Ok(serde_json::from_str(&line?)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_often_as_asked_for() {
        let mut spill = Spill::new(tempfile::tempfile().unwrap());
        let spoken = Spoken { text: "a\n\"b\" é".into(), stems: "b".into(), score: 0.5, tone: -0.25 };
        let row = |review: &str| Row {
            review: review.into(),
            film: None,
            critic: None,
            phrases: vec![spoken.clone()],
        };
        spill.write(&row("r1")).unwrap();
        spill.write(&row("r2")).unwrap();
        for _ in 0..2 {
            let rows: Vec<_> = spill.rows().unwrap().map(Result::unwrap).collect();
            assert_eq!(rows, [row("r1"), row("r2")]);
        }
    }
}
