//! The page of `critique report` in a headless Chromium: what a reader with a mouse, a keyboard, a phone or a printer finds.
#![forbid(unsafe_code)]

mod chromium;
mod hostile;
mod sample;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use chromium::Browser;

/// A folder with the lines of reviews that were analysed, and their page.
struct Report {
    dir: TempDir,
    lines: Vec<Value>,
}

impl Report {
    /// The page of the sample reviews.
    fn of_sample() -> Self {
        let dir = TempDir::new().unwrap();
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
        critique(&["analyze", corpus, "--quiet", "--output", &dir.path().display().to_string()]);
        let lines = fs::read_to_string(dir.path().join("reviews.jsonl")).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Self { dir, lines }.written(&[])
    }

    /// The page of these lines.
    fn of(lines: Vec<Value>, flags: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(dir.path().join("reviews.jsonl"), text).unwrap();
        Self { dir, lines }.written(flags)
    }

    fn written(self, flags: &[&str]) -> Self {
        let (folder, page) = (self.dir.path().display().to_string(), self.page().display().to_string());
        critique(&[&["report", &folder, "--quiet", "--output", &page], flags].concat());
        self
    }

    fn page(&self) -> PathBuf {
        self.dir.path().join("report.html")
    }

    /// The number of lines of which something holds.
    fn count(&self, holds: impl Fn(&Value) -> bool) -> usize {
        self.lines.iter().filter(|line| holds(line)).count()
    }
}

fn critique(args: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_critique")).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Browser {
    /// The number of reviews that pass the filters, as the page tells it.
    fn count(&mut self) -> usize {
        let told = self.text("document.getElementById('count').textContent");
        told.split(' ').next().unwrap().replace(',', "").parse().unwrap()
    }

    /// Clicks the first element of the selector, of those whose text or label has `label` in it.
    fn click(&mut self, selector: &str, label: &str) {
        let (selector, label) = (Value::from(selector), Value::from(label));
        let clicked = self.eval(&format!(
            "(() => {{
               const told = (element) => element.textContent + (element.querySelector('[aria-label]')?.getAttribute('aria-label') ?? element.getAttribute('aria-label') ?? '');
               const found = [...document.querySelectorAll({selector})].find((element) => told(element).includes({label}));
               found?.dispatchEvent(new MouseEvent('click', {{ bubbles: true, cancelable: true, view: window }}));
               return Boolean(found);
             }})()"
        ));
        assert_eq!(clicked, true, "nothing to click: {selector} {label}");
    }

    /// Text of all elements of a selector.
    fn texts(&mut self, selector: &str) -> Vec<String> {
        let list = self.eval(&format!(
            "[...document.querySelectorAll({})].map((one) => one.textContent)",
            Value::from(selector)
        ));
        list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// How much wider the page is than its window.
    fn overflow(&mut self) -> i64 {
        self.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .as_i64()
            .unwrap()
    }
}
