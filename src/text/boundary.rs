//! Whether a sentence ends at a full stop, a question or exclamation mark, an ellipsis, an emoji.

use super::abbreviations::{
    Abbreviation, abbreviation, follows_title, is_speech_verb, is_starter, is_title_word,
};

/// What a run of terminators is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// One `.`
    Period,
    /// `...`, `…`
    Ellipsis,
    /// `!`, `?` and runs with them.
    Mark,
    /// Terminators that are never anything else: `。`, `।`, `؟`
    Wide,
    /// An emoji or several without a terminator before them.
    Emoji,
}

/// A place where a sentence may end, with what is around it.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) stop: Stop,
    /// The sentence so far, from its first visible character, without the terminators.
    pub(super) before: &'a str,
    /// The block is a numbered list in one line.
    pub(super) listed: bool,
    /// Characters in the run of terminators.
    pub(super) run: usize,
    /// A closing quote or bracket stands after the terminators.
    pub(super) quote: bool,
    pub(super) bracket: bool,
    /// The closing quote is French.
    pub(super) guillemet: bool,
    /// Emoji or an emoticon stand after the terminators.
    pub(super) emoji: bool,
    /// What follows all that, white space included.
    pub(super) after: &'a str,
}

/// Nobody's abbreviation is longer; bounds how far a look back goes, in bytes.
const LOOK: usize = 32;

/// The last `LOOK` bytes or so.
fn tail(text: &str) -> &str {
    let mut at = text.len().saturating_sub(LOOK);
    while !text.is_char_boundary(at) {
        at += 1;
    }
    &text[at..]
}

/// The first 80 bytes or so.
fn head(text: &str) -> &str {
    let mut at = text.len().min(80);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    &text[..at]
}

fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '“' | '‘' | '„' | '«' | '(' | '[' | '{' | '「' | '『' | '¿' | '¡' | '`' | '*' | '_'
    )
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―')
}

/// A word as far as letters, digits, apostrophes and hyphens go.
fn word(text: &str) -> &str {
    let end =
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-'))).unwrap_or(text.len());
    &text[..end]
}

/// The last word of `text`, inner full stops included.
fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .find(|&(_, c)| {
            c.is_whitespace()
                || is_opener(c) && c != '\'' && c != '_'
                || matches!(c, '–' | '—' | '/' | '-' | '!' | '?')
        })
        .map_or(0, |(at, c)| at + c.len_utf8());
    text[start..].trim_start_matches(['\'', '_'])
}

fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Two or more letters, all of them capitals.
fn is_shouted(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.contains(char::is_lowercase)
}

/// Letters parted by full stops, or one letter: `U.S`, `p.m`, `J`.
fn is_initials(word: &str) -> bool {
    word.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
    })
}

