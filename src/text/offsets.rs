//! From bytes of the clean text to code points of the text as given, and from code points back to text.

use std::ops::Range;

use super::document::Span;

/// One mark for this many code points: a look-up scans at most so many.
const STRIDE: usize = 64;

/// Byte positions of every 64th code point of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    /// Empty for ASCII, where bytes and code points are one.
    at: Vec<usize>,
    bytes: usize,
}

impl Marks {
    pub(super) fn new(text: &str) -> Marks {
        let at = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(byte, _)| byte).collect()
        };
        Marks { at, bytes: text.len() }
    }

    /// The code point that holds byte `byte` of `text`; the number of code points if it lies past the end.
    fn point(&self, text: &str, byte: usize) -> usize {
        let byte = byte.min(self.bytes);
        let Some(mark) = self.at.partition_point(|&at| at <= byte).checked_sub(1) else { return byte };
        mark * STRIDE + count(text.get(self.at[mark]..byte).unwrap_or(""))
    }

    /// The byte of `text` where code point `point` begins; the length of the text if it lies past the end.
    fn byte(&self, text: &str, point: usize) -> usize {
        if self.at.is_empty() {
            return point.min(self.bytes);
        }
        let Some(&mark) = self.at.get(point / STRIDE) else { return self.bytes };
        text[mark..].char_indices().nth(point % STRIDE).map_or(self.bytes, |(byte, _)| mark + byte)
    }
}

/// Number of code points.
pub(super) fn count(text: &str) -> usize {
    text.bytes().filter(|&byte| byte as i8 >= -0x40).count()
}

/// A text that can be cut by code points, each cut in constant time.
///
/// ```
/// use critique::text::{CodePoints, Document};
///
/// let given = "A <i>fin\u{e9}</i> film.";
/// let document = Document::parse(given);
/// let word = &document.sentences[0].words[1];
/// assert_eq!(CodePoints::new(given).slice(document.span(word.range.clone())), "fin\u{e9}");
/// ```
#[derive(Debug, Clone)]
pub struct CodePoints<'a> {
    text: &'a str,
    marks: Marks,
}

impl<'a> CodePoints<'a> {
    /// Indexes `text`, in time linear in its length.
    pub fn new(text: &'a str) -> CodePoints<'a> {
        CodePoints { text, marks: Marks::new(text) }
    }

    /// The part of the text that `span` covers; what lies past the end is left out.
    pub fn slice(&self, span: Span) -> &'a str {
        let start = self.marks.byte(self.text, span.start);
        let end = self.marks.byte(self.text, span.end);
        self.text.get(start..end).unwrap_or("")
    }
}

/// From here to the next run, in code points, clean characters follow given ones in one of two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// First code point of the run in the clean text.
    clean: usize,
    /// First code point of its source in the text as given.
    given: usize,
    /// 0: one given code point for each clean one. Otherwise every clean character of the run stands for the
    /// same `wide` given code points (an entity, a tag that became a line break).
    wide: usize,
}

impl Run {
    /// The given code points of clean code point `point`.
    fn source(&self, point: usize) -> Range<usize> {
        match self.wide {
            0 => {
                let given = self.given + (point - self.clean);
                given..given + 1
            }
            wide => self.given..self.given + wide,
        }
    }
}

/// Where each clean character was in the text as given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct OffsetMap {
    /// Rising in `clean`; empty only for an empty text.
    runs: Vec<Run>,
}

impl OffsetMap {
    fn run(&self, point: usize) -> Option<&Run> {
        self.runs.partition_point(|run| run.clean <= point).checked_sub(1).map(|at| &self.runs[at])
    }

    /// The given code points of bytes `range` of the clean text.
    pub(super) fn span(&self, text: &str, marks: &Marks, range: Range<usize>) -> Span {
        let first = marks.point(text, range.start);
        let last = marks.point(text, range.end).max(first);
        let start = self.run(first).map_or(0, |run| run.source(first).start);
        let end = match last.checked_sub(1).filter(|_| last > first) {
            Some(last) => self.run(last).map_or(start, |run| run.source(last).end),
            None => start,
        };
        Span { start, end: end.max(start) }
    }

