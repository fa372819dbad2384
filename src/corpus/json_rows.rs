//! Rows of JSON arrays and of JSON lines.

use std::io::{BufRead, Read};

use super::charset::Charset;
use super::columns::{Columns, Role};
use super::fields::{Fault, Fields};
use super::head::Bytes;
use super::json_entry::{Entry, Value, parse};
use super::{CorpusError, MAX_ROW};

/// Turns JSON values into rows: an object's keys are its columns, a string is the text of a review.
pub(super) struct JsonRows<S> {
    values: S,
    charset: Charset,
    columns: Columns,
    /// The file's name in errors.
    path: String,
    /// An object has been seen, so that the keys are known to fit.
    checked: bool,
}

/// Rows of a file that holds one value a line.
pub(super) fn lines(source: Bytes, charset: Charset, columns: &Columns, path: &str) -> JsonRows<Lines> {
    JsonRows::new(Lines { source, max: MAX_ROW, done: false }, charset, columns, path)
}

/// Rows of a file that holds an array, or values one after another.
pub(super) fn values(source: Bytes, charset: Charset, columns: &Columns, path: &str) -> JsonRows<Values> {
    JsonRows::new(Values::new(source, MAX_ROW), charset, columns, path)
}

impl<S> JsonRows<S> {
    fn new(values: S, charset: Charset, columns: &Columns, path: &str) -> JsonRows<S> {
        JsonRows { values, charset, columns: columns.clone(), path: path.to_owned(), checked: false }
    }

    fn row(&mut self, json: &[u8]) -> Result<Fields, Fault> {
        match parse(&self.charset.decode(json)?)? {
            Entry::Text(text) => Fields::default().with_text(Some(text)),
            Entry::Object(pairs) => self.object(pairs),
            Entry::Other => Err(Fault::Row("neither a JSON object nor a string".into())),
        }
    }

    fn object(&mut self, pairs: Vec<(String, Value)>) -> Result<Fields, Fault> {
        let (keys, mut values): (Vec<String>, Vec<Value>) = pairs.into_iter().unzip();
        let found = self.columns.find(&keys);
        if !self.checked && found.get(Role::Text).is_none() {
            let path = self.path.clone();
            return Err(Fault::Stop(match &self.columns.text {
                None => CorpusError::NoTextColumn { path, columns: keys },
                Some(name) => CorpusError::NoSuchColumn {
                    path,
                    flag: "--text-column",
                    name: name.clone(),
                    columns: keys,
                },
            }));
        }
        self.checked = true;
        let mut take = |place: usize| values.get_mut(place).map(std::mem::take);
        let text = match found.get(Role::Text).and_then(&mut take) {
            Some(Value::Nested) => return Err(Fault::Row("the text is not a string".into())),
            other => other.and_then(Value::text),
        };
        Fields::without_text(&found, |place| take(place)?.text()).with_text(text)
    }
}

impl<S: Iterator<Item = Result<Vec<u8>, Fault>>> Iterator for JsonRows<S> {
    type Item = Result<Fields, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.values.next()?.and_then(|json| self.row(&json)))
    }
}

/// Lines that are not blank.
pub(super) struct Lines {
    source: Bytes,
    max: usize,
    done: bool,
}

impl Lines {
    /// The next line with its line break, empty at the end.
    fn line(&mut self) -> Result<Vec<u8>, Fault> {
        let unreadable = |e| Fault::unreadable(&e);
        let mut line = Vec::new();
        let most = self.max as u64 + 1;
        (&mut self.source).take(most).read_until(b'\n', &mut line).map_err(unreadable)?;
        if line.len() <= self.max || line.ends_with(b"\n") {
            return Ok(line);
        }
        self.source.skip_until(b'\n').map_err(unreadable)?;
        Err(Fault::too_large())
    }
}

impl Iterator for Lines {
    type Item = Result<Vec<u8>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.line() {
                Ok(line) if line.is_empty() => self.done = true,
                Ok(line) if line.trim_ascii().is_empty() => {}
                line => {
                    self.done = matches!(line, Err(Fault::Rest(_)));
                    return Some(line);
                }
            }
        }
        None
    }
}

