//! Inputs that claim, unfold or nest more than any memory or stack holds: each is read within bounds or refused.

use std::fs;
#[cfg(target_os = "linux")]
use std::io::{self, Read, Write};
#[cfg(target_os = "linux")]
use std::{process::Command, thread, time::Duration};

#[cfg(target_os = "linux")]
use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use crate::{Ended, FILMS, Place, texts};

const FINE: &str = "A fine film.";

/// How deep what nests goes.
const DEEP: usize = 10_000;

/// `inner` in so many brackets.
fn nested(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(DEEP), close.repeat(DEEP))
}

/// One line on standard error and exit code 2.
fn refused(place: &Place, args: &[&str]) -> String {
    let Ended { code, err, .. } = place.run(args);
    assert_eq!((code, err.lines().count()), (2, 1), "{args:?}: {err}");
    err
}

/// A folder with the model that ships, one of its files replaced.
fn altered_model(place: &Place, name: &str, bytes: &[u8]) {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        place.write(&format!("model/{file}"), fs::read(format!("{shipped}/{file}")).unwrap());
    }
    place.write(&format!("model/{name}"), bytes);
}

#[test]
fn weights_that_claim_2_to_the_60_elements() {
    const CLAIM: u64 = 1 << 60;
    let place = Place::with(&[("films.csv", FILMS)]);
    let headers = [
        format!(r#"{{"x":{{"dtype":"F32","shape":[{CLAIM}],"data_offsets":[0,{}]}}}}"#, CLAIM * 4),
        format!(r#"{{"x":{{"dtype":"I8","shape":[{CLAIM},1],"data_offsets":[0,{CLAIM}]}}}}"#),
        format!(r#"{{"x":{{"dtype":"F16","shape":[{CLAIM},{CLAIM}],"data_offsets":[0,8]}}}}"#),
        format!(r#"{{"x":{{"dtype":"F32","shape":[{CLAIM},0],"data_offsets":[0,0]}}}}"#),
    ];
    let file = |length: u64, header: &str| [&length.to_le_bytes(), header.as_bytes(), &[0; 8]].concat();
    let mut files: Vec<Vec<u8>> = headers.iter().map(|header| file(header.len() as u64, header)).collect();
    // The length of the header itself.
    files.push(file(CLAIM, &headers[0]));
    for bytes in files {
        altered_model(&place, "model.safetensors", &bytes);
        refused(&place, &["analyze", "films.csv", "--output", "out", "--model", "model"]);
    }
    for key in ["vocab_size", "hidden_size", "num_hidden_layers", "max_position_embeddings"] {
        let shipped = include_str!("../../models/config.json");
        let mut config: serde_json::Value = serde_json::from_str(shipped).unwrap();
        config[key] = json!(CLAIM);
        altered_model(&place, "model.safetensors", include_bytes!("../../models/model.safetensors"));
        altered_model(&place, "config.json", config.to_string().as_bytes());
        let told = refused(&place, &["analyze", "films.csv", "--output", "out", "--model", "model"]);
        assert!(told.contains(key), "{told}");
    }
}

/// Megabytes that the program may hold at a time, far below what the bombs unfold to.
#[cfg(target_os = "linux")]
const ROOM: u64 = 600;

/// Runs `critique analyze INPUT`, and looks every few milliseconds how much memory it has held at most.
#[cfg(target_os = "linux")]
fn in_little_memory(place: &Place, input: &str, code: i32) {
    let mut run = Command::new(assert_cmd::cargo::cargo_bin("critique"))
        .current_dir(place.dir.path())
        .args(["analyze", input, "--output", "out", "--quiet", "--jobs", "1"])
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", run.id());
    let mut most = 0;
    let ended = loop {
        if let Some(ended) = run.try_wait().unwrap() {
            break ended;
        }
        let status = fs::read_to_string(&status).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        most = peak.map_or(most, |kilobytes| kilobytes.parse().unwrap());
        thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(ended.code(), Some(code), "{input}");
    assert!((1..ROOM << 10).contains(&most), "{input}: {most} kB");
}

/// `start`, `megabytes` of a byte, and `end`, packed.
#[cfg(target_os = "linux")]
fn bomb(start: &str, byte: u8, megabytes: u64, end: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(start.as_bytes()).unwrap();
    io::copy(&mut io::repeat(byte).take(megabytes << 20), &mut packed).unwrap();
    packed.write_all(end.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn gzip_bombs() {
    let table = format!("text\n{FINE}\n");
    let line = format!("{}\n", json!({ "text": FINE }));
    let bombs = [
        // One cell, an open quote, blank lines; behind the first and the last the rows can be read on.
        ("a.csv.gz", bomb(&table, b'x', 1024, &format!("\n{FINE}\n")), 1, 2),
        ("b.csv.gz", bomb(&format!("{table}\""), b'x', 1024, ""), 1, 1),
        ("c.csv.gz", bomb(&table, b'\n', 1024, &format!("{FINE}\n")), 0, 2),
        ("d.jsonl.gz", bomb(&line, b'[', 1024, &format!("\n{line}")), 1, 2),
        ("e.json.gz", bomb("[{\"text\":\"Fine.\"},", b'[', 1024, ""), 1, 1),
        ("f.txt.gz", bomb(FINE, b' ', 1024, ""), 1, 0),
    ];
    let place = Place::with(&[("made", "")]);
    for (name, bytes, rejects, reviews) in bombs {
        assert!(bytes.len() < 16 << 20, "{name}: {}", bytes.len());
        place.write(name, &bytes);
        in_little_memory(&place, name, i32::from(rejects > 0));
        let told = texts(&place.lines("rejects.jsonl"), "reason");
        assert_eq!((told.len(), place.lines("reviews.jsonl").len()), (rejects, reviews), "{name}: {told:?}");
        fs::remove_dir_all(place.path("out")).unwrap();
    }
}

#[test]
fn ten_thousand_columns() {
    let names = |count: usize| (0..count).map(|at| format!("c{at},")).collect::<String>();
    let table = |count| format!("{}text\n{}{FINE}\n", names(count), ",".repeat(count));
    let keys: serde_json::Map<_, _> = (0..9_999).map(|at| (format!("c{at}"), json!(at))).collect();
    let mut row = keys.clone();
    row.insert("text".into(), json!(FINE));
    let mut too_many = row.clone();
    too_many.insert("last".into(), json!(1));
    let place = Place::with(&[
        ("a.csv", table(10_000)),
        ("b.jsonl", format!("{}\n{}\n", json!(row), json!(too_many))),
        ("c.csv", table(100_000)),
    ]);
    let ended = place.run(&["analyze", "a.csv", "b.jsonl", "c.csv", "--output", "out", "--quiet"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_eq!(texts(&place.lines("reviews.jsonl"), "text"), [FINE; 2]);
    let told = texts(&place.lines("rejects.jsonl"), "reason");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("10000 keys") && told[1].contains("65536 fields"), "{told:?}");
    // Where none of them is the text, the error names a few.
    place.write("d.csv", names(10_000) + "last\n");
    let told = refused(&place, &["analyze", "d.csv", "--output", "none"]);
    assert!(told.contains("more") && told.len() < 1000, "{told}");
}

#[test]
fn reviews_nested_ten_thousand_deep() {
    let array = nested("[", "", "]");
    let object = nested("{\"a\":", "1", "}");
    let row = |value: &str| format!("{{\"text\":\"{FINE}\",\"more\":{value}}}");
    let lines = format!(
        "{}\n{array}\n{object}\n{}\n{{\"text\":{array}}}\n{}\n",
        row(&array),
        row(&object),
        "[".repeat(DEEP)
    );
    let values = format!("[{},{array},{},{{\"text\":{object}}}]", row(&array), row(&object));
    let place = Place::with(&[
        ("a.jsonl", lines),
        ("b.json", values),
        ("c.txt", FINE.into()),
        ("c.meta.json", row(&object)),
    ]);
    let ended = place.run(&["analyze", "a.jsonl", "b.json", "c.txt", "--output", "out", "--quiet"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_eq!(texts(&place.lines("reviews.jsonl"), "text"), [FINE; 5]);
    assert_eq!(place.lines("rejects.jsonl").len(), 6);
    // Bare values: what is not closed is the rest of the file.
    place.write("d.json", format!("{}\n{array}\n{}", row(&array), "{\"a\":".repeat(DEEP)));
    place.analyze("d.json", &[], 1);
    assert_eq!((place.lines("reviews.jsonl").len(), place.lines("rejects.jsonl").len()), (1, 2));
}

#[test]
fn other_files_nested_ten_thousand_deep() {
    let (array, object) = (nested("[", "", "]"), nested("{\"a\":", "1", "}"));
    let place = Place::with(&[("films.csv", FILMS)]);
    let analyze = ["analyze", "films.csv", "--output", "out"];
    for deep in [&array, &object] {
        for name in ["config.json", "tokenizer.json"] {
            altered_model(&place, name, deep.as_bytes());
            refused(&place, &[&analyze[..], &["--model", "model"]].concat());
        }
        let header = [&(deep.len() as u64).to_le_bytes(), deep.as_bytes()].concat();
        altered_model(&place, "model.safetensors", &header);
        refused(&place, &[&analyze[..], &["--model", "model"]].concat());
        for aspects in [
            format!("name = {deep}"),
            format!("{}a = 1", "a.".repeat(DEEP)),
            format!("[{}a]", "a.".repeat(DEEP)),
        ] {
            place.write("deep.toml", aspects);
            refused(&place, &[&analyze[..], &["--aspects", "deep.toml"]].concat());
        }
        place.write("labels.jsonl", format!("{{\"text\":\"{FINE}\",\"label\":3,\"more\":{deep}}}\n"));
        refused(&place, &["evaluate", "labels.jsonl", "--task", "tone"]);
        let line = format!(
            "{{\"id\":\"a\",\"film\":\"F\",\"critic\":\"C\",\"tone\":{{\"score\":0}},\"more\":{deep}}}\n"
        );
        place.write("results/reviews.jsonl", &line);
        let whole = [&["explain", "results", "a"][..], &["compare", "results"], &["report", "results"]];
        for args in whole {
            let ended = place.run(args);
            assert!(
                [0, 2].contains(&ended.code) && ended.err.lines().count() <= 1,
                "{args:?}: {}",
                ended.err
            );
        }
    }
}
