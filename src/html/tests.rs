use std::fs;

use serde_json::{Value, json};

use super::pack::unpack;
use super::rows::{Corpus, Row};
use super::*;

/// A corpus of one row for each film and critic.
pub(super) fn corpus(names: &[(&str, &str)]) -> Corpus {
    let mut corpus = Corpus::default();
    for (number, (film, critic)) in names.iter().enumerate() {
        let row = Row {
            id: number.to_string(),
            film: Some(corpus.films.place(film)),
            critic: Some(corpus.critics.place(critic)),
            outlet: None,
            date: None,
            rating: None,
            score: 0,
            confidence: None,
            words: 100,
            detail: true,
            aspects: Vec::new(),
            people: Vec::new(),
            themes: Vec::new(),
        };
        corpus.rows.push(row);
    }
    corpus
}

/// Figures, rows and texts of the page of these lines.
fn made(lines: &[Value]) -> [Value; 3] {
    let dir = tempfile::tempdir().unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(dir.path().join("reviews.jsonl"), text).unwrap();
    let page = page(&crate::results::open(&[dir.path().to_owned()]).unwrap(), None).unwrap();
    let block = |id: &str| {
        let begin = page.html.find(&format!(" id=\"{id}\">")).unwrap() + id.len() + 7;
        &page.html[begin..begin + page.html[begin..].find("</script>").unwrap()]
    };
    [serde_json::from_str(block("figures")).unwrap(), unpack(block("rows")), unpack(block("texts"))]
}

fn person(text: &str, role: Option<&str>, tone: Option<f64>) -> Value {
    json!({"text": text, "type": "PERSON", "role": role, "count": 1, "salience": 0.5, "tone": tone,
           "mentions": [{"start": 3, "end": 6, "text": text}]})
}

#[test]
fn rows_point_into_lists_with_the_most_reviewed_first() {
    let bare = |id: &str, film: &str, critic: Option<&str>, score: f64| json!({"id": id, "film": film, "critic": critic, "tone": {"score": score}});
    let [figures, rows, texts] = made(&[
        bare("a", "Heron", Some("Bly"), 0.5),
        bare("b", "Lamp", None, -0.25),
        bare("c", "Lamp", Some("Bly"), 1.0),
    ]);
    assert_eq!(
        (&figures["films"][0]["name"], &figures["films"][1]["name"]),
        (&json!("Lamp"), &json!("Heron"))
    );
    assert_eq!(figures["films"][0]["reviews"], 2);
    assert_eq!((&rows["film"], &rows["critic"]), (&json!([1, 0, 0]), &json!([0, -1, 0])));
    assert_eq!((&rows["score"], &rows["text"]), (&json!([500, -250, 1000]), &json!([-1, -1, -1])));
    assert_eq!((&figures["texts"], texts), (&json!(0), json!([])));
    let totals = &figures["totals"];
    assert_eq!((&totals["reviews"], &totals["films"], &totals["critics"]), (&json!(3), &json!(2), &json!(1)));
    assert!((totals["mean"].as_f64().unwrap() - 1.25 / 3.0).abs() < 1e-12);
    assert_eq!((&totals["positive"], &totals["negative"]), (&json!(2.0 / 3.0), &json!(1.0 / 3.0)));
}

#[test]
fn people_have_their_most_frequent_role_and_the_tone_of_each_review() {
    let line = |id: &str, people: Vec<Value>| json!({"id": id, "film": "Heron", "critic": "Bly", "tone": {"score": 0}, "entities": people});
    let [figures, rows, _] = made(&[
        line("a", vec![person("Ann Orr", Some("actor"), Some(0.5)), person("Ed Fox", None, None)]),
        line("b", vec![person("Ann Orr", Some("director"), Some(-0.5))]),
        line("c", vec![person("Ann Orr", Some("director"), None)]),
    ]);
    assert_eq!(
        figures["people"],
        json!([{"name": "Ann Orr", "role": "director", "reviews": 3}, {"name": "Ed Fox", "role": null, "reviews": 1}])
    );
    assert_eq!(rows["people"], json!([[0, 500, 1, null], [0, -500], [0, null]]));
}

#[test]
fn an_opened_review_has_its_spans_in_code_points() {
    let text = "😀 Ann Orr shines. He hid.";
    let sentence = |start: usize, end: usize, score: f64, kind: &str| json!({"start": start, "end": end, "score": score, "kind": kind, "opinion": 0.9, "weight": 0.25});
    let [figures, rows, texts] = made(&[
        json!({"id": "a", "film": null, "critic": null, "text": text, "words": 5, "tone": {"score": 0.5, "ambivalence": 0.2},
               "sentences": [sentence(0, 17, 0.75, "opinion"), sentence(18, 25, 0.0, "plot")],
               "entities": [person("Ann", None, Some(0.1))],
               "aspects": [{"aspect": "acting", "score": 0.5, "label": "positive", "confidence": 0.9, "sentences": [0],
                            "quote": {"start": 2, "end": 16, "text": "Ann Orr shines"}}],
               "quotes": {"positive": "Ann Orr shines", "negative": null}}),
        // Too long for a page.
        json!({"id": "b", "film": null, "critic": null, "text": "long ".repeat(50_000), "tone": {"score": 0.5}}),
    ]);
    assert_eq!((&figures["texts"], &rows["text"]), (&json!(1), &json!([0, -1])));
    let detail = &texts[0];
    assert_eq!(detail["t"], text);
    assert_eq!(detail["s"], json!([[0, 17, 750, 0, 250, 900], [18, 25, 0, 1, 250, 900]]));
    assert_eq!(detail["e"], json!([["Ann", "PERSON", null, 100, [3, 6]]]));
    assert_eq!((&detail["a"], &rows["aspects"][0]), (&json!([[0, 500, "Ann Orr shines"]]), &json!([0, 500])));
    assert_eq!((&detail["q"], &detail["f"]), (&json!(["Ann Orr shines", null]), &json!([0.2, null])));
}

#[test]
fn films_and_critics_bring_what_a_comparison_says() {
    let lines: Vec<Value> = (0..60)
        .map(|number| {
            let (film, critic) = (number % 6, number % 5);
            // One critic is stricter than the others by half the scale of a side.
            let score = 0.1 * f64::from(film) - if critic == 0 { 0.5 } else { 0.0 } + 0.02 * f64::from(number % 3);
            json!({"id": number, "film": format!("Film {film}"), "critic": format!("Critic {critic}"), "tone": {"score": score}})
        })
        .collect();
    let [figures, ..] = made(&lines);
    let by_name = |list: &str, name: &str, key: &str| {
        let row = figures[list].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
        row[key].as_f64().unwrap()
    };
    assert!(by_name("films", "Film 5", "adjusted") > by_name("films", "Film 0", "adjusted") + 0.3);
    assert!(by_name("critics", "Critic 0", "leniency") < -0.3);
    assert!(by_name("critics", "Critic 1", "leniency") > 0.0);
    assert_eq!(figures["films"][0]["adjusted_interval"].as_array().unwrap().len(), 2);
}

#[test]
fn names_are_cut_where_they_would_fill_a_page() {
    let long = "ä".repeat(500);
    let [figures, ..] = made(&[json!({"id": "a", "film": long, "critic": null, "tone": {"score": 0.5}})]);
    assert_eq!(figures["films"][0]["name"].as_str().unwrap().chars().count(), 201);
}
