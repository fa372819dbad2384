use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::*;
use crate::analysis::{
    Aspect, Emotion, Entity, Film, FilmSource, Keyphrase, Label, Language, Mention, Note, Quote, Quotes,
    Role, SentenceTone, Tone,
};
use crate::corpus::{Files, Origin};

const TEXT: &str = "Zoë Orr shines. =The lamp is dim, sadly.";

pub(super) fn made_review(id: &str) -> Review {
    Review {
        id: id.into(),
        film: Some("The Lamp".into()),
        critic: Some("Ann Bly".into()),
        outlet: None,
        date: Some("2024-05-01".into()),
        rating: Some("3.5".into()),
        origin: Origin { path: "made.csv".into(), row: 1 },
        text: TEXT.into(),
    }
}

pub(super) fn made_analysis() -> Analysis {
    let sentence = |start, end, score, label| SentenceTone {
        start,
        end,
        block: "prose".into(),
        score,
        label,
        kind: "opinion".into(),
        opinion: 0.987_654_3,
        weight: 0.5,
    };
    let mention = |start, end, text: &str| Mention { start, end, text: text.into() };
    let entity = |text: &str, kind: &str, tone, mentions: Vec<Mention>| Entity {
        text: text.into(),
        kind: kind.into(),
        role: (kind == "PERSON").then_some(Role::Actor),
        count: mentions.len(),
        salience: 1.0 / 3.0,
        tone,
        mentions,
    };
    let quote = |start, end| Quote { start, end, text: "=Zoë Orr shines".into() };
    Analysis {
        words: 8,
        tone: Tone {
            score: 0.123_456,
            label: Label::Neutral,
            confidence: 0.6,
            ambivalence: 0.75,
            opinion_share: 1.0,
        },
        entities: vec![
            entity("Zoë Orr", "PERSON", Some(0.8), vec![mention(0, 7, "Zoë Orr"), mention(4, 7, "Orr")]),
            entity("@Lamp", "WORK", None, vec![mention(21, 25, "lamp")]),
        ],
        keyphrases: vec![
            Keyphrase { text: "-dim lamp".into(), score: 0.9, count: 1, ..Keyphrase::default() },
            Keyphrase { text: "shines".into(), score: 0.25, count: 1, ..Keyphrase::default() },
        ],
        sentences: vec![
            sentence(0, 15, 0.8, Label::VeryPositive),
            sentence(16, 40, -0.000_01, Label::Neutral),
        ],
        language: Some(Language { code: "eng".into(), confidence: 0.99 }),
        notes: vec![Note::MostlyPlot, Note::NotEnglish],
        emotions: vec![Emotion { label: "joy".into(), score: 0.512_345_6, lift: 4.0 }],
        aspects: vec![Aspect {
            aspect: "acting".into(),
            score: 0.8,
            label: Label::VeryPositive,
            confidence: 0.9,
            sentences: vec![0, 1],
            quote: quote(0, 15),
        }],
        quotes: Quotes { positive: Some(quote(0, 15)), negative: None },
        film: Some(given("The Lamp")),
    }
}

fn given(title: &str) -> Film {
    Film { title: title.into(), year: None, source: FilmSource::Given, confidence: 1.0 }
}

fn everything() -> Options {
    Options { csv: true, json: true, jsonl: true, sentences: true, text: true }
}

pub(super) fn made_run() -> Run {
    let counts = Counts { reviews: 1, ..Counts::default() };
    let options = RunOptions {
        format: vec!["csv".into()],
        sentences: true,
        text: true,
        limit: None,
        aspects: "film".into(),
        aspects_sha256: "00".into(),
        columns: Default::default(),
    };
    let header = Header::new(
        Model { name: "made".into(), sha256: "00".into() },
        "embedded".into(),
        options,
        vec!["made.csv".into()],
        Files { count: 1, sha256: "00".into() },
    );
    Run::new(header, counts, SystemTime::UNIX_EPOCH, Timings::new(1, &counts, Duration::from_secs(1)))
}

