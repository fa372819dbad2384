use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const TEXT: &str = "Harbour light.\n\nZoë Orr is superb! A keeper hides a sailor. The last hour drags.";

fn lamp() -> Value {
    json!({
        "id": "lamp-bly", "film": "The Lamp", "critic": "Ann Bly", "outlet": null, "date": "2024-05-01", "rating": 4,
        "text": TEXT,
        "tone": {"score": 0.31, "label": "positive", "confidence": 0.7, "ambivalence": 0.4, "opinion_share": 0.5},
        "emotions": [{"label": "admiration", "score": 0.4, "lift": 1.8}],
        "sentences": [
            {"start": 0, "end": 14, "block": "heading", "score": 0.1, "kind": "plot", "opinion": 0.2, "weight": 0.0},
            {"start": 16, "end": 34, "score": 0.9, "kind": "opinion", "opinion": 1.0, "weight": 0.55},
            {"start": 35, "end": 59, "score": 0.0, "kind": "plot", "opinion": 0.0, "weight": 0.0},
            {"start": 60, "end": 80, "score": -0.6, "kind": "opinion", "opinion": 1.0, "weight": 0.45}
        ],
        "aspects": [{"aspect": "pacing", "score": -0.6, "label": "negative", "confidence": 0.9, "sentences": [3],
            "quote": {"start": 60, "end": 80, "text": "The last hour drags."}}],
        "keyphrases": [{"text": "last hour", "score": 0.8, "count": 1}],
        "entities": [{"text": "Zoë Orr", "type": "PERSON", "role": "actor", "count": 1, "salience": 0.5, "tone": 0.9,
            "mentions": [{"start": 16, "end": 23, "text": "Zoë Orr"}]}]
    })
}

fn explain(line: Value) -> Explanation {
    Explanation::new(serde_json::from_value(line).unwrap())
}

#[test]
fn parts_are_cut_where_something_begins_or_ends() {
    let explanation = explain(lamp());
    let shown: Vec<_> = explanation
        .parts()
        .into_iter()
        .map(|part| {
            let text: String = explanation.text[part.range].iter().collect();
            (text, part.sentence, part.entity, part.keyphrase)
        })
        .collect();
    let expected = [
        ("Harbour light.", Some(0), None, false),
        ("\n\n", None, None, false),
        ("Zoë Orr", Some(1), Some(0), false),
        (" is superb!", Some(1), None, false),
        (" ", None, None, false),
        ("A keeper hides a sailor.", Some(2), None, false),
        (" ", None, None, false),
        ("The ", Some(3), None, false),
        ("last hour", Some(3), None, true),
        (" drags.", Some(3), None, false),
    ];
    assert!(shown.iter().map(|(text, s, e, k)| (text.as_str(), *s, *e, *k)).eq(expected), "{shown:?}");
}

#[test]
fn signs_say_what_colours_say() {
    let text = explain(lamp()).terminal(80, Marks::Signs);
    let expected = "\
The Lamp
Ann Bly · 2024-05-01 · rated 4

positive +0.31 · confidence 0.70 · ambivalence 0.40 · 50 % of the words judge ·
admiration ×1.8

[heading] Harbour light.

[+0.90 55 %] _Zoë Orr_ is superb! [plot] A keeper hides a sailor. [−0.60 45 %]
The *last hour* drags.

[tone and share of the verdict] or [plot] before each sentence; _name_,
*keyphrase*

What carried the verdict
  55 %  +0.90  Zoë Orr is superb!
  45 %  −0.60  The last hour drags.

Aspects
  pacing  −0.60  negative  The last hour drags.

Names
  Zoë Orr  actor  ×1  +0.90

Keyphrases
  last hour
";
    assert_eq!(text, expected);
}

