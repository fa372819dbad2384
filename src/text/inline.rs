//! Markdown within a paragraph: emphasis, links, pictures.

use std::ops::Range;

/// Bytes of a text to be left out, or to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) with: &'static str,
}

/// Bytes that may be, or begin, a marker.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    table[b'*' as usize] = true;
    table[b'_' as usize] = true;
    table[b'~' as usize] = true;
    table[b'[' as usize] = true;
    table[b']' as usize] = true;
    table[b'\\' as usize] = true;
    table[b':' as usize] = true;
    table
};

/// Finds the markers in the paragraph `range` of `text`; what stands for a picture goes to `captions`, rising; what
/// stands between single markers goes to `italics`.
/// Linear: every marker is looked at once, with what stands directly beside it.
pub(super) fn markers(
    text: &str,
    range: Range<usize>,
    edits: &mut Vec<Edit>,
    captions: &mut Vec<Range<usize>>,
    italics: &mut Vec<Range<usize>>,
) {
    let part = &text[range.clone()];
    let bytes = part.as_bytes();
    let from = range.start;
    let mut emphasis = Emphasis::default();
    let mut brackets: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|&byte| SPECIAL[usize::from(byte)]) {
        at += found;
        let byte = bytes[at];
        match byte {
            b'*' | b'_' | b'~' => {
                let length = bytes[at..].iter().take_while(|&&next| next == byte).count();
                if let Some(open) = emphasis.meet(part, at, length) {
                    if length == 1 {
                        italics.push(from + open + 1..from + at);
                    }
                    for marker in [open, at] {
                        let marker = from + marker;
                        edits.push(Edit { range: marker..marker + length, with: "" });
                    }
                }
                at += length;
            }
            b'[' => {
                brackets.push(at);
                at += 1;
            }
            b']' => {
                let open = brackets.pop();
                at += 1;
                if let Some(open) = open
                    && let Some(length) = target(&part[at..])
                {
                    let is_picture = open > 0 && bytes[open - 1] == b'!';
                    let (start, with) = if is_picture { (open - 1, "\n") } else { (open, "") };
                    edits.push(Edit { range: from + start..from + open + 1, with });
                    edits.push(Edit { range: from + at - 1..from + at + length, with });
                    if is_picture {
                        // A picture within the words of a picture is part of them.
                        while captions.last().is_some_and(|inner| inner.start > from + open) {
                            captions.pop();
                        }
                        captions.push(from + open + 1..from + at - 1);
                    }
                    at += length;
                }
            }
            b'\\' => {
                at += 1;
                if bytes.get(at).is_some_and(|next| matches!(next, b'*' | b'_' | b'[' | b']' | b'#' | b'~')) {
                    edits.push(Edit { range: from + at - 1..from + at, with: "" });
                    at += 1;
                }
            }
            // Nothing inside an address is a marker.
            _ if part[at..].starts_with("://") => {
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b')' | b']'))
                    .count();
            }
            _ => at += 1,
        }
    }
}

/// Length in bytes of the `(address)` or `(address "title")` of a link at the head of `rest`.
fn target(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('(')?;
    let mut depth = 0;
    let mut end = None;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'(' if depth == 0 => depth = 1,
            b')' if depth == 1 => depth = 0,
            b')' => {
                end = Some(at);
                break;
            }
            b'(' | b'[' | b']' | b'\n' => return None,
            _ => {}
        }
    }
    let end = end?;
    let address = inside[..end].split_once(" \"").map_or(&inside[..end], |(address, _)| address);
    let is_address = !address.contains(' ') && address.contains(['.', '/', '#', ':']);
    (is_address || address.is_empty()).then_some(end + 2)
}

/// Markers of emphasis that have begun and not ended: one of each kind and length.
#[derive(Default)]
struct Emphasis {
    open: [[Option<usize>; 3]; 3],
}

impl Emphasis {
    /// Meets a run of `length` markers at byte `at`; the place of the run that it closes, if it does.
    fn meet(&mut self, part: &str, at: usize, length: usize) -> Option<usize> {
        let kind = match part.as_bytes()[at] {
            b'*' => 0,
            b'_' => 1,
            _ => 2,
        };
        // Longer runs are ratings or rules; one tilde means "about".
        if length > 3 || kind == 2 && length != 2 {
            return None;
        }
        let before = part[..at].chars().next_back();
        let after = part[at + length..].chars().next();
        let slot = &mut self.open[kind][length - 1];
        let closes = before
            .is_some_and(|c| c.is_alphanumeric() || ".,!?…\"”'’)]%*_".contains(c) || !c.is_ascii())
            && !before.is_some_and(char::is_whitespace)
            && !after.is_some_and(char::is_alphanumeric);
        if closes && let Some(open) = slot.take() {
            return Some(open);
        }
        let opens = !before.is_some_and(char::is_alphanumeric)
            && !after.is_some_and(char::is_whitespace)
            && part[at + length..].chars().take(4).any(char::is_alphanumeric);
        if opens {
            *slot = Some(at);
        }
        None
    }
}
