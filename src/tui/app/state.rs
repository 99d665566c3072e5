//! Everything that is on screen or decides what is.

pub use super::prompt::{Prompt, PromptKind};
use super::screen::{List, ListScreen, Screen};
use super::select::{Item, Of};
use super::{Intent, Job, Marked, TargetKind, Ticket};
use crate::domain::identity::{Identities, RoleUse};
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{About, Name, Origin, Question, Time};
use crate::domain::plan::{Plan, Seen};
use crate::domain::policy::catalogue::Catalogue;
use crate::tui::text::NodeNames;
use ratatui::layout::Position;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The whole of the program. Plain data: two equal states draw the same frame.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the reader's own, and all combinations mean something"
)]
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What has been seen.
    pub inventory: Inventory,
    /// What the names of its nodes share.
    pub node_names: NodeNames,
    /// What follows from it, row by row.
    pub identities: Identities,
    /// The roles that are named and who uses each, as of `roles_of`.
    pub roles: BTreeMap<Name, RoleUse>,
    /// The revision that `roles` was made from.
    pub roles_of: u64,
    /// Counts the changes of `inventory`: what was made from an older one is stale.
    pub revision: u64,
    /// The screens, the shown one last; never empty.
    pub screens: Vec<Screen>,
    /// How many screens there were at the start: `q` leaves the program there.
    pub first_screen: usize,
    /// What is being typed, if anything is.
    pub prompt: Option<Prompt>,
    /// The one line that says what just came of something.
    pub status: Option<Status>,
    /// What went wrong, oldest first.
    pub troubles: Vec<Trouble>,
    /// What it reads.
    pub about: About,
    /// How it was started.
    pub options: Options,
    /// The namespace that everything is narrowed to; `None`: all.
    pub scope: Option<Name>,
    /// The namespaces gone to, by their digit: the first is `1`.
    pub recent: Vec<Name>,
    /// Only rows with something wrong.
    pub problems_only: bool,
    /// The header is shown.
    pub header: bool,
    /// Full names and more columns.
    pub wide: bool,
    /// The moment from which ages count: the time, or a capture's.
    pub now: Time,
    /// The time, by which pauses are kept.
    pub clock: Time,
    /// When the program was started.
    pub began: Time,
    /// The terminal's width and height.
    pub size: (u16, u16),
    /// The first key of a two-key chord: `g`.
    pub pending_key: Option<char>,
    /// Questions that were put and are not to be put again by themselves.
    pub asked: HashSet<Question>,
    /// When each of them was put last.
    pub asked_at: HashMap<Question, Time>,
    /// Those of them that are not answered yet.
    pub unanswered: BTreeSet<Question>,
    /// When everything was begun to be listed anew: up to then it was followed.
    pub relisted: Time,
    /// Those of them that were put in front of all others.
    pub hastened: HashSet<Question>,
    /// What is to be asked has to be looked at again.
    pub wants_stale: bool,
    /// When that was done last.
    pub wanted_at: Time,
    /// The contexts that one can go to, once they were asked for.
    pub contexts: Vec<Name>,
    /// The profiles, likewise.
    pub profiles: Vec<Name>,
    /// What AWS has, once it was asked for.
    pub catalogue: Option<&'static Catalogue>,
    /// What was asked by `x`, the last first.
    pub inquiries: Vec<String>,
    /// The present connection.
    pub connection: Ticket,
    /// The last ticket given out.
    pub last_ticket: Ticket,
    /// Jobs whose answers are waited for.
    pub open: BTreeMap<Ticket, Pending>,
    /// The plans that are being carried out.
    pub running: BTreeMap<Ticket, Running>,
    /// The connection for which the log was looked through for what was left unfinished.
    pub log_seen_by: Option<Ticket>,
    /// What is planned as soon as what it hangs on was read.
    pub awaited: Option<Box<Intent>>,
    /// Where the pointer's button went down that is held.
    pub pressed: Option<Position>,
    /// The text that is marked.
    pub marked: Option<Marked>,
    /// Leaving the program was asked for while a plan runs: asked again, it is left.
    pub wants_to_quit: bool,
}

/// A plan that is being carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The plan.
    pub plan: Plan,
    /// The connection over which it is.
    pub connection: Ticket,
}

