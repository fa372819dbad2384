//! What a paragraph looks like: a headline, a caption, text that goes on.

/// More words than this, and what the markup calls a heading or a caption is text.
pub(super) const LONGEST_MARKED: usize = 60;
/// A headline is hardly longer.
const LONGEST_HEADING: usize = 18;
/// A heading that is not in title case is hardly longer: it may be a sentence without its full stop.
const LONGEST_PLAIN_HEADING: usize = 8;
/// A heading within the text is hardly longer.
const LONGEST_SUBHEADING: usize = 6;
/// A caption is hardly longer.
const LONGEST_CAPTION: usize = 30;

/// Beginnings of lines that belong to the page and not to the review, in lower case.
const FURNITURE: [&str; 36] = [
    "photo:",
    "photos:",
    "photo by",
    "photo credit",
    "photograph:",
    "photograph by",
    "photography by",
    "picture:",
    "image:",
    "images:",
    "image credit",
    "image courtesy",
    "image source",
    "image via",
    "images courtesy",
    "credit:",
    "credits:",
    "caption:",
    "courtesy of",
    "courtesy:",
    "read more:",
    "read more about",
    "read also:",
    "also read:",
    "see also:",
    "related:",
    "related article",
    "more:",
    "source:",
    "via:",
    "copyright",
    "©",
    "(c)",
    "advertisement",
    "share this",
    "continue reading",
];

/// Words that a headline leaves in lower case.
const SMALL: [&str; 31] = [
    "a", "an", "the", "of", "in", "on", "and", "or", "nor", "for", "to", "from", "with", "at", "by", "as",
    "vs", "v", "but", "into", "over", "up", "out", "off", "via", "is", "that", "than", "his", "her", "its",
];

/// What a paragraph looks like.
pub(super) struct Look<'a> {
    pub(super) text: &'a str,
    /// Words that have a letter or a digit.
    pub(super) words: usize,
    /// Of the words that a headline capitalises, those that are.
    capitalised: usize,
    /// Words that a headline capitalises.
    counted: usize,
    /// Of the words, those all in capitals (two letters or more).
    upper: usize,
    /// Ends as a sentence does.
    stops: bool,
}

impl<'a> Look<'a> {
    pub(super) fn at(text: &'a str) -> Look<'a> {
        let mut look = Look { text, words: 0, capitalised: 0, counted: 0, upper: 0, stops: stops(text) };
        for word in text.split_whitespace().take(LONGEST_MARKED + 1) {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '$');
            let Some(first) = word.chars().next() else { continue };
            look.words += 1;
            let letters = || word.chars().filter(|c| c.is_alphabetic());
            if letters().count() > 1 && letters().all(char::is_uppercase) {
                look.upper += 1;
            }
            if !SMALL.contains(&word) {
                look.counted += 1;
                look.capitalised += usize::from(first.is_uppercase() || first.is_numeric() || first == '$');
            }
        }
        look
    }

    /// Nearly every word that a headline capitalises is, and it is not shouted.
    fn is_title_case(&self) -> bool {
        self.capitalised * 5 >= self.counted * 4 && self.counted > 0
    }

    pub(super) fn is_shouted(&self) -> bool {
        self.upper * 2 > self.words
    }

    /// Text that goes on: what a headline stands over.
    pub(super) fn is_running(&self) -> bool {
        self.words >= 12 || self.stops && self.words >= 4
    }

    pub(super) fn is_headline(&self) -> bool {
        let starts_lower = self.text.chars().find(|c| c.is_alphabetic()).is_none_or(char::is_lowercase);
        let is_list = self.text.ends_with([':', ';', ',']);
        if starts_lower || is_list || self.words > LONGEST_HEADING {
            return false;
        }
        if self.text.to_lowercase().starts_with("rating") || self.words < 2 && !self.is_title_case() {
            return false;
        }
        let is_short = self.words <= LONGEST_PLAIN_HEADING || self.is_title_case();
        !self.stops && is_short || year_and_colon(self.text)
    }

