//! The order of training: batches of one task each, shuffled, the same for the same seed.

use super::example::{Example, Task};

/// SplitMix64 (Steele et al. 2014): a tiny generator whose whole state is one number, so that a resumed training
/// goes on exactly.
#[derive(Debug, Clone)]
pub struct Rng(pub u64);

impl Rng {
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n` (`n` > 0).
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        (self.next() >> 11) as f64 / ((1u64 << 53) as f64) < probability
    }

    /// Fisher-Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// Examples that are read together, how often, and how many at a time.
pub struct Source {
    /// Name in the log.
    pub name: &'static str,
    /// The examples, all of one task.
    pub examples: Vec<Example>,
    /// Passes over them; a fraction takes a part in the last pass.
    pub epochs: f64,
    /// Examples a batch.
    pub batch: usize,
}

/// One batch: which examples of which source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Index of the source.
    pub source: usize,
    /// Indices of its examples.
    pub examples: Vec<usize>,
}

/// All batches of a training, in order.
pub fn plan(sources: &[Source], seed: u64) -> Vec<Step> {
    let mut rng = Rng(seed);
    let mut steps = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let mut left = (source.examples.len() as f64 * source.epochs) as usize;
        while left > 0 {
            let mut order: Vec<usize> = (0..source.examples.len()).collect();
            rng.shuffle(&mut order);
            order.truncate(left);
            left -= order.len();
            // Sorting by length inside windows of many batches wastes little on padding and keeps batches mixed.
            for window in order.chunks_mut(source.batch * 32) {
                window.sort_by_key(|&i| source.examples[i].tokens());
                for batch in window.chunks(source.batch) {
                    steps.push(Step { source: index, examples: batch.to_vec() });
                }
            }
        }
    }
    rng.shuffle(&mut steps);
    steps
}

/// Learning rate factor at a step: linear warm-up over the first 4 %, then linear down to 0.
pub fn rate(step: usize, steps: usize) -> f64 {
    let warm = (steps as f64 * 0.04).max(1.0);
    let at = step as f64;
    if at < warm { (at + 1.0) / warm } else { ((steps as f64 - at) / (steps as f64 - warm)).clamp(0.0, 1.0) }
}

/// At most `most` of a review's `count` sentences: its opening, its end, and some of the middle.
pub fn choose_sentences(count: usize, most: usize, rng: &mut Rng) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    let (head, tail) = (most / 4, most.div_ceil(2));
    let mut middle: Vec<usize> = (head..count - tail).collect();
    rng.shuffle(&mut middle);
    middle.truncate(most - head - tail);
    middle.sort_unstable();
    (0..head).chain(middle).chain(count - tail..count).collect()
}

/// How the letters of a batch are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// As they are.
    Given,
    /// All as lower case, as some people write.
    Lower,
    /// All as capitals, as some people shout.
    Upper,
}

impl Case {
    /// For a batch of this task: mostly as given, above all where names are learnt.
    pub fn choose(task: Task, rng: &mut Rng) -> Case {
        let lower = if task == Task::Tags { 0.1 } else { 0.25 };
        match rng.chance(lower) {
            true => Case::Lower,
            false if rng.chance(0.05) => Case::Upper,
            false => Case::Given,
        }
    }

    /// The token type that all tokens get, if not their own.
    pub fn token_type(self) -> Option<u8> {
        match self {
            Case::Given => None,
            Case::Lower => Some(0),
            Case::Upper => Some(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{Encoded, Target};
    use super::*;

    fn source(count: usize, epochs: f64, batch: usize) -> Source {
        let example = |n: usize| Example {
            sentences: vec![Encoded { ids: vec![1; n % 7 + 2], types: vec![0; n % 7 + 2], words: vec![1] }],
            target: Target::Tone(2),
        };
        Source { name: "test", examples: (0..count).map(example).collect(), epochs, batch }
    }

    #[test]
    fn every_example_is_seen_as_often_as_asked() {
        let sources = [source(100, 2.0, 8), source(31, 0.5, 4)];
        let steps = plan(&sources, 7);
        let mut seen = vec![0; 100];
        for step in steps.iter().filter(|s| s.source == 0) {
            for &i in &step.examples {
                seen[i] += 1;
            }
        }
        assert!(seen.iter().all(|&n| n == 2));
        assert_eq!(steps.iter().filter(|s| s.source == 1).map(|s| s.examples.len()).sum::<usize>(), 15);
        assert_eq!(steps, plan(&sources, 7));
        assert_ne!(steps, plan(&sources, 8));
    }

    #[test]
    fn sentences_keep_order_and_ends() {
        let chosen = choose_sentences(40, 12, &mut Rng(1));
        assert_eq!(chosen.len(), 12);
        assert!(chosen.windows(2).all(|w| w[0] < w[1]));
        assert_eq!((chosen[0], chosen[11]), (0, 39));
        assert_eq!(choose_sentences(3, 12, &mut Rng(1)), [0, 1, 2]);
    }
}
