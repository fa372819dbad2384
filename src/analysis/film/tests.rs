use super::*;

/// The film of a text in which the tagger finds `works`.
fn film(given: &str, works: &[&str]) -> Option<(String, Option<u16>)> {
    let document = Document::parse(given);
    let work = |title: &&str| Entity {
        text: (*title).to_owned(),
        kind: "WORK".to_owned(),
        role: None,
        count: 1,
        salience: 0.5,
        tone: None,
        mentions: Vec::new(),
    };
    let works: Vec<Entity> = works.iter().map(work).collect();
    let found = infer(&document, &works)?;
    assert_eq!(found.source, FilmSource::Inferred);
    assert!((LEAST..=1.0).contains(&found.confidence), "{found:?}");
    Some((found.title, found.year))
}

const TEXT: &str = "Two sisters inherit a ferry, and neither of them can swim. It ends well, more or less.";

#[test]
fn headlines_name_the_film() {
    for (line, title, year) in [
        ("The Ferry (2021): Two Sisters, One Boat and a Great Deal of Water", "The Ferry", Some(2021)),
        ("Salt (2019)", "Salt", Some(2019)),
        ("Review: The Ferry", "The Ferry", None),
        ("Film Review: Salt and Tar", "Salt and Tar", None),
        ("Movie review – Salt", "Salt", None),
        ("REVIEW: “The Ferry”", "The Ferry", None),
        ("The Ferry Review", "The Ferry", None),
        ("The Ferry review: a boat too far", "The Ferry", None),
        ("The Ferry Movie Review", "The Ferry", None),
        ("“The Ferry” Is a Boat Too Far", "The Ferry", None),
        ("# Salt, Tar and Rope (1987)", "Salt, Tar and Rope", Some(1987)),
        ("Harbour: Part Two (2003) - The Boats Are Back", "Harbour: Part Two", Some(2003)),
    ] {
        let found = film(&format!("{line}\n\n{TEXT}"), &[]);
        assert_eq!(found, Some((title.to_owned(), year)), "{line}");
    }
}

#[test]
fn a_plain_headline_needs_the_text() {
    assert_eq!(film(&format!("A Boat Too Far\n\n{TEXT}"), &[]), None);
    assert_eq!(film(&format!("# Two Sisters Who Cannot Swim\n\n{TEXT}"), &[]), None);
    let text = "Nobody in Salt Harbour can swim. We laughed when Salt Harbour went under, and so will you.";
    assert_eq!(film(&format!("# Salt Harbour\n\n{text}"), &["Salt Harbour"]).unwrap().0, "Salt Harbour");
    let found = film(&format!("# Salt Harbour: Two Men and a Boat\n\n{text}"), &["Salt Harbour"]);
    assert_eq!(found.unwrap().0, "Salt Harbour");
    let text = "Nobody swims in Gulls: Tide Two. The best of it is that Gulls: Tide Two is short.";
    let found = film(&format!("# Gulls: Tide Two\n\n{text}"), &["Gulls: Tide Two"]);
    assert_eq!(found.unwrap().0, "Gulls: Tide Two");
}

#[test]
fn openings_name_the_film() {
    for (text, works, title, year) in [
        ("The Ferry (2021) arrives late. It sinks.", vec!["The Ferry"], "The Ferry", Some(2021)),
        ("In Salt (1999) nobody swims. It is fine.", vec!["Salt"], "Salt", Some(1999)),
        ("“Salt” is a very good film. I saw “Salt” twice, and “Salt” holds.", vec!["Salt"], "Salt", None),
        ("The Ferry is a triumph. The Ferry has wit and salt. See it.", vec!["The Ferry"], "The Ferry", None),
        (
            "What a film. The Ferry tells of two sisters. The Ferry is brief.",
            vec!["The Ferry"],
            "The Ferry",
            None,
        ),
    ] {
        assert_eq!(film(text, &works), Some((title.to_owned(), year)), "{text}");
    }
}

#[test]
fn other_works_are_not_the_film() {
    for (text, works) in [
        ("It is no better than Salt. The boats are poor copies of those in Gulls.", vec!["Salt", "Gulls"]),
        ("A dull picture, like The Ferry without the ferry.", vec!["The Ferry"]),
        ("The director made Salt before this. I liked it more than Gulls.", vec!["Salt", "Gulls"]),
        ("A song from Salt plays at the end of this bore.", vec!["Salt"]),
        ("I fell asleep, and so did the dog. The best thing in it is the ferry.", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(film(text, &works), None, "{text}");
    }
}

#[test]
fn what_is_given_is_sure() {
    let film = given("Salt");
    assert_eq!((film.source, film.confidence, film.title.as_str()), (FilmSource::Given, 1.0, "Salt"));
}

proptest::proptest! {
    #[test]
    fn any_text(text in "[A-Za-zÉİ(): “”\"'.*#\n–-]{0,80}(\\(20[0-9]{2}\\))?[A-Za-z .]{0,20}", work in "[A-Z][a-zé ]{0,8}") {
        let document = Document::parse(&text);
        let entity = Entity {
            text: work, kind: "WORK".into(), role: None, count: 1, salience: 0.1, tone: None, mentions: Vec::new(),
        };
        if let Some(film) = infer(&document, &[entity]) {
            proptest::prop_assert!((LEAST..=1.0).contains(&film.confidence) && !film.title.trim().is_empty());
        }
    }
}
