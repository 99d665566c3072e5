//! The review for people: the answer in one line, the table with what is broken first, then what to do.

use crate::cli::list::Marks;
use crate::cli::sheet::Sheet;
use crate::domain::diagnose::Fix;
use crate::domain::identity::TrustCheck;
use crate::domain::model::{Name, visible};
use std::io::{self, Write};

/// Writes one review.
pub(super) fn say(out: &mut impl Write, check: &TrustCheck, fixes: &[Fix], marks: Marks) -> io::Result<()> {
    let (name, namespace) = (visible(&check.service_account), visible(&check.namespace));
    writeln!(out, "{}   serviceaccount/{name} -n {namespace}", check.word())?;
    line(out, "role", &format!("{} {}", check.role, check.by()))?;
    line(out, "because", &check.because())?;
    writeln!(out)?;
    table(out, check, marks)?;
    let mut rest = Vec::new();
    remarks(&mut rest, check, fixes)?;
    if rest.is_empty() { Ok(()) } else { writeln!(out).and_then(|()| out.write_all(&rest)) }
}

/// What else there is to say of it, and what to do.
fn remarks(out: &mut impl Write, check: &TrustCheck, fixes: &[Fix]) -> io::Result<()> {
    // the first one is the reason above
    for mistake in check.mistakes().into_iter().skip(1) {
        line(out, "also wrong", &mistake.sentence())?;
    }
    for opening in &check.openings {
        line(out, if opening.is_too_wide { "too wide" } else { "lets in" }, &opening.sentence)?;
    }
    for fix in fixes {
        line(out, "what to do", &fix.summary)?;
        let document = fix.document.iter().flat_map(|document| document.lines());
        for code in document.chain(fix.commands.iter().map(String::as_str)) {
            line(out, "", code)?;
        }
    }
    for gap in &check.gaps {
        line(out, "not read", &gap.sentence)?;
    }
    Ok(())
}

/// Says that it is not known whether anything binds it.
pub(super) fn unbound(out: &mut impl Write, (namespace, name): &(Name, Name)) -> io::Result<()> {
    writeln!(out, "unknown   serviceaccount/{} -n {}", visible(name), visible(namespace))?;
    line(out, "because", "no annotation binds it, and whether an association does was not read")
}

fn line(out: &mut impl Write, label: &str, text: &str) -> io::Result<()> {
    writeln!(out, "{}", format!("  {label:<12}{}", visible(text)).trim_end())
}

fn table(out: &mut impl Write, check: &TrustCheck, marks: Marks) -> io::Result<()> {
    let rows = check.rows().into_iter().flat_map(|row| {
        let first = vec![row.name.to_owned(), marks.holds(row.holds).to_owned(), row.said];
        let more =
            row.more.into_iter().map(|(word, said)| vec![String::new(), String::new(), format!("{word:<8} {said}")]);
        std::iter::once(first).chain(more)
    });
    let mut written = Vec::new();
    Sheet::new(vec!["check", "holds", "what is so"], rows).table(&mut written)?;
    String::from_utf8_lossy(&written).lines().try_for_each(|line| writeln!(out, "  {line}"))
}
