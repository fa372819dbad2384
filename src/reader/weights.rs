//! The weights of a reader: named tensors in one safetensors file, in float or int8.
//!
//! An int8 matrix `X` of shape (outputs, inputs) is stored with a float tensor `X_scale` of shape (outputs);
//! the real value of a weight is its integer times its row's scale.

use std::collections::BTreeMap;
use std::path::Path;

use half::f16;
use safetensors::tensor::{Dtype, Metadata, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use thiserror::Error;

/// Ends the name of the tensor that holds an int8 matrix's scales.
const SCALE_SUFFIX: &str = "_scale";

/// Why weights could not be read, written or used.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// The bytes are no valid safetensors file.
    #[error("not a valid safetensors file: {0}")]
    Format(String),
    /// A tensor that the architecture needs is not in the file.
    #[error("the weights lack the tensor {name}, which should have shape {wanted:?}")]
    Missing {
        /// Name of the tensor.
        name: String,
        /// The shape it should have.
        wanted: Vec<usize>,
    },
    /// A tensor has another shape than the architecture needs.
    #[error("the tensor {name} has shape {found:?} but should have {wanted:?}")]
    Shape {
        /// Name of the tensor.
        name: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The shape it should have.
        wanted: Vec<usize>,
    },
    /// A tensor has a type that this program does not read, or not in this place.
    #[error("the tensor {name} has type {found} but should have {wanted}")]
    Type {
        /// Name of the tensor.
        name: String,
        /// The type in the file.
        found: String,
        /// The types that would do.
        wanted: &'static str,
    },
    /// A tensor holds infinite values or values that are no number.
    #[error("the tensor {0} holds values that are not finite")]
    NotFinite(String),
    /// The configuration is invalid.
    #[error("invalid model configuration: {0}")]
    Config(String),
    /// The file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: std::path::PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

/// The numbers of a tensor, row-major.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Plain floats.
    F32(Vec<f32>),
    /// Integers from -127 to 127 with one scale per row; the tensor is a matrix.
    I8 {
        /// The integers, row-major.
        values: Vec<i8>,
        /// What to multiply each row's integers by.
        scales: Vec<f32>,
    },
}

/// A named tensor's shape and numbers; their counts agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    values: Values,
}

impl Tensor {
    /// A float tensor, or `None` where the number of values does not fill `shape`.
    pub fn f32(shape: Vec<usize>, values: Vec<f32>) -> Option<Self> {
        (count(&shape)? == values.len()).then_some(Self { shape, values: Values::F32(values) })
    }

    /// An int8 matrix of shape (rows, columns) with one scale per row, or `None` where the counts disagree.
    pub fn i8(shape: [usize; 2], values: Vec<i8>, scales: Vec<f32>) -> Option<Self> {
        (count(&shape)? == values.len() && scales.len() == shape[0])
            .then_some(Self { shape: shape.to_vec(), values: Values::I8 { values, scales } })
    }

    /// Sizes of the dimensions, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The numbers as they are stored.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The numbers as floats, row-major; int8 values are multiplied by their row's scale.
    pub fn to_f32(&self) -> Vec<f32> {
        match &self.values {
            Values::F32(values) => values.clone(),
            Values::I8 { values, scales } => {
                let columns = self.shape.get(1).copied().unwrap_or(0).max(1);
                let rows = values.chunks_exact(columns).zip(scales);
                rows.flat_map(|(row, scale)| row.iter().map(move |&v| f32::from(v) * scale)).collect()
            }
        }
    }
}

fn count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size))
}

/// All tensors of a reader by name: the encoder under `bert.`, and its heads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights {
    tensors: BTreeMap<String, Tensor>,
}

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

    /// Adds or replaces a tensor.
    pub fn insert(&mut self, name: impl Into<String>, tensor: Tensor) {
        self.tensors.insert(name.into(), tensor);
    }

    /// The tensor of that name, whatever its shape.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.tensors.get(name)
    }

    /// Every tensor, by rising name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// The tensor `name`, which must have the shape `wanted`.
    ///
    /// # Errors
    /// [`WeightsError::Missing`] or [`WeightsError::Shape`].
    pub fn tensor(&self, name: &str, wanted: &[usize]) -> Result<&Tensor, WeightsError> {
        let tensor = self
            .get(name)
            .ok_or_else(|| WeightsError::Missing { name: name.to_owned(), wanted: wanted.to_vec() })?;
        if tensor.shape() != wanted {
            let (found, wanted) = (tensor.shape.clone(), wanted.to_vec());
            return Err(WeightsError::Shape { name: name.to_owned(), found, wanted });
        }
        Ok(tensor)
    }

    /// The numbers of the float tensor `name`, which must have the shape `wanted`.
    ///
    /// # Errors
    /// As [`Weights::tensor`], and [`WeightsError::Type`] where it is an int8 matrix.
    pub fn floats(&self, name: &str, wanted: &[usize]) -> Result<&[f32], WeightsError> {
        match self.tensor(name, wanted)?.values() {
            Values::F32(values) => Ok(values),
            Values::I8 { .. } => Err(WeightsError::Type {
                name: name.to_owned(),
                found: "I8".to_owned(),
                wanted: "F16 or F32",
            }),
        }
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
    let beyond = |info: &safetensors::tensor::TensorInfo| info.data_offsets.1 > rest.len() - length;
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
