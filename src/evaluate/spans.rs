//! Names as spans of code points, from tokens and BIO tags.

/// A named span.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// One of the program's types; WORK counts as MISC, since most labelled sets do not tell them apart.
    pub kind: &'static str,
}

/// The program's type for one of a labelled set.
pub fn kind(name: &str) -> Option<&'static str> {
    match name.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" => Some("PERSON"),
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Some("ORGANIZATION"),
        "LOC" | "LOCATION" | "GPE" => Some("LOCATION"),
        "MISC" | "WORK" => Some("MISC"),
        _ => None,
    }
}

/// Places tagged tokens in `text`, or in the tokens joined by single spaces where there is none.
///
/// # Errors
/// A token that does not stand in the text after the one before it.
pub fn place(text: Option<&str>, tokens: &[String], tags: &[String]) -> Result<(String, Vec<Span>), String> {
    let text = text.map_or_else(|| tokens.join(" "), str::to_string);
    let mut spans: Vec<Span> = Vec::new();
    let (mut at, mut points, mut open) = (0, 0, None::<&'static str>);
    for (token, tag) in tokens.iter().zip(tags) {
        let found =
            text[at..].find(token.as_str()).ok_or_else(|| format!("token {token:?} is not in the text"))?;
        let start = points + text[at..at + found].chars().count();
        let end = start + token.chars().count();
        (at, points) = (at + found + token.len(), end);
        let current = tag.get(2..).and_then(kind);
        match (current, spans.last_mut()) {
            (Some(kind), Some(last)) if tag.starts_with("I-") && open == Some(kind) => last.end = end,
            (Some(kind), _) => spans.push(Span { start, end, kind }),
            (None, _) => {}
        }
        open = current;
    }
    Ok((text, spans))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_code_points_of_the_text() {
        let tokens = ["Zoë", "Orr", "'s", "Élan", "."].map(String::from);
        let tags = ["B-PER", "I-PER", "O", "B-MISC", "O"].map(String::from);
        let (_, spans) = place(Some("“Zoë Orr's  Élan.”"), &tokens, &tags).unwrap();
        assert_eq!(
            spans,
            [Span { start: 1, end: 8, kind: "PERSON" }, Span { start: 12, end: 16, kind: "MISC" }]
        );
        assert!(place(Some("Orr"), &tokens, &tags).is_err());
    }
}
