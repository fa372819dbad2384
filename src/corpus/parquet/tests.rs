use std::io::Write;
use std::sync::atomic::Ordering;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::*;

const SCHEMA: &str = "message reviews {
    optional int64 review_id;
    optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
    optional binary Review (STRING);
    optional double stars;
    optional int32 date (DATE);
    required binary film;
}";

/// A review's id, its text, its stars, the day since 1970, and its film.
type Said = (i64, Option<&'static str>, Option<f64>, Option<i32>, &'static [u8]);

const REVIEWS: [Said; 4] = [
    (7, Some("Fine, and “fine” again."), Some(3.5), Some(10_000), b"The Lamp"),
    (8, None, None, None, b"The Lamp"),
    (9, Some(" "), Some(4.0), None, b""),
    (10, Some("Dull."), Some(1.0), Some(0), b"\xFF"),
];

/// A file of the reviews, so many to a row group.
fn written(reviews: &[Said], rows: usize, packing: Compression) -> Vec<u8> {
    written_as(reviews, rows, WriterProperties::builder().set_compression(packing).build())
}

fn written_as(reviews: &[Said], rows: usize, properties: WriterProperties) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let text = |text: &str| ByteArray::from(text);
    for reviews in reviews.chunks(rows) {
        let mut group = writer.next_row_group().unwrap();
        let mut column = 0;
        while let Some(mut out) = group.next_column().unwrap() {
            match column {
                0 => write::<Int64Type>(&mut out, reviews.iter().map(|r| Some(r.0)), 1),
                1 => write::<ByteArrayType>(&mut out, reviews.iter().map(|_| Some(text("tag"))), 3),
                2 => write::<ByteArrayType>(&mut out, reviews.iter().map(|r| r.1.map(text)), 1),
                3 => write::<DoubleType>(&mut out, reviews.iter().map(|r| r.2), 1),
                4 => write::<Int32Type>(&mut out, reviews.iter().map(|r| r.3), 1),
                _ => write::<ByteArrayType>(
                    &mut out,
                    reviews.iter().map(|r| Some(ByteArray::from(r.4.to_vec()))),
                    0,
                ),
            }
            out.close().unwrap();
            column += 1;
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

/// Writes a column whose values have the definition level `level` where there is one.
fn write<T: parquet::data_type::DataType>(
    out: &mut SerializedColumnWriter,
    values: impl Iterator<Item = Option<T::T>> + Clone,
    level: i16,
) {
    let levels: Vec<i16> = values.clone().map(|value| if value.is_some() { level } else { 0 }).collect();
    let repeated = vec![0; levels.len()];
    let values: Vec<T::T> = values.flatten().collect();
    out.typed::<T>().write_batch(&values, Some(&levels), Some(&repeated)).unwrap();
}

fn open(bytes: &[u8], columns: &Columns) -> Result<ParquetRows, Fault> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    ParquetRows::new(file, columns, Arc::default(), "films.parquet")
}

/// Texts and reasons (after `!`, those of a file's rest after `!!`); at most a hundred.
fn read(bytes: &[u8]) -> Vec<String> {
    let rows = match open(bytes, &Columns::default()) {
        Ok(rows) => rows,
        Err(fault) => return vec![reason(fault)],
    };
    rows.take(100).map(|row| row.map_or_else(reason, |fields| fields.text)).collect()
}

fn reason(fault: Fault) -> String {
    match fault {
        Fault::Row(reason) => format!("!{reason}"),
        Fault::Rest(reason) => format!("!!{reason}"),
        Fault::Stop(error) => error.to_string(),
    }
}

#[test]
fn rows_come_back_whatever_packs_them() {
    let expected = ["Fine, and “fine” again.", "!no text", "!no text", "!invalid bytes: not UTF-8"];
    for packing in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ] {
        for rows in [1, 3, 4] {
            assert_eq!(read(&written(&REVIEWS, rows, packing)), expected, "{packing:?} {rows}");
        }
    }
    assert_eq!(read(&written(&[], 1, Compression::SNAPPY)), [""; 0]);
}

