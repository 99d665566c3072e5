//! Each call of a change failing in turn: what the program says came of it is so, as the AWS CLI and kubectl read it, and
//! going on or taking back puts it right.

use crate::changes_killed;
use crate::support::lab::Side::{Aws, Kubernetes};
use crate::support::many::{Call, Case, Fault, Made, Row, STEPS, each_is_put_right};
use crate::support::program::Outcome;
use Fault::{Denied, Expired, Hung, Lost, Throttled};
use libtest_mimic::Trial;
use serde_json::Value;

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(changes_failing: each_call_failing_and_each_kill_leaves_a_true_account_and_is_put_right)
}

const ALL: &[Fault] = &[Denied, Throttled, Expired, Hung, Lost];
const READ_BACK: &[Fault] = &[Denied, Throttled, Expired, Hung];

/// What a call belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// `create-role`, with a token.
    Create,
    /// `create-role`, with an association.
    Associate,
    /// The undo of `create-role`, with a token.
    Undo,
    /// The same with an association.
    Dissociate,
}

impl Of {
    fn is_undo(self) -> bool {
        matches!(self, Self::Undo | Self::Dissociate)
    }
}

/// Every call of the plan and of its undo: what it belongs to, its step in the plan, the call, the one after which it reads
/// back, and what it meets.
#[rustfmt::skip]
const CALLS: &[(Of, usize, Call, &[Fault])] = &[
    (Of::Create, 0, Call { side: Aws, name: "iam:CreateRole", after: None }, ALL),
    (Of::Create, 1, Call { side: Aws, name: "iam:AttachRolePolicy", after: None }, ALL),
    (Of::Create, 2, Call { side: Aws, name: "iam:PutRolePolicy", after: None }, ALL),
    (Of::Create, 3, Call { side: Kubernetes, name: "patch serviceaccounts", after: None }, ALL),
    (Of::Associate, 3, Call { side: Aws, name: "eks:CreatePodIdentityAssociation", after: None }, ALL),
    (Of::Create, 4, Call { side: Kubernetes, name: "create pods", after: None }, &[Denied, Throttled, Expired, Hung]),
    (Of::Create, 4, Call { side: Kubernetes, name: "patch deployments", after: None }, ALL),
    (Of::Create, 0, Call { side: Aws, name: "iam:GetRole", after: Some("iam:CreateRole") }, READ_BACK),
    (Of::Create, 1, Call { side: Aws, name: "iam:ListAttachedRolePolicies", after: Some("iam:AttachRolePolicy") }, READ_BACK),
    (Of::Create, 2, Call { side: Aws, name: "iam:GetRolePolicy", after: Some("iam:PutRolePolicy") }, READ_BACK),
    (Of::Create, 3, Call { side: Kubernetes, name: "get serviceaccounts", after: Some("patch serviceaccounts") }, READ_BACK),
    (Of::Associate, 3, Call { side: Aws, name: "eks:DescribePodIdentityAssociation", after: Some("eks:CreatePodIdentityAssociation") }, READ_BACK),
    (Of::Create, 4, Call { side: Kubernetes, name: "get deployments", after: Some("patch deployments") }, READ_BACK),
    (Of::Create, 4, Call { side: Kubernetes, name: "list pods", after: Some("patch deployments") }, READ_BACK),
    (Of::Undo, 3, Call { side: Kubernetes, name: "patch serviceaccounts", after: None }, ALL),
    (Of::Dissociate, 3, Call { side: Aws, name: "eks:DeletePodIdentityAssociation", after: None }, ALL),
    (Of::Undo, 2, Call { side: Aws, name: "iam:DeleteRolePolicy", after: None }, ALL),
    (Of::Undo, 1, Call { side: Aws, name: "iam:DetachRolePolicy", after: None }, ALL),
    (Of::Undo, 0, Call { side: Aws, name: "iam:DeleteRole", after: None }, ALL),
    (Of::Undo, 3, Call { side: Kubernetes, name: "get serviceaccounts", after: Some("patch serviceaccounts") }, READ_BACK),
    (Of::Dissociate, 3, Call { side: Aws, name: "eks:ListPodIdentityAssociations", after: Some("eks:DeletePodIdentityAssociation") }, READ_BACK),
    (Of::Undo, 2, Call { side: Aws, name: "iam:GetRolePolicy", after: Some("iam:DeleteRolePolicy") }, READ_BACK),
    (Of::Undo, 1, Call { side: Aws, name: "iam:ListAttachedRolePolicies", after: Some("iam:DetachRolePolicy") }, READ_BACK),
    (Of::Undo, 0, Call { side: Aws, name: "iam:GetRole", after: Some("iam:DeleteRole") }, READ_BACK),
];

/// A call, what it meets, and where.
struct Failing {
    case: Case,
    of: Of,
    step: usize,
    call: Call,
    fault: Fault,
    /// Whether it is gone on with, or taken back.
    goes_on: bool,
}

impl Failing {
    fn said(&self, what: &str) -> String {
        format!("{} {:?} {:?}, {:?}: {what}", self.case.name, self.call.name, self.fault, self.of)
    }

    fn writes(&self) -> bool {
        self.call.after.is_none() && self.call.name != "create pods"
    }

