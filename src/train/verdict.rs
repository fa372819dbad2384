//! The last step of a training: quantise, then fit how a review's sentences make its verdict.
//!
//! The encoder learns from some sentences of some reviews, since whole reviews are long. Here it stays as it is, in
//! the int8 form that ships, reads every review whole, and only the attention over sentences and the verdict of each
//! are fitted: a small model over fixed features, so that all reviews take minutes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use tch::{Device, Kind, Reduction, Tensor as Torch};

use super::TrainError;
use super::data::DataSets;
use super::emotions;
use super::optimizer::AdamW;
use super::schedule::Rng;
use super::training::Options;
use crate::analysis::Frequencies;
use crate::reader::quantize::quantize;
use crate::reader::{Engine, Model, Pooled, Reader, Tensor, Tokenizer, Weights, WeightsError};
use crate::text::{Block, Document};

/// Reviews a step, passes over all, and learning rate: the fit is convex but for the attention, and settles early.
const BATCH: usize = 128;
const EPOCHS: usize = 8;
const RATE: f64 = 1e-3;
/// Every so many reviews are kept to choose the best pass by.
const HELD: usize = 20;
/// Every so many labelled comments are kept from training, for the thresholds of emotions.
pub const EMOTIONS_KEPT: usize = 10;
/// Sentences of a review that are looked at: its first and its last ones.
const SENTENCES: usize = 96;

/// A review's sentences as the heads see them, and how favourable it is (0 to 1).
type Rated = (Vec<Pooled>, f32);

/// Quantises the model folder that [`super::run`] wrote, fits the verdict on rated reviews, and writes all four files
/// of a model to `output`. Returns lines for the log.
///
/// # Errors
/// Files that can't be read or written, or a model that does not fit.
pub fn finish(options: &Options, trained: &Path, output: &Path) -> Result<Vec<String>, TrainError> {
    let file = |path: &Path| {
        let path = path.to_path_buf();
        move |e| TrainError::File(path, e)
    };
    let read = |name: &str| std::fs::read(trained.join(name)).map_err(file(&trained.join(name)));
    let weights = |e: WeightsError| TrainError::Weights(e.to_string());
    let mut quantised = quantize(&Weights::parse(&read("model.safetensors")?).map_err(weights)?);
    let (config, tokenizer) = (read("config.json")?, read("tokenizer.json")?);
    let texts = rated_texts(options, &tokenizer)?;
    let frequencies = match &options.data {
        Some(_) => {
            let mut table = Vec::new();
            Frequencies::count(texts.iter().map(|(text, _)| text.as_str()))
                .write(&mut table)
                .map_err(file(output))?;
            Cow::Owned(table)
        }
        // A user's few reviews say little about how rare a word is.
        None => Model::embedded().frequencies,
    };
    let mut lines = Vec::new();
    if !texts.is_empty() {
        let model = Model {
            name: "trained".to_string(),
            weights: Cow::Owned(quantised.to_bytes().map_err(weights)?),
            config: Cow::Owned(config.clone()),
            tokenizer: Cow::Owned(tokenizer.clone()),
            frequencies: frequencies.clone(),
        };
        let reader = Reader::new(&model, Engine::Embedded)?;
        if let Some(folder) = &options.data {
            let tokenizer = Tokenizer::parse(&tokenizer)?;
            let sets = DataSets { folder: folder.clone(), tokenizer: &tokenizer };
            let comments = sets.comments("train")?.into_iter().step_by(EMOTIONS_KEPT);
            lines.extend(emotions::fit_thresholds(&mut quantised, &reader, &comments.collect::<Vec<_>>())?);
        }
        let reviews = features(&reader, &texts)?;
        if options.data.is_some() {
            emotions::set_rates(&mut quantised, reader.heads(), reviews.iter().map(|(s, _)| &s[..]));
        }
        lines.extend(fit(&mut quantised, &reviews, options.seed)?);
    }
    std::fs::create_dir_all(output).map_err(file(output))?;
    quantised.write(&output.join("model.safetensors")).map_err(weights)?;
    for (name, bytes) in
        [("config.json", &config[..]), ("tokenizer.json", &tokenizer), ("frequencies.tsv", &frequencies)]
    {
        std::fs::write(output.join(name), bytes).map_err(file(&output.join(name)))?;
    }
    Model::seal(output).map_err(|error| TrainError::Weights(error.to_string()))?;
    Ok(lines)
}

fn rated_texts(options: &Options, tokenizer: &[u8]) -> Result<Vec<(String, f32)>, TrainError> {
    let mut texts = options.labelled.clone();
    if let Some(folder) = &options.data {
        let tokenizer = Tokenizer::parse(tokenizer)?;
        texts.extend(DataSets { folder: folder.clone(), tokenizer: &tokenizer }.rated_texts()?);
    }
    Ok(texts)
}

