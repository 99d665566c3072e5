//! A step that is tried and not made: what was said to it.

/// What was said to a step that was only tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// It would be made; what admission makes of it and warns of, a line each.
    Accepted(Vec<String>),
    /// It would be refused.
    Refused {
        /// Why.
        said: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The server would do it, and it would be stopped before: it would come to nothing.
    InVain {
        /// Why.
        said: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The server cannot try such a thing: why.
    NotPossible(String),
    /// No answer was had.
    Unheard {
        /// Why.
        said: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// Where it would be made nothing is ever tried: AWS has no dry run.
    NoneThere,
}
