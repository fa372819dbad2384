//! One training from beginning to end: data, network, steps, checkpoints, log.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rust_bert::bert::BertConfig;
use tch::{Device, Kind, Tensor};

use super::TrainError;
use super::data::DataSets;
use super::example::{Example, Target};
use super::loss::{Losses, Replica};
use super::measure::{Held, measure};
use super::network::{self, Encoder};
use super::optimizer::AdamW;
use super::schedule::{Case, Rng, Source, plan, rate};
use super::tags;
use super::verdict::EMOTIONS_KEPT;
use crate::reader::{Engine, Model, Reader, Tokenizer};

/// What to train, on what, and where to put it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the model to start from: `model.safetensors`, `config.json`, `tokenizer.json`.
    pub base: PathBuf,
    /// Folder of a model that was trained from the base, to go on from; sentence vectors are still held to the base's.
    pub from: Option<PathBuf>,
    /// Folder of an earlier reader, whose names in movie reviews are learnt from where it is sure of them.
    pub names: Option<PathBuf>,
    /// Folder of the public data sets; `None` trains on `labelled` alone.
    pub data: Option<PathBuf>,
    /// The user's own reviews: text and how favourable, 0 to 1.
    pub labelled: Vec<(String, f32)>,
    /// Folder for checkpoints and the log.
    pub work: PathBuf,
    /// Factor on all numbers of epochs.
    pub epochs: f64,
    /// Highest learning rate of the encoder's top layer.
    pub learning_rate: f64,
    /// Order of examples.
    pub seed: u64,
    /// Copies of the network that share each batch, one a thread.
    pub replicas: usize,
    /// Compute the encoder in bfloat16.
    pub bfloat16: bool,
    /// CPU or GPU.
    pub device: Device,
}

/// Steps between checkpoints.
const CHECKPOINT: usize = 500;
/// Steps between figures on held-out rows.
const MEASURE: usize = 3000;
/// Heads start from nothing and learn faster than the encoder.
const HEAD_RATE: f64 = 4.0;
/// Each layer further down learns slower by this (Howard and Ruder 2018).
const LAYER_DECAY: f64 = 0.9;

