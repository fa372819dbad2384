//! Counts that add up over texts, and the figures that follow from them.

use std::collections::{BTreeMap, HashSet};

use rust_stemmers::{Algorithm, Stemmer};
use serde::Serialize;

use super::labelled::{Label, Labelled, Task};
use super::spans::{Span, kind};
use crate::analysis::Analysis;
use crate::text::words;

/// A named figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// How many rows (or spans) it is over.
    pub over: usize,
}

/// Keyphrases that count.
const FIRST: usize = 10;

/// What has been counted so far.
#[derive(Debug, Clone)]
pub struct Scores {
    task: Task,
    /// Rows of (label, said): steps, or judging (1) and telling (0).
    classes: Vec<(usize, usize)>,
    /// Labels and scores.
    pairs: Vec<(f64, f64)>,
    /// For each type: right, found, wanted.
    spans: BTreeMap<&'static str, [usize; 3]>,
    /// Sums over texts of precision, recall and F1 at ten, and the number of texts.
    phrases: ([f64; 3], usize),
}

impl Scores {
    /// Nothing counted.
    pub fn new(task: Task) -> Scores {
        Scores {
            task,
            classes: Vec::new(),
            pairs: Vec::new(),
            spans: BTreeMap::new(),
            phrases: ([0.0; 3], 0),
        }
    }

    /// Counts one text.
    pub fn add(&mut self, row: &Labelled, analysis: &Analysis) {
        match &row.label {
            Label::Tone(step) => {
                self.classes.push((*step, analysis.tone.label as usize));
                self.pairs.push((*step as f64, analysis.tone.score));
            }
            Label::Opinion(judges) => {
                self.classes.push((usize::from(*judges), usize::from(analysis.tone.opinion_share > 0.5)));
            }
            Label::Rating(rating) => self.pairs.push((*rating, analysis.tone.score)),
            Label::Entities(wanted) => self.add_spans(wanted, analysis),
            Label::Keyphrases(wanted) => self.add_phrases(wanted, analysis),
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Scores) {
        self.classes.extend(other.classes);
        self.pairs.extend(other.pairs);
        for (kind, counts) in other.spans {
            let mine = self.spans.entry(kind).or_default();
            mine.iter_mut().zip(counts).for_each(|(m, c)| *m += c);
        }
        self.phrases.0.iter_mut().zip(other.phrases.0).for_each(|(m, o)| *m += o);
        self.phrases.1 += other.phrases.1;
    }

    fn add_spans(&mut self, wanted: &[Span], analysis: &Analysis) {
        let wanted: HashSet<Span> = wanted.iter().cloned().collect();
        let found: HashSet<Span> = analysis
            .entities
            .iter()
            .flat_map(|e| e.mentions.iter().map(move |m| (e, m)))
            .filter_map(|(e, m)| Some(Span { start: m.start, end: m.end, kind: kind(&e.kind)? }))
            .collect();
        for (spans, place) in [(&found, 1), (&wanted, 2)] {
            for span in spans {
                let counts = self.spans.entry(span.kind).or_default();
                counts[place] += 1;
                counts[0] += usize::from(place == 1 && wanted.contains(span));
            }
        }
    }

    fn add_phrases(&mut self, wanted: &[String], analysis: &Analysis) {
        let stemmer = Stemmer::create(Algorithm::English);
        let stem = |phrase: &str| {
            let stems: Vec<String> = words(phrase)
                .into_iter()
                .map(|w| stemmer.stem(&phrase[w.range].to_lowercase()).into_owned())
                .collect();
            stems.join(" ")
        };
        let wanted: HashSet<String> = wanted.iter().map(|p| stem(p)).collect();
        let found: HashSet<String> = analysis.keyphrases.iter().take(FIRST).map(|k| stem(&k.text)).collect();
        let right = found.intersection(&wanted).count() as f64;
        let precision = right / found.len().max(1) as f64;
        let recall = right / wanted.len().max(1) as f64;
        let f1 = if right > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        self.phrases.0.iter_mut().zip([precision, recall, f1]).for_each(|(sum, value)| *sum += value);
        self.phrases.1 += 1;
    }

    /// The figures of the task.
    pub fn figures(&self) -> Vec<Figure> {
        let mut out = Vec::new();
        let mut figure = |name: &str, value: f64, over: usize| {
            out.push(Figure { name: name.to_string(), value, over });
        };
        match self.task {
            Task::Tone => {
                figure("accuracy, 5 classes", self.accuracy(), self.classes.len());
                figure("macro-F1, 5 classes", self.macro_f1(), self.classes.len());
                let sided: Vec<_> = self.pairs.iter().filter(|(label, _)| *label != 2.0).collect();
                let right = sided.iter().filter(|(label, score)| (*label > 2.0) == (*score > 0.0)).count();
                figure("accuracy, 2 classes", right as f64 / sided.len() as f64, sided.len());
                figure("Pearson r of score and label", pearson(&self.pairs), self.pairs.len());
            }
            Task::Opinion => {
                figure("accuracy", self.accuracy(), self.classes.len());
                figure("macro-F1", self.macro_f1(), self.classes.len());
            }
            Task::Rating => {
                let (low, high) = self
                    .pairs
                    .iter()
                    .fold((f64::MAX, f64::MIN), |(low, high), (r, _)| (low.min(*r), high.max(*r)));
                let middle = (low + high) / 2.0;
                let sided: Vec<_> = self.pairs.iter().filter(|(rating, _)| *rating != middle).collect();
                let right =
                    sided.iter().filter(|(rating, score)| (*rating > middle) == (*score > 0.0)).count();
                figure("accuracy of the side", right as f64 / sided.len() as f64, sided.len());
                figure("Pearson r of score and rating", pearson(&self.pairs), self.pairs.len());
            }
            Task::Entities => {
                let mut all = [0; 3];
                // A type that the labels never use (MISC in sets of three types) is no error to find.
                for (kind, counts) in self.spans.iter().filter(|(_, counts)| counts[2] > 0) {
                    all.iter_mut().zip(counts).for_each(|(a, c)| *a += c);
                    figure(&format!("span F1, {kind}"), f1(*counts), counts[2]);
                }
                figure("span precision", all[0] as f64 / all[1] as f64, all[1]);
                figure("span recall", all[0] as f64 / all[2] as f64, all[2]);
                figure("span F1", f1(all), all[2]);
            }
            Task::Keyphrases => {
                let ([precision, recall, f1], texts) = self.phrases;
                let mean = |sum: f64| sum / texts as f64;
                figure("precision@10", mean(precision), texts);
                figure("recall@10", mean(recall), texts);
                figure("F1@10", mean(f1), texts);
            }
        }
        out
    }

    fn accuracy(&self) -> f64 {
        self.classes.iter().filter(|(label, said)| label == said).count() as f64 / self.classes.len() as f64
    }

    /// Mean F1 over the classes that occur.
    fn macro_f1(&self) -> f64 {
        let mut counts: BTreeMap<usize, [usize; 3]> = BTreeMap::new();
        for (label, said) in &self.classes {
            counts.entry(*label).or_default()[2] += 1;
            counts.entry(*said).or_default()[1] += 1;
            counts.entry(*label).or_default()[0] += usize::from(label == said);
        }
        counts.values().map(|c| f1(*c)).sum::<f64>() / counts.len() as f64
    }
}

/// 2 right / (found + wanted).
fn f1([right, found, wanted]: [usize; 3]) -> f64 {
    2.0 * right as f64 / (found + wanted) as f64
}

/// Product-moment correlation; NaN where one side does not vary.
fn pearson(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (mx, my) = (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xy += (x - mx) * (y - my);
        xx += (x - mx).powi(2);
        yy += (y - my).powi(2);
    }
    xy / (xx * yy).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Entity, Keyphrase, Label as Step, Mention, Tone};

