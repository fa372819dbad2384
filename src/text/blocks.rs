//! Which paragraphs are running text, which are headlines, which are captions and other furniture of a page.
//!
//! The rules are cautious: a sentence of the review taken for a caption is lost for its tone, a caption taken for
//! a sentence is only noise. So a paragraph that ends like a sentence is prose whatever else it looks like,
//! a text of one paragraph is prose, and a text without any prose is prose throughout.

use super::document::Block;
use super::markdown::Paragraph;

/// More words than this, and what the markup calls a heading or a caption is text.
const LONGEST_MARKED: usize = 60;
/// A headline is hardly longer.
const LONGEST_HEADING: usize = 18;
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
struct Look<'a> {
    text: &'a str,
    /// Words that have a letter or a digit.
    words: usize,
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
    fn at(text: &'a str) -> Look<'a> {
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

    fn is_shouted(&self) -> bool {
        self.upper * 2 > self.words
    }

    /// Text that goes on: what a headline stands over.
    fn is_running(&self) -> bool {
        self.words >= 12 || self.stops && self.words >= 4
    }

    fn is_headline(&self) -> bool {
        let starts_lower = self.text.chars().find(|c| c.is_alphabetic()).is_none_or(char::is_lowercase);
        let is_list = self.text.ends_with([':', ';', ',']);
        if starts_lower || is_list || self.words > LONGEST_HEADING {
            return false;
        }
        if self.text.to_lowercase().starts_with("rating") || self.words < 2 && !self.is_title_case() {
            return false;
        }
        !self.stops || year_and_colon(self.text)
    }

    fn is_subheading(&self) -> bool {
        (1..=LONGEST_SUBHEADING).contains(&self.words)
            && self.is_title_case()
            && !self.stops
            && !self.text.ends_with([',', ';'])
            && !self.text.contains(|c: char| c.is_numeric() || c == '/')
            && !self.is_picture_of()
    }

    /// `Ada Brandt in The Lighthouse`: who is seen in what.
    fn is_picture_of(&self) -> bool {
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
    fn is_furniture(&self) -> bool {
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
    fn is_site_title(&self) -> bool {
        let is_review =
            year(self.text).is_some_and(|(_, after)| after.trim_start().to_lowercase().contains("review"));
        !self.stops
            && self.words <= LONGEST_HEADING
            && (self.text.contains(" | ") || is_review)
            && self.is_title_case()
    }

    /// The headline of another article: `Studio's 'Lighthouse' Sinks at the Box Office in First Week`.
    fn is_other_headline(&self) -> bool {
        !self.stops
            && (6..=LONGEST_HEADING + 4).contains(&self.words)
            && self.is_title_case()
            && !self.is_shouted()
            && !self.text.ends_with([':', ';', ','])
    }

    /// `By Ada Brandt`
    fn is_byline(&self) -> bool {
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
fn year_and_colon(text: &str) -> bool {
    year(text).is_some_and(|(before, after)| {
        !before.trim().is_empty() && after.trim_start().starts_with([':', '-', '–', '—'])
    })
}

/// The kind of every paragraph of `text`.
pub(super) fn classify(text: &str, paragraphs: &[Paragraph]) -> Vec<Block> {
    if paragraphs.len() < 2 {
        return vec![Block::Prose; paragraphs.len()];
    }
    let looks: Vec<Look> =
        paragraphs.iter().map(|paragraph| Look::at(&text[paragraph.range.clone()])).collect();
    let is_text = |at: usize| {
        looks.get(at).is_some_and(|look| {
            look.is_running() && paragraphs[at].marked.is_none_or(|marked| marked == Block::Prose)
        })
    };
    let mut blocks: Vec<Block> = (0..looks.len())
        .map(|at| {
            let look = &looks[at];
            let before_text = looks.len() > at + 1 && (is_text(at + 1) || is_text(at + 2));
            let stands_alone = paragraphs[at].apart && paragraphs.get(at + 1).is_none_or(|next| next.apart);
            match paragraphs[at].marked {
                Some(marked) if look.words <= LONGEST_MARKED => return marked,
                Some(_) => return Block::Prose,
                None => {}
            }
            if at == 0 {
                // The first line names what follows, whatever a page would make of it further down.
                if year_and_colon(look.text) && look.is_headline() && before_text {
                    return Block::Heading;
                }
                if look.is_furniture() && !look.is_site_title() {
                    return Block::Caption;
                }
                if look.is_headline() && before_text {
                    return Block::Heading;
                }
            } else if look.is_furniture() || at < 3 && look.is_byline() {
                return Block::Caption;
            } else if is_text(at + 1) && look.is_subheading() && !look.is_shouted() && paragraphs[at].apart {
                return Block::Heading;
            } else if stands_alone && before_text && (look.is_other_headline() || look.is_picture_of()) {
                return Block::Caption;
            }
            Block::Prose
        })
        .collect();
    if !blocks.contains(&Block::Prose) {
        blocks.fill(Block::Prose);
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    /// For every block of a text, a letter for what it is.
    fn kinds(given: &str) -> String {
        let document = Document::parse(given);
        let mut out = String::new();
        let mut before = 0;
        for sentence in &document.sentences {
            if out.is_empty() || document.text[before..sentence.range.start].contains('\n') {
                out.push(match sentence.block {
                    Block::Prose => 'p',
                    Block::Heading => 'h',
                    Block::Caption => 'c',
                });
            }
            before = sentence.range.end;
        }
        out
    }

    const TEXT: &str =
        "Two sisters inherit a ferry, and neither of them can swim. It ends well, more or less.";

    #[test]
    fn an_article_with_its_furniture() {
        let article = format!(
            "The Ferry (2021): Two Sisters, One Boat and a Great Deal of Water\n\n{TEXT}\n\nThe Ferry (2021) Movie \
             Review | Harbour Post\n\n{TEXT}\n\nMarguerite Sloane's 'Ferry' Opens to Just $90K at the Box Office\n\n{TEXT}"
        );
        assert_eq!(kinds(&article), "hpcpcp");
    }

    #[test]
    fn captions() {
        for line in [
            "Photo: Marguerite Sloane on deck.",
            "Image credit: Granite Pictures",
            "Courtesy of Granite Pictures",
            "Read more: the ten best films about boats",
            "https://example.org/ferry",
            "(Photo by Ada Brandt)",
            "Marguerite Sloane in The Ferry",
            "![Sloane on deck](a.png)",
            "<img src='a' alt='Sloane on deck'>",
        ] {
            assert_eq!(kinds(&format!("{TEXT}\n\n{line}\n\n{TEXT}")), "pcp", "{line}");
        }
        assert_eq!(kinds(&format!("The Ferry\n\nBy Ada Brandt\n\n{TEXT}")), "hcp");
    }

    #[test]
    fn headings() {
        assert_eq!(kinds(&format!("A ferry worth taking\n\n{TEXT}")), "hp");
        assert_eq!(kinds(&format!("A ferry worth taking\n{TEXT}")), "hp");
        assert_eq!(kinds(&format!("{TEXT}\n\nFinal Thoughts\n\n{TEXT}")), "php");
        assert_eq!(kinds(&format!("<h2>the boat</h2>{TEXT}")), "hp");
        assert_eq!(kinds(&format!("{TEXT}\n\n## the boat\n{TEXT}")), "php");
    }

    #[test]
    fn prose_stays_prose() {
        for line in [
            "Great film",
            "The Ferry",
            "Photo: me",
            "# Great",
            "https://example.org",
            "Two Sisters In A Boat",
        ] {
            assert_eq!(kinds(line), "p", "{line}");
        }
        assert_eq!(kinds(&format!("{TEXT}\n\nHighly recommended")), "pp");
        assert_eq!(kinds(&format!("{TEXT}\n\nI loved it\n\n{TEXT}")), "ppp");
        assert_eq!(kinds(&format!("{TEXT}\n\nDO NOT WASTE YOUR MONEY ON THIS\n\n{TEXT}")), "ppp");
        assert_eq!(kinds(&format!("{TEXT}\n\nCourtesy of a fine script, it flies.\n\n{TEXT}")), "ppp");
        assert_eq!(kinds("Great film\n\nHighly recommended"), "pp");
        assert_eq!(kinds("Acting: 8\n\nStory: 7\n\nMusic: 9"), "ppp");
        assert_eq!(kinds("Pros:\n- great cast\n- short\n\nCons:\n- none"), "ppppp");
        assert_eq!(kinds("# One\n\n# Two"), "pp");
    }
}