/// Writes a report of one review and one reject.
fn write(dir: &Path, options: &Options, review: &Review) {
    let mut report = Report::create(dir, options).unwrap();
    let film = review.film.as_deref().map(given);
    report.review(review, Analysis { film, ..made_analysis() }).unwrap();
    report
        .reject(&Reject { origin: Origin { path: "made.csv".into(), row: 2 }, reason: "no text".into() })
        .unwrap();
    report.finish(&made_run()).unwrap();
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap()
}

#[test]
fn a_line_has_the_keys_of_the_contract_in_order() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &everything(), &made_review("r1"));
    let line = read(dir.path(), "reviews.jsonl");
    let expected = concat!(
        r#"{"id":"r1","film":"The Lamp","film_source":"given","critic":"Ann Bly","outlet":null,"date":"2024-05-01","rating":3.5,"#,
        r#""origin":{"path":"made.csv","row":1},"text":"Zoë Orr shines. =The lamp is dim, sadly.","words":8,"#,
        r#""sentences_count":2,"sentences":[{"start":0,"end":15,"score":0.8,"kind":"opinion","opinion":0.9877,"weight":0.5},"#,
        r#"{"start":16,"end":40,"score":0.0,"kind":"opinion","opinion":0.9877,"weight":0.5}],"language":{"code":"eng","confidence":0.99},"notes":["mostly_plot","not_english"],"tone":{"score":0.1235,"label":"neutral","confidence":0.6,"ambivalence":0.75,"#,
        r#""opinion_share":1.0},"emotions":[{"label":"joy","score":0.5123,"lift":4.0}],"#,
        r#""aspects":[{"aspect":"acting","score":0.8,"label":"very_positive","confidence":0.9,"sentences":[0,1],"#,
        r#""quote":{"start":0,"end":15,"text":"=Zoë Orr shines"}}],"keyphrases":[{"text":"-dim lamp","score":0.9,"count":1},"#,
        r#"{"text":"shines","score":0.25,"count":1}],"entities":[{"text":"Zoë Orr","type":"PERSON","role":"actor","count":2,"#,
        r#""salience":0.3333,"tone":0.8,"mentions":[{"start":0,"end":7,"text":"Zoë Orr"},"#,
        r#"{"start":4,"end":7,"text":"Orr"}]},{"text":"@Lamp","type":"WORK","count":1,"salience":0.3333,"#,
        r#""mentions":[{"start":21,"end":25,"text":"lamp"}]}],"#,
        r#""quotes":{"positive":"=Zoë Orr shines","negative":null,"positive_span":[0,15]}}"#,
        "\n"
    );
    assert_eq!(line, expected);
    assert_eq!(read(dir.path(), "reviews.json"), format!("[\n{}\n]\n", expected.trim_end()));
}

#[test]
fn lines_follow_the_schema_and_the_schema_refuses_others() {
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &everything(), &made_review("r1"));
    let line: Value = serde_json::from_str(&read(dir.path(), "reviews.jsonl")).unwrap();
    assert!(validator.is_valid(&line), "{:?}", validator.iter_errors(&line).collect::<Vec<_>>());
    for (pointer, value) in [
        ("/id", json!(null)),
        ("/tone/score", json!(1.5)),
        ("/tone/label", json!("VeryPositive")),
        ("/entities/0/type", json!("PLACE")),
        ("/entities/0/mentions", json!([])),
        ("/origin/row", json!(0)),
        ("/tone", json!({"score": 0.1})),
        ("/notes", json!(["short"])),
        ("/aspects/0/quote", json!("shines")),
        ("/quotes/positive_span", json!([1])),
    ] {
        let mut broken = line.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&broken), "{pointer}");
    }
    let mut longer = line.clone();
    longer["surprise"] = json!(1);
    assert!(!validator.is_valid(&longer));
    longer.as_object_mut().unwrap().remove("surprise");
    longer["emotions"] = json!([{"label": "joy", "score": 0.5}]);
    assert!(!validator.is_valid(&longer));
}

