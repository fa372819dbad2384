//! Clusters of vectors by average link, for a number of clusters that is not known before.
//!
//! Two clusters are as alike as the mean cosine of their members across (average link, Sokal and Michener 1958).
//! Of unit vectors that is the product of the clusters' sums, so no table of distances is needed. The most alike
//! are joined as long as they are alike enough; the chain of nearest neighbours (Murtagh 1983) finds the same
//! clusters without looking at all pairs again for each of them.

use rayon::prelude::*;

use crate::reader::{Matrix, dot};

/// Least mean cosine of two clusters that are joined. Chosen by eye on reviews, with vectors that have the corpus's
/// mean taken out.
const ALIKE: f32 = 0.35;

/// Most vectors that are clustered among themselves: the time grows with their square.
const CORE: usize = 5_000;

/// What a product of unit vectors may be off by, and more.
const ROUNDING: f32 = 1e-3;

/// Vectors that are multiplied with others at a time: one bit each of a word.
const TOGETHER: usize = u64::BITS as usize;

/// Vectors that belong together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cluster {
    /// Sum of the vectors that were clustered among themselves.
    pub sum: Vec<f32>,
    /// Indices of the vectors, rising.
    pub members: Vec<usize>,
    /// How many vectors `sum` is of.
    core: usize,
}

impl Cluster {
    /// Mean cosine of the members of two clusters.
    fn likeness(&self, other: &Cluster) -> f32 {
        dot(&self.sum, &other.sum) / (self.core * other.core) as f32
    }
}

/// Clusters vectors of unit length, the most important first: the first 5,000 among themselves, each of the others
/// with the cluster that it is most like, if it is alike enough. Every one of the first is in a cluster, be it
/// alone. The result does not depend on the number of threads.
pub(super) fn clusters<V: AsRef<[f32]> + Sync>(vectors: &[V]) -> Vec<Cluster> {
    let (core, rest) = vectors.split_at(vectors.len().min(CORE));
    let mut clusters = chain(core);
    let sums = matrix(clusters.iter().map(|cluster| cluster.sum.as_slice()));
    let home = |products: &[f32]| {
        let likeness = products.iter().zip(&clusters).map(|(product, cluster)| product / cluster.core as f32);
        let nearest = likeness.zip(0..).reduce(nearer);
        nearest.filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, index)| index)
    };
    let homes: Vec<Option<usize>> =
        rest.par_chunks(TOGETHER).flat_map_iter(|vectors| products(&sums, vectors, home)).collect();
    for (index, home) in homes.into_iter().enumerate() {
        if let Some(cluster) = home.and_then(|home| clusters.get_mut(home)) {
            cluster.members.push(core.len() + index);
        }
    }
    clusters
}

/// What `take` makes of each vector's products with the rows of a matrix.
fn products<V: AsRef<[f32]>, T>(rows: &Matrix, vectors: &[V], take: impl Fn(&[f32]) -> T) -> Vec<T> {
    let vectors: Vec<&[f32]> = vectors.iter().map(AsRef::as_ref).collect();
    rows.dots_of_all(&vectors.concat()).chunks_exact(rows.rows().max(1)).map(take).collect()
}

fn matrix<'a>(rows: impl Iterator<Item = &'a [f32]>) -> Matrix {
    let rows: Vec<&[f32]> = rows.collect();
    Matrix::new(rows.first().map_or(0, |row| row.len()), &rows.concat())
}