/// Trains, going on from the last checkpoint in the work folder if there is one, and writes `model.safetensors`
/// (float32), `config.json` and `tokenizer.json` into `<work>/model`. Returns that folder.
pub fn run(options: &Options) -> Result<PathBuf, TrainError> {
    let file = |path: &Path| {
        let path = path.to_path_buf();
        move |e: std::io::Error| TrainError::File(path, e)
    };
    std::fs::create_dir_all(&options.work).map_err(file(&options.work))?;
    let tokenizer = Tokenizer::open(&options.base.join("tokenizer.json"))?;
    let config = network::config(&options.base.join("config.json"))?;
    let base = read_tensors(&options.base.join("model.safetensors"))?;
    let start = match &options.from {
        Some(from) => read_tensors(&from.join("model.safetensors"))?,
        None => base.iter().map(|(name, tensor)| (name.clone(), tensor.shallow_clone())).collect(),
    };
    let mut log = Log::open(&options.work.join("train.log"))?;
    let (sources, held) = sources(options, &tokenizer)?;
    let steps = plan(&sources, options.seed);
    for source in &sources {
        log.line(&format!("{}: {} examples x {}", source.name, source.examples.len(), source.epochs));
    }

    let mut replicas = (0..options.replicas.max(1))
        .map(|_| Replica::new(&config, &start, &base, options.device))
        .collect::<Result<Vec<_>, _>>()?;
    if options.device == Device::Cpu {
        tch::set_num_threads(1);
    }
    let mut optimizer = parameters(&mut replicas, &config, options.bfloat16);

    let mut first = 0;
    let checkpoint = options.work.join("checkpoint.safetensors");
    if checkpoint.exists() {
        let state = read_tensors(&checkpoint)?;
        if !optimizer.restore(&state) {
            return Err(TrainError::Weights(format!("{} is of another training", checkpoint.display())));
        }
        first = state.get("steps").map_or(0, |t| t.int64_value(&[0]) as usize);
        log.line(&format!("goes on from step {first}"));
    }
    let mut means: HashMap<&str, (f64, usize)> = HashMap::new();
    let (began, mut tokens) = (Instant::now(), 0usize);
    for (at, step) in steps.iter().enumerate().skip(first) {
        let source = &sources[step.source];
        let examples: Vec<&Example> = step.examples.iter().map(|&i| &source.examples[i]).collect();
        // Chosen from the step's number, so that a resumed training sees what an unbroken one would have.
        let rng = Rng(options.seed ^ (at as u64).wrapping_mul(0xD134_2543_DE82_EF95));
        let losses = learn(&mut replicas, &examples, rng)?;
        optimizer.step(options.learning_rate * rate(at, steps.len()));
        tokens += examples.iter().map(|e| e.tokens()).sum::<usize>();
        let task = (source.name, losses.task);
        for (name, loss) in [task].into_iter().chain(losses.distance.map(|d| ("distance", d))) {
            let mean = means.entry(name).or_default();
            *mean = (mean.0 + loss, mean.1 + 1);
        }
        let done = at + 1;
        if done % 100 == 0 {
            let mut parts: Vec<String> =
                means.drain().map(|(name, (sum, n))| format!("{name} {:.3}", sum / n as f64)).collect();
            parts.sort();
            let seconds = began.elapsed().as_secs_f64();
            let left = seconds / (done - first) as f64 * (steps.len() - done) as f64 / 60.0;
            log.line(&format!(
                "step {done}/{} {:.0} tokens/s, {left:.0} min left: {}",
                steps.len(),
                tokens as f64 / seconds,
                parts.join(", ")
            ));
        }
        if done % CHECKPOINT == 0 {
            write_tensors(&optimizer.state(), &checkpoint)?;
        }
        if done % MEASURE == 0 || done == steps.len() {
            for set in &held {
                for (name, figure) in measure(&replicas[0].encoder, &replicas[0].heads, options.device, set)?
                {
                    log.line(&format!("step {done} dev {} {name} {figure:.4}", set.name));
                }
            }
            export(options, &config, &replicas[0].encoder, &optimizer)?;
        }
    }
    export(options, &config, &replicas[0].encoder, &optimizer)
}

/// Shares a batch out among the replicas; gives its mean losses.
fn learn(replicas: &mut [Replica], examples: &[&Example], mut rng: Rng) -> Result<Losses, TrainError> {
    let case = Case::choose(examples[0].task(), &mut rng);
    // Dealt like cards: examples are sorted by length, so every part costs the same.
    let count = replicas.len().min(examples.len());
    let parts: Vec<Vec<&Example>> =
        (0..count).map(|n| examples.iter().skip(n).step_by(count).copied().collect()).collect();
    let results: Vec<Result<(f64, Losses), TrainError>> = std::thread::scope(|scope| {
        let handles: Vec<_> = replicas
            .iter_mut()
            .zip(parts)
            .map(|(replica, part)| {
                let mut rng = Rng(rng.next());
                let share = part.len() as f64 / examples.len() as f64;
                scope.spawn(move || Ok((share, replica.learn(&part, share, case, &mut rng)?)))
            })
            .collect();
        handles.into_iter().map(|h| h.join().expect("a replica does not panic")).collect()
    });
    let mut mean = Losses { task: 0.0, distance: None };
    for result in results {
        let (share, losses) = result?;
        mean.task += share * losses.task;
        mean.distance = mean.distance.or(losses.distance);
    }
    Ok(mean)
}

