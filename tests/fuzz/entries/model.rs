//! The other files of a model: configuration, tokenizer and frequencies.

use critique::analysis::Frequencies;
use critique::reader::{Batch, Config, Embedded, Tokenizer, Weights};
use critique::text::Document;

use super::weights::TINY;

const WEIGHTS: &[u8] = include_bytes!("../seeds/weights/tiny.safetensors");

pub fn run(bytes: &[u8]) {
    if let Ok(config) = Config::parse(bytes) {
        let weights = Weights::parse(WEIGHTS).expect("the seed");
        let fits = Config::parse(TINY.as_bytes()).expect("its configuration");
        // Weights of another shape are refused before anything is made of them.
        let read = Embedded::new(&weights, &config).is_ok();
        assert_eq!(read, Config { layer_norm_eps: fits.layer_norm_eps, ..config } == fits);
    }
    if let Ok(tokenizer) = Tokenizer::parse(bytes) {
        let document = Document::parse("It is a Fine film, isn’t it? ZZ 42");
        let mut batch = Batch::default();
        for sentence in &document.sentences {
            tokenizer.push(&mut batch, &document.text, &sentence.words);
        }
    }
    if let Ok(table) = std::str::from_utf8(bytes)
        && let Ok(frequencies) = Frequencies::parse(table)
    {
        let mut written = Vec::new();
        frequencies.write(&mut written).expect("memory to write to");
        let written = String::from_utf8(written).expect("a table is text");
        assert_eq!(Frequencies::parse(&written), Ok(frequencies));
    }
}
