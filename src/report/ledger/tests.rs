use std::fs;

use proptest::prelude::*;

use super::super::tests::{made_analysis, made_review, made_run};
use super::*;
use crate::corpus::Origin;

fn everything() -> Options {
    Options { csv: true, json: true, jsonl: true, sentences: true, text: true }
}

/// Reviews and, every third, a reject; each with figures and vectors of its own.
fn items(count: u64) -> Vec<Item> {
    let item = |row: u64| {
        let origin = Origin { path: "made.csv".into(), row };
        match row % 3 {
            0 => Item::Reject(Reject { origin, reason: "no text".into() }),
            _ => {
                let mut review = made_review(&format!("r{row}"));
                review.origin = origin;
                Item::Review(review)
            }
        }
    };
    (1..=count).map(item).collect()
}

fn outcome(item: Item) -> Outcome<Analyzed> {
    match item {
        Item::Reject(reject) => Outcome::Reject(reject),
        Item::Review(review) if review.origin.row % 7 == 0 => Outcome::Failed(review, "too hard".into()),
        Item::Review(review) => {
            let row = review.origin.row as f32;
            let mut analysis = made_analysis();
            analysis.tone.score = 0.1 / f64::from(row);
            for (phrase, at) in analysis.keyphrases.iter_mut().zip([0.3f32, 0.7]) {
                phrase.stems = format!("{} {}", phrase.text, (row * at) as u32);
                phrase.vector = vec![at, row.sin(), (row / at).cos()];
                phrase.sentence = 1;
            }
            Outcome::Review(review, Analyzed { analysis, tokens: 9 })
        }
    }
}

fn open(dir: &Path, header: Header, resume: bool) -> Result<Opened, ReportError> {
    Ledger::open(dir, &everything(), header, resume)
}

/// The ledger of a run that is new or goes on.
fn ledger(dir: &Path, resume: bool) -> Ledger {
    match open(dir, made_run().header, resume).unwrap() {
        Opened::Run(ledger) => *ledger,
        Opened::Complete(_) => panic!("complete"),
    }
}

/// Goes on with a run to its end; gives the summary and every file but `run.json`.
fn finish(ledger: Ledger, items: &[Item], dir: &Path) -> (String, Vec<(String, Vec<u8>)>) {
    let mut left = items.iter().cloned().map(Ok);
    ledger.pass_over(&mut left).unwrap();
    let mut ledger = ledger;
    for item in left {
        ledger.take(outcome(item.unwrap())).unwrap();
    }
    let Finished { counts, summary, .. } = ledger.finish(1).unwrap();
    let summary = summary.text(&counts, &Timings::new(1, &counts, Duration::ZERO), "out");
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "run.json")
        .map(|name| (name.clone(), fs::read(dir.join(&name)).unwrap()))
        .collect();
    files.sort();
    (summary, files)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_run_stopped_anywhere_ends_like_one_that_was_not(
        count in 0u64..30,
        stops in prop::collection::vec((0usize..12, 0usize..4, prop::bool::ANY, 0usize..12), 0..5),
    ) {
        let items = items(count);
        let (whole, broken) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let expected = finish(ledger(whole.path(), false), &items, whole.path());
        for (taken, lost, named, names) in stops {
            let mut run = ledger(broken.path(), true);
            let mut left = items.iter().cloned().map(Ok);
            run.pass_over(&mut left).unwrap();
            for item in left.by_ref().take(taken) {
                run.take(outcome(item.unwrap())).unwrap();
            }
            run.save().unwrap();
            for item in left.take(lost) {
                run.take(outcome(item.unwrap())).unwrap();
            }
            drop(run);
            if named {
                // As if it had been killed while its files were given their names.
                for name in ["reviews.csv", "aspects.csv", "reviews.jsonl"].iter().take(names) {
                    fs::rename(broken.path().join(format!(".{name}.partial")), broken.path().join(name)).unwrap();
                }
            }
        }
        prop_assert_eq!(finish(ledger(broken.path(), true), &items, broken.path()), expected);
    }
}

#[test]
fn a_run_without_a_checkpoint_starts_from_the_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let mut run = ledger(dir.path(), true);
    run.take(outcome(items(1).remove(0))).unwrap();
    assert!(!run.is_resumable());
    drop(run);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert_eq!(ledger(dir.path(), true).counts(), Counts::default());
}

#[test]
fn a_run_that_is_not_to_go_on_starts_from_the_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let mut run = ledger(dir.path(), false);
    run.take(outcome(items(1).remove(0))).unwrap();
    run.save().unwrap();
    drop(run);
    assert_eq!(ledger(dir.path(), true).counts().reviews, 1);
    assert_eq!(ledger(dir.path(), false).counts().reviews, 0);
    assert_eq!(ledger(dir.path(), true).counts().reviews, 0);
}

#[test]
fn a_finished_report_is_complete_or_of_something_else() {
    let dir = tempfile::tempdir().unwrap();
    finish(ledger(dir.path(), false), &items(4), dir.path());
    let header = made_run().header;
    let Opened::Complete(counts) = open(dir.path(), header.clone(), true).unwrap() else {
        panic!("a new run")
    };
    assert_eq!((counts.reviews, counts.rejects), (3, 1));
    let mut other = header;
    other.options.limit = Some(2);
    let error = open(dir.path(), other, true).map(drop).unwrap_err().to_string();
    assert!(error.contains("--limit") && !error.contains('\n'), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 11);
}

#[test]
fn another_command_or_another_input_does_not_go_on_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut run = ledger(dir.path(), false);
    for item in items(5) {
        run.take(outcome(item)).unwrap();
    }
    run.save().unwrap();
    drop(run);
    let mut other = made_run().header;
    other.inputs.push("more.csv".into());
    let error = open(dir.path(), other, true).map(drop).unwrap_err().to_string();
    assert!(error.contains("other inputs"), "{error}");
    let mut changed = items(5);
    changed.swap(0, 1);
    for items in [changed, items(4)] {
        let error = ledger(dir.path(), true).pass_over(&mut items.into_iter().map(Ok)).unwrap_err();
        assert!(matches!(error, ReportError::OtherInput(_)), "{error}");
    }
    assert_eq!(ledger(dir.path(), true).pass_over(&mut items(9).into_iter().map(Ok)).unwrap(), 4);
}

#[test]
fn a_damaged_checkpoint_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut run = ledger(dir.path(), false);
    run.take(outcome(items(1).remove(0))).unwrap();
    run.save().unwrap();
    drop(run);
    let path = dir.path().join(".checkpoint");
    let bytes = fs::read(&path).unwrap();
    let read = |bytes: &[u8]| parse(bytes, &made_run().header, dir.path()).unwrap();
    assert!(read(&bytes).is_some());
    let body = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for place in body..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        assert!(read(&damaged).is_none() && read(&bytes[..place]).is_none(), "byte {place}");
    }
    fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    assert_eq!(ledger(dir.path(), true).counts(), Counts::default());
}
