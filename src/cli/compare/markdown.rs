//! The table as Markdown.

use critique::compare::Comparison;
use critique::explain::escaped;

use super::sheet::{self, Sheet};

/// Rows, model, differences and warnings.
pub(super) fn markdown(comparison: &Comparison) -> String {
    let mut out = table(&sheet::rows(comparison));
    if let Some(differences) = sheet::differences(comparison) {
        out += "\n";
        out += &table(&differences);
    }
    let model = sheet::model(comparison).unwrap_or_default();
    out += &format!("\n{} reviews. {model}\n", comparison.reviews);
    for (place, warning) in comparison.warnings.iter().enumerate() {
        out += &format!("{}- {}\n", if place == 0 { "\n" } else { "" }, escaped(warning));
    }
    out
}

fn table(sheet: &Sheet) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let titles = line(sheet.columns.iter().map(|column| column.title.to_owned()).collect());
    let rule = sheet.columns.iter().map(|column| if column.right { "---:" } else { "---" }.to_owned());
    let rows = sheet.rows.iter().map(|row| {
        // Names come from the reviews; the other cells are numbers.
        let name = row.cells.first().map(|name| escaped(name));
        line(name.into_iter().chain(row.cells.iter().skip(1).cloned()).collect())
    });
    titles + &line(rule.collect()) + &rows.collect::<String>()
}
