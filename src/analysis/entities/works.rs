//! Titles of works, by how they are written: in quotes, in italics, before a year, after `the film`.
//!
//! The tagger's labels are the base. What is written as a title is one, whatever the tagger made of it, unless it
//! may as well be a nickname, a line of dialogue or a person whom the sentence happens to put there.

mod line;

use std::ops::Range;

use crate::text::{Block, Case};

use super::decode::{self, Found, KINDS, MISC, PERSON, WORK};
pub(super) use line::Line;
use line::{LONGEST, SMALL, contains};

/// A person or thing of another kind stays what it is, where the writing leaves it open, if the tagger's
/// probability is not below.
const SURE: f32 = 0.8;
/// A single word in quotes or italics is a title if the tagger's probability that it is a name is not below.
const LEAN: f32 = 0.3;

/// Words that are no title alone.
const PLAIN: [&str; 34] = [
    "a", "an", "and", "as", "at", "but", "he", "her", "how", "i", "if", "in", "is", "it", "more", "never",
    "no", "not", "of", "oh", "on", "or", "over", "she", "so", "that", "the", "then", "this", "we", "what",
    "why", "yes", "you",
];
const NOUNS: [&str; 32] = [
    "film",
    "movie",
    "picture",
    "novel",
    "book",
    "album",
    "song",
    "single",
    "poem",
    "play",
    "musical",
    "documentary",
    "series",
    "sitcom",
    "opera",
    "thriller",
    "western",
    "comedy",
    "drama",
    "novella",
    "memoir",
    "classic",
    "magazine",
    "films",
    "movies",
    "novels",
    "books",
    "albums",
    "songs",
    "poems",
    "plays",
    "pictures",
];
/// Words that make names of their own with `film` or `book` before them.
const INSTITUTIONS: [&str; 10] =
    ["festival", "noir", "award", "awards", "academy", "institute", "club", "critics", "review", "prize"];
const SAYING: [&str; 16] = [
    "say",
    "says",
    "said",
    "ask",
    "asks",
    "asked",
    "begins",
    "whispers",
    "shouts",
    "cries",
    "murmurs",
    "replies",
    "yells",
    "tells",
    "told",
    "announces",
];

/// Makes names of a sentence's titles: adds them to `names`, in order, or gives names there their kind.
/// `emphasis` are bytes in italics.
pub(super) fn titles(line: &Line, emphasis: &[Range<usize>], names: &mut Vec<Found>) {
    line.mend(names);
    let mut titles: Vec<Range<usize>> = Vec::new();
    let mut marked = line.italics(emphasis);
    marked.extend(line.quoted());
    for (span, quoted) in marked {
        if line.is_title(&span, quoted, names) {
            titles.push(span);
        }
    }
    for at in 1..line.sentence.words.len() {
        if line.year(at) {
            titles.extend(line.run_before(at, names));
        }
    }
    if line.sentence.block != Block::Heading {
        for at in 0..line.sentence.words.len() {
            titles.extend(line.runs_after(at, names));
        }
    }
    for words in titles {
        if names.iter().any(|name| name.kind == WORK && contains(&name.words, &words)) {
            continue;
        }
        names.retain(|name| name.words.end <= words.start || name.words.start >= words.end);
        names.push(Found { words, kind: WORK, evidence: certain() });
    }
    names.sort_by_key(|name| name.words.start);
}

/// A title for sure.
pub(super) fn certain() -> [f32; KINDS.len()] {
    std::array::from_fn(|kind| if kind == WORK { 1.0 } else { 0.0 })
}

