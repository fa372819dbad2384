//! A sentence as the patterns see it: names are single tokens, other words are in lower case.

use crate::text::{Document, Sentence};

/// What a token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A person: index of the group.
    Person(usize),
    /// A work's title.
    Work,
    /// Anything else with a name.
    Other,
}

/// A word, a sign or a whole name.
#[derive(Debug, Clone, PartialEq)]
struct Token {
    /// In lower case, with plain apostrophes; what hyphens and slashes join is one; empty for names.
    word: String,
    name: Option<Name>,
}

/// The tokens of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    tokens: Vec<Token>,
}

/// Words that are read as one word.
const COMPOUNDS: [(&[&str], &str); 8] = [
    (&["director", "of", "photography"], "cinematographer"),
    (&["directors", "of", "photography"], "cinematographers"),
    (&["leading", "man"], "actor"),
    (&["leading", "lady"], "actress"),
    (&["camera", "work"], "camerawork"),
    (&["film", "maker"], "filmmaker"),
    (&["screen", "writer"], "screenwriter"),
    (&["voice", "work"], "performance"),
];

/// What stands before a name and says no role.
const HONORIFICS: [&str; 10] = ["mr", "mrs", "ms", "miss", "dr", "dame", "sir", "lord", "lady", "young"];

impl Line {
    /// `names` are ranges of the sentence's words with what they name, in order, not overlapping.
    pub(super) fn new(
        document: &Document,
        sentence: &Sentence,
        names: &[(std::ops::Range<usize>, Name)],
    ) -> Line {
        let mut tokens: Vec<Token> = Vec::with_capacity(sentence.words.len());
        let mut names = names.iter().peekable();
        let (mut at, mut end) = (0, usize::MAX);
        while let Some(first) = sentence.words.get(at) {
            if let Some((words, name)) = names.next_if(|(words, _)| words.start == at) {
                end =
                    sentence.words.get(words.end.saturating_sub(1)).map_or(usize::MAX, |word| word.range.end);
                drop_honorific(&mut tokens);
                tokens.push(Token { word: String::new(), name: Some(*name) });
                at = words.end.max(at + 1);
                continue;
            }
            let mut word =
                document.text.get(first.range.clone()).unwrap_or_default().to_lowercase().replace('’', "'");
            let touches = end == first.range.start;
            let joins = |tokens: &[Token]| tokens.last().is_some_and(|last| last.word.ends_with(['-', '/']));
            let plain = |tokens: &[Token]| {
                tokens.last().is_some_and(|last| last.word.ends_with(char::is_alphanumeric))
            };
            if word == "'"
                && touches
                && tokens.last().is_some_and(|last| last.name.is_some())
                && ends_in_s(document, end)
            {
                word = "'s".to_owned();
            }
            let part = matches!(word.as_str(), "-" | "/") && plain(&tokens)
                || joins(&tokens) && word.starts_with(char::is_alphanumeric);
            match tokens.last_mut().filter(|_| touches && part) {
                Some(last) => last.word.push_str(&word),
                None => tokens.push(Token { word, name: None }),
            }
            end = first.range.end;
            at += 1;
        }
        let mut line = Line { tokens };
        line.join();
        line
    }

    fn join(&mut self) {
        for (words, whole) in COMPOUNDS {
            let mut at = 0;
            while at + words.len() <= self.tokens.len() {
                if words.iter().zip(at..).all(|(word, at)| self.word(at) == *word) {
                    self.tokens.splice(at..at + words.len(), [Token { word: whole.to_owned(), name: None }]);
                }
                at += 1;
            }
        }
    }

    /// Number of tokens.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The word of a token; empty for names and past the ends.
    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// The word `back` tokens before `at`; empty for names and past the beginning.
    pub(super) fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.word(at))
    }

    pub(super) fn name(&self, at: usize) -> Option<Name> {
        self.tokens.get(at)?.name
    }

    /// The group of the person that the token names.
    pub(super) fn person(&self, at: usize) -> Option<usize> {
        match self.name(at) {
            Some(Name::Person(group)) => Some(group),
            _ => None,
        }
    }

    /// The persons of the list that begins at `at` (`A, B and C`), brackets between them skipped.
    pub(super) fn people(&self, mut at: usize) -> Vec<usize> {
        let mut people = Vec::new();
        while let Some(person) = self.person(at) {
            people.push(person);
            at += 1;
            if self.word(at) == "("
                && let Some(length) = (1..8).find(|length| self.word(at + length) == ")")
            {
                at += length + 1;
            }
            if self.word(at) == "," {
                at += 1;
            }
            if matches!(self.word(at), "and" | "&" | "or") {
                at += 1;
            }
        }
        people
    }

    /// The persons of the list that ends at `at`: as [`Line::people`], with an `and` before the last.
    pub(super) fn people_to(&self, at: usize) -> Vec<usize> {
        let mut people: Vec<usize> = self.person(at).into_iter().collect();
        if !matches!(self.before(at, 1), "and" | "&") {
            return people;
        }
        let mut last = at;
        loop {
            let skip = match (self.before(last, 1), self.before(last, 2)) {
                ("and" | "&", ",") => 3,
                ("and" | "&" | ",", _) => 2,
                _ => break,
            };
            match last.checked_sub(skip).and_then(|at| Some((at, self.person(at)?))) {
                Some((at, person)) => {
                    people.push(person);
                    last = at;
                }
                None => break,
            }
        }
        people
    }
}

/// `Mrs Bird` is one token, as `Bird` is.
fn drop_honorific(tokens: &mut Vec<Token>) {
    let stop = usize::from(tokens.last().is_some_and(|last| last.word == "."));
    let title = tokens.len().checked_sub(1 + stop).and_then(|at| tokens.get(at));
    if title.is_some_and(|title| HONORIFICS.contains(&title.word.as_str())) {
        tokens.truncate(tokens.len() - 1 - stop);
    }
}

fn ends_in_s(document: &Document, end: usize) -> bool {
    document.text.get(..end).is_some_and(|text| text.ends_with('s'))
}
