//! Tone: of each sentence from its own logits, of a review from all its sentences.

use super::review::{Label, SentenceTone, Tone};
use crate::reader::{Attention, Reading, softmax};
use crate::text::{Block, Document};

impl Label {
    /// All steps, the worst first.
    pub const ALL: [Label; 5] =
        [Label::VeryNegative, Label::Negative, Label::Neutral, Label::Positive, Label::VeryPositive];

    /// The step nearest to a score from −1 to 1.
    pub fn of(score: f64) -> Label {
        Label::ALL[((score.clamp(-1.0, 1.0) + 1.0) * 2.0).round() as usize]
    }

    /// The step as the reports write it.
    pub fn as_str(self) -> &'static str {
        ["very_negative", "negative", "neutral", "positive", "very_positive"][self as usize]
    }

    /// The step as a person reads it.
    pub fn words(self) -> &'static str {
        ["very negative", "negative", "neutral", "positive", "very positive"][self as usize]
    }
}

/// A sentence's distribution over the five steps, and what follows from it.
struct Shade {
    probabilities: Vec<f32>,
}

impl Shade {
    fn new(reading: &Reading) -> Shade {
        Shade { probabilities: softmax(&reading.tone) }
    }

    /// −1 to 1: the expected step.
    fn score(&self) -> f64 {
        self.praise() - self.blame()
    }

    /// 0 to 1: expected distance above neutral.
    fn praise(&self) -> f64 {
        f64::from(self.probabilities[3]) / 2.0 + f64::from(self.probabilities[4])
    }

    /// 0 to 1: expected distance below neutral.
    fn blame(&self) -> f64 {
        f64::from(self.probabilities[1]) / 2.0 + f64::from(self.probabilities[0])
    }

    fn label(&self) -> Label {
        let best = (0..5).max_by(|&a, &b| self.probabilities[a].total_cmp(&self.probabilities[b]));
        Label::ALL[best.unwrap_or(2)]
    }

    /// 0 to 1: probability of the positive side, neutral shared out evenly.
    fn positive(&self) -> f64 {
        f64::from(self.probabilities[3] + self.probabilities[4] + self.probabilities[2] / 2.0)
    }
}

/// The tone of a review and of each of its sentences.
///
/// The verdict is the mean of the sentences' own verdicts, each weighed by attention over the review (Ilse et al.
/// 2018): what a sentence says, where it stands and whether it judges. In a review of `n` sentences it counts for
/// `1 − 1/n`, and the sentences' tone, weighed alike, for the rest: a lone sentence is judged by its own words, for the
/// verdict head has learnt from whole reviews. Headings and captions do not count.
pub fn tone(document: &Document, readings: &[Reading], attention: &Attention) -> (Tone, Vec<SentenceTone>) {
    let shades: Vec<Shade> = readings.iter().map(Shade::new).collect();
    let shares = shares(document, readings, attention);
    let counted: Vec<usize> = (0..shares.len()).filter(|&i| shares[i] > 0.0).collect();
    let over = |figure: &dyn Fn(usize) -> f64| counted.iter().map(|&i| shares[i] * figure(i)).sum::<f64>();

    let own = over(&|i| shades[i].score());
    let verdict = sigmoid(over(&|i| f64::from(readings[i].verdict)));
    let trust = 1.0 - 1.0 / counted.len().max(1) as f64;
    let score = (1.0 - trust) * own + trust * (2.0 * verdict - 1.0);
    let positive = (1.0 - trust) * over(&|i| shades[i].positive()) + trust * verdict;
    let label = match counted[..] {
        [] => Label::Neutral,
        [only] => shades[only].label(),
        _ => Label::of(score),
    };
    let tone = Tone {
        score,
        label,
        confidence: if counted.is_empty() { 0.0 } else { positive.max(1.0 - positive) },
        ambivalence: ambivalence(&shades, readings, &shares, &counted),
        opinion_share: opinion_share(document, readings, &counted),
    };
    let sentences = document
        .sentences
        .iter()
        .zip(readings)
        .zip(shades.iter().zip(&shares))
        .map(|((sentence, reading), (shade, share))| {
            let span = document.span(sentence.range.clone());
            SentenceTone {
                start: span.start,
                end: span.end,
                block: match sentence.block {
                    Block::Prose => "prose",
                    Block::Heading => "heading",
                    Block::Caption => "caption",
                }
                .to_string(),
                score: shade.score(),
                label: shade.label(),
                kind: if reading.opinion < 0.5 { "plot" } else { "opinion" }.to_string(),
                opinion: f64::from(reading.opinion),
                weight: *share,
            }
        })
        .collect();
    (tone, sentences)
}