    /// The map through both: `self` leads into the text that `before` made from the text as given.
    fn after(&self, before: &OffsetMap, points: usize) -> OffsetMap {
        let mut out = Builder::default();
        let mut at = 0;
        for (index, run) in self.runs.iter().enumerate() {
            let end = self.runs.get(index + 1).map_or(points, |next| next.clean);
            while before.runs.get(at + 1).is_some_and(|next| next.clean <= run.given) {
                at += 1;
            }
            if run.wide > 0 {
                let source = |point| before.run(point).map_or(0..0, |run| run.source(point));
                let (first, last) = (source(run.given), source(run.given + run.wide - 1));
                out.push(Run { clean: run.clean, given: first.start, wide: last.end - first.start });
                continue;
            }
            let mut clean = run.clean;
            while clean < end {
                let Some(source) = before.runs.get(at) else { break };
                let given = run.given + (clean - run.clean);
                let start = if source.wide > 0 { source.given } else { source.source(given).start };
                out.push(Run { clean, given: start, wide: source.wide });
                match before.runs.get(at + 1) {
                    Some(next) if next.clean < run.given + (end - run.clean) => {
                        clean = run.clean + (next.clean - run.given);
                        at += 1;
                    }
                    _ => break,
                }
            }
        }
        OffsetMap { runs: out.runs }
    }
}

/// Makes a text out of another, from left to right, and remembers where each character came from.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) text: String,
    runs: Vec<Run>,
    /// Code points made and code points read so far.
    clean: usize,
    given: usize,
}

impl Builder {
    pub(super) fn with_capacity(bytes: usize) -> Builder {
        Builder { text: String::with_capacity(bytes), ..Builder::default() }
    }

    /// Adds a run unless the one before goes on in the same way.
    fn push(&mut self, run: Run) {
        let goes_on = self
            .runs
            .last()
            .is_some_and(|last| last.wide == 0 && run.wide == 0 && last.source(run.clean).start == run.given);
        if !goes_on {
            self.runs.push(run);
        }
    }

    /// The next `count(part)` given characters, made `part`, one for one.
    pub(super) fn copy(&mut self, part: &str) {
        if part.is_empty() {
            return;
        }
        self.push(Run { clean: self.clean, given: self.given, wide: 0 });
        let points = count(part);
        self.text.push_str(part);
        self.clean += points;
        self.given += points;
    }

    /// The next `points` given characters (at least one), together made `part`.
    pub(super) fn replace(&mut self, part: &str, points: usize) {
        if !part.is_empty() && points > 0 {
            self.push(Run { clean: self.clean, given: self.given, wide: points });
            self.text.push_str(part);
            self.clean += count(part);
        }
        self.given += points;
    }

    /// Leaves out the next `points` given characters.
    pub(super) fn skip(&mut self, points: usize) {
        self.given += points;
    }

    pub(super) fn finish(self) -> (String, OffsetMap) {
        (self.text, OffsetMap { runs: self.runs })
    }

    /// As [`Builder::finish`], where what was read was itself made with the map `before`.
    pub(super) fn finish_after(self, before: &OffsetMap) -> (String, OffsetMap) {
        let map = OffsetMap { runs: self.runs }.after(before, self.clean);
        (self.text, map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_steps_make_one_map() {
        // Given "a&amp;b&lt;c" becomes "a&b<c", of which "&b" is then made "+" and "c" stays.
        let mut first = Builder::default();
        first.copy("a");
        first.replace("&", 5);
        first.copy("b");
        first.replace("<", 4);
        first.copy("c");
        let (text, before) = first.finish();
        assert_eq!(text, "a&b<c");
        let mut second = Builder::default();
        second.copy("a");
        second.replace("+", 2);
        second.skip(1);
        second.copy("c");
        let (text, map) = second.finish_after(&before);
        assert_eq!(text, "a+c");
        let marks = Marks::new(&text);
        let span = |range| map.span(&text, &marks, range);
        assert_eq!(span(0..1), Span { start: 0, end: 1 });
        assert_eq!(span(1..2), Span { start: 1, end: 7 });
        assert_eq!(span(2..3), Span { start: 11, end: 12 });
        assert_eq!(span(0..3), Span { start: 0, end: 12 });
        assert_eq!(span(2..2), Span { start: 11, end: 11 });
    }

    proptest! {
        #[test]
        fn bytes_and_code_points_agree(text in "[a-zé界😀 ]{0,300}", from in 0usize..320, length in 0usize..320) {
            let points = CodePoints::new(&text);
            let expected: String = text.chars().skip(from).take(length).collect();
            prop_assert_eq!(points.slice(Span { start: from, end: from + length }), expected);
            for (point, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(points.marks.point(&text, byte), point);
            }
        }
    }
}
