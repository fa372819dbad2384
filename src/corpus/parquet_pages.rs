//! Pages of a Parquet file's columns.
//!
//! The crate takes a page at its word and makes room for what it announces, so every page is looked at first.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

/// Largest page of texts, in bytes, packed or unpacked: some writers put all texts of a row group into one.
pub(super) const MOST_TEXTS: usize = 128 << 20;

/// Largest page of any other column, and of the different values of one.
pub(super) const MOST_VALUES: usize = 16 << 20;

pub(super) fn damaged(why: &str) -> ParquetError {
    ParquetError::General(why.to_owned())
}

/// The pages of one column in so many rows, none larger than `most`; `counter` counts the bytes that are read.
///
/// # Errors
/// A column that is packed in a way that is not known, or lies outside any file.
pub(super) fn pages(
    file: Arc<File>,
    column: &ColumnChunkMetaData,
    rows: usize,
    most: usize,
    counter: Arc<AtomicU64>,
) -> ParquetResult<Box<dyn PageReader>> {
    let pages = Arc::new(Pages { file, most, counter });
    Ok(Box::new(Checked(SerializedPageReader::new(pages, column, rows, None)?)))
}

/// Pages that were read, before the crate makes room for as many values as they say they have.
struct Checked(SerializedPageReader<Pages>);

impl Iterator for Checked {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        let page = self.0.get_next_page()?;
        match &page {
            // Every value of a dictionary takes a byte or more.
            Some(Page::DictionaryPage { buf, num_values, .. }) if *num_values as usize > buf.len() => {
                Err(damaged("a page has fewer values than it says"))
            }
            // Their number of values stands among the values, where nothing tells whether it can be.
            Some(page)
                if matches!(
                    page.encoding(),
                    Encoding::DELTA_BYTE_ARRAY | Encoding::DELTA_LENGTH_BYTE_ARRAY
                ) =>
            {
                Err(damaged(&format!("texts in the encoding {} are not read", page.encoding())))
            }
            _ => Ok(page),
        }
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.0.skip_next_page()
    }
}

/// The pages of one column, whose headers are looked at before what they announce is read.
struct Pages {
    file: Arc<File>,
    /// Largest page of it.
    most: usize,
    counter: Arc<AtomicU64>,
}

impl Length for Pages {
    fn len(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl ChunkReader for Pages {
    type T = ToTheEnd;

    /// The crate asks for this where a page's header begins.
    fn get_read(&self, start: u64) -> ParquetResult<ToTheEnd> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        let mut reader = BufReader::with_capacity(4 << 10, file);
        let Header { kind, sizes } =
            Header::parse(reader.fill_buf()?).ok_or_else(|| damaged("the header of a page is damaged"))?;
        let most = if kind == Header::DICTIONARY { MOST_VALUES } else { self.most };
        if sizes.iter().any(|size| !usize::try_from(*size).is_ok_and(|size| size <= most)) {
            return Err(damaged(&format!("a page larger than {} MiB", most >> 20)));
        }
        Ok(ToTheEnd(reader))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        if length > self.most {
            return Err(damaged(&format!("a page larger than {} MiB", self.most >> 20)));
        }
        self.counter.fetch_add(length as u64, Ordering::Relaxed);
        self.file.get_bytes(start, length)
    }
}

/// A reader that fails at the end of its file. The crate would go on to pass over all that a header announces, billions
/// of values perhaps, asking for each of them in vain.
struct ToTheEnd(BufReader<File>);

impl Read for ToTheEnd {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 if !out.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

/// How a page's header begins: three numbers, in Thrift's compact encoding.
struct Header {
    kind: i64,
    /// Unpacked and packed.
    sizes: [i64; 2],
}

impl Header {
    /// The kind of a page that has the different values of a column.
    const DICTIONARY: i64 = 2;

    fn parse(mut bytes: &[u8]) -> Option<Header> {
        /// A 32-bit number in the field after the one before.
        const NEXT_I32: u8 = 0x15;
        let mut number = || {
            let (&NEXT_I32, mut rest) = bytes.split_first()? else { return None };
            let mut zigzag = 0u64;
            for shift in (0..35).step_by(7) {
                let (byte, after) = rest.split_first()?;
                rest = after;
                zigzag |= u64::from(byte & 0x7F) << shift;
                if byte & 0x80 == 0 {
                    bytes = rest;
                    return Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64));
                }
            }
            None
        };
        Some(Header { kind: number()?, sizes: [number()?, number()?] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_how_large_a_page_is() {
        let parsed = |bytes: &[u8]| Header::parse(bytes).map(|header| (header.kind, header.sizes));
        assert_eq!(parsed(b"\x15\x00\x15\x80\x02\x15\x01\x2C"), Some((0, [128, -1])));
        assert_eq!(parsed(b"\x15\x04\x15\xFE\xFF\xFF\xFF\x0F\x15\x02"), Some((2, [i64::from(i32::MAX), 1])));
        for damaged in [
            &b""[..],
            b"\x15",
            b"\x15\x00\x15\x80",
            b"\x25\x00\x15\x00\x15\x00",
            b"\x15\xFF\xFF\xFF\xFF\xFF\x0F",
        ] {
            assert_eq!(parsed(damaged), None);
        }
    }
}
