//! What fuzzing found, and the seeds that it starts from, through the code of the fuzz targets.
#![forbid(unsafe_code)]

#[path = "fuzz/entries/mod.rs"]
mod entries;

use std::fs;
use std::path::{Path, PathBuf};

const FUZZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz");

/// The files of a target's folder, by name; none where there is no such folder.
fn inputs(folder: &str, target: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(FUZZ).join(folder).join(target));
    let mut paths: Vec<_> = entries.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_seed_and_every_kept_case_is_survived() {
    for (target, run) in entries::TARGETS {
        let seeds = inputs("seeds", target);
        assert!(!seeds.is_empty(), "no seeds for {target}");
        for path in seeds.into_iter().chain(inputs("cases", target)) {
            // The harness shows this line before a panic.
            println!("{}", path.display());
            run(&fs::read(path).unwrap());
        }
    }
}

#[test]
fn every_target_has_a_binary_and_every_kept_case_a_target() {
    let mut names: Vec<String> = fs::read_dir(Path::new(FUZZ).join("targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, entries::TARGETS.map(|(target, _)| target));
    for folder in ["seeds", "cases"] {
        for entry in fs::read_dir(Path::new(FUZZ).join(folder)).into_iter().flatten() {
            let target = entry.unwrap().file_name().into_string().unwrap();
            assert!(names.contains(&target), "{folder}/{target} is of no target");
        }
    }
}
