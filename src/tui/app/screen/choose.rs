//! The screen on which something is chosen: a role for a ServiceAccount, a policy for a role.

use crate::domain::model::{Name, RoleArn};
use crate::domain::plan::Candidate;
use crate::tui::app::select::{scrolled, shown};

/// What is chosen, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The role that a ServiceAccount is annotated with.
    Annotate {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
    /// The role that a ServiceAccount is associated with.
    Associate {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
    /// The managed policy that is attached to a role.
    Attach {
        /// The role.
        role: RoleArn,
    },
    /// The managed policy that is detached from a role.
    Detach {
        /// The role.
        role: RoleArn,
    },
}

impl Choice {
    /// Whether roles are chosen; else policies are.
    pub fn is_of_roles(&self) -> bool {
        matches!(self, Self::Annotate { .. } | Self::Associate { .. })
    }

    /// What a row says that takes away what is bound now; none: there is no such row.
    pub fn nothing(&self) -> Option<&'static str> {
        match self {
            Self::Annotate { .. } => Some("no role: take the annotation away"),
            Self::Associate { .. } => Some("no role: end the association"),
            Self::Attach { .. } | Self::Detach { .. } => None,
        }
    }
}

/// A choice. Its rows are made anew when facts change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChooseScreen {
    /// What is chosen.
    pub of: Choice,
    /// What was typed to narrow them.
    pub typed: String,
    /// Why what was taken is not planned.
    pub refused: Option<String>,
    /// The role that is bound now.
    pub present: Option<Name>,
    /// What was seen, what fits first.
    pub candidates: Vec<Candidate>,
    /// The rows that what was typed leaves.
    pub rows: Vec<Pick>,
    /// The row that would be taken.
    pub at: usize,
    /// The first row in the window.
    pub top: usize,
    /// The reader has moved to it: it is held on to.
    pub moved: bool,
    /// The revision of the facts that the candidates were made from; 0: of none yet.
    pub made_of: u64,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// One of the candidates, by its place.
    Seen(usize),
    /// The ARN that was typed.
    Typed(Candidate),
    /// No role: what binds the ServiceAccount goes.
    Nothing,
}

impl ChooseScreen {
    /// The screen, before its rows are made.
    pub fn new(of: Choice) -> Self {
        let (candidates, rows) = (Vec::new(), Vec::new());
        Self {
            of,
            typed: String::new(),
            refused: None,
            present: None,
            candidates,
            rows,
            at: 0,
            top: 0,
            moved: false,
            made_of: 0,
        }
    }

    /// Goes to a row, as near as there is one.
    pub fn go(&mut self, at: usize) {
        self.at = at.min(self.rows.len().saturating_sub(1));
        (self.moved, self.refused) = (true, None);
    }

    /// Moves the window of so many rows so that the row that would be taken is in it and no line is wasted.
    pub fn show(&mut self, height: usize) {
        self.top = shown(self.top, self.at, self.rows.len(), height);
    }

    /// Moves the window by so many rows, and the row that would be taken where it would leave it.
    pub fn scroll(&mut self, by: isize, height: usize) {
        if let Some((top, at)) = scrolled((self.top, self.at), by, self.rows.len(), height) {
            self.top = top;
            self.go(at);
        }
    }

    /// What a row stands for; none: nothing.
    pub fn candidate<'a>(&'a self, pick: &'a Pick) -> Option<&'a Candidate> {
        match pick {
            Pick::Seen(at) => self.candidates.get(*at),
            Pick::Typed(candidate) => Some(candidate),
            Pick::Nothing => None,
        }
    }

    /// The ARN of the row that would be taken; none: no row, or nothing.
    pub fn picked(&self) -> Option<&Name> {
        self.rows.get(self.at).and_then(|pick| self.candidate(pick)).map(|candidate| &candidate.arn)
    }
}