/// What the heads see of each review's running text.
fn features(reader: &Reader, texts: &[(String, f32)]) -> Result<Vec<Rated>, TrainError> {
    let groups: Vec<Vec<Rated>> = texts
        .par_chunks(8)
        .map(|group| {
            let documents: Vec<Document> = group
                .iter()
                .map(|(text, _)| {
                    let mut document = Document::parse(text);
                    document.sentences.retain(|s| s.block == Block::Prose);
                    let count = document.sentences.len();
                    if count > SENTENCES {
                        document.sentences.drain(SENTENCES / 2..count - SENTENCES / 2);
                    }
                    document
                })
                .collect();
            let pooled = reader.pool(&documents)?;
            Ok(pooled.into_iter().zip(group).map(|(p, (_, favour))| (p, *favour)).collect())
        })
        .collect::<Result<_, crate::reader::ReaderError>>()?;
    Ok(groups.into_iter().flatten().filter(|(sentences, _): &Rated| !sentences.is_empty()).collect())
}

/// The heads that are fitted, as in [`crate::reader::Attention`] and the verdict head.
struct Fitted {
    tensors: HashMap<&'static str, Torch>,
}

const SHAPES: [(&str, &[i64]); 6] = [
    ("weight.weight", &[1, 0]),
    ("weight.start", &[4]),
    ("weight.end", &[4]),
    ("weight.opinion", &[1]),
    ("verdict.weight", &[1, 0]),
    ("verdict.bias", &[1]),
];

impl Fitted {
    fn new(weights: &Weights, width: i64) -> Fitted {
        let tensors = SHAPES.iter().map(|(name, shape)| {
            let shape: Vec<i64> = shape.iter().map(|&n| if n == 0 { width } else { n }).collect();
            let tensor = match weights.get(name) {
                Some(tensor) => Torch::from_slice(&tensor.to_f32()).view(shape.as_slice()),
                None => Torch::zeros(shape.as_slice(), (Kind::Float, Device::Cpu)),
            };
            (*name, tensor)
        });
        Fitted { tensors: tensors.collect() }
    }

    /// Logits of favour, one a review.
    fn forward(&self, batch: &Padded) -> Torch {
        let t = |name: &str| &self.tensors[name];
        let logits = batch.mean.matmul(&t("weight.weight").transpose(0, 1)).squeeze_dim(-1)
            + t("weight.start").index_select(0, &batch.start).view_as(&batch.mask)
            + t("weight.end").index_select(0, &batch.end).view_as(&batch.mask)
            + t("weight.opinion") * &batch.opinion
            + &batch.mask;
        let values = batch.hidden.matmul(&t("verdict.weight").transpose(0, 1)).squeeze_dim(-1);
        let share = logits.softmax(-1, Kind::Float);
        (share * (values + t("verdict.bias"))).sum_dim_intlist(-1i64, false, Kind::Float)
    }
}

/// Reviews of one step, `reviews × sentences` and, for features, `× width`.
struct Padded {
    mean: Torch,
    hidden: Torch,
    /// Logarithm of the probability that a sentence judges.
    opinion: Torch,
    /// Place from the start and from the end, flat.
    start: Torch,
    end: Torch,
    /// 0 for sentences, very negative for padding.
    mask: Torch,
    favour: Torch,
}

impl Padded {
    fn new(reviews: &[&Rated], width: usize) -> Padded {
        let longest = reviews.iter().map(|(s, _)| s.len()).max().unwrap_or(1);
        let cells = reviews.len() * longest;
        let (mut mean, mut hidden) = (vec![0f32; cells * width], vec![0f32; cells * width]);
        let (mut opinion, mut mask) = (vec![0f32; cells], vec![-1e4f32; cells]);
        let (mut start, mut end) = (vec![3i64; cells], vec![3i64; cells]);
        for (row, (sentences, _)) in reviews.iter().enumerate() {
            for (column, pooled) in sentences.iter().enumerate() {
                let at = row * longest + column;
                mean[at * width..(at + 1) * width].copy_from_slice(&pooled.mean);
                hidden[at * width..(at + 1) * width].copy_from_slice(&pooled.hidden);
                opinion[at] = pooled.opinion.max(1e-4).ln();
                mask[at] = 0.0;
                start[at] = column.min(3) as i64;
                end[at] = (sentences.len() - 1 - column).min(3) as i64;
            }
        }
        let (rows, columns) = (reviews.len() as i64, longest as i64);
        let flat = |values: &[f32]| Torch::from_slice(values).view([rows, columns]);
        let deep = |values: &[f32]| Torch::from_slice(values).view([rows, columns, width as i64]);
        Padded {
            mean: deep(&mean),
            hidden: deep(&hidden),
            opinion: flat(&opinion),
            start: Torch::from_slice(&start),
            end: Torch::from_slice(&end),
            mask: flat(&mask),
            favour: Torch::from_slice(&reviews.iter().map(|(_, f)| *f).collect::<Vec<_>>()),
        }
    }
}

