//! Which film a review is about, where its input does not say.
//!
//! A headline, a year in brackets and the works that the text speaks of are clues; each has a chance of being right,
//! and clues that agree add up. A wrong film is worse than none, so a doubtful one is not given.

use crate::text::{Block, Document, Sentence};

use super::{Entity, Film, FilmSource};

/// Below this confidence no film is given.
const LEAST: f64 = 0.35;
/// Most words of a title.
const LONGEST: usize = 10;
/// Sentences of prose that open a review.
const OPENING: usize = 3;
/// How often each clue is right by itself.
const HEADLINE_WITH_YEAR: f64 = 0.93;
const HEADLINE_SAYS_REVIEW: f64 = 0.85;
const HEADLINE_QUOTES: f64 = 0.6;
const HEADLINE_BEGINS: f64 = 0.35;
const HEADLINE: f64 = 0.3;
const OPENING_WITH_YEAR: f64 = 0.6;
/// Most that a work's place in the text says.
const SALIENT: f64 = 0.55;

/// A title with a year where one was given, and the chance that it is the film.
#[derive(Debug, Clone, PartialEq)]
struct Clue {
    title: String,
    year: Option<u16>,
    chance: f64,
    /// Whether the text must speak of the title elsewhere for it to count.
    alone: bool,
}

/// The film given with a review, as it stands.
pub fn given(title: &str) -> Film {
    Film { title: title.to_owned(), year: None, source: FilmSource::Given, confidence: 1.0 }
}

/// The film that a review without one is about, if its text makes that clear. `entities` are those found without
/// knowing the film.
///
/// Confidence is 1 − Π(1 − c) over the clues for one title, less what the best clue for another has.
pub fn infer(document: &Document, entities: &[Entity]) -> Option<Film> {
    let mut clues = headline(document);
    clues.extend(opening(document));
    clues.extend(salient(document, entities));
    clues.retain(|clue| clue.alone || is_spoken_of(document, &clue.title));
    let same = |a: &str, b: &str| fold(a) == fold(b);
    let doubt = |title: &str| {
        clues.iter().filter(|clue| same(&clue.title, title)).map(|clue| 1.0 - clue.chance).product::<f64>()
    };
    let best = clues.iter().min_by(|a, b| doubt(&a.title).total_cmp(&doubt(&b.title)))?;
    let rival = clues
        .iter()
        .filter(|clue| !same(&clue.title, &best.title))
        .map(|clue| 1.0 - doubt(&clue.title))
        .fold(0.0, f64::max);
    let confidence = (1.0 - doubt(&best.title)) * (1.0 - 0.5 * rival);
    let year = clues.iter().filter(|clue| same(&clue.title, &best.title)).find_map(|clue| clue.year);
    let title = best.title.clone();
    (confidence >= LEAST).then_some(Film { title, year, source: FilmSource::Inferred, confidence })
}

