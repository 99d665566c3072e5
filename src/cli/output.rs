//! Writing what was found, to standard output or wherever a test looks.

use super::args::Format;
use super::exit::Stop;
use super::sheet::Sheet;
use serde::Serialize;
use std::io::{self, BufWriter, StdoutLock, Write};

/// Standard output, buffered.
pub(super) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Writes a document as JSON or YAML.
pub(super) fn document<T: Serialize>(format: Format, document: &T) -> Result<(), Stop> {
    let mut out = stdout();
    if format == Format::Yaml {
        // By way of JSON's own values: documents of policies stand in it verbatim, which YAML cannot take as they are.
        let value = serde_json::to_value(document)?;
        serde_saphyr::to_io_writer(&mut out, &value).map_err(|error| io::Error::other(error.to_string()))?;
    } else {
        serde_json::to_writer_pretty(&mut out, document)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes rows as a table, or as CSV.
pub(super) fn sheet(format: Format, sheet: Sheet<'_>) -> Result<(), Stop> {
    let mut out = stdout();
    if format == Format::Csv {
        sheet.csv(&mut out)?;
    } else {
        sheet.table(&mut out)?;
    }
    out.flush()?;
    Ok(())
}
