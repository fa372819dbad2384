//! Lines of an output folder, compared and shown on a page. Behind a line `---` the input is `themes.csv`.

use critique::compare::{By, Comparison, Corpus, Options};
use critique::{html, results};

use super::Place;

pub fn run(bytes: &[u8]) {
    let place = Place::new();
    let cut = bytes.windows(5).position(|window| window == b"\n---\n");
    let (reviews, themes) = cut.map_or((bytes, None), |at| (&bytes[..at], Some(&bytes[at + 5..])));
    let path = place.write("reviews.jsonl", reviews);
    if let Some(themes) = themes {
        place.write("themes.csv", themes);
        place.write("review_themes.csv", b"review_id,theme\na,0\n");
    }
    let sources = results::open(&[path]).expect("the file is there");
    if let Ok(corpus) = Corpus::read(&sources) {
        let options = Options { resamples: 100, between: None, pairs: true };
        for by in [By::Film, By::Critic, By::Outlet, By::Year] {
            if let Ok(comparison) = Comparison::new(&corpus, by, &options) {
                serde_json::to_string(&comparison).expect("JSON");
            }
        }
    }
    if let Ok(page) = html::page(&sources, None) {
        assert!(page.rows <= page.reviews && page.texts <= page.rows);
    }
}
