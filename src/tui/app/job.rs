//! What `update` wishes for, as plain data: the runtime carries it out and answers with a message.

use super::Marked;
use super::change::Order;
use crate::domain::inventory::{Kind, ObjectRef, Scope};
use crate::domain::model::Question;
use crate::domain::plan::{Change, Plan};

/// Names one wish, so that its answer can be told from a late one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Ticket(pub u64);

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Ask a question of the source; one that is on screen goes before all others, also if it waits already.
    Ask {
        /// The question.
        question: Question,
        /// It is on screen.
        first: bool,
    },
    /// List everything again behind the screen.
    Relist,
    /// Read one object anew, as YAML.
    Read(Ticket, ObjectRef),
    /// Which objects carry the labels.
    Labelled(Ticket, Kind, Scope, String),
    /// Read the names of contexts or profiles that one can go to.
    Targets(Ticket, TargetKind),
    /// Connect elsewhere. The old world stays until the new one answers.
    Connect(Ticket, Target),
    /// Fetch the calls made so far: at once, or as soon as there is more to tell than at the revision that is shown.
    Calls(Ticket, Option<u64>),
    /// Write the text to a file of that name, before whose ending a stamp is put.
    Save(Ticket, String, String),
    /// List a folder, whose path may begin with `~/`; empty: the one that the program was started in.
    Files(Ticket, String),
    /// Read a file.
    ReadFile(Ticket, String),
    /// Hand the text to the reader's editor, and the terminal with it.
    Edit(Ticket, String),
    /// Unpack the catalogue of actions.
    Catalogue(Ticket),
    /// Fit an undo to what is held now.
    Fit(Ticket, Box<Plan>),
    /// Find out whether these changes are allowed, as far as one can without trying.
    May(Ticket, Vec<Change>),
    /// Try a plan where that can be done, without making anything of it.
    Rehearse(Ticket, Box<Plan>),
    /// Carry out a plan. It goes on whoever looks, and wherever one goes.
    Apply(Ticket, Box<Order>),
    /// Read the log of changes.
    Log(Ticket),
    /// Read what stands where text is marked on the screen, as it is drawn.
    Marked(Marked),
    /// Put the text into the terminal's clipboard.
    Copy(String),
    /// Nobody waits for this answer any more.
    Cancel(Ticket),
    /// End the program.
    Quit,
}

/// What one can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// Contexts of the kubeconfig.
    Context,
    /// Profiles of the AWS configuration.
    Profile,
}

impl TargetKind {
    /// As people call one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Profile => "profile",
        }
    }
}

/// Where to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// Its name.
    pub name: String,
}
