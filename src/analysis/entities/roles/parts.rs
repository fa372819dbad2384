//! Patterns of parts: who plays whom.

use super::super::super::Role;
use super::Votes;
use super::lexicon::{
    creation, definite, ends_phrase, indefinite, occupation, plays, plays_otherwise, rank, regards, relative,
    shows,
};
use super::line::{Line, Name};

/// Weight of a pattern that names actor and character together.
const CERTAIN: f64 = 2.0;
/// Weight of a pattern that is hardly ever wrong.
const SURE: f64 = 1.5;
/// Weight of one that is right as a rule, and enough alone.
const LIKELY: f64 = 1.0;
/// Weight of one that needs another.
const HINT: f64 = 0.6;
/// A sentence tells the plot if its opinion is below.
const PLOT: f64 = 0.5;

/// Lets the patterns of this file vote on a sentence, which judges with the probability `opinion`.
pub(super) fn vote(line: &Line, opinion: f64, votes: &mut Votes) {
    let plot = opinion < PLOT;
    for at in 0..line.len() {
        if line.person(at).is_some() {
            performs(line, at, votes);
            character(line, at, plot, votes);
        }
        match line.word(at) {
            "as" => casts_as(line, at, votes),
            "(" => bracket(line, at, votes),
            "by" => played_by(line, at, votes),
            "starring" | "co-starring" | "stars" | "featuring" => {
                votes.all(&line.people(at + 1), Role::Actor, SURE)
            }
            "opposite" | "casts" | "casting" => votes.all(&line.people(at + 1), Role::Actor, LIKELY),
            "role" | "part" | "lead" => title_role(line, at, votes),
            _ => {}
        }
    }
}

/// `A plays B`, `A and B play C and D`, `A, playing a widow`, `A is B`, `A gives a performance`, `A is cast`.
fn performs(line: &Line, at: usize, votes: &mut Votes) {
    let people = line.people_to(at);
    let helps = |word: &str| {
        word.ends_with("ly")
            || matches!(
                word,
                "has" | "also" | "never" | "both" | "who" | "once" | "again" | "here" | "is" | "was"
            )
    };
    let mut verb = at + 1;
    if matches!(line.word(verb), "," | "(" | "—") {
        // A bracket or an apposition between a name and its verb: "A, her hair cut short, plays".
        let close = if line.word(verb) == "(" { ")" } else { line.word(verb) };
        let next = line.word(verb + 1);
        let after = (verb + 2..verb + 9)
            .find(|at| line.word(*at) == close)
            .filter(|at| (verb..*at).all(|at| line.person(at).is_none()));
        verb = match after {
            _ if plays(next) || next == "who" || next == "also" => verb + 1,
            Some(after) => after + 1,
            None => return,
        };
    }
    let start = verb;
    while verb < start + 3 && helps(line.word(verb)) && line.word(verb) != "is" {
        verb += 1;
    }
    let word = line.word(verb);
    // "B, whom A plays with a limp", "B, as A plays him"
    if plays(word)
        && let Some(link) = at.checked_sub(1).filter(|link| matches!(line.word(*link), "whom" | "as"))
    {
        votes.all(&people, Role::Actor, SURE);
        let before = link.checked_sub(if line.before(link, 1) == "," { 2 } else { 1 });
        if let Some(other) = before.and_then(|at| line.person(at)) {
            votes.add(other, Role::Character, SURE);
        }
        return;
    }
    if plays(word) {
        if plays_otherwise(line.word(verb + 1))
            || plays_otherwise(line.word(verb + 2)) && definite(line.word(verb + 1))
        {
            return;
        }
        let object = (verb + 1..verb + 8)
            .take_while(|at| !ends_phrase(line.word(*at)) && line.word(*at) != ",")
            .find(|at| line.person(*at).is_some());
        return match object.filter(|at| line.word(at + 1) != "'s") {
            Some(object) => {
                votes.all(&people, Role::Actor, CERTAIN);
                votes.all(&line.people(object), Role::Character, CERTAIN);
            }
            None => votes.all(&people, Role::Actor, SURE),
        };
    }
    let next = verb + 1;
    let within = |wanted: &dyn Fn(&str) -> bool| {
        (next..next + 9)
            .take_while(|at| !matches!(line.word(*at), "." | ";" | "but" | "—"))
            .any(|at| wanted(line.word(at)))
    };
    let weight = match word {
        "is" | "was" if matches!(line.word(next), "cast" | "miscast") => SURE,
        "is" | "was" | "are" | "were" if wonderful_in(line, next) => LIKELY,
        "is" | "was" => {
            if let Some(other) = line.person(next).filter(|_| !matches!(line.word(next + 1), "'s" | "and")) {
                votes.all(&people, Role::Actor, LIKELY);
                votes.add(other, Role::Character, LIKELY);
            }
            return;
        }
        "gives" | "delivers" | "gave" | "delivered" | "offers" | "contributes" | "brings" | "turns"
            if within(&|word| {
                matches!(word, "performance" | "performances" | "turn" | "turns" | "portrayal")
            }) =>
        {
            SURE
        }
        "turns" | "shows" | "pops" if line.word(next) == "up" && line.word(next + 1) == "as" => SURE,
        "steals"
            if within(&|word| matches!(word, "show" | "scene" | "scenes" | "film" | "movie" | "picture")) =>
        {
            LIKELY
        }
        "makes" if !people.is_empty() => return makes_of(line, next, &people, votes),
        _ => return,
    };
    votes.all(&people, Role::Actor, weight);
}

