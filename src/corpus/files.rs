//! What tells the inputs of one run from those of another without reading them.

use std::fs;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::format::Format;
use super::inputs::{File, Input, sidecar};

/// The inputs of a run as they were found at its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// How many there are; standard input is one.
    pub count: u64,
    /// SHA-256, hexadecimal, of their paths, sizes and times of change, in order, sidecars included. Of standard
    /// input nothing is known but that it is read.
    pub sha256: String,
}

impl Files {
    pub(super) fn of(inputs: &[Input]) -> Self {
        let mut hash = Sha256::new();
        for input in inputs {
            match input {
                Input::Stdin => hash.update(b"-\0"),
                Input::File(file) => {
                    hash.update(file.path.as_os_str().as_encoded_bytes());
                    hash.update(b"\0");
                    hash.update(state(file.size, file.modified));
                    hash.update(beside(file));
                }
            }
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { count: inputs.len() as u64, sha256 }
    }
}

/// The state of the sidecar of a text file; zeros where there is none.
fn beside(file: &File) -> [u8; 24] {
    let metadata = (file.format == Format::Text).then(|| fs::metadata(sidecar(&file.path)).ok()).flatten();
    metadata.map_or([0; 24], |metadata| state(metadata.len(), metadata.modified().ok()))
}

/// Size and time of change as bytes of a fixed number.
fn state(size: u64, modified: Option<SystemTime>) -> [u8; 24] {
    let since = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&size.to_le_bytes());
    bytes[8..].copy_from_slice(&since.map_or(0, |since| since.as_nanos()).to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::super::inputs::find;
    use super::*;

    fn files(dir: &Path, names: &[&str]) -> Files {
        let inputs: Vec<_> = names.iter().map(|name| dir.join(name)).collect();
        Files::of(&find(&inputs, None).unwrap())
    }

    #[test]
    fn order_size_time_and_sidecar_tell() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        for name in ["a.csv", "b.txt"] {
            fs::write(dir.join(name), "text\nfine\n").unwrap();
        }
        let first = files(dir, &["a.csv", "b.txt"]);
        assert_eq!((first.count, &first), (2, &files(dir, &["a.csv", "b.txt"])));
        assert_ne!(first, files(dir, &["b.txt", "a.csv"]));
        fs::write(dir.join("b.meta.json"), "{}").unwrap();
        let described = files(dir, &["a.csv", "b.txt"]);
        assert_ne!(first, described);
        let table = fs::File::options().write(true).open(dir.join("a.csv")).unwrap();
        table.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(9)).unwrap();
        assert_ne!(described, files(dir, &["a.csv", "b.txt"]));
    }
}
