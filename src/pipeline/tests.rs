use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::corpus::Origin;

fn origin(row: u64) -> Origin {
    Origin { path: "made.csv".into(), row }
}

fn review(row: u64, text: &str) -> Item {
    Item::Review(Review {
        id: row.to_string(),
        origin: origin(row),
        text: text.to_owned(),
        ..Review::default()
    })
}

fn reject(row: u64) -> Item {
    Item::Reject(Reject { origin: origin(row), reason: "no text".into() })
}

fn small_groups(jobs: usize) -> Options {
    Options { group_items: 3, ..Options::new(jobs) }
}

/// Runs items that never fail and gives `(row, answer or reason)` in the order of the sink.
fn collect(
    items: Vec<Item>,
    options: &Options,
    worker: impl Fn(&[Review]) -> Vec<Result<usize, String>> + Sync,
) -> Vec<(u64, Result<usize, String>)> {
    let mut rows = Vec::new();
    let ended = run(items.into_iter().map(Ok::<_, String>), worker, options, |outcome| {
        rows.push(match outcome {
            Outcome::Review(review, answer) => (review.origin.row, Ok(answer)),
            Outcome::Failed(review, reason) => (review.origin.row, Err(reason)),
            Outcome::Reject(reject) => (reject.origin.row, Err(reject.reason)),
        });
        Ok::<_, String>(())
    });
    ended.unwrap();
    rows
}

fn lengths(reviews: &[Review]) -> Vec<Result<usize, String>> {
    reviews.iter().map(|review| Ok(review.text.len())).collect()
}

#[test]
fn the_order_of_the_input_is_kept_however_long_a_group_takes() {
    let items: Vec<_> = (1..=60).map(|row| review(row, "word")).collect();
    let rows = collect(items, &small_groups(4), |reviews| {
        let row = reviews[0].origin.row;
        thread::sleep(Duration::from_millis(if row % 2 == 1 { 8 } else { 0 }));
        lengths(reviews)
    });
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>());
}

#[test]
fn a_failed_review_becomes_a_reject_in_its_place() {
    let items = vec![review(1, "a"), reject(2), review(3, "fail"), review(4, "bb")];
    let rows = collect(items, &Options::new(2), |reviews| {
        let answer = |review: &Review| match review.text.as_str() {
            "fail" => Err("too odd".to_owned()),
            text => Ok(text.len()),
        };
        reviews.iter().map(answer).collect()
    });
    assert_eq!(rows, [(1, Ok(1)), (2, Err("no text".into())), (3, Err("too odd".into())), (4, Ok(2))]);
}

#[test]
fn a_panic_rejects_only_the_review_at_fault() {
    let items = (1..=7).map(|row| review(row, if row == 5 { "boom" } else { "fine" })).collect();
    let rows = collect(items, &small_groups(2), |reviews| {
        assert!(reviews.iter().all(|review| review.text != "boom"), "it said boom");
        lengths(reviews)
    });
    assert_eq!(rows.len(), 7);
    for (row, answer) in rows {
        match row {
            5 => assert_eq!(answer, Err("internal error: it said boom".into())),
            _ => assert_eq!(answer, Ok(4)),
        }
    }
}

#[test]
fn a_worker_that_miscounts_loses_no_review() {
    let items = (1..=5).map(|row| review(row, "fine")).collect();
    let rows = collect(items, &small_groups(1), |reviews| lengths(&reviews[..reviews.len() / 2]));
    assert!(rows.iter().all(|(_, answer)| answer == &Err("internal error: 0 answers for 1 reviews".into())));
    assert_eq!(rows.len(), 5);
}

#[test]
fn limit_counts_reviews_and_reads_no_further() {
    let items = [reject(1), review(2, "a"), reject(3), review(4, "b"), review(5, "c"), reject(6)];
    let read = AtomicUsize::new(0);
    let counted = items.into_iter().inspect(|_| {
        read.fetch_add(1, Ordering::Relaxed);
    });
    let mut rows = Vec::new();
    let options = Options { limit: Some(2), ..Options::new(2) };
    run(counted.map(Ok::<_, ()>), lengths, &options, |outcome| {
        rows.push(matches!(outcome, Outcome::Review(..)));
        Ok::<_, ()>(())
    })
    .unwrap();
    assert_eq!(rows, [false, true, false, true]);
    assert_eq!(read.into_inner(), 4);
}

#[test]
fn the_reader_waits_for_a_slow_sink() {
    let options = Options { group_items: 1, ..Options::new(2) };
    let (read, written) = (AtomicU64::new(0), AtomicU64::new(0));
    let furthest = AtomicU64::new(0);
    let items = (1..=100).map(|row| {
        let ahead = read.fetch_add(1, Ordering::SeqCst) + 1 - written.load(Ordering::SeqCst);
        furthest.fetch_max(ahead, Ordering::SeqCst);
        Ok::<_, ()>(review(row, "word"))
    });
    run(items, lengths, &options, |_| {
        thread::sleep(Duration::from_millis(1));
        written.fetch_add(1, Ordering::SeqCst);
        Ok::<_, ()>(())
    })
    .unwrap();
    // One group may be in the reader's hand, waiting for a slot, besides those in flight.
    assert!(furthest.into_inner() <= options.in_flight() as u64 + 1);
    assert_eq!(written.into_inner(), 100);
}

#[test]
fn an_input_error_comes_after_what_was_read_before_it() {
    let items = vec![Ok(review(1, "a")), Ok(review(2, "b")), Err("the disk is gone"), Ok(review(4, "d"))];
    let mut rows = 0;
    let ended = run(items.into_iter(), lengths, &Options::new(2), |_| {
        rows += 1;
        Ok::<_, ()>(())
    });
    assert!(matches!(ended, Err(RunError::Input("the disk is gone"))));
    assert_eq!(rows, 2);
}

#[test]
fn a_sink_error_stops_an_endless_input() {
    let items = (1..).map(|row| Ok::<_, ()>(review(row, "word")));
    let mut rows = 0;
    let ended = run(items, lengths, &small_groups(2), |_| {
        rows += 1;
        if rows == 10 { Err("the disk is full") } else { Ok(()) }
    });
    assert!(matches!(ended, Err(RunError::Sink("the disk is full"))));
}

#[test]
fn nothing_in_nothing_out() {
    assert_eq!(collect(Vec::new(), &Options::new(3), lengths), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_item_comes_out_once_and_in_order_for_any_cut(
        sizes in prop::collection::vec(prop::option::of(0usize..300), 0..60),
        jobs in 1usize..5,
        group_bytes in 1usize..600,
        group_items in 1usize..9,
    ) {
        let text = "x".repeat(300);
        let items = (1..).zip(&sizes).map(|(row, size)| size.map_or_else(|| reject(row), |size| review(row, &text[..size])));
        let rows = collect(items.collect(), &Options { jobs, limit: None, group_bytes, group_items }, lengths);
        let expected: Vec<_> =
            (1..).zip(sizes).map(|(row, size)| (row, size.ok_or_else(|| "no text".to_owned()))).collect();
        prop_assert_eq!(rows, expected);
    }
}
