//! Every row of every input is in exactly one of reviews and rejects, and what is said of a review depends on it alone.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::OnceLock;

use critique::analysis::{Analysis, AspectSet};
use critique::corpus::{self, Files, Origin, Review};
use critique::pipeline::{self, Analyzed, Analyzer};
use critique::reader::{Engine, Model};
use critique::report::{Header, Ledger, Model as Recorded, Opened, Options, RunOptions};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Value, json};

use crate::{Place, parquet};

/// A row as bytes, without its line break; never blank.
fn csv_row() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => ("[a-c]{0,2}", "[A-Za-zé .!\"\n,=]{0,30}").prop_map(|(id, text)| {
            format!("{id},\"{}\"", text.replace('"', "\"\"")).into_bytes()
        }),
        1 => "[a-z,;= ]{0,12}[a-z,]".prop_map(String::into_bytes),
        1 => prop::collection::vec(prop::sample::select(vec![0u8, 0x81, 0x93, 0xE9, b'a', b',', b'\t']), 1..9),
    ]
}

fn json_row() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => ("[a-c]{0,2}", "[A-Za-zé .!\"\\n]{0,30}").prop_map(|(id, text)| {
            json!({ "id": id, "text": text }).to_string().into_bytes()
        }),
        1 => "[\\[\\]{}\",:a-z0-9]{1,20}".prop_map(String::into_bytes),
        1 => prop::collection::vec(prop::sample::select(vec![0u8, 0x81, 0xE9, b'{', b'"', b'a']), 1..9),
    ]
}

/// An element of a JSON array.
fn element() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => ("[a-c]{0,2}", "[A-Za-zé .!\"\n\\[\\],{}]{0,30}").prop_map(|(id, text)| json!({ "id": id, "text": text })),
        1 => "[A-Za-zé ,\\]]{0,12}".prop_map(Value::from),
        1 => prop::sample::select(vec![json!(null), json!(7), json!([["text"]]), json!({"text": {"a": []}}), json!({})]),
    ]
}

