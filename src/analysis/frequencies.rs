//! How rare a word is: document frequencies that ship with the model, so that a review's keyphrases never
//! depend on the reviews beside it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use crate::text::Document;

/// Fewest documents that a word of the table must be in.
const MIN_DOCUMENTS: u32 = 5;
/// Most words of a table that is counted.
const MAX_WORDS: usize = 40_000;
/// Most words of a table that is read: a bound on memory for a file that may be anything.
const MAX_LINES: usize = 1_000_000;
/// Documents assumed for a word that is not in the table: fewer than any in it.
const UNSEEN: f32 = 2.0;

/// Why a table of frequencies could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrequenciesError {
    /// The first line is not `documents<TAB>N`.
    #[error("frequencies, line 1: expected `documents`, a tab and a number above 0, got `{0}`")]
    Header(String),
    /// A line is not `word<TAB>count` with a count from 1 to the number of documents.
    #[error(
        "frequencies, line {line}: expected a word, a tab and a number from 1 to {documents}, got `{text}`"
    )]
    Line {
        /// From 1.
        line: usize,
        /// Documents, by the first line.
        documents: u32,
        /// The line's beginning.
        text: String,
    },
    /// The words do not rise, so one may be there twice.
    #[error("frequencies, line {0}: the words are not in order")]
    Order(usize),
    /// There are more lines than any table has.
    #[error("frequencies: more than {MAX_LINES} lines")]
    Long,
}

/// In how many documents of a reference collection each word occurs. Words are as [`crate::text::words`] splits
/// them, in lower case and with straight apostrophes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frequencies {
    documents: u32,
    words: HashMap<String, u32>,
}

impl Frequencies {
    /// Counts the documents that hold each word with a letter, markup left out; keeps the words of at least 5 documents, at most
    /// the 40,000 most frequent ones.
    pub fn count<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Frequencies {
        let mut documents = 0u32;
        let mut counts: HashMap<String, u32> = HashMap::new();
        for text in texts {
            documents = documents.saturating_add(1);
            let document = Document::parse(text.as_ref());
            let words = document.sentences.iter().flat_map(|sentence| &sentence.words);
            let seen: HashSet<String> =
                words.map(|word| key(&document.text[word.range.clone()]).into_owned()).collect();
            for word in seen.into_iter().filter(|word| word.chars().any(char::is_alphabetic)) {
                *counts.entry(word).or_insert(0) += 1;
            }
        }
        let mut kept: Vec<(String, u32)> =
            counts.into_iter().filter(|(_, count)| *count >= MIN_DOCUMENTS).collect();
        kept.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        kept.truncate(MAX_WORDS);
        Frequencies { documents, words: kept.into_iter().collect() }
    }

    /// Reads what [`Frequencies::write`] wrote: `documents<TAB>N`, then lines `word<TAB>count` with rising words.
    ///
    /// # Errors
    /// Where a line is not of that form, the words do not rise, or there are more than a million of them.
    pub fn parse(table: &str) -> Result<Frequencies, FrequenciesError> {
        let mut lines = table.lines();
        let header = lines.next().unwrap_or_default();
        let documents = header
            .strip_prefix("documents\t")
            .and_then(|number| number.parse().ok())
            .filter(|number| *number > 0)
            .ok_or_else(|| FrequenciesError::Header(beginning(header)))?;
        let mut words = HashMap::new();
        let mut last = "";
        for (index, line) in lines.enumerate() {
            if index >= MAX_LINES {
                return Err(FrequenciesError::Long);
            }
            let (word, count) = line
                .split_once('\t')
                .and_then(|(word, count)| Some((word, count.parse::<u32>().ok()?)))
                .filter(|(word, count)| !word.is_empty() && (1..=documents).contains(count))
                .ok_or_else(|| FrequenciesError::Line {
                    line: index + 2,
                    documents,
                    text: beginning(line),
                })?;
            if word <= last {
                return Err(FrequenciesError::Order(index + 2));
            }
            last = word;
            words.insert(word.to_owned(), count);
        }
        Ok(Frequencies { documents, words })
    }

    /// Writes the table: a first line `documents<TAB>N`, then `word<TAB>count`, the words in byte order.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        writeln!(out, "documents\t{}", self.documents)?;
        let mut rows: Vec<_> = self.words.iter().collect();
        rows.sort_unstable();
        for (word, count) in rows {
            writeln!(out, "{word}\t{count}")?;
        }
        Ok(())
    }

    /// Number of documents counted.
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// Inverse document frequency of a word in any case: ln((N + 1) / (n + 1)), where n is the number of the N
    /// documents that hold it (2 for a word not in the table). 0 for a word of every document; 0 throughout
    /// for an empty table.
    pub fn idf(&self, word: &str) -> f32 {
        let count = self.words.get(&*key(word)).map_or(UNSEEN, |count| *count as f32);
        ((self.documents as f32 + 1.0) / (count + 1.0)).ln().max(0.0)
    }
}

/// A word as the table holds it.
fn key(word: &str) -> Cow<'_, str> {
    // Hardly any word that is asked for needs a change.
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return word.into();
    }
    word.to_lowercase().replace('’', "'").into()
}

fn beginning(line: &str) -> String {
    line.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table() -> Frequencies {
        Frequencies::count([
            "The reef, the tide",
            "The tide",
            "the Tide 7",
            "the lamp",
            "the lamp",
            "a tide",
            "Tide",
        ])
    }

    #[test]
    fn counts_documents_not_occurrences() {
        let table = table();
        assert_eq!(table.documents(), 7);
        assert_eq!(table.words, HashMap::from([("the".to_owned(), 5), ("tide".to_owned(), 5)]));
    }

    #[test]
    fn rarer_words_weigh_more() {
        let table = table();
        assert!((table.idf("tide") - (8.0f32 / 6.0).ln()).abs() < 1e-6);
        assert!((table.idf("reef") - (8.0f32 / 3.0).ln()).abs() < 1e-6);
        assert_eq!(Frequencies::default().idf("reef"), 0.0);
    }

    #[test]
    fn a_written_table_reads_back() {
        let mut out = Vec::new();
        table().write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "documents\t7\nthe\t5\ntide\t5\n");
        assert_eq!(Frequencies::parse(&text), Ok(table()));
    }

    #[test]
    fn broken_tables_are_refused() {
        use FrequenciesError::{Header, Order};
        assert_eq!(Frequencies::parse(""), Err(Header(String::new())));
        assert_eq!(Frequencies::parse("documents\t0\n"), Err(Header("documents\t0".into())));
        assert_eq!(Frequencies::parse("documents\t9\nreef\t2\nlamp\t2"), Err(Order(3)));
        for line in ["reef", "reef\t0", "reef\t10", "\t3", "reef\t-1", "reef\t2\t2", ""] {
            let text = format!("documents\t9\n{line}\n");
            let error = FrequenciesError::Line { line: 2, documents: 9, text: line.into() };
            assert_eq!(Frequencies::parse(&text), Err(error), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn any_table_counted_reads_back(texts in proptest::collection::vec("[a-c É'\t\n]{0,12}", 0..60)) {
            let table = Frequencies::count(&texts);
            let mut out = Vec::new();
            table.write(&mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            if texts.is_empty() {
                prop_assert!(Frequencies::parse(&text).is_err());
            } else {
                prop_assert_eq!(Frequencies::parse(&text).unwrap(), table);
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>()) {
            let _ = Frequencies::parse(&text);
        }
    }
}
