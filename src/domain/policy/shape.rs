//! What is known of a value that is not known whole.

use super::pattern::Pattern;

/// The shape of the one value that a key of a request has, or would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// It matches the value.
    pub pattern: Pattern,
    /// Whether the request may lack the key all the same.
    pub may_be_absent: bool,
}
