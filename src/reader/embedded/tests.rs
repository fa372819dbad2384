//! The engine against a plain float forward pass, and its promises about batches and bad input.

use super::*;
use crate::reader::weights::Tensor;

/// A small generator of fixed pseudo-random numbers (xorshift), so that the tests need no dependency.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Roughly normal, with the given deviation.
    fn normal(&mut self, deviation: f32) -> f32 {
        let uniform = |bits: u64| (bits >> 40) as f32 / (1u64 << 24) as f32;
        let sum: f32 = (0..6).map(|_| uniform(self.next())).sum();
        (sum - 3.0) * 1.41 * deviation
    }
}

fn tiny() -> Config {
    Config {
        vocab_size: 100,
        hidden_size: 32,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 64,
        max_position_embeddings: 80,
        type_vocab_size: 4,
        layer_norm_eps: 1e-12,
        hidden_act: "gelu".to_owned(),
    }
}

fn random_weights(config: &Config, seed: u64) -> Weights {
    let mut random = Random(seed);
    let mut weights = Weights::default();
    let (width, inner) = (config.hidden_size, config.intermediate_size);
    let mut add = |name: String, shape: Vec<usize>, deviation: f32, mean: f32| {
        let values = (0..shape.iter().product()).map(|_| mean + random.normal(deviation)).collect();
        weights.insert(name, Tensor::f32(shape, values).unwrap());
    };
    let embeddings = "bert.embeddings";
    for (table, rows) in [
        ("word", config.vocab_size),
        ("position", config.max_position_embeddings),
        ("token_type", config.type_vocab_size),
    ] {
        add(format!("{embeddings}.{table}_embeddings.weight"), vec![rows, width], 0.5, 0.0);
    }
    let mut norms = vec![embeddings.to_owned()];
    for index in 0..config.num_hidden_layers {
        let layer = format!("bert.encoder.layer.{index}");
        for (part, outputs, inputs) in [
            ("attention.self.query", width, width),
            ("attention.self.key", width, width),
            ("attention.self.value", width, width),
            ("attention.output.dense", width, width),
            ("intermediate.dense", inner, width),
            ("output.dense", width, inner),
        ] {
            add(format!("{layer}.{part}.weight"), vec![outputs, inputs], 0.3, 0.0);
            add(format!("{layer}.{part}.bias"), vec![outputs], 0.1, 0.0);
        }
        norms.extend([format!("{layer}.attention.output"), format!("{layer}.output")]);
    }
    for name in norms {
        add(format!("{name}.LayerNorm.weight"), vec![width], 0.1, 1.0);
        add(format!("{name}.LayerNorm.bias"), vec![width], 0.1, 0.0);
    }
    weights
}

fn random_batch(config: &Config, lengths: &[usize], seed: u64) -> Batch {
    let mut random = Random(seed);
    let mut batch = Batch { offsets: vec![0], ..Batch::default() };
    for &length in lengths {
        for _ in 0..length {
            batch.ids.push((random.next() % config.vocab_size as u64) as u32);
            batch.types.push((random.next() % config.type_vocab_size as u64) as u8);
        }
        batch.offsets.push(batch.ids.len());
        batch.words.push(Vec::new());
    }
    batch
}

/// The sentences `range` of `batch` as a batch of their own.
fn slice(batch: &Batch, range: std::ops::Range<usize>) -> Batch {
    let (start, end) = (batch.offsets[range.start], batch.offsets[range.end]);
    Batch {
        ids: batch.ids[start..end].to_vec(),
        types: batch.types[start..end].to_vec(),
        offsets: batch.offsets[range.start..=range.end].iter().map(|offset| offset - start).collect(),
        words: batch.words[range].to_vec(),
    }
}

