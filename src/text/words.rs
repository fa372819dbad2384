//! Words: the units that the tagger labels and that carry letter case.

use std::ops::Range;

/// Letter case of a word, fed to the (uncased) encoder as its token type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Case {
    /// Lower case, digits, symbols, scripts without case.
    Lower = 0,
    /// First letter upper case, the rest lower; also a single upper-case letter.
    Capitalised = 1,
    /// Two or more letters, all upper case.
    Upper = 2,
    /// Upper-case letters elsewhere (`McDermott`), or letters with digits (`25K`).
    Mixed = 3,
}

impl Case {
    /// The case of a word.
    pub fn of(word: &str) -> Case {
        let (mut letters, mut upper, mut digits) = (0usize, 0usize, false);
        let mut first_upper = false;
        for c in word.chars() {
            if c.is_alphabetic() {
                let is_upper = c.is_uppercase();
                first_upper |= letters == 0 && is_upper;
                letters += 1;
                upper += usize::from(is_upper);
            } else if c.is_numeric() {
                digits = true;
            }
        }
        match (letters, upper, digits) {
            (0, _, _) => Case::Lower,
            (_, _, true) => Case::Mixed,
            (_, 0, _) => Case::Lower,
            (1, _, _) => Case::Capitalised,
            (n, u, _) if n == u => Case::Upper,
            (_, 1, _) if first_upper => Case::Capitalised,
            _ => Case::Mixed,
        }
    }
}

/// One word: a run of letters, digits and inner apostrophes; a possessive `'s`; or a single other symbol.
///
/// `Burwell's` and the spaced `Burwell 's` of treebanks both give `Burwell` and `'s`, so that a name's
/// span never includes its ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Bytes in the text that was split.
    pub range: Range<usize>,
    /// Its letter case.
    pub case: Case,
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x064B..=0x065F
        | 0x093A..=0x094F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Length in bytes of the `'s` that `text` begins with, if it is a word of its own.
fn possessive(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let apostrophe = chars.next().filter(|c| is_apostrophe(*c))?;
    chars.next().filter(|c| matches!(c, 's' | 'S'))?;
    match chars.next() {
        Some(c) if is_word_char(c) || is_apostrophe(c) => None,
        _ => Some(apostrophe.len_utf8() + 1),
    }
}

/// Splits `text` into words. White space is skipped; every other character is in exactly one word.
pub fn words(text: &str) -> Vec<Word> {
    let mut out = Vec::with_capacity(text.len() / 5);
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut end = start + c.len_utf8();
        if let Some(length) = possessive(&text[start..]) {
            end = start + length;
            chars.next();
        } else if is_word_char(c) {
            while let Some(&(at, next)) = chars.peek() {
                let inner_apostrophe = is_apostrophe(next)
                    && possessive(&text[at..]).is_none()
                    && text[at + next.len_utf8()..].chars().next().is_some_and(is_word_char);
                if !is_word_char(next) && !inner_apostrophe {
                    break;
                }
                chars.next();
                end = at + next.len_utf8();
            }
        }
        out.push(Word { range: start..end, case: Case::of(&text[start..end]) });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        words(text).into_iter().map(|w| &text[w.range]).collect()
    }

    #[test]
    fn apostrophes_inside_words_stay() {
        assert_eq!(
            split("Burwell's score isn’t ‘loud’."),
            ["Burwell", "'s", "score", "isn’t", "‘", "loud", "’", "."]
        );
        assert_eq!(
            split("AT&T—1880s (a far-off…)"),
            ["AT", "&", "T", "—", "1880s", "(", "a", "far", "-", "off", "…", ")"]
        );
    }

    #[test]
    fn possessives_are_words_of_their_own() {
        assert_eq!(split("Burwell 's and O'Brien’s"), ["Burwell", "'s", "and", "O'Brien", "’s"]);
        assert_eq!(split("'silence' 'S"), ["'", "silence", "'", "'S"]);
    }

    #[test]
    fn cases() {
        for (word, case) in [
            ("haunted", Case::Lower),
            ("1880", Case::Lower),
            ("A", Case::Capitalised),
            ("Baldwin", Case::Capitalised),
            ("U", Case::Capitalised),
            ("WWII", Case::Upper),
            ("McDermott", Case::Mixed),
            ("25K", Case::Mixed),
            ("Élan", Case::Capitalised),
            ("東京", Case::Lower),
        ] {
            assert_eq!(Case::of(word), case, "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_visible_character_is_in_one_word(text in any::<String>()) {
            let mut at = 0;
            for word in words(&text) {
                prop_assert!(text[at..word.range.start].chars().all(char::is_whitespace));
                prop_assert!(!word.range.is_empty());
                at = word.range.end;
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
