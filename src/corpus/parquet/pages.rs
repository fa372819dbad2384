//! Pages of a column, each looked at before the crate makes room for what it announces.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use super::thrift::Description;

/// Largest page of texts, in bytes, packed or unpacked: DuckDB puts 100 MB of them into one, and a little more.
pub(super) const MOST_TEXTS: usize = 112 << 20;

/// Largest page of any other column, and of the different values of one.
pub(super) const MOST_VALUES: usize = 16 << 20;

/// Most different values that a page has once, for others to point to.
const MOST_DIFFERENT: usize = 1 << 19;

/// Longest header of a page, in bytes.
const MOST_HEADER: u64 = 64 << 10;

pub(super) fn damaged(why: &str) -> ParquetError {
    ParquetError::General(why.to_owned())
}

/// The pages of one column in so many rows, none larger than `most`; `counter` counts the bytes that are read.
///
/// # Errors
/// A column that is packed in another way than Snappy's, zstd's or LZ4's: the crate's readers of those unpack more than a
/// page announces.
pub(super) fn pages(
    file: Arc<File>,
    column: &ColumnChunkMetaData,
    rows: usize,
    most: usize,
    counter: Arc<AtomicU64>,
) -> ParquetResult<Box<dyn PageReader>> {
    match column.compression() {
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_) | Compression::LZ4_RAW => {}
        other => {
            let other = format!("{other:?}");
            let name = other.split('(').next().unwrap_or_default();
            return Err(damaged(&format!(
                "columns packed with {name} are not read; Snappy, zstd and raw LZ4 are"
            )));
        }
    }
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
            // Every one takes a byte or more.
            Some(Page::DictionaryPage { buf, num_values, .. })
                if *num_values as usize > buf.len().min(MOST_DIFFERENT) =>
            {
                Err(damaged("a dictionary has fewer values than it says, or too many"))
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

/// Where the pages lie, with a look at their headers.
struct Pages {
    file: Arc<File>,
    /// Largest page.
    most: usize,
    counter: Arc<AtomicU64>,
}

impl Length for Pages {
    fn len(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl ChunkReader for Pages {
    type T = Cursor<Vec<u8>>;

    /// The crate asks for this where a page's header begins; it gets the header and nothing behind it.
    fn get_read(&self, start: u64) -> ParquetResult<Cursor<Vec<u8>>> {
        const KIND: i64 = 1;
        const SIZES: [i64; 2] = [2, 3];
        const DICTIONARY: i32 = 2;
        let mut file = &*self.file;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(MOST_HEADER).read_to_end(&mut bytes)?;
        let header = Description::read(&bytes)
            .ok_or_else(|| damaged("the header of a page is damaged or too long"))?;
        let most = if header.number(KIND) == Some(DICTIONARY) { MOST_VALUES } else { self.most };
        let fits =
            |id| header.number(id).is_some_and(|size| usize::try_from(size).is_ok_and(|size| size <= most));
        if !SIZES.into_iter().all(fits) {
            return Err(damaged(&format!("a page larger than {} MiB", most >> 20)));
        }
        bytes.truncate(header.length);
        Ok(Cursor::new(bytes))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        if length > self.most {
            return Err(damaged(&format!("a page larger than {} MiB", self.most >> 20)));
        }
        self.counter.fetch_add(length as u64, Ordering::Relaxed);
        self.file.get_bytes(start, length)
    }
}
