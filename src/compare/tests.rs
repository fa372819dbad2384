use serde_json::{Value, json};

use super::*;
use crate::compare::{By, Options};

/// A corpus of lines, each with the index of its source.
fn corpus(sources: usize, lines: &[(usize, Value)]) -> Corpus {
    let mut corpus = Corpus::new((0..sources).map(|source| format!("out{source}")).collect());
    for (number, (source, line)) in lines.iter().enumerate() {
        let mut line = line.clone();
        if line.get("id").is_none() {
            line["id"] = json!(format!("r{number}"));
        }
        corpus.add(*source, serde_json::from_value(line).unwrap());
    }
    corpus
}

fn review(film: &str, critic: &str, score: f64) -> (usize, Value) {
    (0, json!({"film": film, "critic": critic, "tone": {"score": score}}))
}

fn compared(corpus: &Corpus, by: By) -> Value {
    serde_json::to_value(Comparison::new(corpus, by, &Options::default()).unwrap()).unwrap()
}

fn row<'a>(comparison: &'a Value, key: &str) -> &'a Value {
    comparison["rows"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap()
}

/// Three films by three critics; Bly is kind, Cole harsh.
fn crossed() -> Corpus {
    let mut lines = Vec::new();
    for (film, worth) in [("Gull", 0.5), ("Heron", 0.0), ("Tern", -0.4)] {
        for (critic, kindness) in [("Bly", 0.3), ("Cole", -0.3), ("Dole", 0.0)] {
            // A little that is neither film's nor critic's.
            let noise = if (film.len() + critic.len()) % 3 == 0 { 0.05 } else { -0.03 };
            lines.push(review(film, critic, worth + kindness + noise));
        }
    }
    corpus(1, &lines)
}

