//! What a line of the table is made of: what a key does, on which screens, and where the help has it.

use super::Chord;
use crate::domain::plan::Dialect;
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::select::SortBy;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Moves the cursor, or scrolls.
    Move(Motion),
    /// Goes into what is selected.
    In,
    /// Clears the filter, else goes back.
    Back,
    /// The same; from the first screen it leaves the program.
    Leave,
    /// Goes to the pane on the right.
    NextPane,
    /// Goes to the pane on the left.
    PreviousPane,
    /// Opens the command bar.
    Command,
    /// Opens the filter.
    Filter,
    /// Only what is wrong.
    ProblemsOnly,
    /// Sorts; again: the other way round.
    Sort(SortBy),
    /// All namespaces.
    AllNamespaces,
    /// The namespace under a digit.
    Recent(u8),
    /// Narrows to the namespace of the selected row.
    Warp,
    /// The evidence.
    Describe,
    /// The object as text.
    Text,
    /// Whether the row's identity may do something.
    Ask,
    /// Whether the row's roles trust it.
    Trust,
    /// Who uses the role.
    UsedBy,
    /// What can be changed about the row.
    Actions,
    /// Annotates the row's ServiceAccount with a role.
    Annotate,
    /// Changes how the tokens of the row's ServiceAccount are made.
    Tokens,
    /// Associates the row's ServiceAccount with a role.
    Associate,
    /// Ends the association of the row's ServiceAccount.
    Dissociate,
    /// Makes the cluster's OIDC provider, or lets it accept the audience of the row's ServiceAccount.
    CreateProvider,
    /// Attaches a managed policy to the row's role.
    Attach,
    /// Detaches a managed policy from the row's role.
    Detach,
    /// Puts a document, or a statement more, into an inline policy of the row's role.
    Put,
    /// Deletes the row's role.
    DeleteRole,
    /// Makes a role for the row's ServiceAccount.
    CreateRole,
    /// Has a role's trust policy let the row's ServiceAccount in.
    RepairTrust,
    /// Restarts the owners of the pods of the row's ServiceAccount.
    Restart,
    /// Applies the plan, or goes on with it.
    Apply,
    /// Has the plan tried, and nothing made of it.
    DryRun,
    /// Takes the offered step in or out.
    TakeStep,
    /// Goes to the next step that is offered.
    NextStep,
    /// Documents and commands in full, or not.
    Details,
    /// Copies the plan as commands.
    CopyCommands,
    /// Shows the plan as lines or manifests for a program.
    Export(Dialect),
    /// Plans again, with what is there now.
    PlanAnew,
    /// Takes back what was changed.
    TakeBack,
    /// The pods of the same owner.
    Owner,
    /// Copies the name.
    CopyName,
    /// Copies the role's ARN.
    CopyArn,
    /// Saves the table.
    Save,
    /// Reads again.
    Refresh,
    /// The header on and off.
    Header,
    /// More columns, full names.
    Wide,
    /// The keys.
    Help,
    /// What went wrong.
    Errors,
    /// The calls made.
    Calls,
    /// Leaves the program.
    Quit,
}

/// Where the cursor moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One up.
    Up,
    /// One down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// Under which title a key stands in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Moving about.
    Move,
    /// Narrowing and sorting.
    Narrow,
    /// About the selected row.
    Row,
    /// The screen and the program.
    Program,
}

impl Group {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 4] = [Self::Move, Self::Narrow, Self::Row, Self::Program];

    /// The title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Narrow => "narrow and sort",
            Self::Row => "the selected row",
            Self::Program => "screen and program",
        }
    }
}

/// A set of screen kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u32);

impl Kinds {
    /// These kinds.
    pub const fn of(kinds: &[ScreenKind]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < kinds.len() {
            bits |= 1 << kinds[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// All but these.
    #[must_use]
    pub const fn but(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a kind is in.
    pub const fn has(self, kind: ScreenKind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    /// Whether both have a kind in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys, the first of which is named in hints. `gg` is `g` twice.
    pub keys: &'static [Chord],
    /// On which screens.
    pub on: Kinds,
    /// What it does.
    pub action: Action,
    /// In the hint line; empty: not there.
    pub hint: &'static str,
    /// In the help.
    pub help: &'static str,
    /// Where in the help.
    pub group: Group,
    /// It leads to a change: where nothing may be changed there is no such key.
    pub changes: bool,
}

impl Binding {
    /// All its keys as the help writes them.
    pub fn keys_text(&self) -> String {
        if self.action == Action::Move(Motion::First) {
            return "gg home".to_owned();
        }
        if self.action == Action::Recent(1) {
            return "1-9".to_owned(); // one line for all nine
        }
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}