/// Fits on nineteen of twenty reviews and keeps the pass that does best on the twentieth.
fn fit(weights: &mut Weights, reviews: &[Rated], seed: u64) -> Result<Vec<String>, TrainError> {
    let width = reviews.first().and_then(|(s, _)| s.first()).map_or(0, |p| p.mean.len());
    let fitted = Fitted::new(weights, width as i64);
    let mut optimizer = AdamW::new();
    for (name, tensor) in &fitted.tensors {
        optimizer.add(name.to_string(), tensor, vec![tensor.shallow_clone()], 1.0);
    }
    let (held, learnt): (Vec<_>, Vec<_>) =
        reviews.iter().enumerate().partition(|(i, _)| reviews.len() > 2 * HELD && i % HELD == 0);
    let held: Vec<&Rated> = held.into_iter().map(|(_, r)| r).collect();
    let mut learnt: Vec<&Rated> = learnt.into_iter().map(|(_, r)| r).collect();
    let mut rng = Rng(seed);
    let mut lines = vec![format!("verdict: {} reviews, {} held", learnt.len(), held.len())];
    let mut best: Option<(f64, HashMap<String, Torch>)> = None;
    for epoch in 0..EPOCHS {
        rng.shuffle(&mut learnt);
        // Like lengths together inside windows, so that padding stays small.
        for window in learnt.chunks_mut(BATCH * 16) {
            window.sort_by_key(|(sentences, _)| sentences.len());
        }
        let mut batches: Vec<&[&Rated]> = learnt.chunks(BATCH).collect();
        rng.shuffle(&mut batches);
        let steps = batches.len();
        for (step, batch) in batches.into_iter().enumerate() {
            let batch = Padded::new(batch, width);
            loss(&fitted, &batch).backward();
            let left = 1.0 - (epoch * steps + step) as f64 / (EPOCHS * steps) as f64;
            optimizer.step(RATE * left);
        }
        let (error, right) = check(&fitted, &held, width);
        lines.push(format!("verdict: pass {} held loss {error:.4}, side {right:.4}", epoch + 1));
        if held.is_empty() || best.as_ref().is_none_or(|(least, _)| error < *least) {
            let kept = optimizer.weights().into_iter().map(|(n, t)| (n, t.copy())).collect();
            best = Some((error, kept));
        }
    }
    for (name, tensor) in best.into_iter().flat_map(|(_, kept)| kept) {
        let shape: Vec<usize> = tensor.size().iter().map(|&n| n as usize).collect();
        let values = Vec::<f32>::try_from(tensor.flatten(0, -1))?;
        if let Some(tensor) = Tensor::f32(shape, values) {
            weights.insert(name, tensor);
        }
    }
    Ok(lines)
}

fn loss(fitted: &Fitted, batch: &Padded) -> Torch {
    fitted.forward(batch).binary_cross_entropy_with_logits::<Torch>(
        &batch.favour,
        None,
        None,
        Reduction::Mean,
    )
}

/// Mean loss, and share of reviews whose side is right.
fn check(fitted: &Fitted, held: &[&Rated], width: usize) -> (f64, f64) {
    let (mut error, mut right) = (0.0, 0.0);
    for chunk in held.chunks(BATCH) {
        let batch = Padded::new(chunk, width);
        tch::no_grad(|| {
            error += loss(fitted, &batch).double_value(&[]) * chunk.len() as f64;
            let sides = fitted.forward(&batch).gt(0.0).eq_tensor(&batch.favour.gt(0.5));
            right += sides.to_kind(Kind::Float).sum(Kind::Float).double_value(&[]);
        });
    }
    let count = held.len().max(1) as f64;
    (error / count, right / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_which_sentence_decides() {
        // The second feature marks the sentence that counts; the first says whether it is for or against.
        let mut rng = Rng(3);
        let reviews: Vec<Rated> = (0..8000)
            .map(|_| {
                let favour = rng.below(2) as f32;
                let decisive = rng.below(5);
                let sentences = (0..5)
                    .map(|i| {
                        let says = if i == decisive { favour } else { rng.below(2) as f32 };
                        let mean = vec![0.0, f32::from(u8::from(i == decisive)) * 4.0];
                        Pooled { mean, hidden: vec![says * 4.0 - 2.0, 0.0], opinion: 0.9 }
                    })
                    .collect();
                (sentences, favour)
            })
            .collect();
        let mut weights = Weights::default();
        let lines = fit(&mut weights, &reviews, 1).unwrap();
        let attention = weights.get("weight.weight").unwrap().to_f32();
        let verdict = weights.get("verdict.weight").unwrap().to_f32();
        assert!(attention[1] > 0.02 && verdict[0] > 0.02, "{attention:?} {verdict:?}");
        assert!(lines.last().unwrap().contains("side"));
    }
}
