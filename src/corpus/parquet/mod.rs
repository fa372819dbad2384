//! Rows of Parquet files.
//!
//! Only the columns that have a role are read, a page of each at a time. The crate trusts the file: what a description or
//! a page announces it makes room for. So both are looked at first ([`thrift`], [`pages`]), and what it would not bound
//! is not read.

mod pages;
mod thrift;
mod values;

use std::cell::Cell as Flag;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Once};

use parquet::basic::Type as Physical;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};

use self::pages::{MOST_TEXTS, MOST_VALUES, Pages, damaged};
use self::thrift::Description;
use self::values::{Cell, Cells, is_read, open};
use super::CorpusError;
use super::columns::{Columns, Found, Role};
use super::fields::{Fault, Fields, clip};

/// What a file begins and ends with.
pub(super) const MAGIC: &[u8; 4] = b"PAR1";

/// Largest description of a file's columns and pages, in bytes: in memory it takes some tens of times as much.
const MOST_METADATA: usize = 4 << 20;

/// Reads a file row by row.
pub(super) struct ParquetRows {
    file: Arc<File>,
    metadata: ParquetMetaData,
    /// Where the roles are among the columns that can be read.
    found: Found,
    /// For each place that has a role, in order: the place, and its column's index in the file.
    used: Vec<(usize, usize)>,
    counter: Arc<AtomicU64>,
    /// Row groups that were begun, and the rows left of the last.
    begun: usize,
    left: u64,
    /// Its columns, in the order of `used`.
    cells: Vec<Box<dyn Cells>>,
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
        let all = metadata.file_metadata().schema_descr().columns().iter().enumerate();
        let read: Vec<(usize, &str)> =
            all.filter(|(_, column)| is_read(column)).map(|(index, column)| (index, column.name())).collect();
        let names: Vec<&str> = read.iter().map(|(_, name)| *name).collect();
        let found = columns.find(&names);
        let all = || names.iter().map(|name| (*name).to_owned()).collect();
        let path = path.to_owned();
        if let Some((flag, name)) = columns.missing(&found) {
            let name = name.to_owned();
            return Err(Fault::Stop(CorpusError::NoSuchColumn { path, flag, name, columns: all() }));
        }
        if found.get(Role::Text).is_none() {
            return Err(Fault::Stop(CorpusError::NoTextColumn { path, columns: all() }));
        }
        let used = found.places().into_iter().map(|place| (place, read[place].0)).collect();
        Ok(ParquetRows {
            file: Arc::new(file),
            metadata,
            found,
            used,
            counter,
            begun: 0,
            left: 0,
            cells: Vec::new(),
            done: false,
        })
    }

    /// What the next row has in each column; `None` at the end.
    fn advance(&mut self) -> ParquetResult<Option<Vec<Cell>>> {
        while self.left == 0 {
            if self.begun == self.metadata.num_row_groups() {
                return Ok(None);
            }
            self.begin()?;
        }
        self.left -= 1;
        self.cells.iter_mut().map(|cells| cells.next()).collect::<ParquetResult<_>>().map(Some)
    }

    /// Opens the columns of the next row group.
    fn begin(&mut self) -> ParquetResult<()> {
        // What is left of the one before makes room first.
        self.cells.clear();
        let group = self.metadata.row_group(self.begun);
        self.begun += 1;
        for (place, index) in &self.used {
            let column = group.column(*index);
            // Each row has one value in such a column, or none, which counts too.
            if column.num_values() != group.num_rows() {
                return Err(damaged("it says two things of its number of rows"));
            }
            let texts =
                self.found.get(Role::Text) == Some(*place) && column.column_type() == Physical::BYTE_ARRAY;
            let most = if texts { MOST_TEXTS } else { MOST_VALUES };
            let rows = usize::try_from(group.num_rows())?;
            let pages = Pages::new(self.file.clone(), column, rows, most, self.counter.clone())?;
            self.cells.push(open(column.column_descr_ptr(), pages)?);
        }
        self.left = u64::try_from(group.num_rows())?;
        Ok(())
    }

    fn fields(&self, row: Vec<Cell>) -> Result<Fields, Fault> {
        let mut row = row.into_iter().collect::<Result<Vec<Option<String>>, Fault>>()?;
        let at = |place: usize| self.used.binary_search_by_key(&place, |(place, _)| *place).ok();
        let fields = Fields::without_text(&self.found, |place| row.get(at(place)?)?.clone());
        let text = self.found.get(Role::Text).and_then(|place| row.get_mut(at(place)?)?.take());
        fields.with_text(text)
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
            Ok(row) => Some(self.fields(row?)),
            Err(fault) => Some(Err(fault)),
        }
    }
}

thread_local! {
    /// Whether this thread is inside [`guarded`].
    static GUARDED: Flag<bool> = const { Flag::new(false) };
}

/// Runs what the crate does. It meets most damage with an error; where it panics, that is an error too, and nothing is
/// printed.
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
    let before = GUARDED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(before);
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
    let length = u32::from_le_bytes(length) as usize;
    if length > MOST_METADATA {
        return Err(damaged("the description of its columns is larger than 4 MiB"));
    }
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::End(-8 - length as i64))?;
    file.read_exact(&mut bytes)?;
    if !Description::read(&bytes).is_some_and(|description| description.has_schema()) {
        return Err(damaged("the description of its columns is damaged"));
    }
    // Statistics of columns are of no use here.
    let options = ParquetMetaDataOptions::new()
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let metadata = ParquetMetaDataReader::decode_metadata_with_options(&bytes, Some(&options))?;
    let rows = metadata.row_groups().iter().try_fold(0i64, |sum, group| sum.checked_add(group.num_rows()));
    if rows != Some(metadata.file_metadata().num_rows()) {
        return Err(damaged("it says two things of its number of rows"));
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests;
