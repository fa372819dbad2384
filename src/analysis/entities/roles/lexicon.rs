//! The words by which reviews say who did what.

use super::super::super::Role;

/// The role that a noun for a person gives, and whether it is a plural. Of two joined by a hyphen or slash
/// (`writer-director`) the director counts, else the last.
pub(in crate::analysis::entities) fn occupation(word: &str) -> Option<(Role, bool)> {
    let last = word.rsplit(['-', '/']).next()?;
    let plural = last.len() > 4 && last.ends_with('s') && !last.ends_with("ss");
    let role = |part: &str| {
        Some(match part.strip_suffix('s').filter(|_| !part.ends_with("ss")).unwrap_or(part) {
            "director" | "filmmaker" | "helmer" | "auteur" => Role::Director,
            "actor" | "actress" | "actresse" | "star" | "newcomer" | "performer" | "lead" | "comedian" => {
                Role::Actor
            }
            "writer" | "screenwriter" | "scriptwriter" | "scenarist" | "novelist" | "author"
            | "playwright" => Role::Writer,
            "composer" | "songwriter" => Role::Composer,
            "cinematographer" | "cameraman" | "photographer" | "dp" => Role::Cinematographer,
            "editor" => Role::Editor,
            "producer" => Role::Producer,
            "hero" | "heroine" | "protagonist" | "antagonist" | "villain" | "villainess" | "antihero" => {
                Role::Character
            }
            _ => return None,
        })
    };
    let mut parts = word.split(['-', '/']).filter_map(role);
    let role = parts.find(|role| *role == Role::Director).or_else(|| role(last))?;
    Some((role, plural))
}

/// The role of whoever made or did what a noun says.
pub(super) fn creation(word: &str) -> Option<Role> {
    Some(match word {
        "direction" | "staging" | "film" | "films" | "movie" | "movies" | "picture" | "pictures"
        | "thriller" | "western" | "comedy" | "drama" | "melodrama" | "musical" | "biopic" | "remake"
        | "sequel" | "documentary" | "directorial" | "epic" | "masterpiece" | "opus" | "satire" | "fable"
        | "whodunit" | "latest" | "effort" | "filmmaking" | "film-making" | "debut" | "feature"
        | "features" | "mise-en-scène" => Role::Director,
        "performance" | "performances" | "turn" | "turns" | "portrayal" | "portrayals" | "acting"
        | "role" | "character" | "delivery" | "cameo" | "co-star" | "interpretation" | "casting"
        | "miscasting" => Role::Actor,
        "script" | "scripts" | "screenplay" | "screenplays" | "scenario" | "novel" | "novels" | "book"
        | "play" | "memoir" | "dialogue" | "writing" | "novella" | "words" | "poem" | "poems" | "verses"
        | "adaptation" | "libretto" => Role::Writer,
        "score" | "music" | "soundtrack" | "songs" => Role::Composer,
        "camera" | "camerawork" | "cinematography" | "photography" | "lens" | "lensing" | "lighting" => {
            Role::Cinematographer
        }
        "editing" | "cutting" | "montage" => Role::Editor,
        "producing" => Role::Producer,
        _ => return None,
    })
}

/// The role of whom `by` follows after a participle.
pub(super) fn done(word: &str) -> Option<Role> {
    Some(match word.strip_prefix("co-").unwrap_or(word) {
        "directed" | "helmed" | "staged" => Role::Director,
        "written" | "penned" | "scripted" | "adapted" | "authored" | "co-written" => Role::Writer,
        "shot" | "photographed" | "lensed" | "filmed" | "lit" => Role::Cinematographer,
        "scored" | "composed" => Role::Composer,
        "edited" | "cut" => Role::Editor,
        "produced" => Role::Producer,
        "played" | "portrayed" | "voiced" | "impersonated" | "acted" => Role::Actor,
        _ => return None,
    })
}

/// The role of the subject of a verb that needs nothing more.
pub(super) fn doing(word: &str) -> Option<Role> {
    Some(match word {
        "direct" | "directs" | "directed" | "directing" | "helms" | "helmed" | "helming" | "stages" => {
            Role::Director
        }
        "write" | "writes" | "wrote" | "writing" | "penned" | "adapts" | "scripted" => Role::Writer,
        "lights" | "lit" | "photographs" | "photographed" | "lensed" | "lenses" => Role::Cinematographer,
        "edits" | "edited" | "editing" => Role::Editor,
        "composed" | "composes" => Role::Composer,
        "produces" | "produced" => Role::Producer,
        "star" | "stars" | "starred" | "starring" | "co-star" | "co-stars" | "co-starred" | "overacts"
        | "underplays" => Role::Actor,
        _ => return None,
    })
}

