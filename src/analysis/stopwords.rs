//! Words that say nothing of what a text is about: no key phrase begins or ends with one.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Function words, auxiliaries, pronouns and the plainest verbs and adverbs, lower-case.
const STOP: &str = "a about above across actually after again against ago all almost alone along already also although \
    always am amid among an and another any anybody anyone anything anyway anywhere are around as at away back be \
    became because become becomes been before begin begins behind being below beneath beside besides between beyond \
    both bring brings but by came can cannot certainly clearly come comes could despite did do does doing done down \
    during each easily either else enough especially etc even eventually ever every everybody everyone everything \
    everywhere exactly except far feel feels felt few find finds for found from fully further gave get gets getting \
    give given gives go goes going gone got had has have having he hence her here hers herself him himself his how \
    however i if in indeed instead into is it its itself just keep keeps kept knew know known knows least leave leaves \
    left less let lets like likely look looks made make makes making many may maybe me mere merely might mine more \
    moreover most mostly much must my myself namely near nearly neither never nevertheless no nobody none nor not \
    nothing now nowhere of off often oh on once one ones only onto or other others otherwise ought our ours ourselves \
    out over own per perhaps played plays possibly probably put puts quite rather really regarding said same saw say \
    says see seem seemed seems seen several shall she should show shows simply since so some somebody somehow someone \
    something sometimes somewhere soon still such sure take taken takes taking tell tells than that the their theirs \
    them themselves then there thereby therefore these they think thinks this those though through throughout thus till \
    to together told too took toward towards truly try tries under unless unlike until up upon us use used uses using \
    usually very via want wants was we went were what whatever when whenever where whereas wherever whether which \
    whichever while who whoever whole whom whose why will with within without would yes yet you your yours yourself \
    yourselves";

/// What follows the apostrophe of a contraction.
const ENDINGS: [&str; 7] = ["t", "d", "ll", "ve", "re", "m", "s"];

/// Whether a lower-case word is one of them, a contraction (`isn't`, `she'd`) or a possessive ending.
pub(super) fn is_stop(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| STOP.split_ascii_whitespace().collect());
    WORDS.contains(word) || word.rsplit_once(['\'', '’']).is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_and_contractions() {
        for word in ["the", "whose", "isn't", "she’d", "'s", "yourselves", "a"] {
            assert!(is_stop(word), "{word}");
        }
        for word in ["legacy", "o'hara", "score", ""] {
            assert!(!is_stop(word), "{word}");
        }
    }
}
