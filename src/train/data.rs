//! Reads the labelled data sets: a folder a set, gzipped JSON lines in each (see the model card for what they are).

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use rayon::prelude::*;
use serde::Deserialize;

use super::TrainError;
use super::example::{Encoded, Example, Target};
use super::tags::{Place, join_tagged, named_words, tag_words};
use super::titles;
use crate::reader::{EMOTIONS, Reader, ReaderError, Tokenizer};
use crate::text::{Document, Word, words};

#[derive(Deserialize)]
struct Labelled<L> {
    text: String,
    label: L,
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
struct Tagged {
    tokens: Vec<String>,
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Rated {
    text: String,
    rating: f32,
}

#[derive(Deserialize)]
struct Felt {
    text: String,
    labels: Vec<String>,
}

#[derive(Deserialize)]
struct Annotated {
    text: String,
    keyphrases: Vec<String>,
}

/// Of a review's sentences without a title, one of so many is looked at for names.
const PLAIN: usize = 24;
/// A comment and which emotions it shows.
pub type Comment = (String, [bool; EMOTIONS.len()]);

/// Reads every line of one split as JSON.
fn lines<T: for<'de> Deserialize<'de> + Send>(folder: &Path, file: &str) -> Result<Vec<T>, TrainError> {
    let path = folder.join(file);
    let open = |e: std::io::Error| TrainError::Data(path.clone(), e.to_string());
    let reader = BufReader::new(MultiGzDecoder::new(File::open(&path).map_err(open)?));
    let lines: Vec<String> = reader.lines().collect::<Result<_, _>>().map_err(open)?;
    lines
        .par_iter()
        .map(|line| serde_json::from_str(line).map_err(|e| TrainError::Data(path.clone(), e.to_string())))
        .collect()
}

/// The data folder and the tokenizer that its texts are read with.
pub struct DataSets<'a> {
    /// Holds a folder for each data set.
    pub folder: PathBuf,
    /// Of the model that is trained.
    pub tokenizer: &'a Tokenizer,
}

impl DataSets<'_> {
    fn whole(&self, text: &str, target: Target) -> Example {
        Example { sentences: vec![Encoded::new(self.tokenizer, text, &words(text))], target }
    }

    /// Stanford Sentiment Treebank: sentences, or phrases, with their five-step labels.
    pub fn treebank(&self, split: &str, kind: &str) -> Result<Vec<Example>, TrainError> {
        let rows: Vec<Labelled<i64>> = lines(&self.folder, &format!("sst/{split}.jsonl.gz"))?;
        Ok(rows
            .par_iter()
            .filter(|row| row.kind == kind && !words(&row.text).is_empty())
            .map(|row| self.whole(&plain_quotes(&row.text), Target::Tone(row.label.clamp(0, 4))))
            .collect())
    }

