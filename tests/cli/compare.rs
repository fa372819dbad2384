//! Films, critics, outlets and years beside each other.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::Place;

/// Runs `compare` with more arguments and gives what it printed.
fn compared(place: &Place, args: &[&str]) -> String {
    let ended = place.run(&[&["compare"], args].concat());
    assert_eq!(ended.code, 0, "{args:?}: {}", ended.err);
    assert!(ended.err.is_empty(), "{}", ended.err);
    ended.out
}

fn json_of(place: &Place, args: &[&str]) -> Value {
    serde_json::from_str(&compared(place, &[args, &["--format", "json"]].concat())).unwrap()
}

fn rows(comparison: &Value) -> &Vec<Value> {
    comparison["rows"].as_array().unwrap()
}

fn number(row: &Value, name: &str) -> f64 {
    row[name].as_f64().unwrap_or_else(|| panic!("{name} of {row}"))
}

/// A place with the report of the sample reviews.
fn sample() -> Place {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let place = Place::with::<&str, &str>(&[]);
    place.analyze(corpus.to_str().unwrap(), &[], 0);
    place
}

/// Kendall's τ of two lists of as many numbers.
fn kendall(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        for j in 0..i {
            sum += ((a[i] - a[j]) * (b[i] - b[j])).signum();
        }
    }
    sum / (a.len() * (a.len() - 1) / 2) as f64
}

/// Spearman's ρ of two lists without ties.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let rank = |list: &[f64], one: f64| list.iter().filter(|other| **other < one).count() as f64;
    let n = a.len() as f64;
    let squares: f64 = a.iter().zip(b).map(|(x, y)| (rank(a, *x) - rank(b, *y)).powi(2)).sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

/// Strictness with which the bylines of `corpus/README.md` were written, the harshest first.
const BYLINES: [&str; 8] = [
    "Gideon Thackrow",
    "Marguerite Oduya-Lind",
    "Nell Abernoth",
    "Tomáš Vrbeck",
    "Rafael Quintarra",
    "Bhaskar Ellingham",
    "Hanneke Dorsvelt",
    "Dilys Penhallick",
];

#[test]
fn the_sample_is_ranked_as_it_was_written() {
    let place = sample();
    let critics = json_of(&place, &["out", "--by", "critic"]);
    let written: Vec<f64> = rows(&critics)
        .iter()
        .map(|row| BYLINES.iter().position(|byline| row["key"] == *byline).unwrap() as f64)
        .collect();
    let leniency: Vec<f64> = rows(&critics).iter().map(|row| number(row, "leniency")).collect();
    assert!(leniency.is_sorted_by(|a, b| a >= b));
    // 0.93 when this was written; one critic who changes places with the next costs 0.02.
    let order = spearman(&written, &leniency);
    assert!(order > 0.85, "{order}");

    let films = json_of(&place, &["out", "--by", "film"]);
    let place_of = |film: &str| rows(&films).iter().position(|row| row["key"] == film).unwrap();
    for loved in ["No Country for Old Men", "Paddington 2", "Parasite"] {
        for panned in ["Patch Adams", "The Room", "Cats"] {
            assert!(place_of(loved) < place_of(panned), "{loved} {panned}");
        }
    }
    let cats = &rows(&films)[place_of("Cats")];
    assert!(cats["worst_quote"]["text"].is_string() && !cats["aspects"].as_array().unwrap().is_empty());
    assert!(films["agreement"].as_f64().unwrap() > 0.2, "{}", films["agreement"]);
    assert!(critics["rating_correlation"]["reviews"] == 66);
    assert_eq!(rows(&json_of(&place, &["out", "--by", "outlet"])).len(), 4);
    let years = json_of(&place, &["out", "--by", "year"]);
    assert!(rows(&years).iter().map(|row| row["key"].as_str().unwrap()).is_sorted());
}

