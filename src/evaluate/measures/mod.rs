//! A measure for each task.

mod aspects;
mod emotions;
mod entities;
mod keyphrases;
mod opinion;
mod rating;
mod tone;

pub(super) use aspects::Aspects;
pub(super) use emotions::Emotions;
pub(super) use entities::Entities;
pub(super) use keyphrases::Keyphrases;
pub(super) use opinion::Opinions;
pub(super) use rating::Ratings;
pub(super) use tone::Tones;