impl Place<'_> {
    /// Whether a sentence ends here. Something follows other than white space.
    pub(super) fn ends(&self) -> bool {
        let after = head(self.after);
        let trimmed = after.trim_start();
        let spaced = trimmed.len() < after.len();
        let Some(next) = trimmed.chars().next() else { return true };
        if matches!(next, ',' | ';' | ':' | ')' | ']' | '}' | '%' | '/' | '&') && self.stop != Stop::Wide {
            return false;
        }
        let dashed = is_dash(next);
        let lead = trimmed.trim_start_matches(|c: char| is_opener(c) || is_dash(c) || c.is_whitespace());
        let next_word = word(lead);
        let lower = lead.chars().next().is_some_and(char::is_lowercase);
        if dashed && lower {
            return false;
        }
        let opened = is_opener(next) && next != '\'';
        // French puts a space before its marks, too.
        let tokenised = self.before.ends_with(char::is_whitespace) && !self.guillemet;
        match self.stop {
            Stop::Wide => !(self.quote || self.bracket) || spaced || opened,
            Stop::Emoji => self.after_emoji(lead, spaced),
            _ if self.emoji => !lower || spaced,
            _ if !spaced && !self.glued(lead, next_word, opened) => false,
            // Pre-tokenised text has no capitals to go by, and a comma where speech goes on.
            Stop::Period if tokenised && (self.quote || self.bracket) => true,
            _ if self.quote && self.speech_goes_on(lead, next_word, tokenised) => false,
            _ if self.bracket && self.aside_goes_on(next_word) => false,
            Stop::Ellipsis => !lower && self.thought_ends(next_word),
            Stop::Mark if tokenised => true,
            Stop::Mark => self.mark_ends(lead, next_word, lower),
            Stop::Period => self.period_ends(lead, next_word, lower, tokenised),
        }
    }

    /// Terminators with no space after them: `bad.The acting`, but not `imdb.com`, `3.5`, `U.S.A`.
    fn glued(&self, lead: &str, next_word: &str, opened: bool) -> bool {
        let before = last_word(tail(self.before));
        let long = before.chars().count() > 1 && !before.contains('.');
        // `Ada.B.Cole@example.com` goes on after its one letter.
        let one = next_word.chars().nth(1).is_none();
        let new = is_capitalised(next_word)
            && (!one || is_starter(next_word) && lead[next_word.len()..].starts_with(char::is_whitespace));
        match self.stop {
            Stop::Period if self.quote || self.bracket => new,
            Stop::Period => {
                let words = before.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | ')'));
                let domain = before == "www" || is_domain(next_word);
                let shouted = is_shouted(before) && is_shouted(next_word);
                long && new
                    && (opened || words && !domain && !shouted && abbreviation(before, false).is_none())
            }
            Stop::Ellipsis => is_starter(next_word) || new && before.chars().all(char::is_lowercase),
            _ => new && long || next_word.starts_with(|c: char| c.is_ascii_digit()) || opened && new,
        }
    }

    /// `"Why?" he asks`, `"Why?" Ada asks`
    fn speech_goes_on(&self, lead: &str, next_word: &str, tokenised: bool) -> bool {
        let mut words = lead[next_word.len()..].split_whitespace();
        let second = words.next().map_or("", word);
        let third = words.next().map_or("", word);
        if lead.starts_with(char::is_lowercase) {
            return !tokenised || is_speech_verb(next_word) || is_speech_verb(second);
        }
        is_capitalised(next_word)
            && (is_speech_verb(second) || is_capitalised(second) && is_speech_verb(third))
            && !is_starter(next_word)
    }

    /// `The end (yes!) of it`: brackets within a sentence do not end it.
    fn aside_goes_on(&self, next_word: &str) -> bool {
        if next_word.starts_with(char::is_lowercase) {
            return true;
        }
        let whole = self.before.starts_with(['(', '[']);
        !whole && !is_starter(next_word)
    }

    /// An ellipsis before a capital: the end, unless hardly anything has been said.
    fn thought_ends(&self, next_word: &str) -> bool {
        let said =
            tail(self.before).split_whitespace().filter(|part| part.contains(char::is_alphanumeric)).count();
        let starts = is_starter(next_word) && !matches!(next_word, "I" | "I'm" | "I’m");
        said >= 3 || said == 2 && starts || self.quote
    }

    fn mark_ends(&self, lead: &str, next_word: &str, lower: bool) -> bool {
        let before = last_word(tail(self.before));
        let titled = is_capitalised(before) && !is_shouted(before) && self.run == 1 && !self.quote;
        if !titled {
            return true;
        }
        if !lower {
            // `Mamma Mia! Here We Go Again`
            let second = lead[next_word.len()..].split_whitespace().next().map_or("", word);
            return !(is_capitalised(next_word) && !is_shouted(next_word) && is_title_word(second));
        }
        if self.before.len() == before.len() {
            // One word, then lower case: a title if a verb follows, else a cry.
            return !follows_title(next_word);
        }
        // In text that begins sentences in lower case, capitals are names and not titles.
        let first = head(self.before).chars().find(|c| c.is_alphabetic());
        first.is_some_and(char::is_lowercase) && !self.first_of_title()
    }

    /// Two capitalised words or more stand before the mark.
    fn first_of_title(&self) -> bool {
        let mut words = tail(self.before).split_whitespace().rev();
        words.next().is_some_and(is_capitalised) && words.next().is_some_and(is_capitalised)
    }

    fn period_ends(&self, lead: &str, next_word: &str, lower: bool, tokenised: bool) -> bool {
        let said = self.before.trim_end();
        // `nasty...etc.`
        let before = last_word(tail(said)).rsplit("..").next().unwrap_or("");
        let starter = is_starter(next_word);
        let digit = lead.starts_with(|c: char| c.is_ascii_digit());
        // `1. The story`
        if self.listed && said.len() < 6 && is_item_number(said.trim()) {
            return false;
        }
        if self.quote && !lower && !is_initials(before) {
            return true;
        }
        match abbreviation(before, tokenised) {
            Some(Abbreviation::Inside) => return false,
            Some(Abbreviation::Number) if digit => return false,
            Some(Abbreviation::Either) if tokenised => return lower && is_lower_starter(next_word),
            Some(Abbreviation::Either) => return starter,
            _ => {}
        }
        if is_initials(before) {
            let alone = before.chars().count() == 1;
            return match before {
                "I" | "i" if alone => {
                    tokenised || starter || self.one_before(before).is_some_and(|c| c.is_lowercase())
                }
                _ if tokenised => is_lower_starter(next_word) && !self.in_initials(said),
                // `A. The`, `J. A. Bayona`: the next initial is no first word.
                _ if next_word.chars().count() == 1 && lead[next_word.len()..].starts_with('.') => false,
                _ if digit => alone,
                _ => starter || !lower && !is_capitalised(next_word),
            };
        }
        true
    }

    /// First character of the word before the last.
    fn one_before(&self, last: &str) -> Option<char> {
        let said = tail(self.before).trim_end();
        said[..said.len() - last.len()].split_whitespace().next_back()?.chars().next()
    }

    /// `u . s`: the letter before was followed by a full stop, too.
    fn in_initials(&self, said: &str) -> bool {
        let mut words = tail(said).split_whitespace().rev();
        words.next();
        words.next() == Some(".")
    }

    fn after_emoji(&self, lead: &str, spaced: bool) -> bool {
        let before = last_word(tail(self.before.trim_end()));
        // `I ❤ New York`
        let verb = matches!(before.to_lowercase().as_str(), "i" | "we" | "you" | "they");
        let begins = lead.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        spaced && begins && !verb && head(self.before).contains(char::is_alphanumeric)
    }
}

/// The last part of an address, in whatever case.
fn is_domain(word: &str) -> bool {
    ["com", "net", "org", "edu", "gov", "co", "html"].iter().any(|domain| word.eq_ignore_ascii_case(domain))
}

/// `1` to `99`.
pub(super) fn is_item_number(word: &str) -> bool {
    (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// As [`is_starter`], for text in lower case.
fn is_lower_starter(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| is_starter(&(first.to_uppercase().to_string() + letters.as_str())))
}