/// Follows nearest neighbours until two are each other's, joins them, and goes on from where the chain was.
fn chain<V: AsRef<[f32]> + Sync>(vectors: &[V]) -> Vec<Cluster> {
    let mut near = Near::new(vectors);
    let mut open: Vec<Option<Cluster>> = vectors
        .iter()
        .enumerate()
        .map(|(index, vector)| Some(Cluster { sum: vector.as_ref().to_vec(), members: vec![index], core: 1 }))
        .collect();
    let mut done = Vec::new();
    let mut chain: Vec<usize> = Vec::new();
    let mut first = 0;
    loop {
        let Some(&tip) = chain.last() else {
            while open.get(first).is_some_and(Option::is_none) {
                first += 1;
            }
            if first == open.len() {
                break;
            }
            chain.push(first);
            continue;
        };
        let before = chain.len().checked_sub(2).and_then(|place| chain.get(place)).copied();
        match nearest(&open, &near, tip, before) {
            Some((likeness, next)) if likeness >= ALIKE && Some(next) == before => {
                chain.truncate(chain.len().saturating_sub(2));
                join(&mut open, next.min(tip), next.max(tip));
                near.join(next.min(tip), next.max(tip));
            }
            Some((likeness, next)) if likeness >= ALIKE => chain.push(next),
            // Joining others never brings them nearer to this one, so it is complete.
            _ => {
                chain.pop();
                done.extend(open.get_mut(tip).and_then(Option::take));
            }
        }
    }
    for cluster in &mut done {
        cluster.members.sort_unstable();
    }
    done.sort_unstable_by(|a, b| a.members.cmp(&b.members));
    done
}

/// The open cluster most like the one at `tip`, if any may be alike enough; of equals the one `before` it in the chain,
/// else the first.
fn nearest(open: &[Option<Cluster>], near: &Near, tip: usize, before: Option<usize>) -> Option<(f32, usize)> {
    let own = open.get(tip)?.as_ref()?;
    let likeness = |index: usize| Some((own.likeness(open.get(index)?.as_ref()?), index));
    let others: Vec<usize> = near.of(tip).filter(|index| *index != tip).collect();
    let best = others.into_par_iter().with_min_len(512).filter_map(likeness).reduce_with(nearer)?;
    Some(before.and_then(likeness).filter(|before| before.0 >= best.0).unwrap_or(best))
}

/// Which clusters may be alike enough to be joined, a bit for each pair.
///
/// A mean is at most its greatest part: two clusters can be alike only where two of their members are. That is found
/// once, by products of whole blocks of vectors, and leaves few pairs to look at.
struct Near {
    /// Words of [`TOGETHER`] bits in a row.
    words: usize,
    bits: Vec<u64>,
}

impl Near {
    fn new<V: AsRef<[f32]> + Sync>(vectors: &[V]) -> Near {
        let words = vectors.len().div_ceil(TOGETHER);
        let blocks: Vec<Matrix> =
            vectors.chunks(TOGETHER).map(|block| matrix(block.iter().map(AsRef::as_ref))).collect();
        let near = |products: &[f32]| {
            let bits = products.iter().map(|product| u64::from(*product >= ALIKE - ROUNDING));
            bits.rev().fold(0, |word, bit| word << 1 | bit)
        };
        // Those of a block with it and all blocks after it: one word for each of its rows.
        let halves: Vec<Vec<Vec<u64>>> = vectors
            .par_chunks(TOGETHER)
            .enumerate()
            .map(|(at, block)| {
                let with = |other: &Matrix| products(other, block, near);
                blocks[at..].iter().map(with).collect()
            })
            .collect();
        let mut near = Near { words, bits: vec![0; vectors.len() * words] };
        for (at, half) in halves.iter().enumerate() {
            for (other, rows) in (at..).zip(half) {
                for (row, word) in (at * TOGETHER..).zip(rows) {
                    near.bits[row * words + other] |= word;
                    for like in ones(*word) {
                        near.bits[(other * TOGETHER + like) * words + at] |= 1 << (row % TOGETHER);
                    }
                }
            }
        }
        near
    }

    /// Those that may be alike the one at `index`, rising; some of them may be closed.
    fn of(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let row = &self.bits[index * self.words..][..self.words];
        row.iter().enumerate().flat_map(|(place, word)| ones(*word).map(move |bit| place * TOGETHER + bit))
    }

    /// Whatever `from` may be like, `to` may be like now.
    fn join(&mut self, to: usize, from: usize) {
        let others: Vec<usize> = self.of(from).collect();
        for other in others {
            for (a, b) in [(to, other), (other, to)] {
                self.bits[a * self.words + b / TOGETHER] |= 1 << (b % TOGETHER);
            }
        }
    }
}

/// The places of the bits that are set, rising.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        // Takes the lowest bit away.
        word &= word.checked_sub(1)?;
        Some(bit)
    })
}