/// Lines with only what is required, of 200 films by 40 critics, and the true worth of each film and leniency of each critic.
fn simulated(seed: u64) -> (String, BTreeMap<String, f64>, BTreeMap<String, f64>) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut normal = move |deviation: f64| ((0..12).map(|_| rng.f64()).sum::<f64>() - 6.0) * deviation;
    let films: Vec<f64> = (0..200).map(|_| 0.1 + normal(0.2)).collect();
    let critics: Vec<f64> = (0..40).map(|_| normal(0.2)).collect();
    let mut rng = fastrand::Rng::with_seed(seed + 1000);
    let mut lines = String::new();
    for id in 0..3000 {
        // Critics see what they like or what they must: a film's reviewers are no fair sample.
        let film = rng.usize(..200);
        let critic = if rng.f64() < 0.5 { rng.usize(..40) } else { (film / 5 + rng.usize(..4)) % 40 };
        let score = (films[film] + critics[critic] + normal(0.25)).clamp(-1.0, 1.0);
        let (film, critic) = (format!("film {film}"), format!("critic {critic}"));
        writeln!(lines, "{}", json!({"id": id, "film": film, "critic": critic, "tone": {"score": score}}))
            .unwrap();
    }
    let named = |what: &str, truths: Vec<f64>| -> BTreeMap<String, f64> {
        truths.into_iter().enumerate().map(|(number, truth)| (format!("{what} {number}"), truth)).collect()
    };
    (lines, named("film", films), named("critic", critics))
}

#[test]
fn known_effects_are_recovered() {
    let (mut held, mut all) = ([0_usize; 2], [0_usize; 2]);
    for seed in 0..6 {
        let (lines, films, critics) = simulated(seed);
        let place = Place::with(&[("sim/reviews.jsonl", lines)]);
        let by_film = json_of(&place, &["sim", "--by", "film", "--resamples", "100"]);
        let by_critic = json_of(&place, &["sim", "--by", "critic", "--resamples", "100"]);
        for (which, (comparison, truths, interval)) in
            [(&by_film, &films, "adjusted_interval"), (&by_critic, &critics, "leniency_interval")]
                .into_iter()
                .enumerate()
        {
            for row in rows(comparison) {
                let truth = truths[row["key"].as_str().unwrap()];
                let [low, high] = [0, 1].map(|end| row[interval][end].as_f64().unwrap());
                held[which] += usize::from(low <= truth && truth <= high);
                all[which] += 1;
            }
        }
        let truths: Vec<f64> = rows(&by_film).iter().map(|row| films[row["key"].as_str().unwrap()]).collect();
        let list = |name: &str| rows(&by_film).iter().map(|row| number(row, name)).collect::<Vec<f64>>();
        let (adjusted, mean) = (kendall(&truths, &list("adjusted")), kendall(&truths, &list("mean")));
        assert!(adjusted > mean, "seed {seed}: {adjusted} {mean}");
    }
    let [films, critics] = [0, 1].map(|which| f64::from(held[which] as u32) / f64::from(all[which] as u32));
    assert!((0.93..=0.97).contains(&films), "{films} of films");
    // Critics' errors share that of the mean, so that six corpora say less than 240 intervals would.
    assert!((0.90..=0.99).contains(&critics), "{critics} of critics");
}

/// Names that a spreadsheet, Markdown or a terminal could take for something else.
const NASTY: &str = concat!(
    r#"{"id":"a","film":"=cmd()","critic":"A|B","tone":{"score":0.5}}"#,
    "\n",
    r#"{"id":"b","film":"<b>|\u001b[31m","critic":"A|B","tone":{"score":-0.5}}"#,
    "\n",
    r#"{"id":"c","film":"=cmd()","critic":"千と千尋の神隠し千と千尋の神隠し千と千尋の神隠し千と千尋の神隠し","tone":{"score":0.25}}"#,
    "\n",
    r#"{"id":"d","film":null,"critic":null,"tone":{"score":0}}"#,
    "\n",
    r#"{"id":"e","film":"E","critic":"C","tone":{"score":9}}"#,
    "\n",
);

