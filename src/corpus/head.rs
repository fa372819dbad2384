//! A look at the first bytes of a stream without losing them.

use std::io::{self, BufRead, Read};

/// Any stream of bytes.
pub(super) type Bytes = Box<dyn BufRead + Send>;

/// A stream whose first bytes are known.
pub(super) struct Head {
    first: Vec<u8>,
    at: usize,
    /// Met while reading ahead; due after the first bytes have been read.
    error: Option<io::Error>,
    rest: Bytes,
}

impl Head {
    /// Reads up to `most` bytes ahead, fewer if the stream ends or fails before.
    pub fn read(mut rest: Bytes, most: usize) -> Head {
        let mut first = Vec::new();
        let mut error = None;
        while first.len() < most {
            match rest.fill_buf() {
                Ok([]) => break,
                Ok(chunk) => {
                    let taken = chunk.len().min(most - first.len());
                    first.extend_from_slice(&chunk[..taken]);
                    rest.consume(taken);
                }
                Err(e) => {
                    error = Some(e);
                    break;
                }
            }
        }
        Head { first, at: 0, error, rest }
    }

    /// The first bytes that have not been consumed.
    pub fn first(&self) -> &[u8] {
        &self.first[self.at..]
    }
}

impl BufRead for Head {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.first.len() {
            return Ok(&self.first[self.at..]);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.first.len() {
            self.at = (self.at + amount).min(self.first.len());
        } else {
            self.rest.consume(amount);
        }
    }
}

impl Read for Head {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Cursor};

    #[test]
    fn nothing_is_lost() {
        for most in [0, 1, 5, 11, 100] {
            let rest = BufReader::with_capacity(3, Cursor::new(b"hello world".to_vec()));
            let mut head = Head::read(Box::new(rest), most);
            assert_eq!(head.first(), &b"hello world"[..most.min(11)]);
            let mut all = String::new();
            head.read_to_string(&mut all).unwrap();
            assert_eq!(all, "hello world");
        }
    }

    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("broken"))
        }
    }

    #[test]
    fn an_error_waits_for_the_bytes_before_it() {
        let rest = BufReader::new(Cursor::new(b"ab".to_vec()).chain(Failing));
        let mut head = Head::read(Box::new(rest), 10);
        assert_eq!(head.first(), b"ab");
        let mut all = Vec::new();
        assert_eq!(head.read_to_end(&mut all).unwrap_err().to_string(), "broken");
        assert_eq!(all, b"ab");
    }
}
