//! A policy that somebody writes: looked at as IAM would, with the place of what is wrong in their own text.

use super::put::with;
use super::{PlanRefusal, rules};
use crate::domain::model::Name;
use crate::domain::policy::{Document, Kind, Position, indented, statement_texts};

/// What is wrong with a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFault {
    /// What is so, with line and column where it is at a place.
    pub sentence: String,
    /// The line, the first being 1.
    pub line: Option<u32>,
}

impl DraftFault {
    fn at(position: Position, sentence: &str) -> Self {
        let Position { line, column } = position;
        Self { sentence: format!("line {line}, column {column}: {sentence}"), line: Some(line) }
    }
}

/// What a lone statement is put into so that it can be read, on its own first line: lines stay what they are.
const BEFORE: &str = r#"{"Version":"2012-10-17","Statement":["#;

/// What is wrong with the text of an inline policy, or of one statement for it; none: IAM would take it.
pub fn draft_fault(text: &str) -> Option<DraftFault> {
    if text.trim().is_empty() {
        return Some(DraftFault { sentence: "it is empty".to_owned(), line: None });
    }
    // what is no JSON is no lone statement either
    if indented(text).is_none()
        && let Err(unreadable) = Document::parse(text, Kind::Identity)
    {
        return Some(DraftFault::at(unreadable.position, &unreadable.sentence));
    }
    let is_alone = statement_texts(text).is_none();
    let whole = if is_alone { format!("{BEFORE}{text}]}}") } else { text.to_owned() };
    let in_text = |position: Position| match position.line {
        1 if is_alone => Position { column: position.column.saturating_sub(BEFORE.len() as u32).max(1), ..position },
        _ => position,
    };
    match Document::parse(&whole, Kind::Identity) {
        Err(unreadable) => Some(DraftFault::at(in_text(unreadable.position), &unreadable.sentence)),
        Ok(read) => match read.refused() {
            Some(remark) => Some(DraftFault::at(in_text(remark.place.position), &remark.sentence)),
            None => rules::document(&whole, Kind::Identity, "the document")
                .err()
                .map(|refusal| DraftFault { sentence: refusal.sentence, line: None }),
        },
    }
}

/// The draft as a whole document: a lone statement stands in one of its own.
///
/// # Errors
/// Where it cannot be read.
pub fn whole_document(text: &str) -> Result<Name, PlanRefusal> {
    if statement_texts(text).is_some() {
        return Ok(Name::from(text));
    }
    with(None, text).map(Name::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENT: &str = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;

    #[test]
    fn documents_and_lone_statements_are_taken() {
        let document = format!(r#"{{"Version":"2012-10-17","Statement":{STATEMENT}}}"#);
        assert_eq!((draft_fault(&document), draft_fault(STATEMENT)), (None, None));
        assert_eq!(whole_document(&document).as_deref(), Ok(&*document));
        let whole = whole_document(STATEMENT).unwrap();
        assert_eq!(draft_fault(&whole), None);
        assert_eq!(statement_texts(&whole).map(|all| all.len()), Some(1));
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        let fault = |text: &str| draft_fault(text).unwrap();
        let broken = fault("{\n \"Statement\": [}");
        assert_eq!((broken.line, broken.sentence.split(": ").next()), (Some(2), Some("line 2, column 16")));
        let no_effect = fault("{\n  \"Action\": \"s3:GetObject\",\n  \"Resource\": \"*\"\n}");
        assert_eq!(no_effect.line, Some(1), "{no_effect:?}");
        assert!(no_effect.sentence.starts_with("line 1, column 1: "), "{no_effect:?}");
        let effect = fault(&STATEMENT.replace("Allow", "allow"));
        assert!(effect.line == Some(1) && !effect.sentence.contains("column 4"), "{effect:?}");
        assert_eq!(fault(" \n").line, None);
    }
}
