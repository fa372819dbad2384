//! What keeps a run from starting.

use super::fields::clip;

/// An input that cannot be read as asked; unlike a [`super::Reject`] it ends the run.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// No such file or folder, or no leave to look into it.
    #[error("{path}: {source}")]
    Unreadable {
        /// As the user named it.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file named by the user whose ending is not known.
    #[error(
        "{path}: unknown ending; known are .csv .tsv .json .jsonl .ndjson .txt .md, \
         each also with .gz or .zst, and .parquet; use - to read standard input"
    )]
    UnknownEnding {
        /// As the user named it.
        path: String,
    },
    /// A sidecar named as if it were a review.
    #[error(
        "{path}: a .meta.json file describes the text file beside it and is no input; name the text file"
    )]
    Sidecar {
        /// As the user named it.
        path: String,
    },
    /// A folder without a single file to read.
    #[error(
        "{path}: no file to read in this folder (.csv .tsv .json .jsonl .ndjson .txt .md, also .gz .zst; .parquet)"
    )]
    EmptyFolder {
        /// As the user named it.
        path: String,
    },
    /// Rows without a column that is known to hold the text.
    #[error("{path}: no text column; the columns are: {}; name it with --text-column NAME", list(.columns))]
    NoTextColumn {
        /// The file.
        path: String,
        /// Column names, or the keys of the first JSON object.
        columns: Vec<String>,
    },
    /// A file that was written to between the start of the run and its last row.
    #[error("{path}: changed while it was read; start again when it is at rest")]
    Changed {
        /// The file.
        path: String,
    },
    /// A column named by a flag that is not there.
    #[error("{path}: no column \"{}\" for {flag}; the columns are: {}", clip(.name, 60), list(.columns))]
    NoSuchColumn {
        /// The file.
        path: String,
        /// `--film-column` and the like.
        flag: &'static str,
        /// The name given with it.
        name: String,
        /// Column names, or the keys of the first JSON object.
        columns: Vec<String>,
    },
}

/// Names on one line, even where a file without a header offers its first row as names.
fn list(columns: &[String]) -> String {
    const SHOWN: usize = 30;
    let mut names: Vec<String> = columns.iter().take(SHOWN).map(|c| clip(c.trim(), 40)).collect();
    match columns.len() {
        0 => return "none".into(),
        n if n > SHOWN => names.push(format!("and {} more", n - SHOWN)),
        _ => {}
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(list(&[]), "none");
        assert_eq!(list(&["a".into(), " b\nc ".into()]), "a, b c");
        let many: Vec<String> = (0..32).map(|i| i.to_string()).collect();
        assert!(list(&many).ends_with("29, and 2 more"));
        assert!(list(&["x".repeat(500)]).chars().count() <= 41);
    }
}
