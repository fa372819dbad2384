//! Which paragraphs are running text, which are headlines, which are captions and other furniture of a page.
//!
//! The rules are cautious: a sentence of the review taken for a caption is lost for its tone, a caption taken for
//! a sentence is only noise. So a paragraph that ends like a sentence is prose whatever else it looks like,
//! a text of one paragraph is prose, and a text without any prose is prose throughout.

use super::document::Block;
use super::look::{LONGEST_MARKED, Look, year_and_colon};
use super::markdown::Paragraph;

/// The kind of every paragraph of `text`.
pub(super) fn classify(text: &str, paragraphs: &[Paragraph]) -> Vec<Block> {
    if paragraphs.len() < 2 {
        return vec![Block::Prose; paragraphs.len()];
    }
    let looks: Vec<Look> =
        paragraphs.iter().map(|paragraph| Look::at(&text[paragraph.range.clone()])).collect();
    let is_text = |at: usize| {
        looks.get(at).is_some_and(|look| {
            look.is_running() && paragraphs[at].marked.is_none_or(|marked| marked == Block::Prose)
        })
    };
    let mut blocks: Vec<Block> = (0..looks.len())
        .map(|at| {
            let look = &looks[at];
            let before_text = looks.len() > at + 1 && (is_text(at + 1) || is_text(at + 2));
            let stands_alone = paragraphs[at].apart && paragraphs.get(at + 1).is_none_or(|next| next.apart);
            match paragraphs[at].marked {
                Some(marked) if look.words <= LONGEST_MARKED => return marked,
                Some(_) => return Block::Prose,
                None => {}
            }
            if at == 0 {
                // The first line names what follows, whatever a page would make of it further down.
                if year_and_colon(look.text) && look.is_headline() && before_text {
                    return Block::Heading;
                }
                if look.is_furniture() && !look.is_site_title() {
                    return Block::Caption;
                }
                if look.is_headline() && before_text {
                    return Block::Heading;
                }
            } else if look.is_furniture() || at < 3 && look.is_byline() {
                return Block::Caption;
            } else if is_text(at + 1) && look.is_subheading() && !look.is_shouted() && paragraphs[at].apart {
                return Block::Heading;
            } else if stands_alone && before_text && (look.is_other_headline() || look.is_picture_of()) {
                return Block::Caption;
            }
            Block::Prose
        })
        .collect();
    if !blocks.contains(&Block::Prose) {
        blocks.fill(Block::Prose);
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    /// For every block of a text, a letter for what it is.
    fn kinds(given: &str) -> String {
        let document = Document::parse(given);
        let mut out = String::new();
        let mut before = 0;
        for sentence in &document.sentences {
            if out.is_empty() || document.text[before..sentence.range.start].contains('\n') {
                out.push(match sentence.block {
                    Block::Prose => 'p',
                    Block::Heading => 'h',
                    Block::Caption => 'c',
                });
            }
            before = sentence.range.end;
        }
        out
    }

    const TEXT: &str =
        "Two sisters inherit a ferry, and neither of them can swim. It ends well, more or less.";

    #[test]
    fn an_article_with_its_furniture() {
        let article = format!(
            "The Ferry (2021): Two Sisters, One Boat and a Great Deal of Water\n\n{TEXT}\n\nThe Ferry (2021) Movie \
             Review | Harbour Post\n\n{TEXT}\n\nMarguerite Sloane's 'Ferry' Opens to Just $90K at the Box Office\n\n{TEXT}"
        );
        assert_eq!(kinds(&article), "hpcpcp");
    }

    #[test]
    fn captions() {
        for line in [
            "Photo: Marguerite Sloane on deck.",
            "Image credit: Granite Pictures",
            "Courtesy of Granite Pictures",
            "Read more: the ten best films about boats",
            "https://example.org/ferry",
            "(Photo by Ada Brandt)",
            "Marguerite Sloane in The Ferry",
            "![Sloane on deck](a.png)",
            "<img src='a' alt='Sloane on deck'>",
        ] {
            assert_eq!(kinds(&format!("{TEXT}\n\n{line}\n\n{TEXT}")), "pcp", "{line}");
        }
        assert_eq!(kinds(&format!("The Ferry\n\nBy Ada Brandt\n\n{TEXT}")), "hcp");
    }

    #[test]
    fn headings() {
        assert_eq!(kinds(&format!("A ferry worth taking\n\n{TEXT}")), "hp");
        assert_eq!(kinds(&format!("A ferry worth taking\n{TEXT}")), "hp");
        assert_eq!(kinds(&format!("{TEXT}\n\nFinal Thoughts\n\n{TEXT}")), "php");
        assert_eq!(kinds(&format!("<h2>the boat</h2>{TEXT}")), "hp");
        assert_eq!(kinds(&format!("{TEXT}\n\n## the boat\n{TEXT}")), "php");
    }

    #[test]
    fn prose_stays_prose() {
        for line in [
            "Great film",
            "The Ferry",
            "Photo: me",
            "# Great",
            "https://example.org",
            "Two Sisters In A Boat",
        ] {
            assert_eq!(kinds(line), "p", "{line}");
        }
        assert_eq!(kinds(&format!("{TEXT}\n\nHighly recommended")), "pp");
        assert_eq!(kinds(&format!("{TEXT}\n\nI loved it\n\n{TEXT}")), "ppp");
        assert_eq!(kinds(&format!("{TEXT}\n\nDO NOT WASTE YOUR MONEY ON THIS\n\n{TEXT}")), "ppp");
        assert_eq!(kinds(&format!("{TEXT}\n\nCourtesy of a fine script, it flies.\n\n{TEXT}")), "ppp");
        assert_eq!(
            kinds(&format!("{TEXT}\n\nStarring: Ada Brandt, Marguerite Sloane, Aldo Ferri\n\n{TEXT}")),
            "ppp"
        );
        assert_eq!(kinds(&format!("I only went because my sister had a spare ticket\n\n{TEXT}")), "pp");
        assert_eq!(kinds("Great film\n\nHighly recommended"), "pp");
        assert_eq!(kinds("Acting: 8\n\nStory: 7\n\nMusic: 9"), "ppp");
        assert_eq!(kinds("Pros:\n- great cast\n- short\n\nCons:\n- none"), "ppppp");
        assert_eq!(kinds("# One\n\n# Two"), "pp");
    }
}
