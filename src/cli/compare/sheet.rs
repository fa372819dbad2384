//! Rows as cells of text, for table and Markdown alike.

use critique::compare::{Comparison, CriticRow, Difference, FilmRow, Rows, YearRow};

/// A table of text.
pub(super) struct Sheet {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A column.
pub(super) struct Column {
    pub title: &'static str,
    /// Numbers stand to the right.
    pub right: bool,
}

/// The cells of a row, and the estimate with its interval that can be drawn.
pub(super) struct Row {
    pub cells: Vec<String>,
    pub drawn: Option<Drawn>,
}

/// An estimate and its interval.
#[derive(Clone, Copy)]
pub(super) struct Drawn {
    pub value: f64,
    pub interval: [f64; 2],
}

impl Drawn {
    fn new(value: Option<f64>, interval: Option<[f64; 2]>) -> Option<Self> {
        Some(Self { value: value?, interval: interval? })
    }
}

/// The rows of a comparison. The name is in the first column.
pub(super) fn rows(comparison: &Comparison) -> Sheet {
    let name = comparison.by.name();
    match &comparison.rows {
        Rows::Films(rows) => Sheet {
            columns: columns(name, &["reviews", "mean", "adjusted", "95 % interval", "for", "split", "α"]),
            rows: rows.iter().map(film).collect(),
        },
        Rows::Critics(rows) => Sheet {
            columns: columns(name, &["reviews", "mean", "leniency", "95 % interval", "spread", "agrees"]),
            rows: rows.iter().map(critic).collect(),
        },
        Rows::Years(rows) => Sheet {
            columns: columns(name, &["reviews", "films", "critics", "mean", "95 % interval", "for", "split"]),
            rows: rows.iter().map(year).collect(),
        },
    }
}

/// The differences of a comparison, where there are any.
pub(super) fn differences(comparison: &Comparison) -> Option<Sheet> {
    let all = &comparison.differences;
    let columns = columns("difference", &["by", "95 % interval", "pairs", "p", "adjusted p"]);
    (!all.is_empty()).then(|| Sheet { columns, rows: all.iter().map(difference).collect() })
}

fn columns(name: &'static str, numbers: &[&'static str]) -> Vec<Column> {
    let numbers = numbers.iter().map(|title| Column { title, right: true });
    [Column { title: name, right: false }].into_iter().chain(numbers).collect()
}

fn film(row: &FilmRow) -> Row {
    Row {
        cells: vec![
            row.key.clone(),
            row.reviews.to_string(),
            signed(Some(row.mean)),
            signed(row.adjusted),
            interval(row.adjusted_interval),
            share(row.share_positive),
            unsigned(row.polarisation),
            signed(row.agreement),
        ],
        drawn: Drawn::new(row.adjusted, row.adjusted_interval),
    }
}

fn critic(row: &CriticRow) -> Row {
    Row {
        cells: vec![
            row.key.clone(),
            row.reviews.to_string(),
            signed(Some(row.mean)),
            signed(row.leniency),
            interval(row.leniency_interval),
            unsigned(row.spread),
            signed(row.agreement),
        ],
        drawn: Drawn::new(row.leniency, row.leniency_interval),
    }
}

fn year(row: &YearRow) -> Row {
    Row {
        cells: vec![
            row.key.clone(),
            row.reviews.to_string(),
            row.films.to_string(),
            row.critics.to_string(),
            signed(Some(row.mean)),
            interval(row.interval),
            share(row.share_positive),
            unsigned(row.polarisation),
        ],
        drawn: Drawn::new(Some(row.mean), row.interval),
    }
}

fn difference(one: &Difference) -> Row {
    let sides = format!("{} − {}", one.a, one.b);
    let pairs = if one.paired { one.pairs.to_string() } else { "unpaired".to_owned() };
    Row {
        cells: vec![
            one.key.as_ref().map_or(sides.clone(), |key| format!("{key}: {sides}")),
            signed(Some(one.difference)),
            interval(one.interval),
            pairs,
            probability(one.p),
            probability(one.p_adjusted),
        ],
        drawn: Drawn::new(Some(one.difference), one.interval),
    }
}

/// What the model says, on one line.
pub(super) fn model(comparison: &Comparison) -> Option<String> {
    let model = comparison.model.as_ref()?;
    let variance = &model.variance;
    let (judges, judge) = match variance.outlet {
        Some(outlet) => ("outlets", outlet),
        None => ("critics", variance.critic.unwrap_or(0.0)),
    };
    let deviation = |variance: f64| unsigned(Some(variance.max(0.0).sqrt()));
    let mut line = format!(
        "Tone {} on average; standard deviation {} between films, {} between {judges}, {} else ({})",
        signed(Some(model.mean)),
        deviation(variance.film),
        deviation(judge),
        deviation(variance.residual),
        serde_json::to_value(model.method).ok()?.as_str()?,
    );
    if let Some(alpha) = comparison.agreement {
        line += &format!("; Krippendorff's α {}", signed(Some(alpha)));
    }
    if let Some(ratings) = &comparison.rating_correlation {
        line += &format!("; r = {} of tone and {} ratings", signed(Some(ratings.pearson)), ratings.reviews);
    }
    Some(line + ".")
}

/// `+0.52`, with a minus that is as wide as the plus; nothing for none.
pub(super) fn signed(number: Option<f64>) -> String {
    number.map_or(String::new(), |number| {
        let shown = format!("{:.2}", number.abs());
        match shown.as_str() {
            "0.00" => shown,
            _ if number < 0.0 => format!("−{shown}"),
            _ => format!("+{shown}"),
        }
    })
}

fn unsigned(number: Option<f64>) -> String {
    number.map_or(String::new(), |number| format!("{number:.2}"))
}

fn interval(interval: Option<[f64; 2]>) -> String {
    interval.map_or(String::new(), |[low, high]| format!("{} {}", signed(Some(low)), signed(Some(high))))
}

fn share(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn probability(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}
