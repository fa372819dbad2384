//! From what the user names to a list of files in a fixed order.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

use super::CorpusError;
use super::compression::Compression;
use super::format::{Format, by_name};

/// One stream of reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// `-`
    Stdin,
    /// A file whose name tells its format.
    File(File),
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub path: PathBuf,
    pub format: Format,
    pub compression: Compression,
    /// What ids are made of: the file's name without endings and, for a text file in a folder, the folders
    /// between the input and it.
    pub stem: String,
    /// Bytes on the disk.
    pub size: u64,
    /// When it was last written to, where the system tells.
    pub modified: Option<SystemTime>,
    /// Neither pipe nor device: it can be opened twice.
    pub regular: bool,
}

impl File {
    /// Whether it has been written to since it was found. One that is gone by now has not.
    pub fn has_changed(&self) -> bool {
        let other = |now: fs::Metadata| now.len() != self.size || now.modified().ok() != self.modified;
        self.regular && fs::metadata(&self.path).is_ok_and(other)
    }
}

/// Ending of the files that describe the text file beside them.
const SIDECAR: &str = ".meta.json";

/// The files behind `inputs`, each once, those of a folder sorted by name at every level.
///
/// In folders, hidden files and folders, files of other kinds, sidecars and README files are passed over.
/// So is the folder `exclude`, an absolute path without links. Links are followed.
///
/// # Errors
/// A missing input, a file named with an unknown ending, a folder without any file to read.
pub(super) fn find(inputs: &[PathBuf], exclude: Option<&Path>) -> Result<Vec<Input>, CorpusError> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for path in inputs {
        if path == Path::new("-") {
            if !found.contains(&Input::Stdin) {
                found.push(Input::Stdin);
            }
            continue;
        }
        let metadata = fs::metadata(path).map_err(|source| unreadable(path, source))?;
        let files = if metadata.is_dir() { folder(path, exclude)? } else { vec![file(path, &metadata)?] };
        for file in files {
            if seen.insert(fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone())) {
                found.push(Input::File(file));
            }
        }
    }
    Ok(found)
}

fn unreadable(path: &Path, source: io::Error) -> CorpusError {
    CorpusError::Unreadable { path: path.display().to_string(), source }
}

/// A file that the user named.
fn file(path: &Path, metadata: &fs::Metadata) -> Result<File, CorpusError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let shown = || path.display().to_string();
    if is_sidecar(&name) {
        return Err(CorpusError::Sidecar { path: shown() });
    }
    let (format, compression, stem) =
        by_name(&name).ok_or_else(|| CorpusError::UnknownEnding { path: shown() })?;
    Ok(File {
        path: path.to_owned(),
        format,
        compression,
        stem: stem.to_owned(),
        size: if metadata.is_file() { metadata.len() } else { 0 },
        modified: metadata.modified().ok().filter(|_| metadata.is_file()),
        regular: metadata.is_file(),
    })
}

fn is_sidecar(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(SIDECAR)
}

/// All files to read under `root`.
fn folder(root: &Path, exclude: Option<&Path>) -> Result<Vec<File>, CorpusError> {
    let mut files = Vec::new();
    let is_excluded = |entry: &DirEntry| {
        entry.file_type().is_dir()
            && exclude.is_some_and(|exclude| fs::canonicalize(entry.path()).is_ok_and(|path| path == exclude))
    };
    let is_read =
        |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry.file_name()) && !is_excluded(entry);
    for entry in WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter().filter_entry(is_read) {
        match entry {
            Ok(entry) => files.extend(file_in(root, &entry)?),
            // A link to a folder around it, or to nothing.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) if error.io_error().is_some_and(|e| e.kind() == io::ErrorKind::NotFound) => {}
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                return Err(unreadable(&path, error.into()));
            }
        }
    }
    if files.is_empty() {
        return Err(CorpusError::EmptyFolder { path: root.display().to_string() });
    }
    Ok(files)
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// The file of an entry, if it is one to read.
fn file_in(root: &Path, entry: &DirEntry) -> Result<Option<File>, CorpusError> {
    let name = entry.file_name().to_string_lossy();
    let Some((format, compression, stem)) = by_name(&name).filter(|_| entry.file_type().is_file()) else {
        return Ok(None);
    };
    let is_readme = format == Format::Text && stem.eq_ignore_ascii_case("readme");
    if is_readme || is_sidecar(&name) {
        return Ok(None);
    }
    let metadata = entry.metadata().map_err(|error| unreadable(entry.path(), error.into()))?;
    let mut stem = stem.to_owned();
    if format == Format::Text {
        let between = entry.path().strip_prefix(root).ok().and_then(Path::parent);
        let folders = between.into_iter().flatten().map(|f| f.to_string_lossy().into_owned());
        stem = folders.chain([stem]).collect::<Vec<_>>().join("/");
    }
    let path = entry.path().to_owned();
    let (size, modified) = (metadata.len(), metadata.modified().ok());
    Ok(Some(File { path, format, compression, stem, size, modified, regular: true }))
}

