//! Statement by statement: what of it is allowed today, and would not be.

use super::pairs::comes_to_something;
use crate::domain::access::Policies;
use crate::domain::identity::Bearer;
use crate::domain::model::Gap;
use crate::domain::plan::Plan;
use crate::domain::plan::surroundings::named;
use crate::domain::plan::warning::WarningKind;
use crate::domain::policy::{
    ActionPattern, Answer, Effect, Layer, Request, ResourcePattern, Selection, Statement, decide,
};

/// How many sentences are said before the rest is only counted.
const SHOWN: usize = 5;

/// What is lost.
#[derive(Debug, Default)]
pub(super) struct Lost {
    losses: Vec<Loss>,
    open: usize,
}

/// What of one statement is lost: these actions, on each of these resources.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Loss {
    /// Who may do it today, in words.
    pub(super) whose: String,
    actions: Vec<String>,
    resources: Vec<String>,
}

impl Lost {
    /// Asks an Allow statement of whoever has it now of what comes in its place; `None`: nothing does.
    pub(super) fn weigh(&mut self, whose: &str, statement: &Statement, now: &Bearer, then: Option<&Bearer>) {
        let (actions, resources) = patterns(statement);
        let mut losses: Vec<Loss> = Vec::new();
        for resource in resources {
            let mut lost: Vec<String> = Vec::new();
            for action in actions.iter().filter(|action| comes_to_something(action, resource)) {
                if holds(now, (action, resource)) == Holds::No {
                    continue; // a Deny or the boundary takes it away already
                }
                match then.map_or(Holds::No, |then| holds(then, (action, resource))) {
                    Holds::Yes => {}
                    Holds::No => lost.push((*action).to_owned()),
                    Holds::Open => self.open += 1,
                }
            }
            match losses.iter_mut().find(|loss| loss.actions == lost) {
                _ if lost.is_empty() => {}
                Some(same) => same.resources.push(resource.to_owned()),
                None => {
                    let (whose, resources) = (whose.to_owned(), vec![resource.to_owned()]);
                    losses.push(Loss { whose, actions: lost, resources });
                }
            }
        }
        losses.retain(|loss| !self.losses.contains(loss));
        self.losses.append(&mut losses);
    }

    /// Each loss in the words that `said` gives it; many are a handful and a count.
    pub(super) fn sentences(&self, said: impl Fn(&Loss) -> String) -> Vec<String> {
        let mut sentences: Vec<String> = self.losses.iter().take(SHOWN).map(said).collect();
        match self.losses.len().saturating_sub(SHOWN) {
            0 => {}
            1 => sentences.push("and what 1 more statement allows".to_owned()),
            rest => sentences.push(format!("and what {rest} more statements allow")),
        }
        sentences
    }

    /// Warns of what may be lost for `who`, and cannot be told.
    pub(super) fn tell_doubt(&self, plan: &mut Plan, who: &str) {
        if self.open > 0 {
            let sentence = format!(
                "whether {who} may still do {} more of what may be done today hangs on conditions or on what was not read",
                self.open
            );
            plan.warn(WarningKind::NotRead, sentence);
        }
    }
}

impl Loss {
    /// What may no longer be done: `s3:GetObject on arn:aws:s3:::logs/*`.
    pub(super) fn in_words(&self) -> String {
        let all = if self.actions.iter().any(|action| action.contains(['*', '?'])) { "do all of " } else { "" };
        let is_any = |resource: &String| resource == "*";
        let on = if self.resources.iter().any(is_any) { "any resource".to_owned() } else { named(&self.resources) };
        format!("{all}{} on {on}", named(&self.actions))
    }
}

/// Names what was not read of today's policies or of those to come.
pub(super) fn unread(plan: &mut Plan, gaps: &[Gap], whose: &str) {
    for gap in gaps {
        plan.warn(
            WarningKind::NotRead,
            format!("what {whose} allows was not all read, so more may be lost: {}", gap.sentence),
        );
    }
}

/// What a statement names, as requests ask for it.
fn patterns(statement: &Statement) -> (Vec<&str>, Vec<&str>) {
    let actions = match &statement.actions {
        Selection::Only(patterns) => {
            patterns.iter().filter(|pattern| !pattern.is_nothing()).map(ActionPattern::as_str).collect()
        }
        Selection::AllBut(_) => vec!["*"],
    };
    let resources = match &statement.resources {
        Some(Selection::Only(patterns)) => patterns.iter().map(ResourcePattern::as_str).collect(),
        _ => vec!["*"],
    };
    (actions, resources)
}

/// The statements that allow something.
pub(super) fn allows(statements: &[Statement]) -> impl Iterator<Item = &Statement> {
    statements.iter().filter(|statement| statement.effect == Effect::Allow)
}

/// Whether a role's own layers allow something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    /// Not, or not all of it.
    No,
    /// It hangs on conditions, or on what was not read.
    Open,
}

fn holds(bearer: &Bearer, (action, resource): (&str, &str)) -> Holds {
    let policies: &Policies = &bearer.policies;
    let request = Request { context: bearer.context.clone(), ..Request::new(bearer.role.as_str(), action, resource) };
    let decision = decide(&request, &policies.layers);
    let mut all = Holds::Yes;
    for layer in [Layer::Identity, Layer::Boundary, Layer::Session] {
        let is_unread = policies.layers.unread.has(layer);
        let said = decision.layers.iter().find(|answer| answer.layer == layer).map(|answer| answer.answer);
        let answer = match said {
            None | Some(Answer::Silent) if is_unread => Answer::NotRead,
            None if layer == Layer::Identity => Answer::Silent,
            None => Answer::Allow,
            Some(answer) => answer,
        };
        match answer {
            Answer::Allow => {}
            Answer::Deny | Answer::Silent => return Holds::No,
            // a part of what a pattern stands for, where nothing else is open
            Answer::Depends if request.resource.is_pattern() && decision.unknown.is_empty() && !is_unread => {
                return Holds::No;
            }
            Answer::Depends | Answer::NotRead => all = Holds::Open,
        }
    }
    all
}
