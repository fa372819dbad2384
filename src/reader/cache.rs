//! Readings of sentences that were read before, so that a sentence which stands in many reviews is read once.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use super::reading::{Batch, Reading};

/// Parts with a lock each, so that workers seldom wait for one another.
const SHARDS: usize = 16;

/// Memory of all that is remembered, in bytes.
const MEMORY: usize = 32 << 20;

/// The longest sentence that is remembered, in tokens: longer ones are seldom written twice, and cost the most memory.
const MOST_TOKENS: usize = 64;

/// A bounded memory of readings.
///
/// A sentence's reading depends on its tokens and their types alone, so what is remembered is what would be read. Each
/// part keeps two generations: what is new or was asked for again is in the younger; once that is full, it becomes the
/// elder, and the elder is forgotten.
#[derive(Default)]
pub(super) struct Cache {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    young: HashMap<u64, Entry>,
    old: HashMap<u64, Entry>,
    /// Of the younger generation.
    bytes: usize,
}

/// A sentence as the encoder sees it, and its reading.
struct Entry {
    ids: Box<[u32]>,
    types: Box<[u8]>,
    reading: Reading,
}

impl Entry {
    fn is_of(&self, sentence: &Batch) -> bool {
        *self.ids == *sentence.ids
            && *self.types == *sentence.types
            && sentence.words[..] == [&*self.reading.words]
    }

    /// Its size in memory, in bytes, near enough.
    fn bytes(&self) -> usize {
        let Reading { emotions, tags, vector, states, words, .. } = &self.reading;
        let floats = emotions.len() + vector.len() + states.len();
        5 * self.ids.len() + 4 * floats + size_of_val(&tags[..]) + 16 * words.len() + 512
    }
}

impl Cache {
    /// The reading of the only sentence of a batch, where it is remembered.
    pub(super) fn get(&self, sentence: &Batch) -> Option<Reading> {
        let (hash, shard) = self.place(sentence)?;
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = shard.old.remove(&hash) {
            shard.insert(hash, entry);
        }
        shard.young.get(&hash).filter(|entry| entry.is_of(sentence)).map(|entry| entry.reading.clone())
    }

    /// Remembers the reading of the only sentence of a batch.
    pub(super) fn put(&self, sentence: &Batch, reading: &Reading) {
        let Some((hash, shard)) = self.place(sentence) else { return };
        let (ids, types) = (sentence.ids.as_slice().into(), sentence.types.as_slice().into());
        let entry = Entry { ids, types, reading: reading.clone() };
        shard.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, entry);
    }

    /// Where a sentence is remembered; nowhere if it is too long.
    fn place(&self, sentence: &Batch) -> Option<(u64, &Mutex<Shard>)> {
        let hash = self.hasher.hash_one((&sentence.ids, &sentence.types));
        let shard = &self.shards[(hash >> 60) as usize % SHARDS];
        (sentence.ids.len() <= MOST_TOKENS).then_some((hash, shard))
    }
}

impl Shard {
    fn insert(&mut self, hash: u64, entry: Entry) {
        self.bytes += entry.bytes();
        if let Some(before) = self.young.insert(hash, entry) {
            self.bytes -= before.bytes();
        }
        if self.bytes > MEMORY / SHARDS / 2 {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(id: u32, tokens: usize) -> (Batch, Reading) {
        let ids: Vec<u32> = (0..tokens as u32).map(|token| token + id).collect();
        let words = vec![1];
        let reading = Reading {
            tone: [id as f32; 5],
            opinion: 0.5,
            weight: 0.0,
            verdict: 0.0,
            emotions: Vec::new(),
            tags: vec![[0.0; 11]],
            phrases: Vec::new(),
            vector: vec![0.0; 384],
            states: vec![id as f32; 384 * tokens].into(),
            words: words.clone(),
        };
        let batch = Batch { types: vec![0; tokens], offsets: vec![0, tokens], words: vec![words], ids };
        (batch, reading)
    }

    #[test]
    fn what_was_put_is_found_and_nothing_else() {
        let cache = Cache::default();
        let (batch, reading) = sentence(7, 5);
        assert_eq!(cache.get(&batch), None);
        cache.put(&batch, &reading);
        assert_eq!(cache.get(&batch), Some(reading));
        let others: [fn(&mut Batch); 3] =
            [|batch| batch.ids[4] = 1, |batch| batch.types[1] = 2, |batch| batch.words[0] = vec![1, 2]];
        for change in others {
            let mut other = batch.clone();
            change(&mut other);
            assert_eq!(cache.get(&other), None);
        }
    }

    #[test]
    fn memory_is_bounded_and_what_is_asked_for_stays() {
        let cache = Cache::default();
        let (often, reading) = sentence(0, 60);
        cache.put(&often, &reading);
        for id in 1..2000 {
            let (batch, reading) = sentence(100 * id, 60);
            cache.put(&batch, &reading);
            assert!(cache.get(&often).is_some());
        }
        let shards = cache.shards.iter().map(|shard| shard.lock().unwrap());
        let bytes: usize = shards
            .map(|shard| shard.young.values().chain(shard.old.values()).map(Entry::bytes).sum::<usize>())
            .sum();
        assert!(bytes > MEMORY / 4 && bytes < MEMORY + SHARDS * (100 << 10), "{bytes} bytes");
    }

    #[test]
    fn long_sentences_are_not_remembered() {
        let cache = Cache::default();
        let (batch, reading) = sentence(3, MOST_TOKENS + 1);
        cache.put(&batch, &reading);
        assert_eq!(cache.get(&batch), None);
    }
}
