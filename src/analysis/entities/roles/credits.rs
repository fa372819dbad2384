//! Patterns of credit: titles before and after a name, what somebody made, who directs and writes.

use super::super::super::Role;
use super::Votes;
use super::lexicon::{creation, definite, doing, done, ends_phrase, indefinite, occupation};
use super::line::{Line, Name};

/// Weight of a pattern that is hardly ever wrong.
const SURE: f64 = 1.5;
/// Weight of one that is right as a rule, and enough alone.
const LIKELY: f64 = 1.0;
/// Weight of one that needs another.
const HINT: f64 = 0.6;

/// A sentence that judges with a higher probability tells no plot.
const JUDGES: f64 = 0.7;

/// Lets the patterns of this file vote on a sentence.
pub(super) fn vote(line: &Line, opinion: f64, votes: &mut Votes) {
    for at in 0..line.len() {
        if line.person(at).is_some() {
            title(line, at, votes);
            apposition(line, at, opinion, votes);
            possessive(line, at, votes);
            made_by(line, at, votes);
            verb(line, at, votes);
        }
    }
}

/// `director Joel Souza`, `the star, A`, `directors A and B`, `writer and director A`, `Music: A, B`, `actors like A`.
fn title(line: &Line, at: usize, votes: &mut Votes) {
    let Some(person) = line.person(at) else { return };
    let (sign, noun) = match line.before(at, 1) {
        sign @ ("," | "(" | ":") => (sign, 2),
        "." if line.before(at, 2) == "dir" => return votes.add(person, Role::Director, SURE),
        sign @ ("like" | "is" | "was" | "are") => (sign, 2),
        "as" if line.before(at, 2) == "such" => ("like", 3),
        _ => ("", 1),
    };
    let word = line.before(at, noun);
    let people = line.people(at);
    if sign == ":" {
        let label = occupation(word).map(|(role, _)| role).or_else(|| creation(word));
        let label = label.or_else(|| matches!(word, "cast" | "starring" | "with").then_some(Role::Actor));
        if let Some(role) = label {
            votes.all(&people, role, SURE);
        }
        return;
    }
    let Some((role, plural)) = occupation(word) else { return };
    if role == Role::Editor && matches!(line.before(at, noun + 1), "newspaper" | "magazine" | "city" | "news")
    {
        return;
    }
    // "the director, A, ...", not "for a first-time director, A ..."; "the composer is A".
    let known =
        || (1..=4).any(|back| definite(line.before(at, noun + back)) || line.before(at, noun + back) == "by");
    match sign {
        "," | "(" | "is" | "was" | "are" if !known() => return,
        "like" => return votes.all(&people, role, LIKELY),
        _ => {}
    }
    let weight = if sign.is_empty() { SURE } else { LIKELY };
    match plural {
        true => votes.all(&people, role, weight),
        false => votes.add(person, role, weight),
    }
    if line.before(at, noun + 1) == "and"
        && let Some((other, _)) = occupation(line.before(at, noun + 2))
    {
        votes.add(person, other, weight);
    }
}

/// `A, the director,`, `A, its star`, `A, who wrote the script`, `A, whose camera`, `A is the film's composer`.
fn apposition(line: &Line, at: usize, opinion: f64, votes: &mut Votes) {
    let Some(person) = line.person(at) else { return };
    let begin = match (line.word(at + 1), line.word(at + 2)) {
        ("," | "—" | "–", "who") => return relative(line, person, at + 3, votes),
        ("who", _) => return relative(line, person, at + 2, votes),
        ("," | "—" | "–", "whose") => return owned(line, &[person], at + 3, votes),
        ("," | "—" | "–" | "is" | "was" | "remains", _) => at + 2,
        ("(", _) => at + 2,
        _ => return,
    };
    let first = line.word(begin);
    match first {
        "working" if line.word(begin + 1) == "from" => return votes.add(person, Role::Director, LIKELY),
        "making" | "in" if (begin + 1..begin + 5).any(|at| line.word(at).starts_with("directorial")) => {
            return votes.add(person, Role::Director, SURE);
        }
        _ => {}
    }
    if first.ends_with("ing")
        && let Some(role) = doing(first)
    {
        return votes.add(person, role, SURE);
    }
    for noun in begin..begin + 6 {
        let word = line.word(noun);
        if let Some((role, plural)) = occupation(word) {
            // "A, director B and C": B's title. "A, the star system": no title at all.
            if line.name(noun + 1).is_some() || plural {
                return;
            }
            let named = (begin..noun).any(|at| matches!(line.name(at), Some(Name::Work)));
            let weight = match () {
                () if definite(first) || named || noun == begin && line.word(at + 1) == "," => SURE,
                () if (begin..noun).any(|at| line.word(at) == "'s") => SURE,
                // In a plot "A is a struggling composer" is no credit.
                () if indefinite(first) && opinion > JUDGES => LIKELY,
                () if indefinite(first) => HINT,
                () => return,
            };
            return votes.add(person, role, weight);
        }
        let other = matches!(line.name(noun), Some(Name::Person(_)));
        if other || ends_phrase(word) || word == "," {
            return;
        }
    }
}

