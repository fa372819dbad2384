//! A stream without a name, whose packing, encoding and format are told from its first bytes.

use std::io::Cursor;

use critique::corpus::{self, Options};

use super::rows;

pub fn run(bytes: &[u8]) {
    let stream = Cursor::new(bytes.to_vec());
    rows::every_row_is_counted(corpus::open_stream(stream, &Options::default()));
}
