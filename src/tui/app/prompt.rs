//! What is being typed, and what for.

use tui_input::Input;

/// What is being typed.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// The text and its cursor.
    pub input: Input,
    /// What the word could become, best first.
    pub completions: Vec<String>,
    /// The completion that is picked, by its place.
    pub picked: Option<usize>,
    /// What had been typed when the first completion was picked.
    pub typed: String,
}

/// What a prompt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// `:`
    Command,
    /// `/`
    Filter,
    /// `x`
    Ask,
    /// A field of a form.
    Field,
    /// Which role, which policy.
    Choose,
    /// Whether a plan shall be applied.
    Consent,
}

impl PartialEq for Prompt {
    fn eq(&self, other: &Self) -> bool {
        let input = |prompt: &Self| (prompt.input.value().to_owned(), prompt.input.cursor());
        self.kind == other.kind
            && input(self) == input(other)
            && self.completions == other.completions
            && self.picked == other.picked
            && self.typed == other.typed
    }
}