#[test]
fn styles_add_nothing_but_styles() {
    let explanation = explain(lamp());
    let styled = explanation.terminal(80, Marks::Styles);
    assert!(styled.contains("\u{1b}[4m") && styled.contains("\u{1b}[38;5;33m is superb!"), "{styled:?}");
    assert!(styled.contains("\u{1b}[2mA keeper hides a sailor."), "{styled:?}");
    let plain = anstream::adapter::strip_str(&styled).to_string();
    assert!(plain.contains("Zoë Orr is superb! A keeper hides a sailor. The last hour drags."), "{plain}");
}

#[test]
fn a_review_cannot_command_the_terminal() {
    let mut line = lamp();
    line["text"] = json!("\u{1b}[2J\u{9b}31mZoë\u{7}\u{202e} Orr");
    line["critic"] = json!("Ann\u{1b}]0;x\u{7} Bly");
    let text = explain(line).terminal(80, Marks::Signs);
    assert!(
        !text.chars().any(|letter| letter != '\n' && letter.is_control() || letter == '\u{202e}'),
        "{text:?}"
    );
}

#[test]
fn a_review_is_never_markup() {
    let evil = "</span><script>alert(1)</script>\"><img src=x onerror=alert(1)> <!--";
    let mut line = lamp();
    for key in ["text", "film", "critic", "date"] {
        line[key] = json!(evil);
    }
    line["entities"][0]["text"] = json!(evil);
    line["keyphrases"][0]["text"] = json!(evil);
    line["aspects"][0]["quote"]["text"] = json!(evil);
    let explanation = explain(line);
    for page in [explanation.html(), explanation.markdown()] {
        for tag in ["<script", "<img", "<!--"] {
            assert!(!page.contains(tag), "{tag}: {page}");
        }
    }
    assert!(explanation.html().contains("default-src 'none'"));
    assert_eq!(serde_json::from_str::<Value>(&explanation.json()).unwrap()["film"], json!(evil));
}

#[test]
fn every_form_says_what_is_missing() {
    let bare = || explain(json!({"id": "a", "film": null, "critic": null, "tone": {"score": -0.2}}));
    for shown in [bare().terminal(80, Marks::Signs), bare().markdown(), bare().html()] {
        assert!(shown.contains("negative") || shown.contains("neutral"), "{shown}");
        assert!(shown.contains("only figures"), "{shown}");
    }
    let mut line = lamp();
    line["text"] = Value::Null;
    let text = explain(line).terminal(80, Marks::Signs);
    assert!(text.contains("55 %  +0.90  sentence 2"), "{text}");
}

#[test]
fn json_names_the_sentences_that_carried_the_verdict() {
    let object: Value = serde_json::from_str(&explain(lamp()).json()).unwrap();
    assert_eq!(object["carried"], json!([1, 3]));
    assert_eq!(object["sentences"][1]["text"], "Zoë Orr is superb!");
    assert_eq!(object["sentences"][1]["label"], "very_positive");
}

proptest! {
    #[test]
    fn the_text_survives_any_offsets(
        text in "\\PC{0,40}",
        spans in prop::collection::vec((0usize..60, 0usize..60), 0..6),
        phrase in "\\PC{0,4}",
        width in 0usize..120,
    ) {
        let sentences: Vec<_> = spans
            .iter()
            .map(|(start, end)| json!({"start": start, "end": end, "score": 0.5, "kind": "plot", "opinion": 0.1, "weight": 0.2}))
            .collect();
        let mentions: Vec<_> =
            spans.iter().map(|(end, start)| json!({"start": start, "end": end, "text": "x"})).collect();
        let explanation = explain(json!({
            "id": "a", "film": null, "critic": null, "tone": {"score": 0.0}, "text": text, "sentences": sentences,
            "entities": [{"text": "x", "type": "MISC", "count": 1, "salience": 0.5, "mentions": mentions}],
            "keyphrases": [{"text": phrase, "score": 0.5, "count": 1}]
        }));
        let whole: String =
            explanation.parts().iter().map(|part| explanation.text[part.range.clone()].iter().collect::<String>()).collect();
        prop_assert_eq!(whole, text);
        explanation.terminal(width, Marks::Styles);
        explanation.markdown();
        explanation.html();
        explanation.json();
    }
}