#[test]
fn values_go_to_their_roles() {
    let counter = Arc::new(AtomicU64::new(0));
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&written(&REVIEWS, 4, Compression::SNAPPY)).unwrap();
    let mut rows = ParquetRows::new(file, &Columns::default(), counter.clone(), "films.parquet").unwrap();
    let some = |said: &str| Some(said.to_owned());
    let expected = Fields {
        id: some("7"),
        film: some("The Lamp"),
        critic: None,
        outlet: None,
        date: some("1997-05-19"),
        rating: some("3.5"),
        text: "Fine, and “fine” again.".into(),
    };
    assert_eq!(rows.next().unwrap().unwrap(), expected);
    assert!(counter.load(Ordering::Relaxed) > 100);
}

#[test]
fn a_day_that_no_calendar_has_rejects_its_row() {
    let mut reviews = REVIEWS;
    reviews[0].3 = Some(i32::MAX);
    reviews[3].4 = b"Heron";
    let read = read(&written(&reviews, 4, Compression::SNAPPY));
    assert_eq!(read, ["!a date that is out of range", "!no text", "!no text", "Dull."]);
}

#[test]
fn a_column_for_two_roles() {
    let columns = Columns { film: Some("film".into()), critic: Some("film".into()), ..Default::default() };
    let fields = open(&written(&REVIEWS, 4, Compression::SNAPPY), &columns).unwrap().next().unwrap().unwrap();
    assert_eq!((fields.film.as_deref(), fields.critic.as_deref()), (Some("The Lamp"), Some("The Lamp")));
}

#[test]
fn what_unpacks_without_bound_is_not_read() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&written(&REVIEWS, 4, Compression::SNAPPY)).unwrap();
    let column = metadata(&file).unwrap().row_group(0).column(2).clone();
    let packed = |packing| {
        let column = column.clone().into_builder().set_compression(packing).build().unwrap();
        Pages::new(Arc::new(file.try_clone().unwrap()), &column, 4, MOST_TEXTS, Arc::default()).err()
    };
    assert!(packed(Compression::SNAPPY).is_none());
    for (packing, name) in [
        (Compression::GZIP(Default::default()), "GZIP"),
        (Compression::LZ4, "LZ4"),
        (Compression::LZO, "LZO"),
    ] {
        let told = packed(packing).unwrap().to_string();
        assert!(
            told.ends_with(&format!("columns packed with {name} are not read; Snappy, zstd and raw LZ4 are")),
            "{told}"
        );
    }
}

#[test]
fn columns_that_are_not_there() {
    let bytes = written(&REVIEWS, 4, Compression::SNAPPY);
    let stop = |columns| reason(open(&bytes, &columns).err().unwrap());
    let wanted = Columns { critic: Some("byline".into()), ..Default::default() };
    let all = "the columns are: review_id, Review, stars, date, film";
    assert_eq!(stop(wanted), format!("films.parquet: no column \"byline\" for --critic-column; {all}"));
    // A list is no text.
    let wanted = Columns { text: Some("tags".into()), ..Default::default() };
    assert_eq!(stop(wanted), format!("films.parquet: no column \"tags\" for --text-column; {all}"));
    let named = Columns { text: Some("film".into()), ..Default::default() };
    assert_eq!(open(&bytes, &named).unwrap().next().unwrap().unwrap().text, "The Lamp");
}

#[test]
fn what_is_no_such_file_is_said_to_be_none() {
    let told = |bytes: &[u8]| read(bytes).join("|");
    let start = "!!the Parquet file cannot be read on from here: ";
    assert_eq!(told(b""), format!("{start}it is too short"));
    assert_eq!(
        told(b"id,text\n1,A film.\n"),
        format!("{start}it does not end as one, so it is none or cut off")
    );
    let bytes = written(&REVIEWS, 4, Compression::SNAPPY);
    assert!(told(&bytes[..bytes.len() - 1]).ends_with("cut off"));
    let mut large = bytes.clone();
    let end = large.len();
    large[end - 5] = 0x7F;
    assert_eq!(told(&large), format!("{start}the description of its columns is larger than 4 MiB"));
}

