//! The pages of one list. A list that was given up before its end is none: what it lacks would be taken for absent.

use super::refusal::Refusal;
use crate::domain::model::GapReason;

/// How far a list has come.
#[derive(Debug)]
pub(super) struct Pages {
    action: &'static str,
    most: usize,
    asked: usize,
    next: Option<String>,
}

impl Pages {
    /// Of a call that has no more pages than that: a server that says so turns in a circle.
    pub(super) fn new(action: &'static str, most: usize) -> Self {
        Self { action, most, asked: 0, next: None }
    }

    /// Whether there is a page to ask for: the first, or one that the last named.
    ///
    /// # Errors
    /// There are more than there can be.
    pub(super) fn go_on(&mut self) -> Result<bool, Refusal> {
        if self.asked > 0 && self.next.is_none() {
            return Ok(false);
        }
        if self.asked == self.most {
            let said = format!("{} had still more after {} pages: the list was given up", self.action, self.most);
            return Err(Refusal::new(GapReason::NotFoundOut, said));
        }
        self.asked += 1;
        Ok(true)
    }

    /// What the page to ask for is asked for with; none for the first.
    pub(super) fn token(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// What the last page names the next by, if there is one.
    pub(super) fn then(&mut self, next: Option<String>) {
        self.next = next.filter(|next| !next.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_with_the_page_that_names_no_next_and_one_without_end_is_refused() {
        let mut pages = Pages::new("iam:ListRolePolicies", 3);
        let mut tokens = Vec::new();
        for next in [Some("a"), Some("b"), Some("")] {
            assert!(pages.go_on().unwrap());
            tokens.push(pages.token().map(str::to_owned));
            pages.then(next.map(str::to_owned));
        }
        assert!(!pages.go_on().unwrap(), "as many as there can be are all right");
        assert_eq!(tokens, [None, Some("a".to_owned()), Some("b".to_owned())]);
        pages = Pages::new("iam:ListRolePolicies", 3);
        let mut asked = 0;
        let refused = loop {
            match pages.go_on() {
                Ok(_) => pages.then(Some("again".to_owned())),
                Err(refusal) => break refusal,
            }
            asked += 1;
        };
        assert_eq!((asked, refused.reason), (3, GapReason::NotFoundOut));
        assert!(!refused.is_absent() && refused.sentence.contains("iam:ListRolePolicies"), "{}", refused.sentence);
    }
}
