//! Rows of Parquet files.
//!
//! Only the columns that have a role are read, a page of each at a time.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Once};

use parquet::basic::{Repetition, Type as Physical};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::PageReader;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::RowGroupReader;
use parquet::record::reader::{ReaderIter, RowIter, TreeBuilder};
use parquet::record::{Field, Row};
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor, Type, TypePtr};

use super::CorpusError;
use super::columns::{Columns, Found, Role};
use super::fields::{Fault, Fields, clip};
use super::parquet_pages::{MOST_TEXTS, MOST_VALUES, damaged, pages};

/// What a file begins and ends with.
pub(super) const MAGIC: &[u8; 4] = b"PAR1";

/// Largest description of a file's columns and pages, in bytes.
const MOST_METADATA: usize = 16 << 20;

/// Values of a column that are taken from its page at a time.
const VALUES: usize = 256;

/// Reads a file row by row.
pub(super) struct ParquetRows {
    file: Arc<File>,
    metadata: ParquetMetaData,
    /// The columns that are read, in the order of the file.
    schema: SchemaDescPtr,
    /// Where the roles are among them.
    found: Found,
    counter: Arc<AtomicU64>,
    /// Row groups that were begun.
    begun: usize,
    rows: Option<ReaderIter>,
    /// Nothing more can be read.
    done: bool,
}

impl ParquetRows {
    /// Reads what the file says of itself. `path` is its name in errors; `counter` counts the bytes that are read.
    ///
    /// # Errors
    /// [`Fault::Stop`] if no text column or not every named column is there, [`Fault::Rest`] if the file is damaged.
    pub fn new(
        file: File,
        columns: &Columns,
        counter: Arc<AtomicU64>,
        path: &str,
    ) -> Result<ParquetRows, Fault> {
        let metadata = guarded(|| metadata(&file))?;
        let root = metadata.file_metadata().schema();
        let flat: Vec<&TypePtr> = root.get_fields().iter().filter(|column| is_flat(column)).collect();
        let names: Vec<&str> = flat.iter().map(|column| column.name()).collect();
        let found = columns.find(&names);
        let all = || names.iter().map(|name| (*name).to_owned()).collect();
        if let Some((flag, name)) = columns.missing(&found) {
            let (path, name) = (path.to_owned(), name.to_owned());
            return Err(Fault::Stop(CorpusError::NoSuchColumn { path, flag, name, columns: all() }));
        }
        if found.get(Role::Text).is_none() {
            return Err(Fault::Stop(CorpusError::NoTextColumn { path: path.to_owned(), columns: all() }));
        }
        let used = found.places();
        let fields = used.iter().map(|place| flat[*place].clone()).collect();
        let names: Vec<&str> = used.iter().map(|place| names[*place]).collect();
        let found = columns.find(&names);
        let schema =
            Type::group_type_builder(root.name()).with_fields(fields).build().map_err(|e| unreadable(&e))?;
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(schema)));
        Ok(ParquetRows {
            file: Arc::new(file),
            metadata,
            schema,
            found,
            counter,
            begun: 0,
            rows: None,
            done: false,
        })
    }

    /// The next row, from whichever row group has one; `None` at the end.
    fn advance(&mut self) -> ParquetResult<Option<Row>> {
        loop {
            if let Some(row) = self.rows.as_mut().and_then(Iterator::next) {
                return row.map(Some);
            }
            if self.begun == self.metadata.num_row_groups() {
                return Ok(None);
            }
            let text = self.found.get(Role::Text).map(|place| self.schema.column(place).name().to_owned());
            let group = Group {
                file: self.file.clone(),
                metadata: self.metadata.row_group(self.begun).clone(),
                text: text.unwrap_or_default(),
                counter: self.counter.clone(),
            };
            self.begun += 1;
            self.rows =
                Some(TreeBuilder::new().with_batch_size(VALUES).as_iter(self.schema.clone(), &group)?);
        }
    }

    fn fields(&self, row: &Row) -> Result<Fields, Fault> {
        let cells = row.get_column_iter().map(|(_, field)| said(field));
        let mut cells = cells.collect::<Result<Vec<Option<String>>, Fault>>()?;
        let mut take = |place: usize| cells.get_mut(place).and_then(Option::take);
        let text = self.found.get(Role::Text).and_then(&mut take);
        Fields::without_text(&self.found, take).with_text(text)
    }
}