/// What an open job is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pending {
    /// The text screen.
    Text,
    /// The label filter of the shown list.
    Labelled,
    /// The names of contexts or profiles.
    Targets(TargetKind),
    /// A new connection, by name.
    Connect(String),
    /// The screen of calls.
    Calls,
    /// The saved table.
    Save,
    /// The catalogue of actions.
    Catalogue,
    /// The files of a folder.
    Files,
    /// A document: a file that is read, or what is written in the editor.
    Draft,
    /// An undo is fitted to what is held now.
    Fit,
    /// Whether a plan is allowed.
    May,
    /// A plan that is only tried.
    Rehearse,
    /// A plan that is carried out.
    Apply,
    /// The log of changes.
    Log,
    /// The same, to tell of what was left unfinished.
    FirstLog,
}

/// How the program was started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// ASCII marks and borders only.
    pub ascii: bool,
    /// No colours: attributes only.
    pub no_color: bool,
    /// The mouse is left to the terminal.
    pub no_mouse: bool,
    /// The command to begin with, as typed behind `:`.
    pub command: Option<String>,
    /// The namespace to begin with.
    pub namespace: Option<String>,
}

/// One line for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How it is meant.
    pub kind: StatusKind,
    /// The line.
    pub text: String,
}

/// How a status line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusKind {
    /// It was done.
    Done,
    /// It is being done.
    Busy,
    /// It could not be done.
    Failed,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// When.
    pub at: Time,
    /// Where: a call, `connection`, `clipboard`, …
    pub source: String,
    /// What is so, because of what.
    pub said: String,
    /// What to do.
    pub hint: Option<String>,
    /// How often it was said.
    pub times: usize,
    /// What of it is open still, where later news can end it.
    pub open: BTreeSet<Topic>,
    /// All of it was read after all.
    pub over: bool,
}

/// What a trouble is about: a kind of fact, and which one of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Topic(pub &'static str, pub Name);

impl State {
    /// The beginning: the explorer, nothing read yet.
    pub fn new(about: About, options: Options, now: Time) -> Self {
        let scope = options.namespace.as_deref().map(Name::from);
        Self {
            inventory: Inventory::default(),
            node_names: NodeNames::default(),
            identities: Identities::default(),
            roles: BTreeMap::new(),
            roles_of: 0,
            revision: 1,
            screens: vec![Screen::explorer(scope.clone())],
            first_screen: 1,
            prompt: None,
            status: None,
            troubles: Vec::new(),
            now: about.taken_at.unwrap_or(now),
            clock: now,
            began: now,
            about,
            options,
            recent: scope.iter().cloned().collect(),
            scope,
            problems_only: false,
            header: true,
            wide: false,
            size: (80, 24),
            pending_key: None,
            asked: HashSet::new(),
            asked_at: HashMap::new(),
            unanswered: BTreeSet::new(),
            relisted: now,
            hastened: HashSet::new(),
            wants_stale: true,
            wanted_at: Time::UNIX_EPOCH,
            contexts: Vec::new(),
            profiles: Vec::new(),
            catalogue: None,
            inquiries: Vec::new(),
            connection: Ticket(1),
            last_ticket: Ticket(1),
            open: BTreeMap::new(),
            running: BTreeMap::new(),
            log_seen_by: None,
            awaited: None,
            pressed: None,
            marked: None,
            wants_to_quit: false,
        }
    }

    /// The shown screen.
    ///
    /// # Panics
    /// Never: the stack begins with the explorer, and nothing takes its last screen.
    #[expect(clippy::expect_used, reason = "the stack begins with the explorer, and nothing takes its last screen")]
    pub fn screen(&self) -> &Screen {
        self.screens.last().expect("a screen is shown")
    }

    /// The shown screen, to change it.
    ///
    /// # Panics
    /// Never: the stack begins with the explorer, and nothing takes its last screen.
    #[expect(clippy::expect_used, reason = "the stack begins with the explorer, and nothing takes its last screen")]
    pub fn screen_mut(&mut self) -> &mut Screen {
        self.screens.last_mut().expect("a screen is shown")
    }