/// BERT as it is defined, in floats, one sentence at a time: slow, clear loops that share nothing with the
/// engine but the names of the tensors.
fn reference(weights: &Weights, config: &Config, batch: &Batch) -> Vec<f32> {
    let get = |name: &str| weights.get(name).unwrap().to_f32();
    let linear = |name: &str, rows: &[Vec<f32>]| -> Vec<Vec<f32>> {
        let (weight, bias) = (get(&format!("{name}.weight")), get(&format!("{name}.bias")));
        let output = |row: &Vec<f32>, c: usize| {
            bias[c] + row.iter().zip(&weight[c * row.len()..]).map(|(x, w)| x * w).sum::<f32>()
        };
        rows.iter().map(|row| (0..bias.len()).map(|c| output(row, c)).collect()).collect()
    };
    let add_norm = |name: &str, a: &[Vec<f32>], b: &[Vec<f32>]| -> Vec<Vec<f32>> {
        let gain = get(&format!("{name}.LayerNorm.weight"));
        let offset = get(&format!("{name}.LayerNorm.bias"));
        let norm = |(a, b): (&Vec<f32>, &Vec<f32>)| {
            let sum: Vec<f32> = a.iter().zip(b).map(|(a, b)| a + b).collect();
            let mean = sum.iter().sum::<f32>() / sum.len() as f32;
            let variance = sum.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / sum.len() as f32;
            let deviation = (variance + config.layer_norm_eps).sqrt();
            (0..sum.len()).map(|i| (sum[i] - mean) / deviation * gain[i] + offset[i]).collect()
        };
        a.iter().zip(b).map(norm).collect()
    };
    // The tanh form of GELU, which is within 5·10⁻⁴ of the exact one and known independently of it.
    let gelu = |x: f32| 0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x.powi(3))).tanh());
    let width = config.hidden_size;
    let size = config.head_size();
    let embedding = |name: &str, index: usize| {
        get(&format!("bert.embeddings.{name}_embeddings.weight"))[index * width..(index + 1) * width].to_vec()
    };
    let mut out = Vec::new();
    for bounds in batch.offsets.windows(2) {
        let tokens = bounds[0]..bounds[1];
        let words: Vec<Vec<f32>> =
            tokens.clone().map(|token| embedding("word", batch.ids[token] as usize)).collect();
        let places: Vec<Vec<f32>> = tokens
            .clone()
            .map(|token| {
                let kind = embedding("token_type", usize::from(batch.types[token]));
                embedding("position", token - bounds[0]).iter().zip(kind).map(|(p, t)| p + t).collect()
            })
            .collect();
        let mut states = add_norm("bert.embeddings", &words, &places);
        for index in 0..config.num_hidden_layers {
            let layer = format!("bert.encoder.layer.{index}");
            let [query, key, value] = ["query", "key", "value"]
                .map(|part| linear(&format!("{layer}.attention.self.{part}"), &states));
            let mut attended = vec![vec![0.0; width]; states.len()];
            for i in 0..states.len() {
                for head in 0..config.num_attention_heads {
                    let units = head * size..(head + 1) * size;
                    let score = |j: usize| {
                        units.clone().map(|u| query[i][u] * key[j][u]).sum::<f32>() / (size as f32).sqrt()
                    };
                    let powers: Vec<f32> = (0..states.len()).map(|j| score(j).exp()).collect();
                    let total: f32 = powers.iter().sum();
                    for unit in units.clone() {
                        attended[i][unit] = powers.iter().zip(&value).map(|(p, v)| p / total * v[unit]).sum();
                    }
                }
            }
            let joined = linear(&format!("{layer}.attention.output.dense"), &attended);
            let middle = add_norm(&format!("{layer}.attention.output"), &states, &joined);
            let mut up = linear(&format!("{layer}.intermediate.dense"), &middle);
            up.iter_mut().flatten().for_each(|value| *value = gelu(*value));
            let down = linear(&format!("{layer}.output.dense"), &up);
            states = add_norm(&format!("{layer}.output"), &middle, &down);
        }
        out.extend(states.into_iter().flatten());
    }
    out
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn agrees_with_a_float_forward_pass() {
    let config = tiny();
    let weights = random_weights(&config, 7);
    let batch = random_batch(&config, &[1, 5, 17, 80, 33], 11);
    let expected = reference(&weights, &config, &batch);
    for simd in Simd::available() {
        let engine = Embedded { simd, ..Embedded::new(&weights, &config).unwrap() };
        let found = engine.encode(&batch).unwrap().values;
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.chunks(32).zip(expected.chunks(32)) {
            let cosine = cosine(found, expected);
            assert!(cosine > 0.99, "cosine {cosine} with {simd:?}");
        }
    }
}

#[test]
fn levels_agree_with_each_other() {
    let config = tiny();
    let weights = random_weights(&config, 8);
    let batch = random_batch(&config, &[9, 40, 2], 12);
    let states = Simd::available().into_iter().map(|simd| {
        let engine = Embedded { simd, ..Embedded::new(&weights, &config).unwrap() };
        engine.encode(&batch).unwrap().values
    });
    let states: Vec<_> = states.collect();
    for pair in states.windows(2) {
        for (a, b) in pair[0].chunks(32).zip(pair[1].chunks(32)) {
            assert!(cosine(a, b) > 0.9999);
        }
    }
}

#[test]
fn a_sentence_s_states_depend_on_it_alone() {
    let config = tiny();
    let engine = Embedded::new(&random_weights(&config, 3), &config).unwrap();
    let batch = random_batch(&config, &[3, 1, 29, 64, 7, 16, 80, 2, 50, 13], 4);
    let whole = engine.encode(&batch).unwrap().values;
    let sentences = batch.offsets.len() - 1;
    for split in 0..=sentences {
        let mut parts = engine.encode(&slice(&batch, 0..split)).unwrap().values;
        parts.extend(engine.encode(&slice(&batch, split..sentences)).unwrap().values);
        assert!(parts == whole, "split before sentence {split}");
    }
    let alone: Vec<f32> =
        (0..sentences).flat_map(|i| engine.encode(&slice(&batch, i..i + 1)).unwrap().values).collect();
    assert!(alone == whole);
}

