//! Screens about one thing: a node, a role, the evidence of a verdict, an object's text, the keys.

use super::{List, ScreenKind};
use crate::domain::model::Name;
use crate::domain::plan::{Dialect, Export};
use crate::tui::app::Ticket;
use crate::tui::app::select::{Item, Of, Sort, SortBy};

/// How far a page is scrolled: what stands at its top. By line and not by row alone, so that it stays when the width changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Scroll {
    /// The first line that is shown.
    pub line: usize,
    /// How many rows of it, as it is folded, are not.
    pub row: usize,
}

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeScreen {
    /// Its name.
    pub node: Name,
    /// The pods on it.
    pub pods: List,
}

impl NodeScreen {
    /// The screen of a node.
    pub fn new(node: Name) -> Self {
        let mut pods = List::new(Of::PodsOnNode(node.clone()));
        pods.sort = Sort { by: SortBy::Identity, reversed: false };
        Self { node, pods }
    }
}

/// One role. Its lines come from [`crate::tui::app::page::lines`].
#[derive(Debug, Clone, PartialEq)]
pub struct RoleScreen {
    /// Its ARN, as written.
    pub arn: Name,
    /// How far it is scrolled.
    pub scroll: Scroll,
}

/// What a verdict rests on. Its lines come from [`crate::tui::app::page::lines`].
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceScreen {
    /// Whose: a pod, a container, a ServiceAccount, a node, a namespace.
    pub subject: Item,
    /// How far it is scrolled.
    pub scroll: Scroll,
}

/// An object as text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextScreen {
    /// Whose.
    pub subject: Item,
    /// The text.
    pub body: TextBody,
    /// How far it is scrolled.
    pub scroll: Scroll,
}

/// A text that is read, is here, or could not be had.
#[derive(Debug, Clone, PartialEq)]
pub enum TextBody {
    /// It is being read.
    Loading(Ticket),
    /// Its lines.
    Ready(Vec<String>),
    /// It could not be read: what is so, and what to do.
    Failed(String, Option<String>),
}

/// A plan as manifests or commands, for others to apply.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportScreen {
    /// For which program.
    pub dialect: Dialect,
    /// What the plan does.
    pub title: String,
    /// The text.
    pub export: Export,
    /// How far it is scrolled.
    pub scroll: Scroll,
}

/// The keys. Its lines come from [`crate::tui::app::page::help_lines`].
#[derive(Debug, Clone, PartialEq)]
pub struct HelpScreen {
    /// Of which screen.
    pub of: ScreenKind,
    /// How far it is scrolled.
    pub scroll: Scroll,
}
