//! The table itself: key, screens, action, hint, help.

use super::Chord;
use super::Code::{BackTab, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
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

use ScreenKind as S;

const ANY: Kinds = Kinds::of(&S::ALL);
const PAGES: Kinds = Kinds::of(&[S::Role, S::Evidence, S::Ask, S::Trust, S::Text, S::Help]);
const LISTS: Kinds = ANY.but(PAGES);
/// Lists of what lies in the cluster or the account.
const OBJECTS: Kinds = LISTS.but(Kinds::of(&[S::Errors, S::Calls, S::Contexts, S::Profiles]));
const SUBJECTS: Kinds = Kinds::of(&[
    S::Explorer,
    S::Namespaces,
    S::Accounts,
    S::Pods,
    S::Containers,
    S::Nodes,
    S::Node,
    S::Roles,
    S::UsedBy,
]);
/// Screens about one row's object.
const ABOUT: Kinds = Kinds::of(&[S::Role, S::Evidence, S::Ask, S::Trust]);
/// Screens of those who may have an AWS identity.
const ASKERS: Kinds = SUBJECTS.but(Kinds::of(&[S::Namespaces])).and(Kinds::of(&[S::Role, S::Evidence]));
const ASKED: Kinds = Kinds::of(&[S::Ask]);
/// Screens of those whom a role may trust, and of roles.
const TRUSTED: Kinds = SUBJECTS.but(Kinds::of(&[S::Namespaces, S::Nodes])).and(Kinds::of(&[S::Role, S::Evidence]));
const EXPLORER: Kinds = Kinds::of(&[S::Explorer]);
const PODS: Kinds = Kinds::of(&[S::Explorer, S::Pods, S::Node, S::Containers]);
const SCOPED: Kinds = Kinds::of(&[S::Explorer, S::Accounts, S::Pods]);
const IN_NAMESPACE: Kinds = Kinds::of(&[S::Explorer, S::Namespaces, S::Accounts, S::Pods, S::Node, S::UsedBy]);
const INSIDE: Kinds = LISTS;
const COUNTED: Kinds = Kinds::of(&[S::Explorer, S::Namespaces, S::Accounts, S::Nodes, S::Roles, S::UsedBy]);
const AGED: Kinds = Kinds::of(&[S::Explorer, S::Namespaces, S::Accounts, S::Pods, S::Nodes, S::Node]);
const SORTED: Kinds = OBJECTS;
const ON_NODES: Kinds = Kinds::of(&[S::Explorer, S::Pods]);
const SAVED: Kinds = LISTS;

const fn b(
    keys: &'static [Chord],
    on: Kinds,
    action: Action,
    group: Group,
    words: (&'static str, &'static str),
) -> Binding {
    Binding { keys, on, action, hint: words.0, help: words.1, group }
}

const fn c(c: char) -> Chord {
    Chord::char(c)
}

const fn ctrl(c: char) -> Chord {
    Chord::ctrl(c)
}

const fn k(code: super::Code) -> Chord {
    Chord::plain(code)
}

/// Every key there is. The order is the order of hints and help.
pub static TABLE: &[Binding] = &[
    b(&[k(Enter)], INSIDE, Action::In, Group::Move, ("in", "go in: the row's own table or page")),
    b(
        &[c('x'), k(Enter)],
        ASKED,
        Action::Ask,
        Group::Row,
        ("ask again", "ask something else; ↑ brings back what was asked"),
    ),
    b(
        &[c('d')],
        SUBJECTS.and(ASKED),
        Action::Describe,
        Group::Row,
        ("evidence", "evidence: every fact and where it was read"),
    ),
    b(
        &[c('x')],
        ASKERS,
        Action::Ask,
        Group::Row,
        ("may it…", "may it? type an action, and which policy allows or denies it is shown"),
    ),
    b(
        &[c('y')],
        SUBJECTS.and(ABOUT),
        Action::Text,
        Group::Row,
        ("yaml", "the object as YAML, a role as JSON; read anew"),
    ),
    b(
        &[c('t')],
        TRUSTED,
        Action::Trust,
        Group::Row,
        ("trust", "trust: does the role let the pods in, condition by condition; of a role: whom it would let in"),
    ),
    b(&[c('u')], SUBJECTS.and(ABOUT), Action::UsedBy, Group::Row, ("used by", "who uses the row's role")),
    b(&[c('J')], PODS, Action::Owner, Group::Row, ("owner", "all pods of the same workload")),
    b(&[c('w')], IN_NAMESPACE, Action::Warp, Group::Narrow, ("", "warp: narrow to the row's namespace")),
    b(&[c('c')], OBJECTS.and(ABOUT), Action::CopyName, Group::Row, ("", "copy the name")),
    b(&[c('Y')], SUBJECTS.and(ABOUT), Action::CopyArn, Group::Row, ("", "copy the role's ARN")),
    b(&[k(Esc)], ANY, Action::Back, Group::Move, ("back", "clear the filter, else go back")),
    b(&[c('q')], ANY, Action::Leave, Group::Move, ("", "back; from the first screen: quit")),
    b(
        &[c('/')],
        LISTS,
        Action::Filter,
        Group::Narrow,
        ("filter", "filter: a substring; !text for all others; -l app=api by labels"),
    ),
    b(&[ctrl('z')], OBJECTS, Action::ProblemsOnly, Group::Narrow, ("problems only", "only rows with something wrong")),
    b(
        &[c(':')],
        ANY,
        Action::Command,
        Group::Program,
        ("command", "command: ns sa po roles nodes ctx profile q, from the row on; tab completes"),
    ),
    b(&[c('?')], ANY.but(Kinds::of(&[S::Help])), Action::Help, Group::Program, ("help", "the keys of this screen")),
    b(&[c('j'), k(Down)], ANY, Action::Move(Motion::Down), Group::Move, ("", "down")),
    b(&[c('k'), k(Up)], ANY, Action::Move(Motion::Up), Group::Move, ("", "up")),
    b(&[c('g'), k(Home)], ANY, Action::Move(Motion::First), Group::Move, ("", "to the first")),
    b(&[c('G'), k(End)], ANY, Action::Move(Motion::Last), Group::Move, ("", "to the last")),
    b(&[ctrl('f'), k(PageDown)], ANY, Action::Move(Motion::PageDown), Group::Move, ("", "a page down")),
    b(&[ctrl('b'), k(PageUp)], ANY, Action::Move(Motion::PageUp), Group::Move, ("", "a page up")),
    b(&[c('l'), k(Right), k(Tab)], EXPLORER, Action::NextPane, Group::Move, ("", "to the pane on the right")),
    b(&[c('h'), k(Left), k(BackTab)], EXPLORER, Action::PreviousPane, Group::Move, ("", "to the pane on the left")),
    b(&[c('N')], SORTED, Action::Sort(SortBy::Name), Group::Narrow, ("", "sort by name; again: the other way round")),
    b(&[c('A')], AGED, Action::Sort(SortBy::Age), Group::Narrow, ("", "sort by age, the youngest first")),
    b(&[c('P')], COUNTED, Action::Sort(SortBy::Pods), Group::Narrow, ("", "sort by number of pods")),
    b(&[c('S')], SORTED, Action::Sort(SortBy::Identity), Group::Narrow, ("", "sort by identity, the worst first")),
    b(&[c('O')], ON_NODES, Action::Sort(SortBy::Node), Group::Narrow, ("", "sort by node")),
    b(&[c('0')], SCOPED, Action::AllNamespaces, Group::Narrow, ("", "all namespaces")),
    b(&[c('1')], SCOPED, Action::Recent(1), Group::Narrow, ("", "the recent namespaces, the oldest first")),
    b(&[c('2')], SCOPED, Action::Recent(2), Group::Narrow, ("", "")),
    b(&[c('3')], SCOPED, Action::Recent(3), Group::Narrow, ("", "")),
    b(&[c('4')], SCOPED, Action::Recent(4), Group::Narrow, ("", "")),
    b(&[c('5')], SCOPED, Action::Recent(5), Group::Narrow, ("", "")),
    b(&[c('6')], SCOPED, Action::Recent(6), Group::Narrow, ("", "")),
    b(&[c('7')], SCOPED, Action::Recent(7), Group::Narrow, ("", "")),
    b(&[c('8')], SCOPED, Action::Recent(8), Group::Narrow, ("", "")),
    b(&[c('9')], SCOPED, Action::Recent(9), Group::Narrow, ("", "")),
    b(&[ctrl('e')], ANY, Action::Header, Group::Program, ("", "header on and off")),
    b(&[ctrl('w')], OBJECTS, Action::Wide, Group::Program, ("", "wide: full names and more columns")),
    b(&[ctrl('r')], ANY, Action::Refresh, Group::Program, ("", "read everything again, what failed too")),
    b(&[ctrl('s')], SAVED, Action::Save, Group::Program, ("", "save the table as CSV")),
    b(
        &[c('!')],
        ANY.but(Kinds::of(&[S::Errors])),
        Action::Errors,
        Group::Program,
        ("", "what went wrong, and what to do about it"),
    ),
    b(&[c('@')], ANY, Action::Calls, Group::Program, ("", "every call made, as the kubectl or aws line")),
    b(&[ctrl('c')], ANY, Action::Quit, Group::Program, ("", "quit")),
];

/// What a key does on a screen.
pub fn action_for(chord: Chord, screen: ScreenKind) -> Option<Action> {
    TABLE.iter().find(|line| line.on.has(screen) && line.keys.contains(&chord)).map(|line| line.action)
}

/// The lines for the hints of a screen.
pub fn hints_for(screen: ScreenKind) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |line| line.on.has(screen) && !line.hint.is_empty())
}

/// The lines for the help of a screen, by group.
pub fn help_for(screen: ScreenKind) -> Vec<(Group, Vec<&'static Binding>)> {
    let of =
        |group| TABLE.iter().filter(move |line| line.group == group && line.on.has(screen) && !line.help.is_empty());
    Group::ALL.into_iter().map(|group| (group, of(group).collect::<Vec<_>>())).filter(|(_, l)| !l.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for (at, line) in TABLE.iter().enumerate() {
            for other in &TABLE[at + 1..] {
                let shared = line.keys.iter().find(|key| other.keys.contains(key));
                assert!(shared.is_none() || !line.on.meets(other.on), "{shared:?}: {line:?} and {other:?}");
            }
        }
    }

    #[test]
    fn ctrl_d_never_pages() {
        assert!(TABLE.iter().all(|line| !line.keys.contains(&Chord::ctrl('d'))));
    }

    #[test]
    fn every_hint_has_a_help() {
        assert!(TABLE.iter().filter(|line| !line.hint.is_empty()).all(|line| !line.help.is_empty()));
    }
}
