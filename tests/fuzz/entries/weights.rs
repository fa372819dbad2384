//! Weights: the safetensors file, the architecture's tensors in it, and a pass through them.

use critique::reader::{Batch, Config, Embedded, Encoder, Heads, Weights, quantize::quantize};

/// The smallest encoder that there can be.
pub const TINY: &str = r#"{"vocab_size": 4, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1,
    "intermediate_size": 16, "max_position_embeddings": 4, "type_vocab_size": 4, "layer_norm_eps": 1e-12}"#;

pub fn run(bytes: &[u8]) {
    let Ok(weights) = Weights::parse(bytes) else { return };
    assert!(weights.iter().all(|(_, tensor)| tensor.to_f32().len() <= bytes.len()));
    // What was read can be written and is the same again.
    let written = weights.to_bytes().expect("weights that were read");
    assert_eq!(Weights::parse(&written).expect("weights that were written"), weights);
    let config = Config::parse(TINY.as_bytes()).expect("the configuration above");
    for weights in [&weights, &quantize(&weights)] {
        if let Ok(encoder) = Embedded::new(weights, &config)
            && let Ok(heads) = Heads::new(weights, config.hidden_size)
        {
            let batch =
                Batch { ids: vec![0, 3, 2], types: vec![0, 3, 0], offsets: vec![0, 3], words: vec![vec![1]] };
            let states = encoder.encode(&batch).expect("a batch that fits");
            assert_eq!(heads.read(&batch, &states).expect("states that fit").len(), 1);
        }
    }
}
