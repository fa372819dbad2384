//! Emotions: the feelings that stand out in a review's opinions.

use super::review::{Emotion, SentenceTone};
use crate::reader::{EMOTIONS, EmotionScale, Reading};

/// Most emotions given for a review.
const MOST: usize = 3;
/// How many times the rate of ordinary reviews an emotion must reach in a long review to stand out.
const LIFT: f64 = 1.5;

/// The emotions that stand out, strongest first.
///
/// An emotion counts where some sentence of prose reaches its threshold, and where its mean over all sentences,
/// weighed by opinion, exceeds `LIFT · (1 − 1/n)` times its rate in ordinary reviews, `n` being the number of
/// sentences: a lone comment is taken at its word, a long review must say more of it than others do.
pub fn emotions(readings: &[Reading], sentences: &[SentenceTone], scale: &EmotionScale) -> Vec<Emotion> {
    let prose: Vec<(&Reading, f64)> = readings
        .iter()
        .zip(sentences)
        .filter(|(reading, sentence)| sentence.block == "prose" && reading.emotions.len() == EMOTIONS.len())
        .map(|(reading, sentence)| (reading, sentence.opinion))
        .collect();
    let total: f64 = prose.iter().map(|(_, opinion)| opinion).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let expected = LIFT * (1.0 - 1.0 / prose.len() as f64);
    let mut found: Vec<Emotion> = EMOTIONS
        .iter()
        .enumerate()
        .filter(|(_, label)| **label != "neutral")
        .filter_map(|(index, label)| {
            let probability = |reading: &Reading| f64::from(reading.emotions[index]);
            let threshold = f64::from(*scale.thresholds.get(index)?);
            let rate = f64::from(*scale.rates.get(index)?);
            let score = prose.iter().map(|(r, opinion)| opinion * probability(r)).sum::<f64>() / total;
            let shown = prose.iter().any(|(r, _)| probability(r) >= threshold);
            // A model without rates has nothing to compare with.
            let lift = if rate > 0.0 { score / rate } else { 1.0 };
            (shown && score >= expected * rate).then(|| Emotion { label: (*label).to_string(), score, lift })
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::super::{fixtures, tone};
    use super::*;
    use crate::reader::Attention;
    use crate::text::Document;

    fn scale(rate: f32) -> EmotionScale {
        EmotionScale { thresholds: vec![0.4; EMOTIONS.len()], rates: vec![rate; EMOTIONS.len()] }
    }

    fn found(text: &str, joy: &[f32], rate: f32) -> Vec<Emotion> {
        let document = Document::parse(text);
        let mut readings = fixtures::tagged(&document, &[]);
        let index = EMOTIONS.iter().position(|e| *e == "joy").unwrap();
        for (reading, joy) in readings.iter_mut().zip(joy) {
            reading.emotions = vec![0.01; EMOTIONS.len()];
            reading.emotions[index] = *joy;
        }
        let (_, sentences) = tone(&document, &readings, &Attention::default());
        emotions(&readings, &sentences, &scale(rate))
    }

    #[test]
    fn a_lone_comment_is_taken_at_its_word() {
        let joy = found("What a delight.", &[0.5], 0.45);
        assert_eq!(joy.iter().map(|e| e.label.as_str()).collect::<Vec<_>>(), ["joy"]);
        assert!(found("What a delight.", &[0.3], 0.0).is_empty());
    }

    #[test]
    fn a_long_review_must_show_more_than_others_do() {
        let text = "One thing. Two things. Three things. Four things.";
        assert!(found(text, &[0.5, 0.1, 0.1, 0.1], 0.3).is_empty());
        let joy = found(text, &[0.5, 0.5, 0.5, 0.5], 0.3);
        assert!((joy[0].lift - 0.5 / 0.3).abs() < 1e-5 && (joy[0].score - 0.5).abs() < 1e-6);
    }
}