/// Each sentence's share of the verdict: softmax of its logits over the sentences that count, 0 for the others.
fn shares(document: &Document, readings: &[Reading], attention: &Attention) -> Vec<f64> {
    let prose: Vec<usize> = (0..readings.len().min(document.sentences.len()))
        .filter(|&i| document.sentences[i].block == Block::Prose)
        .collect();
    let logits: Vec<f32> = prose
        .iter()
        .enumerate()
        .map(|(place, &i)| attention.logit(place, prose.len(), readings[i].weight, readings[i].opinion))
        .collect();
    let mut shares = vec![0.0; readings.len()];
    for (&i, share) in prose.iter().zip(softmax(&logits)) {
        // A share of exactly 0 marks a sentence that is left out.
        shares[i] = f64::from(share).max(f64::MIN_POSITIVE);
    }
    shares
}

/// Twice the smaller of praise and blame over their sum: 0 where all point one way, 1 where they balance.
///
/// Half of a sentence's say is its share of the verdict, half is that it judges at all, so that one dominant closing
/// line does not hide a quarrel before it. The constant keeps reviews that hardly judge near 0.
fn ambivalence(shades: &[Shade], readings: &[Reading], shares: &[f64], counted: &[usize]) -> f64 {
    const HARDLY: f64 = 0.05;
    let judging: f64 = counted.iter().map(|&i| f64::from(readings[i].opinion)).sum::<f64>().max(1e-9);
    let (mut praise, mut blame) = (0.0, 0.0);
    for &i in counted {
        let say = 0.5 * shares[i] + 0.5 * f64::from(readings[i].opinion) / judging;
        praise += say * shades[i].praise();
        blame += say * shades[i].blame();
    }
    2.0 * praise.min(blame) / (praise + blame + HARDLY)
}

/// Share of words in sentences that judge, each sentence counted by its probability.
fn opinion_share(document: &Document, readings: &[Reading], counted: &[usize]) -> f64 {
    let words = |i: usize| document.sentences[i].words.len() as f64;
    let all: f64 = counted.iter().map(|&i| words(i)).sum();
    let judging: f64 = counted.iter().map(|&i| words(i) * f64::from(readings[i].opinion)).sum();
    if all > 0.0 { judging / all } else { 0.0 }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(tone: [f32; 5], opinion: f32, weight: f32, verdict: f32) -> Reading {
        Reading {
            tone,
            opinion,
            weight,
            verdict,
            emotions: Vec::new(),
            tags: Vec::new(),
            phrases: Vec::new(),
            vector: Vec::new(),
            states: [].into(),
            words: Vec::new(),
        }
    }

    const GOOD: [f32; 5] = [-4.0, -2.0, 0.0, 3.0, 4.0];
    const BAD: [f32; 5] = [4.0, 3.0, 0.0, -2.0, -4.0];

    #[test]
    fn a_lone_sentence_is_judged_by_its_own_words() {
        let document = Document::parse("A grand film.");
        let (tone, sentences) = tone(&document, &[reading(GOOD, 0.9, 0.0, -5.0)], &Attention::default());
        assert!(tone.score > 0.7, "{tone:?}");
        assert_eq!(tone.label, Label::VeryPositive);
        assert_eq!(sentences[0].weight, 1.0);
        assert!((tone.opinion_share - 0.9).abs() < 1e-6);
    }

    #[test]
    fn weights_decide_between_sentences_that_disagree() {
        let document =
            Document::parse("The sets are grand. The script is dead. I slept. Then I left the hall.");
        let mut readings: Vec<Reading> = (0..4).map(|_| reading(BAD, 0.9, 0.0, -3.0)).collect();
        readings[0] = reading(GOOD, 0.9, 0.0, 3.0);
        let (even, _) = tone(&document, &readings, &Attention::default());
        readings[0].weight = 6.0;
        let (heavy, sentences) = tone(&document, &readings, &Attention::default());
        assert!(even.score < 0.0 && heavy.score > 0.5, "{even:?} {heavy:?}");
        assert!((sentences.iter().map(|s| s.weight).sum::<f64>() - 1.0).abs() < 1e-6);
        assert!(even.ambivalence > 0.3);
    }

    #[test]
    fn agreement_is_not_ambivalent() {
        let document = Document::parse("The sets are grand. The script is alive.");
        let (tone, _) = tone(
            &document,
            &[reading(GOOD, 0.9, 0.0, 3.0), reading(GOOD, 0.9, 0.0, 3.0)],
            &Attention::default(),
        );
        assert!(tone.ambivalence < 0.1, "{tone:?}");
        assert!(tone.confidence > 0.9);
    }

    #[test]
    fn nothing_to_read_is_neutral() {
        let (tone, sentences) = tone(&Document::parse(""), &[], &Attention::default());
        assert_eq!((tone.score, tone.label, tone.confidence), (0.0, Label::Neutral, 0.0));
        assert!(sentences.is_empty());
    }

    #[test]
    fn scores_round_to_steps() {
        for (score, label) in [(-1.0, 0), (-0.76, 0), (-0.74, 1), (0.0, 2), (0.24, 2), (0.26, 3), (0.9, 4)] {
            assert_eq!(Label::of(score), Label::ALL[label], "{score}");
        }
    }
}
