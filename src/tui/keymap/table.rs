//! The table itself: key, screens, action, hint, help.

use super::Chord;
use super::Code::{BackTab, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
use super::binding::{Action, Binding, Group, Kinds, Motion};
use crate::domain::plan::Dialect;
use crate::tui::app::screen::ScreenKind;
use crate::tui::app::select::SortBy;

use ScreenKind as S;

/// All but choices and forms, where every key is typed.
const ANY: Kinds = Kinds::of(&S::ALL).but(Kinds::of(&[S::Choose, S::Form]));
const PAGES: Kinds = Kinds::of(&[S::Role, S::Evidence, S::Ask, S::Trust, S::Text, S::Help, S::Plan, S::Export]);
const LISTS: Kinds = ANY.but(PAGES);
/// Lists of what lies in the cluster or the account.
const OBJECTS: Kinds = LISTS.but(Kinds::of(&[S::Errors, S::Calls, S::Contexts, S::Profiles, S::Log, S::Actions]));
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
/// Those whose rows nothing can be changed about are not among them.
const CHANGED: Kinds = SUBJECTS.but(Kinds::of(&[S::Nodes]));
/// Lists of what may carry labels.
const LABELLED: Kinds = Kinds::of(&[S::Explorer, S::Namespaces, S::Accounts, S::Pods, S::Nodes, S::Node]);
/// Screens about one row's object.
const ABOUT: Kinds = Kinds::of(&[S::Role, S::Evidence, S::Ask, S::Trust]);
/// Screens of those who may have an AWS identity.
const ASKERS: Kinds = SUBJECTS.but(Kinds::of(&[S::Namespaces])).and(Kinds::of(&[S::Role, S::Evidence, S::Trust]));
const ASKED: Kinds = Kinds::of(&[S::Ask]);
/// Screens of those whom a role may trust, and of roles.
const TRUSTED: Kinds = SUBJECTS.but(Kinds::of(&[S::Namespaces, S::Nodes])).and(Kinds::of(&[S::Role, S::Evidence]));
/// Screens of ServiceAccounts, and of what runs as one.
const BOUND: Kinds = TRUSTED.but(Kinds::of(&[S::Roles, S::Role])).and(Kinds::of(&[S::Trust, S::Actions]));
/// Screens of those who have a role that may be changed.
const ROLED: Kinds = TRUSTED.and(Kinds::of(&[S::Trust, S::Actions]));
const PLAN: Kinds = Kinds::of(&[S::Plan]);
const EXPORT: Kinds = Kinds::of(&[S::Export]);
const LOG: Kinds = Kinds::of(&[S::Log]);
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
    Binding { keys, on, action, hint: words.0, help: words.1, group, changes: false }
}

