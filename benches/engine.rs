//! Tokens per second of the embedded engine, on random weights of the shipped model's shapes.
#![forbid(unsafe_code)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use critique::reader::bert::Config;
use critique::reader::weights::{Tensor, Weights};
use critique::reader::{Batch, Embedded, Encoder};
use rayon::prelude::*;

/// Fixed pseudo-random numbers (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Evenly within `mean` ± `spread`.
    fn float(&mut self, mean: f32, spread: f32) -> f32 {
        mean + spread * ((self.next() >> 40) as f32 / (1u64 << 23) as f32 - 1.0)
    }
}

fn config() -> Config {
    Config {
        vocab_size: 30_522,
        hidden_size: 384,
        num_hidden_layers: 6,
        num_attention_heads: 12,
        intermediate_size: 1536,
        max_position_embeddings: 512,
        type_vocab_size: 4,
        layer_norm_eps: 1e-12,
        hidden_act: "gelu".to_owned(),
    }
}

fn weights(config: &Config) -> Weights {
    let mut random = Random(1);
    let mut weights = Weights::default();
    let (width, inner) = (config.hidden_size, config.intermediate_size);
    let mut add = |name: String, shape: Vec<usize>, mean: f32, spread: f32| {
        let values = (0..shape.iter().product()).map(|_| random.float(mean, spread)).collect();
        weights.insert(name, Tensor::f32(shape, values).expect("as many values as the shape holds"));
    };
    let tables = [
        ("word", config.vocab_size),
        ("position", config.max_position_embeddings),
        ("token_type", config.type_vocab_size),
    ];
    for (table, rows) in tables {
        add(format!("bert.embeddings.{table}_embeddings.weight"), vec![rows, width], 0.0, 0.1);
    }
    let mut norms = vec!["bert.embeddings".to_owned()];
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
            add(format!("{layer}.{part}.weight"), vec![outputs, inputs], 0.0, 0.1);
            add(format!("{layer}.{part}.bias"), vec![outputs], 0.0, 0.1);
        }
        norms.extend([format!("{layer}.attention.output"), format!("{layer}.output")]);
    }
    for name in norms {
        add(format!("{name}.LayerNorm.weight"), vec![width], 1.0, 0.1);
        add(format!("{name}.LayerNorm.bias"), vec![width], 0.0, 0.1);
    }
    weights
}

/// 32 sentences of 8 to 60 tokens.
fn batch(config: &Config, seed: u64) -> Batch {
    let mut random = Random(seed);
    let mut batch = Batch { offsets: vec![0], ..Batch::default() };
    for _ in 0..32 {
        for _ in 0..8 + random.next() % 53 {
            batch.ids.push((random.next() % config.vocab_size as u64) as u32);
            batch.types.push((random.next() % config.type_vocab_size as u64) as u8);
        }
        batch.offsets.push(batch.ids.len());
        batch.words.push(Vec::new());
    }
    batch
}

fn encode(criterion: &mut Criterion) {
    let config = config();
    let engine = Embedded::new(&weights(&config), &config).expect("weights of the config's shapes");
    let batches: Vec<Batch> = (1..5).map(|seed| batch(&config, seed)).collect();
    let tokens: usize = batches.iter().map(|batch| batch.ids.len()).sum();

    let mut group = criterion.benchmark_group("encode");
    group.sample_size(10).throughput(Throughput::Elements(tokens as u64));
    group.bench_function("one thread", |bencher| {
        bencher.iter(|| batches.iter().map(|b| engine.encode(b).expect("a valid batch")).collect::<Vec<_>>());
    });
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
    group.bench_function("two rayon workers", |bencher| {
        let all = || batches.par_iter().map(|b| engine.encode(b).expect("a valid batch")).collect::<Vec<_>>();
        bencher.iter(|| pool.install(all));
    });
    group.finish();
}

criterion_group!(benches, encode);
criterion_main!(benches);