/// Where the sidecar of a text file lies, if it has one.
pub(super) fn sidecar(text_file: &Path) -> PathBuf {
    let name = text_file.file_name().unwrap_or_default().to_string_lossy();
    let stem = by_name(&name).map_or(&*name, |(_, _, stem)| stem);
    text_file.with_file_name(format!("{stem}{SIDECAR}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in names {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text\nfine\n").unwrap();
        }
        root
    }

    /// Paths below `root`, in order.
    fn names(root: &Path, inputs: &[PathBuf]) -> Vec<String> {
        let found = find(inputs, None).unwrap();
        let name = |input| match input {
            Input::Stdin => "-".to_string(),
            Input::File(f) => f.path.strip_prefix(root).unwrap().to_string_lossy().into_owned(),
        };
        found.into_iter().map(name).collect()
    }

    #[test]
    fn folders_are_walked_in_order_and_other_files_passed_over() {
        let dir = folder_with(&[
            "b.csv",
            "a/z.txt",
            "a/y.md.gz",
            "a/y.meta.json",
            "README.md",
            "a/readme.txt",
            "c.jpg",
            "Makefile",
            ".hidden.csv",
            ".git/x.csv",
            "B.tsv.zst",
        ]);
        let root = dir.path();
        assert_eq!(names(root, &[root.into()]), ["B.tsv.zst", "a/y.md.gz", "a/z.txt", "b.csv"]);
        let stems: Vec<String> = find(&[root.into()], None)
            .unwrap()
            .into_iter()
            .filter_map(|i| if let Input::File(f) = i { Some(f.stem) } else { None })
            .collect();
        assert_eq!(stems, ["B", "a/y", "a/z", "b"]);
    }

    #[test]
    fn the_excluded_folder_is_passed_over() {
        let dir = folder_with(&["a.csv", "out/reviews.csv", "sub/out/b.csv"]);
        let root = fs::canonicalize(dir.path()).unwrap();
        let paths = |input: &Path| -> Vec<String> {
            let found = find(&[input.to_owned()], Some(&root.join("out"))).unwrap();
            let name = |input| match input {
                Input::Stdin => "-".to_string(),
                Input::File(f) => f.path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(),
            };
            found.into_iter().map(name).collect()
        };
        assert_eq!(paths(&root), ["a.csv", "sub/out/b.csv"]);
        assert_eq!(paths(&root.join("out")), ["out/reviews.csv"]);
    }

    #[test]
    fn named_readmes_and_hidden_files_are_read() {
        let dir = folder_with(&["README.md", ".x.csv", ".dir/a.txt"]);
        let root = dir.path();
        let inputs = ["README.md", ".x.csv", ".dir"].map(|n| root.join(n));
        assert_eq!(names(root, &inputs), ["README.md", ".x.csv", ".dir/a.txt"]);
    }

    #[test]
    fn every_file_once() {
        let dir = folder_with(&["a.csv", "sub/b.csv"]);
        let root = dir.path();
        let inputs = [root.join("sub/b.csv"), "-".into(), root.into(), root.join("sub/../a.csv"), "-".into()];
        assert_eq!(names(root, &inputs), ["sub/b.csv", "-", "a.csv"]);
        // A folder whose files have all been read is not an empty one.
        assert_eq!(names(root, &[root.into(), root.join("sub")]), ["a.csv", "sub/b.csv"]);
    }

    #[test]
    fn errors_name_the_input() {
        let dir = folder_with(&["a.pdf", "x.meta.json"]);
        let root = dir.path();
        let error = |path: PathBuf| find(&[path], None).unwrap_err();
        assert!(matches!(error(root.join("none.csv")), CorpusError::Unreadable { .. }));
        assert!(error(root.join("none.csv")).to_string().contains("none.csv: "));
        let unknown = error(root.join("a.pdf")).to_string();
        assert!(unknown.contains("a.pdf") && unknown.contains(".jsonl") && unknown.contains(".zst"));
        assert!(matches!(error(root.join("x.meta.json")), CorpusError::Sidecar { .. }));
        assert!(matches!(error(root.into()), CorpusError::EmptyFolder { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_round_in_circles() {
        use std::os::unix::fs::symlink;
        let dir = folder_with(&["a.csv", "sub/b.csv"]);
        let root = dir.path();
        symlink(root, root.join("sub/around")).unwrap();
        symlink(root.join("gone.csv"), root.join("broken.csv")).unwrap();
        symlink(root.join("a.csv"), root.join("twin.csv")).unwrap();
        assert_eq!(names(root, &[root.into()]), ["a.csv", "sub/b.csv"]);
    }

    #[test]
    fn sidecars_lie_beside_their_file() {
        assert_eq!(sidecar(Path::new("d/a.b.txt.gz")), Path::new("d/a.b.meta.json"));
        assert_eq!(sidecar(Path::new("a.md")), Path::new("a.meta.json"));
    }
}