/// A row larger than the bounds: of a review, and of any row.
fn large() -> impl Strategy<Value = Option<String>> {
    let sizes = prop::sample::select(vec![(2 << 20) + 1, (16 << 20) + 1]).prop_map(|size| "y".repeat(size));
    prop::option::weighted(0.2, sizes)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// UTF-16 with its mark, big or little end first.
fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn lines(rows: &[Vec<u8>], header: &str) -> Vec<u8> {
    rows.iter().fold(header.as_bytes().to_vec(), |mut all, row| {
        all.extend_from_slice(row);
        all.push(b'\n');
        all
    })
}

/// Reads files by way of the pipeline into `out`; each review that has an `x` fails. Stops after `stop` items, and
/// gives whether that was the end.
fn read(place: &Place, names: &[&str], jobs: usize, stop: usize) -> bool {
    let inputs: Vec<_> = names.iter().map(|name| place.path(name)).collect();
    let mut items = corpus::open(&inputs, &corpus::Options::default()).unwrap();
    let options = Options { csv: false, json: false, jsonl: true, sentences: false, text: true };
    let recorded = RunOptions {
        format: vec!["jsonl".into()],
        sentences: false,
        text: true,
        limit: None,
        aspects: "film".into(),
        aspects_sha256: String::new(),
        columns: Default::default(),
    };
    let model = Recorded { name: "made".into(), sha256: String::new() };
    let files: Files = items.files().clone();
    let header = Header::new(model, "embedded".into(), recorded, Vec::new(), files);
    let Opened::Run(mut ledger) = Ledger::open(&place.path("out"), &options, header, true).unwrap() else {
        panic!("complete before its end")
    };
    ledger.pass_over(&mut items).unwrap();
    let worker = |reviews: &[Review]| {
        let analyzed = |review: &Review| match review.text.contains('x') {
            true => Err("it has an x".to_owned()),
            false => Ok(Analyzed { analysis: Analysis::default(), tokens: 1 }),
        };
        reviews.iter().map(analyzed).collect()
    };
    let mut left = stop;
    let options = pipeline::Options { group_items: 3, ..pipeline::Options::new(jobs) };
    let ended = pipeline::run(items, worker, &options, |outcome| {
        left = left.checked_sub(1).ok_or("stopped")?;
        ledger.take(outcome).map_err(|_| "failed")
    });
    if ended.is_err() {
        ledger.save().unwrap();
        return false;
    }
    ledger.finish(jobs).unwrap();
    true
}

/// How often each row of each file is in a file of the report, by the origin that `at` takes from a line.
fn rows(lines: &[Value], at: impl Fn(&Value) -> &Value) -> BTreeMap<(String, u64), usize> {
    let mut rows = BTreeMap::new();
    for line in lines {
        let origin = at(line);
        let name = origin["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        *rows.entry((name, origin["row"].as_u64().unwrap())).or_insert(0) += 1;
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_row_is_a_review_or_a_reject(
        table in prop::collection::vec(csv_row(), 0..12),
        unclosed in prop::bool::ANY,
        objects in prop::collection::vec(json_row(), 1..12),
        array in prop::collection::vec(element(), 0..12),
        wide in prop::collection::vec("[A-Za-zé😀 .!=]{0,20}[a-z]", 0..8),
        big in prop::bool::ANY,
        large in large(),
        text in prop::collection::vec(any::<u8>(), 0..40),
        jobs in 1usize..4,
        stop in 0usize..60,
    ) {
        // What has the wrong keys ends the run; that is tested elsewhere.
        let first = json!({"id": "a", "text": "Fine."});
        let mut objects = [vec![first.to_string().into_bytes()], objects].concat();
        let array = [vec![first], array].concat();
        let mut table = table;
        if let Some(text) = large {
            table.push(format!("a,{text}").into_bytes());
            objects.push(json!({ "text": text }).to_string().into_bytes());
        }
        let closed = lines(&table, "id,text\n");
        let wide_table = wide.iter().fold("text\n".to_owned(), |all, row| all + row + "\n");
        let closed_rows = table.len();
        if unclosed {
            table.push(b"a,\"never closed".to_vec());
        }
        let files = [
            ("a.csv", lines(&table, "id,text\n"), table.len()),
            ("b.jsonl", lines(&objects, ""), objects.len()),
            ("c.txt", text, 1),
            ("d.json", json!(array).to_string().into_bytes(), array.len()),
            ("e.csv.gz", gzip(&closed), closed_rows),
            ("f.csv.zst", compress_to_vec(&closed[..], CompressionLevel::Fastest), closed_rows),
            ("g.jsonl.gz", gzip(&lines(&objects, "")), objects.len()),
            ("h.csv", utf16(&wide_table, big), wide.len()),
            ("i.parquet", parquet(&wide), wide.len()),
        ];
        let names = files.each_ref().map(|(name, ..)| *name);
        let place = Place::with(&files.each_ref().map(|(name, bytes, _)| (name, bytes)));
        if !read(&place, &names, jobs, stop) {
            prop_assert!(read(&place, &names, jobs, usize::MAX));
        }
        let reviews = rows(&place.lines("reviews.jsonl"), |line| &line["origin"]);
        let mut all = rows(&place.lines("rejects.jsonl"), |line| line);
        for (row, count) in reviews {
            *all.entry(row).or_insert(0) += count;
        }
        let expected: BTreeMap<_, _> = files
            .iter()
            .flat_map(|(name, _, rows)| (1..=*rows as u64).map(|row| ((name.to_string(), row), 1)))
            .collect();
        prop_assert_eq!(all, expected);
    }
}

fn analyzer() -> &'static Analyzer {
    static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
    ANALYZER.get_or_init(|| {
        let aspects = AspectSet::parse(AspectSet::preset("film").unwrap()).unwrap();
        Analyzer::new(&Model::embedded(), Engine::Embedded, &aspects).unwrap()
    })
}

fn review(text: &str) -> Review {
    Review {
        id: "r".into(),
        origin: Origin { path: "made.csv".into(), row: 1 },
        text: text.to_owned(),
        ..Review::default()
    }
}

/// Words, signs and junk in any order.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "The acting is superb.", "It drags", "but", "Zoë Orr", "Heat", "(1995)", "\"Harbour Lights\"", "<i>Tern</i>",
            "boring", "!", "…", "\n\n", "not", "I laughed twice.", "directed by", "😀", "&amp;",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{1,12}",
    ];
    prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn a_review_is_read_alike_in_any_company(texts in prop::collection::vec(text(), 2..7), cut in 1usize..6) {
        let reviews: Vec<_> = texts.iter().map(|text| review(text)).collect();
        let together = analyzer().analyze(&reviews);
        let (some, others) = reviews.split_at(cut.min(reviews.len()));
        let apart = [analyzer().analyze(others), analyzer().analyze(some)].concat();
        let alone: Vec<_> = reviews.iter().flat_map(|review| analyzer().analyze(std::slice::from_ref(review))).collect();
        prop_assert_eq!(&together[cut.min(reviews.len())..], &apart[..others.len()]);
        prop_assert_eq!(&together[..some.len()], &apart[others.len()..]);
        prop_assert_eq!(together, alone);
    }
}
