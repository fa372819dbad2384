//! The whole room: files in, reviews and rejects out.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use tempfile::TempDir;

use super::stream::open_with;
use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    dir
}

/// One line for each item: `id: text`, or `name:row! reason`.
fn show(items: impl Iterator<Item = Result<Item, CorpusError>>) -> Vec<String> {
    let line = |item| match item {
        Ok(Item::Review(r)) => format!("{}: {}", r.id, r.text),
        Ok(Item::Reject(r)) => {
            let name = Path::new(&r.origin.path).file_name().unwrap().to_string_lossy().into_owned();
            format!("{name}:{}! {}", r.origin.row, r.reason)
        }
        Err(error) => format!("!!! {error}"),
    };
    items.map(line).collect()
}

fn read(inputs: &[PathBuf]) -> Vec<String> {
    show(open(inputs, &Options::default()).unwrap())
}

fn read_stdin(bytes: &[u8]) -> Vec<String> {
    let stdin = Box::new(Cursor::new(bytes.to_vec()));
    show(open_with(&["-".into()], &Options::default(), stdin).unwrap())
}

#[test]
fn a_folder_of_every_format() {
    let dir = folder(&[
        ("a.csv", b"Text,film\nfrom csv,The Heap\n"),
        ("b.tsv", b"film\ttext\nThe Heap\tfrom, tsv\n"),
        ("c.json", b"[{\"text\": \"from json\"}]"),
        ("d.jsonl", b"{\"text\": \"from jsonl\"}\n"),
        ("e.ndjson", b"\"from ndjson\""),
        ("f.txt", b"from txt\n"),
        ("g.md", b"# from md"),
        ("h.csv.gz", &gzip(b"text\nfrom gz\n")),
        ("i.txt.zst", &compress_to_vec(&b"from zst"[..], CompressionLevel::Fastest)),
        ("j.json", b"{\"text\": \"one value\"}\n{\"text\": \"a line\"}\n"),
        ("k.json", b"{\n \"text\": \"pretty\"\n}\n"),
        ("notes.pdf", b"?"),
        ("README.md", b"not a review"),
        ("sub/f.txt", b"deeper"),
    ]);
    assert_eq!(
        read(&[dir.path().into()]),
        [
            "a-1: from csv",
            "b-1: from, tsv",
            "c-1: from json",
            "d-1: from jsonl",
            "e-1: from ndjson",
            "f: from txt\n",
            "g: # from md",
            "h-1: from gz",
            "i: from zst",
            "j-1: one value",
            "j-2: a line",
            "k-1: pretty",
            "sub/f: deeper",
        ]
    );
}

#[test]
fn origins_and_fields() {
    let dir = folder(&[
        ("r.csv", b"id,text,film,critic,outlet,date,rating\n x ,ok,F,C,O,D,3/4\n"),
        ("t.txt", b"ok"),
        ("t.meta.json", b"{\"id\": \"side\", \"film\": \"F\"}"),
        ("u.txt", b"ok"),
        ("u.meta.json", b"{"),
    ]);
    let items: Vec<Item> =
        open(&[dir.path().into()], &Options::default()).unwrap().map(Result::unwrap).collect();
    let some = |s: &str| Some(s.to_string());
    let path = |name: &str| dir.path().join(name).display().to_string();
    assert_eq!(
        items[0],
        Item::Review(Review {
            id: "x".into(),
            film: some("F"),
            critic: some("C"),
            outlet: some("O"),
            date: some("D"),
            rating: some("3/4"),
            origin: Origin { path: path("r.csv"), row: 1 },
            text: "ok".into(),
        })
    );
    match &items[1] {
        Item::Review(r) => assert_eq!((r.id.as_str(), r.film.clone(), r.origin.row), ("side", some("F"), 1)),
        other => panic!("{other:?}"),
    }
    match &items[2] {
        Item::Reject(r) => assert!(r.origin.path == path("u.txt") && r.reason.contains("u.meta.json")),
        other => panic!("{other:?}"),
    }
    assert_eq!(items.len(), 3);
}

#[test]
fn ids_are_unique_across_inputs() {
    let dir = folder(&[
        ("1/r.csv", b"text\na\nb\n"),
        ("2/r.csv", b"text\nc\n"),
        ("3.csv", b"id,text\nr-1,d\n,e\n"),
        ("x.md", b"f"),
        ("x.txt", b"g"),
    ]);
    let lines = ["r-1: a", "r-2: b", "r-1-2: c", "r-1-3: d", "3-2: e", "x: f", "x-2: g"];
    assert_eq!(read(&[dir.path().into()]), lines);
    assert_eq!(read(&[dir.path().into()]), lines);
}

