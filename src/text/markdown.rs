//! Lines joined or kept apart, paragraphs found, markdown taken out of a text.

use std::ops::Range;

use super::document::Block;
use super::inline::{self, Edit};
use super::lines::{Kind, Line, NARROWEST, begins_item, ended_on_purpose, line};
use super::markup::Stripped;
use super::offsets::{Builder, OffsetMap, count};

/// A run of text that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// Bytes of the text, without surrounding white space; never empty.
    pub(super) range: Range<usize>,
    /// What the markup says it is.
    pub(super) marked: Option<Block>,
    /// Whether a blank line, or markup, parts it from the paragraph before.
    pub(super) apart: bool,
}

/// A text without markup.
pub(super) struct Clean {
    pub(super) text: String,
    /// Into the text as given.
    pub(super) map: OffsetMap,
    /// Rising.
    pub(super) paragraphs: Vec<Paragraph>,
    /// Bytes in italics, rising.
    pub(super) emphasis: Vec<Range<usize>>,
}

/// Joins the lines of a stretch without blank lines to paragraphs.
fn join(text: &str, lines: &[Line], out: &mut Vec<Paragraph>, edits: &mut Vec<Edit>) {
    let widest = lines.iter().map(|line| line.width).max().unwrap_or(0);
    let mut apart = true;
    let mut before: Option<&Line> = None;
    for (at, line) in lines.iter().enumerate() {
        match line.kind {
            Kind::Blank => {}
            Kind::Rule | Kind::Underline => {
                let titled = at == 1
                    && before.is_some_and(|title| {
                        title.width <= 2 * NARROWEST
                            && !text[title.content.clone()].ends_with(['.', '!', '?', ','])
                    });
                if line.kind == Kind::Underline
                    && titled
                    && let Some(title) = out.last_mut()
                {
                    title.marked = Some(Block::Heading);
                }
                edits.push(Edit { range: line.content.clone(), with: "" });
                (apart, before) = (true, None);
            }
            Kind::Heading => {
                out.push(Paragraph {
                    range: line.content.clone(),
                    marked: Some(Block::Heading),
                    apart: true,
                });
                (apart, before) = (true, None);
            }
            Kind::Item if begins_item(text, line, before) => {
                if line.start < line.content.start {
                    edits.push(Edit { range: line.start..line.content.start, with: "" });
                }
                out.push(Paragraph { range: line.content.clone(), marked: Some(Block::Prose), apart });
                (apart, before) = (false, Some(line));
            }
            Kind::Item | Kind::Text => {
                let goes_on = before.filter(|before| !ended_on_purpose(text, before, line, widest));
                match out.last_mut().filter(|_| goes_on.is_some()) {
                    Some(paragraph) => paragraph.range.end = line.content.end,
                    None => out.push(Paragraph { range: line.start..line.content.end, marked: None, apart }),
                }
                (apart, before) = (false, Some(line));
            }
        }
    }
}

/// Cuts the captions of pictures out of a paragraph.
fn cut(text: &str, paragraph: Paragraph, captions: &[Range<usize>], out: &mut Vec<Paragraph>) {
    let mut push = |range: Range<usize>, marked, apart| {
        let part = &text[range.clone()];
        let start = range.end - part.trim_start().len();
        let end = range.start + part.trim_end().len();
        if start < end {
            out.push(Paragraph { range: start..end, marked, apart });
        }
    };
    let mut at = paragraph.range.start;
    for caption in captions {
        push(at..caption.start, paragraph.marked, paragraph.apart);
        push(caption.clone(), Some(Block::Caption), true);
        at = caption.end;
    }
    push(at..paragraph.range.end, paragraph.marked, paragraph.apart || !captions.is_empty());
}

/// Takes markdown out of a text and finds its paragraphs.
pub(super) fn paragraphs(stripped: Stripped) -> Clean {
    let Stripped { text, map, regions, mut emphasis } = stripped;
    let mut edits = Vec::new();
    let mut found = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let line = line(&text, at..at + whole.len(), &mut edits);
        at += whole.len();
        if line.kind == Kind::Blank {
            join(&text, &lines, &mut found, &mut edits);
            lines.clear();
        } else {
            lines.push(line);
        }
    }
    join(&text, &lines, &mut found, &mut edits);

    let mut pieces = Vec::with_capacity(found.len());
    let mut captions = Vec::new();
    for mut paragraph in found {
        let region = regions.partition_point(|(start, _)| *start <= paragraph.range.start);
        if let Some(marked) = region.checked_sub(1).and_then(|at| regions[at].1) {
            paragraph.marked = Some(marked);
        }
        captions.clear();
        inline::markers(&text, paragraph.range.clone(), &mut edits, &mut captions, &mut emphasis);
        cut(&text, paragraph, &captions, &mut pieces);
    }
    emphasis.sort_by_key(|range| (range.start, range.end));
    if edits.is_empty() {
        return Clean { text, map, paragraphs: pieces, emphasis };
    }
    edits.sort_by_key(|edit| edit.range.start);
    apply(&text, &map, &edits, pieces, emphasis)
}

