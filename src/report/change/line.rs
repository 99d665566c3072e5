//! One line of the log of changes.

use super::plan::PlanWire;
use crate::domain::model::{Name, Time};
use crate::domain::plan::Place;
use serde::{Deserialize, Serialize};

/// The version of the lines. A newer one is not read.
const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The plan's id.
    pub id: Name,
    /// When it was written.
    pub time: Time,
    /// Where, and by whom.
    pub place: Place,
    /// What happened.
    pub event: Event,
}

/// What happens to a plan. Steps are told by their place in it, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// It begins.
    Begun {
        /// The plan.
        plan: PlanWire,
    },
    /// It goes on after it was stopped or killed.
    Resumed,
    /// A step begins: from here on it may have been made.
    StepBegun {
        /// Which.
        step: usize,
    },
    /// A step is made, and was seen to be.
    StepDone {
        /// Which.
        step: usize,
        /// It had been so before: nothing was written, and there is nothing to take back.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        already: bool,
    },
    /// A step failed, and with it the plan stops.
    StepFailed {
        /// Which.
        step: usize,
        /// It may have been made all the same.
        uncertain: bool,
        /// Why.
        error: String,
    },
    /// Every step is done.
    Ended,
}

/// A line that is none of this version's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoLine;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineWire {
    version: u32,
    id: Name,
    time: Time,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    context: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    server: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cluster: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    account: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    user: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    caller: Option<Name>,
    #[serde(flatten)]
    event: Event,
}

impl Line {
    /// A line about a plan.
    pub fn new(id: &Name, time: Time, place: &Place, event: &Event) -> Self {
        Self { id: id.clone(), time, place: place.clone(), event: event.clone() }
    }

    /// Appends it with its end.
    pub fn write(&self, out: &mut Vec<u8>) {
        let Place { context, server, cluster, account, user, caller } = self.place.clone();
        let (id, time, event) = (self.id.clone(), self.time, self.event.clone());
        let wire = LineWire { version: VERSION, id, time, context, server, cluster, account, user, caller, event };
        crate::report::json::to_json_line(out, &wire);
    }

    /// The line that was read.
    ///
    /// # Errors
    /// Where it is half a line, or one of another version.
    pub fn read(line: &[u8]) -> Result<Self, NoLine> {
        let wire: LineWire = serde_json::from_slice(line).map_err(|_| NoLine)?;
        let LineWire { version, id, time, context, server, cluster, account, user, caller, event } = wire;
        let place = Place { context, server, cluster, account, user, caller };
        if version == VERSION { Ok(Self { id, time, place, event }) } else { Err(NoLine) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{Change, Content, Plan, PlanKind, Target};

    #[test]
    fn a_line_is_read_as_it_was_written_and_half_of_one_is_none() {
        let mut plan = Plan::new(PlanKind::Annotate, "bind");
        let annotations = |value: Option<&str>| Content::Annotations([("k".into(), value.map(Name::from))].into());
        let target = Target::Annotations { namespace: "shop".into(), name: "api".into() };
        plan.push(Change { target, from: annotations(None), to: annotations(Some("\u{9b}v\n")) });
        let place = Place { context: Some("lab".into()), ..Place::default() };
        let line = Line::new(&"1".into(), Time::UNIX_EPOCH, &place, &Event::Begun { plan: (&plan).into() });
        let mut bytes = Vec::new();
        line.write(&mut bytes);
        assert_eq!(bytes.iter().position(|byte| *byte == b'\n'), Some(bytes.len() - 1));
        let read = Line::read(bytes.trim_ascii_end()).unwrap();
        assert_eq!(read, line);
        let Event::Begun { plan: read } = read.event else { panic!("{read:?}") };
        assert_eq!(Plan::from(read), plan);
        assert_eq!(Line::read(&bytes[..bytes.len() / 2]), Err(NoLine));
    }
}
