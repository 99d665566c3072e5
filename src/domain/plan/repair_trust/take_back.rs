//! Taking a repair back where somebody has changed the trust policy since: only what was added goes.

use crate::domain::policy::{Document, Kind, same_document, statement_texts, with_statement_as, without_statement};

/// The document that is there now without what the change from `before` to `after` brought; `None` where that is not
/// found as it was written, or is all there is.
pub(in crate::domain::plan) fn taken_back(before: &str, after: &str, now: &str) -> Option<String> {
    let (old, new, held) = (statement_texts(before)?, statement_texts(after)?, statement_texts(now)?);
    let is_in = |one: &str, all: &[&str]| all.iter().any(|other| same_document(one, other));
    let came: Vec<&str> = new.iter().copied().filter(|own| !is_in(own, &old)).collect();
    let went: Vec<&str> = old.iter().copied().filter(|own| !is_in(own, &new)).collect();
    let [came] = came.as_slice() else { return None };
    let at = held.iter().position(|own| same_document(own, came))?;
    let text = match went.as_slice() {
        [] => without_statement(now, at)?,
        // somebody has put it back beside ours
        [old] if is_in(old, &held) => without_statement(now, at)?,
        [old] => with_statement_as(now, at, old)?,
        _ => return None,
    };
    Document::parse(&text, Kind::Trust).ok().filter(|read| read.refused().is_none()).map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(statements: &[&str]) -> String {
        let own = |sid: &&str| {
            format!(
                r#"{{"Sid":"{sid}","Effect":"Allow","Principal":{{"Service":"ec2.amazonaws.com"}},"Action":"sts:AssumeRole"}}"#
            )
        };
        let list = statements.iter().map(own).collect::<Vec<_>>().join(", ");
        format!(r#"{{"Version":"2012-10-17", "Statement": [{list}]}}"#)
    }

    #[test]
    fn only_what_came_goes() {
        let taken =
            |before: &[&str], after: &[&str], now: &[&str]| taken_back(&policy(before), &policy(after), &policy(now));
        assert_eq!(taken(&["a"], &["a", "b"], &["a", "b", "c"]), Some(policy(&["a", "c"])), "an added statement");
        assert_eq!(taken(&["a", "x"], &["b", "x"], &["c", "b"]), Some(policy(&["c", "a"])), "a changed one");
        assert_eq!(taken(&["a"], &["b"], &["b", "a"]), Some(policy(&["a"])), "which was put back already");
        assert_eq!(taken(&["a"], &["a", "b"], &["a", "c"]), None, "what came is gone");
        assert_eq!(taken(&["a"], &["a", "b"], &["b"]), None, "it is all there is");
        assert_eq!(taken_back("{", &policy(&["a"]), &policy(&["a"])), None);
    }
}