/// Verbs of an actor, whose object is a character.
pub(super) fn plays(word: &str) -> bool {
    matches!(
        word,
        "play"
            | "plays"
            | "played"
            | "playing"
            | "portray"
            | "portrays"
            | "portrayed"
            | "portraying"
            | "voices"
            | "impersonates"
            | "embodies"
            | "incarnates"
    )
}

/// What makes of `plays` something else: an instrument, a game, `plays with`.
pub(super) fn plays_otherwise(word: &str) -> bool {
    matches!(
        word,
        "with"
            | "on"
            | "out"
            | "in"
            | "around"
            | "up"
            | "into"
            | "for"
            | "like"
            | "chess"
            | "cards"
            | "piano"
            | "violin"
            | "guitar"
            | "cello"
            | "drums"
            | "games"
            | "tricks"
            | "football"
            | "tennis"
            | "poker"
            | "by"
            | "trumpet"
            | "to"
            | "dead"
            | "most"
            | "all"
            | "much"
            | "host"
            | "havoc"
            | "against"
    )
}

/// Verbs between a person and `as` that leave the person an actor: `is superb as`, `excels as`.
pub(super) fn shows(word: &str) -> bool {
    matches!(
        word,
        "is" | "was"
            | "are"
            | "were"
            | "excels"
            | "shines"
            | "appears"
            | "appear"
            | "returns"
            | "return"
            | "stars"
            | "star"
            | "starred"
            | "turns"
            | "shows"
            | "pops"
            | "makes"
            | "impresses"
            | "convinces"
            | "dazzles"
            | "charms"
            | "debuts"
            | "delights"
            | "cast"
            | "miscast"
            | "gives"
            | "delivers"
            | "appeared"
            | "co-stars"
            | "scowls"
            | "smoulders"
            | "glowers"
            | "does"
    )
}

/// Words after which `as` says how somebody is seen, not whom they play.
pub(super) fn regards(word: &str) -> bool {
    matches!(
        word,
        "see"
            | "sees"
            | "saw"
            | "regard"
            | "regards"
            | "describes"
            | "describe"
            | "treat"
            | "treats"
            | "treated"
            | "know"
            | "knows"
            | "known"
            | "such"
            | "well"
            | "much"
            | "same"
            | "just"
            | "think"
            | "of"
            | "recognise"
            | "recognises"
            | "recognize"
            | "recognizes"
            | "identifies"
            | "revealed"
            | "serves"
            | "works"
            | "far"
            | "soon"
            | "long"
            | "not"
    )
}

/// Words that begin a noun phrase about something known.
pub(super) fn definite(word: &str) -> bool {
    matches!(word, "the" | "its" | "their" | "his" | "her" | "this" | "our" | "whose" | "'s")
}

/// Words that begin a noun phrase about something new.
pub(super) fn indefinite(word: &str) -> bool {
    matches!(word, "a" | "an" | "another" | "one")
}

/// Words that end a noun phrase.
pub(super) fn ends_phrase(word: &str) -> bool {
    matches!(
        word,
        "is" | "was"
            | "are"
            | "were"
            | "has"
            | "have"
            | "had"
            | "and"
            | "or"
            | "but"
            | "who"
            | "that"
            | "which"
            | "of"
            | "in"
            | "on"
            | "at"
            | "by"
            | "for"
            | "from"
            | "with"
            | "to"
            | "as"
            | "than"
            | "into"
            | "does"
            | "do"
            | "can"
            | "will"
            | "would"
            | "could"
            | "not"
            | "gets"
            | "makes"
            | "when"
            | "while"
            | "where"
            | "because"
            | "so"
            | "if"
            | "about"
            | "over"
            | "under"
            | "."
            | ";"
            | ":"
            | "("
            | ")"
            | "!"
            | "?"
            | "—"
            | "–"
            | "…"
            | "\""
            | "“"
            | "”"
    )
}

/// Family: only characters' relatives are spoken of in reviews, as a rule.
pub(super) fn relative(word: &str) -> bool {
    matches!(
        word,
        "wife"
            | "husband"
            | "mother"
            | "father"
            | "daughter"
            | "son"
            | "brother"
            | "sister"
            | "grandson"
            | "neighbour"
            | "neighbor"
            | "girlfriend"
            | "boyfriend"
            | "boss"
            | "killer"
            | "uncle"
            | "aunt"
            | "fiancée"
            | "widow"
            | "granddaughter"
            | "house"
            | "gang"
            | "crew"
    )
}

/// Ranks that few but characters have in a review.
pub(super) fn rank(word: &str) -> bool {
    matches!(
        word,
        "detective"
            | "inspector"
            | "sheriff"
            | "marshal"
            | "officer"
            | "agent"
            | "sergeant"
            | "sgt"
            | "lieutenant"
            | "corporal"
            | "constable"
            | "deputy"
            | "nurse"
            | "warden"
            | "superintendent"
    )
}
