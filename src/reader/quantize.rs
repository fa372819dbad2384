//! Float weights to int8: symmetric, one scale per row.
//!
//! For a linear map a row holds one output channel's weights; for word embeddings, one word's. The scale maps
//! the row's largest magnitude to 127 (Jacob et al. 2018, section 2.1, with the zero point at 0).

use super::weights::{Tensor, Values, Weights};

/// Ends the names of the encoder's matrices that stay float, since they are small and added, not multiplied.
const FLOAT_EMBEDDINGS: [&str; 2] = ["position_embeddings.weight", "token_type_embeddings.weight"];

/// The same weights with the encoder's linear maps and word embeddings in int8.
///
/// Biases, layer normalisation, position and type embeddings, and everything outside `bert.` stay float.
pub fn quantize(weights: &Weights) -> Weights {
    let mut out = Weights::default();
    for (name, tensor) in weights.iter() {
        let keep = !name.starts_with("bert.")
            || !name.ends_with(".weight")
            || FLOAT_EMBEDDINGS.iter().any(|suffix| name.ends_with(suffix));
        let tensor = if keep { None } else { quantize_matrix(tensor) }.unwrap_or_else(|| tensor.clone());
        out.insert(name, tensor);
    }
    out
}

/// The int8 form of a float matrix; `None` for what is no matrix, or int8 already.
pub fn quantize_matrix(tensor: &Tensor) -> Option<Tensor> {
    let (&[rows, columns], Values::F32(values)) = (tensor.shape(), tensor.values()) else { return None };
    let mut integers = Vec::with_capacity(values.len());
    let mut scales = Vec::with_capacity(rows);
    for row in values.chunks_exact(columns.max(1)) {
        let largest = row.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        let scale = largest / 127.0;
        // A row of zeros, or one too small for its scale to be a normal number, has no reciprocal.
        let inverse = if scale.is_normal() { 1.0 / scale } else { 0.0 };
        // The cast saturates, and the clamp keeps -128 out, so that a row's range is symmetric.
        integers.extend(row.iter().map(|value| (value * inverse).round().clamp(-127.0, 127.0) as i8));
        scales.push(scale);
    }
    Tensor::i8([rows, columns], integers, scales)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_int8_weight_is_within_half_a_step(values in prop::collection::vec(-3.0f32..3.0, 24)) {
            let tensor = Tensor::f32(vec![4, 6], values.clone()).unwrap();
            let int8 = quantize_matrix(&tensor).unwrap();
            let Values::I8 { scales, .. } = int8.values() else { panic!("not int8") };
            for (i, (before, after)) in values.iter().zip(int8.to_f32()).enumerate() {
                prop_assert!((before - after).abs() <= scales[i / 6] * 0.501);
            }
        }
    }

    #[test]
    fn zeros_stay_zeros() {
        let int8 = quantize_matrix(&Tensor::f32(vec![1, 3], vec![0.0; 3]).unwrap()).unwrap();
        assert_eq!(int8.to_f32(), [0.0; 3]);
    }

    #[test]
    fn only_the_encoder_s_matrices_become_int8() {
        let mut weights = Weights::default();
        let matrix = Tensor::f32(vec![2, 2], vec![0.5, -1.0, 0.25, 2.0]).unwrap();
        let names = [
            ("bert.embeddings.word_embeddings.weight", true),
            ("bert.encoder.layer.0.output.dense.weight", true),
            ("bert.embeddings.position_embeddings.weight", false),
            ("bert.embeddings.token_type_embeddings.weight", false),
            ("tone.out.weight", false),
        ];
        for (name, _) in names {
            weights.insert(name, matrix.clone());
        }
        weights
            .insert("bert.encoder.layer.0.output.dense.bias", Tensor::f32(vec![2], vec![1.0, 2.0]).unwrap());
        let int8 = quantize(&weights);
        for (name, expected) in names {
            let found = matches!(int8.get(name).unwrap().values(), Values::I8 { .. });
            assert_eq!(found, expected, "{name}");
        }
        let bias = "bert.encoder.layer.0.output.dense.bias";
        assert_eq!(int8.get(bias), weights.get(bias));
        assert_eq!(quantize(&int8), int8, "int8 weights are left alone");
    }
}
