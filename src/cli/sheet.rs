//! Rows under a header, as a table for people or as CSV.

use crate::domain::model::visible;
use comfy_table::{CellAlignment, Table, presets};
use std::io::{self, Write};

/// Between two columns, as kubectl has it.
const GAP: u16 = 3;

/// A header and its rows.
pub(super) struct Sheet<'a> {
    /// The header, as CSV has it: `roleArn`. A table has it in capitals.
    pub(super) header: Vec<&'static str>,
    /// Columns of numbers, by their place.
    pub(super) numbers: &'static [usize],
    /// The rows.
    pub(super) rows: Box<dyn Iterator<Item = Vec<String>> + 'a>,
}

impl<'a> Sheet<'a> {
    /// Rows under a header.
    pub(super) fn new(header: Vec<&'static str>, rows: impl Iterator<Item = Vec<String>> + 'a) -> Self {
        Self { header, numbers: &[], rows: Box::new(rows) }
    }

    /// As a table. Nothing that a terminal would obey gets into it.
    pub(super) fn table(self, out: &mut impl Write) -> io::Result<()> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(self.header.iter().map(|name| name.to_uppercase()));
        for row in self.rows {
            table.add_row(row.iter().map(|cell| visible(cell).into_owned()));
        }
        for (place, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, GAP));
            if self.numbers.contains(&place) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// As CSV.
    pub(super) fn csv(self, out: &mut impl Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(&self.header).map_err(from_csv)?;
        for row in self.rows {
            writer.write_record(row.iter().map(|cell| visible(cell).into_owned())).map_err(from_csv)?;
        }
        writer.flush()
    }
}

/// The writer's own error, so that a closed pipe is still seen to be one.
fn from_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet<'static> {
        let rows = [["a", "x\x1b[31m, y"], ["long-name", ""]];
        Sheet::new(vec!["name", "roles"], rows.into_iter().map(|row| row.map(str::to_owned).to_vec()))
    }

    #[test]
    fn a_table_looks_like_kubectls_and_is_safe() {
        let mut out = Vec::new();
        sheet().table(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "NAME        ROLES\na           x\u{fffd}[31m, y\nlong-name\n");
    }

    #[test]
    fn csv_has_a_header_and_quotes_what_it_must() {
        let mut out = Vec::new();
        sheet().csv(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "name,roles\na,\"x\u{fffd}[31m, y\"\nlong-name,\n");
    }
}
