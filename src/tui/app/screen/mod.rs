//! The screens, each with its own small state. The stack of them stands in the state.

mod ask;
mod choose;
mod explorer;
mod form;
mod list;
mod page;
mod plan;
mod trust;

use crate::domain::model::Name;
use crate::tui::app::Ticket;
pub use ask::{AskScreen, Inquiry, Waiting};
pub use choose::{Choice, ChooseScreen, Pick};
pub use explorer::{Explorer, Pane};
pub use form::{Draft, Field, FieldKind, Folder, Form, FormScreen, Wrong};
pub use list::{Feed, List, ListScreen};
pub use page::{EvidenceScreen, ExportScreen, HelpScreen, NodeScreen, RoleScreen, Scroll, TextBody, TextScreen};
pub use plan::{Lacking, Made, Phase, PlanScreen, Trials};
pub use trust::TrustScreen;

/// One screen of the stack.
#[expect(clippy::large_enum_variant, reason = "there are a handful of screens, and the explorer is always one of them")]
#[derive(Debug, Clone, PartialEq)]
pub enum Screen {
    /// Namespaces, ServiceAccounts and pods side by side.
    Explorer(Explorer),
    /// One table, with the card below where there is something to say about a row.
    List(ListScreen),
    /// One node: its role, how it is reached, the pods on it.
    Node(NodeScreen),
    /// One role: trust, boundary, policies, users.
    Role(RoleScreen),
    /// What a verdict rests on.
    Evidence(EvidenceScreen),
    /// Whether something may be done.
    Ask(AskScreen),
    /// Whether a role trusts a ServiceAccount, or whom it would trust.
    Trust(TrustScreen),
    /// Which role a ServiceAccount shall be bound to, which policy a role is given.
    Choose(ChooseScreen),
    /// What is wanted, field by field.
    Form(FormScreen),
    /// What would be changed, is being changed, or was.
    Plan(PlanScreen),
    /// A plan as manifests or commands.
    Export(ExportScreen),
    /// An object as text.
    Text(TextScreen),
    /// The keys.
    Help(HelpScreen),
}

/// The kinds of screen that keys are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScreenKind {
    /// The explorer.
    Explorer,
    /// All namespaces.
    Namespaces,
    /// ServiceAccounts.
    Accounts,
    /// Pods.
    Pods,
    /// A pod's containers.
    Containers,
    /// All nodes.
    Nodes,
    /// One node.
    Node,
    /// All roles.
    Roles,
    /// One role.
    Role,
    /// Who uses a role.
    UsedBy,
    /// What a verdict rests on.
    Evidence,
    /// Whether something may be done.
    Ask,
    /// Whether a role trusts a ServiceAccount, or whom it would trust.
    Trust,
    /// An object as text.
    Text,
    /// The keys.
    Help,
    /// What went wrong.
    Errors,
    /// The calls made.
    Calls,
    /// Contexts to go to.
    Contexts,
    /// Profiles to go to.
    Profiles,
    /// Which role a ServiceAccount shall be bound to, which policy a role is given.
    Choose,
    /// What is wanted, field by field.
    Form,
    /// What would be changed, is being changed, or was.
    Plan,
    /// A plan as manifests or commands.
    Export,
    /// What was changed.
    Log,
    /// What can be changed about a row.
    Actions,
}

impl ScreenKind {
    /// Every kind.
    pub const ALL: [Self; 25] = [
        Self::Explorer,
        Self::Namespaces,
        Self::Accounts,
        Self::Pods,
        Self::Containers,
        Self::Nodes,
        Self::Node,
        Self::Roles,
        Self::Role,
        Self::UsedBy,
        Self::Evidence,
        Self::Ask,
        Self::Trust,
        Self::Text,
        Self::Help,
        Self::Errors,
        Self::Calls,
        Self::Contexts,
        Self::Profiles,
        Self::Choose,
        Self::Form,
        Self::Plan,
        Self::Export,
        Self::Log,
        Self::Actions,
    ];
}

impl Screen {
    /// The first screen.
    pub fn explorer(scope: Option<Name>) -> Self {
        Self::Explorer(Explorer::new(scope))
    }

