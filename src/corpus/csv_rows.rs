//! Rows of comma-, semicolon- and tab-separated tables.

use std::io::BufRead;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::charset::{Charset, decode};
use super::columns::{Columns, Found, Role};
use super::fields::{Fault, Fields};
use super::head::Bytes;
use super::{CorpusError, MAX_ROW};

/// Largest number of fields of a row.
const MAX_FIELDS: usize = 1 << 16;

/// Reads a table row by row.
pub(super) struct CsvRows {
    records: Records,
    charset: Charset,
    found: Found,
    /// Number of columns; 0 in an empty file.
    width: usize,
    /// Nothing more can be read.
    done: bool,
}

impl CsvRows {
    /// Reads the header. `path` is the file's name in errors.
    ///
    /// # Errors
    /// [`Fault::Stop`] if no text column or not every named column is there, [`Fault::Rest`] if the header
    /// cannot be read.
    pub fn new(
        source: Bytes,
        charset: Charset,
        delimiter: u8,
        columns: &Columns,
        path: &str,
    ) -> Result<CsvRows, Fault> {
        let mut records = Records::new(source, delimiter, MAX_ROW);
        let headless = |fault| match fault {
            Fault::Row(reason) => Fault::Rest(format!("the header cannot be read: {reason}")),
            other => other,
        };
        if !records.advance().map_err(headless)? {
            return Ok(CsvRows { records, charset, found: Found::default(), width: 0, done: true });
        }
        let encoding = charset.of(records.fields()).map_err(headless)?;
        let names: Vec<String> = records.fields().map(|name| decode(encoding, name)).collect();
        let found = columns.find(&names);
        let width = names.len();
        let path = path.to_owned();
        if let Some((flag, name)) = columns.missing(&found) {
            let name = name.to_owned();
            return Err(Fault::Stop(CorpusError::NoSuchColumn { path, flag, name, columns: names }));
        }
        if found.get(Role::Text).is_none() {
            return Err(Fault::Stop(CorpusError::NoTextColumn { path, columns: names }));
        }
        Ok(CsvRows { records, charset, found, width, done: false })
    }

    /// The record just read as fields by role.
    fn row(&self) -> Result<Fields, Fault> {
        let cells: Vec<&[u8]> = self.records.fields().collect();
        if cells.len() != self.width {
            let (has, wanted) = (cells.len(), self.width);
            let s = if has == 1 { "" } else { "s" };
            return Err(Fault::Row(format!("{has} field{s} where the header has {wanted}")));
        }
        let encoding = self.charset.of(cells.iter().copied())?;
        let cell = |place: usize| cells.get(place).map(|cell| decode(encoding, cell));
        Fields::without_text(&self.found, cell).with_text(self.found.get(Role::Text).and_then(cell))
    }
}

impl Iterator for CsvRows {
    type Item = Result<Fields, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let advanced = self.records.advance();
        self.done = matches!(advanced, Ok(false) | Err(Fault::Rest(_)));
        match advanced {
            Ok(true) => Some(self.row()),
            Ok(false) => None,
            Err(fault) => Some(Err(fault)),
        }
    }
}

/// Splits bytes into records of unquoted fields; blank lines are no records.
struct Records {
    source: Bytes,
    parser: Reader,
    max: usize,
    /// Room for the fields, end to end; `length` bytes are in use.
    bytes: Vec<u8>,
    length: usize,
    /// Room for the ends of the fields; `count` are in use.
    ends: Vec<usize>,
    count: usize,
}

impl Records {
    fn new(source: Bytes, delimiter: u8, max: usize) -> Records {
        let parser = ReaderBuilder::new().delimiter(delimiter).build();
        Records {
            source,
            parser,
            max,
            bytes: vec![0; max.min(8 << 10)],
            length: 0,
            ends: vec![0; 16],
            count: 0,
        }
    }

