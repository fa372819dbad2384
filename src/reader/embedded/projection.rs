//! The encoder's int8 products for rows from elsewhere.

use super::kernels::LANES;
use super::linear::Linear;
use super::{Rows, bert};
use crate::reader::simd::Simd;
use crate::reader::weights::{Tensor, WeightsError};

/// A linear map with int8 weights over rows of floats, each of which becomes bytes by its own range: what comes of a row
/// does not depend on the others.
pub struct Projection {
    linear: Linear,
    simd: Simd,
}

impl Projection {
    /// Takes weights (outputs × inputs), floats or int8, and one bias an output.
    ///
    /// # Errors
    /// Where a size is no multiple of 16.
    pub fn new(weight: &Tensor, bias: &[f32]) -> Result<Self, WeightsError> {
        Ok(Self { linear: Linear::new(&[bert::Linear { weight, bias }])?, simd: Simd::detect() })
    }

    /// The dot products with given rows of `width`: one output a row, and then zeros up to a multiple of 16.
    ///
    /// # Errors
    /// Where `width` is no multiple of 16, or the rows are not of it.
    pub fn of_rows(width: usize, rows: &[f32]) -> Result<Self, WeightsError> {
        let outputs = (rows.len() / width.max(1)).next_multiple_of(LANES);
        let mut padded = rows.to_vec();
        padded.resize(outputs * width, 0.0);
        let weight = Tensor::f32(vec![outputs, width], padded);
        let weight = weight.ok_or_else(|| WeightsError::Config(format!("rows that are not of {width}")))?;
        Self::new(&weight, &vec![0.0; outputs])
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.linear.outputs()
    }

    /// The outputs for rows of inputs: rows × outputs.
    pub fn apply(&self, values: &[f32]) -> Vec<f32> {
        let depth = self.linear.depth();
        let mut rows = Rows::default();
        rows.fill(values, depth, self.simd);
        let mut out = vec![0.0; values.len() / depth * self.linear.outputs()];
        rows.apply(&self.linear, self.simd, &mut out);
        out
    }
}
