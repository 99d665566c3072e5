//! Why there is no plan.

use crate::domain::model::Gap;

/// Why something cannot be planned: what is so, because of what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRefusal {
    /// One line for a person.
    pub sentence: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What was not read, where that is the reason.
    pub gap: Option<Box<Gap>>,
}

impl PlanRefusal {
    /// A refusal.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: None, gap: None }
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether it is only that something is being read.
    pub fn is_loading(&self) -> bool {
        self.gap.as_ref().is_some_and(|gap| gap.is_loading())
    }

    /// What is so, and what to do, in one line.
    pub fn in_words(self) -> String {
        match self.hint {
            Some(hint) => format!("{}; {hint}", self.sentence),
            None => self.sentence,
        }
    }

    /// Something that the plan hangs on was not read.
    pub fn unread(gap: &Gap) -> Self {
        Self { sentence: gap.sentence.clone(), hint: None, gap: Some(Box::new(gap.clone())) }
    }
}