/// The training mix. Epochs were chosen so that no task starves and no small set is learnt by heart.
fn sources(options: &Options, tokenizer: &Tokenizer) -> Result<(Vec<Source>, Vec<Held>), TrainError> {
    let mut sources = Vec::new();
    let mut held = Vec::new();
    let mut add = |name, examples, epochs: f64, batch| {
        sources.push(Source { name, examples, epochs: epochs * options.epochs, batch });
    };
    if let Some(folder) = &options.data {
        let sets = DataSets { folder: folder.clone(), tokenizer };
        add("treebank", sets.treebank("train", "sentence")?, 4.0, 32);
        add("treebank parts", sets.treebank_parts()?, 4.0, 32);
        add("treebank phrases", sets.treebank("train", "phrase")?, 0.7, 64);
        add("subjectivity", sets.subjectivity("train")?, 2.0, 32);
        add("newswire", sets.tagged("conll2003/train.jsonl.gz", tags::newswire)?, 2.5, 32);
        if let Some(folder) = &options.names {
            let model = Model::open(folder).map_err(|e| TrainError::Weights(e.to_string()))?;
            add("names in reviews", sets.review_names(&Reader::new(&model, Engine::Embedded)?)?, 1.0, 32);
        }
        let emotions = sets.emotions("train")?;
        // The others are for the thresholds.
        let emotions =
            emotions.into_iter().enumerate().filter(|(i, _)| i % EMOTIONS_KEPT != 0).map(|(_, e)| e);
        add("emotions", emotions.collect(), 2.0, 64);
        let mut arts = sets.tagged("crossner_music/train.jsonl.gz", tags::arts)?;
        arts.extend(sets.tagged("crossner_literature/train.jsonl.gz", tags::arts)?);
        add("arts", arts, 4.0, 16);
        add(
            "movie questions",
            sets.tagged("mit_movie_trivia/train.jsonl.gz", tags::movie_questions)?,
            0.3,
            48,
        );
        add("abstracts", sets.abstracts("train")?, 1.2, 32);
        add("reviews", sets.reviews("train")?, 0.4, 6);
        held.push(Held { name: "sst", examples: sets.treebank("dev", "sentence")? });
        held.push(Held { name: "subj", examples: sets.subjectivity("dev")? });
        held.push(Held {
            name: "conll2003",
            examples: sets.tagged("conll2003/dev.jsonl.gz", tags::newswire)?,
        });
        held.push(Held { name: "uner_ewt", examples: sets.tagged("uner_ewt/dev.jsonl.gz", tags::newswire)? });
        held.push(Held { name: "goemotions", examples: sets.emotions("dev")? });
        held.push(Held { name: "inspec", examples: sets.abstracts("dev")? });
        let mut reviews = sets.reviews("dev")?;
        reviews.truncate(100);
        held.push(Held { name: "imdb (100)", examples: reviews });
    }
    if !options.labelled.is_empty() {
        let sets = DataSets { folder: PathBuf::new(), tokenizer };
        let own: Vec<Example> =
            options.labelled.iter().filter_map(|(text, favour)| sets.review(text, *favour)).collect();
        // A label of a one-sentence text is a label of that sentence's tone too.
        let sentences: Vec<Example> = own
            .iter()
            .filter(|e| e.sentences.len() == 1)
            .filter_map(|e| {
                let Target::Verdict(favour) = e.target else { return None };
                let label = (favour * 4.0).round() as i64;
                Some(Example { sentences: e.sentences.clone(), target: Target::Tone(label) })
            })
            .collect();
        add("own reviews", own, 3.0, 6);
        if !sentences.is_empty() {
            add("own sentences", sentences, 3.0, 32);
        }
    }
    sources.retain(|s| !s.examples.is_empty());
    Ok((sources, held))
}

/// All that is trained: heads, and the encoder but for its word and position tables.
///
/// The word table is half of all weights; a dense update of it doubles the time of a step, and fine-tuning moves few
/// of its rows.
fn parameters(replicas: &mut [Replica], config: &BertConfig, bfloat16: bool) -> AdamW {
    // The unrounded weights stand behind the rounded ones, so they are taken before the cast.
    let masters: Vec<(String, Tensor)> = sorted(replicas[0].encoder.variables())
        .into_iter()
        .map(|(name, tensor)| (name, tensor.detach().copy()))
        .collect();
    if bfloat16 {
        for replica in replicas.iter_mut() {
            replica.encoder.bfloat16();
            replica.teacher.bfloat16();
        }
    }
    let all = |name: &str, variables: &[HashMap<String, Tensor>]| {
        variables.iter().filter_map(|v| v.get(name)).map(Tensor::shallow_clone).collect::<Vec<_>>()
    };
    let mut optimizer = AdamW::new();
    let encoders: Vec<_> = replicas.iter().map(|r| r.encoder.variables()).collect();
    for (name, master) in masters {
        let live = all(&name, &encoders);
        if let Some(rate) = encoder_rate(&name, config.num_hidden_layers) {
            optimizer.add(name, &master, live, rate);
        } else {
            live.into_iter().for_each(|t| drop(t.set_requires_grad(false)));
        }
    }
    let heads: Vec<_> = replicas.iter().map(|r| r.heads.variables()).collect();
    for (name, master) in sorted(replicas[0].heads.variables()) {
        optimizer.add(name.clone(), &master, all(&name, &heads), HEAD_RATE);
    }
    optimizer
}

