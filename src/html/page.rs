//! The HTML around the data, and the policy that lets nothing else run.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The structure of the page. `{{…}}` stand for what is filled in, each exactly once.
const TEMPLATE: &str = include_str!("page/page.html");

const STYLE: &str = concat!(
    include_str!("page/page.css"),
    include_str!("page/sections.css"),
    include_str!("page/reader.css"),
    include_str!("page/print.css"),
);

/// Observable Plot and a part of d3; see `vendor/README.md`.
const CHARTS: &str = include_str!("vendor/charts.js");

/// The page's own code: the parts of one module, in this order.
const SCRIPT: &str = concat!(
    include_str!("page/data.js"),
    include_str!("page/filter.js"),
    include_str!("page/dom.js"),
    include_str!("page/charts.js"),
    include_str!("page/table.js"),
    include_str!("page/compared.js"),
    include_str!("page/said.js"),
    include_str!("page/sections.js"),
    include_str!("page/reader.js"),
    include_str!("page/main.js"),
);

/// What is filled into the page.
pub(super) struct Data<'a, F> {
    pub(super) title: &'a str,
    /// Becomes JSON.
    pub(super) figures: &'a F,
    /// Packed.
    pub(super) rows: &'a str,
    /// Packed.
    pub(super) texts: &'a str,
}

/// The whole file.
///
/// Scripts and styles are named in the policy by their hashes, so nothing that a review brings can run, and no
/// address can be fetched. Trusted types forbid the page's own code to make markup out of text.
pub(super) fn html<F: Serialize>(data: &Data<F>) -> String {
    let policy = format!(
        "default-src 'none'; script-src {} {}; style-src {} {}; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(CHARTS),
        hash(SCRIPT),
        hash(STYLE),
        hash(PLOT_STYLE),
    );
    let title = html_escape::encode_safe(data.title);
    let figures = json(data.figures);
    let parts = [
        ("{{policy}}", &*policy),
        ("{{title}}", &title),
        ("{{style}}", STYLE),
        ("{{figures}}", &figures),
        ("{{rows}}", data.rows),
        ("{{texts}}", data.texts),
        ("{{charts}}", CHARTS),
        ("{{script}}", SCRIPT),
    ];
    fill(TEMPLATE, &parts)
}

/// The style element that Plot puts into each of its charts.
const PLOT_STYLE: &str = ":where(.plot-d6a7b5) {\n  --plot-background: white;\n  display: block;\n  height: auto;\n  \
height: intrinsic;\n  max-width: 100%;\n}\n:where(.plot-d6a7b5 text),\n:where(.plot-d6a7b5 tspan) {\n  white-space: pre;\n}";

/// Puts each part in its place, from left to right, so that nothing in a part is taken for a place.
fn fill(template: &str, parts: &[(&str, &str)]) -> String {
    let mut page =
        String::with_capacity(template.len() + parts.iter().map(|(_, part)| part.len()).sum::<usize>());
    let mut rest = template;
    for (place, part) in parts {
        let (before, after) = rest.split_once(place).expect("the template has every place, in order");
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page + rest
}

/// JSON that cannot end the element it stands in.
fn json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("figures have text keys and finite numbers");
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// As a content security policy names an inline script or style.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stay_data() {
        let json = json(&["</script><!--\u{2028}"]);
        assert!(!json.contains('<') && !json.contains('\u{2028}'));
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), ["</script><!--\u{2028}"]);
    }

    #[test]
    fn parts_are_not_places() {
        assert_eq!(fill("a {{x}} b {{y}} c", &[("{{x}}", "{{y}}"), ("{{y}}", "1")]), "a {{y}} b 1 c");
    }

    #[test]
    fn the_code_can_stand_in_a_script_element() {
        for code in [CHARTS, SCRIPT] {
            assert!(!code.contains("</script") && !code.contains("<!--"));
        }
        assert!(!STYLE.contains('<'));
    }

    #[test]
    fn a_title_is_text() {
        let data = Data { title: "</title><script>", figures: &(), rows: "", texts: "" };
        let html = html(&data);
        assert!(html.contains("<title>&lt;&#x2F;title&gt;&lt;script&gt;</title>"));
    }
}
