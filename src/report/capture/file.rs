//! A capture as bytes: versions, compression, and what is said when it cannot be read.

use super::Capture;
use crate::report::{self, API_VERSION};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Why a capture could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file cannot be opened, read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The bytes are no gzip or no UTF-8.
    #[error("the capture is damaged: {0}")]
    Bytes(io::Error),
    /// It is no JSON, or not of a capture's shape.
    #[error("the capture cannot be read at line {line}, column {column}: {problem}")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// It is some other document.
    #[error("this is no capture but {0}")]
    OtherKind(String),
    /// It is of a version that this program does not know.
    #[error("the capture has the version {0}, and this rolecall reads {API_VERSION}")]
    Version(String),
}

impl CaptureError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "check the path and its permissions",
            Self::Bytes(_) => "copy the file again, or take a new one with `rolecall capture FILE`",
            Self::Json { .. } => "mend it there, or take a new one with `rolecall capture FILE`",
            Self::OtherKind(_) => "give a file that `rolecall capture FILE` wrote",
            Self::Version(_) => "install the rolecall that wrote it, or a newer one",
        }
    }
}

/// Reads the capture in a file, gzipped or not.
pub fn read(path: &Path) -> Result<Capture, CaptureError> {
    let bytes = std::fs::read(path).map_err(|source| CaptureError::File { path: path.to_owned(), source })?;
    from_bytes(&bytes)
}

/// Reads a capture, gzipped or not: the first bytes tell, so that a renamed file and standard input work too.
pub fn from_bytes(bytes: &[u8]) -> Result<Capture, CaptureError> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut text = String::new();
        MultiGzDecoder::new(bytes).read_to_string(&mut text).map_err(CaptureError::Bytes)?;
        return from_text(&text);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| CaptureError::Bytes(io::Error::other(error)))?;
    from_text(text)
}

/// Reads a capture. Its version is looked at first: of a newer one nothing else need be readable.
pub fn from_text(text: &str) -> Result<Capture, CaptureError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Head {
        #[serde(default)]
        api_version: String,
        #[serde(default)]
        kind: String,
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head: Head = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    if head.kind != "Capture" {
        let kind =
            if head.kind.is_empty() { "a document without a kind".to_owned() } else { format!("a {}", head.kind) };
        return Err(CaptureError::OtherKind(kind));
    }
    if head.api_version != API_VERSION {
        return Err(CaptureError::Version(head.api_version));
    }
    serde_json::from_str(text).map_err(|error| json_error(&error))
}

/// The capture as indented JSON, safe to look at in a terminal.
pub fn to_json(capture: &Capture, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    report::to_json(&mut out, capture)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes the capture to a file, gzipped where its name ends in `.gz`.
pub fn write(capture: &Capture, path: &Path) -> Result<(), CaptureError> {
    let failed = |source| CaptureError::File { path: path.to_owned(), source };
    let file = File::create(path).map_err(failed)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut encoder = GzEncoder::new(file, Compression::default());
        to_json(capture, &mut encoder).map_err(failed)?;
        return encoder.finish().map(drop).map_err(failed);
    }
    to_json(capture, file).map_err(failed)
}

fn json_error(error: &serde_json::Error) -> CaptureError {
    let text = error.to_string();
    let problem = text.split_once(" at line ").map_or_else(|| text.clone(), |(words, _)| words.to_owned());
    CaptureError::Json { line: error.line(), column: error.column(), problem }
}
