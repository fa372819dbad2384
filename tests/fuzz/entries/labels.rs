//! Labelled texts of `critique evaluate`, as lines and as a table.

use critique::evaluate::{ReadOptions, Task, read};

use super::Place;

const TASKS: [Task; 7] = [
    Task::Tone,
    Task::Opinion,
    Task::Rating,
    Task::Entities,
    Task::Keyphrases,
    Task::Emotions,
    Task::Aspects,
];

pub fn run(bytes: &[u8]) {
    let place = Place::new();
    for name in ["a.jsonl", "a.csv", "a.tsv.gz"] {
        let path = place.write(name, bytes);
        for task in TASKS {
            match read(&path, task, &ReadOptions::default()) {
                Ok(rows) => assert!(rows.len() <= bytes.len().max(1) * 1100),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}