    /// Treebank sentences with the steps of those of their phrases that say something: neutral ones of one or two
    /// words, which are half of all, are left out.
    pub fn treebank_parts(&self) -> Result<Vec<Example>, TrainError> {
        let rows: Vec<Labelled<i64>> = lines(&self.folder, "sst/train.jsonl.gz")?;
        let (sentences, phrases): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.kind == "sentence");
        let steps: HashMap<String, i64> = phrases
            .into_iter()
            .filter(|row| row.label != 2 || row.text.split(' ').nth(2).is_some())
            .map(|row| (plain_quotes(&row.text), row.label.clamp(0, 4)))
            .collect();
        Ok(sentences
            .par_iter()
            .map(|row| {
                let text = plain_quotes(&row.text);
                let words = words(&text);
                let encoded = Encoded::new(self.tokenizer, &text, &words);
                let parts = parts(&text, &words, &encoded, &steps);
                Example { sentences: vec![encoded], target: Target::Parts(parts) }
            })
            .filter(|example| matches!(&example.target, Target::Parts(parts) if !parts.is_empty()))
            .collect())
    }

    /// Sentences of movie reviews with the names that an earlier reader is sure of, and with the titles that people set
    /// in quotation marks, half of them with the marks taken away: a title is then known by how it is spoken of, and
    /// stays apart from the people around it.
    pub fn review_names(&self, earlier: &Reader) -> Result<Vec<Example>, TrainError> {
        let rows: Vec<Rated> = lines(&self.folder, "imdb/train.jsonl.gz")?;
        let sentences: Vec<(String, Vec<Place>)> = rows
            .par_iter()
            .flat_map_iter(|row| {
                let document = Document::parse(&row.text);
                let chosen = document.sentences.iter().enumerate().filter_map(|(index, sentence)| {
                    let text = &document.text[sentence.range.clone()];
                    // Of those without a title, a few are enough.
                    let plain = || (index % PLAIN == PLAIN / 2).then(|| (text.to_string(), Vec::new()));
                    titles::label(text).or_else(plain)
                });
                chosen.collect::<Vec<_>>()
            })
            .collect();
        let examples: Vec<Vec<Example>> = sentences
            .par_chunks(32)
            .map(|group| {
                let documents: Vec<Document> = group.iter().map(|(text, _)| Document::parse(text)).collect();
                let (readings, _) = earlier.read(&documents)?;
                let lone = documents.iter().zip(&readings).zip(group).filter(|((d, _), _)| d.sentences.len() == 1);
                let examples = lone.map(|((document, readings), (_, titles))| {
                    let words = &document.sentences[0].words;
                    let tags = named_words(words, &readings[0].tags, titles);
                    let sentence = Encoded::new(self.tokenizer, &document.text, words);
                    Example { sentences: vec![sentence], target: Target::Tags(tags) }
                });
                let telling = |example: &Example| matches!(&example.target, Target::Tags(t) if t.iter().any(|&t| t > 0));
                Ok(examples.filter(telling).collect())
            })
            .collect::<Result<_, ReaderError>>()?;
        Ok(examples.into_iter().flatten().collect())
    }

    /// Subjectivity data set: snippets of reviews against plot summaries.
    pub fn subjectivity(&self, split: &str) -> Result<Vec<Example>, TrainError> {
        let rows: Vec<Labelled<String>> = lines(&self.folder, &format!("subj/{split}.jsonl.gz"))?;
        Ok(rows
            .par_iter()
            .map(|row| self.whole(&row.text, Target::Opinion(i64::from(row.label == "objective"))))
            .collect())
    }

    /// GoEmotions: short comments with all the emotions that their annotators saw in them.
    pub fn emotions(&self, split: &str) -> Result<Vec<Example>, TrainError> {
        let comments = self.comments(split)?;
        Ok(comments.par_iter().map(|(text, felt)| self.whole(text, Target::Emotions(*felt))).collect())
    }

    /// The same comments as text, but for those without a word.
    pub fn comments(&self, split: &str) -> Result<Vec<Comment>, TrainError> {
        let rows: Vec<Felt> = lines(&self.folder, &format!("goemotions/{split}.jsonl.gz"))?;
        let felt = |row: &Felt| EMOTIONS.map(|emotion| row.labels.iter().any(|label| label == emotion));
        let rows = rows.into_iter().filter(|row| !words(&row.text).is_empty());
        Ok(rows.map(|row| (felt(&row), row.text)).map(|(felt, text)| (text, felt)).collect())
    }

    /// A tagged set; `name` maps its types to ours (`None`: outside).
    pub fn tagged(
        &self,
        file: &str,
        name: fn(&str) -> Option<&'static str>,
    ) -> Result<Vec<Example>, TrainError> {
        let rows: Vec<Tagged> = lines(&self.folder, file)?;
        Ok(rows
            .par_iter()
            .filter(|row| !row.tokens.is_empty())
            .map(|row| {
                let (text, labels) = join_tagged(&row.tokens, &row.tags, name);
                let words = words(&text);
                let tags = tag_words(&words, &labels);
                Example {
                    sentences: vec![Encoded::new(self.tokenizer, &text, &words)],
                    target: Target::Tags(tags),
                }
            })
            .collect())
    }

    /// Inspec abstracts, a sentence an example, with every place where one of their key phrases stands.
    pub fn abstracts(&self, split: &str) -> Result<Vec<Example>, TrainError> {
        let rows: Vec<Annotated> = lines(&self.folder, &format!("inspec/{split}.jsonl.gz"))?;
        Ok(rows
            .par_iter()
            .flat_map_iter(|row| {
                let document = Document::parse(&row.text);
                let phrases: Vec<Vec<String>> = row.keyphrases.iter().map(|p| stems(p, &words(p))).collect();
                document
                    .sentences
                    .iter()
                    .map(|sentence| {
                        let labels = mark_phrases(&stems(&document.text, &sentence.words), &phrases);
                        Example {
                            sentences: vec![Encoded::new(self.tokenizer, &document.text, &sentence.words)],
                            target: Target::Phrases(labels),
                        }
                    })
                    .collect::<Vec<_>>()
            })
            .collect())
    }

    /// Large Movie Review Dataset: whole reviews with their ratings from 1 to 10.
    pub fn reviews(&self, split: &str) -> Result<Vec<Example>, TrainError> {
        let rows: Vec<Rated> = lines(&self.folder, &format!("imdb/{split}.jsonl.gz"))?;
        Ok(rows.par_iter().filter_map(|row| self.review(&row.text, (row.rating - 1.0) / 9.0)).collect())
    }

    /// The rated reviews as they are, each with how favourable it is (0 to 1).
    pub fn rated_texts(&self) -> Result<Vec<(String, f32)>, TrainError> {
        let rows: Vec<Rated> = lines(&self.folder, "imdb/train.jsonl.gz")?;
        Ok(rows.into_iter().map(|row| (row.text, (row.rating - 1.0) / 9.0)).collect())
    }

    /// One review and how favourable it is (0 to 1); `None` where the text has no sentence.
    pub fn review(&self, text: &str, favour: f32) -> Option<Example> {
        let document = Document::parse(text);
        let sentences: Vec<Encoded> = document
            .sentences
            .iter()
            .map(|s| Encoded::new(self.tokenizer, &document.text, &s.words))
            .collect();
        (!sentences.is_empty())
            .then(|| Example { sentences, target: Target::Verdict(favour.clamp(0.0, 1.0)) })
    }
}