/// Elements of an array, found by counting brackets outside strings and handed on unparsed; outside an array,
/// values that begin and end with a bracket.
pub(super) struct Values {
    source: Bytes,
    max: usize,
    place: Place,
    in_array: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first value.
    Start,
    /// In the array, or between values.
    Inside,
    /// Behind the array's closing bracket.
    Behind,
    /// At the end, or where reading failed.
    End,
}

/// A value as far as it has been read.
#[derive(Default)]
struct Partial {
    bytes: Vec<u8>,
    /// More came than is kept.
    too_large: bool,
    /// Brackets open.
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Partial {
    fn push(&mut self, byte: u8, max: usize) {
        if self.bytes.len() < max {
            self.bytes.push(byte);
        } else {
            self.too_large = true;
        }
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn outside(&self) -> bool {
        self.depth == 0 && !self.in_string
    }

    fn finish(self) -> Result<Vec<u8>, Fault> {
        if self.too_large { Err(Fault::too_large()) } else { Ok(self.bytes) }
    }
}

impl Values {
    fn new(source: Bytes, max: usize) -> Values {
        Values { source, max, place: Place::Start, in_array: false }
    }

    /// The next byte that is not white space, not consumed.
    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let chunk = self.source.fill_buf().map_err(|e| Fault::unreadable(&e))?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let blank = chunk.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let byte = chunk.get(blank).copied();
            self.source.consume(blank);
            if byte.is_some() {
                return Ok(byte);
            }
        }
    }

    /// The next value; `None` at the end.
    fn advance(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let first = self.peek()?;
        if self.place == Place::Start {
            self.place = Place::Inside;
            self.in_array = first == Some(b'[');
            if self.in_array {
                self.source.consume(1);
                return self.advance();
            }
        }
        match first {
            None if self.in_array && self.place == Place::Inside => {
                Err(Fault::Rest("the JSON array is not closed; the file is cut off".into()))
            }
            None => Ok(None),
            Some(_) if self.place == Place::Behind => {
                Err(Fault::Rest("something follows the end of the JSON array".into()))
            }
            Some(b']') if self.in_array => {
                self.source.consume(1);
                self.place = Place::Behind;
                self.advance()
            }
            Some(_) if self.in_array => self.element().map(Some),
            Some(_) => self.bare().map(Some),
        }
    }

    /// An array's element and the comma behind it.
    fn element(&mut self) -> Result<Vec<u8>, Fault> {
        let mut value = Partial::default();
        loop {
            let chunk = self.source.fill_buf().map_err(|e| Fault::unreadable(&e))?;
            if chunk.is_empty() {
                let reason = "a JSON element is cut off, or holds a quote or bracket that is never closed; \
                              all that follows in the file was taken for it";
                return Err(Fault::Rest(reason.into()));
            }
            let mut used = 0;
            for &byte in chunk {
                let ends = value.outside() && matches!(byte, b',' | b']');
                if ends {
                    // The closing bracket is left for the next step.
                    self.source.consume(used + usize::from(byte == b','));
                    return value.finish();
                }
                value.push(byte, self.max);
                used += 1;
            }
            self.source.consume(used);
        }
    }

    /// A value that ends with its own last bracket (or, having none, with the file).
    fn bare(&mut self) -> Result<Vec<u8>, Fault> {
        let mut value = Partial::default();
        loop {
            let chunk = self.source.fill_buf().map_err(|e| Fault::unreadable(&e))?;
            if chunk.is_empty() {
                return value.finish();
            }
            let mut used = 0;
            for &byte in chunk {
                value.push(byte, self.max);
                used += 1;
                if value.outside() && matches!(byte, b'}' | b']') {
                    self.source.consume(used);
                    return value.finish();
                }
            }
            self.source.consume(used);
        }
    }
}

impl Iterator for Values {
    type Item = Result<Vec<u8>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.place == Place::End {
            return None;
        }
        let next = self.advance().transpose();
        if matches!(next, None | Some(Err(Fault::Rest(_)))) {
            self.place = Place::End;
        }
        next
    }
}

#[cfg(test)]
#[path = "json_rows_tests.rs"]
mod tests;
