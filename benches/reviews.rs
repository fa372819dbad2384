//! Writes lines as those of `reviews.jsonl`, some 5 KB each, for measuring what reads them.
//!
//! `cargo run --release --example reviews -- 100000 > big/reviews.jsonl`
#![forbid(unsafe_code)]

use std::io::{self, BufWriter, Write};

use fastrand::Rng;
use serde_json::json;

/// Films and critics in the lines.
const LEVELS: [usize; 2] = [5_000, 1_500];

/// Bytes of a review's text.
const TEXT: usize = 2_500;

/// Writes `count` lines: films and critics of known effects, of which a few have most reviews.
pub fn write(out: &mut impl Write, count: usize) -> io::Result<()> {
    let mut rng = Rng::with_seed(100_000);
    let mut normal = Rng::with_seed(5);
    let mut normal = |deviation: f64| ((0..12).map(|_| normal.f64()).sum::<f64>() - 6.0) * deviation;
    let [films, critics] = LEVELS.map(|levels| (0..levels).map(|_| normal(0.25)).collect::<Vec<f64>>());
    let words: Vec<String> =
        (0..20_000).map(|_| (0..rng.usize(3..9)).map(|_| rng.lowercase()).collect()).collect();
    let aspects = ["acting", "directing", "writing", "pacing", "music", "editing", "design", "themes"];
    for id in 0..count {
        let film = (rng.f64().powf(1.5) * LEVELS[0] as f64) as usize;
        let critic = (rng.f64().powf(1.5) * LEVELS[1] as f64) as usize;
        let score = (0.1 + films[film] + critics[critic] + normal(0.3)).clamp(-1.0, 1.0);
        let mut text = String::new();
        while text.len() < TEXT {
            text += &words[rng.usize(..words.len())];
            text += if rng.u8(..) < 16 { ". " } else { " " };
        }
        let word = |rng: &mut Rng| words[(rng.f64().powi(3) * words.len() as f64) as usize].clone();
        let sentences: Vec<_> = (0..12)
            .map(|s| json!({"start": s * 200, "end": s * 200 + 190, "score": score, "kind": "opinion", "opinion": 0.9, "weight": 0.08}))
            .collect();
        let judged: Vec<_> = (0..4)
            .map(|_| {
                let aspect = aspects[rng.usize(..aspects.len())];
                json!({"aspect": aspect, "score": score, "label": "positive", "confidence": 0.7, "sentences": [1],
                    "quote": {"start": 0, "end": 40, "text": &text[..40]}})
            })
            .collect();
        let phrases: Vec<_> = (0..10)
            .map(|_| json!({"text": format!("{} {}", word(&mut rng), word(&mut rng)), "score": 0.5, "count": 1}))
            .collect();
        let entities: Vec<_> = (0..6)
            .map(|_| {
                let name = word(&mut rng);
                json!({"text": name, "type": "PERSON", "count": 1, "salience": 0.3, "tone": 0.1,
                    "mentions": [{"start": 10, "end": 20, "text": name}]})
            })
            .collect();
        let line = json!({
            "id": format!("review-{id}"), "film": format!("Film {film}"), "film_source": "given",
            "critic": format!("Critic {critic}"), "outlet": format!("Outlet {}", critic % 40),
            "date": format!("{}-05-02", 2000 + film % 25), "rating": ((score + 1.0) * 5.0).round() / 2.0,
            "origin": {"path": "big.csv", "row": id + 1}, "text": text, "words": 400, "sentences_count": 12,
            "sentences": sentences, "language": {"code": "eng", "confidence": 1.0},
            "tone": {"score": score, "label": label(score), "confidence": 0.9, "ambivalence": 0.1, "opinion_share": 0.8},
            "emotions": [], "aspects": judged, "keyphrases": phrases, "entities": entities,
            "quotes": {"positive": &text[..60], "negative": &text[60..120], "positive_span": [0, 60], "negative_span": [60, 120]},
        });
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn label(score: f64) -> &'static str {
    let steps = ["very_negative", "negative", "neutral", "positive", "very_positive"];
    steps[((score + 1.0) * 2.0).round() as usize]
}

/// Writes as many lines as the first argument says to standard output.
#[allow(dead_code, reason = "the bench has a main of its own")]
fn main() -> io::Result<()> {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    write(&mut BufWriter::new(io::stdout().lock()), count)
}
