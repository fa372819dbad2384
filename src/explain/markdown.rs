//! The explanation as Markdown.

use std::fmt::Write;

use super::sections::Section;
use super::{Explanation, percent, signed, step};
use crate::results::Sentence;

impl Explanation {
    /// A heading, the text as a quotation with the score before each sentence, plot in italics, names in bold and
    /// keyphrases underlined, and the tables.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_markdown(&mut out);
        out
    }

    fn write_markdown(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "# {}\n", escaped(self.title()))?;
        let byline = self.byline().join(" · ");
        if !byline.is_empty() {
            writeln!(out, "{}\n", escaped(&byline))?;
        }
        let score = self.line.tone.score;
        let figures = self.figures().into_iter().map(|figure| format!(" · {}", escaped(&figure)));
        writeln!(out, "**{} {}**{}\n", step(score), signed(score), figures.collect::<String>())?;
        if let Some(lack) = self.lack() {
            writeln!(out, "{}\n", escaped(lack))?;
        }
        let text = self.marked();
        for line in text.trim().lines() {
            writeln!(out, "> {}", line.trim())?;
        }
        for section in self.sections() {
            write_section(out, &section)?;
        }
        Ok(())
    }

    fn marked(&self) -> String {
        let mut last = None;
        let mut text = String::new();
        for part in self.parts() {
            let sentence = part.sentence.map(|index| &self.line.sentences[index]);
            let counts = |sentence: &&Sentence| !sentence.is_plot() && sentence.block.is_none();
            if let Some(sentence) = sentence.filter(|_| part.sentence != last).filter(counts) {
                text += &format!("`{} {}` ", signed(sentence.score), percent(sentence.weight));
            }
            last = part.sentence;
            let plot = sentence.is_some_and(|sentence| sentence.is_plot() || sentence.block.is_some());
            let given: String = self.text[part.range].iter().collect();
            for piece in given.split_inclusive('\n') {
                text += &around(piece, plot, part.entity.is_some(), part.keyphrase);
            }
        }
        text
    }
}

/// Marks around the words of a piece; Markdown wants them to touch the words.
fn around(piece: &str, plot: bool, name: bool, keyphrase: bool) -> String {
    let words = piece.trim();
    if words.is_empty() {
        return piece.to_owned();
    }
    let (before, after) = piece.split_once(words).unwrap_or_default();
    let marks = [(plot, "<i>", "</i>"), (name, "<b>", "</b>"), (keyphrase, "<u>", "</u>")];
    let marked = marks.iter().rev().filter(|(on, ..)| *on);
    let marked = marked.fold(escaped(words), |text, (_, open, close)| format!("{open}{text}{close}"));
    format!("{before}{marked}{after}")
}

fn write_section(out: &mut String, section: &Section) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", section.title)?;
    let columns = section.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default() + 1;
    if columns == 1 {
        return section.rows.iter().try_for_each(|row| writeln!(out, "{}", escaped(&row.words)));
    }
    writeln!(out, "|{}\n|{}", " |".repeat(columns), "---|".repeat(columns))?;
    for row in &section.rows {
        let cells = row.cells.iter().chain([&row.words]).map(|cell| format!(" {} |", escaped(cell)));
        writeln!(out, "|{}", cells.collect::<String>())?;
    }
    Ok(())
}

/// The text with a backslash before whatever Markdown could take for a mark, on one line.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Not a backslash: a `<` after one could still begin a tag where raw HTML is read first.
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            letter if letter.is_whitespace() => out.push(' '),
            letter if letter.is_control() => {}
            letter => {
                if letter.is_ascii_punctuation()
                    && !matches!(letter, '.' | ',' | ';' | '\'' | '"' | '?' | '%')
                {
                    out.push('\\');
                }
                out.push(letter);
            }
        }
    }
    // "1. " at the head of a line would begin a list.
    let digits = out.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && out[digits..].starts_with(". ") {
        out.insert(digits, '\\');
    }
    out
}