/// The more alike of two, and of equals the first.
fn nearer(a: (f32, usize), b: (f32, usize)) -> (f32, usize) {
    if b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).is_gt() { b } else { a }
}

/// Moves the cluster at `from` into that at `to`.
fn join(open: &mut [Option<Cluster>], to: usize, from: usize) {
    let Some(from) = open.get_mut(from).and_then(Option::take) else { return };
    if let Some(Some(to)) = open.get_mut(to) {
        to.sum.iter_mut().zip(&from.sum).for_each(|(sum, value)| *sum += value);
        to.members.extend(from.members);
        to.core += from.core;
    }
}

/// The vector of length one in the same direction; `None` for one without a direction.
pub(super) fn unit(vector: &[f32]) -> Option<Vec<f32>> {
    let norm = dot(vector, vector).sqrt();
    (norm.is_finite() && norm > 1e-3).then(|| vector.iter().map(|value| value / norm).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A unit vector near the axis `at`, off it by as much as `noise`.
    fn near(at: usize, noise: &[f32]) -> Vec<f32> {
        let mut vector = noise.to_vec();
        vector[at] += 1.0;
        unit(&vector).unwrap()
    }

    fn members(clusters: &[Cluster]) -> Vec<Vec<usize>> {
        clusters.iter().map(|cluster| cluster.members.clone()).collect()
    }

    #[test]
    fn the_most_alike_are_joined_first() {
        // Angles in degrees: 135 is near enough to 60 alone, but not to the three that are joined before.
        let at = |degrees: f32| vec![degrees.to_radians().cos(), degrees.to_radians().sin()];
        let vectors: Vec<_> = [0.0, 30.0, 60.0, 135.0, 240.0].map(at).to_vec();
        assert_eq!(members(&clusters(&vectors)), [vec![0, 1, 2], vec![3], vec![4]]);
        assert_eq!(clusters::<Vec<f32>>(&[]), []);
    }

    #[test]
    fn equals_make_no_circle() {
        let vectors = vec![vec![1.0, 0.0]; 40];
        assert_eq!(members(&clusters(&vectors)), [(0..40).collect::<Vec<_>>()]);
    }

    #[test]
    fn what_is_beyond_the_core_joins_its_nearest() {
        let mut vectors: Vec<_> = (0..CORE).map(|index| near(index % 3, &[0.0; 5])).collect();
        vectors.push(near(1, &[0.1, 0.0, 0.0, 0.0, 0.0]));
        vectors.push(near(4, &[0.0; 5]));
        let found = clusters(&vectors);
        assert_eq!(found.len(), 3);
        assert!(found[1].members.contains(&CORE) && !found[0].members.contains(&CORE));
        assert!(found.iter().all(|cluster| !cluster.members.contains(&(CORE + 1))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn planted_clusters_are_found(
            planted in proptest::collection::vec((0usize..6, proptest::collection::vec(-0.1f32..0.1, 24)), 1..80),
        ) {
            let vectors: Vec<_> = planted.iter().map(|(at, noise)| near(*at, noise)).collect();
            let mut expected: Vec<Vec<usize>> = (0..6)
                .map(|axis| (0..planted.len()).filter(|index| planted[*index].0 == axis).collect())
                .filter(|members: &Vec<usize>| !members.is_empty())
                .collect();
            expected.sort();
            prop_assert_eq!(members(&clusters(&vectors)), expected);
        }

        #[test]
        fn every_vector_is_in_one_cluster_and_no_two_should_be_joined(
            given in proptest::collection::vec(proptest::collection::vec(-1f32..1.0, 5), 0..60),
        ) {
            let vectors: Vec<_> = given.iter().filter_map(|vector| unit(vector)).collect();
            let found = clusters(&vectors);
            let mut all: Vec<usize> = found.iter().flat_map(|cluster| cluster.members.clone()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..vectors.len()).collect::<Vec<_>>());
            for (index, a) in found.iter().enumerate() {
                prop_assert!(found[..index].iter().all(|b| a.likeness(b) < ALIKE + 1e-5));
            }
            let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            prop_assert_eq!(alone.install(|| clusters(&vectors)), found);
        }
    }
}