#[test]
fn every_format_is_what_it_says() {
    let place = Place::with(&[("nasty.jsonl", NASTY)]);
    for by in ["film", "critic"] {
        let table = compared(&place, &["nasty.jsonl", "--by", by]);
        assert!(table.lines().all(|line| line.width() <= 100), "{table}");
        assert!(!table.contains('\u{1b}'));
    }
    let table = compared(&place, &["nasty.jsonl"]);
    assert!(table.contains("1 line passed over") && table.contains("nasty.jsonl line 5"), "{table}");
    let csv = compared(&place, &["nasty.jsonl", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(&reader.headers().unwrap()[9], "adjusted");
    let keys: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert!(keys.contains(&"'=cmd()".to_owned()), "{keys:?}");
    let markdown = compared(&place, &["nasty.jsonl", "--format", "md"]);
    let table: Vec<&str> = markdown.lines().take_while(|line| line.starts_with('|')).collect();
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(table.len() == 4 && table.iter().all(|line| bars(line) == bars(table[0])), "{markdown}");
    assert!(!markdown.contains("<b>"));
    compared(&place, &["nasty.jsonl", "--format", "json", "--output", "out.json"]);
    let written: Value = serde_json::from_slice(&std::fs::read(place.path("out.json")).unwrap()).unwrap();
    assert_eq!((&written["by"], &written["reviews"]), (&json!("film"), &json!(4)));
}

#[test]
fn the_same_figures_whatever_the_number_of_jobs() {
    let place = Place::with(&[("sim/reviews.jsonl", simulated(9).0)]);
    let print = |jobs: &str| compared(&place, &["sim", "--pairs", "--jobs", jobs, "--format", "json"]);
    assert_eq!(print("1"), print("2"));
}

#[test]
fn two_folders_are_told_apart() {
    let lines = |shift: f64| -> String {
        (0..24).fold(String::new(), |mut lines, id| {
            let score = f64::from(id % 5) / 10.0 + shift;
            let line = json!({"id": id, "film": format!("f{}", id % 3), "critic": format!("c{}", id / 3), "tone": {"score": score}});
            writeln!(lines, "{line}").unwrap();
            lines
        })
    };
    let place = Place::with(&[("one/reviews.jsonl", lines(0.3)), ("two/reviews.jsonl", lines(0.0))]);
    let differences = &json_of(&place, &["one", "two"])["differences"];
    assert_eq!(differences.as_array().unwrap().len(), 4);
    let all = &differences[0];
    assert_eq!((&all["a"], &all["b"], &all["difference"]), (&json!("one"), &json!("two"), &json!(0.3)));
    assert!(all["paired"] == true && all["pairs"] == 8 && number(all, "p") < 0.01, "{all}");
    let between = &json_of(&place, &["one", "--between", "f0", "f1"])["differences"];
    assert_eq!((&between[0]["a"], &between[0]["b"]), (&json!("f0"), &json!("f1")));
}

#[test]
fn a_wrong_call_is_told_on_one_line() {
    let place = Place::with(&[("sim/reviews.jsonl", simulated(1).0), ("empty/reviews.jsonl", String::new())]);
    for (args, word) in [
        (&["sim", "--between", "film 7", "flim 70"][..], "\"film 70\""),
        (&["gone"], "gone"),
        (&["empty"], "critique analyze"),
        (&["sim", "--by", "outlet"], "--by"),
        (&["sim", "--by", "actor"], "critic"),
        (&["sim", "--output", "gone/out.json"], "--output"),
        (&[], "DIR"),
    ] {
        let ended = place.run(&[&["compare"], args].concat());
        assert_eq!((ended.code, ended.err.lines().count()), (2, 1), "{args:?}: {}", ended.err);
        assert!(ended.err.contains(word) && ended.out.is_empty(), "{args:?}: {}", ended.err);
    }
}
