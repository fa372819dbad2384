//! Deflate and base64: the form in which data that is large stands in the page.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;

/// What the compressor may still hold back when it is asked how much it has written.
const HELD: usize = 64 << 10;

/// JSON as base64 of raw deflate, which a browser undoes with `DecompressionStream("deflate-raw")`.
pub(super) fn pack(value: &Value) -> String {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    serde_json::to_writer(&mut packed, value).expect("memory takes all");
    STANDARD.encode(packed.finish().expect("memory takes all"))
}

/// A JSON array that is packed as it grows.
#[derive(Debug)]
pub(super) struct PackedArray {
    packed: DeflateEncoder<Vec<u8>>,
    items: usize,
    /// Of base64.
    most: usize,
}

impl PackedArray {
    /// An array of about `most` bytes of base64 at most.
    pub(super) fn new(most: usize) -> Self {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
        packed.write_all(b"[").expect("memory takes all");
        Self { packed, items: 0, most: most.saturating_sub(HELD) }
    }

    /// Adds an item, as JSON, where there is room for it even if it does not pack; gives its place.
    pub(super) fn add(&mut self, json: &str) -> Option<usize> {
        let written = usize::try_from(self.packed.total_out()).unwrap_or(usize::MAX);
        // What came in since a block was written out is not counted yet; it packs to half at worst for text.
        if written.saturating_mul(4) / 3 + json.len() / 2 > self.most {
            return None;
        }
        let comma: &[u8] = if self.items == 0 { b"" } else { b"," };
        self.packed.write_all(comma).and_then(|()| self.packed.write_all(json.as_bytes())).ok()?;
        self.items += 1;
        Some(self.items - 1)
    }

    /// The base64, and how many items it has.
    pub(super) fn finish(mut self) -> (String, usize) {
        self.packed.write_all(b"]").expect("memory takes all");
        (STANDARD.encode(self.packed.finish().expect("memory takes all")), self.items)
    }
}

#[cfg(test)]
pub(super) fn unpack(base64: &str) -> Value {
    let bytes = STANDARD.decode(base64).unwrap();
    serde_json::from_reader(flate2::read::DeflateDecoder::new(&*bytes)).unwrap()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let value = json!({"a": ["</script>", 1.5, null]});
        let packed = pack(&value);
        assert!(packed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)));
        assert_eq!(unpack(&packed), value);
        assert_eq!(unpack(&PackedArray::new(0).finish().0), json!([]));
    }

    #[test]
    fn an_array_stops_at_its_size() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut array = PackedArray::new(300_000);
        let items: Vec<String> = (0..2000)
            .map(|_| format!("\"{}\"", (0..500).map(|_| random.alphanumeric()).collect::<String>()))
            .collect();
        let taken = items.iter().map_while(|item| array.add(item)).count();
        let (packed, count) = array.finish();
        assert_eq!(count, taken);
        assert!(packed.len() <= 300_000 && packed.len() > 200_000, "{}", packed.len());
        assert_eq!(unpack(&packed).as_array().unwrap().len(), taken);
    }
}
