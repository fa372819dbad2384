//! The themes of the folders that have them.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::HtmlError;
use super::rows::clip;
use crate::results::Sources;

/// A theme as the page tells it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Theme {
    pub(super) name: String,
    /// Reviews of the whole corpus.
    pub(super) reviews: u32,
    /// −1 to 1.
    pub(super) tone: f64,
    pub(super) phrases: String,
    pub(super) quote: String,
    /// The films and critics where it stands out, as `themes.csv` writes them.
    pub(super) films: String,
    pub(super) critics: String,
}

/// The themes of all sources, and which review has which.
#[derive(Debug, Default)]
pub(super) struct Themes {
    pub(super) list: Vec<Theme>,
    /// Per source: id of a review to places in `list`.
    of: Vec<HashMap<String, Vec<u32>>>,
}

/// A row of `themes.csv`.
#[derive(Deserialize)]
struct ThemeRow {
    theme: usize,
    name: String,
    reviews: u32,
    tone: f64,
    #[serde(default)]
    top_phrases: String,
    #[serde(default)]
    films: String,
    #[serde(default)]
    critics: String,
    #[serde(default)]
    quote: String,
}

/// A row of `review_themes.csv`.
#[derive(Deserialize)]
struct Found {
    review_id: String,
    theme: usize,
}

impl Themes {
    /// Reads `themes.csv` and `review_themes.csv` beside each file of reviews; a folder without them has no themes.
    pub(super) fn read(sources: &Sources) -> Result<Self, HtmlError> {
        let mut themes = Self::default();
        for source in sources.all() {
            let of = themes.read_folder(source.folder())?;
            themes.of.push(of);
        }
        Ok(themes)
    }

    fn read_folder(&mut self, folder: &Path) -> Result<HashMap<String, Vec<u32>>, HtmlError> {
        let mut of: HashMap<String, Vec<u32>> = HashMap::new();
        let (themes, reviews) = (folder.join("themes.csv"), folder.join("review_themes.csv"));
        if !themes.is_file() || !reviews.is_file() {
            return Ok(of);
        }
        let mut numbers = HashMap::new();
        for row in rows::<ThemeRow>(&themes)? {
            // A number may outgrow what it counts only in a file that was changed by hand.
            numbers.insert(row.theme, u32::try_from(self.list.len()).unwrap_or(u32::MAX));
            self.list.push(Theme {
                name: clip(plain(&row.name)),
                reviews: row.reviews,
                tone: row.tone,
                phrases: plain(&row.top_phrases).to_owned(),
                quote: plain(&row.quote).to_owned(),
                films: plain(&row.films).to_owned(),
                critics: plain(&row.critics).to_owned(),
            });
        }
        for found in rows::<Found>(&reviews)? {
            if let Some(&theme) = numbers.get(&found.theme) {
                of.entry(plain(&found.review_id).to_owned()).or_default().push(theme);
            }
        }
        Ok(of)
    }

    /// The themes of a review.
    pub(super) fn of(&self, source: usize, id: &str) -> Vec<u32> {
        self.of.get(source).and_then(|reviews| reviews.get(id)).cloned().unwrap_or_default()
    }
}

fn rows<R: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<R>, HtmlError> {
    csv::Reader::from_path(path)
        .and_then(|mut reader| reader.deserialize().collect())
        .map_err(|source| HtmlError::Themes { path: path.display().to_string(), source })
}

/// A cell without the apostrophe that keeps spreadsheets from taking it for a formula.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|first: char| "=+-@".contains(first) || first.is_control()) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn themes_of_a_folder_and_of_its_reviews() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("reviews.jsonl"), "").unwrap();
        fs::write(
            dir.path().join("themes.csv"),
            "theme,name,reviews,tone,top_phrases\n1,'-rain,4,-0.5,rain; storm\n2,sea,3,0.25,sea\n",
        )
        .unwrap();
        fs::write(
            dir.path().join("review_themes.csv"),
            "review_id,theme,name\n'=a,2,sea\n'=a,1,rain\nb,9,x\n",
        )
        .unwrap();
        let sources = crate::results::open(&[dir.path().to_owned()]).unwrap();
        let themes = Themes::read(&sources).unwrap();
        assert_eq!(themes.list.iter().map(|theme| &*theme.name).collect::<Vec<_>>(), ["-rain", "sea"]);
        assert_eq!((themes.list[0].reviews, themes.list[0].tone), (4, -0.5));
        assert_eq!((themes.of(0, "=a"), themes.of(0, "b"), themes.of(1, "=a")), (vec![1, 0], vec![], vec![]));
    }

    #[test]
    fn a_broken_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("reviews.jsonl"), "").unwrap();
        fs::write(dir.path().join("themes.csv"), "theme,name\nx,y\n").unwrap();
        fs::write(dir.path().join("review_themes.csv"), "").unwrap();
        let sources = crate::results::open(&[dir.path().to_owned()]).unwrap();
        assert!(Themes::read(&sources).unwrap_err().to_string().contains("themes.csv"));
    }
}
