//! `critique` reads review texts in bulk and reports their tone, themes and named entities.
//!
//! Data flows one way, and each room imports only from the rooms before it:
//!
//! ```text
//! corpus → text → reader → analysis → themes → pipeline → report → results → compare → html
//! Review   Document  Reading  Analysis    Themes                    Line      Comparison
//! ```
//!
//! [`statistics`] stands before all of them: it knows numbers alone.
//!
//! * [`corpus`] finds inputs and yields one [`corpus::Review`] (or reject) a row.
//! * [`text`] turns a review's text into sentences, words and offsets.
//! * [`reader`] runs the encoder once over the sentences and takes every answer from that pass.
//! * [`analysis`] makes a review's tone, entities and keyphrases out of its readings.
//! * [`themes`] clusters the keyphrases of all reviews and tells where each theme stands out.
//! * [`pipeline`] carries reviews through all of these in parallel and in order.
//! * [`report`] writes the files of an output folder.
//! * [`results`] reads such a folder back, for what is said of many reviews or shown of one.
//! * [`compare`] tells how films, critics, outlets and years differ.
//! * [`html`] shows a whole corpus on one page.
//! * [`explain`] shows one review as it was read.
//! * [`evaluate`] measures the reports of labelled reviews against their labels.
#![deny(missing_docs)]
// Allowed in the kernels of `reader` alone.
#![deny(unsafe_code)]

pub mod analysis;
pub mod compare;
pub mod corpus;
pub mod evaluate;
pub mod explain;
pub mod html;
pub mod pipeline;
pub mod reader;
pub mod report;
pub mod results;
pub mod statistics;
pub mod text;
pub mod themes;
#[cfg(feature = "rust-bert")]
pub mod train;