    /// Reads the next record; `false` at the end.
    fn advance(&mut self) -> Result<bool, Fault> {
        (self.length, self.count) = (0, 0);
        let mut dropped = None;
        loop {
            dropped = self.make_room().or(dropped);
            let chunk = self.source.fill_buf().map_err(|e| Fault::unreadable(&e))?;
            // A line break behind the last byte ends any record but one inside quotes, where it is a
            // character like others: so it tells whether the last quote is closed.
            let at_end = chunk.is_empty();
            let input = if at_end { b"\n" } else { chunk };
            let (result, used, written, ended) =
                self.parser.read_record(input, &mut self.bytes[self.length..], &mut self.ends[self.count..]);
            self.source.consume(if at_end { 0 } else { used });
            self.length += written;
            self.count += ended;
            match result {
                ReadRecordResult::Record => return dropped.map_or(Ok(true), Err),
                ReadRecordResult::End => return Ok(false),
                _ if at_end && written > 0 => {
                    let reason = "a quote is opened in this row and never closed; \
                                  all that follows in the file was taken for this row";
                    return Err(Fault::Rest(reason.into()));
                }
                _ if at_end => return Ok(false),
                _ => {}
            }
        }
    }

    /// Makes room for more of the record. Beyond the largest size its start is overwritten, so that the
    /// record is read to its end and dropped; the fault says why.
    fn make_room(&mut self) -> Option<Fault> {
        if self.length >= self.max {
            (self.length, self.count) = (0, 0);
            return Some(Fault::too_large());
        }
        if self.count >= MAX_FIELDS {
            (self.length, self.count) = (0, 0);
            return Some(Fault::Row(format!("more than {MAX_FIELDS} fields")));
        }
        if self.length == self.bytes.len() {
            self.bytes.resize((self.length * 2).min(self.max), 0);
        }
        if self.count == self.ends.len() {
            self.ends.resize(self.count * 2, 0);
        }
        None
    }

    /// The record's fields, unquoted.
    fn fields(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let ends = &self.ends[..self.count];
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Cursor};

    fn stream(bytes: &[u8], chunk: usize) -> Bytes {
        Box::new(BufReader::with_capacity(chunk, Cursor::new(bytes.to_vec())))
    }

    /// Texts and reasons (after `!`).
    fn read(table: &[u8]) -> Vec<String> {
        let rows =
            CsvRows::new(stream(table, 7), Charset::Guessed, b',', &Columns::default(), "t.csv").unwrap();
        rows.map(|row| match row {
            Ok(fields) => fields.text,
            Err(Fault::Row(reason)) => format!("!{reason}"),
            Err(Fault::Rest(reason)) => format!("!!{reason}"),
            Err(Fault::Stop(error)) => panic!("{error}"),
        })
        .collect()
    }

    #[test]
    fn quotes_line_breaks_and_blank_lines() {
        assert_eq!(
            read(b"\n\nid,text\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n\r2, d\t\n3,\"e\"f"),
            ["a, \"b\"\nc", " d\t", "ef"]
        );
        assert_eq!(read(b"text\n\"\"\n\na"), ["!no text", "a"]);
        assert_eq!(read(b""), [""; 0]);
        assert_eq!(read(b"\n\r\n"), [""; 0]);
        assert_eq!(read(b"text"), [""; 0]);
    }

    #[test]
    fn fields_go_to_their_roles() {
        let table = b"Stars,Movie,Review,id,author,PUBLICATION,date\n 3.5 ,The Heap,ok,7,  ,Dial,1999\n";
        let mut rows =
            CsvRows::new(stream(table, 9), Charset::Guessed, b',', &Columns::default(), "t").unwrap();
        let some = |s: &str| Some(s.to_string());
        assert_eq!(
            rows.next().unwrap().unwrap(),
            Fields {
                id: some("7"),
                film: some("The Heap"),
                critic: None,
                outlet: some("Dial"),
                date: some("1999"),
                rating: some("3.5"),
                text: "ok".into()
            }
        );
    }

