//! What a filter searches in: the texts of all rows in one piece, so that a key press over 100,000 rows reads straight
//! through memory instead of following five pointers a row.

use super::Row;
use std::borrow::Cow;

/// Between the texts of one row; nobody can type it.
const BETWEEN: char = '\n';

/// The texts of a list's rows, in lower case. Kept only while a filter is typed or set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    all: String,
}

impl Texts {
    /// One row's texts, said one by one; the span finds them again.
    pub(super) fn line(&mut self, say: impl FnOnce(&mut Self)) -> Span {
        let start = self.all.len();
        say(self);
        Span::new(start, self.all.len())
    }

    /// Says one text of the row.
    pub(super) fn say(&mut self, text: &str) {
        self.all.push_str(&lower(text));
        self.all.push(BETWEEN);
    }

    /// Says what another list says of a row.
    pub(super) fn copy(&mut self, other: &Self, row: &Row) {
        self.all.push_str(other.of(row));
    }

    /// A row's texts.
    pub(super) fn of(&self, row: &Row) -> &str {
        let Span { start, end } = row.span;
        self.all.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Where a row's texts lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Past four gigabytes a row has no text: nothing finds it, nothing else is lost.
    fn new(start: usize, end: usize) -> Self {
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) => Self { start, end },
            _ => Self::default(),
        }
    }
}

/// A text as it is compared: case does not matter.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    let has_upper = if text.is_ascii() {
        text.bytes().any(|byte| byte.is_ascii_uppercase())
    } else {
        text.chars().any(char::is_uppercase)
    };
    if has_upper { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::super::{Filter, Item, Rank, Row, Texts};

    fn finds(typed: &str, row_texts: &[&str]) -> bool {
        let mut texts = Texts::default();
        let _before = texts.line(|texts| texts.say("another row"));
        let span = texts.line(|texts| row_texts.iter().for_each(|text| texts.say(text)));
        let row = Row { item: Item::Role("r".into()), rank: Rank::Same, wrong: false, span };
        Filter::new(typed).test(false).lets(&row, &texts)
    }

    #[test]
    fn case_does_not_matter() {
        assert!(finds("shop-api", &["eks/Shop-API"]));
        assert!(finds("SHOP", &["eks/shop-api"]));
        assert!(finds("ÄRGER", &["viel Ärger"]));
        assert!(finds("本", &["日本語"]));
    }

    #[test]
    fn a_row_is_found_by_any_of_its_texts_and_by_no_two_of_them_together() {
        assert!(finds("b", &["a", "b"]));
        assert!(!finds("ab", &["a", "b"]));
        assert!(!finds("another", &["a", "b"]));
        assert!(finds("!another", &["a", "b"]) && !finds("!a", &["a", "b"]));
    }
}
