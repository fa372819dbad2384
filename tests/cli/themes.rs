//! The themes of a corpus.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{Place, crowd};

/// A place with the report of the sample reviews.
fn sample(jobs: &str) -> Place {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let place = Place::with::<&str, &str>(&[]);
    place.analyze(corpus.to_str().unwrap(), &["--jobs", jobs], 0);
    place
}

#[test]
fn the_themes_of_the_sample_fit_its_reviews() {
    let place = sample("2");
    let themes = place.rows("themes.csv");
    assert!((5..=60).contains(&themes.len()), "{} themes", themes.len());
    let numbers: Vec<String> = (1..=themes.len()).map(|number| number.to_string()).collect();
    assert_eq!(place.column("themes.csv", "theme"), numbers);

    let ids = place.column("reviews.csv", "id");
    let place_of = |id: &str| ids.iter().position(|other| other == id).unwrap();
    let rows = place.rows("review_themes.csv");
    assert!(rows.iter().map(|row| place_of(&row[0])).is_sorted());
    let names: BTreeMap<String, String> =
        themes.iter().map(|theme| (theme[0].to_owned(), theme[1].to_owned())).collect();
    let mut reviews = BTreeMap::<&str, u64>::new();
    for row in &rows {
        assert_eq!(names.get(&row[3]).map(String::as_str), Some(&row[4]));
        *reviews.entry(&row[3]).or_default() += 1;
        let strength: f64 = row[6].parse().unwrap();
        assert!(strength > 0.0 && strength <= 1.0, "{strength}");
    }
    let films: BTreeSet<String> = place.column("reviews.csv", "film").into_iter().collect();
    let mut last = u64::MAX;
    for theme in &themes {
        let number: u64 = theme[2].parse().unwrap();
        assert_eq!(reviews.get(&theme[0]), Some(&number));
        assert!((2..=last).contains(&number), "{number} after {last}");
        last = number;
        assert!((-1.0..=1.0).contains(&theme[4].parse::<f64>().unwrap()));
        for film in theme[6].split("; ").filter(|film| !film.is_empty()) {
            let (film, z) = film.rsplit_once(' ').unwrap();
            assert!(films.contains(film) && z.parse::<f64>().unwrap() >= 1.96, "{film} {z}");
        }
        for quote in [8, 10, 12] {
            assert!(theme[quote].chars().count() <= 200);
            assert!(theme[quote].is_empty() || ids.contains(&theme[quote + 1].to_owned()));
        }
    }
    assert!(themes.iter().any(|theme| !theme[6].is_empty()), "no film stands out");
    // Words that share no letter to speak of are found to mean alike.
    assert!(themes.iter().any(|theme| theme[5].contains("funny") && theme[5].contains("laugh")));
    assert!(themes.iter().any(|theme| theme[5].contains("cello") && theme[5].contains("violin")));
}

#[test]
fn themes_do_not_depend_on_the_number_of_jobs() {
    let (one, two) = (sample("1"), sample("2"));
    for name in ["themes.csv", "review_themes.csv"] {
        assert_eq!(one.text(name), two.text(name));
    }
}

#[test]
fn without_text_no_sentence_is_quoted() {
    let place = Place::with(&[("crowd.csv", crowd(40))]);
    let quotes = |more: &[&str]| {
        place.analyze("crowd.csv", more, 1);
        assert!(!place.rows("themes.csv").is_empty());
        place.column("themes.csv", "quote").concat()
    };
    assert!(quotes(&[]).contains(' '));
    assert_eq!(quotes(&["--no-text"]), "");
}
