//! Addresses of mail, pages and files: what stands inside them is no name.

use std::ops::Range;

/// Endings of names of files.
const FILES: [&str; 14] =
    ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "txt", "jpg", "jpeg", "png", "gif", "zip", "html", "htm"];

/// Whether these bytes of `text` are part of an address: of the run of signs without white space around them.
pub(super) fn covers(text: &str, bytes: &Range<usize>) -> bool {
    let (Some(before), Some(after)) = (text.get(..bytes.start), text.get(bytes.end..)) else { return false };
    let start = before
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let end = after.find(char::is_whitespace).map_or(text.len(), |at| bytes.end + at);
    text.get(start..end).is_some_and(is_address)
}

fn is_address(run: &str) -> bool {
    if run.contains(char::is_whitespace) {
        // A name of several words is in none, though its last word may stand beside one.
        return false;
    }
    let run = run.trim_matches(|c: char| !c.is_alphanumeric());
    let parts: Vec<&str> = run.split('.').collect();
    let dotted = parts.len() > 1 && parts.iter().all(|part| part.starts_with(char::is_alphanumeric));
    let file = || parts.last().is_some_and(|ending| FILES.contains(&ending.to_lowercase().as_str()));
    run.contains("://")
        || run.contains('_')
        || run.starts_with("www.")
        || run.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        || (dotted && (file() || !run.contains(char::is_uppercase)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inside(text: &str, name: &str) -> bool {
        let start = text.find(name).unwrap();
        covers(text, &(start..start + name.len()))
    }

    #[test]
    fn addresses_hold_no_names() {
        for text in [
            "write to ann.Bly@mill.example now",
            "see http://Bly.example/x",
            "my Bly_notes",
            "(Bly.pdf)",
            "in alt.bly.films",
        ] {
            let name = if text.contains("Bly") { "Bly" } else { "bly" };
            assert!(inside(text, name), "{text}");
        }
        for text in ["Ann Bly@", "J. R. Bly.", "the U.S. Bly", "great.Bly said", "(Bly)", "Bly.com sells"] {
            assert!(!inside(text, "Bly"), "{text}");
        }
        assert!(!inside("Ann Bly@mill", "Ann Bly"));
    }

    proptest! {
        #[test]
        fn any_text_will_do(text in "\\PC{0,40}", start in 0usize..60, length in 0usize..20) {
            covers(&text, &(start..start + length));
        }
    }
}