    fn tells(&self, outcome: &Outcome, uncertain: bool) {
        let words: &[&str] = match (uncertain, self.step) {
            (true, 4) if self.call.after.is_some() => &["was restarted, and", "may have been changed"],
            (true, _) => &["may be changed yet", "may have been changed"],
            (false, _) => &["was not changed"],
        };
        assert!(words.iter().any(|word| outcome.err.contains(word)), "{}", self.said(&outcome.err));
    }

    /// The step that failed, by its place in the plan that stopped.
    fn failed(&self, plan: &Value) -> usize {
        let steps = plan["steps"].as_array().expect("a list");
        let failed = steps.iter().position(|step| step["state"] == "failed");
        let failed = failed.unwrap_or_else(|| panic!("{}", self.said(&plan.to_string())));
        // an undo has the steps the other way round, and a restart only offered behind them
        let place = if self.of.is_undo() { STEPS - 2 - failed } else { failed };
        assert_eq!(place, self.step, "{}", self.said(&plan["steps"].to_string()));
        failed
    }
}

impl Row for Failing {
    fn case(&self) -> &Case {
        &self.case
    }

    fn call(&self) -> Call {
        self.call
    }

    fn fault(&self) -> Fault {
        self.fault
    }

    fn begin(&self) {
        if self.of.is_undo() {
            self.case.create().succeeded();
        }
    }

    fn try_it(&self) {
        let outcome = match self.of {
            Of::Undo | Of::Dissociate => self.case.run(&["undo", "--yes", "--accept-loss", "--accept-others"]),
            Of::Create | Of::Associate => self.case.create(),
        };
        let reads_back = self.call.after.is_some();
        // what is made without an answer is seen by reading back
        let code = if self.fault == Lost { 0 } else { 5 };
        assert_eq!(outcome.code, Some(code), "{}", self.said(&outcome.err));
        let plan = self.case.newest();
        let id = plan["id"].as_str().expect("an id");
        let named = |command: &str| outcome.err.contains(&format!("rolecall {command} {id}"));
        let done = outcome.err.lines().filter(|line| line.starts_with("done ")).count();
        if code == 0 {
            assert_eq!(plan["state"], "done", "{}", self.said(&plan.to_string()));
            return;
        }
        assert_eq!(plan["state"], "stopped", "{}", self.said(&plan.to_string()));
        let failed = self.failed(&plan);
        assert_eq!(done, failed, "{}", self.said(&outcome.err));
        let uncertain = plan["steps"][failed]["uncertain"] == true;
        assert_eq!(
            uncertain,
            reads_back || self.fault == Hung && self.writes(),
            "{}",
            self.said(&plan["steps"].to_string())
        );
        self.tells(&outcome, uncertain);
        assert!(named("resume"), "{}", self.said(&outcome.err));
        assert_eq!(named("undo"), failed > 0 || uncertain, "{}", self.said(&outcome.err));
    }

    fn is_true(&self, made: Made) {
        let plan = self.case.newest();
        let steps = plan["steps"].as_array().expect("a list");
        let undone = self.of.is_undo();
        // what an undo offers to restart, behind its own steps, is not taken in
        let own = if undone { STEPS - 1 } else { STEPS };
        for (at, step) in steps.iter().enumerate().take(own) {
            let there = made[if undone { STEPS - 2 - at } else { at }] != undone;
            let is = match step["state"].as_str().expect("a state") {
                "done" => there,
                "notStarted" => !there,
                "failed" => step["uncertain"] == true || !there,
                other => panic!("{}", self.said(other)),
            };
            assert!(is, "{}", self.said(&format!("step {at}: {made:?}: {:#}", plan["steps"])));
        }
    }

    fn put_right(&self) {
        let plan = self.case.newest();
        if self.fault == Lost && self.goes_on {
            return;
        }
        let command = if self.goes_on { "resume" } else { "undo" };
        let outcome =
            self.case.run(&[command, plan["id"].as_str().expect("an id"), "--yes", "--accept-loss", "--accept-others"]);
        assert_eq!(outcome.code, Some(0), "{}", self.said(&outcome.err));
    }

    /// All of it is there, or nothing but a restart, which has no way back.
    fn is_right(&self, made: Made) {
        let all = self.goes_on && !self.of.is_undo();
        assert_eq!(made[..4], [all; 4], "{}", self.said("put right"));
        assert!(made[4] || !all, "{}", self.said("put right"));
    }
}

fn rows() -> Vec<Box<dyn Row>> {
    let mut rows: Vec<Box<dyn Row>> = Vec::new();
    for (of, step, call, faults) in CALLS {
        for fault in *faults {
            let at = rows.len();
            let mechanism = if matches!(of, Of::Associate | Of::Dissociate) { "pod-identity" } else { "irsa" };
            let case = Case::new(format!("failing-{at}"), mechanism);
            // where nothing is made there is nothing to take back; an undo is gone on with
            let only = of.is_undo() || (*step == 0 && *fault != Lost);
            let goes_on = only || at.is_multiple_of(2);
            rows.push(Box::new(Failing { case, of: *of, step: *step, call: *call, fault: *fault, goes_on }));
        }
    }
    rows
}

fn each_call_failing_and_each_kill_leaves_a_true_account_and_is_put_right() {
    let killed = changes_killed::rows().into_iter().map(|row| Box::new(row) as Box<dyn Row>);
    each_is_put_right(rows().into_iter().chain(killed).collect());
}
