//! What happens to the program: keys, facts, answers, time.

use super::screen::Draft;
use super::{Entry, Pointer, TargetKind, Ticket, Told};
use crate::domain::inventory::Delta;
use crate::domain::model::{About, Name, Question, Time};
use crate::domain::plan::{Plan, Trial};
use crate::domain::policy::catalogue::Catalogue;
use crate::tui::keymap::Chord;
use std::sync::Arc;

/// One thing that happened. Time comes in by its own message, before what happened then.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// It is that time now.
    Now(Time),
    /// The terminal is that wide and high.
    Size(u16, u16),
    /// A key was pressed.
    Key(Chord),
    /// Text was pasted.
    Paste(String),
    /// The pointer of the mouse did something.
    Pointer(Pointer),
    /// What stands where text was marked.
    Marked(String),
    /// What the followed lists say, by the ticket of the connection.
    Facts(Ticket, Vec<Delta>),
    /// A question has its whole answer; its facts came before, in theirs. By the ticket of the connection.
    Answered(Ticket, Question),
    /// An object's text.
    Text(Ticket, Result<String, Refusal>),
    /// The objects that carry the labels that were asked for: namespace, name.
    Labelled(Ticket, Result<Vec<(Name, Name)>, Refusal>),
    /// What one can go to, and which is the present one.
    Targets(Ticket, TargetKind, Result<(Vec<Name>, Option<Name>), Refusal>),
    /// The new connection stands, or does not. From here on its ticket is the connection's.
    Connected(Ticket, Result<Box<About>, Refusal>),
    /// The calls made so far.
    Calls(Ticket, CallsMade),
    /// Where the table was saved.
    Saved(Ticket, Result<String, Refusal>),
    /// The names in a folder, folders with a slash behind them; none where it cannot be read.
    Files(Ticket, Vec<String>),
    /// A document was read, or written in the editor; none: it was left as it was.
    Draft(Ticket, Result<Option<Draft>, Refusal>),
    /// The catalogue of actions.
    Catalogue(Ticket, &'static Catalogue),
    /// An undo, fitted to what is held now.
    Fitted(Ticket, Result<Box<Plan>, Refusal>),
    /// What of a plan is known not to be allowed, in words.
    May(Ticket, Vec<String>),
    /// What was said to the steps of a plan that was only tried, by their places.
    Rehearsed(Ticket, Vec<(usize, Trial)>),
    /// How far a plan is that is carried out.
    Told(Ticket, Told),
    /// The log of changes, the newest last.
    Log(Ticket, Result<Vec<Arc<Entry>>, Refusal>),
    /// The nodes' labels told what cluster it is: what could not be asked for want of that can be asked now.
    Learned,
    /// Something of the runtime's own went wrong.
    Trouble(String, Refusal),
}

/// Why something could not be done, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// What is so, because of what.
    pub said: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The calls made so far: those that are remembered. A call keeps its number when older ones are forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallsMade {
    /// The calls remembered, oldest first.
    pub lines: Vec<CallLine>,
    /// How many older ones have been forgotten: it is the number of the first line.
    pub forgotten: usize,
    /// Counts what happened to calls until then: one is sent, one ends.
    pub revision: u64,
}

impl CallsMade {
    /// The call of that number, unless it has been forgotten.
    pub fn line(&self, number: usize) -> Option<&CallLine> {
        self.lines.get(number.checked_sub(self.forgotten)?)
    }

    /// The calls by their numbers, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = (usize, &CallLine)> {
        self.lines.iter().enumerate().rev().map(|(place, line)| (self.forgotten + place, line))
    }
}

/// A call that was made, as the line that would do the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLine {
    /// When it was sent.
    pub at: Time,
    /// The line for `kubectl` or `aws`.
    pub command: String,
    /// How long it took; `None` while it runs.
    pub milliseconds: Option<u64>,
    /// What came of it; `None` while it runs.
    pub outcome: Option<Result<(), String>>,
}