    fn analysis(score: f64, label: Step, opinion_share: f64) -> Analysis {
        Analysis {
            words: 1,
            tone: Tone { score, label, confidence: 1.0, ambivalence: 0.0, opinion_share },
            entities: vec![Entity {
                text: "Ann".into(),
                kind: "PERSON".into(),
                role: None,
                count: 1,
                salience: 1.0,
                tone: None,
                mentions: vec![Mention { start: 0, end: 3, text: "Ann".into() }],
            }],
            keyphrases: vec![
                Keyphrase { text: "quiet films".into(), score: 0.9, count: 1 },
                Keyphrase { text: "sound".into(), score: 0.5, count: 1 },
            ],
            ..Analysis::default()
        }
    }

    fn of(task: Task, rows: Vec<(Label, Analysis)>) -> BTreeMap<String, f64> {
        let mut scores = Scores::new(task);
        for (label, analysis) in rows {
            let mut part = Scores::new(task);
            part.add(&Labelled { text: String::new(), label }, &analysis);
            scores.merge(part);
        }
        scores.figures().into_iter().map(|f| (f.name, f.value)).collect()
    }

    #[test]
    fn tone_by_hand() {
        let figures = of(
            Task::Tone,
            vec![
                (Label::Tone(4), analysis(0.6, Step::Positive, 1.0)),
                (Label::Tone(3), analysis(0.4, Step::Positive, 1.0)),
                (Label::Tone(2), analysis(-0.9, Step::VeryNegative, 1.0)),
                (Label::Tone(0), analysis(0.1, Step::Neutral, 1.0)),
            ],
        );
        assert_eq!(figures["accuracy, 5 classes"], 0.25);
        assert_eq!(figures["accuracy, 2 classes"], 2.0 / 3.0);
    }

    #[test]
    fn spans_and_phrases_by_hand() {
        let wanted =
            vec![Span { start: 0, end: 3, kind: "PERSON" }, Span { start: 8, end: 9, kind: "LOCATION" }];
        let figures = of(Task::Entities, vec![(Label::Entities(wanted), analysis(0.0, Step::Neutral, 1.0))]);
        assert_eq!(figures["span precision"], 1.0);
        assert_eq!(figures["span recall"], 0.5);
        let wanted = vec!["Quiet film".to_string(), "x".to_string(), "y".to_string()];
        let figures =
            of(Task::Keyphrases, vec![(Label::Keyphrases(wanted), analysis(0.0, Step::Neutral, 1.0))]);
        assert_eq!(figures["precision@10"], 0.5);
        assert!((figures["F1@10"] - 0.4).abs() < 1e-9);
    }

    #[test]
    fn ratings_by_hand() {
        let rows = [(1.0, -0.5), (2.0, 0.5), (10.0, 1.0)]
            .map(|(rating, score)| (Label::Rating(rating), analysis(score, Step::Neutral, 1.0)));
        let figures = of(Task::Rating, rows.to_vec());
        assert_eq!(figures["accuracy of the side"], 2.0 / 3.0);
        assert!((figures["Pearson r of score and rating"] - 0.818_4).abs() < 1e-3);
    }
}
