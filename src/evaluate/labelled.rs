//! Labelled texts: JSON lines (gzipped or not), or CSV and TSV for labels that fit a cell.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::spans::{self, Span};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Task {
    /// Five-step labels, 0 to 4, against `tone.label`, and their side against the sign of `tone.score`.
    Tone,
    /// `subjective` or `objective` against `opinion_share` above one half.
    Opinion,
    /// Numbers on any scale, or `pos` and `neg`, against `tone.score`.
    Rating,
    /// Tokens and BIO tags against the mentions of `entities`.
    Entities,
    /// Lists of key phrases against the first ten of `keyphrases`.
    Keyphrases,
}

impl Task {
    /// Columns where the label is looked for, in this order, when none is named.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Task::Tone | Task::Opinion => &["label"],
            Task::Rating => &["rating", "label", "score", "stars"],
            Task::Entities => &["tags"],
            Task::Keyphrases => &["keyphrases"],
        }
    }
}

/// A label of one of the tasks.
#[derive(Debug, Clone, PartialEq)]
pub enum Label {
    /// 0 to 4.
    Tone(usize),
    /// Judges.
    Opinion(bool),
    /// A number that rises with favour.
    Rating(f64),
    /// Names.
    Entities(Vec<Span>),
    /// Phrases.
    Keyphrases(Vec<String>),
}

/// One labelled text.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The text as the program will read it.
    pub text: String,
    /// Its label.
    pub label: Label,
}

/// Labels that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// The file itself.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A row of it.
    #[error("{}, row {row}: {reason}", .path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// From 1.
        row: usize,
        /// What is wrong, and what would do.
        reason: String,
    },
}

/// Reads every row of a file of labelled texts: `.jsonl`, `.csv` or `.tsv`, each also with `.gz`.
///
/// # Errors
/// A file or a row that can't be read: figures over part of the labels would mislead.
pub fn read(path: &Path, task: Task, column: Option<&str>) -> Result<Vec<Labelled>, LabelError> {
    let file = |source| LabelError::File { path: path.to_path_buf(), source };
    let handle = File::open(path).map_err(file)?;
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (inner, name): (Box<dyn Read>, &str) = match name.strip_suffix(".gz") {
        Some(stem) => (Box::new(MultiGzDecoder::new(handle)), stem),
        None => (Box::new(handle), &name),
    };
    let delimiter = match name.rsplit('.').next() {
        Some("csv") => Some(b','),
        Some("tsv") => Some(b'\t'),
        _ => None,
    };
    let mut out = Vec::new();
    let mut push = |row: usize, value: Result<Value, String>| {
        let labelled = value.and_then(|value| labelled(&value, task, column));
        out.push(labelled.map_err(|reason| LabelError::Row { path: path.to_path_buf(), row, reason })?);
        Ok(())
    };
    match delimiter {
        None => {
            for (index, line) in BufReader::new(inner).lines().enumerate() {
                let line = line.map_err(file)?;
                if !line.trim().is_empty() {
                    push(index + 1, serde_json::from_str(&line).map_err(|e| e.to_string()))?;
                }
            }
        }
        Some(delimiter) => {
            let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(inner);
            let header = rows.headers().map_err(|e| file(std::io::Error::other(e)))?.clone();
            for (index, row) in rows.records().enumerate() {
                let value = row.map_err(|e| e.to_string()).map(|row| {
                    header.iter().zip(&row).map(|(k, v)| (k.to_string(), Value::from(v))).collect()
                });
                push(index + 1, value.map(Value::Object))?;
            }
        }
    }
    Ok(out)
}

fn labelled(value: &Value, task: Task, column: Option<&str>) -> Result<Labelled, String> {
    let find = |names: &[&str]| names.iter().find_map(|name| value.get(name).filter(|v| !v.is_null()));
    let label = match column {
        Some(name) => {
            find(&[name]).ok_or_else(|| format!("no {name:?}; name the label's with --label-column"))?
        }
        None => find(task.columns())
            .ok_or_else(|| format!("none of {:?}; name the label's with --label-column", task.columns()))?,
    };
    let text = find(&["text", "review"]).and_then(Value::as_str);
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
    };
    if task == Task::Entities {
        let tokens = value.get("tokens").map(strings).ok_or("no \"tokens\" beside the tags")?;
        let tags = strings(label);
        if tokens.len() != tags.len() {
            return Err(format!("{} tokens but {} tags", tokens.len(), tags.len()));
        }
        let (text, spans) = spans::place(text, &tokens, &tags)?;
        return Ok(Labelled { text, label: Label::Entities(spans) });
    }
    let text = text.ok_or("no \"text\"")?.to_string();
    let label = match task {
        Task::Tone => Label::Tone(step(label).ok_or_else(|| format!("{label} is no step from 0 to 4"))?),
        Task::Opinion => match label.as_str() {
            Some("subjective") => Label::Opinion(true),
            Some("objective") => Label::Opinion(false),
            _ => return Err(format!("{label} is neither \"subjective\" nor \"objective\"")),
        },
        Task::Rating => Label::Rating(number(label).ok_or_else(|| format!("{label} is no rating"))?),
        _ => Label::Keyphrases(strings(label)),
    };
    Ok(Labelled { text, label })
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.trim() {
            "pos" | "positive" => Some(1.0),
            "neg" | "negative" => Some(0.0),
            text => text.parse().ok().filter(|n: &f64| n.is_finite()),
        },
        _ => None,
    }
}

fn step(value: &Value) -> Option<usize> {
    let names = ["very_negative", "negative", "neutral", "positive", "very_positive"];
    if let Some(index) = value.as_str().and_then(|text| names.iter().position(|n| *n == text)) {
        return Some(index);
    }
    let number = number(value)?;
    ((0.0..=4.0).contains(&number) && number.fract() == 0.0).then_some(number as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_of_each_task() {
        let read = |value: Value, task| labelled(&value, task, None).map(|l| l.label);
        assert_eq!(read(json!({"text": "x", "label": 4}), Task::Tone), Ok(Label::Tone(4)));
        assert_eq!(read(json!({"text": "x", "label": "negative"}), Task::Tone), Ok(Label::Tone(1)));
        assert!(read(json!({"text": "x", "label": 5}), Task::Tone).is_err());
        assert_eq!(read(json!({"text": "x", "rating": "3.5"}), Task::Rating), Ok(Label::Rating(3.5)));
        assert_eq!(read(json!({"text": "x", "label": "pos"}), Task::Rating), Ok(Label::Rating(1.0)));
        assert_eq!(
            read(json!({"text": "x", "label": "objective"}), Task::Opinion),
            Ok(Label::Opinion(false))
        );
        let error = read(json!({"text": "x", "rate": 2}), Task::Rating).unwrap_err();
        assert!(error.contains("--label-column"), "{error}");
        let tagged = json!({"tokens": ["Ann", "Bly"], "tags": ["B-PER", "I-PER"]});
        let row = labelled(&tagged, Task::Entities, None).unwrap();
        assert_eq!(row.text, "Ann Bly");
    }
}
