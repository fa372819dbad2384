//! A theme's phrases in order, its name and its quotes.

use super::Quote;
use super::collector::Example;
use crate::reader::dot;

/// Phrases in a theme's name.
const NAME: usize = 3;
/// A phrase in the name is in at least one review for this many that have the first phrase.
const RARE: u64 = 10;
/// Most sentences quoted for a theme.
const QUOTES: usize = 3;

/// A frequent phrase of a corpus.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Phrase {
    pub stems: String,
    pub text: String,
    /// Number of reviews with it.
    pub reviews: u64,
    /// Unit length, the corpus's mean taken out.
    pub vector: Vec<f32>,
    pub example: Option<Example>,
}

/// A phrase with its cosine to the theme's middle.
pub(super) type Member<'a> = (f32, &'a Phrase);

/// The phrases of a theme, most central and frequent first; `middle` is of unit length.
pub(super) fn members<'a>(phrases: impl Iterator<Item = &'a Phrase>, middle: &[f32]) -> Vec<Member<'a>> {
    let mut members: Vec<Member> = phrases.map(|phrase| (dot(&phrase.vector, middle), phrase)).collect();
    let weight = |(cosine, phrase): &Member| cosine * (1.0 + phrase.reviews as f32).ln();
    members.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.1.stems.cmp(&b.1.stems)));
    members
}

/// The first phrase, and the first after it that have no word in common and are not rare beside it.
pub(super) fn name(members: &[Member]) -> String {
    let mut chosen: Vec<&Phrase> = Vec::new();
    let least = members.first().map_or(0, |(_, first)| first.reviews) / RARE;
    for (_, phrase) in members.iter().filter(|(_, phrase)| phrase.reviews >= least) {
        let said = |word: &str| chosen.iter().any(|other| other.stems.split(' ').any(|stem| stem == word));
        if !phrase.stems.split(' ').any(said) {
            chosen.push(phrase);
        }
        if chosen.len() == NAME {
            break;
        }
    }
    chosen.iter().map(|phrase| phrase.text.as_str()).collect::<Vec<_>>().join("; ")
}

/// The strongest sentences, of different films as far as there are any, and of different reviews in any case.
pub(super) fn quotes(members: &[Member]) -> Vec<Quote> {
    let mut examples: Vec<(f64, &Example)> = members
        .iter()
        .filter_map(|(cosine, phrase)| Some((f64::from(*cosine), phrase.example.as_ref()?)))
        .map(|(cosine, example)| (cosine * example.strength, example))
        .collect();
    // Stable, so equals stay in the order of the phrases.
    examples.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut chosen: Vec<&Example> = Vec::new();
    for other_film in [true, false] {
        for (_, example) in &examples {
            let seen = |other: &&Example| {
                other.quote.review == example.quote.review
                    || other_film && other.film.is_some() && other.film == example.film
            };
            if chosen.len() < QUOTES && !chosen.iter().any(seen) {
                chosen.push(example);
            }
        }
    }
    chosen.into_iter().map(|example| example.quote.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str, reviews: u64, vector: [f32; 2], example: Option<(&str, &str, f64)>) -> Phrase {
        let example = example.map(|(review, film, strength)| Example {
            quote: Quote { text: text.into(), review: review.into() },
            film: Some(film.into()),
            strength,
        });
        Phrase { stems: text.into(), text: text.into(), reviews, vector: vector.to_vec(), example }
    }

    #[test]
    fn a_name_says_no_word_twice() {
        let phrases = [
            phrase("violin", 9, [0.6, 0.8], None),
            phrase("score", 8, [1.0, 0.0], None),
            phrase("loud score", 8, [0.9, 0.1], None),
            phrase("drone", 1, [1.0, 0.0], None),
            phrase("hum", 1, [0.1, 0.9], None),
        ];
        let members = members(phrases.iter(), &[1.0, 0.0]);
        let texts: Vec<&str> = members.iter().map(|(_, phrase)| phrase.text.as_str()).collect();
        assert_eq!(texts, ["score", "loud score", "violin", "drone", "hum"]);
        assert_eq!(name(&members), "score; violin; drone");
        assert_eq!(name(&[]), "");
        let phrases = [phrase("script", 40, [1.0, 0.0], None), phrase("sript", 3, [1.0, 0.0], None)];
        assert_eq!(name(&super::members(phrases.iter(), &[1.0, 0.0])), "script");
    }

    #[test]
    fn quotes_are_of_different_films_first() {
        let phrases = [
            phrase("a", 1, [1.0, 0.0], Some(("r1", "Heron", 0.9))),
            phrase("b", 1, [1.0, 0.0], Some(("r1", "Heron", 0.8))),
            phrase("c", 1, [1.0, 0.0], Some(("r2", "Heron", 0.7))),
            phrase("d", 1, [1.0, 0.0], Some(("r3", "Tern", 0.2))),
            phrase("e", 1, [1.0, 0.0], None),
        ];
        let found = quotes(&members(phrases.iter(), &[1.0, 0.0]));
        let reviews: Vec<&str> = found.iter().map(|quote| quote.review.as_str()).collect();
        assert_eq!(reviews, ["r1", "r3", "r2"]);
    }
}
