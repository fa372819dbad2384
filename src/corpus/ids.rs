//! Ids that are unique in a run.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// Hands out ids: the first use of an id keeps it, later ones get `-2`, `-3` and so on.
///
/// Only 64-bit hashes of the ids are kept, 16 bytes or so each, not the ids. Should two different ids share a
/// hash (among 32 million ids the chance that any two do is about 1 in 36,000), the second gets a needless
/// number and nothing else happens. The hash has fixed keys, so that the same inputs give the same ids.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// For the hash of each id handed out, the last number given to a repeat of it.
    last: HashMap<u64, u32, BuildHasherDefault<DefaultHasher>>,
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl Ids {
    /// `id`, or `id` with the first free number behind it.
    pub fn unique(&mut self, id: String) -> String {
        let base = hash(&id);
        let Some(&last) = self.last.get(&base) else {
            self.last.insert(base, 1);
            return id;
        };
        let mut number = last;
        loop {
            number = number.saturating_add(1);
            let candidate = format!("{id}-{number}");
            let free = !self.last.contains_key(&hash(&candidate));
            if free || number == u32::MAX {
                self.last.insert(base, number);
                self.last.insert(hash(&candidate), 1);
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn repeats_are_numbered() {
        let mut ids = Ids::default();
        let given = ["a", "b", "a", "a", "a-2", "a-5", "a", "a"];
        let got: Vec<String> = given.iter().map(|id| ids.unique(id.to_string())).collect();
        assert_eq!(got, ["a", "b", "a-2", "a-3", "a-2-2", "a-5", "a-4", "a-6"]);
    }

    proptest! {
        #[test]
        fn always_unique_and_stable(given in prop::collection::vec("[ab](-[23])?(-2)?", 0..200)) {
            let run = || {
                let mut ids = Ids::default();
                given.iter().map(|id| ids.unique(id.clone())).collect::<Vec<_>>()
            };
            let got = run();
            prop_assert_eq!(got.iter().collect::<HashSet<_>>().len(), given.len());
            prop_assert_eq!(got, run());
        }
    }
}
