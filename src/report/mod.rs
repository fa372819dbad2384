//! Writes the files of an output folder.
