//! The weights of a reader: named tensors in one safetensors file, in float or int8.
//!
//! An int8 matrix `X` of shape (outputs, inputs) is stored with a float tensor `X_scale` of shape (outputs);
//! the real value of a weight is its integer times its row's scale.

mod file;

use std::collections::BTreeMap;
use std::path::PathBuf;

use thiserror::Error;

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
        path: PathBuf,
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
}