/// What stands after `A, who`.
fn relative(line: &Line, person: usize, from: usize, votes: &mut Votes) {
    for at in from..from + 7 {
        let word = line.word(at);
        if matches!(word, "," | "." | ";" | ")" | "—") || line.person(at).is_some() {
            return;
        }
        if let Some(role) = doing(word).map(|role| object(line, at, role)) {
            votes.add(person, role, if role == Role::Director { SURE } else { LIKELY });
        }
    }
}

/// Whoever writes the score is a composer.
fn object(line: &Line, verb: usize, role: Role) -> Role {
    let music = || {
        (verb + 1..verb + 7)
            .take_while(|at| !ends_clause(line.word(*at)))
            .any(|at| creation(line.word(at)) == Some(Role::Composer))
    };
    if role == Role::Writer && music() { Role::Composer } else { role }
}

fn ends_clause(word: &str) -> bool {
    matches!(word, "." | ";" | ":" | "," | "but" | "while" | "—" | ")")
}

/// `A's score`, `A and B's lean, funny script`, `A's Heat`.
fn possessive(line: &Line, at: usize, votes: &mut Votes) {
    if line.word(at + 1) == "'s" {
        owned(line, &line.people_to(at), at + 2, votes);
    }
}

/// The noun phrase that begins at `begin` is about something of `people`.
fn owned(line: &Line, people: &[usize], begin: usize, votes: &mut Votes) {
    for noun in begin..begin + 6 {
        match line.name(noun) {
            Some(Name::Work) if noun == begin => return votes.all(people, Role::Director, LIKELY),
            Some(_) => return,
            None => {}
        }
        let word = line.word(noun);
        if matches!(word, "cello" | "strings" | "guitar" | "piano" | "theme") {
            return votes.all(people, Role::Composer, HINT);
        }
        if matches!(occupation(word), Some((Role::Character, _))) {
            return votes.all(people, Role::Actor, HINT);
        }
        if let Some(role) = creation(word) {
            // "A's film score": the last noun counts. "A's screen character" is an actor's; so is the name after it.
            let role = creation(line.word(noun + 1)).unwrap_or(role);
            return votes.all(
                people,
                role,
                if role == Role::Writer && word == "words" { HINT } else { SURE },
            );
        }
        if ends_phrase(word) {
            return;
        }
    }
}

/// `directed by A`, `a script by A and B`, `the score comes from A`, `the camera of A`, `co-written with A`.
fn made_by(line: &Line, at: usize, votes: &mut Votes) {
    let people = line.people(at);
    let Some(by) = at.checked_sub(1) else { return };
    match line.word(by) {
        "of" => {
            if let Some(role) = creation(line.before(at, 2))
                .filter(|role| *role != Role::Actor || line.before(at, 2) != "role")
            {
                let character = matches!(line.before(at, 2), "character");
                votes.all(&people, if character { Role::Character } else { role }, LIKELY);
            }
        }
        "with"
            if (2..=3).any(|back| {
                matches!(line.before(at, back), "written" | "co-written" | "wrote" | "co-wrote")
            }) =>
        {
            votes.all(&people, Role::Writer, LIKELY)
        }
        "to" if line.before(at, 2) == "credited" => noun_by(line, by - 1, &people, votes),
        "by" => participle_by(line, by, &people, votes),
        "from" => noun_by(line, by, &people, votes),
        _ => {}
    }
}

