//! Sets of aspects: data that a user can replace.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::review::Role;

/// Why a set of aspects can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AspectSetError {
    /// It is no TOML of this form.
    #[error("{0}")]
    Format(String),
    /// An aspect that nothing is known of, or that is there twice.
    #[error("the aspect {id:?}: {reason}")]
    Aspect {
        /// Its id.
        id: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A role that nobody has.
    #[error("the aspect {id:?}: no role {role:?}; there are {}", Role::ALL.map(Role::as_str).join(", "))]
    Role {
        /// The aspect's id.
        id: String,
        /// What was given.
        role: String,
    },
}

/// One aspect and what it is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeds {
    /// Its id in the reports.
    pub id: String,
    /// Words and phrases that name it.
    pub terms: Vec<String>,
    /// Clauses that judge it without naming it.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Roles of people whose praise or blame counts for it.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// What reviews of some kind of thing judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AspectSet {
    /// Its name in `run.json`.
    pub name: String,
    /// In the order of the reports.
    #[serde(rename = "aspect")]
    pub aspects: Vec<Seeds>,
}

/// Most aspects of a set, and most seeds of an aspect: each costs time at every word.
const MOST: usize = 64;
const MOST_SEEDS: usize = 200;

/// The sets that come with the program, by name.
const PRESETS: [(&str, &str); 6] = [
    ("film", include_str!("../../../models/aspects/film.toml")),
    ("books", include_str!("../../../models/aspects/books.toml")),
    ("games", include_str!("../../../models/aspects/games.toml")),
    ("restaurants", include_str!("../../../models/aspects/restaurants.toml")),
    ("hotels", include_str!("../../../models/aspects/hotels.toml")),
    ("products", include_str!("../../../models/aspects/products.toml")),
];

impl AspectSet {
    /// Names of the sets that come with the program; the first is the default.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }

    /// The text of a set that comes with the program.
    pub fn preset(name: &str) -> Option<&'static str> {
        PRESETS.iter().find(|(preset, _)| *preset == name).map(|(_, text)| *text)
    }

    /// SHA-256 of what it says, hexadecimal; how its TOML is laid out does not matter.
    pub fn sha256(&self) -> String {
        // A set of texts can always be written.
        let written = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(written).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads a set from TOML: a `name`, and for each `[[aspect]]` its `id`, `terms` and, if wanted, `examples`.
    ///
    /// # Errors
    /// Text that is no such TOML, an aspect without terms, two of one id, or too many of anything.
    pub fn parse(text: &str) -> Result<AspectSet, AspectSetError> {
        let set: AspectSet = toml::from_str(text).map_err(|error| {
            let line =
                error.span().map_or(0, |span| text.get(..span.start).map_or(0, |t| t.matches('\n').count()));
            AspectSetError::Format(format!("line {}: {}", line + 1, error.message()))
        })?;
        let mut seen = BTreeSet::new();
        if set.aspects.is_empty() || set.aspects.len() > MOST {
            return Err(AspectSetError::Format(format!("a set has 1 to {MOST} aspects")));
        }
        for aspect in &set.aspects {
            let fail = |reason| Err(AspectSetError::Aspect { id: aspect.id.clone(), reason });
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if aspect.id.is_empty() || !aspect.id.chars().all(plain) {
                return fail("an id has letters, digits, - and _ only");
            }
            if !seen.insert(&aspect.id) {
                return fail("it is there twice");
            }
            if let Some(role) = aspect.roles.iter().find(|role| Role::parse(role).is_none()) {
                return Err(AspectSetError::Role { id: aspect.id.clone(), role: role.clone() });
            }
            let seeds = || aspect.terms.iter().chain(&aspect.examples);
            if aspect.terms.is_empty() || !seeds().all(|seed| seed.contains(char::is_alphanumeric)) {
                return fail("it needs terms, and no seed may be empty");
            }
            if seeds().count() > MOST_SEEDS || seeds().any(|seed| seed.len() > MOST_SEEDS) {
                return fail("it has too many seeds, or one that is too long (200 at most, of 200 bytes)");
            }
        }
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_are_sound() {
        for name in AspectSet::presets() {
            let set = AspectSet::parse(AspectSet::preset(name).unwrap()).unwrap();
            assert_eq!(set.name, name);
            assert!(set.aspects.len() >= 6, "{name}");
        }
        assert_eq!(AspectSet::presets().next(), Some("film"));
    }

    #[test]
    fn broken_sets_say_what_is_wrong() {
        let error = |text: &str| AspectSet::parse(text).unwrap_err().to_string();
        assert!(error("name = 3").contains("line 1"));
        assert!(error("name = \"x\"\naspect = []").contains("1 to 64"));
        let twice =
            "name = \"x\"\n[[aspect]]\nid = \"a\"\nterms = [\"b\"]\n[[aspect]]\nid = \"a\"\nterms = [\"b\"]";
        assert!(error(twice).contains("twice"));
        assert!(error("name = \"x\"\n[[aspect]]\nid = \"a\"\nterms = []").contains("needs terms"));
        let role = error("name = \"x\"\n[[aspect]]\nid = \"a\"\nterms = [\"b\"]\nroles = [\"cook\"]");
        assert!(role.contains("cook") && role.contains("composer"));
        assert!(error("name = \"x\"\n[[aspect]]\nid = \"a\"\nterms = [\"b\"]\nseed = 1").contains("seed"));
    }
}
