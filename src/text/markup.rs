//! HTML taken out of a text: tags, comments, entities, and characters that nobody sees.

use std::ops::Range;

use super::characters::{SPECIAL, entity, visible};
use super::document::Block;
use super::offsets::{Builder, OffsetMap, count};
use super::tags::{Element, tag};

/// A text without HTML. Blank lines stand where block elements began and ended.
#[derive(Debug)]
pub(super) struct Stripped {
    pub(super) text: String,
    pub(super) map: OffsetMap,
    /// From this byte on, what the enclosing element says the text is; rising.
    pub(super) regions: Vec<(usize, Option<Block>)>,
    /// Bytes in italics, in the order of their ends.
    pub(super) emphasis: Vec<Range<usize>>,
}

struct Stripper {
    out: Builder,
    regions: Vec<(usize, Option<Block>)>,
    emphasis: Vec<Range<usize>>,
    /// Where italics have begun that have not ended.
    open: Option<usize>,
    /// Ends that do not come any more: looked for once, in vain.
    missing: Vec<&'static str>,
    /// Whether the last character made is the line break of a `<br>`.
    after_break: bool,
}

impl Stripper {
    /// Copies text without tags: entities decoded, unseen characters left out.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let plain = rest.bytes().position(|byte| SPECIAL[usize::from(byte)]).unwrap_or(rest.len());
            self.out.copy(&rest[..plain]);
            rest = &rest[plain..];
            let Some(c) = rest.chars().next() else { break };
            let decoded = if c == '&' { entity(rest) } else { None };
            if let Some((length, decoded)) = decoded {
                let seen: String = decoded.chars().filter_map(visible).collect();
                self.out.replace(&seen, length);
                rest = &rest[length..];
                continue;
            }
            match visible(c) {
                Some(c) => self.out.copy(c.encode_utf8(&mut [0; 4])),
                None => self.out.skip(1),
            }
            rest = &rest[c.len_utf8()..];
        }
    }

    /// Leaves out `points` code points that end a paragraph.
    fn paragraph(&mut self, points: usize) {
        if self.out.text.is_empty() || self.out.text.ends_with("\n\n") {
            self.out.skip(points);
        } else {
            self.out.replace("\n\n", points);
        }
    }

    fn region(&mut self, block: Option<Block>) {
        if self.regions.last().map_or(block.is_some(), |last| last.1 != block) {
            self.regions.push((self.out.text.len(), block));
        }
    }

    /// Length in bytes of what stands at the head of `rest` up to and with `end`, letter case aside.
    fn through(&mut self, rest: &str, end: &'static str) -> Option<usize> {
        if self.missing.contains(&end) {
            return None;
        }
        let found =
            rest.as_bytes().windows(end.len()).position(|part| part.eq_ignore_ascii_case(end.as_bytes()));
        if found.is_none() {
            self.missing.push(end);
        }
        found.map(|at| at + end.len())
    }

    /// Takes the markup that `rest` begins with (a `<`) out of the text; its length in bytes, if it is markup.
    fn markup(&mut self, rest: &str) -> Option<usize> {
        if let Some(comment) = rest.strip_prefix("<!--") {
            let length = 4 + self.through(comment, "-->")?;
            self.out.skip(count(&rest[..length]));
            return Some(length);
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            if !rest[2..].starts_with(|c: char| c.is_ascii_alphabetic()) {
                return None;
            }
            let end = 2 + rest[2..].bytes().position(|byte| matches!(byte, b'<' | b'>'))?;
            if rest.as_bytes()[end] == b'<' {
                return None;
            }
            self.out.skip(count(&rest[..=end]));
            return Some(end + 1);
        }
        let tag = tag(rest)?;
        let mut length = tag.length;
        let points = count(&rest[..length]);
        match tag.element {
            Element::Inline => self.out.skip(points),
            Element::Emphasis => {
                let here = self.out.text.len();
                match self.open.take() {
                    Some(start) if tag.closing && start < here => self.emphasis.push(start..here),
                    _ if !tag.closing => self.open = Some(here),
                    _ => {}
                }
                self.out.skip(points);
            }
            Element::Break => {
                // A line break in the source beside a `<br>` is the same line break.
                let rest = &rest[length..];
                let blank = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
                let eaten = if rest[blank..].starts_with('\n') { blank + 1 } else { 0 };
                length += eaten;
                if self.out.text.ends_with('\n') && !self.after_break {
                    self.out.skip(points + eaten);
                } else {
                    self.out.replace("\n", points + eaten);
                }
                self.after_break = true;
                return Some(length);
            }
            Element::Block => {
                if !tag.closing && self.regions.last().is_some_and(|last| last.1 == Some(Block::Heading)) {
                    self.region(None);
                }
                self.paragraph(points);
            }
            Element::Region(block) => {
                self.paragraph(points);
                self.region((!tag.closing).then_some(block));
            }
            Element::Image => match tag.alt.filter(|(_, alt)| alt.contains(|c: char| c.is_alphabetic())) {
                None => self.out.skip(points),
                Some((start, alt)) => {
                    let before = self.regions.last().and_then(|last| last.1);
                    self.paragraph(count(&rest[..start]));
                    self.region(Some(Block::Caption));
                    self.text(alt);
                    self.paragraph(count(&rest[start + alt.len()..length]));
                    self.region(before);
                }
            },
            Element::Raw(name) => {
                let end = match name {
                    "script" => "</script",
                    "style" => "</style",
                    "template" => "</template",
                    "noscript" => "</noscript",
                    "iframe" => "</iframe",
                    _ => "</svg",
                };
                if !tag.closing
                    && let Some(contents) = self.through(&rest[length..], end)
                {
                    let close = rest[length + contents..].bytes().position(|byte| byte == b'>');
                    length += contents + close.map_or(0, |at| at + 1);
                }
                self.out.replace(" ", count(&rest[..length]));
            }
        }
        Some(length)
    }
}