/// Treebank quotes as people type them.
fn plain_quotes(text: &str) -> String {
    text.replace("``", "\"").replace("''", "\"").replace("-LRB-", "(").replace("-RRB-", ")")
}

/// The ranges of tokens that are a phrase with a step, the whole sentence not among them.
fn parts(
    text: &str,
    words: &[Word],
    encoded: &Encoded,
    steps: &HashMap<String, i64>,
) -> Vec<(std::ops::Range<u32>, i64)> {
    let mut tokens: Vec<std::ops::Range<usize>> = Vec::new();
    let mut at = 0;
    for token in text.split(' ') {
        tokens.push(at..at + token.len());
        at += token.len() + 1;
    }
    // The first encoded token at or after a byte; the closing one stands after all.
    let place = |byte: usize| {
        let word = words.iter().position(|w| w.range.start >= byte);
        word.and_then(|w| encoded.words.get(w).copied()).unwrap_or(encoded.ids.len() as u32 - 1)
    };
    let mut found = Vec::new();
    for first in 0..tokens.len() {
        for last in first..tokens.len() {
            let bytes = tokens[first].start..tokens[last].end;
            let Some(&step) = steps.get(&text[bytes.clone()]) else { continue };
            let range = place(bytes.start)..place(bytes.end);
            if !range.is_empty() && bytes.len() < text.len() {
                found.push((range, step));
            }
        }
    }
    found
}

fn stems(text: &str, words: &[Word]) -> Vec<String> {
    let stemmer = rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::English);
    words.iter().map(|w| stemmer.stem(&text[w.range.clone()].to_lowercase()).into_owned()).collect()
}

/// 0, 1, 2 for words outside, at the beginning of and inside a phrase; longer phrases win.
fn mark_phrases(words: &[String], phrases: &[Vec<String>]) -> Vec<i64> {
    let mut labels = vec![0; words.len()];
    let mut order: Vec<&Vec<String>> = phrases.iter().filter(|p| !p.is_empty()).collect();
    order.sort_by_key(|p| std::cmp::Reverse(p.len()));
    for phrase in order {
        for start in 0..words.len().saturating_sub(phrase.len() - 1) {
            let place = start..start + phrase.len();
            if words[place.clone()] == **phrase && labels[place.clone()].iter().all(|&l| l == 0) {
                labels[place.clone()].fill(2);
                labels[start] = 1;
            }
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_phrases_win() {
        let words: Vec<String> = ["neural", "net", "and", "net"].map(String::from).to_vec();
        let phrases = vec![vec!["net".to_string()], vec!["neural".to_string(), "net".to_string()]];
        assert_eq!(mark_phrases(&words, &phrases), [1, 2, 0, 1]);
    }
}
