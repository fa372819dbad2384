//! Text cells of CSV files, made safe for spreadsheets.

use std::borrow::Cow;

/// A text cell as it is written to a CSV file.
///
/// Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` (also in their full-width forms) for a
/// formula, and skip control characters before one. Such a cell gets a leading apostrophe, which
/// spreadsheets read as "this is text". Control characters other than tab and line feed are removed.
/// The rule is that of OWASP, "CSV Injection". Quoting of commas and quotes is the CSV writer's.
pub fn cell(text: &str) -> Cow<'_, str> {
    let risky = text.starts_with(|first: char| {
        matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') || first.is_control()
    });
    if !risky && !text.contains(unwanted) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|&letter| !unwanted(letter));
    Cow::Owned(risky.then_some('\'').into_iter().chain(kept).collect())
}

fn unwanted(letter: char) -> bool {
    letter.is_control() && letter != '\t' && letter != '\n'
}

/// Whether a text is a number as JSON writes it, without an exponent: `4`, `-2`, `3.50`.
pub(super) fn is_plain_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    // Beyond 15 digits a number would not come out of a float as it went in.
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0')) && text.len() <= 15
}

/// A rating as it is written to a CSV file: plain numbers stay numbers, all else is a text cell.
pub(super) fn rating_cell(rating: &str) -> Cow<'_, str> {
    if is_plain_number(rating) { Cow::Borrowed(rating) } else { cell(rating) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_get_an_apostrophe() {
        for (given, written) in [
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-", "'-"),
            ("@home", "'@home"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'=1"),
            ("\0=1", "'=1"),
            ("\n", "'\n"),
            ("＝1+1", "'＝1+1"),
        ] {
            assert_eq!(cell(given), written);
        }
    }

    #[test]
    fn plain_text_is_left_alone() {
        for text in ["", "Rust", "8½", "Face/Off", "a=b", "two\nlines", "1-2", "’Round Midnight"] {
            assert_eq!(cell(text), text);
        }
        assert_eq!(cell("Al\0ien\u{1b}[31m"), "Alien[31m");
    }

    #[test]
    fn plain_numbers_are_told_from_other_ratings() {
        for rating in ["4", "0", "3.5", "0.5", "-2", "3.50", "100"] {
            assert!(is_plain_number(rating), "{rating}");
            assert_eq!(rating_cell(rating), rating);
        }
        for rating in
            ["", "-", "4/5", "B+", ".5", "5.", "+4", "007", "1e5", "NaN", "٣", "12345678901234567", "1.2.3"]
        {
            assert!(!is_plain_number(rating), "{rating}");
        }
        assert_eq!(rating_cell("-2+3"), "'-2+3");
    }

    proptest! {
        #[test]
        fn no_cell_is_a_formula_and_nothing_but_controls_is_lost(text in any::<String>(), first in "[=+@\\-\t\r\0]?") {
            let text = first + &text;
            let written = cell(&text);
            prop_assert!(!written.starts_with(|c: char| "=+-@＝＋－＠".contains(c) || c.is_control()));
            let bare = written.strip_prefix('\'').filter(|_| !text.starts_with('\'')).unwrap_or(&written);
            prop_assert_eq!(bare, text.chars().filter(|&c| !unwanted(c)).collect::<String>());
        }
    }
}