/// `is simply wonderful in it`.
fn wonderful_in(line: &Line, next: usize) -> bool {
    let in_ = (next + 1..next + 4).find(|at| line.word(*at) == "in");
    let thing =
        |word: &str| matches!(word, "it" | "this" | "that" | "film" | "movie" | "part" | "role" | "picture");
    in_.is_some_and(|at| {
        thing(line.word(at + 1)) && ends_phrase_or_sign(line.word(at + 2)) || thing(line.word(at + 2))
    })
}

fn ends_phrase_or_sign(word: &str) -> bool {
    word.is_empty() || word == "," || ends_phrase(word)
}

/// `A makes a sad clown of B`.
fn makes_of(line: &Line, next: usize, people: &[usize], votes: &mut Votes) {
    let of = (next..next + 6).find(|at| line.word(*at) == "of");
    if let Some(other) = of.filter(|_| indefinite(line.word(next))).and_then(|of| line.person(of + 1)) {
        votes.all(people, Role::Actor, LIKELY);
        votes.add(other, Role::Character, LIKELY);
    }
}

/// `A as B`, `A as the mayor`, `A, as B's mother,`, `A is superb as B`, `As the widow, A`.
fn casts_as(line: &Line, at: usize, votes: &mut Votes) {
    let part = at + 1;
    let owner = line.person(part).filter(|_| line.word(part + 1) == "'s");
    let character = line.person(part).filter(|_| owner.is_none());
    if (part + 1..part + 5).any(|at| plays(line.word(at))) && character.is_some() {
        return;
    }
    let described = definite(line.word(part)) || indefinite(line.word(part)) || owner.is_some();
    let profession = (part + 1..part + 4)
        .any(|at| occupation(line.word(at)).is_some_and(|(role, _)| role != Role::Character));
    if character.is_none() && !described || profession && character.is_none() {
        return;
    }
    let mut cast = |people: &[usize], weight: f64| {
        votes.all(people, Role::Actor, weight);
        match (character, owner) {
            (Some(_), _) => votes.all(&line.people(part), Role::Character, weight + 0.5),
            (None, Some(owner)) => votes.add(owner, Role::Character, LIKELY),
            (None, None) => {}
        }
    };
    let near = match line.before(at, 1) {
        "," | "(" => at.checked_sub(2),
        _ => at.checked_sub(1),
    };
    if let Some(near) = near.filter(|near| line.person(*near).is_some()) {
        let people = line.people_to(near);
        let first = near.saturating_sub(2 * (people.len() - 1));
        let seen = (1..=2).any(|back| regards(line.before(first, back)));
        if !seen {
            cast(&people, SURE);
        }
        return;
    }
    if at == 0 {
        let comma = (part..part + 7).find(|at| line.word(*at) == ",");
        let Some(comma) =
            comma.filter(|comma| character.is_some() || comma - part <= 4 && !verbal(line.before(*comma, 1)))
        else {
            return;
        };
        if line.person(comma + 1).is_some()
            && !matches!(line.word(part + 1), "film" | "movie" | "story" | "plot")
        {
            cast(&line.people(comma + 1), LIKELY);
        }
        return;
    }
    if regards(line.before(at, 1)) {
        return;
    }
    for back in 1..=7 {
        let Some(place) = at.checked_sub(back) else { return };
        if matches!(line.word(place), "as" | "." | ";" | "but" | "—" | "that") {
            return;
        }
        if line.person(place).is_some() {
            if (place + 1..at).any(|at| shows(line.word(at))) {
                cast(&line.people_to(place), LIKELY);
            }
            return;
        }
    }
}

/// Whether a word may well be a verb that ends a clause: `As the story begins,`.
fn verbal(word: &str) -> bool {
    word.ends_with('s') || word.ends_with("ed")
}

/// `B (A)`, `B (A, in fine voice)`, `his wife (A)`, `Heat (A, 1995)`.
fn bracket(line: &Line, at: usize, votes: &mut Votes) {
    let Some(inside) = line.person(at + 1) else { return };
    if !matches!(line.word(at + 2), ")" | ",") {
        return;
    }
    let Some(before) = at.checked_sub(1) else { return };
    let word = line.word(before);
    match line.name(before) {
        Some(Name::Person(outside)) if outside != inside => {
            votes.add(outside, Role::Character, SURE);
            votes.add(inside, Role::Actor, SURE);
        }
        Some(Name::Person(_) | Name::Other) => {}
        Some(Name::Work) => {
            let year = line.word(at + 3).parse::<u16>().is_ok_and(|year| (1890..2100).contains(&year));
            votes.add(inside, Role::Director, if year { SURE } else { HINT });
        }
        None if occupation(word).is_some() => {}
        None => match creation(word) {
            Some(role) => votes.add(inside, role, LIKELY),
            None if word == "cast" => votes.all(&line.people(at + 1), Role::Actor, SURE),
            None if word.chars().all(char::is_alphabetic) && !ends_phrase(word) => {
                votes.add(inside, Role::Actor, LIKELY)
            }
            None => {}
        },
    }
}

