//! Tags of words from tagged tokens, from titles, and from an earlier reader.

use super::example::UNKNOWN;
use crate::reader::{TAGS, Tags};
use crate::text::Word;

/// Least probability of an earlier reader's tag that is taken for right.
const CERTAIN: f32 = 0.8;

/// A token's bytes, the type of the name that it belongs to, and whether the name begins with it.
pub type Place = (std::ops::Range<usize>, Option<&'static str>, bool);

/// Joins tokens by single spaces; gives each token's bytes and its type, with `true` where a name begins.
pub fn join_tagged(
    tokens: &[String],
    tags: &[String],
    name: fn(&str) -> Option<&'static str>,
) -> (String, Vec<Place>) {
    let mut text = String::new();
    let mut labels = Vec::with_capacity(tokens.len());
    for (token, tag) in tokens.iter().zip(tags) {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(token);
        let kind = tag.get(2..).and_then(name);
        labels.push((start..text.len(), kind, tag.starts_with("B-")));
    }
    (text, labels)
}

/// The tag of each of our words from the tokens that it stands in.
pub fn tag_words(words: &[Word], labels: &[Place]) -> Vec<i64> {
    let index = |prefix: &str, kind: &str| {
        TAGS.iter()
            .position(|t| t.strip_prefix(prefix).is_some_and(|rest| rest == kind))
            .map_or(0, |i| i as i64)
    };
    let mut at = 0;
    words
        .iter()
        .map(|word| {
            while at + 1 < labels.len() && labels[at].0.end <= word.range.start {
                at += 1;
            }
            let (range, kind, begins) = &labels[at];
            match kind {
                Some(kind) if *begins && range.start == word.range.start => index("B-", kind),
                Some(kind) => index("I-", kind),
                None => 0,
            }
        })
        .collect()
}

/// Each word's tag: that of a title, else what an earlier reader is sure of, else [`UNKNOWN`].
pub fn named_words(words: &[Word], read: &[Tags], titles: &[Place]) -> Vec<i64> {
    let titled = if titles.is_empty() { vec![0; words.len()] } else { tag_words(words, titles) };
    let said = |tags: &Tags| {
        let best = (0..tags.len()).max_by(|&a, &b| tags[a].total_cmp(&tags[b]));
        best.filter(|&best| tags[best] >= CERTAIN).map_or(UNKNOWN, |best| best as i64)
    };
    let read = read.iter().map(said).chain(std::iter::repeat(UNKNOWN));
    titled.into_iter().zip(read).map(|(title, said)| if title != 0 { title } else { said }).collect()
}

/// Types of CoNLL-2003.
pub fn newswire(kind: &str) -> Option<&'static str> {
    match kind {
        "PER" => Some("PERSON"),
        "ORG" => Some("ORGANIZATION"),
        "LOC" => Some("LOCATION"),
        "MISC" => Some("MISC"),
        _ => None,
    }
}

/// Types of the two CrossNER domains.
pub fn arts(kind: &str) -> Option<&'static str> {
    match kind {
        "person" | "writer" | "musicalartist" => Some("PERSON"),
        "organisation" | "band" => Some("ORGANIZATION"),
        "location" | "country" => Some("LOCATION"),
        "album" | "song" | "book" | "poem" | "magazine" => Some("WORK"),
        "award" | "event" | "misc" => Some("MISC"),
        _ => None,
    }
}

/// Types of the MIT movie questions: people alone are named consistently there.
pub fn movie_questions(kind: &str) -> Option<&'static str> {
    match kind {
        "Actor" | "Director" | "Character_Name" => Some("PERSON"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn tags_follow_our_words() {
        let tokens = ["Anglo-Irish", "poet", "W.B.", "Yeats", "'s"].map(String::from);
        let tags = ["B-MISC", "O", "B-PER", "I-PER", "O"].map(String::from);
        let (text, labels) = join_tagged(&tokens, &tags, newswire);
        let words = words(&text);
        let named: Vec<_> = words
            .iter()
            .zip(tag_words(&words, &labels))
            .map(|(w, t)| (&text[w.range.clone()], TAGS[t as usize]))
            .collect();
        assert_eq!(
            named,
            [
                ("Anglo", "B-MISC"),
                ("-", "I-MISC"),
                ("Irish", "I-MISC"),
                ("poet", "O"),
                ("W", "B-PERSON"),
                (".", "I-PERSON"),
                ("B", "I-PERSON"),
                (".", "I-PERSON"),
                ("Yeats", "I-PERSON"),
                ("'s", "O")
            ]
        );
    }
}
