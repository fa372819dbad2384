//! Reading reviews in: inputs are found, decoded, split into rows, and each row becomes one
//! [`Review`] or one [`Reject`].

mod review;

pub use review::{Item, Origin, Reject, Review};
