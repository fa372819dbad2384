//! What a user would do, through the built binary, on files written for the purpose.
#![forbid(unsafe_code)]

mod bounds;
mod commands;
mod compare;
mod evaluate;
mod exits;
mod explain;
mod folder;
mod inputs;
mod report;
mod reports;
mod resume;
mod roles;
mod rows;
mod sample;
mod stability;
mod themes;
mod trouble;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;
use tempfile::TempDir;

/// A table of three plain reviews.
const FILMS: &str = "\
id,film,critic,outlet,date,rating,text
lamp-bly,The Lamp,Ann Bly,The Wharf,2024-05-01,4.5,\"A marvellous film. Zoë Orr gives a tender, funny performance.\"
lamp-cole,The Lamp,Ian Cole,Quay,2024-05-02,1/5,\"A dreadful, tedious bore. I have seldom been so glad to leave a cinema.\"
heron-bly,Heron,Ann Bly,The Wharf,2024-06-11,,\"It has its moments, and Paris looks lovely. The last hour drags terribly.\"
";

/// A Parquet file of reviews with these texts.
fn parquet(texts: &[impl AsRef<str>]) -> Vec<u8> {
    let schema = parse_message_type("message reviews { required binary text (STRING); }").unwrap();
    let mut file = SerializedFileWriter::new(Vec::new(), schema.into(), Arc::default()).unwrap();
    let mut rows = file.next_row_group().unwrap();
    let mut column = rows.next_column().unwrap().unwrap();
    let texts: Vec<_> = texts.iter().map(|text| ByteArray::from(text.as_ref())).collect();
    column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
    column.close().unwrap();
    rows.close().unwrap();
    file.into_inner().unwrap()
}

/// A folder to run the program in.
struct Place {
    dir: TempDir,
}

/// What a run came to.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    /// With the given files; their folders are made.
    fn with<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Self {
        let place = Self { dir: TempDir::new().unwrap() };
        for (name, bytes) in files {
            place.write(name.as_ref(), bytes);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, "")
    }

    /// Runs the program in this folder with `stdin` for its input.
    fn run_with(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Ended {
        let output = Command::cargo_bin("critique")
            .unwrap()
            .current_dir(self.dir.path())
            .args(args)
            .write_stdin(stdin.as_ref())
            .output()
            .unwrap();
        Ended {
            code: output.status.code().expect("the program was killed"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `critique analyze INPUT --output out --quiet` and `more`, which must end with `code`.
    fn analyze(&self, input: &str, more: &[&str], code: i32) {
        let args = [&["analyze", input, "--output", "out", "--quiet"], more].concat();
        let ended = self.run(&args);
        assert_eq!(ended.code, code, "{args:?}: {}", ended.err);
    }

    /// A file of the folder `out`.
    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path("out").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The lines of a JSON lines file of the folder `out`.
    fn lines(&self, name: &str) -> Vec<Value> {
        self.text(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap()
    }

    /// The records of a table of the folder `out`, without its header.
    fn rows(&self, name: &str) -> Vec<csv::StringRecord> {
        let text = self.text(name);
        csv::Reader::from_reader(text.as_bytes()).records().collect::<Result<_, _>>().unwrap()
    }

    /// One column of a table of the folder `out`.
    fn column(&self, name: &str, column: &str) -> Vec<String> {
        let text = self.text(name);
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let place = table.headers().unwrap().iter().position(|header| header == column).unwrap();
        table.records().map(|row| row.unwrap()[place].to_owned()).collect()
    }

    /// Names of the files in the folder `out`.
    fn names(&self) -> Vec<String> {
        names(&self.path("out"))
    }
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A text of each line.
fn texts(lines: &[Value], key: &str) -> Vec<String> {
    lines
        .iter()
        .map(|line| line[key].as_str().unwrap_or_else(|| panic!("{key} of {line}")).to_owned())
        .collect()
}

/// What lies between two offsets that count code points.
fn between(text: &str, start: &Value, end: &Value) -> String {
    let (start, end) = (start.as_u64().unwrap() as usize, end.as_u64().unwrap() as usize);
    assert!(start < end && end <= text.chars().count(), "{start}..{end} of {}", text.chars().count());
    text.chars().skip(start).take(end - start).collect()
}

/// A CSV of `count` reviews of one to some thirty sentences; the fifth, the tenth … row has no text.
fn crowd(count: usize) -> String {
    const SENTENCES: [&str; 8] = [
        "The cast is splendid throughout.",
        "Nothing happens for an hour, and it happens slowly.",
        "Mira Dole plays a lighthouse keeper in Norway.",
        "I laughed twice.",
        "It is a warm, generous and beautifully made picture!",
        "The script is lazy and the jokes are stale.",
        "Ivo Tarn, who directed Harbour Lights, knows these streets well.",
        "A murderer stalks the town while the keeper hides a wounded sailor.",
    ];
    let mut table = String::from("id,film,text\n");
    for row in 0..count {
        let length = if row % 5 == 4 { 0 } else { 1 + row * row % 31 };
        let text: Vec<_> =
            (0..length).map(|place| SENTENCES[(row * 3 + place * 5) % SENTENCES.len()]).collect();
        table += &format!("r{row},Film {},\"{}\"\n", row % 7, text.join(" "));
    }
    table
}