#[test]
fn rows_are_counted_without_header_and_blank_lines() {
    let dir = folder(&[
        ("a.csv", b"id,text\n\n1,x\n\n2\n3,y\n"),
        ("b.jsonl", b"\n\"x\"\n\n{\n\"y\"\n"),
        ("c.json", b"[\"x\", 1, \"y\"]"),
    ]);
    let got = read(&[dir.path().into()]);
    assert_eq!(got[..3], ["1: x", "a.csv:2! 1 field where the header has 2", "3: y"]);
    assert!(got[4].starts_with("b.jsonl:2! invalid JSON"));
    assert_eq!((&got[3], &got[5]), (&"b-1: x".to_string(), &"b-3: y".to_string()));
    assert_eq!(got[6..], ["c-1: x", "c.json:2! neither a JSON object nor a string", "c-3: y"]);
}

#[test]
fn standard_input_is_sniffed() {
    assert_eq!(read_stdin(b"[{\"text\": \"a\"}, \"b\"]"), ["stdin-1: a", "stdin-2: b"]);
    assert_eq!(read_stdin(b"{\"text\": \"a\"}\n{\"text\": \"b\"}"), ["stdin-1: a", "stdin-2: b"]);
    assert_eq!(read_stdin(b"film;review\nF;a\n"), ["stdin-1: a"]);
    assert_eq!(read_stdin(b"A film.\nOr two."), ["stdin-1: A film.\nOr two."]);
    assert_eq!(read_stdin(&gzip(b"text\na")), ["stdin-1: a"]);
    assert_eq!(read_stdin(b"\xFF\xFEt\0e\0x\0t\0\n\0h\0\xE9\0"), ["stdin-1: hé"]);
    assert_eq!(read_stdin(b""), ["-:1! no text"]);
    assert_eq!(
        read_stdin(b"{\"film\": \"a\"}"),
        ["!!! -: no text column; the columns are: film; name it with --text-column NAME"]
    );
}

#[test]
fn missing_columns_are_errors_before_anything_is_read() {
    for (name, content) in
        [("z.csv", &b"film,verdict\nF,a\n"[..]), ("z.jsonl", b"{\"film\": \"F\", \"verdict\": \"a\"}")]
    {
        let dir = folder(&[("a.csv", b"text,verdict\na,b\n"), (name, content)]);
        let error = open(&[dir.path().into()], &Options::default()).err().unwrap().to_string();
        assert!(error.contains(name) && error.contains("film, verdict") && error.contains("--text-column"));
        let columns = Columns { text: Some("Verdict".into()), ..Default::default() };
        let corpus = open(&[dir.path().into()], &Options { columns, ..Options::default() }).unwrap();
        assert_eq!(show(corpus), ["a-1: b", "z-1: a"]);
    }
}

#[test]
fn damaged_archives_give_their_rows_and_one_reject() {
    let rows: String =
        (0..50_000u32).map(|i| format!("review {}\n", i.wrapping_mul(2_654_435_761))).collect();
    let table = format!("text\n{rows}");
    let zstd = compress_to_vec(table.as_bytes(), CompressionLevel::Fastest);
    for (name, packed) in [("a.csv.gz", gzip(table.as_bytes())), ("a.csv.zst", zstd)] {
        let dir = folder(&[(name, &packed[..packed.len() / 2]), ("b.txt", b"after")]);
        let got = read(&[dir.path().into()]);
        assert!(got.len() > 10_000 && got.len() < 50_000);
        let (last, reject) = (&got[got.len() - 1], &got[got.len() - 2]);
        assert_eq!(last, "b: after");
        assert!(
            reject.starts_with(&format!("{name}:{}! the input cannot be read on", got.len() - 1)),
            "{reject}"
        );
        assert!(got[..got.len() - 2].iter().zip(rows.lines()).all(|(g, row)| g.ends_with(row)));
    }
    let dir = folder(&[("a.csv.gz", b"no gzip"), ("b.jsonl.zst", b"no zstd"), ("c.txt.gz", b"")]);
    let got = read(&[dir.path().into()]);
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|line| line.contains(":1! ")), "{got:?}");
}

