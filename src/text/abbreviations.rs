//! The words that decide what a full stop means.

/// What a full stop after an abbreviation can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// A name or more of the sentence always follows: `Dr.`, `vs.`, `e.g.`
    Inside,
    /// A number follows, or else it is a word and a full stop: `No.`, `Vol.`
    Number,
    /// It may end a sentence: `Jr.`, `etc.`, `U.S.`
    Either,
}

/// What the full stop after `word` can mean; none if the word is no known abbreviation. `tokenised` text is
/// written in lower case with spaces around the stops.
pub(super) fn abbreviation(word: &str, tokenised: bool) -> Option<Abbreviation> {
    if word.len() > 7 {
        return None;
    }
    let lower = word.to_lowercase();
    let capitalised = word.starts_with(char::is_uppercase);
    Some(match lower.as_str() {
        "mr" | "mrs" | "ms" | "dr" | "drs" | "p.s" | "prof" | "messrs" | "mme" | "mlle" | "vs" | "e.g"
        | "i.e" | "eg" | "ie" | "cf" | "viz" | "ca" | "incl" | "esp" | "dir" | "d.h" | "z.b" | "bzw" => {
            Abbreviation::Inside
        }
        // Words of their own in lower case: a bad rep, a cold front.
        "gen" | "det" | "sen" | "rep" | "col" | "rev" | "hon" | "gov" | "capt" | "sgt" | "lt" | "cpl"
        | "maj" | "cmdr" | "adm" | "supt" | "insp" | "pres" | "fr" | "mt" | "ft"
            if capitalised || tokenised =>
        {
            Abbreviation::Inside
        }
        "no" | "nos" | "vol" | "vols" | "fig" | "figs" | "pp" | "pg" | "ch" | "chap" | "ep" | "eps"
        | "op" | "pt" => Abbreviation::Number,
        "jr" | "sr" | "inc" | "ltd" | "co" | "corp" | "bros" | "etc" | "st" | "ave" | "blvd" | "rd"
        | "esq" | "et al" | "al" | "hr" | "hrs" | "min" | "mins" | "sec" | "secs" | "lb" | "lbs" | "oz"
        | "approx" | "est" | "dept" | "ph.d" | "usw" | "jan" | "feb" | "aug" | "sept" | "oct" | "nov"
        | "dec" => Abbreviation::Either,
        _ => return None,
    })
}

/// Words that begin sentences far oftener than they follow an abbreviation or an initial.
const STARTERS: &str = "\
    a about after again all also although an and another anyone are as at because before besides both \
    but by can could did do does don't during each even every everyone everything few finally first for \
    from given he her here his how however i i'd i'll i'm i've if in instead is it it's its just let \
    like maybe meanwhile most my never no nobody none not nothing now of on once one only or our perhaps \
    she since so some somehow still such that that's the their then there there's these they this those \
    though to until was we well what when where which while who why with yes yet you";

/// Little words that only titles write with a capital in the midst of a sentence.
const TITLE_WORDS: &str =
    "A An The Of We Go Is Are And To In Me My Your Art Again On With It You Us They From For";

/// Verbs that tell who spoke.
const SPEECH_VERBS: &str = "\
    said says asked asks cried cries shouted shouts whispered whispers replied replies answered answers \
    exclaimed exclaims yelled yells screamed screams wondered wonders muttered mutters sighed sighs";

/// Verbs that follow a title at the head of a sentence.
const TITLE_VERBS: &str = "\
    is isn't was wasn't has had does doesn't did didn't will won't would could can can't may might \
    should gets got gives gave works worked remains remained comes came takes took makes made looks \
    looked feels felt pays paid stars starred opens opened ends ended runs ran tells told plays played \
    never and or";

fn holds(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}

/// Whether a capitalised `word` looks like the first of a sentence and not like part of a name: such words begin
/// sentences far oftener than they follow an abbreviation or an initial.
pub(super) fn is_starter(word: &str) -> bool {
    if word.len() > 12 || !word.starts_with(char::is_uppercase) {
        return false;
    }
    let lower = word.to_lowercase().replace('’', "'");
    holds(STARTERS, &lower)
}

/// Little words that only titles write with a capital in the midst of a sentence.
pub(super) fn is_title_word(word: &str) -> bool {
    holds(TITLE_WORDS, word)
}

/// Verbs that tell who spoke: `"Why?" Ada asks.`
pub(super) fn is_speech_verb(word: &str) -> bool {
    holds(SPEECH_VERBS, word)
}

/// Verbs that follow a title at the head of a sentence: `Airplane! is`.
pub(super) fn follows_title(word: &str) -> bool {
    holds(TITLE_VERBS, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starters_are_capitalised() {
        assert!(is_starter("The") && is_starter("I’m") && !is_starter("the") && !is_starter("Baldwin"));
    }

    #[test]
    fn case_tells_titles_from_words() {
        assert_eq!(abbreviation("Rep", false), Some(Abbreviation::Inside));
        assert_eq!(abbreviation("rep", false), None);
        assert_eq!(abbreviation("rep", true), Some(Abbreviation::Inside));
        assert_eq!(abbreviation("no", false), Some(Abbreviation::Number));
    }
}
