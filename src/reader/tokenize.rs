//! WordPiece over words that are split already, so that every token knows its word.

use std::collections::HashMap;
use std::path::Path;
use std::sync::RwLock;

use serde::Deserialize;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;

use super::Batch;
use crate::text::Word;

/// A sentence is cut after this many tokens, `[CLS]` and `[SEP]` included.
///
/// Twice what the longest sentence that the splitter lets through usually needs, half of what the encoder's
/// position embeddings would allow.
pub const MAX_TOKENS: usize = 256;

/// Words that are remembered, and the longest of them in bytes.
const KNOWN_WORDS: usize = 1 << 16;
const KNOWN_LENGTH: usize = 24;

/// A tokenizer that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    /// Not a tokenizer file.
    #[error("the tokenizer can't be read: {0}")]
    Parse(String),
    /// A special token is missing from the vocabulary.
    #[error("the tokenizer has no token {0}")]
    Missing(&'static str),
}

/// What is read of `tokenizer.json`: that of a BERT model and no other. Its other parts are not needed, since words come
/// one at a time, and the crate's parser of the whole file panics at some that are damaged.
#[derive(Deserialize)]
struct File {
    normalizer: Option<BertNormalizer>,
    pre_tokenizer: Option<BertPreTokenizer>,
    model: WordPiece,
}

/// The model's WordPiece tokenizer (`tokenizer.json` of Hugging Face).
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    /// Pieces of words seen before: half of all running words are a few hundred, and normalising costs far more than
    /// a look-up. Filled once and then left as it is, so that memory is bounded.
    known: RwLock<HashMap<Box<str>, Box<[u32]>>>,
    cls: u32,
    sep: u32,
    unknown: u32,
}

impl Tokenizer {
    /// Reads the JSON of a tokenizer.
    pub fn parse(json: &[u8]) -> Result<Tokenizer, TokenizerError> {
        let File { normalizer, pre_tokenizer, model } =
            serde_json::from_slice(json).map_err(|e| TokenizerError::Parse(e.to_string()))?;
        let mut inner = tokenizers::Tokenizer::new(model);
        inner.with_normalizer(normalizer);
        inner.with_pre_tokenizer(pre_tokenizer);
        let size = inner.get_vocab_size(false) as u32;
        if !(0..size).all(|id| inner.id_to_token(id).is_some()) {
            return Err(TokenizerError::Parse(format!("its {size} ids are not the numbers below {size}")));
        }
        let id = |token| inner.token_to_id(token).ok_or(TokenizerError::Missing(token));
        let (cls, sep, unknown) = (id("[CLS]")?, id("[SEP]")?, id("[UNK]")?);
        Ok(Tokenizer { inner, known: RwLock::default(), cls, sep, unknown })
    }

    /// Reads `tokenizer.json` of a model folder.
    pub fn open(path: &Path) -> Result<Tokenizer, TokenizerError> {
        let json =
            std::fs::read(path).map_err(|e| TokenizerError::Parse(format!("{}: {e}", path.display())))?;
        Tokenizer::parse(&json)
    }

    /// Number of ids; they run from 0.
    pub fn vocab_size(&self) -> usize {
        self.inner.get_vocab_size(false)
    }

    /// Appends the WordPiece ids of one word to `out`; a word that the normaliser empties is one unknown token.
    fn pieces(&self, word: &str, out: &mut Vec<u32>) {
        if let Ok(known) = self.known.read()
            && let Some(pieces) = known.get(word)
        {
            out.extend_from_slice(pieces);
            return;
        }
        // Published models learnt from plain quotes and dashes, and reviews use typographic ones.
        let plain: String = word.chars().map(plain).collect();
        let pieces = match self.inner.encode_fast(plain, false) {
            Ok(encoding) if !encoding.get_ids().is_empty() => encoding.get_ids().to_vec(),
            _ => vec![self.unknown],
        };
        out.extend_from_slice(&pieces);
        if word.len() <= KNOWN_LENGTH
            && let Ok(mut known) = self.known.write()
            && known.len() < KNOWN_WORDS
        {
            known.insert(word.into(), pieces.into());
        }
    }

    /// Adds a sentence of `text` to `batch`. Words past [`MAX_TOKENS`] are left out.
    pub fn push(&self, batch: &mut Batch, text: &str, words: &[Word]) {
        if batch.offsets.is_empty() {
            batch.offsets.push(0);
        }
        let start = batch.ids.len();
        let mut starts = Vec::with_capacity(words.len());
        batch.ids.push(self.cls);
        batch.types.push(0);
        for word in words {
            let at = batch.ids.len();
            self.pieces(&text[word.range.clone()], &mut batch.ids);
            if batch.ids.len() - start + 1 > MAX_TOKENS {
                batch.ids.truncate(at);
                break;
            }
            starts.push((at - start) as u32);
            batch.types.resize(batch.ids.len(), word.case as u8);
        }
        batch.ids.push(self.sep);
        batch.types.push(0);
        batch.words.push(starts);
        batch.offsets.push(batch.ids.len());
    }
}

fn plain(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '`' | '´' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' => '-',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::reader::Model;

    /// The model's file with one change.
    fn altered(change: impl FnOnce(&mut Value)) -> Result<Tokenizer, TokenizerError> {
        let mut file = serde_json::from_slice(&Model::embedded().tokenizer).unwrap();
        change(&mut file);
        Tokenizer::parse(file.to_string().as_bytes())
    }

    #[test]
    fn files_of_other_kinds_are_refused_and_parts_that_are_not_read_do_not_matter() {
        assert_eq!(altered(|_| {}).unwrap().vocab_size(), 30_522);
        // The crate would panic at this one.
        assert!(altered(|file| file["decoder"] = json!({"type": 1})).is_ok());
        let told = |change: fn(&mut Value)| altered(change).err().unwrap().to_string();
        assert!(told(|file| file["model"]["type"] = json!("BPE")).contains("BPE"));
        assert!(told(|file| file["normalizer"] = json!({"type": "NFC"})).contains("clean_text"));
        assert!(told(|file| file["model"]["vocab"]["[CLS]"] = json!(u32::MAX)).contains("30522 ids"));
        let lacking = |file: &mut Value| drop(file["model"]["vocab"].as_object_mut().unwrap().remove("the"));
        assert!(told(lacking).contains("ids"));
    }
}
