use super::*;
use proptest::prelude::*;
use std::io::{BufReader, Cursor};

fn stream(bytes: &[u8], chunk: usize) -> Bytes {
    Box::new(BufReader::with_capacity(chunk, Cursor::new(bytes.to_vec())))
}

fn told<T>(item: Result<T, Fault>, show: impl Fn(T) -> String) -> String {
    match item {
        Ok(value) => show(value),
        Err(Fault::Row(reason)) => format!("!{reason}"),
        Err(Fault::Rest(reason)) => format!("!!{reason}"),
        Err(Fault::Stop(error)) => format!("!!!{error}"),
    }
}

/// Elements as they stand; reasons after `!`.
fn split(json: &str, max: usize) -> Vec<String> {
    let read = |chunk| {
        Values::new(stream(json.as_bytes(), chunk), max)
            .map(|v| told(v, |bytes| String::from_utf8(bytes).unwrap().trim().to_owned()))
            .collect::<Vec<_>>()
    };
    let whole = read(1000);
    assert_eq!(read(1), whole);
    whole
}

/// Texts of rows; reasons after `!`.
fn read_values(json: &str, columns: &Columns) -> Vec<String> {
    values(stream(json.as_bytes(), 5), Charset::Guessed, columns, "f.json")
        .map(|row| told(row, |fields| fields.text))
        .collect()
}

fn read_lines(json: &[u8]) -> Vec<String> {
    lines(stream(json, 5), Charset::Guessed, &Columns::default(), "f.jsonl")
        .map(|row| told(row, |fields| fields.text))
        .collect()
}

#[test]
fn arrays_are_split_at_their_commas() {
    let json = r#" [ {"a": "],\"\\"} , "x,]\\\"y", [1, [2]], 3 ,{}] "#;
    assert_eq!(split(json, 100), [r#"{"a": "],\"\\"}"#, r#""x,]\\\"y""#, "[1, [2]]", "3", "{}"]);
    assert_eq!(split("[]", 9), [""; 0]);
    assert_eq!(split(" ", 9), [""; 0]);
    assert_eq!(split("[1,]", 9), ["1"]);
    assert_eq!(split("[1,,2]", 9), ["1", "", "2"]);
}

#[test]
fn arrays_that_do_not_end() {
    for (json, before) in [("[", 0), ("[1, ", 1), ("[1, 2", 1), ("[1, \"a], [", 1), ("[1, {\"a\": 2]", 1)] {
        let got = split(json, 100);
        assert_eq!(got.len(), before + 1, "{got:?}");
        assert!(got[before].starts_with("!!"));
    }
    assert_eq!(split("[1] [2]", 9), ["1", "!!something follows the end of the JSON array"]);
}

#[test]
fn bare_values_one_after_another() {
    assert_eq!(split("{\"a\":\n1}\n{\"b\": \"}\"}{}", 100), ["{\"a\":\n1}", "{\"b\": \"}\"}", "{}"]);
    assert_eq!(split("{\"a\": 1", 100), ["{\"a\": 1"]);
    assert_eq!(split("some words", 100), ["some words"]);
}

#[test]
fn large_values_are_skipped() {
    let long = "x".repeat(300);
    assert_eq!(
        split(&format!("[1,\"{long}\",{{\"a\":[\"{long}\"]}},2]"), 40),
        ["1", "!larger than 16 MiB", "!larger than 16 MiB", "2"]
    );
    let lines = format!("1\n\"{long}\"\n{}\n2", "9".repeat(40));
    for chunk in [1, 50, 1000] {
        let got: Vec<String> = Lines { source: stream(lines.as_bytes(), chunk), max: 40, done: false }
            .map(|line| told(line, |l| String::from_utf8(l).unwrap().trim().to_owned()))
            .collect();
        assert_eq!(got, ["1", "!larger than 16 MiB", &"9".repeat(40), "2"]);
    }
}

#[test]
fn objects_and_strings_are_rows() {
    let json = r#"[{"Review": " kept as given \n", "n": {}}, "plain", {"review": 5}, {"review": null}, {},
                   {"review": "\t"}, {"review": ["x"]}, 7, {"review" "x"}, {"review": "last"}]"#;
    let got = read_values(json, &Columns::default());
    let reasons = [
        "!no text",
        "!no text",
        "!no text",
        "!the text is not a string",
        "!neither a JSON object nor a string",
    ];
    assert_eq!(got[..3], [" kept as given \n", "plain", "5"]);
    assert_eq!(got[3..8], reasons);
    assert!(got[8].starts_with("!invalid JSON: "));
    assert_eq!(got[9..], ["last"]);
}

#[test]
fn fields_go_to_their_roles() {
    let json = r#"{"rating": 3.5, "Title": "x", "FILM": " The Heap ", "author": null, "outlet": [1], "Date": 1999, "id": 7, "text": "ok"}"#;
    let mut rows = lines(stream(json.as_bytes(), 9), Charset::Guessed, &Columns::default(), "f");
    let some = |s: &str| Some(s.to_string());
    assert_eq!(
        rows.next().unwrap().unwrap(),
        Fields {
            id: some("7"),
            film: some("The Heap"),
            critic: None,
            outlet: None,
            date: some("1999"),
            rating: some("3.5"),
            text: "ok".into()
        }
    );
}

#[test]
fn the_first_object_must_have_a_text() {
    let got = read_values(r#"[3, {"film": "x", "verdict": "y"}]"#, &Columns::default());
    assert_eq!(
        got[1],
        "!!!f.json: no text column; the columns are: film, verdict; name it with --text-column NAME"
    );
    let named = Columns { text: Some("opinion".into()), ..Default::default() };
    let got = read_values(r#"[{"text": "y"}]"#, &named);
    assert_eq!(got, ["!!!f.json: no column \"opinion\" for --text-column; the columns are: text"]);
    assert_eq!(read_values(r#"[{"Opinion": "y"}, {"text": "z"}]"#, &named), ["y", "!no text"]);
}

#[test]
fn lines_go_on_after_a_bad_one() {
    let got = read_lines(
        b"\n{\"text\":\"a\"}\r\n \t\n{\"text\": \n\"caf\xE9\"\n\"\x81\"\n{\"text\":\"b\"}{}\n[1]\n\"last\"",
    );
    assert_eq!(got[0], "a");
    assert!(got[1].starts_with("!invalid JSON: "));
    assert_eq!(got[2], "café");
    assert!(got[3].starts_with("!invalid bytes: "));
    assert!(got[4].starts_with("!invalid JSON: "));
    assert_eq!(got[5..], ["!neither a JSON object nor a string", "last"]);
}

proptest! {
    #[test]
    fn elements_come_back(
        values in prop::collection::vec(any::<(String, Option<String>, i32)>(), 0..8),
        pretty in any::<bool>(),
    ) {
        let values: Vec<serde_json::Value> = values
            .into_iter()
            .map(|(k, v, n)| serde_json::json!({ k: [v, n], "text": n.to_string() }))
            .collect();
        let json = if pretty { serde_json::to_string_pretty(&values) } else { serde_json::to_string(&values) };
        let parsed: Vec<serde_json::Value> =
            split(&json.unwrap(), 1 << 20).iter().map(|v| serde_json::from_str(v).unwrap()).collect();
        prop_assert_eq!(parsed, values);
    }

    #[test]
    fn any_text_is_split_into_something(json in "[\\[\\]{}\",:\\\\a1 \n]{0,60}") {
        let got = split(&json, 20);
        let array = split(&format!("[{json}"), 20);
        prop_assert!(got.len() <= json.len() + 1 && array.len() <= json.len() + 2);
    }
}