impl Iterator for ParquetRows {
    type Item = Result<Fields, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let row = guarded(|| self.advance());
        self.done = !matches!(row, Ok(Some(_)));
        match row {
            Ok(row) => Some(self.fields(&row?)),
            Err(fault) => Some(Err(fault)),
        }
    }
}

/// Whether each row has at most one plain value.
fn is_flat(column: &TypePtr) -> bool {
    let info = column.get_basic_info();
    column.is_primitive() && !(info.has_repetition() && info.repetition() == Repetition::REPEATED)
}

/// A value as text; nothing where there is none.
fn said(field: &Field) -> Result<Option<String>, Fault> {
    Ok(match field {
        Field::Null => None,
        Field::Str(text) => Some(text.clone()),
        // Some writers do not say that their bytes are text.
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => return Err(Fault::Row("invalid bytes: the text is not UTF-8".into())),
        },
        Field::Float(number) => Some(number.to_string()),
        Field::Double(number) => Some(number.to_string()),
        // Of a day that no calendar has the crate makes a panic.
        other => Some(
            guarded(|| Ok(other.to_string()))
                .map_err(|_| Fault::Row("a date or a number that is out of range".into()))?,
        ),
    })
}

thread_local! {
    /// Whether this thread is inside [`guarded`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs what the crate does. It meets most damage with an error; where it panics (at fewer values than the file speaks of,
/// for one), that is an error too, and nothing is printed.
fn guarded<T>(read: impl FnOnce() -> ParquetResult<T>) -> Result<T, Fault> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                others(panic);
            }
        }));
    });
    GUARDED.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(false);
    match done {
        Ok(read) => read.map_err(|error| unreadable(&error)),
        Err(_) => Err(unreadable(&damaged("what it says of itself is not so"))),
    }
}

fn unreadable(error: &ParquetError) -> Fault {
    let told = match error {
        ParquetError::General(told) | ParquetError::NYI(told) | ParquetError::EOF(told) => told.clone(),
        other => other.to_string(),
    };
    Fault::Rest(format!("the Parquet file cannot be read on from here: {}", clip(&told, 120)))
}

/// What stands at the end of a file: its columns, and where their pages are.
fn metadata(mut file: &File) -> ParquetResult<ParquetMetaData> {
    let mut end = [0; 8];
    file.seek(SeekFrom::End(-8)).and_then(|_| file.read_exact(&mut end)).map_err(|error| {
        match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => damaged("it is too short"),
            _ => damaged(&error.to_string()),
        }
    })?;
    let ([length @ .., _, _, _, _], magic) = (end, &end[4..]);
    if magic != MAGIC {
        return Err(damaged("it does not end as one, so it is none or cut off"));
    }
    if u32::from_le_bytes(length) as usize > MOST_METADATA {
        return Err(damaged("the description of its columns is larger than 16 MiB"));
    }
    ParquetMetaDataReader::new().parse_and_finish(file)
}

/// Some rows of a file, whose pages are looked at before they are read.
struct Group {
    file: Arc<File>,
    metadata: RowGroupMetaData,
    /// Name of the text column.
    text: String,
    counter: Arc<AtomicU64>,
}

impl RowGroupReader for Group {
    fn metadata(&self) -> &RowGroupMetaData {
        &self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, column: usize) -> ParquetResult<Box<dyn PageReader>> {
        let chunk = self.metadata.column(column);
        let is_text = chunk.column_type() == Physical::BYTE_ARRAY && chunk.column_descr().name() == self.text;
        let most = if is_text { MOST_TEXTS } else { MOST_VALUES };
        let rows = usize::try_from(self.metadata.num_rows())?;
        pages(self.file.clone(), chunk, rows, most, self.counter.clone())
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, _: Option<Type>) -> ParquetResult<RowIter<'_>> {
        Err(ParquetError::NYI("rows are read through a projection".to_owned()))
    }
}

#[cfg(test)]
#[path = "parquet_rows_tests.rs"]
mod tests;
