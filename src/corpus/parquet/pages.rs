//! Pages of a column, each looked at before the crate makes room for what it announces.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

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

/// Pages of more than such a part of the largest are large. Not all are: with each reader the different values are laid
/// out anew.
const LARGE: usize = 8;

/// Longest header of a page, in bytes.
const MOST_HEADER: u64 = 64 << 10;

pub(super) fn damaged(why: &str) -> ParquetError {
    ParquetError::General(why.to_owned())
}

/// The pages of one column, for one reader after another.
///
/// A reader holds its page until it has the next. So that no two large ones are in memory, a reader that is through with
/// one makes room for another reader, which goes on behind it.
#[derive(Clone)]
pub(super) struct Pages(Arc<Mutex<Checked>>);

impl Pages {
    /// The pages of a column in so many rows, none larger than `most`; `counter` counts the bytes that are read.
    ///
    /// # Errors
    /// A column that is packed in another way than Snappy's, zstd's or LZ4's: the crate's readers of those unpack more
    /// than a page announces.
    pub fn new(
        file: Arc<File>,
        column: &ColumnChunkMetaData,
        rows: usize,
        most: usize,
        counter: Arc<AtomicU64>,
    ) -> ParquetResult<Pages> {
        let packing = column.compression();
        if !matches!(
            packing,
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_) | Compression::LZ4_RAW
        ) {
            let packing = format!("{packing:?}");
            let name = packing.split('(').next().unwrap_or_default();
            return Err(damaged(&format!(
                "columns packed with {name} are not read; Snappy, zstd and raw LZ4 are"
            )));
        }
        let source = Arc::new(Source { file, most, counter });
        let pages = SerializedPageReader::new(source, column, rows, None)?;
        let checked = Checked { pages, different: None, last: Last::default(), large: most / LARGE };
        Ok(Pages(Arc::new(Mutex::new(checked))))
    }

    /// What a reader takes, from the page on that no other has taken.
    ///
    /// # Errors
    /// A reader that failed.
    pub fn rest(&self) -> ParquetResult<Box<dyn PageReader>> {
        let again = self.checked()?.different.clone();
        Ok(Box::new(Rest { again, pages: self.clone() }))
    }

    /// The last page of values that was taken.
    ///
    /// # Errors
    /// A reader that failed.
    pub fn last(&self) -> ParquetResult<Last> {
        Ok(self.checked()?.last)
    }

    fn checked(&self) -> ParquetResult<MutexGuard<'_, Checked>> {
        self.0.lock().map_err(|_| damaged("a page is damaged"))
    }
}

/// What is known of a page of values; nothing before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Last {
    /// How many values it has, those that are null among them.
    pub values: usize,
    /// Whether it should go before the next one comes.
    pub large: bool,
}

/// Pages that were read, looked at before the crate makes room for as many values as they say they have.
struct Checked {
    pages: SerializedPageReader<Source>,
    /// The page of the different values, which every reader needs.
    different: Option<Page>,
    last: Last,
    /// A page of more bytes is large.
    large: usize,
}

impl Checked {
    fn next(&mut self) -> ParquetResult<Option<Page>> {
        let page = self.pages.get_next_page()?;
        match &page {
            // Every one takes a byte or more.
            Some(Page::DictionaryPage { buf, num_values, .. })
                if *num_values as usize > buf.len().min(MOST_DIFFERENT) =>
            {
                return Err(damaged("a dictionary has fewer values than it says, or too many"));
            }
            // Their number of values stands among the values, where nothing tells whether it can be.
            Some(page)
                if matches!(
                    page.encoding(),
                    Encoding::DELTA_BYTE_ARRAY | Encoding::DELTA_LENGTH_BYTE_ARRAY
                ) =>
            {
                return Err(damaged(&format!("texts in the encoding {} are not read", page.encoding())));
            }
            Some(Page::DictionaryPage { .. }) => self.different.clone_from(&page),
            Some(page) => {
                let large = page.buffer().len() > self.large;
                self.last = Last { values: page.num_values() as usize, large };
            }
            None => {}
        }
        Ok(page)
    }
}

/// The pages that are left for a reader.
struct Rest {
    /// Comes first.
    again: Option<Page>,
    pages: Pages,
}

impl Iterator for Rest {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Rest {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        match self.again.take() {
            Some(page) => Ok(Some(page)),
            None => self.pages.checked()?.next(),
        }
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        self.pages.checked()?.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.pages.checked()?.pages.skip_next_page()
    }
}

/// Where the pages lie, with a look at their headers.
struct Source {
    file: Arc<File>,
    /// Largest page.
    most: usize,
    counter: Arc<AtomicU64>,
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl ChunkReader for Source {
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