/// `B, played by A`, `B is played with wit by A`, `a cast led by A`.
fn played_by(line: &Line, by: usize, votes: &mut Votes) {
    let people = line.people(by + 1);
    let stop = |word: &str| matches!(word, "," | "." | "(" | ")" | "but");
    let played = (1..=4).take_while(|back| !stop(line.before(by, *back))).find(|back| {
        matches!(line.before(by, *back), "played" | "portrayed" | "voiced" | "impersonated" | "embodied")
    });
    if let Some(back) = played {
        votes.all(&people, Role::Actor, CERTAIN);
        let verb = by - back;
        let link = |word: &str| {
            matches!(word, "," | "(" | "is" | "was" | "who" | "here" | "—" | "a" | "are" | "well" | "be")
                || word.ends_with("ly")
        };
        let before = (1..=4)
            .take_while(|back| *back == 1 || link(line.before(verb, back - 1)))
            .find_map(|back| verb.checked_sub(back).filter(|at| line.person(*at).is_some()));
        // "B, the son, played by A"
        let apposed = || {
            let comma = verb.checked_sub(1).filter(|at| line.word(*at) == ",")?;
            let first = (2..7).find(|back| line.before(comma, *back) == ",")?;
            comma.checked_sub(first + 1).filter(|at| line.person(*at).is_some())
        };
        if let Some(before) = before.or_else(apposed) {
            votes.all(&line.people_to(before), Role::Character, CERTAIN);
        }
    } else if matches!(line.before(by, 1), "led" | "headed" | "anchored") {
        let cast = (2..=4).any(|back| matches!(line.before(by, back), "cast" | "ensemble" | "players"));
        if cast {
            votes.all(&people, Role::Actor, LIKELY);
        }
    }
}

/// `in the title role, A`, `A takes the lead role`, `A, in the title role`; `the role of B`.
fn title_role(line: &Line, at: usize, votes: &mut Votes) {
    if line.word(at) != "lead" && line.word(at + 1) == "of" {
        return votes.all(&line.people(at + 2), Role::Character, SURE);
    }
    let main = matches!(
        line.before(at, 1),
        "title" | "lead" | "leading" | "main" | "starring" | "central" | "supporting"
    ) || line.word(at) == "lead" && line.before(at, 1) == "the" && line.before(at, 2) == "in";
    if !main {
        return;
    }
    if line.word(at + 1) == "," && line.person(at + 2).is_some() {
        return votes.all(&line.people(at + 2), Role::Actor, SURE);
    }
    for back in 2..=10 {
        let Some(place) = at.checked_sub(back) else { return };
        if line.person(place).is_some() {
            return votes.all(&line.people_to(place), Role::Actor, SURE);
        }
        if matches!(line.word(place), "." | ";" | "but") {
            return;
        }
    }
}

/// `Detective B`, `a boy named B`, `follows B`, `the story of B`, `his sister B`, `A's B`, `B's wife`.
fn character(line: &Line, at: usize, plot: bool, votes: &mut Votes) {
    let Some(person) = line.person(at) else { return };
    let before = line.before(at, 1);
    if rank(before) {
        votes.add(person, Role::Character, LIKELY);
    }
    let thing =
        |word: &str| matches!(word, "film" | "movie" | "picture" | "novel" | "book" | "song" | "play");
    if matches!(before, "named" | "called") && !thing(line.before(at, 2)) && !line.before(at, 2).is_empty() {
        votes.add(person, Role::Character, LIKELY);
    }
    let tells = matches!(before, "follows" | "follow")
        || before == "of" && matches!(line.before(at, 2), "story" | "tale");
    if tells {
        votes.add(person, Role::Character, if plot { LIKELY } else { HINT });
    }
    let kin = relative(before) && matches!(line.before(at, 2), "his" | "her" | "their" | "'s");
    if kin {
        votes.add(person, Role::Character, if plot { LIKELY } else { HINT });
    }
    // "Pacino's Hanna"
    if line.word(at + 1) == "'s"
        && let Some(other) = line.person(at + 2)
    {
        votes.add(person, Role::Actor, HINT);
        votes.add(other, Role::Character, HINT);
    }
    if plot
        && line.word(at + 1) == "'s"
        && (at + 2..at + 4).any(|at| relative(line.word(at)))
        && creation(line.word(at + 2)).is_none()
    {
        votes.add(person, Role::Character, HINT);
    }
}
