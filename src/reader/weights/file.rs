//! Reading and writing weights as safetensors files.

use std::collections::BTreeMap;
use std::path::Path;

use half::f16;
use safetensors::tensor::{Dtype, Metadata, TensorInfo, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

use super::{Tensor, Values, Weights, WeightsError};

/// Ends the name of the tensor that holds an int8 matrix's scales.
const SCALE_SUFFIX: &str = "_scale";

impl Weights {
    /// Reads a safetensors file's bytes. Floats of 16 and 32 bits become `f32`; int8 matrices keep their integers.
    ///
    /// # Errors
    /// An error where the bytes are not a safetensors file, a tensor has another type, an int8 tensor is no
    /// matrix or lacks its scales, or a float is not finite.
    pub fn parse(bytes: &[u8]) -> Result<Self, WeightsError> {
        check_extent(bytes)?;
        let file = SafeTensors::deserialize(bytes).map_err(format_error)?;
        let mut floats = BTreeMap::new();
        let mut integers = BTreeMap::new();
        for (name, view) in file.iter() {
            if view.dtype() == Dtype::I8 {
                integers.insert(name.to_owned(), view);
            } else {
                floats.insert(name.to_owned(), read_floats(name, &view)?);
            }
        }
        let mut tensors = BTreeMap::new();
        for (name, view) in integers {
            let &[rows, columns] = view.shape() else {
                let found = format!("int8 with {} dimensions", view.shape().len());
                return Err(WeightsError::Type { name, found, wanted: "int8 with two dimensions" });
            };
            let scale_name = format!("{name}{SCALE_SUFFIX}");
            let scales = match floats.remove(&scale_name) {
                None => return Err(WeightsError::Missing { name: scale_name, wanted: vec![rows] }),
                Some(Tensor { shape, values: Values::F32(scales) }) if shape == [rows] => scales,
                Some(Tensor { shape, .. }) => {
                    return Err(WeightsError::Shape { name: scale_name, found: shape, wanted: vec![rows] });
                }
            };
            let values = view.data().iter().map(|&byte| byte.cast_signed()).collect();
            let tensor = Tensor::i8([rows, columns], values, scales)
                .ok_or_else(|| WeightsError::Format(format!("{name} is cut short")))?;
            tensors.insert(name, tensor);
        }
        tensors.append(&mut floats);
        Ok(Self { tensors })
    }

    /// The safetensors file of these weights: the same bytes for equal weights.
    ///
    /// # Errors
    /// [`WeightsError::Format`] where the file format cannot hold them.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let mut parts: Vec<(String, Dtype, &[usize], Vec<u8>)> = Vec::new();
        for (name, tensor) in &self.tensors {
            match &tensor.values {
                Values::F32(values) => {
                    parts.push((name.clone(), Dtype::F32, &tensor.shape, little_endian(values)));
                }
                Values::I8 { values, scales } => {
                    let bytes = values.iter().map(|v| v.cast_unsigned()).collect();
                    parts.push((name.clone(), Dtype::I8, &tensor.shape, bytes));
                    let name = format!("{name}{SCALE_SUFFIX}");
                    parts.push((name, Dtype::F32, &tensor.shape[..1], little_endian(scales)));
                }
            }
        }
        let views = parts
            .iter()
            .map(|(name, dtype, shape, bytes)| Ok((name, TensorView::new(*dtype, shape.to_vec(), bytes)?)))
            .collect::<Result<Vec<_>, SafeTensorError>>()
            .map_err(format_error)?;
        // The crate orders tensors by type and then by name, so the bytes do not depend on any hash order.
        safetensors::serialize(views, None).map_err(format_error)
    }

    /// Writes [`Weights::to_bytes`] to `path`.
    ///
    /// # Errors
    /// [`WeightsError::Write`] where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), WeightsError> {
        std::fs::write(path, self.to_bytes()?)
            .map_err(|source| WeightsError::Write { path: path.to_owned(), source })
    }
}

/// Rejects a header whose offsets reach beyond the file.
///
/// The safetensors crate adds the last offset to the header's length without a check for overflow before it
/// compares the sum to the file's length, so an offset near `usize::MAX` has to be caught here.
fn check_extent(bytes: &[u8]) -> Result<(), WeightsError> {
    let cut = || WeightsError::Format("the header is cut short".to_owned());
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
    let header = rest.get(..length).ok_or_else(cut)?;
    let metadata: Metadata =
        serde_json::from_slice(header).map_err(|error| WeightsError::Format(error.to_string()))?;
    let beyond = |info: &TensorInfo| info.data_offsets.1 > rest.len() - length;
    if metadata.tensors().values().any(|info| beyond(info)) {
        return Err(WeightsError::Format("a tensor reaches beyond the end".to_owned()));
    }
    Ok(())
}

fn format_error(error: SafeTensorError) -> WeightsError {
    WeightsError::Format(error.to_string())
}