/// A key that leads to a change.
const fn w(
    keys: &'static [Chord],
    on: Kinds,
    action: Action,
    group: Group,
    words: (&'static str, &'static str),
) -> Binding {
    Binding { changes: true, ..b(keys, on, action, group, words) }
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
    w(
        &[k(Enter)],
        PLAN,
        Action::Apply,
        Group::Row,
        ("apply…", "apply the plan, or go on with one that stopped; it asks once more"),
    ),
    w(&[c(' ')], PLAN, Action::TakeStep, Group::Row, ("take in", "take the offered step in, or leave it out")),
    w(&[k(Tab)], PLAN, Action::NextStep, Group::Row, ("", "to the next step that is offered")),
    w(
        &[c('u')],
        PLAN.and(LOG),
        Action::TakeBack,
        Group::Row,
        ("take back…", "take back what the plan changed, by a plan of its own"),
    ),
    w(&[c('n')], PLAN, Action::PlanAnew, Group::Row, ("plan anew", "plan the same again, with what is there now")),
    w(
        &[c('D')],
        PLAN,
        Action::DryRun,
        Group::Row,
        ("dry run", "ask the API server and its admission what they would say to each step; nothing is changed"),
    ),
    b(&[c('d')], PLAN, Action::Details, Group::Row, ("in full", "documents and commands in full, or not")),
    b(&[c('c')], EXPORT, Action::CopyCommands, Group::Row, ("copy", "copy the exported text")),
    b(&[c('c')], PLAN, Action::CopyCommands, Group::Row, ("copy commands", "copy the plan as kubectl and aws lines")),
    b(
        &[c('K')],
        PLAN,
        Action::Export(Dialect::Kubectl),
        Group::Row,
        ("kubectl", "export the plan for kubectl: its lines, or the manifest of what is new"),
    ),
    b(
        &[c('W')],
        PLAN,
        Action::Export(Dialect::Aws),
        Group::Row,
        ("aws", "export the plan for the AWS CLI: its lines, to be copied or saved"),
    ),
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
    w(&[c('a')], CHANGED.and(ABOUT), Action::Actions, Group::Row, ("actions", "what can be changed here, and why not")),
    w(
        &[c('e')],
        BOUND,
        Action::Annotate,
        Group::Row,
        ("bind", "bind the ServiceAccount by annotation (IRSA): to a role, to another, or to none"),
    ),
    w(
        &[c('E')],
        BOUND,
        Action::Associate,
        Group::Row,
        ("", "bind the ServiceAccount by EKS Pod Identity: associate it with a role, with another, or with none"),
    ),
    w(
        &[c('C')],
        BOUND.and(Kinds::of(&[S::Namespaces])),
        Action::CreateRole,
        Group::Row,
        ("", "create a role for the ServiceAccount, or for a new one of the namespace, and bind it"),
    ),
    w(
        &[c('T')],
        BOUND,
        Action::RepairTrust,
        Group::Row,
        ("", "repair trust: have the role's trust policy let the pods in"),
    ),
    w(
        &[c('I')],
        BOUND,
        Action::CreateProvider,
        Group::Row,
        ("", "identity provider: make the cluster's in the account, or have it accept the tokens' audience"),
    ),
    w(&[c('+')], ROLED, Action::Attach, Group::Row, ("", "attach a managed policy to the row's role")),
    w(&[c('-')], ROLED, Action::Detach, Group::Row, ("", "detach a managed policy from the row's role")),
    w(
        &[c('i')],
        ROLED,
        Action::Put,
        Group::Row,
        ("", "inline policy: put a document or a statement into one of the row's role, from a file or $EDITOR"),
    ),
    w(&[c('r')], BOUND, Action::Restart, Group::Row, ("", "restart the owners of the ServiceAccount's pods")),
    b(
        &[c('x')],
        ASKERS,
        Action::Ask,
        Group::Row,
        (
            "may it…",
            "may it? type an action, and which policy allows or denies it is shown; --scp and --resource-policy add files",
        ),
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
        TRUSTED.and(ASKED),
        Action::Trust,
        Group::Row,
        ("trust", "trust: does the role let the pods in, condition by condition; of a role: whom it would let in"),
    ),
    b(&[c('u')], SUBJECTS.and(ABOUT), Action::UsedBy, Group::Row, ("used by", "who uses the row's role")),
    b(&[c('J')], PODS, Action::Owner, Group::Row, ("owner", "all pods of the same workload")),
    b(&[c('w')], IN_NAMESPACE, Action::Warp, Group::Narrow, ("", "warp: narrow to the row's namespace")),
    b(&[c('c')], OBJECTS.and(ABOUT), Action::CopyName, Group::Row, ("", "copy the name")),
    b(&[c('Y')], SUBJECTS.and(ABOUT), Action::CopyArn, Group::Row, ("", "copy the role's ARN")),
    b(&[k(Esc)], LISTS, Action::Back, Group::Move, ("back", "clear the filter, else go back")),
    b(&[k(Esc)], PAGES, Action::Back, Group::Move, ("back", "go back")),
    b(&[c('?')], Kinds::of(&[S::Help]), Action::Back, Group::Move, ("", "")), // as it came, so it goes
    b(&[c('q')], ANY, Action::Leave, Group::Move, ("", "back; from the first screen: quit")),
    b(
        &[c('/')],
        LABELLED,
        Action::Filter,
        Group::Narrow,
        ("filter", "filter: a substring; !text for all others; -l app=api by labels"),
    ),
    b(
        &[c('/')],
        LISTS.but(LABELLED),
        Action::Filter,
        Group::Narrow,
        ("filter", "filter: a substring; !text for all others"),
    ),
    b(&[ctrl('z')], OBJECTS, Action::ProblemsOnly, Group::Narrow, ("problems only", "only rows with something wrong")),
    b(
        &[c(':')],
        ANY,
        Action::Command,
        Group::Program,
        ("command", "command: ns sa po roles nodes log ctx profile q, from the row on; tab completes"),
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
    b(
        &[c('S')],
        SORTED,
        Action::Sort(SortBy::Identity),
        Group::Narrow,
        ("", "sort by identity, the worst first; again: the other way round"),
    ),
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
    b(&[ctrl('w')], OBJECTS, Action::Wide, Group::Program, ("", "wide: one table, full names, more columns")),
    b(&[ctrl('r')], ANY, Action::Refresh, Group::Program, ("", "read everything again, what failed too")),
    b(&[ctrl('s')], EXPORT, Action::Save, Group::Program, ("save", "save the exported text")),
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

/// What a key does on a screen; where nothing may be changed, no key does.
pub fn action_for(chord: Chord, screen: ScreenKind, may_change: bool) -> Option<Action> {
    lines(screen, may_change).find(|line| line.keys.contains(&chord)).map(|line| line.action)
}

/// The lines for the hints of a screen.
pub fn hints_for(screen: ScreenKind, may_change: bool) -> impl Iterator<Item = &'static Binding> {
    lines(screen, may_change).filter(|line| !line.hint.is_empty())
}

/// The lines for the help of a screen, by group.
pub fn help_for(screen: ScreenKind, may_change: bool) -> Vec<(Group, Vec<&'static Binding>)> {
    let of = |group| lines(screen, may_change).filter(move |line| line.group == group && !line.help.is_empty());
    Group::ALL.into_iter().map(|group| (group, of(group).collect::<Vec<_>>())).filter(|(_, l)| !l.is_empty()).collect()
}

/// The key of an action, as hints write it.
pub fn key_of(action: Action) -> String {
    let line = TABLE.iter().find(|line| line.action == action);
    line.and_then(|line| line.keys.first()).map(ToString::to_string).unwrap_or_default()
}

/// The lines of a screen.
fn lines(screen: ScreenKind, may_change: bool) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |line| line.on.has(screen) && (may_change || !line.changes))
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
