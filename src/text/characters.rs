//! HTML entities, and characters that nobody sees.

use std::borrow::Cow;

/// The entity that `rest` begins with: its length in bytes and its character or characters.
pub(super) fn entity(rest: &str) -> Option<(usize, Cow<'_, str>)> {
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
pub(super) fn visible(c: char) -> Option<char> {
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
pub(super) const SPECIAL: [bool; 256] = {
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