fn little_endian(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn read_floats(name: &str, view: &TensorView) -> Result<Tensor, WeightsError> {
    let data = view.data();
    let values: Vec<f32> = match view.dtype() {
        Dtype::F32 => data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect(),
        Dtype::F16 => data.as_chunks().0.iter().map(|&bytes| f16::from_le_bytes(bytes).to_f32()).collect(),
        other => {
            let (name, found) = (name.to_owned(), other.to_string());
            return Err(WeightsError::Type { name, found, wanted: "F16, F32 or I8" });
        }
    };
    if values.iter().any(|value| !value.is_finite()) {
        return Err(WeightsError::NotFinite(name.to_owned()));
    }
    Tensor::f32(view.shape().to_vec(), values)
        .ok_or_else(|| WeightsError::Format(format!("{name} is cut short")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Weights {
        let mut weights = Weights::default();
        weights.insert("b.weight", Tensor::i8([2, 3], vec![1, -2, 3, 127, 0, -127], vec![0.5, 0.1]).unwrap());
        weights.insert("a.weight", Tensor::f32(vec![2, 1, 2], vec![1.0, -0.5, 1e-9, 3e8]).unwrap());
        weights.insert("a.bias", Tensor::f32(vec![0], vec![]).unwrap());
        weights
    }

    fn file(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> Vec<u8> {
        let views = tensors
            .iter()
            .map(|(name, t, shape, d)| (*name, TensorView::new(*t, shape.to_vec(), d).unwrap()));
        safetensors::serialize(views, None).unwrap()
    }

    #[test]
    fn writing_and_reading_gives_the_same_weights_and_bytes() {
        let bytes = sample().to_bytes().unwrap();
        let back = Weights::parse(&bytes).unwrap();
        assert_eq!(back, sample());
        assert_eq!(back.to_bytes().unwrap(), bytes);
        let path = tempfile::NamedTempFile::new().unwrap();
        sample().write(path.path()).unwrap();
        assert_eq!(std::fs::read(path.path()).unwrap(), bytes);
    }

    #[test]
    fn int8_becomes_float_by_its_row_s_scale() {
        let values = sample().get("b.weight").unwrap().to_f32();
        let expected = [0.5, -1.0, 1.5, 12.7, 0.0, -12.7];
        assert!(values.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{values:?}");
    }

    #[test]
    fn half_floats_are_read() {
        let data: Vec<u8> = [1.0, -0.25].iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect();
        let weights = Weights::parse(&file(&[("x", Dtype::F16, &[2], &data)])).unwrap();
        assert_eq!(weights.floats("x", &[2]).unwrap(), [1.0, -0.25]);
    }

    #[test]
    fn errors_name_the_tensor_and_its_shapes() {
        let error = |result: Result<&Tensor, WeightsError>| result.unwrap_err().to_string();
        let weights = sample();
        assert!(error(weights.tensor("c", &[4, 5])).contains("c, which should have shape [4, 5]"));
        let shape = error(weights.tensor("b.weight", &[3, 2]));
        assert!(shape.contains("b.weight has shape [2, 3] but should have [3, 2]"), "{shape}");
        let int8 = weights.floats("b.weight", &[2, 3]).unwrap_err();
        assert!(int8.to_string().contains("b.weight has type I8"));

        let parse = |tensors: &[(&str, Dtype, &[usize], &[u8])]| {
            Weights::parse(&file(tensors)).unwrap_err().to_string()
        };
        assert!(parse(&[("x", Dtype::I64, &[1], &[0; 8])]).contains("x has type"));
        assert!(parse(&[("x", Dtype::I8, &[1, 2], &[0; 2])]).contains("lack the tensor x_scale"));
        assert!(parse(&[("x", Dtype::I8, &[2], &[0; 2])]).contains("two dimensions"));
        let scales = ("x_scale", Dtype::F32, &[2usize][..], &[0u8; 8][..]);
        let message = parse(&[("x", Dtype::I8, &[1, 2], &[0; 2]), scales]);
        assert!(message.contains("x_scale has shape [2] but should have [1]"), "{message}");
        let infinite = f32::INFINITY.to_le_bytes();
        assert!(parse(&[("x", Dtype::F32, &[1], &infinite)]).contains("not finite"));
    }

    fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn headers_that_lie_are_errors() {
        let most = u64::MAX;
        for header in [
            format!(r#"{{"x":{{"dtype":"U8","shape":[{most}],"data_offsets":[0,{most}]}}}}"#),
            format!(r#"{{"x":{{"dtype":"F32","shape":[{most},{most}],"data_offsets":[0,8]}}}}"#),
            r#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#.to_owned(),
            r#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#.to_owned(),
            r#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#.to_owned(),
            "[".repeat(5000),
        ] {
            assert!(Weights::parse(&with_header(&header, &[0; 8])).is_err(), "{header}");
        }
        let mut long = vec![0; 64];
        long[..8].copy_from_slice(&most.to_le_bytes());
        assert!(Weights::parse(&long).is_err());
        assert!(Weights::parse(&[]).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Weights::parse(&bytes);
        }

        #[test]
        fn no_damage_to_a_file_panics(place in any::<prop::sample::Index>(), value: u8, cut in any::<prop::sample::Index>()) {
            let mut bytes = sample().to_bytes().unwrap();
            let place = place.index(bytes.len());
            bytes[place] = value;
            if let Ok(weights) = Weights::parse(&bytes) {
                prop_assert!(weights.iter().all(|(_, tensor)| tensor.to_f32().len() <= bytes.len()));
            }
            prop_assert!(Weights::parse(&bytes[..cut.index(bytes.len())]).is_err());
        }
    }
}
