//! `NAME=…` on a command line: tags, and policies with the file that they stand in.

use crate::cli::exit::Stop;
use crate::domain::model::Name;
use crate::source::{text_from, text_of};

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
    let read = if &*file == "-" { text_from(std::io::stdin().lock()) } else { text_of(file.as_ref().as_ref()) };
    match read {
        Ok(document) => Ok((name, Name::from(document))),
        Err(problem) => Err(Stop::usage(format!("{file} cannot be read: {problem}"))),
    }
}