#[test]
fn tables_hold_safe_cells_and_plain_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let mut review = made_review("=r1");
    review.film = Some("+1, \"The Lamp\"".into());
    review.rating = Some("-1".into());
    review.origin.path = "-".into();
    write(dir.path(), &everything(), &review);
    assert_eq!(
        read(dir.path(), "reviews.csv"),
        "id,film,film_source,critic,outlet,date,rating,path,row,words,sentences_count,tone_score,tone_label,tone_confidence,\
         ambivalence,opinion_share,emotions,aspects,keyphrases,people,quote_positive,quote_negative,language,notes\n\
         '=r1,\"'+1, \"\"The Lamp\"\"\",given,Ann Bly,,2024-05-01,-1,'-,1,8,2,0.1235,neutral,0.6,0.75,1,\
         joy,acting 0.80,'-dim lamp; shines,Zoë Orr,'=Zoë Orr shines,,eng,mostly_plot; not_english\n"
    );
    assert_eq!(
        read(dir.path(), "aspects.csv"),
        "review_id,film,critic,aspect,score,label,confidence,sentences,quote,quote_start,quote_end,sentence_indices\n\
         '=r1,\"'+1, \"\"The Lamp\"\"\",Ann Bly,acting,0.8,very_positive,0.9,2,'=Zoë Orr shines,0,15,0 1\n"
    );
    assert_eq!(
        read(dir.path(), "entities.csv"),
        "review_id,film,critic,entity,type,role,count,salience,tone,first_start,first_end\n\
         '=r1,\"'+1, \"\"The Lamp\"\"\",Ann Bly,Zoë Orr,PERSON,actor,2,0.3333,0.8,0,7\n\
         '=r1,\"'+1, \"\"The Lamp\"\"\",Ann Bly,'@Lamp,WORK,,1,0.3333,,21,25\n"
    );
    assert_eq!(
        read(dir.path(), "keyphrases.csv"),
        "review_id,film,critic,keyphrase,score,count\n\
         '=r1,\"'+1, \"\"The Lamp\"\"\",Ann Bly,'-dim lamp,0.9,1\n\
         '=r1,\"'+1, \"\"The Lamp\"\"\",Ann Bly,shines,0.25,1\n"
    );
}

#[test]
fn sentences_are_cut_from_the_text_by_code_points() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &everything(), &made_review("r1"));
    assert_eq!(
        read(dir.path(), "sentences.jsonl"),
        concat!(
            r#"{"review_id":"r1","index":0,"start":0,"end":15,"text":"Zoë Orr shines.","block":"prose","#,
            r#""score":0.8,"label":"very_positive","kind":"opinion","opinion":0.9877,"weight":0.5}"#,
            "\n",
            r#"{"review_id":"r1","index":1,"start":16,"end":40,"text":"=The lamp is dim, sadly.","block":"prose","#,
            r#""score":0.0,"label":"neutral","kind":"opinion","opinion":0.9877,"weight":0.5}"#,
            "\n"
        )
    );
}

#[test]
fn without_text_no_text_is_given() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &Options { text: false, ..everything() }, &made_review("r1"));
    for name in ["reviews.jsonl", "reviews.json", "sentences.jsonl"] {
        assert!(!read(dir.path(), name).contains("sadly"), "{name}");
        assert!(!read(dir.path(), name).contains("=Zoë Orr shines\""), "{name}");
    }
}

#[test]
fn a_second_report_replaces_the_first_and_spares_the_users_files() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("deep/out");
    write(&dir, &everything(), &made_review("r1"));
    assert_eq!(
        names(&dir),
        [
            "aspects.csv",
            "entities.csv",
            "keyphrases.csv",
            "rejects.jsonl",
            "reviews.csv",
            "reviews.json",
            "reviews.jsonl",
            "run.json",
            "sentences.jsonl"
        ]
    );
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    write(
        &dir,
        &Options { csv: false, json: false, jsonl: true, sentences: false, text: true },
        &made_review("r2"),
    );
    assert_eq!(names(&dir), ["notes.txt", "rejects.jsonl", "reviews.jsonl", "run.json"]);
    assert!(read(&dir, "reviews.jsonl").starts_with(r#"{"id":"r2""#));
    assert_eq!(read(&dir, "rejects.jsonl"), "{\"path\":\"made.csv\",\"row\":2,\"reason\":\"no text\"}\n");
}

#[test]
fn an_unfinished_report_leaves_the_earlier_one() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write(dir, &everything(), &made_review("r1"));
    let before = names(dir);
    let mut report = Report::create(dir, &everything()).unwrap();
    report.review(&made_review("r2"), made_analysis()).unwrap();
    assert!(names(dir).len() > before.len());
    drop(report);
    assert_eq!(names(dir), before);
    drop(Report::create(&dir.join("new"), &everything()).unwrap());
    assert_eq!(names(dir), before);
    assert!(read(dir, "reviews.jsonl").starts_with(r#"{"id":"r1""#));
}

#[test]
fn what_a_killed_run_left_is_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join(".run.json.partial"), "{\"tool\": \"cri, and a long tail".repeat(99)).unwrap();
    fs::write(dir.join("reviews.csv"), "half").unwrap();
    fs::write(dir.join(".reviews.json.partial"), "[").unwrap();
    write(dir, &Options { json: false, ..everything() }, &made_review("r1"));
    assert_eq!(names(dir).len(), 8);
    assert!(names(dir).iter().all(|name| !name.starts_with('.')));
    assert_eq!(serde_json::from_str::<Value>(&read(dir, "run.json")).unwrap()["tool"], "critique");
}