#[test]
fn large_pages_are_not_read() {
    let bytes = written(&REVIEWS, 4, Compression::UNCOMPRESSED);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let metadata = metadata(&file).unwrap();
    let group = metadata.row_group(0);
    let first = |column: usize, most: usize| {
        let file = Arc::new(file.try_clone().unwrap());
        let pages = Pages::new(file, group.column(column), 4, most, Arc::default()).unwrap();
        pages.rest().unwrap().get_next_page()
    };
    // That of texts, and that of films, which are seven bytes and more; the first page has the different values.
    for column in [2, 5] {
        assert!(first(column, 100).unwrap().is_some());
        assert_eq!(
            first(column, 5).unwrap_err().to_string(),
            damaged("a page larger than 0 MiB").to_string()
        );
    }
}

#[test]
fn a_large_page_goes_before_the_next_one_comes() {
    for different in [true, false] {
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(different)
            .set_data_page_row_count_limit(2)
            .set_write_batch_size(2);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&written_as(&REVIEWS[..3], 3, properties.build())).unwrap();
        let metadata = metadata(&file).unwrap();
        let column = metadata.row_group(0).column(2);
        // Pages of more than eight bytes are large.
        let pages = Pages::new(Arc::new(file), column, 3, 64, Arc::default()).unwrap();
        let mut cells = values::open(column.column_descr_ptr(), pages.clone()).unwrap();
        let texts: Vec<Option<String>> = (0..3).map(|_| cells.next().unwrap().ok().unwrap()).collect();
        assert_eq!(texts, REVIEWS[..3].iter().map(|review| review.1.map(str::to_owned)).collect::<Vec<_>>());
        assert!(cells.next().is_err());
        assert_eq!(pages.last().unwrap(), pages::Last { values: 1, large: true });
    }
}

#[test]
fn pages_that_may_claim_any_number_of_values_are_not_read() {
    for encoding in [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY] {
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_column_encoding("Review".into(), encoding);
        let read = read(&written_as(&REVIEWS, 4, properties.build()));
        assert_eq!(read.len(), 1);
        assert!(read[0].ends_with(&format!("texts in the encoding {encoding} are not read")), "{read:?}");
    }
    // A dictionary of four billion values in a few bytes: the number is behind the sizes, and those are as they were.
    let mut bytes = written(&REVIEWS[..1], 1, Compression::UNCOMPRESSED);
    let one = b"\x4C\x15\x02\x15\x00";
    let at = bytes.windows(one.len()).position(|window| window == one).unwrap();
    bytes.splice(at..at + one.len(), *b"\x4C\x15\xFE\xFF\xFF\xFF\x0F\x15\x00");
    assert!(
        read(&bytes)[0].ends_with("a dictionary has fewer values than it says, or too many"),
        "{:?}",
        read(&bytes)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_damage_is_survived(at in any::<prop::sample::Index>(), flip in 1u8.., cut in any::<prop::sample::Index>()) {
        for packing in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
            let mut bytes = written(&REVIEWS, 2, packing);
            let place = at.index(bytes.len());
            bytes[place] ^= flip;
            let rows = read(&bytes);
            // No row is lost without a word; a column by another name ends the run.
            let told = |last: &String| last.starts_with("!!") || last.starts_with("films.parquet: no text column");
            prop_assert!(rows.len() == REVIEWS.len() || rows.last().is_some_and(told), "{rows:?}");
            bytes.truncate(cut.index(bytes.len()));
            prop_assert!(read(&bytes)[0].starts_with("!!"));
        }
    }
}
