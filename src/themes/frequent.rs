//! The frequent keys of a stream, in bounded memory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Keys with what is gathered for each of them; the rare ones make room where there are too many.
///
/// Misra and Gries 1982, with the cut of Agarwal et al. 2012 ("Mergeable Summaries"): at the limit, the count that
/// half of the keys do not pass is taken from every key, and those that come to nothing go. Of `n` additions, a key
/// that comes more than `n / (limit / 2 + 1)` times is always held. Below the limit nothing is lost.
#[derive(Serialize, Deserialize)]
pub(super) struct Frequent<T> {
    limit: usize,
    entries: BTreeMap<String, (u64, T)>,
}

impl<T: Default> Frequent<T> {
    /// Holds at most `limit` keys.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), entries: BTreeMap::new() }
    }

    /// Counts a key; what is gathered for it begins anew if it was not held.
    pub(super) fn add(&mut self, key: &str) -> &mut T {
        if self.entries.len() >= self.limit && !self.entries.contains_key(key) {
            self.cut();
        }
        let (count, value) = self.entries.entry(key.to_owned()).or_default();
        *count += 1;
        value
    }

    fn cut(&mut self) {
        let mut counts: Vec<u64> = self.entries.values().map(|(count, _)| *count).collect();
        // Called with as many keys as the limit, which is more than half of it.
        let (_, floor, _) = counts.select_nth_unstable_by(self.limit / 2, |a, b| b.cmp(a));
        let floor = *floor;
        self.entries.retain(|_, (count, _)| {
            *count = count.saturating_sub(floor);
            *count > 0
        });
    }

    /// The keys held, in order.
    pub(super) fn into_entries(self) -> impl Iterator<Item = (String, T)> {
        self.entries.into_iter().map(|(key, (_, value))| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn below_the_limit_nothing_is_lost() {
        let mut frequent = Frequent::<u32>::new(3);
        for key in ["sea", "salt", "sea", "wind"] {
            *frequent.add(key) += 1;
        }
        let entries: Vec<_> = frequent.into_entries().collect();
        assert_eq!(entries, [("salt".into(), 1), ("sea".into(), 2), ("wind".into(), 1)]);
    }

    proptest! {
        #[test]
        fn heavy_keys_are_held_and_memory_is_bounded(
            keys in proptest::collection::vec(prop_oneof![0u32..4, 0u32..200], 0..600),
            limit in 1usize..40,
        ) {
            let mut frequent = Frequent::<()>::new(limit);
            let mut counts = BTreeMap::<String, usize>::new();
            for key in &keys {
                frequent.add(&key.to_string());
                *counts.entry(key.to_string()).or_default() += 1;
                prop_assert!(frequent.entries.len() <= limit);
            }
            for (key, count) in counts {
                let heavy = count * (limit / 2 + 1) > keys.len();
                prop_assert!(!heavy || frequent.entries.contains_key(&key), "{key} came {count} times");
            }
        }
    }
}
