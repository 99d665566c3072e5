//! Writing what was found, to standard output or wherever a test looks.

use super::args::Format;
use super::exit::Stop;
use super::sheet::Sheet;
use crate::report::{self, AsYaml, List};
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
        report::to_yaml(&mut out, &AsYaml(document))?;
    } else {
        report::to_json(&mut out, document)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes a list as JSON or YAML, item by item as they are made.
pub(super) fn list<F, I>(format: Format, list: List<F>) -> Result<(), Stop>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    if format != Format::Yaml {
        return document(format, &list);
    }
    let List { kind, items, gaps } = list;
    let mut out = stdout();
    let gaps = gaps.into_iter().map(AsYaml).collect();
    report::to_yaml(&mut out, &List { kind, items: || items().map(AsYaml), gaps })?;
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
