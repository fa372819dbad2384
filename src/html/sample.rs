//! What of a large corpus is in the page: a plain random sample of rows, and a fair one of texts.

use super::rows::{Corpus, Row};

/// Rows and texts of a page, as indices of the corpus's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sample {
    /// In the order of the input.
    pub(super) rows: Vec<usize>,
    /// The order in which texts are taken while there is room.
    pub(super) texts: Vec<usize>,
}

impl Sample {
    /// At most `most` rows, each review as likely as any other, so that shares and means of the sample
    /// are fair estimates of the corpus's. Texts come film by film and critic by critic: the first
    /// of every film and of every critic before the second of any.
    pub(super) fn new(corpus: &Corpus, most: usize, seed: u64) -> Self {
        let mut shuffled: Vec<usize> = (0..corpus.rows.len()).collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        shuffled.truncate(most);
        let texts: Vec<usize> = shuffled.iter().copied().filter(|&row| corpus.rows[row].detail).collect();
        let films = turns(&texts, corpus, |row| row.film);
        let critics = turns(&texts, corpus, |row| row.critic);
        let both = films.iter().zip(&critics).map(|(film, critic)| (film.min(critic), film + critic));
        let mut texts: Vec<_> = both.zip(texts).collect();
        texts.sort_by_key(|&(turn, _)| turn);
        shuffled.sort_unstable();
        Self { rows: shuffled, texts: texts.into_iter().map(|(_, row)| row).collect() }
    }
}

/// For each row, how many before it have the same name.
fn turns(rows: &[usize], corpus: &Corpus, name: impl Fn(&Row) -> Option<u32>) -> Vec<u32> {
    let mut seen = std::collections::HashMap::new();
    let mut turn = |row: &usize| {
        let count = seen.entry(name(&corpus.rows[*row])).or_insert(0);
        *count += 1;
        *count
    };
    rows.iter().map(&mut turn).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::corpus;
    use super::*;

    #[test]
    fn a_small_corpus_is_whole_and_in_order() {
        let corpus = corpus(&[("A", "x"), ("A", "y"), ("B", "x")]);
        let sample = Sample::new(&corpus, 10, 1);
        assert_eq!(sample.rows, [0, 1, 2]);
        let mut texts = sample.texts;
        texts.sort_unstable();
        assert_eq!(texts, [0, 1, 2]);
    }

    #[test]
    fn the_same_seed_takes_the_same_rows_without_repeats() {
        let corpus = corpus(&vec![("A", "x"); 500]);
        let sample = Sample::new(&corpus, 100, 7);
        assert_eq!(sample, Sample::new(&corpus, 100, 7));
        assert_ne!(sample.rows, Sample::new(&corpus, 100, 8).rows);
        assert_eq!(sample.rows.len(), 100);
        assert!(sample.rows.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn rare_films_and_critics_have_their_first_text_early() {
        let mut names = vec![("Common", "prolific"); 400];
        names.push(("Rare", "prolific"));
        names.push(("Common", "shy"));
        names.push(("Only", "once"));
        let texts = Sample::new(&corpus(&names), 1000, 3).texts;
        let place = |row| texts.iter().position(|&text| text == row).unwrap();
        assert_eq!(texts.len(), 403);
        // Before them stand only the first of the common film and of the prolific critic.
        assert!([400, 401, 402].into_iter().all(|row| place(row) < 5), "{:?}", &texts[..5]);
    }
}
