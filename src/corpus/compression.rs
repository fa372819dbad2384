//! Files as they lie on the disk, unpacked as they are read.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::head::{Bytes, Head};

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    /// Told from the first four bytes of a stream that has no name.
    pub fn sniff(first: &[u8]) -> Compression {
        match first {
            [0x1F, 0x8B, ..] => Compression::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }

    /// The unpacked stream. Several gzip members or zstd frames in a row are read as one.
    pub fn unpack(self, packed: Bytes) -> Bytes {
        match self {
            Compression::None => packed,
            Compression::Gzip => Box::new(BufReader::with_capacity(ROOM, MultiGzDecoder::new(packed))),
            Compression::Zstd => Box::new(BufReader::with_capacity(ROOM, Zstd::new(packed))),
        }
    }
}

/// Size of a stream's buffer in bytes.
const ROOM: usize = 64 << 10;

/// A raw file or standard input whose bytes are counted as they are read.
pub(super) fn counted(raw: impl Read + Send + 'static, counter: Arc<AtomicU64>) -> Bytes {
    Box::new(BufReader::with_capacity(ROOM, Counted { raw, counter }))
}

/// An unpacked stream that has no name to tell how it is packed.
pub(super) fn sniffed(stream: Bytes) -> Bytes {
    let head = Head::read(stream, 4);
    Compression::sniff(head.first()).unpack(Box::new(head))
}

struct Counted<R> {
    raw: R,
    counter: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    /// Never [`io::ErrorKind::Interrupted`], so that nothing above has to begin again.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.raw.read(out) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Ok(read) => {
                    self.counter.fetch_add(read as u64, Ordering::Relaxed);
                    return Ok(read);
                }
                failed => return failed,
            }
        }
    }
}

/// A sequence of zstd frames; the decoder of the crate reads one frame and leaves its checksum to the caller.
struct Zstd {
    packed: Bytes,
    frame: FrameDecoder,
    inside: bool,
    /// Met in the middle of a frame; due when all that came before has been read.
    failed: Option<io::Error>,
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the zstd data is cut off")
}

fn damaged(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("damaged zstd data: {error}"))
}

/// Whether a block could not be read at all, which leaves what was decoded before it untouched.
fn is_cut_off(error: &FrameDecoderError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Zstd {
    /// The end of a frame: an empty last block, and zeros for the checksum if there is to be one.
    const END: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

    fn new(packed: Bytes) -> Zstd {
        Zstd { packed, frame: FrameDecoder::new(), inside: false, failed: None }
    }

    /// Steps into the next frame; `false` at the end of the stream.
    fn enter(&mut self) -> io::Result<bool> {
        while !self.packed.fill_buf()?.is_empty() {
            match self.frame.reset(&mut self.packed) {
                Ok(()) => {
                    self.inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut (&mut self.packed).take(length), &mut io::sink())? < length {
                        return Err(cut_off());
                    }
                }
                Err(error) => return Err(damaged(error)),
            }
        }
        Ok(false)
    }

    /// Decodes one block. The decoder keeps a window of what it has decoded, often a few megabytes, until the
    /// frame ends; where the data is cut off, ending the frame by hand sets that window free.
    fn decode_block(&mut self) -> io::Result<()> {
        let Err(error) = self.frame.decode_blocks(&mut self.packed, BlockDecodingStrategy::UptoBlocks(1))
        else {
            return Ok(());
        };
        if !is_cut_off(&error) {
            return Err(damaged(error));
        }
        self.failed = Some(cut_off());
        self.frame.decode_blocks(&Self::END[..], BlockDecodingStrategy::UptoBlocks(1)).map_err(damaged)?;
        Ok(())
    }

    fn leave(&mut self) -> io::Result<()> {
        self.inside = false;
        match (self.frame.get_checksum_from_data(), self.frame.get_calculated_checksum()) {
            (Some(given), Some(calculated)) if given != calculated => {
                Err(damaged("the checksum does not match"))
            }
            _ => Ok(()),
        }
    }
}

impl Read for Zstd {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.inside && !self.enter()? {
                return Ok(0);
            }
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                self.decode_block()?;
            }
            match (self.frame.read(out)?, self.failed.take()) {
                (0, Some(error)) => return Err(error),
                (0, None) => self.leave()?,
                (read, failed) => {
                    self.failed = failed;
                    return Ok(read);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    use std::io::{Cursor, Write};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    /// What can be read, and whether the stream ends well.
    fn unpack(packed: Vec<u8>) -> (Vec<u8>, bool) {
        let counter = Arc::new(AtomicU64::new(0));
        let length = packed.len() as u64;
        let mut stream = sniffed(counted(Cursor::new(packed), counter.clone()));
        let mut all = Vec::new();
        let well = stream.read_to_end(&mut all).is_ok();
        assert!(!well || counter.load(Ordering::Relaxed) == length);
        (all, well)
    }

    fn text() -> Vec<u8> {
        (0..40_000u32).flat_map(|i| format!("{} ", i.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    #[test]
    fn streams_come_back() {
        let text = text();
        for pack in [gzip, zstd, <[u8]>::to_vec] {
            assert!(unpack(pack(&text)) == (text.clone(), true));
        }
        assert_eq!(unpack(gzip(b"")), (vec![], true));
        assert_eq!(unpack(Vec::new()), (vec![], true));
    }

    #[test]
    fn members_and_frames_in_a_row() {
        assert_eq!(unpack([gzip(b"one "), gzip(b"two")].concat()), (b"one two".to_vec(), true));
        let skippable = b"\x50\x2A\x4D\x18\x03\x00\x00\x00abc".to_vec();
        assert_eq!(
            unpack([zstd(b"one "), skippable.clone(), zstd(b"two")].concat()),
            (b"one two".to_vec(), true)
        );
        let (read, well) = unpack([zstd(b"one "), skippable[..9].to_vec()].concat());
        assert_eq!((&read[..], well), (&b"one "[..], false));
    }

    #[test]
    fn damage_is_found_after_what_came_before_it() {
        let text = text();
        for pack in [gzip, zstd] {
            let packed = pack(&text);
            let (read, well) = unpack(packed[..packed.len() * 3 / 4].to_vec());
            assert!(!well && read.len() > text.len() / 2 && text.starts_with(&read));
            let mut flipped = packed.clone();
            let last = flipped.len() - 2;
            flipped[last] ^= 1; // in the checksum
            let (read, well) = unpack(flipped);
            assert!(!well && read == text);
        }
    }

    proptest! {
        #[test]
        fn any_damage_is_survived(at in any::<prop::sample::Index>(), flip in 1u8.., cut in any::<prop::sample::Index>()) {
            let text: Vec<u8> = (0..200u32).flat_map(|i| format!("a {} ", i * i).into_bytes()).collect();
            for mut packed in [gzip(&text), zstd(&text)] {
                let place = at.index(packed.len());
                packed[place] ^= flip;
                unpack(packed[..cut.index(packed.len())].to_vec());
                unpack(packed);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
            for start in [&b""[..], b"\x1F\x8B\x08\x00", b"\x28\xB5\x2F\xFD"] {
                unpack([start, &bytes].concat());
            }
        }
    }
}
