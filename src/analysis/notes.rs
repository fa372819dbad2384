//! What a user should know before trusting a review's figures.

use super::forms::Forms;
use super::review::{Language, Note, SentenceTone};
use crate::text::Document;

/// Share of words in sentences that tell the plot from which on a review is mostly plot.
const PLOT: f64 = 0.75;
/// Fewest letters that a language is told from.
const LETTERS: usize = 40;
/// Most bytes that are looked at.
const LOOK: usize = 20_000;

/// Fewest words, and least share of function words among them, by which a text is English without a closer look:
/// English prose has more than two in five, other languages share hardly one in ten with it.
const ENGLISH: (usize, f64) = (20, 0.3);

/// The language of a text; `None` where it is too short or too mixed to tell.
pub fn language(forms: &Forms) -> Option<Language> {
    let document = forms.document;
    let (words, stops) = forms.spoken();
    if words >= ENGLISH.0 && stops as f64 >= ENGLISH.1 * words as f64 {
        return Some(Language { code: "eng".to_owned(), confidence: 1.0 });
    }
    let mut end = document.text.len().min(LOOK);
    while !document.text.is_char_boundary(end) {
        end -= 1;
    }
    let text = document.text.get(..end)?;
    if text.chars().filter(|c| c.is_alphabetic()).count() < LETTERS {
        return None;
    }
    let found = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    Some(Language { code: found.lang().code().to_string(), confidence: found.confidence() })
}

/// The notes on a review, in the order of [`Note`].
pub fn notes(document: &Document, sentences: &[SentenceTone], language: Option<&Language>) -> Vec<Note> {
    let mut notes = Vec::new();
    let prose: Vec<(usize, &SentenceTone)> = document
        .sentences
        .iter()
        .map(|sentence| sentence.words.len())
        .zip(sentences)
        .filter(|(_, tone)| tone.block == "prose")
        .collect();
    let all: usize = prose.iter().map(|(words, _)| words).sum();
    let plot: usize = prose.iter().filter(|(_, tone)| tone.kind == "plot").map(|(words, _)| words).sum();
    // A sentence or two are no summary.
    if prose.len() > 2 && plot as f64 >= PLOT * all as f64 {
        notes.push(Note::MostlyPlot);
    }
    if language.is_some_and(|language| language.code != "eng") {
        notes.push(Note::NotEnglish);
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::super::{fixtures, tone};
    use super::*;
    use crate::reader::Attention;

    fn of(text: &str, opinions: &[f32]) -> Vec<Note> {
        let document = Document::parse(text);
        let mut readings = fixtures::tagged(&document, &[]);
        readings.iter_mut().zip(opinions).for_each(|(reading, opinion)| reading.opinion = *opinion);
        let (_, sentences) = tone(&document, &readings, &Attention::default());
        notes(&document, &sentences, language(&Forms::new(&document)).as_ref())
    }

    #[test]
    fn a_summary_says_so() {
        let text = "A boy finds a dog in the rain. The dog is a king of old. They cross the sea to his land. It is fine.";
        assert_eq!(of(text, &[0.1, 0.2, 0.1, 0.9]), [Note::MostlyPlot]);
        assert_eq!(of(text, &[0.1, 0.9, 0.1, 0.9]), []);
    }

    #[test]
    fn other_languages_are_noted() {
        let text = "Der Film ist langsam und sehr schön, doch die Musik stört mich in fast jeder Szene.";
        assert_eq!(of(text, &[0.9]), [Note::NotEnglish]);
        let text = "The film is slow and very pretty, but the music bothers me in nearly every scene of it.";
        assert_eq!(of(text, &[0.9]), []);
        assert_eq!(language(&Forms::new(&Document::parse("Très bon!"))), None);
    }

    #[test]
    fn long_texts_of_other_languages_are_not_english_by_their_function_words() {
        for (text, code) in [
            (
                "De film is in het begin zo traag als stroop, maar we zagen over het geheel een mooi portret van een man die zijn werk en al zijn geld verliest.",
                "nld",
            ),
            (
                "On me dit que ce film a du charme, mais on s'y ennuie fort, car il a si peu de choses à dire sur la mer et sur les hommes que l'on y voit.",
                "fra",
            ),
            (
                "Ich war in der Stadt und so sah ich den Film an, der am Ende warm und klug ist, doch man hat ihn um eine halbe Stunde zu lang gemacht.",
                "deu",
            ),
        ] {
            let document = Document::parse(text);
            assert_eq!(language(&Forms::new(&document)).map(|l| l.code), Some(code.to_owned()));
        }
    }
}
