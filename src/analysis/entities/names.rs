//! Names as they are compared: without case, diacritics, punctuation, titles.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Titles and ranks that come before a person's name.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "sir",
    "dame",
    "lord",
    "lady",
    "prof",
    "professor",
    "rev",
    "reverend",
    "fr",
    "father",
    "sister",
    "capt",
    "captain",
    "col",
    "colonel",
    "gen",
    "general",
    "lt",
    "lieutenant",
    "maj",
    "major",
    "sgt",
    "sergeant",
    "cpl",
    "corporal",
    "sheriff",
    "marshal",
    "detective",
    "inspector",
    "officer",
    "agent",
    "president",
    "senator",
    "judge",
    "uncle",
    "aunt",
    "king",
    "queen",
    "prince",
];
/// What may follow a person's name and is no part of it.
const SUFFIXES: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "esq"];

/// A name's parts, folded: `J.J. Abrams` and `J. J. Abrams` give `j`, `j`, `abrams`; `Amélie` gives `amelie`;
/// a leading `the` is left out. Empty for a name without letters and digits.
pub(super) fn parts(name: &str) -> Vec<String> {
    let folded: String = name
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'))
        .flat_map(char::to_lowercase)
        .collect();
    let mut parts: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    if parts.len() > 1 && parts[0] == "the" {
        parts.remove(0);
    }
    parts
}

/// The parts of a person's name: as [`parts`], without titles and `Jr.`, and with joined initials taken apart
/// (`JJ Abrams`). A title alone stays.
pub(super) fn person(name: &str) -> Vec<String> {
    let mut parts = parts(name);
    while parts.len() > 1 && TITLES.contains(&parts[0].as_str()) {
        parts.remove(0);
    }
    while parts.len() > 1 && parts.last().is_some_and(|last| SUFFIXES.contains(&last.as_str())) {
        parts.pop();
    }
    if parts.len() > 1
        && name.split_whitespace().any(|word| word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase()))
    {
        parts = parts
            .into_iter()
            .flat_map(|part| match part.len() {
                2 if part.is_ascii() => part.chars().map(String::from).collect(),
                _ => vec![part],
            })
            .collect();
    }
    parts
}

/// Whether `short` may stand for the person `full`, who has more parts to the name: a surname of one part or more
/// (`De Niro`), a first name or first names, or first and last name with less between (initials match names).
pub(super) fn stands_for(short: &[String], full: &[String]) -> bool {
    if short.is_empty() || short.len() >= full.len() {
        return false;
    }
    if full.ends_with(short) || full.starts_with(short) {
        return short.iter().any(|part| part.chars().count() > 1);
    }
    let (Some((last, fore)), Some((full_last, full_fore))) = (short.split_last(), full.split_last()) else {
        return false;
    };
    let mut rest = full_fore.iter();
    last == full_last
        && fore.first().zip(full_fore.first()).is_some_and(|(a, b)| agree(a, b))
        && fore.iter().all(|part| rest.any(|other| agree(part, other)))
}

/// Whether two names with equally many parts differ by initials alone: `J. Souza` and `Joel Souza`.
pub(super) fn same_initials(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.len() > 1 && a.last() == b.last() && a.iter().zip(b).all(|(a, b)| agree(a, b))
}

/// Equal, or one is the other's initial.
fn agree(a: &str, b: &str) -> bool {
    let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    a == b || initial(a, b) || initial(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(short: &str, full: &str) -> bool {
        stands_for(&person(short), &person(full))
    }

    #[test]
    fn folds_case_marks_and_punctuation() {
        assert_eq!(parts("Amélie"), ["amelie"]);
        assert_eq!(parts("The Blue-Green Door"), ["blue", "green", "door"]);
        assert_eq!(parts("O’Hara"), parts("O'HARA"));
        assert_eq!(parts("The"), ["the"]);
        assert!(parts("—").is_empty());
    }

    #[test]
    fn titles_and_suffixes_are_no_part_of_a_person() {
        assert_eq!(person("Dr. Imre Tóth Jr."), ["imre", "toth"]);
        assert_eq!(person("Sheriff"), ["sheriff"]);
        assert_eq!(person("J.J. Abrams"), person("JJ Abrams"));
        assert_eq!(person("Al Pacino"), ["al", "pacino"]);
    }

    #[test]
    fn short_names_stand_for_full_ones() {
        for (short, full) in [
            ("Baldwin", "Alec Baldwin"),
            ("Alec", "Alec Baldwin"),
            ("De Niro", "Robert De Niro"),
            ("Abrams", "J.J. Abrams"),
            ("P. McDermott", "Patrick Scott McDermott"),
            ("Patrick McDermott", "Patrick Scott McDermott"),
            ("Mrs. Harbottle", "Edith Harbottle"),
        ] {
            assert!(stands(short, full), "{short} / {full}");
        }
        for (short, full) in [
            ("Coens", "Joel Coen"),
            ("Scott", "Patrick Scott McDermott"),
            ("J.", "J. Abrams"),
            ("Joel Coen", "Joel Coen"),
        ] {
            assert!(!stands(short, full), "{short} / {full}");
        }
        assert!(same_initials(&person("J. Souza"), &person("Joel Souza")));
        assert!(!same_initials(&person("Ethan Coen"), &person("Joel Coen")));
    }
}