    /// What plans are made from.
    pub fn seen(&self) -> Seen<'_> {
        Seen { inventory: &self.inventory, identities: &self.identities, catalogue: self.catalogue }
    }

    /// The list that has the cursor, if the screen has one.
    pub fn list(&self) -> Option<&List> {
        self.screen().list()
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Item> {
        self.list().and_then(List::selected)
    }

    /// What keys like `d`, `y` and `u` are about: the row under the cursor, or what the page is about.
    pub fn subject(&self) -> Option<Item> {
        match self.screen() {
            Screen::Role(screen) => Some(Item::Role(screen.arn.clone())),
            Screen::Evidence(screen) => Some(screen.subject.clone()),
            Screen::Ask(screen) => Some(screen.subject.clone()),
            Screen::Trust(screen) => Some(screen.subject.clone()),
            Screen::Text(screen) => Some(screen.subject.clone()),
            Screen::List(ListScreen { list: List { of: Of::Actions(item), .. }, .. }) => Some((**item).clone()),
            Screen::Node(screen) => screen.pods.selected().cloned().or(Some(Item::Node(screen.node.clone()))),
            _ => self.selected().filter(|item| **item != Item::All).cloned(),
        }
    }

    /// Why a key has nothing that it could be about.
    pub(super) fn why_no_subject(&self) -> &'static str {
        match self.selected() {
            Some(Item::All) => "this row stands for all of them: select one",
            _ => "no row is selected",
        }
    }

    /// What the card is about: in the explorer the selected pod, whichever pane has the cursor, as long as there is one.
    pub fn card_subject(&self) -> Option<Item> {
        match self.screen() {
            Screen::Explorer(explorer) => {
                let lists = [&explorer.pods, &explorer.accounts, &explorer.namespaces];
                lists.into_iter().find_map(|list| list.selected().filter(|item| **item != Item::All).cloned())
            }
            _ => self.subject(),
        }
    }

    /// Takes in the time. A capture's moment stands still; the demo's goes on.
    pub(super) fn tell_time(&mut self, clock: Time) {
        self.clock = clock;
        self.now = match (self.about.taken_at, &self.about.origin) {
            (None, _) => clock,
            (Some(at), Origin::Demo) => at.checked_add(clock.duration_since(self.began)).unwrap_or(at),
            (Some(at), _) => at,
        };
    }

    /// Whether ages grow; those in a capture count from the moment when it was taken.
    pub fn time_goes_on(&self) -> bool {
        self.about.taken_at.is_none() || self.about.origin == Origin::Demo
    }

    /// In how many milliseconds something is due that no message will bring, if anything is.
    pub fn due_in(&self) -> Option<u64> {
        self.wants_stale.then_some(300)
    }

    /// Whether all namespaces were read, and it is none of them.
    pub fn lacks_namespace(&self, name: &str) -> bool {
        let is_there = self.inventory.shard(name).is_some_and(|shard| shard.namespace().is_some());
        !is_there && self.inventory.listings().covers(Kind::Namespace, name)
    }

    /// Whether anything is still being read.
    pub fn is_loading(&self) -> bool {
        !self.unanswered.is_empty() || self.inventory.listings().iter().any(|(_, listing)| listing.running)
    }

    /// A new ticket, for a job whose answer is waited for.
    pub(super) fn ticket(&mut self, pending: Pending) -> Ticket {
        self.last_ticket = Ticket(self.last_ticket.0 + 1);
        self.open.insert(self.last_ticket, pending);
        self.last_ticket
    }

    /// Takes the open jobs of a kind back: nobody waits for them any more.
    pub(super) fn cancel(&mut self, is_meant: impl Fn(&Pending) -> bool) -> Vec<Job> {
        let meant = self.open.iter().filter(|(_, pending)| is_meant(pending)).map(|(ticket, _)| *ticket).collect();
        self.give_up(meant)
    }

    /// The same, but for those that a screen still waits for.
    pub(super) fn cancel_left(&mut self, is_meant: impl Fn(&Pending) -> bool) -> Vec<Job> {
        let is_left = |ticket: &Ticket| !self.screens.iter().any(|screen| screen.waits_for(*ticket));
        let meant = self.open.iter().filter(|(_, pending)| is_meant(pending)).map(|(ticket, _)| *ticket);
        let meant = meant.filter(is_left).collect();
        self.give_up(meant)
    }

    fn give_up(&mut self, meant: Vec<Ticket>) -> Vec<Job> {
        for ticket in &meant {
            self.open.remove(ticket);
        }
        meant.into_iter().map(Job::Cancel).collect()
    }

    /// Says one line to the reader.
    pub(super) fn say(&mut self, kind: StatusKind, text: impl Into<String>) {
        self.status = Some(Status { kind, text: text.into() });
    }
}

#[cfg(test)]
mod tests;