fn encoder_rate(name: &str, layers: i64) -> Option<f64> {
    if name.contains("word_embeddings") || name.contains("position_embeddings") {
        return None;
    }
    let depth = name
        .split_once("layer.")
        .and_then(|(_, rest)| rest.split('.').next())
        .and_then(|n| n.parse::<i64>().ok())
        .map_or(layers, |n| layers - 1 - n);
    // Letter case starts from one row; it must learn to tell the four apart.
    if name.contains("token_type") { Some(1.0) } else { Some(LAYER_DECAY.powi(depth as i32)) }
}

fn sorted(variables: HashMap<String, Tensor>) -> Vec<(String, Tensor)> {
    let mut list: Vec<_> = variables.into_iter().collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

/// Writes the float32 model folder.
fn export(
    options: &Options,
    config: &BertConfig,
    encoder: &Encoder,
    optimizer: &AdamW,
) -> Result<PathBuf, TrainError> {
    let folder = options.work.join("model");
    let file = |e| TrainError::File(folder.clone(), e);
    std::fs::create_dir_all(&folder).map_err(file)?;
    let mut tensors: HashMap<String, Tensor> =
        encoder.variables().into_iter().map(|(n, t)| (n, t.to_kind(Kind::Float))).collect();
    tensors.extend(optimizer.weights());
    write_tensors(&sorted(tensors), &folder.join("model.safetensors"))?;
    std::fs::copy(options.base.join("tokenizer.json"), folder.join("tokenizer.json")).map_err(file)?;
    let shape = serde_json::json!({
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": config.max_position_embeddings,
        "num_attention_heads": config.num_attention_heads,
        "num_hidden_layers": config.num_hidden_layers,
        "type_vocab_size": config.type_vocab_size,
        "vocab_size": config.vocab_size,
        // Required by readers of BERT configurations; the reader has no dropout.
        "attention_probs_dropout_prob": 0.0,
        "hidden_dropout_prob": 0.0,
        "initializer_range": 0.02,
    });
    std::fs::write(folder.join("config.json"), format!("{shape:#}\n")).map_err(file)?;
    Ok(folder)
}

/// Reads all tensors of a file; int8 matrices are multiplied out.
fn read_tensors(path: &Path) -> Result<HashMap<String, Tensor>, TrainError> {
    let stored: HashMap<String, Tensor> = Tensor::read_safetensors(path)?.into_iter().collect();
    let float = |(name, tensor): (&String, &Tensor)| {
        let tensor = match stored.get(&format!("{name}_scale")) {
            Some(scale) => tensor.to_kind(Kind::Float) * scale.unsqueeze(-1),
            None => tensor.shallow_clone(),
        };
        (name.clone(), tensor)
    };
    Ok(stored.iter().map(float).collect())
}

/// Writes beside and renames, so that a stop in the middle loses nothing.
fn write_tensors(tensors: &[(String, Tensor)], path: &Path) -> Result<(), TrainError> {
    let partial = path.with_extension("partial");
    let tensors: Vec<(&str, Tensor)> =
        tensors.iter().map(|(n, t)| (n.as_str(), t.detach().to_device(Device::Cpu).contiguous())).collect();
    Tensor::write_safetensors(&tensors, &partial)?;
    std::fs::rename(&partial, path).map_err(|e| TrainError::File(path.to_path_buf(), e))
}

/// Lines to the terminal and to a file.
struct Log(std::fs::File);

impl Log {
    fn open(path: &Path) -> Result<Log, TrainError> {
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map(Log)
            .map_err(|e| TrainError::File(path.to_path_buf(), e))
    }

    fn line(&mut self, text: &str) {
        eprintln!("{text}");
        // A full disk must not end hours of training.
        let _ = writeln!(self.0, "{text}");
    }
}
