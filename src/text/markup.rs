//! HTML taken out of a text: tags, comments, entities, and characters that nobody sees.

use std::borrow::Cow;

use super::document::Block;
use super::offsets::{Builder, OffsetMap, count};

/// A text without HTML. Blank lines stand where block elements began and ended.
#[derive(Debug)]
pub(super) struct Stripped {
    pub(super) text: String,
    pub(super) map: OffsetMap,
    /// From this byte on, what the enclosing element says the text is; rising.
    pub(super) regions: Vec<(usize, Option<Block>)>,
}

/// What an element does to the text around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    /// Nothing.
    Inline,
    /// Begins and ends a paragraph.
    Block,
    /// A paragraph of a kind of its own.
    Region(Block),
    /// A line break.
    Break,
    /// Its `alt` is a caption.
    Image,
    /// Its contents are no text.
    Raw(&'static str),
}

/// What an element's name (lower case) stands for; none for names that HTML does not have.
fn element(name: &str) -> Option<Element> {
    Some(match name {
        "br" => Element::Break,
        "img" => Element::Image,
        "script" => Element::Raw("script"),
        "style" => Element::Raw("style"),
        "template" => Element::Raw("template"),
        "noscript" => Element::Raw("noscript"),
        "iframe" => Element::Raw("iframe"),
        "svg" => Element::Raw("svg"),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "title" => Element::Region(Block::Heading),
        "figcaption" | "caption" => Element::Region(Block::Caption),
        "p" | "div" | "ul" | "ol" | "li" | "dl" | "dt" | "dd" | "table" | "thead" | "tbody" | "tfoot"
        | "tr" | "td" | "th" | "blockquote" | "pre" | "hr" | "section" | "article" | "aside" | "header"
        | "footer" | "nav" | "main" | "figure" | "form" | "fieldset" | "address" | "center" | "details"
        | "summary" | "html" | "head" | "body" | "hgroup" | "legend" | "option" | "select" => Element::Block,
        "a" | "abbr" | "acronym" | "audio" | "b" | "base" | "bdi" | "bdo" | "big" | "button" | "canvas"
        | "cite" | "code" | "col" | "colgroup" | "data" | "del" | "dfn" | "em" | "embed" | "font" | "i"
        | "input" | "ins" | "kbd" | "label" | "link" | "map" | "area" | "mark" | "meta" | "meter"
        | "nobr" | "object" | "output" | "param" | "picture" | "progress" | "q" | "rp" | "rt" | "ruby"
        | "s" | "samp" | "small" | "source" | "span" | "spoiler" | "strike" | "strong" | "sub" | "sup"
        | "textarea" | "time" | "track" | "tt" | "u" | "var" | "video" | "wbr" => Element::Inline,
        _ if name.contains(':') => Element::Inline,
        _ => return None,
    })
}

/// A tag at the head of a text.
struct Tag<'a> {
    element: Element,
    closing: bool,
    /// Length in bytes, `<` and `>` included.
    length: usize,
    /// Start in bytes and value of `alt`.
    alt: Option<(usize, &'a str)>,
}

/// Reads the tag that `rest` begins with. Only things shaped like tags of elements that HTML has are tags: `<3`,
/// `5 < 6` and `a<b and c>d` are not. Never looks past the next `<`, so that many `<` cost no more than one.
fn tag(rest: &str) -> Option<Tag<'_>> {
    let body = rest.strip_prefix('<')?;
    let body = &body[..body.bytes().position(|byte| byte == b'<').unwrap_or(body.len())];
    let closing = body.starts_with('/');
    let name_start = usize::from(closing);
    let name_length = body[name_start..]
        .bytes()
        .take(24)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-'))
        .count();
    let name = body[name_start..name_start + name_length].to_ascii_lowercase();
    let element = element(&name).filter(|_| name.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let attributes = name_start + name_length;
    if !body[attributes..].starts_with(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace()) {
        return None;
    }
    let (end, alt) = attributes_end(body, attributes)
        .or_else(|| body[attributes..].find('>').map(|at| (attributes + at, None)))?;
    let inside = &body[attributes..end];
    // `a <b and c> d` is arithmetic.
    if name_length == 1 && !inside.contains('=') && !inside.trim_matches(|c| c == '/' || c == ' ').is_empty()
    {
        return None;
    }
    let alt = alt.map(|(start, end)| (1 + start, &body[start..end]));
    Some(Tag { element, closing, length: 1 + end + 1, alt })
}

/// Walks the attributes in `body` from byte `at`: the place of the `>` after them, and of the value of `alt`.
/// None if there is no such `>` or a quoted value has no end.
fn attributes_end(body: &str, mut at: usize) -> Option<(usize, Option<(usize, usize)>)> {
    let bytes = body.as_bytes();
    let mut alt = None;
    let mut name = at;
    loop {
        match *bytes.get(at)? {
            b'>' => return Some((at, alt)),
            b'=' => {
                let is_alt = body[name..at].trim().eq_ignore_ascii_case("alt");
                at += 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                let quote = *bytes.get(at)?;
                let (start, end) = if matches!(quote, b'"' | b'\'') {
                    let start = at + 1;
                    (start, start + bytes[start..].iter().position(|&byte| byte == quote)?)
                } else {
                    let length =
                        bytes[at..].iter().position(|&byte| byte == b'>' || byte.is_ascii_whitespace())?;
                    (at, at + length)
                };
                if is_alt && alt.is_none() {
                    alt = Some((start, end));
                }
                at = if bytes.get(end) == Some(&quote) { end + 1 } else { end };
                name = at;
            }
            byte => {
                at += 1;
                if byte.is_ascii_whitespace() {
                    name = at;
                }
            }
        }
    }
}

/// The entity that `rest` begins with: its length in bytes and its character or characters.
fn entity(rest: &str) -> Option<(usize, Cow<'_, str>)> {
    let length = rest.bytes().take(34).position(|byte| byte == b';')? + 1;
    let entity = rest.get(..length)?;
    if !entity[1..length - 1].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#') {
        return None;
    }
    let decoded = html_escape::decode_html_entities(entity);
    if decoded == entity {
        return None;
    }
    // Numbers 128 to 159 are meant as Windows-1252, and browsers read them so.
    match decoded.chars().next() {
        Some(c @ '\u{80}'..='\u{9f}') => {
            let byte = [c as u8];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            Some((length, Cow::Owned(text.into_owned())))
        }
        _ => Some((length, decoded)),
    }
}

/// What becomes of a character: itself, another in its place, or nothing.
fn visible(c: char) -> Option<char> {
    Some(match c {
        '\t' | '\n' | '\r' => c,
        '\u{a0}' | '\u{b}' | '\u{c}' | '\u{85}' => ' ',
        '\u{2028}' | '\u{2029}' => '\n',
        // Soft hyphen, zero-width spaces and joiners, marks of direction, variation selectors.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {
            return None;
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => return None,
        c if c.is_control() => return None,
        c => c,
    })
}

/// Bytes at which the plain copying of text stops: `<`, `&`, and the first bytes of characters that
/// [`visible`] changes.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\r');
        byte += 1;
    }
    table[b'<' as usize] = true;
    table[b'&' as usize] = true;
    table[0x7f] = true;
    table[0xc2] = true;
    table[0xe2] = true;
    table[0xef] = true;
    table
};

struct Stripper {
    out: Builder,
    regions: Vec<(usize, Option<Block>)>,
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
        if rest.starts_with("<!--") {
            let length = 4 + self.through(&rest[4..], "-->")?;
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
    Stripped { text, map, regions: stripper.regions }
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