#[test]
fn every_encoding() {
    let text = "“Très” naïve — 5 €";
    let utf16 = |big: bool| -> Vec<u8> {
        let table = format!("\u{feff}id;text\n1;\"{text}\"\n");
        table.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let windows = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let dir = folder(&[
        ("a.csv", format!("\u{feff}text\n{text}\n").as_bytes()),
        ("b.csv", &utf16(false)),
        ("c.csv.gz", &gzip(&utf16(true))),
        ("d.txt", &windows),
        ("e.jsonl", &[b"\"", &windows[..], b"\"\n\"", text.as_bytes(), b"\"\n"].concat()),
        ("f.txt", format!("\u{feff}{text}").as_bytes()),
    ]);
    let ids = ["a-1", "1", "1-2", "d", "e-1", "e-2", "f"];
    assert_eq!(read(&[dir.path().into()]), ids.map(|id| format!("{id}: {text}")));
}

#[test]
fn progress_ends_at_the_total() {
    let dir = folder(&[("a.csv", b"text\n\"open\nrest\n"), ("b.json", b"[\"x\"] more"), ("c.txt", b"y")]);
    let mut corpus = open(&[dir.path().into()], &Options::default()).unwrap();
    let counter = corpus.counter();
    let total = corpus.total_bytes().unwrap();
    assert_eq!((corpus.bytes_read(), total), (0, 16 + 10 + 1));
    let mut last = 0;
    while corpus.next().is_some() {
        assert!(corpus.bytes_read() >= last && corpus.bytes_read() <= total);
        last = corpus.bytes_read();
    }
    assert_eq!(counter.load(std::sync::atomic::Ordering::Relaxed), total);
    let with_stdin =
        open_with(&["-".into(), dir.path().into()], &Options::default(), Box::new(std::io::empty()));
    assert_eq!(with_stdin.unwrap().total_bytes(), None);
}

#[cfg(unix)]
#[test]
fn files_that_vanish_are_rejected() {
    let dir = folder(&[("a.csv", b"text\na\n"), ("b.txt", b"b")]);
    let corpus = open(&[dir.path().into()], &Options::default()).unwrap();
    fs::remove_file(dir.path().join("a.csv")).unwrap();
    let got = show(corpus);
    assert!(got[0].starts_with("a.csv:1! cannot be opened: ") && got[1] == "b: b");
}

#[test]
fn the_stream_can_move_to_another_thread() {
    fn needs_send<T: Send>(_: &T) {}
    needs_send(&open(&[], &Options::default()).unwrap());
}

fn reviews() -> impl Strategy<Value = Vec<(String, String)>> {
    let id = "[a-zA-Z0-9é_-]{1,8}";
    // A zero byte is the one character that tables cannot hold here; blank texts are rejected.
    let text = any::<String>().prop_map(|t| t.replace('\0', "") + "x");
    prop::collection::vec((id, text), 0..12).prop_map(|list| {
        list.into_iter().enumerate().map(|(i, (id, text))| (format!("{i}.{id}"), text)).collect()
    })
}

fn as_csv(reviews: &[(String, String)], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(["id", "text"]).unwrap();
    for (id, text) in reviews {
        writer.write_record([id, text]).unwrap();
    }
    writer.into_inner().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reviews_come_back_in_order(reviews in reviews()) {
        let objects: Vec<_> =
            reviews.iter().map(|(id, text)| serde_json::json!({"text": text, "id": id})).collect();
        let lines: String = objects.iter().map(|o| format!("{o}\n")).collect();
        let array = serde_json::to_vec_pretty(&objects).unwrap();
        let table = as_csv(&reviews, b',');
        let zstd = compress_to_vec(lines.as_bytes(), CompressionLevel::Fastest);
        for (name, content) in [
            ("a.csv", table.clone()),
            ("a.tsv", as_csv(&reviews, b'\t')),
            ("a.jsonl", lines.clone().into_bytes()),
            ("a.json", array),
            ("a.csv.gz", gzip(&table)),
            ("a.jsonl.zst", zstd),
        ] {
            let dir = folder(&[(name, &content)]);
            let items: Vec<_> = open(&[dir.path().into()], &Options::default()).unwrap().collect();
            prop_assert_eq!(items.len(), reviews.len());
            for (i, (item, (id, text))) in items.iter().zip(&reviews).enumerate() {
                match item {
                    Ok(Item::Review(r)) => {
                        prop_assert_eq!((&r.id, &r.text, r.origin.row), (id, text, i as u64 + 1));
                    }
                    other => prop_assert!(false, "{}: {:?}", name, other),
                }
            }
        }
    }

    #[test]
    fn arbitrary_bytes_are_counted_row_by_row(bytes in prop::collection::vec(
        prop_oneof![any::<u8>(), prop::sample::select(b"\n\n\",;{}[]: ax\xFF\xFE".to_vec())], 0..200)) {
        for (name, start) in [
            ("a.csv", &b"text,id\n"[..]), ("a.tsv", b"text\n"), ("a.json", b"[{\"text\":1},"), ("a.json", b""),
            ("a.jsonl", b""), ("a.txt", b""), ("a.csv", b"\xFF\xFE"), ("a.csv.gz", b"\x1F\x8B\x08"),
            ("a.md.zst", b"\x28\xB5\x2F\xFD"), ("-", b""),
        ] {
            let content = [start, &bytes].concat();
            let dir = folder(&[("a.ignored", b""), (name, &content)]);
            let input = if name == "-" { name.into() } else { dir.path().join(name) };
            let Ok(corpus) = open_with(&[input], &Options::default(), Box::new(Cursor::new(content))) else {
                continue;
            };
            for (before, item) in corpus.flatten().enumerate() {
                let origin = match item {
                    Item::Review(review) => {
                        prop_assert!(!review.text.trim().is_empty() && !review.id.is_empty());
                        review.origin
                    }
                    Item::Reject(reject) => {
                        prop_assert!(!reject.reason.contains('\n') && reject.reason.len() < 300);
                        reject.origin
                    }
                };
                prop_assert_eq!(origin.row, before as u64 + 1);
            }
        }
    }
}
