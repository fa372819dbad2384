//! HTML tags: what is one, and what it does to the text.

use super::document::Block;

/// What an element does to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// Nothing.
    Inline,
    /// Italics.
    Emphasis,
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
        "cite" | "em" | "i" => Element::Emphasis,
        "a" | "abbr" | "acronym" | "audio" | "b" | "base" | "bdi" | "bdo" | "big" | "button" | "canvas"
        | "code" | "col" | "colgroup" | "data" | "del" | "dfn" | "embed" | "font" | "input" | "ins"
        | "kbd" | "label" | "link" | "map" | "area" | "mark" | "meta" | "meter" | "nobr" | "object"
        | "output" | "param" | "picture" | "progress" | "q" | "rp" | "rt" | "ruby" | "s" | "samp"
        | "small" | "source" | "span" | "spoiler" | "strike" | "strong" | "sub" | "sup" | "textarea"
        | "time" | "track" | "tt" | "u" | "var" | "video" | "wbr" => Element::Inline,
        _ if name.contains(':') => Element::Inline,
        _ => return None,
    })
}

/// A tag at the head of a text.
pub(super) struct Tag<'a> {
    pub(super) element: Element,
    pub(super) closing: bool,
    /// Length in bytes, `<` and `>` included.
    pub(super) length: usize,
    /// Start in bytes and value of `alt`.
    pub(super) alt: Option<(usize, &'a str)>,
}

/// Reads the tag that `rest` begins with. Only things shaped like tags of elements that HTML has are tags: `<3`,
/// `5 < 6` and `a<b and c>d` are not. Never looks past the next `<`, so that many `<` cost no more than one.
pub(super) fn tag(rest: &str) -> Option<Tag<'_>> {
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
