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

    /// Reads a model folder. Only `frequencies.tsv` may be missing: the embedded one stands in.
    ///
    /// # Errors
    /// A file that can't be read, or is too large for a model.
    pub fn open(folder: &Path) -> Result<Model, ModelError> {
        let file = |name: &str, most| read_bounded(folder.join(name), most).map(Cow::Owned);
        let frequencies = match file("frequencies.tsv", MOST_OTHER) {
            Err(ModelError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Model::embedded().frequencies
            }
            other => other?,
        };
        Ok(Model {
            name: folder.display().to_string(),
            weights: file("model.safetensors", MOST_WEIGHTS)?,
            config: file("config.json", MOST_OTHER)?,
            tokenizer: file("tokenizer.json", MOST_OTHER)?,
            frequencies,
        })
    }

    /// SHA-256 of the four files, one after the other, in hexadecimal.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for file in [&self.weights, &self.config, &self.tokenizer, &self.frequencies] {
            hash.update(file);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
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
