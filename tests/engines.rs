//! Both engines read the same weights; they are held to each other on the sentences of the sample corpus.
#![forbid(unsafe_code)]
#![cfg(feature = "rust-bert")]

use std::path::{Path, PathBuf};

use critique::corpus::{self, Item};
use critique::reader::{Engine, Model, Reader, Reading, softmax};
use critique::text::Document;

const SENTENCES: usize = 500;

/// Documents of the sample corpus with `SENTENCES` sentences in all, and a few that no reviewer would write.
fn documents() -> Vec<Document> {
    let corpus: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let odd = ["YES!!!", "5/10", "東京は静かだ。", "Ça va — très bien, Zoë 🔥", &"so very ".repeat(120)];
    let mut documents: Vec<Document> = odd.iter().map(|text| Document::parse(text)).collect();
    for item in corpus::open(&[corpus], &corpus::Options::default()).unwrap() {
        if let Item::Review(review) = item.unwrap() {
            documents.push(Document::parse(&review.text));
        }
    }
    let mut left = SENTENCES;
    for document in &mut documents {
        document.sentences.truncate(left);
        left -= document.sentences.len();
    }
    assert_eq!(left, 0, "the corpus is too small");
    documents
}

fn read(engine: Engine, documents: &[Document]) -> Vec<Reading> {
    let reader = Reader::new(&Model::embedded(), engine).unwrap();
    reader.read(documents).unwrap().0.into_iter().flatten().collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn best(values: &[f32]) -> usize {
    (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap()
}

#[test]
fn the_engines_agree() {
    let documents = documents();
    let float = read(Engine::RustBert(tch::Device::Cpu), &documents);
    let int8 = read(Engine::Embedded, &documents);
    assert_eq!((float.len(), int8.len()), (SENTENCES, SENTENCES));
    let (mut vectors, mut least, mut states) = (0.0, 1.0f32, 1.0f32);
    let (mut tags, mut equal, mut tone, mut opinion) = (0usize, 0usize, 0.0f32, 0.0f32);
    for (f, i) in float.iter().zip(&int8) {
        assert_eq!((f.words.len(), f.states.len()), (i.words.len(), i.states.len()));
        let vector = cosine(&f.vector, &i.vector);
        vectors += f64::from(vector);
        least = least.min(vector);
        states = states.min(cosine(&f.states, &i.states));
        for (a, b) in f.tags.iter().zip(&i.tags) {
            tags += 1;
            equal += usize::from(best(a) == best(b));
        }
        for (a, b) in softmax(&f.tone).into_iter().zip(softmax(&i.tone)) {
            tone = tone.max((a - b).abs());
        }
        opinion = opinion.max((f.opinion - i.opinion).abs());
    }
    let (mean, same) = (vectors / SENTENCES as f64, equal as f64 / tags as f64);
    println!("sentence vectors: mean cosine {mean:.5}, least {least:.5}; states: least cosine {states:.5}");
    println!("tags: {same:.5} of {tags} equal; tone: largest difference {tone:.4}; opinion: {opinion:.4}");
    assert!(mean > 0.995 && least > 0.95, "vectors");
    assert!(states > 0.95, "states");
    assert!(same > 0.99, "tags");
    assert!(tone < 0.2 && opinion < 0.25, "probabilities");
}
