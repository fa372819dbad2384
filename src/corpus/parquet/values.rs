//! Values of a column, one for each row, as text.

use chrono::{DateTime, NaiveTime};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
    Int96Type,
};
use parquet::errors::Result as ParquetResult;
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};

use super::pages::{Pages, damaged};
use crate::corpus::fields::Fault;

/// Values that are taken from a page at a time.
const VALUES: usize = 256;

/// Most digits behind a decimal's point.
const MOST_DIGITS: i32 = 38;

/// Bytes of the widest decimal, and of a UUID.
const WIDE: i32 = 16;

/// What one row has in a column: nothing, a text, or something that rejects the row.
pub(super) type Cell = Result<Option<String>, Fault>;

/// A column, row by row.
pub(super) trait Cells: Send {
    /// What the next row has.
    ///
    /// # Errors
    /// A damaged page, or no further row.
    fn next(&mut self) -> ParquetResult<Cell>;
}

/// Whether each row has at most one value in this column, of a kind that has a text.
pub(super) fn is_read(column: &ColumnDescriptor) -> bool {
    let decimal = column.converted_type() == ConvertedType::DECIMAL;
    let kind = match column.physical_type() {
        Physical::BYTE_ARRAY => !decimal,
        Physical::FIXED_LEN_BYTE_ARRAY => {
            decimal && (1..=WIDE).contains(&column.type_length()) || is_uuid(column)
        }
        _ => true,
    };
    let scale = !decimal || (0..=MOST_DIGITS).contains(&column.type_scale());
    column.path().parts().len() == 1 && column.max_rep_level() == 0 && kind && scale
}

fn is_uuid(column: &ColumnDescriptor) -> bool {
    column.logical_type_ref() == Some(&LogicalType::Uuid) && column.type_length() == WIDE
}

/// The values of a column that [`is_read`], from its pages.
///
/// # Errors
/// Pages that another reader failed on.
pub(super) fn open(column: ColumnDescPtr, pages: Pages) -> ParquetResult<Box<dyn Cells>> {
    let meaning = Meaning::of(&column);
    match column.physical_type() {
        Physical::BOOLEAN => typed::<BoolType>(column, pages, |value| Ok(value.to_string())),
        Physical::INT32 => typed::<Int32Type>(column, pages, move |value| meaning.said((*value).into())),
        Physical::INT64 => typed::<Int64Type>(column, pages, move |value| meaning.said(*value)),
        Physical::INT96 => {
            typed::<Int96Type>(column, pages, |value| Meaning::Instant(1000).said(value.to_millis()))
        }
        Physical::FLOAT => typed::<FloatType>(column, pages, |value| Ok(value.to_string())),
        Physical::DOUBLE => typed::<DoubleType>(column, pages, |value| Ok(value.to_string())),
        // Not all writers say of their texts that they are some.
        Physical::BYTE_ARRAY => typed::<ByteArrayType>(column, pages, |value| {
            let text = std::str::from_utf8(value.data()).map(str::to_owned);
            text.map_err(|_| Fault::Row("invalid bytes: not UTF-8".into()))
        }),
        Physical::FIXED_LEN_BYTE_ARRAY => {
            typed::<FixedLenByteArrayType>(column, pages, move |value| Ok(meaning.said_wide(value.data())))
        }
    }
}

fn typed<T: DataType>(
    column: ColumnDescPtr,
    pages: Pages,
    show: impl Fn(&T::T) -> Result<String, Fault> + Send + 'static,
) -> ParquetResult<Box<dyn Cells>> {
    Ok(Box::new(Typed {
        reader: ColumnReaderImpl::<T>::new(column.clone(), pages.rest()?),
        column,
        pages,
        left: 0,
        levels: Vec::new(),
        values: Vec::new(),
        rows: 0,
        row: 0,
        value: 0,
        show,
    }))
}

struct Typed<T: DataType, F> {
    column: ColumnDescPtr,
    pages: Pages,
    reader: ColumnReaderImpl<T>,
    /// Rows of the reader's page that it has not read yet.
    left: usize,
    levels: Vec<i16>,
    values: Vec<T::T>,
    /// How many rows have been read ahead, which of them is next, and which of their values.
    rows: usize,
    row: usize,
    value: usize,
    show: F,
}

impl<T: DataType, F> Typed<T, F> {
    /// Reads some rows of a page ahead, after those before were taken.
    fn read(&mut self) -> ParquetResult<()> {
        self.levels.clear();
        self.values.clear();
        (self.row, self.value) = (0, 0);
        let ended = self.left == 0;
        if ended && self.pages.last()?.large {
            self.reader = ColumnReaderImpl::new(self.column.clone(), self.pages.rest()?);
        }
        // Never beyond its page's end. Of a page that is yet to come one row, for it to say how many it has.
        let rows = self.left.clamp(1, VALUES);
        (self.rows, _, _) = self.reader.read_records(rows, Some(&mut self.levels), None, &mut self.values)?;
        let left = if ended { self.pages.last()?.values } else { self.left };
        self.left = left.saturating_sub(self.rows);
        Ok(())
    }
}

impl<T: DataType, F: Fn(&T::T) -> Result<String, Fault> + Send> Cells for Typed<T, F> {
    fn next(&mut self) -> ParquetResult<Cell> {
        const FEWER: &str = "a column has fewer values than there are rows";
        if self.row == self.rows {
            self.read()?;
            if self.rows == 0 {
                return Err(damaged(FEWER));
            }
        }
        // Definition level of a row that has a value; 0 where all have.
        let present = self.column.max_def_level();
        let level = if present == 0 { Some(&0) } else { self.levels.get(self.row) };
        self.row += 1;
        if level.is_some_and(|level| *level < present) {
            return Ok(Ok(None));
        }
        let value = self.values.get(self.value).ok_or_else(|| damaged(FEWER))?;
        self.value += 1;
        Ok((self.show)(value).map(Some))
    }
}

