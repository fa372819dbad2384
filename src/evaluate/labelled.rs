//! Labelled texts: what a row must hold for each task.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::ValueEnum;
use serde::Deserialize;
use serde_json::Value;

use super::rows::{LabelError, Row, rows};
use super::spans::{self, Span};
use crate::reader::EMOTIONS;

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
    /// Lists of GoEmotions labels against the labels of `emotions`; no emotion is `neutral`.
    Emotions,
    /// Lists of aspects with their tone against `aspects`.
    Aspects,
}

impl Task {
    /// Columns where the label is looked for, in this order, when none is named.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Task::Tone | Task::Opinion => &["label"],
            Task::Rating => &["rating", "label", "score", "stars"],
            Task::Entities => &["tags"],
            Task::Keyphrases => &["keyphrases"],
            Task::Emotions => &["labels", "emotions"],
            Task::Aspects => &["aspects"],
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
    /// Names of emotions, `neutral` where there is none.
    Emotions(BTreeSet<String>),
    /// Aspects that the text judges, by name.
    Aspects(BTreeMap<String, Polarity>),
}

/// Which way an aspect is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// Against it.
    Negative,
    /// Neither way, or both.
    Neutral,
    /// For it.
    Positive,
}

impl Polarity {
    /// The side of a score that is at least so far from 0.
    pub(super) fn of(score: f64, least: f64) -> Polarity {
        match score {
            score if score >= least => Polarity::Positive,
            score if score <= -least => Polarity::Negative,
            _ => Polarity::Neutral,
        }
    }
}

/// An aspect as a row has it.
#[derive(Debug, Deserialize)]
struct Judged {
    aspect: String,
    tone: Polarity,
}

/// The emotion that is none.
pub(super) const NEUTRAL: &str = "neutral";

/// One labelled text.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The text as the program will read it.
    pub text: String,
    /// Its label.
    pub label: Label,
}

/// Names of the steps of tone, lowest first.
pub(super) const STEPS: [&str; 5] = ["very_negative", "negative", "neutral", "positive", "very_positive"];

/// Which rows to read, and where their label is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// Column of the label, where it is not one of the task's usual ones.
    pub label_column: Option<String>,
    /// Only rows whose `split` is this.
    pub split: Option<String>,
}

/// Reads the rows of a file of labelled texts: `.jsonl`, `.csv` or `.tsv`, each also with `.gz`.
///
/// # Errors
/// A file or a row that can't be read: figures over part of the labels would mislead.
pub fn read(path: &Path, task: Task, options: &ReadOptions) -> Result<Vec<Labelled>, LabelError> {
    let mut out = Vec::new();
    for row in rows(path)? {
        let Row { number, value } = row?;
        if options
            .split
            .as_deref()
            .is_some_and(|split| value.get("split").and_then(Value::as_str) != Some(split))
        {
            continue;
        }
        let labelled = labelled(&value, task, options.label_column.as_deref());
        out.push(labelled.map_err(|reason| LabelError::Row {
            path: path.to_path_buf(),
            row: number,
            reason,
        })?);
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
    if task == Task::Entities {
        let tokens = list(value.get("tokens").ok_or("no \"tokens\" beside the tags")?, char::is_whitespace)?;
        let tags = list(label, char::is_whitespace)?;
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
        Task::Emotions => Label::Emotions(emotions(label)?),
        Task::Aspects => {
            let judged: Vec<Judged> = Deserialize::deserialize(label).map_err(|e| format!("{label}: {e}"))?;
            Label::Aspects(judged.into_iter().map(|j| (j.aspect, j.tone)).collect())
        }
        Task::Entities | Task::Keyphrases => Label::Keyphrases(list(label, |c| c == ';')?),
    };
    Ok(Labelled { text, label })
}

fn emotions(value: &Value) -> Result<BTreeSet<String>, String> {
    let mut labels: BTreeSet<String> = list(value, |c| c == ';')?.into_iter().collect();
    if let Some(unknown) = labels.iter().find(|label| !EMOTIONS.contains(&label.as_str())) {
        return Err(format!("{unknown:?} is none of {}", EMOTIONS.join(", ")));
    }
    if labels.is_empty() {
        labels.insert(NEUTRAL.to_string());
    }
    Ok(labels)
}

/// A list of strings, or one string that is cut where a cell of a table separates them.
fn list(value: &Value, separates: impl Fn(char) -> bool) -> Result<Vec<String>, String> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(String::from).ok_or_else(|| format!("{item} is no string")))
            .collect(),
        Value::String(cell) => {
            Ok(cell.split(separates).map(str::trim).filter(|s| !s.is_empty()).map(String::from).collect())
        }
        _ => Err(format!("{value} is no list of strings")),
    }
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
    if let Some(index) = value.as_str().and_then(|text| STEPS.iter().position(|n| *n == text)) {
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

    #[test]
    fn emotions_and_aspects() {
        let read = |value: Value, task| labelled(&value, task, None).map(|l| l.label);
        let emotions = |labels: &[&str]| Ok(Label::Emotions(labels.iter().map(|l| l.to_string()).collect()));
        let row = json!({"text": "x", "labels": ["joy", "love"]});
        assert_eq!(read(row, Task::Emotions), emotions(&["joy", "love"]));
        assert_eq!(read(json!({"text": "x", "labels": []}), Task::Emotions), emotions(&["neutral"]));
        assert_eq!(
            read(json!({"text": "x", "labels": "joy; love"}), Task::Emotions),
            emotions(&["joy", "love"])
        );
        let error = read(json!({"text": "x", "labels": ["glee"]}), Task::Emotions).unwrap_err();
        assert!(error.contains("glee") && error.contains("admiration"), "{error}");

        let row = json!({"text": "x", "aspects": [{"aspect": "acting", "tone": "negative"}]});
        let acting = BTreeMap::from([("acting".to_string(), Polarity::Negative)]);
        assert_eq!(read(row, Task::Aspects), Ok(Label::Aspects(acting)));
        let wrong = json!({"text": "x", "aspects": [{"aspect": "acting", "tone": "bad"}]});
        assert!(read(wrong, Task::Aspects).unwrap_err().contains("bad"));
    }

    #[test]
    fn a_cell_can_hold_a_list() {
        let cell = json!({"text": "x", "keyphrases": "quiet film; sound;"});
        let list = Label::Keyphrases(vec!["quiet film".to_string(), "sound".to_string()]);
        assert_eq!(labelled(&cell, Task::Keyphrases, None).map(|l| l.label), Ok(list));
        let tagged = json!({"tokens": "Ann Bly", "tags": "B-PER I-PER"});
        assert_eq!(labelled(&tagged, Task::Entities, None).unwrap().text, "Ann Bly");
        for wrong in [json!(7), json!(["x", 7])] {
            assert!(labelled(&json!({"text": "x", "keyphrases": wrong}), Task::Keyphrases, None).is_err());
        }
    }
}
