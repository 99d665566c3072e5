//! Statement by statement: what of it is allowed today, and would not be.

use super::against::Against;
use super::pairs::Pairs;
use crate::domain::model::Gap;
use crate::domain::plan::Plan;
use crate::domain::plan::surroundings::named;
use crate::domain::plan::warning::WarningKind;
use crate::domain::policy::catalogue::Catalogue;
use crate::domain::policy::{Effect, Statement, Truth};

/// How many sentences are said before the rest is only counted.
const SHOWN: usize = 5;

/// What is lost.
#[derive(Debug)]
pub(super) struct Lost<'a> {
    losses: Vec<Loss>,
    open: usize,
    pairs: Pairs<'a>,
}

/// What of one statement is lost: these actions, on each of these resources.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Loss {
    /// Who may do it today, in words.
    pub(super) whose: String,
    actions: Vec<String>,
    resources: Vec<String>,
}

impl<'a> Lost<'a> {
    /// Nothing so far; what is asked for at all the catalogue tells.
    pub(super) fn of(catalogue: Option<&'a Catalogue>) -> Self {
        Self { losses: Vec::new(), open: 0, pairs: Pairs::new(catalogue) }
    }

    /// Asks an Allow statement of what comes in the place of whoever has it now.
    pub(super) fn weigh(&mut self, whose: &str, statement: &Statement, against: &Against<'_>) {
        let (actions, resources) = against.patterns(statement);
        let mut lost: Vec<(String, Vec<String>)> = Vec::new();
        for resource in resources {
            for action in &actions {
                if !self.pairs.come_to_something(action, &resource.asked) {
                    continue;
                }
                for (action, on) in against.asked(action, &resource) {
                    // what is lost on any resource is lost on each
                    if has(&lost, &resource.said, &action) || !self.pairs.come_to_something(&action, &on.asked) {
                        continue;
                    }
                    match against.is_lost(&action, &on.asked) {
                        Truth::Yes => add(&mut lost, on.said, action),
                        Truth::No => {}
                        Truth::Depends => self.open += 1,
                    }
                }
            }
        }
        let mut losses: Vec<Loss> = Vec::new();
        for (resource, actions) in lost {
            match losses.iter_mut().find(|loss| loss.actions == actions) {
                Some(same) => same.resources.push(resource),
                None => losses.push(Loss { whose: whose.to_owned(), actions, resources: vec![resource] }),
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
            let more = if self.losses.is_empty() { "" } else { " more" };
            let sentence = format!(
                "whether {who} may still do {}{more} of the things that may be done today hangs on conditions or on \
                 what was not read",
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

/// The statements that allow something.
pub(super) fn allows(statements: &[Statement]) -> impl Iterator<Item = &Statement> {
    statements.iter().filter(|statement| statement.effect == Effect::Allow)
}

fn has(lost: &[(String, Vec<String>)], resource: &str, action: &String) -> bool {
    lost.iter().any(|(known, actions)| known == resource && actions.contains(action))
}

fn add(lost: &mut Vec<(String, Vec<String>)>, resource: String, action: String) {
    match lost.iter_mut().find(|(known, _)| *known == resource) {
        Some((_, actions)) if actions.contains(&action) => {}
        Some((_, actions)) => actions.push(action),
        None => lost.push((resource, vec![action])),
    }
}