/// A title as it is compared.
fn fold(title: &str) -> String {
    let words = title.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What the headline says: `Rust (2025): ...`, `Review: Heat`, `“Heat” is a triumph`, `Heat: a night in the city`, `Heat`.
fn headline(document: &Document) -> Vec<Clue> {
    let Some(first) = document.sentences.first().filter(|sentence| sentence.block == Block::Heading) else {
        return Vec::new();
    };
    // A headline of several sentences is one line of the text.
    let rest = document.text.get(first.range.start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().trim();
    let clue = |title: &str, year, chance, alone| {
        let title = trim(title);
        is_title(title).then(|| Clue { title: title.to_owned(), year, chance, alone })
    };
    let (line, said) = without_review(line);
    let strength = |chance: f64| if said { HEADLINE_SAYS_REVIEW } else { chance };
    if let Some((before, year)) = before_year(line) {
        return clue(before, Some(year), HEADLINE_WITH_YEAR, true).into_iter().collect();
    }
    if let Some(inside) = quoted(line) {
        return clue(inside, None, strength(HEADLINE_QUOTES), true).into_iter().collect();
    }
    let part = line.split_once(": ").or_else(|| line.split_once(" – ")).or_else(|| line.split_once(" — "));
    let part = part.or_else(|| line.split_once(" - "));
    let whole = clue(line, None, strength(HEADLINE), said);
    let first = part.and_then(|(title, _)| clue(title, None, strength(HEADLINE_BEGINS), said));
    match (whole, first) {
        // The text knows how long the title is: "Mad Max: Fury Road", "Heat: Two Men and a Table".
        (Some(whole), _) if is_spoken_of(document, &whole.title) => vec![whole],
        (_, Some(first)) => vec![first],
        (whole, None) => whole.into_iter().collect(),
    }
}

/// A headline without `Review:`, `Film review -`, `review` and the like, and whether it had any.
fn without_review(line: &str) -> (&str, bool) {
    let lower = line.to_lowercase();
    // Lower case may change the length of a text in other scripts.
    if lower.len() != line.len() {
        return (line, false);
    }
    for label in ["film review", "movie review", "dvd review", "blu-ray review", "cinema review", "review"] {
        let Some(rest) = lower.strip_prefix(label) else { continue };
        let sign = rest.trim_start();
        if sign.starts_with([':', '-', '–', '—', '|']) || rest.starts_with(" of ") {
            let skip = sign
                .chars()
                .next()
                .filter(|c| !c.is_alphabetic())
                .map_or(" of ".len(), |c| rest.len() - sign.len() + c.len_utf8());
            let title = line.get(label.len() + skip..).unwrap_or_default();
            return (title.trim(), true);
        }
    }
    for label in [" film review", " movie review", " review"] {
        if let Some(at) = lower.find(label) {
            let after = lower.get(at + label.len()..).unwrap_or_default();
            if after.is_empty() || after.starts_with([':', ' ', '-', '–', '—', '|']) {
                let title = line.get(..at).unwrap_or_default();
                return (title.trim_end_matches([' ', ':', '-', '–', '—', '|']), true);
            }
        }
    }
    (line, false)
}

/// What stands before the first year in brackets of a line.
fn before_year(line: &str) -> Option<(&str, u16)> {
    line.match_indices('(').find_map(|(at, _)| {
        let rest = line.get(at + 1..)?;
        let year =
            rest.get(..4).filter(|_| rest.get(4..5).is_some_and(|close| matches!(close, ")" | "," | ";")))?;
        let year: u16 = year.parse().ok().filter(|year| (1888..2100).contains(year))?;
        Some((line.get(..at)?.trim_end(), year))
    })
}

/// The one thing that a line has in quotes.
fn quoted(line: &str) -> Option<&str> {
    for (open, close) in [('“', '”'), ('"', '"'), ('‘', '’'), ('«', '»')] {
        let Some(start) = line.find(open) else { continue };
        let inside = line.get(start + open.len_utf8()..)?;
        let end = inside.find(close)?;
        let again = inside.get(end + close.len_utf8()..)?.contains(open);
        return inside.get(..end).filter(|_| !again);
    }
    None
}

fn trim(title: &str) -> &str {
    title
        .trim()
        .trim_matches(|c: char| matches!(c, '"' | '“' | '”' | '‘' | '’' | '*' | '_' | '«' | '»' | ',' | ':'))
        .trim()
}

/// Whether words are written like a title: few, capitals at both ends, no full sentence.
fn is_title(title: &str) -> bool {
    let words: Vec<&str> = title.split_whitespace().collect();
    let capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
    let small = |word: &&str| word.chars().count() <= 4 && word.chars().all(|c| !c.is_uppercase());
    !words.is_empty()
        && words.len() <= LONGEST
        && words.first().is_some_and(capital)
        && words.last().is_some_and(capital)
        && words.iter().all(|word| capital(word) || small(word) || !word.contains(char::is_alphabetic))
        && title.contains(char::is_alphanumeric)
        && !title.ends_with('.')
}

/// Whether prose has the title, capitals and all, apart from the beginning of sentences.
fn is_spoken_of(document: &Document, title: &str) -> bool {
    let prose = document.sentences.iter().filter(|sentence| sentence.block == Block::Prose);
    prose.into_iter().any(|sentence| {
        let text = document.text.get(sentence.range.clone()).unwrap_or_default();
        places(text, title).any(|at| at > 0 || title.contains(' '))
    })
}

/// Where a title stands in a text, as whole words.
fn places<'a>(text: &'a str, title: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(title).map(|(at, _)| at).filter(move |at| {
        let before = text.get(..*at).and_then(|text| text.chars().next_back());
        let after = text.get(at + title.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn prose(document: &Document) -> impl Iterator<Item = &Sentence> {
    document.sentences.iter().filter(|sentence| sentence.block == Block::Prose)
}

/// The first title with a year in brackets, if a sentence of the opening has it.
fn opening(document: &Document) -> Option<Clue> {
    prose(document).take(OPENING).find_map(|sentence| {
        let text = document.text.get(sentence.range.clone())?;
        let (before, year) = before_year(text)?;
        // From the last word that cannot be part of a title.
        let mut start = before.len();
        for word in before.split_whitespace().rev() {
            let at = word.as_ptr() as usize - before.as_ptr() as usize;
            let capital =
                word.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || "“\"‘*".contains(c));
            let small = matches!(
                word,
                "of" | "the" | "a" | "an" | "and" | "in" | "on" | "to" | "for" | "at" | "&" | "with"
            );
            if !capital && !small
                || word.ends_with([',', ';', '.'])
                || word.ends_with("'s") && before.len() - at > 40
            {
                break;
            }
            start = at;
        }
        let mut title = trim(before.get(start..)?);
        while let Some((first, rest)) = title.split_once(' ') {
            let article = matches!(first, "The" | "A" | "An");
            let leads = first.starts_with(char::is_lowercase)
                || !article
                    && at_start(text, title)
                    && matches!(first, "In" | "With" | "From" | "For" | "And" | "But" | "Of");
            if !leads {
                break;
            }
            title = rest;
        }
        let place = text.find(title).unwrap_or(0);
        let compared = compares(text, place);
        let chance = if compared { OPENING_WITH_YEAR / 3.0 } else { OPENING_WITH_YEAR };
        is_title(title).then(|| Clue { title: title.to_owned(), year: Some(year), chance, alone: true })
    })
}

fn at_start(text: &str, part: &str) -> bool {
    text.starts_with(part)
}

/// Whether what stands at a byte of a sentence is named beside the film rather than as the film.
fn compares(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let words: Vec<String> = before
        .rsplit(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|word| !word.is_empty())
        .take(3)
        .map(str::to_lowercase)
        .collect();
    words.iter().any(|word| {
        matches!(
            word.as_str(),
            "like"
                | "unlike"
                | "than"
                | "as"
                | "from"
                | "since"
                | "after"
                | "before"
                | "recalls"
                | "resembles"
                | "echoes"
                | "directed"
                | "made"
                | "sequel"
                | "remake"
                | "novel"
                | "book"
                | "song"
                | "album"
                | "play"
                | "compared"
                | "and"
                | "poor"
                | "called"
                | "by"
                | "other"
        )
    })
}

/// Works that the text speaks of: the more often, the earlier and the less beside others, the better.
fn salient(document: &Document, entities: &[Entity]) -> Vec<Clue> {
    let works: Vec<&Entity> = entities.iter().filter(|entity| entity.kind == "WORK").collect();
    works
        .iter()
        .map(|work| {
            let mut about: f64 = 0.0;
            for (index, sentence) in prose(document).enumerate() {
                let text = document.text.get(sentence.range.clone()).unwrap_or_default();
                for at in places(text, &work.text) {
                    let place = if index < OPENING { 1.0 } else { 0.25 };
                    let beside = if compares(text, at) { 0.25 } else { 1.0 };
                    let whose = index == 0
                        && text
                            .get(..at)
                            .is_some_and(|before| before.ends_with("'s ") || before.ends_with("’s "));
                    let topic = index < OPENING && (whose || is_subject(text, at + work.text.len()));
                    about += place * beside * if topic { 1.5 } else { 1.0 };
                }
            }
            // One mention in passing is not enough; as what an opening sentence is about, it is.
            let chance = SALIENT * (about / (about + 1.2)) / (works.len() as f64).sqrt().min(2.0);
            let chance = if works.len() == 1 { chance * 1.35 } else { chance };
            Clue { title: work.text.clone(), year: None, chance: chance.min(0.9), alone: true }
        })
        .filter(|clue| clue.chance > 0.0)
        .collect()
}

/// Whether what ends at a byte is what its sentence is about: `Heat is`, `Heat, which`, `Heat tells`.
fn is_subject(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let rest = rest.trim_start_matches(|c: char| "”\"’'*_ ".contains(c));
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
    matches!(
        word.as_str(),
        "is" | "was"
            | "has"
            | "tells"
            | "follows"
            | "stars"
            | "opens"
            | "begins"
            | "takes"
            | "wants"
            | "looks"
            | "feels"
            | "works"
            | "marks"
            | "arrives"
            | "stands"
            | "gives"
            | "makes"
            | "remains"
            | "never"
            | "may"
            | "could"
            | "would"
            | "isn"
            | "doesn"
            | "runs"
            | "ends"
            | "does"
    )
}

#[cfg(test)]
mod tests;