/// `by` after a participle: `written and directed by`, `shot in black and white by`.
fn participle_by(line: &Line, by: usize, people: &[usize], votes: &mut Votes) {
    let near = (1..=6).take_while(|back| {
        let word = line.before(by, *back);
        !word.is_empty()
            && creation(word).is_none()
            && (*back == 1 || !matches!(word, "," | "." | "(" | ")" | "is" | "was" | "but" | "by" | "who"))
    });
    let found = near.map(|back| by - back).find(|at| done(line.word(*at)).is_some());
    let Some(mut verb) = found else {
        // "ruined by A" says nothing about who made what stands before it.
        let passive = line.before(by, 1).ends_with("ed") && line.before(by, 1) != "credited";
        if !passive {
            noun_by(line, by, people, votes);
        }
        return;
    };
    loop {
        if let Some(role) = done(line.word(verb)).filter(|_| !violent(line, verb)) {
            // The parts of actors are another file's.
            if role != Role::Actor {
                votes.all(people, role, SURE);
            }
        }
        let skip = match (line.before(verb, 1), line.before(verb, 2)) {
            ("and", ",") => 3,
            ("and" | ",", _) => 2,
            _ => break,
        };
        match verb.checked_sub(skip).filter(|at| done(line.word(*at)).is_some()) {
            Some(before) => verb = before,
            None => break,
        }
    }
}

/// `he is shot by A` is no credit: who says `shot` or `cut` of a film says of what, or how.
fn violent(line: &Line, verb: usize) -> bool {
    if !matches!(line.word(verb), "shot" | "cut" | "lit") {
        return false;
    }
    let film = |at: usize| {
        matches!(line.name(at), Some(Name::Work))
            || matches!(
                line.word(at),
                "it" | "film" | "movie" | "picture" | "scene" | "scenes" | "sequence" | "all" | "everything"
            )
            || done(line.word(at)).is_some() && at != verb
    };
    let how =
        line.before(verb, 1).ends_with("ly") || matches!(line.before(verb, 1), "well" | "" | "and" | ",");
    !(how || (verb.saturating_sub(8)..verb).any(film))
}

/// `by` or `from` after what somebody made: the nearest such noun.
fn noun_by(line: &Line, by: usize, people: &[usize], votes: &mut Votes) {
    for back in 1..=8 {
        let word = line.before(by, back);
        let Some(place) = by.checked_sub(back) else { return };
        if line.person(place).is_some() || matches!(word, "." | ";" | ":" | "by" | "but" | "from" | "—") {
            return;
        }
        let support = matches!(word, "support" | "work") && line.word(by) == "from" && back < 3;
        let story = matches!(word, "story" | "stories").then_some(Role::Writer);
        if let Some(role) = creation(word).or(story).or(support.then_some(Role::Actor)) {
            return votes.all(people, role, if back <= 2 { SURE } else { LIKELY });
        }
        if back > 1 && doing(word).is_some() {
            return;
        }
    }
}

/// `A directs`, `A and B wrote the script`, `A has written the score`.
fn verb(line: &Line, at: usize, votes: &mut Votes) {
    let people = line.people_to(at);
    let helps = |word: &str| {
        word.ends_with("ly")
            || matches!(
                word,
                "has" | "have" | "had" | "also" | "never" | "both" | "who" | "himself" | "herself"
            )
    };
    let Some(verb) = (at + 1..at + 5).find(|at| !helps(line.word(*at))) else { return };
    let word = line.word(verb);
    let perfect = matches!(line.before(verb, 1), "has" | "have" | "had");
    let role = doing(word)
        .or_else(|| done(word).filter(|role| perfect && matches!(role, Role::Director | Role::Writer)));
    if let Some(role) = role.map(|role| object(line, verb, role)) {
        let film = || {
            (verb + 1..verb + 6)
                .take_while(|at| !ends_clause(line.word(*at)))
                .any(|at| creation(line.word(at)).is_some() || line.word(at) == "it")
        };
        let weight = match role {
            Role::Director | Role::Actor | Role::Composer => SURE,
            _ if film() => LIKELY,
            _ => HINT,
        };
        votes.all(&people, role, weight);
        // "A writes and directs"
        if line.word(verb + 1) == "and"
            && let Some(other) = doing(line.word(verb + 2))
        {
            votes.all(&people, other, weight);
        }
        return;
    }
    match word {
        "casts" => votes.all(&people, Role::Director, LIKELY),
        "adds" | "provides" | "supplies" | "contributes" | "gives" | "offers" => {
            let made = (verb + 1..verb + 8)
                .take_while(|at| !ends_clause(line.word(*at)))
                .find_map(|at| creation(line.word(at)));
            if let Some(role) = made.filter(|role| *role == Role::Composer) {
                votes.all(&people, role, LIKELY);
            }
        }
        _ => {}
    }
}
