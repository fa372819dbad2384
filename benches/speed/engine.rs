//! The embedded engine's side of benches/speed.
//!
//! ```text
//! speed sentences REVIEWS NUMBER OUT    writes the first sentences of the reviews as token ids and types, JSON lines
//! speed reviews REVIEWS NUMBER OUT      the same for all sentences of the first reviews
//! speed encode TOKENS THREADS           for each line of standard input reads them all once and answers one line
//! ```
#![forbid(unsafe_code)]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};
use std::path::Path;

use critique::corpus::{self, Item};
use critique::reader::{Batch, Config, Embedded, Encoder, Model, States, Tokenizer, Weights};
use critique::text::Document;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Tokens of a batch: what the reader gives the encoder at a time.
const BATCH_TOKENS: usize = 1024;

/// One sentence.
#[derive(Serialize, Deserialize)]
struct Sentence {
    ids: Vec<u32>,
    types: Vec<u8>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sentences", reviews, most, out] => {
            tokens(Path::new(reviews), usize::MAX, most.parse()?, Path::new(out))
        }
        ["reviews", reviews, most, out] => {
            tokens(Path::new(reviews), most.parse()?, usize::MAX, Path::new(out))
        }
        ["encode", tokens, threads] => encode(Path::new(tokens), threads.parse()?),
        _ => Err("speed sentences|reviews REVIEWS NUMBER OUT | speed encode TOKENS THREADS".into()),
    }
}

/// Writes sentences until there are enough of them, or of the reviews.
fn tokens(input: &Path, reviews: usize, sentences: usize, out: &Path) -> Result<(), Box<dyn Error>> {
    let tokenizer = Tokenizer::parse(&Model::embedded().tokenizer)?;
    let mut out = BufWriter::new(File::create(out)?);
    let items = corpus::open(&[input.to_path_buf()], &corpus::Options::default())?;
    let mut written = 0;
    let texts = items.filter_map(|item| match item {
        Ok(Item::Review(review)) => Some(Ok(review.text)),
        Ok(Item::Reject(_)) => None,
        Err(error) => Some(Err(error)),
    });
    for text in texts.take(reviews) {
        let document = Document::parse(&text?);
        for sentence in document.sentences.iter().take(sentences - written) {
            let mut batch = Batch::default();
            tokenizer.push(&mut batch, &document.text, &sentence.words);
            serde_json::to_writer(&mut out, &Sentence { ids: batch.ids, types: batch.types })?;
            writeln!(out)?;
            written += 1;
        }
        if written == sentences {
            break;
        }
    }
    Ok(out.flush()?)
}

fn encode(tokens: &Path, threads: usize) -> Result<(), Box<dyn Error>> {
    let model = Model::embedded();
    let engine = Embedded::new(&Weights::parse(&model.weights)?, &Config::parse(&model.config)?)?;
    let batches = batches(tokens)?;
    let pool = ThreadPoolBuilder::new().num_threads(threads).build()?;
    for line in stdin().lines() {
        line?;
        let read = |states: &mut States, batch| engine.encode_into(batch, states);
        pool.install(|| batches.par_iter().try_for_each_init(States::default, read))?;
        writeln!(stdout(), "done")?;
    }
    Ok(())
}

fn batches(tokens: &Path) -> Result<Vec<Batch>, Box<dyn Error>> {
    let mut batches = vec![Batch { offsets: vec![0], ..Batch::default() }];
    for line in BufReader::new(File::open(tokens)?).lines() {
        let sentence: Sentence = serde_json::from_str(&line?)?;
        if batches.last().is_none_or(|batch| batch.ids.len() >= BATCH_TOKENS) {
            batches.push(Batch { offsets: vec![0], ..Batch::default() });
        }
        let Some(batch) = batches.last_mut() else { continue };
        batch.ids.extend(sentence.ids);
        batch.types.extend(sentence.types);
        batch.offsets.push(batch.ids.len());
        batch.words.push(Vec::new());
    }
    Ok(batches)
}