impl Line<'_> {
    /// Mends titles that the tagger tore or stretched: lower case before the first capital and small words at the end
    /// go, pieces with nothing but small words between them are one, and a `The` in the middle of a sentence belongs
    /// to what follows. A small word alone is no title.
    fn mend(&self, names: &mut Vec<Found>) {
        let mut mended: Vec<Found> = Vec::with_capacity(names.len());
        for mut name in names.drain(..) {
            if name.kind != WORK {
                mended.push(name);
                continue;
            }
            let small = |at: usize| {
                SMALL.contains(&self.word(at)) && (self.word(at) != "and" || self.lean(&(at..at + 1)) > 0.5)
            };
            let last = mended.last_mut().filter(|last| {
                last.kind == WORK
                    && name.words.start - last.words.end <= 2
                    && (last.words.end..name.words.start).all(small)
            });
            if let Some(last) = last {
                last.words.end = name.words.end;
                continue;
            }
            let free = mended.last().map_or(0, |last| last.words.end);
            let article = name.words.start.checked_sub(1).filter(|at| *at >= free.max(1));
            if let Some(article) = article.filter(|at| matches!(self.word(*at), "The" | "A" | "An")) {
                name.words.start = article;
            }
            mended.push(name);
        }
        mended.retain_mut(|name| {
            if name.kind != WORK || !name.words.clone().any(|at| self.capital(at)) {
                return true;
            }
            while name.words.len() > 1 && !self.capital(name.words.start) && !self.number(name.words.start) {
                name.words.start += 1;
            }
            while name.words.len() > 1 && SMALL.contains(&self.word(name.words.end - 1)) {
                name.words.end -= 1;
            }
            name.words.len() > 1
                || !PLAIN.contains(&self.lower(name.words.start).as_str())
                || name.words.start > 0 && self.word(name.words.start) == "It"
        });
        *names = mended;
    }

    /// Whether words in quotes or italics are a title.
    fn is_title(&self, span: &Range<usize>, quoted: bool, names: &[Found]) -> bool {
        let (open, close) =
            if quoted { (span.start.checked_sub(1), span.end) } else { (None, span.end.saturating_sub(1)) };
        let before = open.unwrap_or(span.start);
        let after = (close + 1..close + 3).find(|at| !matches!(self.word(*at), "\"" | "”" | "," | "."));
        let after = after.unwrap_or(close + 1);
        if !self.title_case(span) {
            return false;
        }
        if self.year(close + 1) || self.year(close + 2) {
            return true;
        }
        let whole = span.len() + 2 * usize::from(quoted) + 1 >= self.sentence.words.len();
        let nickname = quoted && before > 0 && self.capital(before - 1) && self.capital(close + 1);
        let says = |word: &str| SAYING.contains(&word);
        let speech = (1..=3).any(|back| says(&self.before(before, back)))
            || (after..after + 3).any(|at| says(&self.lower(at)));
        if nickname || quoted && speech || whole && self.sentence.block != Block::Heading {
            return false;
        }
        let thing = (1..=3).any(|back| NOUNS.contains(&self.before(before, back).as_str()))
            || (close + 1..close + 3).any(|at| NOUNS.contains(&self.lower(at).as_str()));
        let spoken_of = thing
            || matches!(
                self.before(before, 1).as_str(),
                "in" | "of"
                    | "from"
                    | "since"
                    | "than"
                    | "like"
                    | "unlike"
                    | "'s"
                    | "titled"
                    | "entitled"
                    | "see"
                    | "seen"
            )
            || matches!(self.lower(after).as_str(), "is" | "was" | "has" | "'s" | "tells" | "follows");
        if names.iter().any(|name| name.kind == WORK && name.words == *span) {
            return true;
        }
        let person = |at: usize| {
            let name = names.iter().find(|name| name.words.contains(&at));
            name.is_some_and(|name| name.kind == PERSON && name.evidence[PERSON] >= 0.5)
        };
        if span.clone().all(person) {
            return thing || spoken_of && self.before(before, 1) != "of";
        }
        let words = span.clone().filter(|at| self.word(*at).contains(char::is_alphanumeric)).count();
        if words > 1 {
            return true;
        }
        let plain = PLAIN.contains(&self.lower(span.start).as_str());
        let determined = matches!(
            self.before(before, 1).as_str(),
            "a" | "an" | "the" | "his" | "her" | "its" | "this" | "my"
        );
        !plain && (thing || !determined && (spoken_of || self.lean(span) >= LEAN))
    }

    /// The title that ends before a year in brackets: as many capitals as there are.
    fn run_before(&self, at: usize, names: &[Found]) -> Option<Range<usize>> {
        let mut end = at;
        if matches!(self.word(end - 1), "\"" | "”" | "’" | "'") {
            end = end.checked_sub(2)? + 1;
        }
        let mut start = end;
        while let Some(before) = start.checked_sub(1) {
            let word = self.word(before);
            let part = self.capital(before)
                || self.number(before)
                || SMALL.contains(&word)
                || self.lower(before) == "'s"
                || matches!(word, ":" | "&" | "-" | "!" | "?");
            if !part || end - before > LONGEST {
                break;
            }
            start = before;
        }
        // A person whose film it is stands before it; so do the small words of the sentence.
        for name in names.iter().filter(|name| name.kind == PERSON && name.words.len() > 1) {
            if name.words.start >= start && self.lower(name.words.end) == "'s" && name.words.end + 1 < end {
                start = name.words.end + 1;
            }
        }
        let opens = |at: usize| {
            let word = self.lower(at);
            let article = matches!(word.as_str(), "the" | "a" | "an") && self.capital(at);
            !(self.capital(at) || self.number(at)) || SMALL.contains(&word.as_str()) && !article && at == 0
        };
        while start < end && opens(start) {
            start += 1;
        }
        let known =
            names.iter().find(|name| name.kind == WORK && name.words.end == end && name.evidence[WORK] > 0.5);
        match known {
            Some(name) if name.words.start == start + 1 && start == 0 => Some(name.words.clone()),
            _ => (start < end && self.title_case(&(start..end))).then_some(start..end),
        }
    }

    /// The titles that stand after a noun for a work: `the film Heat`, `the albums A and B`, `a sequel to Heat`.
    fn runs_after(&self, at: usize, names: &[Found]) -> Vec<Range<usize>> {
        let noun = self.lower(at);
        let (mut next, named) = match (noun.as_str(), self.lower(at + 1).as_str()) {
            ("sequel" | "prequel", "to") | ("remake" | "adaptation" | "version", "of") => (at + 2, true),
            (noun, "called" | "titled" | "entitled") if NOUNS.contains(&noun) => (at + 2, true),
            (noun, _) if NOUNS.contains(&noun) => (at + 1, false),
            _ => return Vec::new(),
        };
        if self.sentence.words.get(at).is_none_or(|word| word.case != Case::Lower) {
            return Vec::new();
        }
        let plural = noun.ends_with('s') && !matches!(noun.as_str(), "series");
        let mut found = Vec::new();
        while let Some(run) = self.run(next) {
            let stays = names.iter().any(|name| {
                let sure = name.evidence[name.kind] >= SURE && !named;
                let kind = match name.kind {
                    WORK => name.words != run,
                    PERSON => self.lower(name.words.end) == "'s" || sure,
                    decode::LOCATION => false,
                    MISC => sure,
                    _ => sure,
                };
                kind && name.words.start < run.end && run.start < name.words.end
            });
            let institution = INSTITUTIONS.contains(&self.lower(run.start).as_str());
            if stays || institution || self.lower(run.end) == "'s" && !self.title_case(&run) {
                break;
            }
            next = run.end;
            found.push(run);
            if !plural || !matches!(self.word(next), "," | "and") {
                break;
            }
            next += 1 + usize::from(self.word(next) == "," && self.word(next + 1) == "and");
        }
        found
    }

    /// The run of capitals that begins at a word; small words between capitals belong to it, an `and` if the tagger
    /// takes it for part of a name.
    fn run(&self, start: usize) -> Option<Range<usize>> {
        if !self.capital(start) {
            return None;
        }
        let mut end = start + 1;
        loop {
            let small = (end..end + 3).take_while(|at| SMALL.contains(&self.word(*at))).count();
            let joins = |at: usize| self.word(at) != "and" || self.lean(&(at..at + 1)) > 0.5;
            if self.capital(end)
                || self.word(end) == ":" && self.capital(end + 1) && self.lean(&(end..end + 1)) > 0.5
            {
                end += 1;
            } else if small > 0 && self.capital(end + small) && (end..end + small).all(joins) {
                end += small + 1;
            } else if self.lower(end) == "'s" && self.capital(end + 1) && self.lean(&(end..end + 2)) > 0.5 {
                end += 2;
            } else {
                break;
            }
        }
        let span = start..end;
        let plain = span.len() == 1 && PLAIN.contains(&self.lower(start).as_str());
        (self.title_case(&span) && !plain).then_some(span)
    }
}
