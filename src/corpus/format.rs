//! Formats: told from a file's name, or from the first bytes of standard input.

use super::columns::{Columns, Role};
use super::compression::Compression;
use super::parquet::MAGIC;

/// How reviews lie in a stream of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A header and rows, their fields parted by comma, semicolon or tab.
    Csv,
    /// The same, parted by tabs.
    Tsv,
    /// A JSON array, or JSON values one after another.
    Json,
    /// One JSON value a line.
    JsonLines,
    /// A table that is read from its end, by columns.
    Parquet,
    /// One review.
    Text,
}

/// Bytes that are looked at to tell a format.
pub(super) const HEAD: usize = 64 << 10;

/// Format and packing by a file's name, and the name without the endings that told.
pub(super) fn by_name(name: &str) -> Option<(Format, Compression, &str)> {
    let (inner, compression) = match split(name) {
        Some((inner, "gz")) => (inner, Compression::Gzip),
        Some((inner, "zst")) => (inner, Compression::Zstd),
        _ => (name, Compression::None),
    };
    let (stem, ending) = split(inner)?;
    let format = match ending {
        "csv" => Format::Csv,
        "tsv" => Format::Tsv,
        "json" => Format::Json,
        "jsonl" | "ndjson" => Format::JsonLines,
        "txt" | "md" => Format::Text,
        // It is packed inside, and cannot be read from its beginning.
        "parquet" if compression == Compression::None => Format::Parquet,
        _ => return None,
    };
    Some((format, compression, stem))
}

/// Stem and known ending, whatever its case.
fn split(name: &str) -> Option<(&str, &'static str)> {
    const ENDINGS: [&str; 10] =
        ["gz", "zst", "csv", "tsv", "json", "jsonl", "ndjson", "txt", "md", "parquet"];
    let (stem, ending) = name.rsplit_once('.')?;
    let known = ENDINGS.into_iter().find(|e| e.eq_ignore_ascii_case(ending))?;
    (!stem.is_empty()).then_some((stem, known))
}

/// Format of a stream without a name.
pub(super) fn sniff(head: &[u8], columns: &Columns) -> Format {
    let start = head.trim_ascii_start();
    let after = start.get(1..).unwrap_or_default().trim_ascii_start().first();
    if head.starts_with(MAGIC) {
        return Format::Parquet;
    }
    match (start.first(), after) {
        (Some(b'['), Some(b'{' | b'"' | b']')) => Format::Json,
        (Some(b'{'), Some(b'"' | b'}')) if first_line_is_json(head) => Format::JsonLines,
        (Some(b'{'), Some(b'"' | b'}')) => Format::Json,
        _ if looks_like_header(head, columns) => Format::Csv,
        _ => Format::Text,
    }
}

/// Whether a `.json` file (or a stream) holds one value a line.
pub(super) fn first_line_is_json(head: &[u8]) -> bool {
    let line = head.trim_ascii_start().split(|b| *b == b'\n').next().unwrap_or_default();
    matches!(line.first(), Some(b'{' | b'"')) && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// A header is a row of short names, one of which is known to hold the text.
fn looks_like_header(head: &[u8], columns: &Columns) -> bool {
    let header = header(head, delimiter(head, columns));
    let is_name = |cell: &String| {
        let cell = cell.trim();
        !cell.is_empty() && cell.split_whitespace().count() <= 3 && !cell.ends_with(['.', '!', '?', ':'])
    };
    columns.find(&header).get(Role::Text).is_some() && header.iter().all(is_name)
}

/// The delimiter that finds a text column in the header, else the one that finds most columns.
pub(super) fn delimiter(head: &[u8], columns: &Columns) -> u8 {
    let quality = |delimiter: u8| {
        let names = header(head, delimiter);
        (columns.find(&names).get(Role::Text).is_some(), names.len())
    };
    let mut best = (b',', quality(b','));
    for other in [b';', b'\t'] {
        let quality = quality(other);
        if quality > best.1 {
            best = (other, quality);
        }
    }
    best.0
}

/// The first row of a table.
fn header(head: &[u8], delimiter: u8) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(head);
    let first = reader.byte_records().next().and_then(Result::ok).unwrap_or_default();
    first.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats() {
        for (name, format, compression, stem) in [
            ("a.csv", Format::Csv, Compression::None, "a"),
            ("a.b.TSV", Format::Tsv, Compression::None, "a.b"),
            ("Été.json.GZ", Format::Json, Compression::Gzip, "Été"),
            ("a.jsonl.zst", Format::JsonLines, Compression::Zstd, "a"),
            ("a.ndjson", Format::JsonLines, Compression::None, "a"),
            ("a.txt.gz", Format::Text, Compression::Gzip, "a"),
            ("a.Md", Format::Text, Compression::None, "a"),
            ("a.Parquet", Format::Parquet, Compression::None, "a"),
        ] {
            assert_eq!(by_name(name), Some((format, compression, stem)), "{name}");
        }
        for name in [
            "a",
            "a.gz",
            "a.pdf",
            "a.pdf.gz",
            ".csv",
            "a.gz.csv.bz2",
            "csv",
            "a.csv.gz.gz",
            "a.parquet.gz",
            "",
        ] {
            assert_eq!(by_name(name), None, "{name}");
        }
    }

    #[test]
    fn first_bytes_tell_formats() {
        let none = Columns::default();
        for (head, format) in [
            ("[{\"text\": 1}]", Format::Json),
            (" [ ]", Format::Json),
            ("[\n\"a\"]", Format::Json),
            ("{\"text\": \"a\"}\n{\"text\": \"b\"}", Format::JsonLines),
            ("{\"text\": \"a\"}", Format::JsonLines),
            ("{\n  \"text\": \"a\"\n}", Format::Json),
            ("id,Text\n1,a", Format::Csv),
            ("text\nFine.", Format::Csv),
            ("\"film\";\"review\"\n", Format::Csv),
            ("film\treview\n", Format::Csv),
            ("[Spoilers ahead] It ends well.", Format::Text),
            ("{sic} he said", Format::Text),
            ("A film, and a text about it, and more.", Format::Text),
            ("Comment, if you must, on all that happened before: no.\n", Format::Text),
            ("Review:\nIt is fine.", Format::Text),
            ("PAR1\u{15}", Format::Parquet),
            ("", Format::Text),
        ] {
            assert_eq!(sniff(head.as_bytes(), &none), format, "{head}");
        }
        let named = Columns { text: Some("verdict".into()), ..Default::default() };
        assert_eq!(sniff(b"film,verdict\n", &named), Format::Csv);
        assert_eq!(sniff(b"film,verdict\n", &none), Format::Text);
    }

    #[test]
    fn delimiters() {
        let none = Columns::default();
        assert_eq!(delimiter(b"id,text;or,film", &none), b',');
        assert_eq!(delimiter(b"id;text;film", &none), b';');
        assert_eq!(delimiter(b"id\ttext\tfilm", &none), b'\t');
        assert_eq!(delimiter(b"a;b;c", &none), b';');
        assert_eq!(delimiter(b"", &none), b',');
        assert_eq!(delimiter(b"text", &none), b',');
    }
}