#[test]
fn folders_that_cannot_be_used_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let open = |path: PathBuf| Report::create(&path, &everything()).map(drop).unwrap_err().to_string();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(open(file.clone()).contains("is a file"));
    assert!(open(file.join("out")).contains("cannot make the folder"));

    let foreign = dir.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("reviews.csv"), "id,text\n1,mine\n").unwrap();
    assert!(open(foreign.clone()).contains("reviews.csv is there and no report of critique"));
    assert_eq!(names(&foreign), ["reviews.csv"]);
    assert_eq!(read(&foreign, "reviews.csv"), "id,text\n1,mine\n");
}

#[test]
fn two_runs_do_not_write_to_one_folder() {
    let dir = tempfile::tempdir().unwrap();
    let report = Report::create(dir.path(), &everything()).unwrap();
    let second = Report::create(dir.path(), &everything()).map(drop).unwrap_err();
    assert!(matches!(second, ReportError::Busy(_)));
    report.finish(&made_run()).unwrap();
    assert_eq!(names(dir.path()).len(), 9);
}

#[test]
fn an_empty_run_is_a_whole_report() {
    let dir = tempfile::tempdir().unwrap();
    Report::create(dir.path(), &everything()).unwrap().finish(&made_run()).unwrap();
    assert_eq!(read(dir.path(), "reviews.json"), "[]\n");
    assert_eq!(read(dir.path(), "reviews.jsonl") + &read(dir.path(), "rejects.jsonl"), "");
    assert_eq!(read(dir.path(), "keyphrases.csv"), "review_id,film,critic,keyphrase,score,count\n");
}

#[test]
fn run_json_tells_the_run() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &everything(), &made_review("r1"));
    let run: Value = serde_json::from_str(&read(dir.path(), "run.json")).unwrap();
    assert_eq!(run["schema_version"], SCHEMA_VERSION);
    assert_eq!(run["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["started"], "1970-01-01T00:00:00Z");
    assert_eq!(run["counts"]["reviews"], 1);
    assert_eq!(run["timings"]["reviews_per_second"], 1.0);
}

#[test]
fn the_canonical_path_of_what_is_not_there_yet() {
    let dir = tempfile::tempdir().unwrap();
    let real = fs::canonicalize(dir.path()).unwrap();
    assert_eq!(canonical(dir.path()), real);
    assert_eq!(canonical(&dir.path().join("a/b")), real.join("a/b"));
    assert_eq!(canonical(Path::new("not-there")), fs::canonicalize(".").unwrap().join("not-there"));
}

#[test]
fn a_clock_that_is_far_off_stops_no_run() {
    let (epoch, counts) = (SystemTime::UNIX_EPOCH, Counts::default());
    let far = Duration::from_secs(1 << 40);
    for (started, told) in [(epoch - far, "1970-01-01T00:00:00Z"), (epoch + far, "9999-12-31T23:59:59Z")] {
        let run = Run::new(made_run().header, counts, started, Timings::new(1, &counts, far));
        assert_eq!(serde_json::to_value(run).unwrap()["started"], told);
    }
}