#[test]
fn films_are_ranked_and_critics_too() {
    let corpus = crossed();
    let films = compared(&corpus, By::Film);
    let keys = |comparison: &Value| -> Vec<String> {
        let rows = comparison["rows"].as_array().unwrap();
        rows.iter().map(|row| row["key"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(keys(&films), ["Gull", "Heron", "Tern"]);
    assert_eq!((&films["rows"][0]["rank"], &films["rows"][2]["rank"]), (&json!(1), &json!(3)));
    assert_eq!(films["model"]["method"], "REML");
    assert_eq!(films["model"]["groups"], 1);
    assert!(films["model"]["variance"]["critic"].as_f64().unwrap() > 0.02);
    let critics = compared(&corpus, By::Critic);
    assert_eq!(keys(&critics), ["Bly", "Dole", "Cole"]);
    // 0.3 against a mean of −0.15, and the noise.
    let against = row(&critics, "Bly")["against_colleagues"].as_f64().unwrap();
    assert!((against - 0.45).abs() < 0.09, "{against}");
    assert!(row(&critics, "Bly")["leniency"].as_f64().unwrap() > 0.2);
}

#[test]
fn a_film_seen_only_by_the_harsh_is_not_punished() {
    let mut lines = Vec::new();
    for film in ["Gull", "Heron", "Tern", "Wren", "Rook"] {
        for (critic, kindness) in [("Bly", 0.4), ("Dole", 0.35), ("Cole", -0.4), ("Fitch", -0.35)] {
            lines.push(review(film, critic, kindness + film.len() as f64 / 50.0));
        }
    }
    lines.push(review("Harsh", "Cole", -0.25));
    lines.push(review("Harsh", "Fitch", -0.2));
    lines.push(review("Kind", "Bly", 0.4));
    lines.push(review("Kind", "Dole", 0.35));
    let films = compared(&corpus(1, &lines), By::Film);
    let figure = |film: &str, name: &str| row(&films, film)[name].as_f64().unwrap();
    assert!(figure("Harsh", "mean") < figure("Kind", "mean"));
    assert!(figure("Harsh", "adjusted") > figure("Kind", "adjusted"), "{films}");
}

#[test]
fn the_consensus_leaves_the_critic_out() {
    let mut lines = Vec::new();
    for (place, film) in ["a", "b", "c", "d"].iter().enumerate() {
        let worth = place as f64 / 5.0;
        lines.extend([
            review(film, "Bly", worth),
            review(film, "Cole", worth + 0.1),
            review(film, "Dole", -worth),
        ]);
    }
    lines.push(review("alone", "Bly", 0.9));
    let critics = compared(&corpus(1, &lines), By::Critic);
    // The mean of Bly and Cole rises where Dole's scores fall.
    assert_eq!(row(&critics, "Dole")["agreement"], json!(-1.0));
    // worth less (worth + 0.1 − worth) / 2, over four films: 0.3 less 0.05.
    assert_eq!(row(&critics, "Bly")["against_colleagues"], json!(0.25));
    assert_eq!(row(&critics, "Bly")["films"], json!(5));
}

#[test]
fn what_stands_out_is_told_but_not_the_film_itself() {
    let mut lines = Vec::new();
    for film in ["Heron", "Tern"] {
        for number in 0..6 {
            let phrases = if film == "Heron" {
                ["Herons", "HERON", "The Heron", "slow river"]
            } else {
                ["x", "y", "tern", "fast sea"]
            };
            let phrases: Vec<Value> =
                phrases.iter().map(|text| json!({"text": text, "score": 1, "count": 1})).collect();
            let person = if film == "Heron" { "Zoë Orr" } else { "Ivo Tarn" };
            let entities = json!([{"text": person, "type": "PERSON"}, {"text": film, "type": "WORK"}]);
            let aspects = json!([{"aspect": if film == "Heron" { "music" } else { "acting" }, "score": 0.5}]);
            let score = f64::from(number) / 10.0;
            lines.push((
                0,
                json!({"film": film, "critic": format!("c{number}"), "tone": {"score": score},
                "keyphrases": phrases, "entities": entities, "aspects": aspects,
                "quotes": {"positive": format!("for {number}"), "negative": format!("against {number}")}}),
            ));
        }
    }
    let films = compared(&corpus(1, &lines), By::Film);
    let heron = row(&films, "Heron");
    let texts = |list: &str| -> Vec<&str> {
        heron[list].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect()
    };
    assert_eq!(texts("keyphrases"), ["herons", "slow river"]);
    assert_eq!(texts("entities"), ["Zoë Orr"]);
    assert_eq!(heron["entities"][0]["type"], "PERSON");
    assert_eq!(
        heron["aspects"],
        json!([{"aspect": "music", "reviews": 6, "mean": 0.5, "share_positive": 1.0}])
    );
    assert_eq!((&heron["best_quote"]["text"], &heron["best_quote"]["score"]), (&json!("for 5"), &json!(0.5)));
    assert_eq!(
        (&heron["worst_quote"]["text"], &heron["worst_quote"]["critic"]),
        (&json!("against 0"), &json!("c0"))
    );
}

#[test]
fn words_and_stars_that_part_company_are_found() {
    let mut lines = Vec::new();
    for number in 0..12 {
        let score = f64::from(number) / 12.0 - 0.5;
        let rating = if number == 0 { "4.5".to_owned() } else { format!("{:.1}", 2.5 + 2.0 * score) };
        lines.push((
            0,
            json!({"id": format!("r{number}"), "film": format!("f{}", number % 4), "critic": "Bly",
            "rating": rating, "tone": {"score": score}}),
        ));
    }
    let critics = compared(&corpus(1, &lines), By::Critic);
    let odd = &row(&critics, "Bly")["odd"];
    assert_eq!(odd[0]["review"], "r0");
    assert!(odd[0]["gap"].as_f64().unwrap() < -2.0 && odd[0]["rating"] == 0.9, "{odd}");
    let together = &critics["rating_correlation"];
    assert!(together["reviews"] == 12 && together["pearson"].as_f64().unwrap() > 0.2, "{together}");
}

#[test]
fn two_rows_differ_within_those_who_saw_both() {
    let mut lines = Vec::new();
    for critic in 0..8 {
        // Critics differ much, the films little, but always alike.
        let kindness = f64::from(critic) / 5.0 - 0.8;
        lines.push(review("Heron", &format!("c{critic}"), kindness + 0.11 + f64::from(critic % 2) / 50.0));
        lines.push(review("Tern", &format!("c{critic}"), kindness));
    }
    lines.push(review("Gull", "c1", 0.0));
    let corpus = corpus(1, &lines);
    let between = |a: &str, b: &str| {
        let between = Some([a.to_owned(), b.to_owned()]);
        Comparison::new(&corpus, By::Film, &Options { between, ..Options::default() })
    };
    let found = between("heron", "Tern").unwrap().differences;
    assert_eq!((found.len(), found[0].pairs, found[0].paired), (1, 8, true));
    assert_eq!(found[0].difference, 0.12);
    // All eight signs alike: 2 of 256.
    assert_eq!(found[0].p, 0.0078);
    let [low, high] = found[0].interval.unwrap();
    assert!(0.1 < low && low < 0.12 && 0.12 < high && high < 0.14, "{low} {high}");
    let unpaired = between("Gull", "Tern").unwrap().differences;
    assert!(!unpaired[0].paired && unpaired[0].pairs == 1 && unpaired[0].interval.is_none());
    let error = between("Heron", "Tren").unwrap_err().to_string();
    assert!(error.contains("Tren") && error.contains("\"Tern\""), "{error}");

    let pairs = Comparison::new(&corpus, By::Film, &Options { pairs: true, ..Options::default() }).unwrap();
    assert_eq!(pairs.differences.len(), 3);
    assert!(pairs.differences.iter().all(|one| one.p_adjusted >= one.p));
}

#[test]
fn two_folders_differ_by_key_and_in_all() {
    let mut lines = Vec::new();
    for critic in 0..6 {
        for (film, worth) in [("Heron", 0.2), ("Tern", -0.2)] {
            let line = |source: usize, score: f64| {
                let id = format!("{film}-{critic}");
                (
                    source,
                    json!({"id": id, "film": film, "critic": format!("c{critic}"), "tone": {"score": score}}),
                )
            };
            lines.push(line(0, worth + 0.1));
            lines.push(line(1, worth + f64::from(critic % 2) / 50.0));
        }
    }
    let found = compared(&corpus(2, &lines), By::Film);
    let differences = found["differences"].as_array().unwrap();
    let keys: Vec<&Value> = differences.iter().map(|one| &one["key"]).collect();
    assert_eq!(keys, [&Value::Null, &json!("Heron"), &json!("Tern")]);
    assert!(
        differences.iter().all(|one| one["a"] == "out0" && one["b"] == "out1" && one["difference"] == 0.09)
    );
    assert!(
        found["warnings"].to_string().contains("12 reviews are in several of the folders"),
        "{}",
        found["warnings"]
    );

    let alone =
        [review("Heron", "c0", 0.4), (1, json!({"film": "Tern", "critic": "c0", "tone": {"score": 0.1}}))];
    let alone = compared(&corpus(2, &alone), By::Film);
    assert_eq!(
        (&alone["differences"][0]["a"], &alone["differences"][0]["b"]),
        (&json!("Heron"), &json!("Tern"))
    );
    assert_eq!(alone["differences"][0]["difference"], 0.3);
}

#[test]
fn what_cannot_be_said_is_null_and_warned_of() {
    for lines in [
        vec![review("Heron", "Bly", 0.5)],
        vec![review("Heron", "Bly", 0.5), review("Tern", "Cole", 0.1)],
        vec![review("Heron", "Bly", 0.5), review("Heron", "Cole", 0.5), review("Tern", "Bly", 0.5)],
    ] {
        for by in [By::Film, By::Critic] {
            let found = compared(&corpus(1, &lines), by);
            assert_eq!(found["model"], Value::Null);
            let rows = found["rows"].as_array().unwrap();
            assert!(rows.iter().all(|row| row["adjusted"].is_null() && row["leniency"].is_null()));
            assert!(found["warnings"].to_string().contains("No model"), "{}", found["warnings"]);
        }
    }
    let error =
        |corpus: &Corpus, by| Comparison::new(corpus, by, &Options::default()).unwrap_err().to_string();
    assert!(error(&corpus(1, &[]), By::Film).contains("critique analyze"));
    assert!(error(&crossed(), By::Year).contains("--by"));
}

#[test]
fn warnings_tell_what_is_missing() {
    let mut lines: Vec<(usize, Value)> = (0..12)
        .map(|n| review(&format!("f{}", n % 3), &format!("c{}", n % 4), f64::from(n * n % 7) / 10.0))
        .collect();
    // Another island, a review without film, one without critic, one in French, one inferred.
    lines.extend([review("island", "Selkirk", 0.1), review("island", "Friday", 0.3)]);
    lines.push((0, json!({"film": null, "critic": "c0", "tone": {"score": 0.2}})));
    lines.push((0, json!({"film": "f0", "critic": null, "notes": ["not_english"], "tone": {"score": 0.2}})));
    lines.push((0, json!({"film": "f1", "film_source": "inferred", "critic": "c1", "tone": {"score": 0.2}})));
    let found = compared(&corpus(1, &lines), By::Film);
    let told = found["warnings"].to_string();
    for part in [
        "2 groups",
        "1 review has no film",
        "1 review has no critic",
        "1 review was inferred",
        "1 review is noted as not English",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(found["model"]["groups"], 2);
    assert!(!compared(&crossed(), By::Film)["warnings"].to_string().contains("groups"));
}

#[test]
fn years_rise() {
    let lines: Vec<(usize, Value)> =
        [("May 2, 2024", 0.1), ("2019-01-01", 0.3), ("03/04/2024", 0.5), ("?", 0.0)]
            .iter()
            .map(|(date, score)| {
                (0, json!({"film": "Heron", "critic": "Bly", "date": date, "tone": {"score": score}}))
            })
            .collect();
    let found = compared(&corpus(1, &lines), By::Year);
    let rows = found["rows"].as_array().unwrap();
    let keys: Vec<_> =
        rows.iter().map(|row| (row["key"].as_str().unwrap(), row["mean"].as_f64().unwrap())).collect();
    assert_eq!(keys, [("2019", 0.3), ("2024", 0.3)]);
    assert!(found["warnings"].to_string().contains("1 review has no date"));
}

#[test]
fn a_row_does_not_depend_on_the_other_rows_but_for_the_model() {
    let mut lines: Vec<(usize, Value)> =
        (0..9).map(|n| review("Heron", &format!("c{n}"), f64::from(n) / 10.0)).collect();
    let alone = compared(&corpus(1, &lines), By::Film);
    lines.extend(
        (0..20).map(|n| review(&format!("other {}", n % 3), &format!("c{}", n % 9), f64::from(n % 5) / 5.0)),
    );
    lines.reverse();
    let among = compared(&corpus(1, &lines), By::Film);
    for figure in ["reviews", "mean", "median", "share_positive", "polarisation"] {
        assert_eq!(row(&alone, "Heron")[figure], row(&among, "Heron")[figure], "{figure}");
    }
}
