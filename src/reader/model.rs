//! The files of a model, from inside the binary or from a folder.

use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A model that can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// One of its files.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that is not the one that the sums are of.
    #[error("{}: altered or cut short, its SHA-256 is not that in {SUMS}; get the model again", .path.display())]
    Altered {
        /// The file.
        path: PathBuf,
    },
    /// A file that no model has.
    #[error("{}: larger than {most} bytes", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The bound.
        most: u64,
    },
}

/// Bounds on the files' sizes, far above any model of this architecture.
const MOST_WEIGHTS: u64 = 4 << 30;
const MOST_OTHER: u64 = 64 << 20;

/// A file beside a model's with their SHA-256, in the form of the command `sha256sum`; it may be missing.
const SUMS: &str = "SHA256SUMS";

/// The four files of a model.
pub struct Model {
    /// A name for reports: `embedded`, or the folder.
    pub name: String,
    /// `model.safetensors`: encoder and heads.
    pub weights: Cow<'static, [u8]>,
    /// `config.json`: the encoder's shape.
    pub config: Cow<'static, [u8]>,
    /// `tokenizer.json`: WordPiece.
    pub tokenizer: Cow<'static, [u8]>,
    /// `frequencies.tsv`: in how many reviews a word stands.
    pub frequencies: Cow<'static, [u8]>,
}

impl Model {
    /// The model inside the binary.
    pub fn embedded() -> Model {
        Model {
            name: "embedded".to_string(),
            weights: Cow::Borrowed(include_bytes!("../../models/model.safetensors")),
            config: Cow::Borrowed(include_bytes!("../../models/config.json")),
            tokenizer: Cow::Borrowed(include_bytes!("../../models/tokenizer.json")),
            frequencies: Cow::Borrowed(include_bytes!("../../models/frequencies.tsv")),
        }
    }

    /// Reads a model folder. Only `frequencies.tsv` may be missing: the embedded one stands in. Where there is a
    /// file `SHA256SUMS`, as [`Model::seal`] and the command `sha256sum` write it, files that it names are checked.
    ///
    /// # Errors
    /// A file that can't be read, is too large for a model, or is not the one that its sum is of.
    pub fn open(folder: &Path) -> Result<Model, ModelError> {
        let file = |name: &str, most| read_bounded(folder.join(name), most).map(Cow::Owned);
        let frequencies = match file("frequencies.tsv", MOST_OTHER) {
            Err(ModelError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Model::embedded().frequencies
            }
            other => other?,
        };
        let model = Model {
            name: folder.display().to_string(),
            weights: file("model.safetensors", MOST_WEIGHTS)?,
            config: file("config.json", MOST_OTHER)?,
            tokenizer: file("tokenizer.json", MOST_OTHER)?,
            frequencies,
        };
        match read_bounded(folder.join(SUMS), MOST_OTHER) {
            Err(ModelError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Ok(model)
            }
            sums => model.checked(folder, &String::from_utf8_lossy(&sums?)),
        }
    }

    /// The same model, if its files are those that the sums are of.
    fn checked(self, folder: &Path, sums: &str) -> Result<Model, ModelError> {
        for line in sums.lines() {
            let Some((sum, name)) = line.split_once([' ', '\t']) else { continue };
            let name = name.trim_start_matches([' ', '*']).trim_end();
            let altered = |bytes: &&[u8]| !hex(&Sha256::digest(bytes)).eq_ignore_ascii_case(sum);
            if self.files().find(|(own, _)| *own == name).is_some_and(|(_, bytes)| altered(&bytes)) {
                return Err(ModelError::Altered { path: folder.join(name) });
            }
        }
        Ok(self)
    }

    /// Writes `SHA256SUMS` for the files of a model folder, so that one that is altered later is found out.
    ///
    /// # Errors
    /// A file that can't be read or written.
    pub fn seal(folder: &Path) -> Result<(), ModelError> {
        let path = folder.join(SUMS);
        let written = match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(source),
            _ => {
                let model = Model::open(folder)?;
                let line =
                    |(name, bytes): (&str, &[u8])| format!("{}  {name}\n", hex(&Sha256::digest(bytes)));
                std::fs::write(&path, model.files().map(line).collect::<String>())
            }
        };
        written.map_err(|source| ModelError::File { path, source })
    }

    /// The files with their names in a folder.
    fn files(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        [
            ("model.safetensors", &*self.weights),
            ("config.json", &*self.config),
            ("tokenizer.json", &*self.tokenizer),
            ("frequencies.tsv", &*self.frequencies),
        ]
        .into_iter()
    }

    /// SHA-256 of the four files, one after the other, in hexadecimal.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for (_, bytes) in self.files() {
            hash.update(bytes);
        }
        hex(&hash.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_bounded(path: PathBuf, most: u64) -> Result<Vec<u8>, ModelError> {
    let mut bytes = Vec::new();
    let result = std::fs::File::open(&path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    match result {
        Err(source) => Err(ModelError::File { path, source }),
        Ok(read) if read as u64 > most => Err(ModelError::TooLarge { path, most }),
        Ok(_) => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_sealed_model_cannot_be_altered() {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in Model::embedded().files().filter(|(name, _)| *name != "frequencies.tsv") {
            fs::write(dir.path().join(name), &bytes[..bytes.len().min(999)]).unwrap();
        }
        Model::open(dir.path()).map(drop).unwrap();
        Model::seal(dir.path()).unwrap();
        Model::seal(dir.path()).unwrap();
        let model = Model::open(dir.path()).unwrap();
        let sums = fs::read_to_string(dir.path().join(SUMS)).unwrap();
        assert_eq!(sums.lines().count(), 4);
        assert!(
            sums.lines().any(|line| line == format!("{}  config.json", hex(&Sha256::digest(&model.config))))
        );
        let weights = dir.path().join("model.safetensors");
        fs::write(&weights, &model.weights[..998]).unwrap();
        let error = Model::open(dir.path()).map(drop).unwrap_err();
        assert!(matches!(&error, ModelError::Altered { path } if *path == weights), "{error}");
        fs::write(dir.path().join(SUMS), sums.replace("model.safetensors", "other") + "\nno sum\n").unwrap();
        Model::open(dir.path()).map(drop).unwrap();
    }

    #[test]
    fn the_model_that_ships_is_sealed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let sums = fs::read_to_string(folder.join(SUMS)).unwrap();
        let line = |(name, bytes): (&str, &[u8])| format!("{}  {name}\n", hex(&Sha256::digest(bytes)));
        let now: String = Model::embedded().files().map(line).collect();
        assert_eq!(
            sums, now,
            "after a change: cd models && sha256sum model.safetensors config.json tokenizer.json frequencies.tsv > {SUMS}"
        );
    }
}
