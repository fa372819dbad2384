//! The page of the sample reviews.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::Report;
use crate::chromium::Browser;

/// The page is made once; every test opens it in a browser of its own.
fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(Report::of_sample)
}

fn opened(hash: &str) -> Option<Browser> {
    let mut browser = Browser::start(1280, 900)?;
    browser.open(&report().page(), hash);
    Some(browser)
}

#[test]
fn it_loads_without_a_word_and_without_the_network() {
    let Some(mut page) = opened("") else { return };
    assert_eq!(page.problems(), Vec::<String>::new());
    assert_eq!(page.count(), report().lines.len());
    let titles = page.texts("main h2");
    assert_eq!(
        titles,
        ["Tone", "Films", "Critics", "Critic by film", "Aspects", "Over time", "Themes", "People", "Reviews"]
    );
    let films = page.texts("#films svg .names a text, #films svg a text");
    assert!(films.iter().any(|name| name == "Paddington 2"), "{films:?}");
    // Nothing but what the page brings could be fetched if something tried.
    page.eval("fetch('https://example.org/').catch(() => 0)");
    assert!(page.problems().iter().any(|told| told.contains("Content Security Policy")));
}

#[test]
fn a_film_a_critic_a_theme_an_aspect_and_a_person_filter_everything() {
    let Some(mut page) = opened("") else { return };
    let all = report().lines.len();
    let clicks: [(&str, &str, usize); 4] = [
        ("#films svg a", "Paddington 2", report().count(|line| line["film"] == "Paddington 2")),
        ("#critics svg a", "Dilys Penhallick", report().count(|line| line["critic"] == "Dilys Penhallick")),
        (
            "#aspects svg a",
            "pacing:",
            report().count(|line| has(line, "aspects", |aspect| aspect["aspect"] == "pacing")),
        ),
        (
            "#people svg a",
            "Hugh Grant",
            report().count(|line| has(line, "entities", |name| name["text"] == "Hugh Grant")),
        ),
    ];
    for (selector, label, expected) in clicks {
        page.click(selector, label);
        page.wait(&format!("document.getElementById('count').textContent.endsWith('of {all} reviews')"));
        assert_eq!((page.count(), page.texts("#chips li").len()), (expected, 1), "{label}");
        assert!((1..all).contains(&expected), "{label}");
        // The list of reviews follows.
        assert_eq!(page.texts("#reviews tbody tr").len(), expected.min(25));
        page.click("#chips a", "Remove");
        page.wait(&format!("document.getElementById('count').textContent === '{all} reviews'"));
    }
    let theme = page.text("document.querySelector('#themes .field .what').textContent");
    page.click("#themes .field", &theme);
    page.wait("document.querySelectorAll('#chips li').length === 1");
    assert!((1..all).contains(&page.count()));
    // Filters combine, and the address alone brings them back.
    let both = |line: &Value| line["film"] == "Cats" && line["critic"] == "Nell Abernoth";
    page.open(&report().page(), "#film=Cats&critic=Nell+Abernoth");
    assert_eq!((page.count(), page.texts("#chips li").len()), (report().count(both), 3));
    assert_eq!(page.problems(), Vec::<String>::new());
}

fn has(line: &Value, list: &str, holds: impl Fn(&Value) -> bool) -> bool {
    line[list].as_array().unwrap().iter().any(holds)
}

