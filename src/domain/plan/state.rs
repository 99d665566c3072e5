//! How a plan that was begun stands.

/// How a plan in the log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanState {
    /// It runs now, in some program.
    Running,
    /// Every step is done.
    Done,
    /// It stopped at a step that failed.
    Stopped,
    /// It neither ended nor runs: it was killed.
    Unfinished,
    /// It was taken back.
    Undone,
}

impl PlanState {
    /// The word of lists and machine formats.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Unfinished => "unfinished",
            Self::Undone => "undone",
        }
    }

    /// Whether something is left to do: it was stopped, or killed.
    pub fn is_left_open(self) -> bool {
        matches!(self, Self::Stopped | Self::Unfinished)
    }

    /// Whether what was made can be taken back.
    pub fn can_be_undone(self) -> bool {
        !matches!(self, Self::Running | Self::Undone)
    }
}
