//! A measure for each task.

mod entities;
mod keyphrases;
mod opinion;
mod rating;
mod tone;

pub(super) use entities::Entities;
pub(super) use keyphrases::Keyphrases;
pub(super) use opinion::Opinions;
pub(super) use rating::Ratings;
pub(super) use tone::Tones;