#[test]
fn search_looks_through_texts_without_regard_to_case_and_accents() {
    let Some(mut page) = opened("") else { return };
    for (typed, wanted) in [("haircut", "haircut"), ("TOMAS vrbeck", "tomáš vrbeck")] {
        page.eval(&format!(
            "(() => {{ const box = document.getElementById('search'); box.value = '{typed}'; box.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        ));
        page.wait("document.querySelectorAll('#chips li').length === 1 && location.hash.includes('q=')");
        page.wait(&format!("document.getElementById('chips').textContent.includes('{typed}')"));
        let expected = report().count(|line| {
            let text = format!("{} {}", line["text"].as_str().unwrap(), line["critic"].as_str().unwrap());
            text.to_lowercase().contains(wanted)
        });
        assert_eq!(page.count(), expected, "{typed}");
        assert!(expected > 0);
    }
}

#[test]
fn tables_sort_by_their_heads() {
    let Some(mut page) = opened("") else { return };
    let tones = |page: &mut Browser| -> Vec<f64> {
        let cells = page.texts("#reviews tbody .tone");
        cells.iter().map(|cell| cell.replace('−', "-").parse().unwrap()).collect()
    };
    let sorted = |page: &mut Browser| {
        page.text("document.querySelector('#reviews [aria-sort]').textContent + document.querySelector('#reviews [aria-sort]').ariaSort")
    };
    assert_eq!(sorted(&mut page), "Tonedescending");
    assert!(tones(&mut page).is_sorted_by(|a, b| a >= b));
    page.click("#reviews thead button", "Tone");
    assert_eq!(sorted(&mut page), "Toneascending");
    assert!(tones(&mut page).is_sorted());
    page.click("#reviews thead button", "Critic");
    assert_eq!(sorted(&mut page), "Criticascending");
    let critics = page.texts("#reviews tbody td:nth-child(3)");
    assert!(critics.is_sorted() && critics.len() == 25, "{critics:?}");
    page.click("#reviews button", "more");
    assert_eq!(page.texts("#reviews tbody tr").len(), report().lines.len());
}

#[test]
fn a_review_opens_with_its_sentences_and_names() {
    let line = report().lines.iter().find(|line| line["id"] == "heat-gideon-thackrow").unwrap();
    let Some(mut page) = opened("") else { return };
    page.click("#reviews button", "more");
    page.eval("[...document.querySelectorAll('#reviews a.open')].find((link) => link.hash.includes('review=heat-gideon-thackrow')).click()");
    page.wait("document.getElementById('reader').open");
    assert_eq!(
        page.text("document.querySelector('#reader .text').textContent"),
        line["text"].as_str().unwrap()
    );
    let sentences = line["sentences"].as_array().unwrap();
    let text: Vec<char> = line["text"].as_str().unwrap().chars().collect();
    let at = |span: &Value| -> String {
        let end = |key: &str| span[key].as_u64().unwrap() as usize;
        text[end("start")..end("end")].iter().collect()
    };
    assert_eq!(page.texts("#reader .text .sentence"), sentences.iter().map(at).collect::<Vec<_>>());
    assert_eq!(
        page.texts("#reader .text .plot"),
        sentences.iter().filter(|sentence| sentence["kind"] == "plot").map(at).collect::<Vec<_>>()
    );
    let mut mentions: Vec<&Value> = line["entities"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|name| name["mentions"].as_array().unwrap())
        .collect();
    mentions.sort_by_key(|mention| mention["start"].as_u64());
    assert_eq!(page.texts("#reader .text .entity"), mentions.into_iter().map(at).collect::<Vec<_>>());
    // Praise and blame have colours of their own, and a figure each.
    let colour = |page: &mut Browser, sign: &str| {
        page.text(&format!("getComputedStyle([...document.querySelectorAll('#reader .text .sentence')].find((one) => one.dataset.sign?.startsWith('{sign}') && !one.classList.contains('plot'))).backgroundColor"))
    };
    assert_ne!(colour(&mut page, "+"), colour(&mut page, "−"));
    page.eval("document.querySelector('#reader .text .sentence').focus()");
    let told = page.text("document.querySelector('#reader .told').textContent");
    assert!(told.contains("Sentence 1: tone +0.90") && told.contains("27 % of the verdict"), "{told}");
    assert!(!page.texts("#reader aside blockquote").is_empty() && page.texts("#reader aside q").len() > 2);
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn the_keyboard_goes_everywhere() {
    let Some(mut page) = opened("") else { return };
    page.press("Tab");
    assert_eq!(page.text("document.activeElement.className"), "skip");
    page.press("Enter");
    assert_eq!(page.text("document.activeElement.id"), "main");
    let at = "(document.activeElement.querySelector('[aria-label]')?.getAttribute('aria-label') ?? document.activeElement.textContent)";
    let reach = |page: &mut Browser, wanted: &str| {
        for _ in 0..300 {
            page.press("Tab");
            if page.text(at).contains(wanted) {
                return;
            }
        }
        panic!("no way to {wanted} by the Tab key");
    };
    reach(&mut page, "Heat: ");
    // What has the focus shows it, and tells its figures.
    assert_ne!(page.text("getComputedStyle(document.activeElement).outlineStyle"), "none");
    assert!(page.text("document.getElementById('tip').textContent").starts_with("Heat: "));
    page.press("Enter");
    page.wait("location.hash === '#film=Heat'");
    page.wait("document.querySelectorAll('#chips li').length === 1");
    // The focus stays where it was, though everything was drawn anew.
    assert!(page.text(at).starts_with("Heat: "), "{}", page.text(at));
    page.eval("document.querySelector('#reviews thead button').focus()");
    for _ in 0..20 {
        page.press("Tab");
        if page.text("document.activeElement.className") == "open" {
            break;
        }
    }
    let link = page.text("document.activeElement.href");
    page.press("Enter");
    page.wait("document.getElementById('reader').open");
    assert_eq!(page.text("document.activeElement.id"), "reader-title");
    page.press("Escape");
    page.wait("!document.getElementById('reader').open && location.hash === '#film=Heat'");
    assert_eq!(page.text("document.activeElement.href"), link);
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn light_and_dark_follow_the_system_and_the_switch() {
    let Some(mut page) = opened("") else { return };
    let brightness = |page: &mut Browser| -> f64 {
        let colour = page.text("getComputedStyle(document.documentElement).backgroundColor");
        let parts: Vec<f64> = colour
            .trim_start_matches("rgb(")
            .trim_end_matches(')')
            .split(", ")
            .map(|part| part.parse().unwrap())
            .collect();
        parts.iter().sum::<f64>() / 3.0
    };
    let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    page.call(
        "Emulation.setEmulatedMedia",
        json!({"features": [{"name": "prefers-color-scheme", "value": "light"}]}),
    );
    assert!(brightness(&mut page) > 230.0);
    page.call("Emulation.setEmulatedMedia", dark);
    assert!(brightness(&mut page) < 60.0);
    page.click("#theme", "Dark");
    assert!(brightness(&mut page) > 230.0);
    assert_eq!(page.text("document.getElementById('theme').ariaPressed"), "false");
}

#[test]
fn a_phone_shows_all_without_scrolling_sideways() {
    let Some(mut page) = Browser::start(360, 740) else { return };
    page.open(&report().page(), "");
    assert_eq!(page.overflow(), 0);
    page.eval("document.querySelectorAll('summary').forEach((summary) => summary.click())");
    page.wait(
        "document.querySelectorAll('details table').length === document.querySelectorAll('details').length",
    );
    assert_eq!(page.overflow(), 0);
    page.eval("location.hash = '#review=heat-gideon-thackrow'");
    page.wait("document.getElementById('reader').open");
    let reader = page.eval(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.getElementById('reader'))",
    );
    assert_eq!(reader, 0);
}

#[test]
fn it_prints() {
    let Some(mut page) = opened("") else { return };
    let pdf = page.call("Page.printToPDF", json!({"printBackground": true}));
    // "%PDF" in base64.
    assert!(pdf["data"].as_str().unwrap().starts_with("JVBER"));
    page.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    assert_eq!(page.text("getComputedStyle(document.querySelector('.filters')).display"), "none");
    assert_eq!(page.problems(), Vec::<String>::new());
}
