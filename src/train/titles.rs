//! Titles of works as people quote them: weak labels for WORK.

use super::tags::Place;

/// Words that a title may hold in lower case.
const SMALL: [&str; 14] =
    ["a", "an", "the", "of", "and", "or", "in", "on", "at", "to", "for", "from", "with", "by"];
/// Most words and bytes of a title.
const WORDS: usize = 7;
const BYTES: usize = 50;

/// A sentence with its quoted titles labelled, or `None` where it quotes none. Every second sentence, by its length,
/// comes without the marks.
pub fn label(sentence: &str) -> Option<(String, Vec<Place>)> {
    let keep = sentence.len().is_multiple_of(2);
    let mut text = String::with_capacity(sentence.len());
    let mut labels: Vec<Place> = Vec::new();
    let mut titles = 0;
    let parts: Vec<&str> = sentence.split('"').collect();
    // An odd number of marks leaves it open which ones belong together.
    if parts.len() < 3 || parts.len().is_multiple_of(2) {
        return None;
    }
    for (index, part) in parts.iter().enumerate() {
        let quoted = index % 2 == 1;
        let title = if quoted { title(part) } else { None };
        let mark = quoted && (keep || title.is_none());
        if mark {
            push(&mut text, &mut labels, "\"", None);
        }
        match title {
            Some(title) => {
                titles += 1;
                push(&mut text, &mut labels, title, Some("WORK"));
                push(&mut text, &mut labels, &part[title.len()..], None);
            }
            None => push(&mut text, &mut labels, part, None),
        }
        if mark {
            push(&mut text, &mut labels, "\"", None);
        }
    }
    (titles > 0).then_some((text, labels))
}

fn push(text: &mut String, labels: &mut Vec<Place>, part: &str, kind: Option<&'static str>) {
    if !part.is_empty() {
        labels.push((text.len()..text.len() + part.len(), kind, kind.is_some()));
        text.push_str(part);
    }
}

/// The title that a quotation is, without a comma or stop at its end: all words but the small ones with a capital, and
/// not all in capitals.
fn title(quoted: &str) -> Option<&str> {
    let title = quoted.trim_end_matches([',', '.', ';', ':']);
    let words: Vec<&str> = title.split_whitespace().collect();
    let fits = !words.is_empty()
        && words.len() <= WORDS
        && title.len() <= BYTES
        && title.trim_start().len() == title.len()
        && words[0].starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && words.iter().all(|w| !w.starts_with(char::is_lowercase) || SMALL.contains(w))
        && title.chars().any(char::is_lowercase)
        && !title.ends_with(['!', '?']);
    fits.then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(sentence: &str) -> Vec<String> {
        let Some((text, labels)) = label(sentence) else { return Vec::new() };
        labels.iter().filter(|l| l.1.is_some()).map(|l| text[l.0.clone()].to_string()).collect()
    }

    #[test]
    fn finds_what_is_quoted_like_a_title() {
        assert_eq!(titles("I liked \"The Lamp of Oran,\" but \"so what\" was heard."), ["The Lamp of Oran"]);
        assert!(titles("They call it \"art\" and \"NOT FUN\" and \"Why?\".").is_empty());
        assert!(titles("An odd \"Mark").is_empty());
    }

    #[test]
    fn every_second_sentence_loses_its_marks() {
        let even = label("See \"Big Tin\"!").unwrap().0;
        let odd = label("See \"Big Tin\".!").unwrap().0;
        assert_eq!((even.as_str(), odd.as_str()), ("See \"Big Tin\"!", "See Big Tin.!"));
    }
}