    #[test]
    fn bad_rows_do_not_stop_the_others() {
        assert_eq!(
            read(b"id,text\n1\n2,b,c\n3, \n4,caf\xE9\n5,caf\xC3\xA9\n6,\x81\n7,z"),
            [
                "!1 field where the header has 2",
                "!3 fields where the header has 2",
                "!no text",
                "café",
                "café",
                "!invalid bytes: neither UTF-8 nor Windows-1252",
                "z"
            ]
        );
    }

    #[test]
    fn an_open_quote_swallows_the_rest_and_says_so() {
        for tail in ["2,\"b\n3,c\n", "2,\"", "\"", "2,\"b\"\"", "2,b\n3,\"\r\n"] {
            let got = read(format!("id,text\n1,a\n{tail}").as_bytes());
            assert_eq!(got[0], "a");
            let last = got.last().unwrap();
            assert!(last.starts_with("!!a quote is opened") && last.contains("follows"), "{got:?}");
        }
        // Closed at the very end, without a line break: nothing is wrong.
        assert_eq!(read(b"text\n\"a\""), ["a"]);
        assert_eq!(read(b"text\r\n\"a\"\r"), ["a"]);
    }

    #[test]
    fn large_rows_are_skipped() {
        let table = format!("a,b\n{},{}\n1,2\n{}\n3,4\n", "x".repeat(30), "y".repeat(30), ",".repeat(200));
        for chunk in [1, 5, 1000] {
            let mut records = Records::new(stream(table.as_bytes(), chunk), b',', 40);
            let mut got = Vec::new();
            loop {
                match records.advance() {
                    Ok(true) => got.push(records.count.to_string()),
                    Ok(false) => break,
                    Err(Fault::Row(reason)) => got.push(reason),
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(got, ["2", "larger than 16 MiB", "2", "201", "2"]);
        }
        let many = format!("text\n{}\nok\n", ",".repeat(MAX_FIELDS + 5));
        assert_eq!(read(many.as_bytes()), ["!more than 65536 fields", "ok"]);
    }

    #[test]
    fn columns_that_are_not_there() {
        let stop = |table: &[u8], columns: &Columns| match CsvRows::new(
            stream(table, 8),
            Charset::Guessed,
            b',',
            columns,
            "films.csv",
        ) {
            Err(Fault::Stop(error)) => error.to_string(),
            _ => panic!("no error"),
        };
        let told = stop(b"film,verdict\n", &Columns::default());
        assert_eq!(
            told,
            "films.csv: no text column; the columns are: film, verdict; name it with --text-column NAME"
        );
        let named = Columns { critic: Some("byline".into()), ..Default::default() };
        let told = stop(b"text,critic\n", &named);
        assert_eq!(
            told,
            "films.csv: no column \"byline\" for --critic-column; the columns are: text, critic"
        );
    }

    #[test]
    fn headers_that_cannot_be_read() {
        for table in [&b"\"text\n1\n"[..], b"t\x00e\x00x\x00t\x00\n", b"text\x81\n"] {
            let rows = CsvRows::new(stream(table, 8), Charset::Guessed, b',', &Columns::default(), "t");
            assert!(matches!(rows, Err(Fault::Rest(_))));
        }
    }

    proptest! {
        #[test]
        fn rows_agree_with_the_csv_crate(bytes in "[a,\"\r\n]{0,40}", chunk in 1usize..9) {
            let closed = format!("{bytes}\n");
            let mut records = Records::new(stream(closed.as_bytes(), chunk), b',', 1000);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true)
                .from_reader(closed.as_bytes());
            for expected in reader.byte_records() {
                let expected = expected.unwrap();
                match records.advance() {
                    Ok(more) => {
                        prop_assert!(more);
                        prop_assert!(records.fields().eq(expected.iter()));
                    }
                    Err(fault) => {
                        prop_assert!(matches!(fault, Fault::Rest(_)));
                        return Ok(());
                    }
                }
            }
            prop_assert!(matches!(records.advance(), Ok(false)));
        }
    }
}