/// Takes HTML out of `given`, decodes entities (once), leaves out control and zero-width characters.
pub(super) fn strip(given: &str) -> Stripped {
    let mut stripper = Stripper {
        out: Builder::with_capacity(given.len()),
        regions: Vec::new(),
        emphasis: Vec::new(),
        open: None,
        missing: Vec::new(),
        after_break: false,
    };
    let mut rest = given;
    let mut pending = 0;
    // `rest[..pending]` is text that has not been copied yet.
    while let Some(at) = rest[pending..].find('<').map(|at| at + pending) {
        let candidate = &rest[at..];
        if could_be_markup(candidate) {
            if at > 0 {
                stripper.text(&rest[..at]);
                stripper.after_break &= rest[..at].bytes().all(|byte| byte == b' ');
            }
            if let Some(length) = stripper.markup(candidate) {
                rest = &candidate[length..];
                pending = 0;
                continue;
            }
            rest = candidate;
            pending = 1;
        } else {
            pending = at + 1;
        }
    }
    stripper.text(rest);
    let (text, map) = stripper.out.finish();
    Stripped { text, map, regions: stripper.regions, emphasis: stripper.emphasis }
}

/// A quick look at the character after `<`.
fn could_be_markup(rest: &str) -> bool {
    rest.as_bytes()
        .get(1)
        .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(given: &str) -> String {
        strip(given).text
    }

    #[test]
    fn tags_go_and_blocks_part() {
        assert_eq!(text("A <i>fine</i>, <b class=\"x > y\">odd</b> film."), "A fine, odd film.");
        assert_eq!(text("One.<br />Two.<br/><BR>Three."), "One.\nTwo.\n\nThree.");
        assert_eq!(text("One.<br />\r\nTwo.\n<br>Three."), "One.\nTwo.\nThree.");
        assert_eq!(text("<div><p>One.</p><p>Two.</p></div>"), "One.\n\nTwo.\n\n");
        assert_eq!(text("a<!-- <b>no</b> -->b<script>if (a < b) {}</SCRIPT >c<style>p{}</style>d"), "ab c d");
        assert_eq!(text("<!DOCTYPE html><?xml version='1'?>x<o:p></o:p>"), "x");
    }

    #[test]
    fn what_is_no_tag_stays() {
        for given in [
            "I <3 this",
            "5 < 6 and 7 > 6",
            "x<y and z>w",
            "a <b and c> d",
            "<<<",
            "<sarcasm>",
            "<!-- open",
            "<",
            "a <b",
            "</>",
            "<p",
            "<br",
            "AT&T & co; &bogus; &;",
            "&#xZZ; &amp",
            "what the <?> is",
            "<!>",
        ] {
            assert_eq!(text(given), given);
        }
        assert_eq!(text("<script>never closed"), " never closed");
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(text("R&amp;B &lt;i&gt; &quot;x&quot; &eacute; &hellip;"), "R&B <i> \"x\" é …");
        assert_eq!(text("&amp;amp; &amp;lt;br&amp;gt;"), "&amp; &lt;br&gt;");
        assert_eq!(text("it&#8217;s &#x2014; it&#146;s&nbsp;on&#8203;ly"), "it’s — it’s only");
    }

    #[test]
    fn unseen_characters_go() {
        assert_eq!(text("a\u{200b}b\u{feff}c\u{ad}d\u{7}e\u{a0}f\u{2028}g\r\n\th"), "abcde f\ng\r\n\th");
        assert_eq!(text("❤\u{fe0f} “q” 👩\u{200d}🚀"), "❤ “q” 👩🚀");
    }

    #[test]
    fn regions_are_marked() {
        let stripped = strip("<h1>Title</h1><p>Text.</p><img src=x alt='Ada &amp; Bo'>More.<figcaption>Who");
        assert_eq!(stripped.text, "Title\n\nText.\n\nAda & Bo\n\nMore.\n\nWho");
        let region = |needle: &str| {
            let at = stripped.text.find(needle).unwrap();
            stripped.regions.iter().rev().find(|(start, _)| *start <= at).and_then(|(_, block)| *block)
        };
        assert_eq!(region("Title"), Some(Block::Heading));
        assert_eq!(region("Text"), None);
        assert_eq!(region("Ada"), Some(Block::Caption));
        assert_eq!(region("More"), None);
        assert_eq!(region("Who"), Some(Block::Caption));
    }
}
