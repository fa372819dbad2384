//! rust-bert's side of benches/speed/peers: its ready-made pipelines over whole reviews.
//!
//! ```text
//! rust_bert sentiment|entities|keywords REVIEWS FOLDER BATCH
//! ```
//!
//! For each number on standard input reads as many of the first reviews, BATCH at a call, and answers one line. The
//! models have the shapes of the pipelines' default models and random weights, which take the same time. They are
//! written to FOLDER and loaded from there by the pipeline itself. The vocabulary is that of the embedded reader.

use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::path::{Path, PathBuf};

use critique::reader::Model;
use rust_bert::bert::{BertConfig, BertForTokenClassification};
use rust_bert::distilbert::{DistilBertConfig, DistilBertModelClassifier};
use rust_bert::pipelines::common::{ConfigOption, ModelResource, ModelType};
use rust_bert::pipelines::keywords_extraction::{
    KeywordExtractionConfig, KeywordExtractionModel, KeywordScorerType,
};
use rust_bert::pipelines::ner::NERModel;
use rust_bert::pipelines::sentence_embeddings::{SentenceEmbeddingsConfig, SentenceEmbeddingsOption};
use rust_bert::pipelines::sentiment::{SentimentConfig, SentimentModel};
use rust_bert::pipelines::token_classification::{LabelAggregationOption, TokenClassificationConfig};
use rust_bert::resources::LocalResource;
use serde::Serialize;
use serde_json::{Value, json};
use tch::{Device, nn::VarStore};

/// Reads some reviews.
type Pipeline = Box<dyn Fn(&[&str]) -> Result<(), Box<dyn Error>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, reviews, folder, batch] = &arguments[..] else {
        return Err("rust_bert sentiment|entities|keywords REVIEWS FOLDER BATCH".into());
    };
    let folder = Folder::new(Path::new(folder))?;
    let read = match name.as_str() {
        "sentiment" => sentiment(&folder)?,
        "entities" => entities(&folder)?,
        "keywords" => keywords(&folder)?,
        _ => return Err(format!("{name} is not a pipeline").into()),
    };
    let reviews = texts(Path::new(reviews))?;
    let reviews: Vec<&str> = reviews.iter().map(String::as_str).collect();
    for number in stdin().lines() {
        let number: usize = number?.parse()?;
        reviews[..number.min(reviews.len())].chunks(batch.parse()?).try_for_each(&read)?;
        writeln!(stdout(), "done")?;
    }
    Ok(())
}

fn texts(reviews: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut texts = Vec::new();
    for line in BufReader::new(File::open(reviews)?).lines() {
        let review: Value = serde_json::from_str(&line?)?;
        texts.push(review["text"].as_str().ok_or("a review without text")?.to_owned());
    }
    Ok(texts)
}

/// DistilBERT, base, fine-tuned on SST-2: 6 layers, 768 wide.
fn sentiment(folder: &Folder) -> Result<Pipeline, Box<dyn Error>> {
    let labels = labels(&["NEGATIVE", "POSITIVE"]);
    let config = DistilBertConfig { id2label: Some(labels), ..DistilBertConfig::default() };
    let weights = VarStore::new(Device::Cpu);
    DistilBertModelClassifier::new(weights.root(), &config)?;
    let model = SentimentModel::new(SentimentConfig::new(
        ModelType::DistilBert,
        folder.weights(&weights)?,
        folder.json("config.json", &config)?,
        folder.vocabulary(config.vocab_size)?,
        None,
        true,
        None,
        None,
    ))?;
    Ok(Box::new(move |texts| {
        model.predict(texts);
        Ok(())
    }))
}

