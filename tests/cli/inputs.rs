//! Every kind of input, through to the report.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::json;

use crate::{FILMS, Place, parquet, texts};

const TEXTS: [&str; 3] =
    ["A fine, funny film.", "Dull “from” start to finish…", "Ça ira: not bad, café scenes aside 😀"];

fn table(delimiter: char) -> String {
    let rows = TEXTS.iter().enumerate().map(|(row, text)| format!("{row}{delimiter}\"{text}\"\n"));
    format!("ID{delimiter}Review Text\n") + &rows.collect::<String>()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn the_same_reviews_in_every_format() {
    let array = json!([{"text": TEXTS[0]}, {"text": TEXTS[1]}, {"text": TEXTS[2]}]).to_string();
    let lines: String = TEXTS.iter().map(|text| json!({"text": text}).to_string() + "\n").collect();
    let marked = format!("\u{feff}{}", table(','));
    let files: [(&str, Vec<u8>); 11] = [
        ("films.csv", table(',').into()),
        ("films.tsv", table('\t').into()),
        ("films.json", array.clone().into()),
        ("films.jsonl", lines.clone().into()),
        ("films.csv.gz", gzip(table(',').as_bytes())),
        ("films.jsonl.zst", zstd(lines.as_bytes())),
        ("films.json.gz", gzip(array.as_bytes())),
        ("films.tsv.zst", zstd(table('\t').as_bytes())),
        ("marked.csv", marked.into()),
        ("wide.csv", utf16(&table(','))),
        ("films.parquet", parquet(&TEXTS)),
    ];
    let place = Place::with(&files);
    // All in one run, in the order in which they are named.
    let mut args = vec!["analyze"];
    args.extend(files.iter().map(|(name, _)| *name));
    args.extend(["--output", "out", "--quiet"]);
    let ended = place.run(&args);
    assert_eq!(ended.code, 0, "{}{}", ended.err, place.text("rejects.jsonl"));
    let lines = place.lines("reviews.jsonl");
    assert_eq!(lines.len(), 3 * files.len());
    for (chunk, (name, _)) in lines.chunks(3).zip(&files) {
        assert_eq!(texts(chunk, "text"), TEXTS, "{name}");
        assert!(chunk.iter().all(|line| line["origin"]["path"] == *name));
        // What is said of a text does not depend on how it came.
        for (line, first) in chunk.iter().zip(&lines) {
            for key in ["words", "tone", "keyphrases", "entities"] {
                assert_eq!(line[key], first[key], "{name}");
            }
        }
    }
    let mut ids = texts(&lines, "id");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), lines.len());
}

#[test]
fn text_files_of_a_folder_are_one_review_each() {
    let place = Place::with(&[
        ("in/b.txt", "A fine film.".as_bytes().to_vec()),
        ("in/a.md", "# The Lamp\n\nA *poor* film.".into()),
        ("in/old/c.txt", b"\x93Magnifique\x94, a caf\xe9 comedy.".to_vec()),
        ("in/d.txt.gz", gzip(b"Neither here nor there.")),
        ("in/picture.jpg", vec![0xff, 0xd8]),
    ]);
    place.analyze("in", &[], 0);
    let lines = place.lines("reviews.jsonl");
    assert_eq!(
        texts(&lines, "text"),
        [
            "# The Lamp\n\nA *poor* film.",
            "A fine film.",
            "Neither here nor there.",
            "“Magnifique”, a café comedy."
        ]
    );
    let origins: Vec<_> = lines.iter().map(|line| line["origin"]["path"].as_str().unwrap()).collect();
    assert_eq!(origins, ["in/a.md", "in/b.txt", "in/d.txt.gz", "in/old/c.txt"]);
}

#[test]
fn columns_by_flag() {
    let place = Place::with(&[("a.csv", "who,what,text,said\nAnn,Heron,x,\"A fine film.\"\n")]);
    place.analyze("a.csv", &["--text-column", "said", "--film-column", "what", "--critic-column", "who"], 0);
    let line = &place.lines("reviews.jsonl")[0];
    assert_eq!(
        (&line["text"], &line["film"], &line["critic"]),
        (&"A fine film.".into(), &"Heron".into(), &"Ann".into())
    );
    assert_eq!(
        place.json("run.json")["options"]["columns"],
        json!({"text": "said", "film": "what", "critic": "who"})
    );
}

#[test]
fn standard_input() {
    let place = Place::with::<&str, &str>(&[]);
    for stdin in [FILMS.to_owned(), "{\"text\": \"A fine film.\"}\n".repeat(3)] {
        let ended = place.run_with(&["analyze", "-", "--output", "out", "--quiet"], stdin);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let lines = place.lines("reviews.jsonl");
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line["origin"]["path"] == "-"));
    }
}

#[test]
fn limit_stops_after_so_many_reviews() {
    let place = Place::with(&[("a.csv", crate::crowd(40))]);
    place.analyze("a.csv", &["--limit", "7"], 1);
    assert_eq!(texts(&place.lines("reviews.jsonl"), "id"), ["r0", "r1", "r2", "r3", "r5", "r6", "r7"]);
    assert_eq!(place.lines("rejects.jsonl").len(), 1);
    assert_eq!(place.json("run.json")["options"]["limit"], 7);
    place.analyze("a.csv", &["--limit", "0"], 0);
    assert_eq!(place.text("reviews.jsonl"), "");
}

#[test]
fn texts_as_people_have_them() {
    let long = "The plot moves on, and nobody on the screen seems to mind at all. ".repeat(3847);
    let odd = [
        "Superb",
        "😀",
        "...",
        "素晴らしい映画でした。",
        "<p>Great &amp; good.<br /><br />See it!</p>",
        "a\u{0}b \u{feff} c",
        "()[]{}<>",
        &"word".repeat(20_000),
        &long,
    ];
    let lines: String = odd.iter().map(|text| json!({"text": text}).to_string() + "\n").collect();
    let place = Place::with(&[("odd.jsonl", lines)]);
    place.analyze("odd.jsonl", &["--sentences"], 0);
    let lines = place.lines("reviews.jsonl");
    assert_eq!(texts(&lines, "text"), odd);
    assert_eq!(lines[0]["words"], 1);
    assert!(lines[8]["words"].as_u64().unwrap() >= 50_000);
    for line in &lines {
        for (figure, least) in
            [("score", -1.0), ("confidence", 0.0), ("ambivalence", 0.0), ("opinion_share", 0.0)]
        {
            let value = line["tone"][figure].as_f64().unwrap();
            assert!((least..=1.0).contains(&value), "{figure} {value}");
        }
    }
}
