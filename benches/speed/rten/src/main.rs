//! rten's side of benches/speed: for each line of standard input reads all sentences once and answers one line.
//!
//! `speed-rten MODEL TOKENS BATCH`; the number of threads is that of `RTEN_NUM_THREADS`. Sentences are sorted by length
//! and padded within each batch; weights are packed once.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdin, stdout};

use rten::ModelOptions;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

/// Ids and mask of one batch, sentences × longest.
struct Feed {
    ids: NdTensor<i32, 2>,
    mask: NdTensor<i32, 2>,
    types: NdTensor<i32, 2>,
}

impl Feed {
    fn new(sentences: &[Vec<i32>]) -> Feed {
        let longest = sentences.iter().map(Vec::len).max().unwrap_or(0);
        let shape = [sentences.len(), longest];
        let at = |row: usize, column: usize| sentences[row].get(column).copied();
        Feed {
            ids: NdTensor::from_fn(shape, |[row, column]| at(row, column).unwrap_or(0)),
            mask: NdTensor::from_fn(shape, |[row, column]| i32::from(at(row, column).is_some())),
            types: NdTensor::zeros(shape),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, tokens, size] = &arguments[..] else { return Err("speed-rten MODEL TOKENS BATCH".into()) };
    let model = ModelOptions::with_all_ops().prepack_weights(true).load_file(model)?;
    let mut sentences = BufReader::new(File::open(tokens)?)
        .lines()
        .map(|line| {
            let sentence: serde_json::Value = serde_json::from_str(&line?)?;
            Ok(serde_json::from_value(sentence["ids"].clone())?)
        })
        .collect::<Result<Vec<Vec<i32>>, Box<dyn Error>>>()?;
    sentences.sort_by_key(Vec::len);
    let feeds: Vec<Feed> = sentences.chunks(size.parse()?).map(Feed::new).collect();
    let [ids, mask, types] =
        ["input_ids", "attention_mask", "token_type_ids"].map(|name| model.node_id(name));
    let (ids, mask, types) = (ids?, mask?, types?);
    for line in stdin().lines() {
        line?;
        for feed in &feeds {
            let inputs =
                vec![(ids, feed.ids.view().into()), (mask, feed.mask.view().into()), (types, feed.types.view().into())];
            model.run(inputs, model.output_ids(), None)?;
        }
        writeln!(stdout(), "done")?;
    }
    Ok(())
}
