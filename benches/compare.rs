//! Comparing 100,000 reviews of 5,000 films by 1,500 critics: reading the lines, and the figures.
//!
//! The whole command: `cargo run --release --example reviews > big/reviews.jsonl`, then `time critique compare big`.
#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::io::BufWriter;

use criterion::{Criterion, criterion_group, criterion_main};
use critique::compare::{By, Comparison, Corpus, Options};
use critique::results;

mod reviews;

fn compare(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("reviews.jsonl");
    let mut file = BufWriter::new(File::create(&path).expect("a temporary file"));
    reviews::write(&mut file, 100_000).expect("room for half a gigabyte");
    let bytes = fs::metadata(&path).expect("the file just written").len();
    println!("{} bytes a line", bytes / 100_000);
    let sources = results::open(&[folder.path().to_owned()]).expect("the folder just written");
    let corpus = Corpus::read(&sources).expect("the lines just written");

    let mut group = criterion.benchmark_group("compare 100,000 reviews");
    group.sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(|| Corpus::read(&sources).expect("as before")));
    for by in [By::Film, By::Critic, By::Outlet, By::Year] {
        group.bench_function(format!("by {}", by.name()), |bencher| {
            bencher.iter(|| Comparison::new(&corpus, by, &Options::default()).expect("rows of each kind"));
        });
    }
    group.finish();
}

criterion_group!(benches, compare);
criterion_main!(benches);
