//! Sets of aspects in TOML.

use critique::analysis::AspectSet;

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match AspectSet::parse(&text) {
        Ok(set) => {
            assert!((1..=64).contains(&set.aspects.len()));
            assert_eq!(set.sha256().len(), 64);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
