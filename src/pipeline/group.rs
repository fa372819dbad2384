//! Cutting the stream into groups, and the work on one group.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use super::{Options, Outcome};
use crate::corpus::{Item, Review};

/// Cuts a stream of items into groups of about equal amounts of text.
pub(super) struct Groups<S, I> {
    items: S,
    /// Met while a group was being filled: comes after that group.
    error: Option<I>,
    left: u64,
    bytes: usize,
    count: usize,
}

impl<S, I> Groups<S, I> {
    pub(super) fn new(items: S, options: &Options) -> Self {
        Self {
            items,
            error: None,
            left: options.limit.unwrap_or(u64::MAX),
            bytes: options.group_bytes.max(1),
            count: options.group_items.max(1),
        }
    }
}

impl<S: Iterator<Item = Result<Item, I>>, I> Iterator for Groups<S, I> {
    type Item = Result<Vec<Item>, I>;

    /// The next group, never empty; or the error that the items ended in.
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        let mut group = Vec::new();
        let mut bytes = 0;
        while self.left > 0 && bytes < self.bytes && group.len() < self.count {
            match self.items.next() {
                Some(Ok(item)) => {
                    if let Item::Review(review) = &item {
                        bytes += review.text.len();
                        self.left -= 1;
                    }
                    group.push(item);
                }
                Some(Err(error)) if group.is_empty() => return Some(Err(error)),
                Some(Err(error)) => {
                    self.error = Some(error);
                    break;
                }
                None => break,
            }
        }
        (!group.is_empty()).then_some(Ok(group))
    }
}

/// Answers a group: its rejects stay where they stood, its reviews go to the worker together.
pub(super) fn work<T>(
    items: Vec<Item>,
    worker: &impl Fn(&[Review]) -> Vec<Result<T, String>>,
) -> Vec<Outcome<T>> {
    let mut reviews = Vec::with_capacity(items.len());
    let mut rejects = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Review(review) => {
                reviews.push(review);
                rejects.push(None);
            }
            Item::Reject(reject) => rejects.push(Some(reject)),
        }
    }
    let mut answered = answers(&reviews, worker).into_iter();
    let mut reviews = reviews.into_iter();
    rejects
        .into_iter()
        .filter_map(|reject| match reject {
            Some(reject) => Some(Outcome::Reject(reject)),
            None => Some(match (reviews.next()?, answered.next()?) {
                (review, Ok(answer)) => Outcome::Review(review, answer),
                (review, Err(reason)) => Outcome::Failed(review, reason),
            }),
        })
        .collect()
}

/// One result for each review, whatever the worker does.
fn answers<T>(
    reviews: &[Review],
    worker: &impl Fn(&[Review]) -> Vec<Result<T, String>>,
) -> Vec<Result<T, String>> {
    if reviews.is_empty() {
        return Vec::new();
    }
    // Nothing of the worker's is seen again after a panic but what it shares between all calls anyway.
    let reason = match catch_unwind(AssertUnwindSafe(|| worker(reviews))) {
        Ok(answers) if answers.len() == reviews.len() => return answers,
        Ok(answers) => format!("{} answers for {} reviews", answers.len(), reviews.len()),
        Err(panic) => message(&*panic),
    };
    match reviews {
        [_] => vec![Err(format!("internal error: {reason}"))],
        _ => reviews.iter().flat_map(|review| answers(slice::from_ref(review), worker)).collect(),
    }
}

/// What a panic said, on one line.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("panic").split_whitespace().collect::<Vec<_>>().join(" ")
}
