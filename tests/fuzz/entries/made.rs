//! Reviews, models and options that the bytes of an input do not decide.

use critique::corpus::{Files, Origin, Review};
use critique::reader::{EMOTIONS, MAX_TOKENS, Model, TAGS, Tensor, Weights};
use critique::report::{Header, Model as Recorded, RunOptions};

/// Width of the states of [`model`], the least that the encoder takes.
pub const WIDTH: usize = 16;

/// Numbers that look random and are the same for the same start.
pub struct Dice(pub u64);

impl Dice {
    /// 0 to 1.
    pub fn roll(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }
}

/// A model of one layer and few words that knows nothing but is fast.
pub fn model() -> Model {
    const WORDS: usize = 32;
    let mut dice = Dice(1);
    let mut weights = Weights::default();
    let mut put = |name: &str, shape: &[usize]| {
        let values = (0..shape.iter().product()).map(|_| dice.roll() - 0.5).collect();
        weights.insert(name, Tensor::f32(shape.to_vec(), values).expect("as many as the shape has"));
    };
    put("bert.embeddings.word_embeddings.weight", &[WORDS, WIDTH]);
    put("bert.embeddings.position_embeddings.weight", &[MAX_TOKENS, WIDTH]);
    put("bert.embeddings.token_type_embeddings.weight", &[4, WIDTH]);
    let layer = "bert.encoder.layer.0";
    let norms = [format!("{layer}.attention.output"), format!("{layer}.output"), "bert.embeddings".into()];
    for name in norms {
        put(&format!("{name}.LayerNorm.weight"), &[WIDTH]);
        put(&format!("{name}.LayerNorm.bias"), &[WIDTH]);
    }
    let attention =
        ["self.query", "self.key", "self.value", "output.dense"].map(|part| format!("attention.{part}"));
    for part in attention.into_iter().chain(["intermediate.dense".into(), "output.dense".into()]) {
        put(&format!("{layer}.{part}.weight"), &[WIDTH, WIDTH]);
        put(&format!("{layer}.{part}.bias"), &[WIDTH]);
    }
    let heads = [("tone.dense", WIDTH), ("tone.out", 5), ("opinion", 2), ("weight", 1), ("verdict", 1)];
    let others = [("tags", TAGS.len()), ("emotion", EMOTIONS.len()), ("phrases", 3), ("vector", WIDTH)];
    for (name, outputs) in heads.into_iter().chain(others) {
        put(&format!("{name}.weight"), &[outputs, WIDTH]);
        put(&format!("{name}.bias"), &[outputs]);
    }
    let config = serde_json::json!({
        "vocab_size": WORDS, "hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 1,
        "intermediate_size": WIDTH, "max_position_embeddings": MAX_TOKENS, "type_vocab_size": 4, "layer_norm_eps": 1e-12,
    });
    Model {
        name: "made".into(),
        weights: weights.to_bytes().expect("a file of them").into(),
        config: config.to_string().into_bytes().into(),
        tokenizer: include_bytes!("../seeds/model/tokenizer.json").into(),
        frequencies: include_bytes!("../../../models/frequencies.tsv").into(),
    }
}

pub fn review(text: String) -> Review {
    Review { id: "r1".into(), origin: Origin { path: "made.csv".into(), row: 1 }, text, ..Review::default() }
}

pub fn header() -> Header {
    let options = RunOptions {
        format: vec!["csv".into()],
        sentences: false,
        text: true,
        limit: None,
        aspects: "film".into(),
        aspects_sha256: String::new(),
        columns: Default::default(),
    };
    let model = Recorded { name: "made".into(), sha256: String::new() };
    let files = Files { count: 1, sha256: String::new() };
    Header::new(model, "embedded".into(), options, Vec::new(), files)
}