    /// Whether it shows what comes of that job once it is here.
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        match self {
            Self::Plan(screen) => screen.waits_for(ticket),
            Self::Text(screen) => screen.body == TextBody::Loading(ticket),
            Self::List(screen) => screen.feed == Feed::Loading(ticket) || screen.list.filter.asks == Some(ticket),
            Self::Explorer(explorer) => Pane::ALL.iter().any(|pane| explorer.list(*pane).filter.asks == Some(ticket)),
            Self::Node(screen) => screen.pods.filter.asks == Some(ticket),
            Self::Form(screen) => screen.waits_for(ticket),
            _ => false,
        }
    }

    /// The list whose filter waits for a job's answer, to change it.
    pub fn list_asking_mut(&mut self, ticket: Ticket) -> Option<&mut List> {
        let list = match self {
            Self::Explorer(explorer) => {
                let pane = Pane::ALL.iter().find(|pane| explorer.list(**pane).filter.asks == Some(ticket))?;
                explorer.list_mut(*pane)
            }
            _ => self.list_mut()?,
        };
        (list.filter.asks == Some(ticket)).then_some(list)
    }

    /// Its kind.
    pub fn kind(&self) -> ScreenKind {
        match self {
            Self::Explorer(_) => ScreenKind::Explorer,
            Self::List(screen) => screen.kind(),
            Self::Node(_) => ScreenKind::Node,
            Self::Role(_) => ScreenKind::Role,
            Self::Evidence(_) => ScreenKind::Evidence,
            Self::Ask(_) => ScreenKind::Ask,
            Self::Trust(_) => ScreenKind::Trust,
            Self::Choose(_) => ScreenKind::Choose,
            Self::Form(_) => ScreenKind::Form,
            Self::Plan(_) => ScreenKind::Plan,
            Self::Export(_) => ScreenKind::Export,
            Self::Text(_) => ScreenKind::Text,
            Self::Help(_) => ScreenKind::Help,
        }
    }

    /// The list that has the cursor, if it has one.
    pub fn list(&self) -> Option<&List> {
        match self {
            Self::Explorer(explorer) => Some(explorer.focused()),
            Self::List(screen) => Some(&screen.list),
            Self::Node(screen) => Some(&screen.pods),
            _ => None,
        }
    }

    /// The same list, to change it.
    pub fn list_mut(&mut self) -> Option<&mut List> {
        match self {
            Self::Explorer(explorer) => Some(explorer.focused_mut()),
            Self::List(screen) => Some(&mut screen.list),
            Self::Node(screen) => Some(&mut screen.pods),
            _ => None,
        }
    }

    /// How far it is scrolled, where it is a page of text.
    pub fn scroll(&self) -> Option<Scroll> {
        match self {
            Self::Role(screen) => Some(screen.scroll),
            Self::Evidence(screen) => Some(screen.scroll),
            Self::Ask(screen) => Some(screen.scroll),
            Self::Trust(screen) => Some(screen.scroll),
            Self::Plan(screen) => Some(screen.scroll),
            Self::Export(screen) => Some(screen.scroll),
            Self::Text(screen) => Some(screen.scroll),
            Self::Help(screen) => Some(screen.scroll),
            Self::Explorer(_) | Self::List(_) | Self::Node(_) | Self::Choose(_) | Self::Form(_) => None,
        }
    }

    /// The same, to change it.
    pub fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Self::Role(screen) => Some(&mut screen.scroll),
            Self::Evidence(screen) => Some(&mut screen.scroll),
            Self::Ask(screen) => Some(&mut screen.scroll),
            Self::Trust(screen) => Some(&mut screen.scroll),
            Self::Plan(screen) => Some(&mut screen.scroll),
            Self::Export(screen) => Some(&mut screen.scroll),
            Self::Text(screen) => Some(&mut screen.scroll),
            Self::Help(screen) => Some(&mut screen.scroll),
            Self::Explorer(_) | Self::List(_) | Self::Node(_) | Self::Choose(_) | Self::Form(_) => None,
        }
    }
}