/// Makes the edits (rising, not overlapping) and moves the paragraphs and italics along.
fn apply(
    text: &str,
    map: &OffsetMap,
    edits: &[Edit],
    mut paragraphs: Vec<Paragraph>,
    mut emphasis: Vec<Range<usize>>,
) -> Clean {
    let mut out = Builder::with_capacity(text.len());
    // (place in the text before, place in the text after) of each point where they begin to differ anew.
    let mut moved = Vec::with_capacity(2 * edits.len());
    let mut at = 0;
    for edit in edits {
        if edit.range.start < at {
            continue;
        }
        out.copy(&text[at..edit.range.start]);
        moved.push((edit.range.start, out.text.len(), true));
        out.replace(edit.with, count(&text[edit.range.clone()]));
        at = edit.range.end;
        moved.push((at, out.text.len(), false));
    }
    out.copy(&text[at..]);
    let place = |byte: usize| match moved.partition_point(|(before, ..)| *before <= byte).checked_sub(1) {
        None => byte,
        Some(last) => match moved[last] {
            (_, after, true) => after,
            (before, after, false) => after + (byte - before),
        },
    };
    let (clean, map) = out.finish_after(map);
    paragraphs.retain_mut(|paragraph| {
        let (start, end) = (place(paragraph.range.start), place(paragraph.range.end));
        let part = &clean[start..end];
        let trimmed = end - part.trim_start().len()..start + part.trim_end().len();
        paragraph.range = trimmed;
        paragraph.range.start < paragraph.range.end
    });
    emphasis.iter_mut().for_each(|range| *range = place(range.start)..place(range.end));
    emphasis.retain(|range| !range.is_empty());
    Clean { text: clean, map, paragraphs, emphasis }
}

#[cfg(test)]
mod tests {
    use super::super::markup::strip;
    use super::*;

    /// The paragraphs of a text, each with a letter for what it is marked as.
    fn split(given: &str) -> Vec<String> {
        let Clean { text, paragraphs, .. } = paragraphs(strip(given));
        let mark = |paragraph: &Paragraph| match paragraph.marked {
            None => "",
            Some(Block::Prose) => "P:",
            Some(Block::Heading) => "H:",
            Some(Block::Caption) => "C:",
        };
        paragraphs.iter().map(|p| format!("{}{}", mark(p), &text[p.range.clone()])).collect()
    }

    #[test]
    fn markers_go() {
        assert_eq!(
            split("A *fine*, **odd**, ***very*** _odd_ __film__ ~~here~~."),
            ["A fine, odd, very odd film here."]
        );
        assert_eq!(
            split("See [the page](https://a.org/b_(c)_d \"T\") and [sic] (yes)."),
            ["See the page and [sic] (yes)."]
        );
        assert_eq!(split("> quoted\n> text"), ["quoted\ntext"]);
        assert_eq!(split("# Title #\nText.\n\n---\n## Next\nMore."), ["H:Title", "Text.", "H:Next", "More."]);
        assert_eq!(split("Title\n=====\nText."), ["H:Title", "Text."]);
        assert_eq!(
            split("Good:\n- the cast\n* the *hats*\n1. this"),
            ["Good:", "P:the cast", "P:the hats", "P:1. this"]
        );
        assert_eq!(split("One.\n\n* * *\n\nTwo.\\*"), ["One.", "Two.*"]);
    }

    #[test]
    fn what_is_no_marker_stays() {
        for given in [
            "2 * 3 * 4 = 24",
            "**** out of *****",
            "f*** this sh*t",
            "snake_case_name",
            "#1 movie",
            "^_^ and ^_^",
            "a_b and _ c",
            "Not*this",
            "*** out of ****",
            "http://a.org/_b_/*c*",
            "[spoiler] he (really) dies",
            "-5 degrees",
            "*",
            "![]",
            "[a](b c)",
            "- ",
            "_",
            "~5 min ~6 min",
        ] {
            assert_eq!(split(given), [given.trim()], "{given}");
        }
    }

    #[test]
    fn pictures_are_captions() {
        assert_eq!(split("Text. ![Ada at *sea*](a.png) More."), ["Text.", "C:Ada at sea", "More."]);
        assert_eq!(split("[![Ada](a.png)](b.html)"), ["C:Ada"]);
    }

    #[test]
    fn wrapped_lines_join_and_others_do_not() {
        let wrapped = "The ferry leaves at noon and the two sisters who\nown it have not said a word since Ada came\nback. It sinks.";
        assert_eq!(split(wrapped), [wrapped]);
        assert_eq!(split("Acting: 8\nStory: 7<br>Music: 9"), ["Acting: 8", "Story: 7", "Music: 9"]);
        assert_eq!(split("A fine film,\nall told"), ["A fine film,\nall told"]);
        assert_eq!(split("One.\n \t\nTwo.<br><br>Three.<p>Four."), ["One.", "Two.", "Three.", "Four."]);
        let dash = "The ferry leaves at noon and the sisters\n- who own it - say nothing at all, ever.";
        assert_eq!(split(dash), [dash]);
    }
}
