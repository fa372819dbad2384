//! One HTML file that shows an analysed corpus: charts, tables and every review, with no network.
//!
//! Data flows one way: `rows` reads the lines of the reviews and interns their names; `sample` chooses what fits;
//! `compared` takes what a comparison of all films and critics says; `figures` is what is told of the whole corpus,
//! `texts` what is shown of one review; `page` puts them as inert data into the page, whose own code is in the folder
//! `page`. What the page shows of a choice (a film, a critic, a theme) it counts from the rows itself.
#![forbid(unsafe_code)]

mod compared;
mod figures;
mod pack;
mod page;
mod rows;
mod sample;
#[cfg(test)]
mod tests;
mod texts;
mod themes;

use serde_json::{Value, json};

use self::compared::Compared;
use self::figures::{Figures, Listed, Totals};
use self::pack::pack;
use self::page::Data;
use self::rows::Corpus;
use self::sample::Sample;
use self::texts::Texts;
use self::themes::Themes;
use crate::results::{ResultsError, Sources};

/// Most reviews that have a row in the page.
const MOST_ROWS: usize = 10_000;

/// Most bytes of the packed rows.
const ROWS_BYTES: usize = 900_000;

/// Most bytes of a page; texts take what the rest leaves.
const PAGE_BYTES: usize = 2_900_000;

/// Seed of the samples: the same folder gives the same page.
const SEED: u64 = 4;

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum HtmlError {
    /// The results cannot be read.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The themes of a folder cannot be read.
    #[error("{path}: {source}; run critique analyze again, or move the file away")]
    Themes {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: csv::Error,
    },
    /// There is no review.
    #[error("no reviews in {0}; give a folder whose reviews.jsonl has lines")]
    Empty(String),
}

/// A finished page, and what of the corpus is in it.
#[derive(Debug)]
pub struct Page {
    /// The HTML file.
    pub html: String,
    /// Reviews of the corpus.
    pub reviews: usize,
    /// Reviews with a row in the page.
    pub rows: usize,
    /// Reviews with their text, or at least the figures of their sentences, in the page.
    pub texts: usize,
    /// Lines of the results that could not be used, and why the first could not.
    pub skipped: crate::results::Skipped,
}

/// Makes the page of these results.
///
/// `title` stands at its head; without one the page says in words what it compares.
///
/// # Errors
/// Results or themes that cannot be read, or none at all.
pub fn page(sources: &Sources, title: Option<&str>) -> Result<Page, HtmlError> {
    let themes = Themes::read(sources)?;
    let corpus = Corpus::read(sources, &themes)?;
    if corpus.rows.is_empty() {
        let names: Vec<&str> = sources.all().iter().map(|source| &*source.name).collect();
        return Err(HtmlError::Empty(names.join(", ")));
    }
    let compared = Compared::new(sources)?;
    let (sample, listed, mut columns) = rows_that_fit(&corpus);
    let mut figures = Figures {
        title,
        program: format!("critique {}", env!("CARGO_PKG_VERSION")),
        totals: Totals::new(&corpus),
        rows: sample.rows.len(),
        texts: 0,
        aspects: &corpus.aspects.list,
        films: listed.films(&corpus, &compared),
        critics: listed.critics(&corpus, &compared),
        outlets: listed.outlets(&corpus),
        people: listed.people(&corpus),
        themes: &themes.list,
        warnings: &compared.warnings,
    };
    let title = title.unwrap_or("Reviews compared");
    // Without texts yet; the column that points to them is small.
    let size = page::html(&Data { title, figures: &figures, rows: &pack(&columns), texts: "" }).len();
    let texts =
        Texts::read(sources, &corpus, &sample, PAGE_BYTES.saturating_sub(size + 8 * sample.rows.len()))?;
    figures.texts = texts.count;
    columns["text"] = json!(texts.places);
    let html = page::html(&Data { title, figures: &figures, rows: &pack(&columns), texts: &texts.packed });
    Ok(Page {
        html,
        reviews: corpus.rows.len(),
        rows: sample.rows.len(),
        texts: texts.count,
        skipped: corpus.skipped,
    })
}

/// As many rows as the page has room for.
fn rows_that_fit(corpus: &Corpus) -> (Sample, Listed, Value) {
    let mut most = MOST_ROWS.min(corpus.rows.len());
    loop {
        let sample = Sample::new(corpus, most, SEED);
        let listed = Listed::new(corpus, &sample);
        let columns = rows::columns(corpus, &sample, &listed.known(corpus));
        if most <= 1 || pack(&columns).len() <= ROWS_BYTES {
            return (sample, listed, columns);
        }
        most /= 2;
    }
}