/// What the whole numbers of a column, or its bytes, stand for.
#[derive(Clone, Copy)]
enum Meaning {
    Number,
    Unsigned32,
    Unsigned64,
    /// With so many digits behind the point.
    Decimal(u32),
    /// Since the beginning of 1970.
    Day,
    /// Since then, in so many parts of a second.
    Instant(i64),
    Uuid,
}

impl Meaning {
    fn of(column: &ColumnDescriptor) -> Meaning {
        let nanoseconds = |logical: &LogicalType| match logical {
            LogicalType::Timestamp(time) => matches!(time.unit, TimeUnit::NANOS),
            _ => false,
        };
        match column.converted_type() {
            ConvertedType::DECIMAL => Meaning::Decimal(column.type_scale().unsigned_abs()),
            ConvertedType::DATE => Meaning::Day,
            ConvertedType::TIMESTAMP_MILLIS => Meaning::Instant(1000),
            ConvertedType::TIMESTAMP_MICROS => Meaning::Instant(1_000_000),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 => Meaning::Unsigned32,
            ConvertedType::UINT_64 => Meaning::Unsigned64,
            _ if is_uuid(column) => Meaning::Uuid,
            _ if column.logical_type_ref().is_some_and(nanoseconds) => Meaning::Instant(1_000_000_000),
            _ => Meaning::Number,
        }
    }

    fn said(self, number: i64) -> Result<String, Fault> {
        Ok(match self {
            Meaning::Number | Meaning::Uuid => number.to_string(),
            Meaning::Unsigned32 => (number as u32).to_string(),
            Meaning::Unsigned64 => (number as u64).to_string(),
            Meaning::Decimal(digits) => decimal(number.into(), digits),
            Meaning::Day => time(number.saturating_mul(86_400), 0)?,
            Meaning::Instant(parts) => {
                time(number.div_euclid(parts), number.rem_euclid(parts) * (1_000_000_000 / parts))?
            }
        })
    }

    /// The same for at most 16 bytes, the most significant first.
    fn said_wide(self, bytes: &[u8]) -> String {
        let start = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
        let number = bytes.iter().fold(start, |number: i128, byte| number << 8 | i128::from(*byte));
        match self {
            Meaning::Decimal(digits) => decimal(number, digits),
            _ => {
                let hex = format!("{number:032x}");
                let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &hex[part]);
                parts.join("-")
            }
        }
    }
}

/// A number with its last `digits` behind a point.
fn decimal(number: i128, digits: u32) -> String {
    let digits = digits as usize;
    let all = format!("{:0>width$}", number.unsigned_abs(), width = digits + 1);
    let (whole, part) = all.split_at(all.len() - digits);
    let (sign, point) = (if number < 0 { "-" } else { "" }, if digits > 0 { "." } else { "" });
    format!("{sign}{whole}{point}{part}")
}

/// A day, and at another time than midnight that too, with no word of a zone.
fn time(seconds: i64, nanoseconds: i64) -> Result<String, Fault> {
    let instant = DateTime::from_timestamp(seconds, nanoseconds as u32);
    let instant = instant.ok_or_else(|| Fault::Row("a date that is out of range".into()))?.naive_utc();
    Ok(if instant.time() == NaiveTime::MIN { instant.date().to_string() } else { instant.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals() {
        let cases = [
            (35, 1, "3.5"),
            (-5, 2, "-0.05"),
            (7, 0, "7"),
            (0, 3, "0.000"),
            (i128::MIN, 38, "-1.70141183460469231731687303715884105728"),
        ];
        for (number, digits, text) in cases {
            assert_eq!(decimal(number, digits), text);
        }
    }

    #[test]
    fn numbers_by_their_meaning() {
        let said = |meaning: Meaning, number| meaning.said(number).ok();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(said(Meaning::Number, -4), text("-4"));
        assert_eq!(said(Meaning::Unsigned32, -1), text("4294967295"));
        assert_eq!(said(Meaning::Unsigned64, -1), text("18446744073709551615"));
        assert_eq!(said(Meaning::Day, -1), text("1969-12-31"));
        assert_eq!(said(Meaning::Instant(1_000_000_000), 1_715_731_200_000_000_000), text("2024-05-15"));
        assert_eq!(said(Meaning::Instant(1000), 1_715_731_201_500), text("2024-05-15 00:00:01.500"));
        for (meaning, number) in [
            (Meaning::Day, i64::MAX),
            (Meaning::Day, i64::from(i32::MAX)),
            (Meaning::Instant(1000), i64::MIN),
        ] {
            assert_eq!(said(meaning, number), None);
        }
    }

    #[test]
    fn wide_values() {
        assert_eq!(Meaning::Decimal(1).said_wide(&[0xFF, 0xDD]), "-3.5");
        assert_eq!(Meaning::Decimal(1).said_wide(&[0, 35]), "3.5");
        let bytes: Vec<u8> = (0xF0..=0xFF).collect();
        assert_eq!(Meaning::Uuid.said_wide(&bytes), "f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff");
        assert_eq!(Meaning::Uuid.said_wide(&[1]), "00000000-0000-0000-0000-000000000001");
    }
}