/// BERT, large, cased, fine-tuned on CoNLL-2003: 24 layers, 1,024 wide.
fn entities(folder: &Folder) -> Result<Pipeline, Box<dyn Error>> {
    let tags = ["O", "B-MISC", "I-MISC", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"];
    let config = BertConfig {
        hidden_size: 1024,
        intermediate_size: 4096,
        num_attention_heads: 16,
        num_hidden_layers: 24,
        vocab_size: 28_996,
        id2label: Some(labels(&tags)),
        ..BertConfig::default()
    };
    let weights = VarStore::new(Device::Cpu);
    BertForTokenClassification::new(weights.root(), &config)?;
    let model = NERModel::new(TokenClassificationConfig::new(
        ModelType::Bert,
        folder.weights(&weights)?,
        folder.json("config.json", &config)?,
        folder.vocabulary(config.vocab_size)?,
        None,
        false,
        None,
        None,
        LabelAggregationOption::First,
    ))?;
    Ok(Box::new(move |texts| {
        model.predict_full_entities(texts);
        Ok(())
    }))
}

/// all-MiniLM-L6-v2: 6 layers, 384 wide, mean of at most 256 tokens. Single words, the first 5, as by default.
fn keywords(folder: &Folder) -> Result<Pipeline, Box<dyn Error>> {
    let config = BertConfig {
        hidden_size: 384,
        intermediate_size: 1536,
        num_hidden_layers: 6,
        ..BertConfig::default()
    };
    let weights = VarStore::new(Device::Cpu);
    SentenceEmbeddingsOption::new(ModelType::Bert, weights.root(), &ConfigOption::Bert(config.clone()))?;
    folder.weights(&weights)?;
    let modules: Vec<Value> = ["Transformer", "Pooling", "Normalize"]
        .iter()
        .enumerate()
        .map(|(idx, kind)| {
            json!({"idx": idx, "name": kind, "path": "", "type": format!("sentence_transformers.models.{kind}")})
        })
        .collect();
    let pooling = json!({
        "word_embedding_dimension": config.hidden_size,
        "pooling_mode_cls_token": false,
        "pooling_mode_max_tokens": false,
        "pooling_mode_mean_tokens": true,
        "pooling_mode_mean_sqrt_len_tokens": false,
    });
    let lengths = json!({"max_seq_length": 256, "do_lower_case": false});
    let sentence_embeddings_config = SentenceEmbeddingsConfig {
        modules_config_resource: Box::new(folder.json("modules.json", &modules)?),
        transformer_type: ModelType::Bert,
        transformer_config_resource: Box::new(folder.json("config.json", &config)?),
        transformer_weights_resource: Box::new(LocalResource::from(folder.0.join(WEIGHTS))),
        pooling_config_resource: Box::new(folder.json("pooling.json", &pooling)?),
        dense_config_resource: None,
        dense_weights_resource: None,
        sentence_bert_config_resource: Box::new(folder.json("sentence_bert_config.json", &lengths)?),
        tokenizer_config_resource: Box::new(
            folder.json("tokenizer_config.json", &json!({"do_lower_case": true}))?,
        ),
        tokenizer_vocab_resource: Box::new(folder.vocabulary(config.vocab_size)?),
        tokenizer_merges_resource: None,
        device: Device::Cpu,
        kind: None,
    };
    let model = KeywordExtractionModel::new(KeywordExtractionConfig {
        sentence_embeddings_config,
        tokenizer_stopwords: None,
        tokenizer_pattern: None,
        tokenizer_forbidden_ngram_chars: None,
        scorer_type: KeywordScorerType::CosineSimilarity,
        ngram_range: (1, 1),
        num_keywords: 5,
        diversity: None,
        max_sum_candidates: None,
    })?;
    Ok(Box::new(move |texts| {
        model.predict(texts)?;
        Ok(())
    }))
}

fn labels(names: &[&str]) -> HashMap<i64, String> {
    (0..).zip(names.iter().map(|name| (*name).to_owned())).collect()
}

const WEIGHTS: &str = "rust_model.ot";

/// Where a model's files are.
struct Folder(PathBuf);

impl Folder {
    fn new(path: &Path) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(path)?;
        Ok(Self(path.to_owned()))
    }

    fn weights(&self, weights: &VarStore) -> Result<ModelResource, Box<dyn Error>> {
        let path = self.0.join(WEIGHTS);
        weights.save(&path)?;
        Ok(ModelResource::Torch(Box::new(LocalResource::from(path))))
    }

    fn json(&self, name: &str, value: &impl Serialize) -> Result<LocalResource, Box<dyn Error>> {
        let path = self.0.join(name);
        fs::write(&path, serde_json::to_vec(value)?)?;
        Ok(path.into())
    }

    /// The reader's first `size` word pieces, one a line.
    fn vocabulary(&self, size: i64) -> Result<LocalResource, Box<dyn Error>> {
        let tokenizer: Value = serde_json::from_slice(&Model::embedded().tokenizer)?;
        let pieces = tokenizer["model"]["vocab"].as_object().ok_or("tokenizer.json has no vocabulary")?;
        let mut lines: Vec<(i64, &str)> =
            pieces.iter().filter_map(|(piece, id)| Some((id.as_i64()?, piece.as_str()))).collect();
        lines.sort_unstable();
        let path = self.0.join("vocab.txt");
        let text: String =
            lines.iter().take_while(|(id, _)| *id < size).map(|(_, piece)| format!("{piece}\n")).collect();
        fs::write(&path, text)?;
        Ok(path.into())
    }
}
