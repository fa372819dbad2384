//! Pages of data that are poor, or that were written to do harm.

use serde_json::{Value, json};

use crate::Report;
use crate::chromium::Browser;

const NASTY: [&str; 9] = [
    "<script>window.hacked=1</script>",
    "\"><img src=x onerror=window.hacked=1>",
    "</script><script>window.hacked=1</script>",
    "<!-- <script>",
    "a\u{2028}b\u{2029}c",
    "javascript:window.hacked=1",
    "'; window.hacked=1; //",
    "&lt;b&gt; {{rows}}",
    "שלום עולם",
];

/// A review whose every word is meant to break out.
fn nasty(number: usize, film: &str, critic: &str) -> Value {
    // The emoji is one code point and two units of UTF-16.
    let first = format!("😀 {film} is fine.");
    let text = format!("{first} {critic} is not.");
    let (middle, end) = (first.chars().count(), text.chars().count());
    json!({
        "id": format!("{number} {film}"), "film": film, "critic": critic, "outlet": film, "date": "2024-05-01", "rating": film,
        "text": text, "words": 7,
        "sentences": [
            {"start": 0, "end": middle, "score": 0.8, "kind": "opinion", "opinion": 0.9, "weight": 0.7},
            {"start": middle + 1, "end": end, "score": -0.6, "kind": "opinion", "opinion": 0.9, "weight": 0.3}],
        "tone": {"score": 0.1 * (number % 9) as f64 - 0.4},
        "emotions": [{"label": film, "score": 0.5, "lift": 2.0}],
        "aspects": [{"aspect": film, "score": 0.3, "label": "neutral", "confidence": 0.9, "sentences": [0],
                     "quote": {"start": 0, "end": 3, "text": film}}],
        "keyphrases": [{"text": film, "score": 0.5, "count": 1}],
        "entities": [{"text": critic, "type": "PERSON", "role": "actor", "count": 1, "salience": 1.0, "tone": -0.6,
                      "mentions": [{"start": middle + 1, "end": middle + 1 + critic.chars().count(), "text": critic}]}],
        "quotes": {"positive": film, "negative": critic},
    })
}

#[test]
fn what_reviews_say_is_never_markup() {
    let Some(mut page) = Browser::start(1280, 900) else { return };
    let pairs = NASTY.iter().flat_map(|film| NASTY.iter().map(move |critic| (film, critic)));
    let lines: Vec<Value> =
        pairs.enumerate().map(|(number, (film, critic))| nasty(number, film, critic)).collect();
    let report = Report::of(lines, &["--title", NASTY[0]]);
    page.open(&report.page(), "");
    assert_eq!(page.text("document.title + document.querySelector('h1').textContent"), NASTY[0].repeat(2));
    page.eval("document.querySelectorAll('summary').forEach((summary) => summary.click())");
    page.wait(
        "document.querySelectorAll('details table').length === document.querySelectorAll('details').length",
    );
    let shown = page.texts("#films tbody th");
    let labels = page.text("[...document.querySelectorAll('#films svg [aria-label]')].map((mark) => mark.getAttribute('aria-label')).join('\\n')");
    for name in NASTY {
        assert!(shown.iter().any(|cell| cell == name), "{name} in {shown:?}");
        assert!(labels.contains(&format!("{name}: ")), "{name} in the chart");
    }
    // Each as a filter, by its link, and each opened.
    for (number, name) in NASTY.iter().enumerate() {
        page.open(&report.page(), "");
        page.click("#films svg a", &format!("{name}: "));
        page.wait("document.querySelectorAll('#chips li').length === 1");
        assert_eq!(page.count(), NASTY.len(), "{name}");
        let line = &report.lines[number * NASTY.len()];
        page.eval(&format!("location.hash = '#' + new URLSearchParams({{ review: {} }})", line["id"]));
        page.wait("document.getElementById('reader').open");
        assert_eq!(
            page.text("document.querySelector('#reader .text').textContent"),
            line["text"].as_str().unwrap()
        );
        assert_eq!(page.texts("#reader .entity")[0], NASTY[0]);
        assert_eq!(page.texts("#reader blockquote"), [name, NASTY[0]]);
        page.eval("document.getElementById('reader').close()");
        page.eval("document.querySelector('#films svg a').dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))");
    }
    // An address made by somebody else is text too.
    page.open(&report.page(), "#film=%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E&q=%3Cscript%3E&review=%22%3E%3Cscript%3E&tone=constructor");
    assert_eq!(page.count(), 0);
    assert_eq!(
        page.eval(
            "[typeof window.hacked, document.images.length, document.querySelectorAll('script').length]"
        ),
        json!(["undefined", 0, 5])
    );
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn poor_data_make_a_page_too() {
    let Some(mut page) = Browser::start(1280, 900) else { return };
    let bare = |number: usize, film: Value, critic: Value| json!({"id": number, "film": film, "critic": critic, "tone": {"score": (number % 7) as f64 / 4.0 - 0.75}});
    let long = "Very long ".repeat(80);
    let cases: [(&str, Vec<Value>); 6] = [
        ("one review", vec![bare(1, Value::Null, Value::Null)]),
        (
            "no critics",
            (0..40).map(|number| bare(number, json!(format!("Film {}", number % 6)), Value::Null)).collect(),
        ),
        (
            "no films",
            (0..40)
                .map(|number| bare(number, Value::Null, json!(format!("Critic {}", number % 6))))
                .collect(),
        ),
        (
            "figures alone",
            (0..40)
                .map(|number| {
                    bare(
                        number,
                        json!(format!("Film {}", number % 6)),
                        json!(format!("Critic {}", number % 5)),
                    )
                })
                .collect(),
        ),
        (
            "long names",
            (0..40)
                .map(|number| {
                    bare(
                        number,
                        json!(format!("{long}{}", number % 6)),
                        json!(format!("{}{long}", number % 5)),
                    )
                })
                .collect(),
        ),
        (
            "many films",
            (0..900)
                .map(|number| {
                    bare(
                        number,
                        json!(format!("Film {}", number % 450)),
                        json!(format!("Critic {}", number % 31)),
                    )
                })
                .collect(),
        ),
    ];
    for (case, lines) in cases {
        let count = lines.len();
        let report = Report::of(lines, &[]);
        for (width, height) in [(1280, 900), (360, 740)] {
            page.resize(width, height);
            page.open(&report.page(), "");
            assert_eq!((page.count(), page.overflow()), (count, 0), "{case}");
        }
        page.click("#reviews a.open", "");
        page.wait("document.getElementById('reader').open");
        assert_eq!(page.problems(), Vec::<String>::new(), "{case}");
        // The charts stay short; the rest is in tables.
        let rows = page.texts("#films svg a text").len().max(page.texts("#critics svg a text").len());
        assert!(rows <= 30, "{case}: {rows}");
    }
}
