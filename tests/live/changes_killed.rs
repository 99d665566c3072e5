//! `kill -9` in every step of a plan, before it is written and after: the next start tells of it, and it can be gone on
//! with or taken back.

use crate::support::eventually;
use crate::support::lab::Side::{self, Aws, Kubernetes};
use crate::support::many::{Call, Case, Fault, Made, Row, STEPS};
use std::time::Duration;

/// The write of each step.
const WRITES: [(Side, &str); STEPS] = [
    (Aws, "iam:CreateRole"),
    (Aws, "iam:AttachRolePolicy"),
    (Aws, "iam:PutRolePolicy"),
    (Kubernetes, "patch serviceaccounts"),
    (Kubernetes, "patch deployments"),
];

pub(crate) struct Killed {
    case: Case,
    step: usize,
    /// Killed after the step was written; or before, when the ones before it are done.
    written: bool,
    /// Whether it is gone on with, or taken back.
    goes_on: bool,
}

impl Row for Killed {
    fn case(&self) -> &Case {
        &self.case
    }

    fn call(&self) -> Call {
        let (side, name) = WRITES[self.step];
        Call { side, name, after: None }
    }

    fn fault(&self) -> Fault {
        if self.written { Fault::Lost } else { Fault::Hung }
    }

    fn try_it(&self) {
        let mut child = self.case.start();
        let rule = self.case.rule(self.call());
        let wanted = if self.written { format!("lost {rule}") } else { rule };
        // several programs and those that meet other faults get there at once: on a slow machine that takes minutes
        eventually(&wanted, Duration::from_mins(4), || self.call().side.asked().contains(&wanted));
        child.kill().expect("it runs still");
        child.wait().expect("it ends");
    }

    /// What is there is what was written before it was killed, and the log says of no step what is not so.
    fn is_true(&self, made: Made) {
        let written = self.step + usize::from(self.written);
        let wanted: Vec<bool> = (0..STEPS).map(|at| at < written).collect();
        assert_eq!(made[..], wanted[..], "{}", self.case.name);
        let plan = self.case.newest();
        assert_eq!(plan["state"], "unfinished", "{plan:#}");
        for at in 0..STEPS {
            let state = match at.cmp(&self.step) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "begun",
                std::cmp::Ordering::Greater => "notStarted",
            };
            assert_eq!(plan["steps"][at]["state"], state, "{}: {:#}", self.case.name, plan["steps"]);
            assert_eq!(plan["steps"][at]["uncertain"] == true, at == self.step, "{:#}", plan["steps"]);
        }
    }

    fn put_right(&self) {
        let plan = self.case.newest();
        let id = plan["id"].as_str().expect("an id");
        // whatever is changed next, it tells of what was left
        let told = self.case.run(&["annotate", "sa/app", "--audience", "other"]).ended_with(2).err;
        for wanted in ["was left unfinished", &format!("rolecall resume {id}"), &format!("rolecall undo {id}")] {
            assert!(told.contains(wanted), "{wanted}: {told}");
        }
        let command = if self.goes_on { "resume" } else { "undo" };
        self.case.run(&[command, "--yes", "--accept-loss", "--accept-others"]).succeeded();
        let state = if self.goes_on { "done" } else { "undone" };
        let log = self.case.run(&["log", "-o", "json"]).succeeded().json();
        let plans = log["items"].as_array().expect("a list");
        assert_eq!(plans.iter().find(|plan| plan["id"] == id).expect("it")["state"], state, "{}", self.case.name);
    }

    fn is_right(&self, made: Made) {
        assert_eq!(made[..4], [self.goes_on; 4], "{}", self.case.name);
    }
}

pub(crate) fn rows() -> Vec<Killed> {
    let mut rows = Vec::new();
    for (step, written, goes_on) in
        (0..STEPS).flat_map(|step| [(step, false, true), (step, false, false), (step, true, true), (step, true, false)])
    {
        let case = Case::new(format!("killed-{}", rows.len()), "irsa");
        rows.push(Killed { case, step, written, goes_on });
    }
    rows
}
