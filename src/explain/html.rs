//! The explanation as a page of its own: no script, nothing loaded.

use std::fmt::Write;

use html_escape::{encode_double_quoted_attribute as attribute, encode_text};

use super::sections::Section;
use super::{Explanation, Part, percent, signed, step};
use crate::analysis::Label;

/// Nothing may be loaded or run; the page's own styles are all it has.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

impl Explanation {
    /// A page with the text coloured by tone, plot greyed, names underlined and keyphrases marked; figures of a
    /// sentence or name show where the pointer rests on it or the keyboard has gone to it.
    pub fn html(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_html(&mut out);
        out
    }

    fn write_html(&self, out: &mut String) -> std::fmt::Result {
        let title = encode_text(self.title());
        writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">")?;
        writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">")?;
        writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
        writeln!(out, "<title>{title}</title>\n<style>\n{}</style>\n<main>", include_str!("page.css"))?;
        writeln!(out, "<h1>{title}</h1>")?;
        writeln!(out, "<p class=\"byline\">{}</p>", encode_text(&self.byline().join(" · ")))?;
        let score = self.line.tone.score;
        write!(out, "<p><b class=\"{}\">{} {}</b>", class(score), step(score), signed(score))?;
        for figure in self.figures() {
            write!(out, " · {}", encode_text(&figure))?;
        }
        writeln!(out, "</p>")?;
        if let Some(lack) = self.lack() {
            writeln!(out, "<p>{}</p>", encode_text(lack))?;
        }
        self.write_text(out)?;
        for section in self.sections() {
            write_section(out, &section)?;
        }
        writeln!(out, "</main>\n</html>")
    }

    fn write_text(&self, out: &mut String) -> std::fmt::Result {
        write!(out, "<article dir=\"auto\">")?;
        let mut open = None;
        for part in self.parts() {
            if part.sentence != open {
                if open.is_some() {
                    write!(out, "</span>")?;
                }
                if let Some(index) = part.sentence {
                    self.open_sentence(out, index)?;
                }
                open = part.sentence;
            }
            self.write_part(out, &part)?;
        }
        writeln!(out, "{}</article>", if open.is_some() { "</span>" } else { "" })
    }

    fn open_sentence(&self, out: &mut String, index: usize) -> std::fmt::Result {
        let sentence = &self.line.sentences[index];
        let (class, figures) = match sentence.block.as_deref() {
            Some(block) => ("plot", block.to_owned()),
            None => (
                if sentence.is_plot() { "plot" } else { class(sentence.score) },
                format!(
                    "{} · tone {} · {} of the verdict · judges {}",
                    if sentence.is_plot() { "plot" } else { step(sentence.score) },
                    signed(sentence.score),
                    percent(sentence.weight),
                    percent(sentence.opinion),
                ),
            ),
        };
        let figures = attribute(&figures);
        write!(out, "<span class=\"{class}\" tabindex=\"0\" title=\"{figures}\" data-figures=\"{figures}\">")
    }

    fn write_part(&self, out: &mut String, part: &Part) -> std::fmt::Result {
        let text: String = self.text[part.range.clone()].iter().collect();
        let mut text = encode_text(&text).into_owned();
        if part.keyphrase {
            text = format!("<mark>{text}</mark>");
        }
        if let Some(entity) = part.entity.and_then(|index| self.line.entities.get(index)) {
            let kind =
                entity.role.map_or_else(|| entity.kind.to_lowercase(), |role| role.as_str().to_owned());
            let told = format!("{} · {kind}", entity.text);
            text = format!("<u title=\"{}\">{text}</u>", attribute(&told));
        }
        out.write_str(&text)
    }
}

fn write_section(out: &mut String, section: &Section) -> std::fmt::Result {
    writeln!(out, "<h2>{}</h2>\n<table>", section.title)?;
    for row in &section.rows {
        write!(out, "<tr>")?;
        for cell in &row.cells {
            write!(out, "<td class=\"{}\">{}</td>", row.score.map_or("", class), encode_text(cell))?;
        }
        writeln!(out, "<td dir=\"auto\">{}</td></tr>", encode_text(&row.words))?;
    }
    writeln!(out, "</table>")
}

/// The style of a score: `minus2` to `plus2`.
fn class(score: f64) -> &'static str {
    ["minus2", "minus1", "zero", "plus1", "plus2"][Label::of(score) as usize]
}