    pub(super) fn is_subheading(&self) -> bool {
        (1..=LONGEST_SUBHEADING).contains(&self.words)
            && self.is_title_case()
            && !self.stops
            && !self.text.ends_with([',', ';'])
            && !self.text.contains(": ")
            && !self.text.contains(|c: char| c.is_numeric() || c == '/')
            && !self.is_picture_of()
    }

    /// `Ada Brandt in The Lighthouse`: who is seen in what.
    pub(super) fn is_picture_of(&self) -> bool {
        let named = |part: &str| {
            let mut words = part.split_whitespace().peekable();
            words.peek().is_some()
                && words.all(|word| word.starts_with(char::is_uppercase) || SMALL.contains(&word))
        };
        let in_middle = self.text.split_once(" in ").is_some_and(|(who, what)| {
            who.split_whitespace().count() >= 2
                && named(who)
                && named(what.trim_matches(['\'', '"', '‘', '’', '“', '”']))
        });
        in_middle && !self.stops && self.words <= LONGEST_CAPTION
    }

    /// Words that only a caption, a credit or a link begins with.
    pub(super) fn is_furniture(&self) -> bool {
        let text = self.text.trim_start_matches(['(', '[', '“', '"', '→', '►', '»', ' ']);
        if self.words > LONGEST_CAPTION {
            return false;
        }
        let is_address =
            text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.");
        if is_address && !text.contains(char::is_whitespace) {
            return true;
        }
        let head: String = text.chars().take(24).flat_map(char::to_lowercase).collect();
        let Some(cue) = FURNITURE.iter().find(|cue| head.starts_with(**cue)) else {
            return self.is_site_title();
        };
        // `Courtesy of a fine script, it flies.` is a sentence, `Photo: a scene by the sea.` is not.
        cue.ends_with(':') || !self.stops
    }

    /// `The Lighthouse (2019) Movie Review | The Harbour Post`, the title of a page.
    pub(super) fn is_site_title(&self) -> bool {
        let is_review =
            year(self.text).is_some_and(|(_, after)| after.trim_start().to_lowercase().contains("review"));
        !self.stops
            && self.words <= LONGEST_HEADING
            && (self.text.contains(" | ") || is_review)
            && self.is_title_case()
    }

    /// The headline of another article: `Studio's 'Lighthouse' Sinks at the Box Office in First Week`.
    pub(super) fn is_other_headline(&self) -> bool {
        !self.stops
            && (6..=LONGEST_HEADING + 4).contains(&self.words)
            && self.is_title_case()
            && !self.is_shouted()
            && !self.text.ends_with([':', ';', ','])
            && (!self.text.contains(": ") || self.text.contains("Review: "))
            && self.text.matches(", ").nth(1).is_none()
    }

    /// `By Ada Brandt`
    pub(super) fn is_byline(&self) -> bool {
        let mut words = self.text.split_whitespace();
        let first = words.next().unwrap_or("").to_lowercase();
        let by = match first.as_str() {
            "by" => true,
            "reviewed" | "written" | "posted" | "published" => {
                words.next().is_some_and(|word| matches!(word, "by" | "on"))
            }
            _ => false,
        };
        by && !self.stops
            && (2..=7).contains(&self.words)
            && words.all(|word| {
                SMALL.contains(&word)
                    || word.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || c == '|')
            })
    }
}

/// Ends with a sentence's last character, closing quotes and brackets aside.
fn stops(text: &str) -> bool {
    text.trim_end_matches(|c: char| "\"'”’»)]*_".contains(c) || c.is_whitespace())
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '॥', '؟', '۔'])
}

/// The first `(1999)` of a text: what is before it and after it.
fn year(text: &str) -> Option<(&str, &str)> {
    text.match_indices('(').take(4).find_map(|(open, _)| {
        let inside = text.get(open + 1..open + 5)?;
        let after = text.get(open + 5..)?.strip_prefix(')')?;
        inside.bytes().all(|byte| byte.is_ascii_digit()).then_some((&text[..open], after))
    })
}

/// `The Lighthouse (2019): A Storm in a Teacup`
pub(super) fn year_and_colon(text: &str) -> bool {
    year(text).is_some_and(|(before, after)| {
        !before.trim().is_empty() && after.trim_start().starts_with([':', '-', '–', '—'])
    })
}
