//! Policies that people keep in files.

use std::io::{self, Read};
use std::path::Path;

/// How much of a file is read, in bytes: far more than IAM takes.
const MOST: u64 = 1024 * 1024;

/// The text of a file.
///
/// # Errors
/// Where it cannot be read, or is no UTF-8.
pub fn text_of(path: &Path) -> io::Result<String> {
    text_from(std::fs::File::open(path)?)
}

/// The text that something gives.
///
/// # Errors
/// Where it cannot be read, or is no UTF-8.
pub fn text_from(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(MOST).read_to_string(&mut text)?;
    Ok(text)
}