#[test]
fn int8_weights_give_what_float_weights_give() {
    let config = tiny();
    let weights = random_weights(&config, 5);
    let int8 = Weights::parse(&crate::reader::quantize::quantize(&weights).to_bytes().unwrap()).unwrap();
    let batch = random_batch(&config, &[12, 30], 6);
    let states = [&weights, &int8].map(|w| Embedded::new(w, &config).unwrap().encode(&batch).unwrap());
    assert_eq!(states[0], states[1]);
}

#[test]
fn threads_share_one_engine() {
    let config = tiny();
    let engine = Embedded::new(&random_weights(&config, 3), &config).unwrap();
    let batches: Vec<Batch> = (1..9).map(|i| random_batch(&config, &[i, 3 * i], i as u64)).collect();
    let expected: Vec<States> = batches.iter().map(|batch| engine.encode(batch).unwrap()).collect();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for (batch, expected) in batches.iter().zip(&expected) {
                    assert_eq!(&engine.encode(batch).unwrap(), expected);
                }
            });
        }
    });
}

#[test]
fn nothing_gives_nothing() {
    let config = tiny();
    let engine = Embedded::new(&random_weights(&config, 1), &config).unwrap();
    for batch in [Batch::default(), random_batch(&config, &[], 1), random_batch(&config, &[0, 0], 1)] {
        assert_eq!(engine.encode(&batch).unwrap(), States { values: Vec::new(), width: 32 });
    }
    let with_gap = random_batch(&config, &[4, 0, 3], 1);
    let without = random_batch(&config, &[4, 3], 1);
    assert_eq!(engine.encode(&with_gap).unwrap(), engine.encode(&without).unwrap());
}

#[test]
fn bad_batches_are_errors() {
    let config = tiny();
    let engine = Embedded::new(&random_weights(&config, 1), &config).unwrap();
    let good = random_batch(&config, &[4, 3], 1);
    type Spoil = fn(&mut Batch);
    let spoils: [(Spoil, &str); 9] = [
        (|b| b.ids[2] = 100, "token id 100"),
        (|b| b.types[6] = 4, "token type 4"),
        (|b| b.types.truncate(6), "token types"),
        (|b| b.offsets = vec![], "offsets"),
        (|b| b.offsets = vec![0], "offsets"),
        (|b| b.offsets = vec![0, 9, 7], "comes after"),
        (|b| b.offsets = vec![0, 4, 8], "offsets"),
        (|b| b.offsets = vec![1, 4, 7], "offsets"),
        (|b| *b = random_batch(&tiny(), &[81], 1), "81 tokens"),
    ];
    for (spoil, expected) in spoils {
        let mut batch = good.clone();
        spoil(&mut batch);
        let message = engine.encode(&batch).unwrap_err().to_string();
        assert!(message.contains(expected), "{message:?} lacks {expected:?}");
    }
}

#[test]
fn bad_weights_are_errors_that_name_the_tensor() {
    let config = tiny();
    let good = random_weights(&config, 1);
    let name = "bert.encoder.layer.1.output.dense.weight";
    let without = good.iter().filter(|(other, _)| *other != name);
    let mut weights = Weights::default();
    without.for_each(|(name, tensor)| weights.insert(name, tensor.clone()));
    let error = |weights: &Weights, config: &Config| {
        Embedded::new(weights, config).err().expect("should not fit").to_string()
    };
    let message = error(&weights, &config);
    assert!(message.contains(name) && message.contains("[32, 64]"), "{message}");
    weights.insert(name, Tensor::f32(vec![2, 3], vec![0.0; 6]).unwrap());
    let message = error(&weights, &config);
    assert!(
        message.contains(name) && message.contains("[2, 3]") && message.contains("[32, 64]"),
        "{message}"
    );
    let odd = Config { intermediate_size: 40, ..tiny() };
    assert!(error(&random_weights(&odd, 1), &odd).contains("multiples of 16"));
    let odd = Config { num_attention_heads: 4, ..tiny() };
    assert!(error(&random_weights(&odd, 1), &odd).contains("attention heads of 8"));
}

/// The shipped weights, when they are there: int8 against a float pass over the same weights.
#[test]
fn the_shipped_model_agrees_with_a_float_forward_pass() {
    let models = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let (Ok(bytes), Ok(json)) =
        (std::fs::read(models.join("model.safetensors")), std::fs::read(models.join("config.json")))
    else {
        println!("skipped: there is no models/model.safetensors");
        return;
    };
    let weights = Weights::parse(&bytes).unwrap();
    let config = Config::parse(&json).unwrap();
    let engine = Embedded::new(&weights, &config).unwrap();
    let batch = random_batch(&config, &[12, 5], 1);
    let found = engine.encode(&batch).unwrap().values;
    let expected = reference(&weights, &config, &batch);
    let width = config.hidden_size;
    for (found, expected) in found.chunks(width).zip(expected.chunks(width)) {
        assert!(cosine(found, expected) > 0.99);
    }
}
