//! Lines: what each is, and whether it ends where its author ended it.

use std::ops::Range;

use super::inline::Edit;
use super::offsets::count;

/// What a line is by its first characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Text,
    /// `# Title`
    Heading,
    /// `- item`, `1. item`
    Item,
    /// `---`
    Rule,
    /// `===` and `---` under a line make that line a heading.
    Underline,
}

#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) kind: Kind,
    /// Where the line begins, a list marker included.
    pub(super) start: usize,
    /// Bytes of what is said, markers left out.
    pub(super) content: Range<usize>,
    /// Length of the whole line in characters.
    pub(super) width: usize,
}

/// Lines of hard-wrapped text are hardly shorter than this, nor longer than [`WIDEST`].
pub(super) const NARROWEST: usize = 40;
/// See [`NARROWEST`].
const WIDEST: usize = 160;

/// Reads the line `range` of `text`; markers to be left out go to `edits`.
pub(super) fn line(text: &str, range: Range<usize>, edits: &mut Vec<Edit>) -> Line {
    let whole = &text[range.clone()];
    let width = count(whole.trim_end());
    let mut start = range.end - whole.trim_start().len();
    let end = range.start + whole.trim_end().len();
    let made = |kind, start: usize| Line { kind, start, content: start.min(end)..end, width };
    if start >= end {
        return made(Kind::Blank, end);
    }
    while text[start..end].starts_with("> ") || &text[start..end] == ">" {
        let marker = start;
        start = end - text[start + 1..end].trim_start().len();
        edits.push(Edit { range: marker..start, with: "" });
    }
    let said = &text[start..end];
    if said.is_empty() {
        return made(Kind::Blank, end);
    }
    if let Some(kind) = rule(said) {
        return made(kind, start);
    }
    let hashes = said.bytes().take(7).take_while(|&byte| byte == b'#').count();
    if (1..=6).contains(&hashes) && said[hashes..].starts_with(' ') && said[hashes..].trim().len() > 1 {
        let title = end - said[hashes..].trim_start().len();
        edits.push(Edit { range: start..title, with: "" });
        let closed = start + said.trim_end_matches('#').trim_end().len();
        if closed > title && closed < end {
            edits.push(Edit { range: closed..end, with: "" });
            return Line { kind: Kind::Heading, start, content: title..closed, width };
        }
        return made(Kind::Heading, title);
    }
    let bullet = said.chars().next().filter(|c| matches!(c, '-' | '*' | '+' | '•' | '‣' | '▪' | '●'));
    if let Some(bullet) = bullet
        && said[bullet.len_utf8()..].starts_with([' ', '\t'])
    {
        let item = end - said[bullet.len_utf8()..].trim_start().len();
        return Line { kind: Kind::Item, start, content: item..end, width };
    }
    if numbered(said) {
        return made(Kind::Item, start);
    }
    made(Kind::Text, start)
}

/// `1. ` and `12) `: the number stays, for a reader sees it.
fn numbered(said: &str) -> bool {
    let digits = said.bytes().take(3).take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && (said[digits..].starts_with(". ") || said[digits..].starts_with(") "))
}

/// A line of nothing but `---`, `* * *`, `___`, `===`. Four stars are a rating.
fn rule(said: &str) -> Option<Kind> {
    let first = said.bytes().next().filter(|byte| matches!(byte, b'-' | b'*' | b'_' | b'='))?;
    if !said.bytes().all(|byte| byte == first || byte == b' ') {
        return None;
    }
    let marks = said.bytes().filter(|&byte| byte == first).count();
    match first {
        b'*' => (marks == 3).then_some(Kind::Rule),
        b'_' => (marks >= 3).then_some(Kind::Rule),
        _ => (marks >= 3).then_some(if said.contains(' ') { Kind::Rule } else { Kind::Underline }),
    }
}

/// Whether a line with `next` after it was ended on purpose: in text that was wrapped to a width, the next word
/// would not have fitted.
pub(super) fn ended_on_purpose(text: &str, line: &Line, next: &Line, widest: usize) -> bool {
    let (said, follows) = (&text[line.content.clone()], &text[next.content.clone()]);
    if follows.chars().next().is_some_and(char::is_lowercase)
        || said.ends_with([',', '-', '–', '—', '(', '&'])
    {
        return false;
    }
    let last = said.rsplit(char::is_whitespace).next().unwrap_or("");
    if matches!(
        last,
        "a" | "an" | "the" | "of" | "and" | "or" | "in" | "to" | "with" | "for" | "by" | "at" | "on"
    ) {
        return false;
    }
    let word = follows.chars().take(WIDEST).take_while(|c| !c.is_whitespace()).count();
    widest > WIDEST || line.width + 1 + word <= widest.max(NARROWEST)
}

/// Whether an item's marker is one: a line of running text may begin with a dash.
pub(super) fn begins_item(text: &str, line: &Line, before: Option<&Line>) -> bool {
    let Some(before) = before else { return true };
    let starts_lower = text[line.content.clone()].starts_with(char::is_lowercase);
    before.kind != Kind::Text
        || !starts_lower
        || text[before.content.clone()].ends_with(['.', '!', '?', ':', ';', '…'])
}
