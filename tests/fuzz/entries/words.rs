//! Words, their letter case, and how the tokenizer's pieces lie on them.

use std::sync::LazyLock;

use critique::reader::{Batch, MAX_TOKENS, Model, Tokenizer};
use critique::text::{Case, Document, words};

static TOKENIZER: LazyLock<Tokenizer> =
    LazyLock::new(|| Tokenizer::parse(&Model::embedded().tokenizer).expect("the model's tokenizer"));

pub fn run(bytes: &[u8]) {
    let given = String::from_utf8_lossy(bytes);
    let mut at = 0;
    for word in words(&given) {
        assert!(given[at..word.range.start].chars().all(char::is_whitespace));
        assert_eq!(word.case, Case::of(&given[word.range.clone()]));
        assert!(!word.range.is_empty());
        at = word.range.end;
    }
    assert!(given[at..].chars().all(char::is_whitespace));

    let document = Document::parse(&given);
    let mut batch = Batch::default();
    for (index, sentence) in document.sentences.iter().enumerate() {
        let before = batch.ids.len();
        TOKENIZER.push(&mut batch, &document.text, &sentence.words);
        let length = batch.ids.len() - before;
        assert!((2..=MAX_TOKENS).contains(&length), "{length} tokens");
        assert_eq!((batch.types.len(), batch.offsets.last()), (batch.ids.len(), Some(&batch.ids.len())));
        assert!(batch.ids.iter().all(|id| (*id as usize) < TOKENIZER.vocab_size()));
        // Pieces begin where their word does, one word behind the other, and bear its case.
        let starts = &batch.words[index];
        assert!(starts.len() <= sentence.words.len());
        let ends = starts.iter().skip(1).copied().chain([length as u32 - 1]);
        let mut expected = 1;
        for ((start, end), word) in starts.iter().zip(ends).zip(&sentence.words) {
            assert!(*start == expected && *start < end);
            expected = end;
            let types = &batch.types[before + *start as usize..before + end as usize];
            assert!(types.iter().all(|case| *case == word.case as u8));
        }
    }
}
