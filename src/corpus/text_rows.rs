//! Files that are one review, and the sidecars that describe them.

use std::io::{self, BufRead, Read};
use std::path::Path;

use super::MAX_ROW;
use super::charset::{Charset, strip_mark};
use super::columns::Columns;
use super::compression::counted;
use super::fields::{Fault, Fields, clip};
use super::head::Bytes;
use super::inputs::sidecar;
use super::json_entry::{Entry, Value, parse};

/// The one row of a text file. `path` is where a sidecar may lie; standard input has none.
pub(super) fn row(
    mut source: Bytes,
    charset: Charset,
    columns: &Columns,
    path: Option<&Path>,
) -> Result<Fields, Fault> {
    let bytes = whole(&mut source, MAX_ROW)?;
    let described = path.map_or(Ok(Fields::default()), |path| description(path, columns))?;
    described.with_text(Some(charset.decode(&bytes)?))
}

/// All bytes, if they are not more than `max`.
fn whole(source: &mut impl BufRead, max: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    source.take(max as u64 + 1).read_to_end(&mut bytes).map_err(|e| Fault::unreadable(&e))?;
    if bytes.len() > max { Err(Fault::too_large()) } else { Ok(bytes) }
}

/// What the sidecar says, nothing if there is none.
fn description(text_file: &Path, columns: &Columns) -> Result<Fields, Fault> {
    let path = sidecar(text_file);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unusable =
        |why: &str| Fault::Row(format!("its sidecar {} cannot be used: {}", clip(&name, 60), clip(why, 120)));
    let file = match std::fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Fields::default()),
        Err(error) => return Err(unusable(&error.to_string())),
    };
    let (mut source, charset) = strip_mark(counted(file, Default::default()));
    let entry = whole(&mut source, MAX_ROW).and_then(|bytes| parse(&charset.decode(&bytes)?));
    match entry {
        Ok(Entry::Object(pairs)) => {
            let (keys, mut values): (Vec<String>, Vec<Value>) = pairs.into_iter().unzip();
            let found = columns.find(&keys);
            Ok(Fields::without_text(&found, |place| std::mem::take(values.get_mut(place)?).text()))
        }
        Ok(_) => Err(unusable("not a JSON object")),
        Err(Fault::Row(why) | Fault::Rest(why)) => Err(unusable(&why)),
        Err(stop) => Err(stop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{BufReader, Cursor};

    fn read(bytes: &[u8], path: Option<&Path>) -> Result<Fields, Fault> {
        let source = Box::new(BufReader::new(Cursor::new(bytes.to_vec())));
        row(source, Charset::Guessed, &Columns::default(), path)
    }

    fn reason(result: Result<Fields, Fault>) -> String {
        match result {
            Err(Fault::Row(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn text_is_kept_as_given() {
        assert_eq!(read(b"\n A film. \r\n", None).unwrap().text, "\n A film. \r\n");
        assert_eq!(read(b"caf\xE9", None).unwrap().text, "café");
        assert_eq!(reason(read(b" \n", None)), "no text");
        assert!(reason(read(b"a\0", None)).starts_with("invalid bytes"));
    }

    #[test]
    fn large_files_are_rejected() {
        assert!(whole(&mut Cursor::new(b"12345"), 5).is_ok());
        assert!(matches!(whole(&mut Cursor::new(b"123456"), 5), Err(Fault::Row(_))));
    }

    #[test]
    fn sidecars_describe() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("the-heap.txt");
        let side = dir.path().join("the-heap.meta.json");
        assert_eq!(read(b"ok", Some(&path)).unwrap(), Fields { text: "ok".into(), ..Default::default() });
        fs::write(
            &side,
            "\u{feff}{\"Title\": \"The Heap\", \"stars\": 4, \"review_id\": \"h1\", \"text\": \"not this\"}",
        )
        .unwrap();
        let fields = read(b"ok", Some(&path)).unwrap();
        assert_eq!(fields.film.as_deref(), Some("The Heap"));
        assert_eq!(fields.rating.as_deref(), Some("4"));
        assert_eq!(fields.id.as_deref(), Some("h1"));
        assert_eq!(fields.text, "ok");
        for bad in ["{", "[1]", "\x00", ""] {
            fs::write(&side, bad).unwrap();
            let reason = reason(read(b"ok", Some(&path)));
            assert!(reason.starts_with("its sidecar the-heap.meta.json cannot be used: "), "{reason}");
        }
        fs::remove_file(&side).unwrap();
        fs::create_dir(&side).unwrap();
        assert!(reason(read(b"ok", Some(&path))).contains("sidecar"));
    }
}
