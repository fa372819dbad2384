//! Thrift's compact protocol, in which a Parquet file describes itself and its pages.
//!
//! The crate makes room for what a description announces, and passes over what it does not know without a look at how much
//! there is. So descriptions are walked through first, in a time that grows with their bytes alone.

/// How deep lists and structs may lie in each other; Parquet's own go down to 8 or so.
const DEEPEST: usize = 24;

/// How deep the groups of a schema may lie in each other.
const DEEPEST_GROUP: usize = 32;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;

/// A struct that can be parsed: all that it announces is there, and no field is given twice.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Description {
    /// Its bytes.
    pub length: usize,
    /// Its own fields that are 32-bit numbers, by their ids.
    numbers: Vec<(i64, i32)>,
    /// The structs in the list that is its second field (of a file's description, the schema's elements), as the number
    /// that is their fifth field (their children).
    children: Vec<i32>,
}

impl Description {
    /// Walks through the struct that `bytes` begin with; `None` where it is damaged or goes on behind them.
    pub fn read(bytes: &[u8]) -> Option<Description> {
        let mut walk = Walk { rest: bytes, found: Description::default() };
        walk.fields(0, Place::Outermost)?;
        let length = bytes.len() - walk.rest.len();
        Some(Description { length, ..walk.found })
    }

    /// The number in one of its own fields.
    pub fn number(&self, id: i64) -> Option<i32> {
        self.numbers.iter().find(|(field, _)| *field == id).map(|(_, number)| *number)
    }

    /// Whether the elements of a schema are a tree, and no deep one.
    pub fn has_schema(&self) -> bool {
        let mut open: Vec<i32> = Vec::new();
        for (place, &children) in self.children.iter().enumerate() {
            while open.pop_if(|left| *left == 0).is_some() {}
            match open.last_mut() {
                Some(left) => *left -= 1,
                None if place == 0 => {}
                None => return false,
            }
            open.push(children);
            if !(0..self.children.len() as i64).contains(&children.into()) || open.len() > DEEPEST_GROUP {
                return false;
            }
        }
        open.iter().all(|left| *left == 0)
    }
}

/// What a struct is to the one that is described.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Outermost,
    Schema,
    Other,
}

struct Walk<'a> {
    rest: &'a [u8],
    found: Description,
}

impl Walk<'_> {
    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let zigzag = self.unsigned()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    /// The fields of a struct, up to their end.
    fn fields(&mut self, depth: usize, place: Place) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let mut last = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let id = match i64::from(head >> 4) {
                0 => self.signed()?,
                step => last + step,
            };
            // Writers have them in their order; the crate would take the later of two.
            if id <= last || id > i16::MAX.into() {
                return None;
            }
            last = id;
            match head & 0x0F {
                // The value is in the kind.
                TRUE | FALSE => {}
                I32 => {
                    let number = i32::try_from(self.signed()?).ok()?;
                    match place {
                        Place::Outermost => self.found.numbers.push((id, number)),
                        Place::Schema if id == 5 => *self.found.children.last_mut()? = number,
                        _ => {}
                    }
                }
                LIST if place == Place::Outermost && id == 2 => self.list(depth, Place::Schema)?,
                kind => self.value(kind, depth)?,
            }
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            BYTE => self.skip(1),
            I16 | I32 | I64 => self.unsigned().map(|_| ()),
            DOUBLE => self.skip(8),
            BINARY => {
                let length = self.unsigned()?;
                self.skip(length)
            }
            LIST | SET => self.list(depth, Place::Other),
            STRUCT => self.fields(depth + 1, Place::Other),
            // Parquet has neither maps nor, in what is read here, lists of truth values.
            _ => None,
        }
    }

    fn list(&mut self, depth: usize, place: Place) -> Option<()> {
        let head = self.byte()?;
        let count = match u64::from(head >> 4) {
            15 => self.unsigned()?,
            count => count,
        };
        // Every element takes a byte or more.
        if depth > DEEPEST || count > self.rest.len() as u64 {
            return None;
        }
        for _ in 0..count {
            match head & 0x0F {
                STRUCT => {
                    if place == Place::Schema {
                        self.found.children.push(0);
                    }
                    self.fields(depth + 1, place)?;
                }
                kind => self.value(kind, depth + 1)?,
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_header_says_its_sizes() {
        let header = Description::read(
            b"\x15\x04\x15\x80\x02\x15\xFE\xFF\xFF\xFF\x0F\x4C\x15\x02\x15\x00\x12\x00\x00rest",
        )
        .unwrap();
        assert_eq!([1, 2, 3, 7].map(|id| header.number(id)), [Some(2), Some(128), Some(i32::MAX), None]);
        assert_eq!(header.length, 19);
    }

    #[test]
    fn what_announces_more_than_there_is_is_damaged() {
        for damaged in [
            &b""[..],
            b"\x15",
            b"\x15\x80",
            // No end.
            b"\x15\x00",
            // A field twice, by its own id and with a step of none.
            b"\x15\x00\x05\x02\x08\x00",
            // A number of more than 32 bits.
            b"\x15\x80\x80\x80\x80\x40\x00",
            // A list of two billion, of numbers and of truth values; a map; a text.
            b"\x19\xF5\xFF\xFF\xFF\xFF\x07\x00",
            b"\x19\xF1\xFF\xFF\xFF\xFF\x07\x00",
            b"\x19\x11\x01\x00",
            b"\x1B\x01\x55\x00\x00\x00",
            b"\x18\xFF\xFF\xFF\xFF\x0Fa\x00",
        ] {
            assert_eq!(Description::read(damaged), None, "{damaged:?}");
        }
        // Structs in structs.
        assert_eq!(Description::read(&[&[0x1C; 1000][..], &[0; 1001]].concat()), None);
        assert!(Description::read(&[&[0x1C; 5][..], &[0; 6]].concat()).is_some());
    }

    #[test]
    fn schemas_are_trees() {
        let schema = |children: &[i32]| Description { children: children.to_vec(), ..Description::default() };
        for tree in [&[1, 0][..], &[2, 0, 0], &[2, 1, 0, 0], &[0]] {
            assert!(schema(tree).has_schema(), "{tree:?}");
        }
        let deep = [vec![1; 100], vec![0]].concat();
        for none in [&[1][..], &[1, 0, 0], &[i32::MAX, 0], &[-1], &[2, 0], &deep] {
            assert!(!schema(none).has_schema(), "{none:?}");
        }
    }
}
