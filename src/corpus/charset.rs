//! Characters out of bytes: byte order marks, UTF-8, UTF-16 and Windows-1252.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::fields::Fault;
use super::head::{Bytes, Head};

/// How sure it is that a stream is UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// A byte order mark said so (UTF-16 has been turned into UTF-8 by then).
    Declared,
    /// Nothing said so: each record that is not valid UTF-8 is taken for Windows-1252.
    Guessed,
}

/// Takes the byte order mark off a stream, and turns UTF-16 into UTF-8 as it is read.
pub(super) fn strip_mark(stream: Bytes) -> (Bytes, Charset) {
    let mut head = Head::read(stream, 3);
    let Some((encoding, length)) = Encoding::for_bom(head.first()) else {
        return (Box::new(head), Charset::Guessed);
    };
    head.consume(length);
    if encoding == UTF_16LE || encoding == UTF_16BE {
        (Box::new(Utf16::new(Box::new(head), encoding)), Charset::Declared)
    } else {
        (Box::new(head), Charset::Declared)
    }
}

impl Charset {
    /// The encoding of a record, given as one or more pieces of bytes that are decoded each for itself.
    ///
    /// # Errors
    /// [`Fault::Row`] if no encoding fits all pieces, or one holds a zero byte (which no review does, but
    /// binary files and UTF-16 without a mark do).
    pub fn of<'a>(self, pieces: impl Iterator<Item = &'a [u8]> + Clone) -> Result<&'static Encoding, Fault> {
        let invalid = |why: &str| Err(Fault::Row(format!("invalid bytes: {why}")));
        if pieces.clone().any(|p| p.contains(&0)) {
            return invalid("a zero byte; this is no text, or UTF-16 without a byte order mark");
        }
        if pieces.clone().all(|p| std::str::from_utf8(p).is_ok()) {
            return Ok(UTF_8);
        }
        if self == Charset::Declared {
            return invalid("not in the encoding that the file's byte order mark tells");
        }
        // The five bytes that Windows-1252 leaves undefined.
        if pieces.clone().any(|p| p.iter().any(|b| matches!(b, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D))) {
            return invalid("neither UTF-8 nor Windows-1252");
        }
        Ok(WINDOWS_1252)
    }

    /// A record of one piece as a string.
    ///
    /// # Errors
    /// As [`Charset::of`].
    pub fn decode(self, bytes: &[u8]) -> Result<String, Fault> {
        Ok(decode(self.of(std::iter::once(bytes))?, bytes))
    }
}

/// `bytes` as a string; `encoding` comes from [`Charset::of`], so nothing is replaced.
pub(super) fn decode(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-16 read as UTF-8. A lone surrogate becomes the byte FF, which no UTF-8 holds, so that its record is
/// found invalid like any other.
struct Utf16 {
    source: Bytes,
    decoder: Decoder,
    /// Room for [`Utf16::ROOM`] bytes and one FF.
    buffer: Vec<u8>,
    at: usize,
    length: usize,
    done: bool,
}

impl Utf16 {
    const ROOM: usize = 16 << 10;

    fn new(source: Bytes, encoding: &'static Encoding) -> Utf16 {
        let decoder = encoding.new_decoder_without_bom_handling();
        Utf16 { source, decoder, buffer: vec![0; Self::ROOM + 1], at: 0, length: 0, done: false }
    }
}

impl BufRead for Utf16 {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.length && !self.done {
            let input = self.source.fill_buf()?;
            let last = input.is_empty();
            let room = &mut self.buffer[..Self::ROOM];
            let (result, used, written) = self.decoder.decode_to_utf8_without_replacement(input, room, last);
            self.source.consume(used);
            (self.at, self.length) = (0, written);
            match result {
                DecoderResult::InputEmpty => self.done = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.buffer[self.length] = 0xFF;
                    self.length += 1;
                }
            }
        }
        Ok(&self.buffer[self.at..self.length])
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.length);
    }
}

impl Read for Utf16 {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Cursor};

    fn read(bytes: Vec<u8>, chunk: usize) -> (Vec<u8>, Charset) {
        let (mut stream, charset) = strip_mark(Box::new(BufReader::with_capacity(chunk, Cursor::new(bytes))));
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        (all, charset)
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(|u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn marks_are_taken_off() {
        assert_eq!(read(b"\xEF\xBB\xBFh\xC3\xA9".to_vec(), 2), ("hé".into(), Charset::Declared));
        assert_eq!(read(b"h\xE9".to_vec(), 1), (b"h\xE9".to_vec(), Charset::Guessed));
        assert_eq!(read(Vec::new(), 1), (Vec::new(), Charset::Guessed));
        assert_eq!(read(b"\xFF\xFE".to_vec(), 1), (Vec::new(), Charset::Declared));
    }

    #[test]
    fn broken_utf16_is_found_invalid() {
        for tail in [&b"\x00\xD8"[..], b"\x00\xD8a\x00", b"a"] {
            let mut bytes = utf16("fine", false);
            bytes.extend(tail);
            let (text, charset) = read(bytes, 3);
            assert!(text.starts_with(b"fine"));
            assert!(matches!(charset.decode(&text), Err(Fault::Row(_))), "{tail:?}");
        }
    }

    #[test]
    fn records_choose_their_encoding() {
        let guess = |bytes: &[u8]| Charset::Guessed.decode(bytes);
        assert_eq!(guess("naïve “yes”".as_bytes()).unwrap(), "naïve “yes”");
        assert_eq!(guess(b"na\xEFve \x93yes\x94 \x80").unwrap(), "naïve “yes” €");
        for invalid in [&b"\x81\xE9"[..], b"a\x00b", b"\xE9\x9D"] {
            assert!(matches!(guess(invalid), Err(Fault::Row(why)) if why.starts_with("invalid bytes")));
        }
        assert!(Charset::Declared.decode(b"na\xEFve").is_err());
    }

    #[test]
    fn pieces_are_judged_together_and_decoded_apart() {
        // One piece in UTF-8 beside one in Windows-1252: the record is Windows-1252.
        let pieces: [&[u8]; 2] = [b"\xC3\xA9", b"\xE9"];
        assert_eq!(Charset::Guessed.of(pieces.iter().copied()).unwrap(), WINDOWS_1252);
        // The halves of a letter in two pieces are no UTF-8, though their sum is.
        let halves: [&[u8]; 2] = [b"\xC3", b"\xA9"];
        assert_eq!(Charset::Guessed.of(halves.iter().copied()).unwrap(), WINDOWS_1252);
    }

    proptest! {
        #[test]
        fn utf16_comes_back(text in any::<String>(), big in any::<bool>(), chunk in 1usize..20) {
            prop_assert_eq!(read(utf16(&text, big), chunk), (text.into_bytes(), Charset::Declared));
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in any::<Vec<u8>>(), chunk in 1usize..20) {
            let (_, _) = read(bytes.clone(), chunk);
            let marked = [b"\xFE\xFF".to_vec(), bytes].concat();
            prop_assert_eq!(read(marked, chunk).1, Charset::Declared);
        }

        #[test]
        fn a_decoded_record_has_no_replacements(bytes in any::<Vec<u8>>()) {
            if let Ok(text) = Charset::Guessed.decode(&bytes) {
                let given = String::from_utf8(bytes).unwrap_or_default();
                let replaced = |t: &str| t.contains('\u{FFFD}');
                prop_assert!(!replaced(&text) || replaced(&given));
            }
        }
    }
}
