//! `NAME=…` on a command line: tags, and policies with the file that they stand in.

use crate::cli::exit::Stop;
use crate::domain::model::Name;
use std::io::Read;

/// How much of a file is read: far more than IAM takes.
const MOST: u64 = 1024 * 1024;

/// Both sides of the first `=`.
pub(super) fn pair(text: &str, shape: &str) -> Result<(Name, Name), Stop> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((Name::from(key), Name::from(value))),
        _ => Err(Stop::usage(format!("{text} is no {shape}"))),
    }
}

/// A policy's name and its document, read from its file or from standard input.
pub(super) fn document(text: &str) -> Result<(Name, Name), Stop> {
    let (name, file) = pair(text, "NAME=FILE")?;
    let mut document = String::new();
    let read = if &*file == "-" {
        std::io::stdin().lock().take(MOST).read_to_string(&mut document)
    } else {
        std::fs::File::open(&*file).and_then(|file| file.take(MOST).read_to_string(&mut document))
    };
    match read {
        Ok(_) => Ok((name, Name::from(document))),
        Err(problem) => Err(Stop::usage(format!("{file} cannot be read: {problem}"))),
    }
}
