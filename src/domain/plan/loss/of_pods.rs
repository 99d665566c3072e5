//! What pods lose when their successors get another identity: what the present one allows and the new one does not.
//!
//! Each Allow statement of the present role is asked of the new one's policies, pattern for pattern: a pattern as a
//! request's resource asks for all that it stands for. What was not read is named, and taken for neither; what AWS's own
//! policies for nodes give is the node's, and no loss.

use super::Plan;
use super::surroundings::{Seen, named};
use super::warning::WarningKind;
use crate::domain::access::Policies;
use crate::domain::identity::{
    Asking, Bearer, IdentityKind, Instead, askings_of_account, bearer_of_role, is_node_policy,
};
use crate::domain::inventory::Kind;
use crate::domain::model::{Gap, Name, RoleArn};
use crate::domain::policy::{
    ActionPattern, Answer, Context, Effect, Layer, Request, ResourcePattern, Selection, Statement, decide,
};
use std::collections::BTreeMap;

/// How many sentences are said before the rest is only counted.
const SHOWN: usize = 5;

/// What new pods get instead of what running ones have.
#[derive(Debug, Clone, Copy)]
pub enum Becomes<'a> {
    /// A role that is there.
    Role(&'a RoleArn),
    /// A role that the plan makes, with the policies it is made with.
    Made(&'a RoleArn, &'a Policies),
    /// No role of their own.
    NoRole,
}

/// The roles that have to be read, with their policies, before it can be said what pods of a ServiceAccount lose.
pub fn roles_of_pods(seen: Seen<'_>, namespace: &str, account: &str) -> Vec<RoleArn> {
    let mut roles: Vec<RoleArn> =
        present(seen, namespace, account).into_iter().filter_map(|asking| asking.role).collect();
    roles.sort();
    roles.dedup();
    roles
}

/// Says what the running pods of a ServiceAccount may do today and their successors may not.
pub fn warn_of_loss(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, account: &Name, becomes: Becomes<'_>) {
    let listing = seen.inventory.listings().of(Kind::Pod);
    if !listing.is_read() {
        let why = listing.gap.as_ref().map_or("the list of pods was not read", |gap| &*gap.sentence);
        plan.warn(WarningKind::NotRead, format!("what pods lose by it is not known: {why}"));
        return;
    }
    let present = present(seen, namespace, account);
    if present.is_empty() {
        return; // nobody has anything to lose
    }
    let new = match becomes {
        Becomes::Role(role) => Some(bearer_of_role(seen.inventory, role)),
        Becomes::Made(role, policies) => {
            Some(Bearer { policies: policies.clone(), ..bearer_of_role(seen.inventory, role) })
        }
        Becomes::NoRole => None,
    };
    if let Some(new) = &new {
        unread(plan, &new.policies.gaps, &format!("role {}", new.role.path_and_name()));
    }
    let mut lost = Lost::default();
    for asking in present {
        of_identity(plan, &mut lost, &asking, new.as_ref());
    }
    lost.tell(plan, new.is_some());
}

/// The identities of the pods that run.
fn present(seen: Seen<'_>, namespace: &str, account: &str) -> Vec<Asking> {
    let askings = askings_of_account(seen.inventory, seen.identities, namespace, account);
    askings.into_iter().filter(|asking| asking.pods > 0).collect()
}

fn of_identity(plan: &mut Plan, lost: &mut Lost, asking: &Asking, new: Option<&Bearer>) {
    // static keys stay with the pod, whatever binds it
    if asking.by == Some(IdentityKind::StaticKeys) || matches!(asking.instead, Some(Instead::No(..))) {
        return;
    }
    if let Some(Instead::Open(why)) = &asking.instead {
        let pods = if asking.pods == 1 { "1 pod".to_owned() } else { format!("{} pods", asking.pods) };
        plan.warn(WarningKind::NotRead, format!("what {pods} may do today, and lose by it, is not known: {why}"));
        return;
    }
    let Some(bearer) = &asking.bearer else {
        plan.warn(WarningKind::NotRead, "what pods may do today, and lose by it, is not known: their role is not");
        return;
    };
    if new.is_some_and(|new| new.role == bearer.role) {
        return;
    }
    let is_node = asking.by == Some(IdentityKind::NodeRole);
    if is_node && new.is_none() {
        return; // the successors run on a node too
    }
    let whose = format!("{} {}", if is_node { "the node role" } else { "role" }, bearer.role.path_and_name());
    let is_of_node = |name: &str| is_node && is_node_policy(name);
    let gaps: Vec<Gap> =
        bearer.policies.gaps.iter().filter(|gap| !gap.object.as_deref().is_some_and(is_of_node)).cloned().collect();
    unread(plan, &gaps, &whose);
    let mut set_aside: Vec<&str> = Vec::new();
    for (place, document) in bearer.policies.layers.identity.iter().enumerate() {
        let source = bearer.policies.source(Layer::Identity, place);
        if let Some(source) = source.filter(|source| source.managed && is_of_node(&source.name)) {
            set_aside.extend(source.name.rsplit('/').next());
            continue;
        }
        for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
            of_statement(lost, statement, bearer, new, &whose);
        }
    }
    if !set_aside.is_empty() {
        let sentence = format!("what {whose} has by {} is the node's own, and no loss", named(&set_aside));
        if !plan.effects.contains(&sentence) {
            plan.effects.push(sentence);
        }
    }
}

fn unread(plan: &mut Plan, gaps: &[Gap], whose: &str) {
    for gap in gaps {
        plan.warn(
            WarningKind::NotRead,
            format!("what {whose} allows was not all read, so more may be lost: {}", gap.sentence),
        );
    }
}

fn of_statement(lost: &mut Lost, statement: &Statement, bearer: &Bearer, new: Option<&Bearer>, whose: &str) {
    let actions: Vec<&str> = match &statement.actions {
        Selection::Only(patterns) => {
            patterns.iter().filter(|pattern| !pattern.is_nothing()).map(ActionPattern::as_str).collect()
        }
        Selection::AllBut(_) => vec!["*"],
    };
    let resources: Vec<&str> = match &statement.resources {
        Some(Selection::Only(patterns)) => patterns.iter().map(ResourcePattern::as_str).collect(),
        _ => vec!["*"],
    };
    for resource in resources {
        for action in &actions {
            if holds(&bearer.policies, &bearer.context, &bearer.role, (action, resource)) == Holds::No {
                continue; // a Deny or the boundary takes it away already
            }
            match new.map_or(Holds::No, |new| holds(&new.policies, &new.context, &new.role, (action, resource))) {
                Holds::Yes => {}
                Holds::No => lost.add(whose, resource, action),
                Holds::Open => lost.open += 1,
            }
        }
    }
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

fn holds(policies: &Policies, context: &Context, role: &RoleArn, asked: (&str, &str)) -> Holds {
    let (action, resource) = asked;
    let request = Request { context: context.clone(), ..Request::new(role.as_str(), action, resource) };
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

/// What is lost, by who allows it today and on what.
#[derive(Debug, Default)]
struct Lost {
    actions: BTreeMap<(String, String), Vec<String>>,
    open: usize,
}

impl Lost {
    fn add(&mut self, whose: &str, resource: &str, action: &str) {
        let actions = self.actions.entry((whose.to_owned(), resource.to_owned())).or_default();
        if !actions.iter().any(|known| known == action) {
            actions.push(action.to_owned());
        }
    }

    fn tell(self, plan: &mut Plan, has_role: bool) {
        let rest = self.actions.len().saturating_sub(SHOWN);
        let own = if has_role { "" } else { " by a role of their own" };
        for ((whose, resource), actions) in self.actions.iter().take(SHOWN) {
            let all = if actions.iter().any(|action| action.contains(['*', '?'])) { "do all of " } else { "" };
            let actions = named(actions);
            let on = if resource == "*" { "on any resource".to_owned() } else { format!("on {resource}") };
            plan.warn(
                WarningKind::Loss,
                format!("new pods may no longer {all}{actions} {on}{own} ({whose} allows it)"),
            );
        }
        if rest > 0 {
            plan.warn(WarningKind::Loss, format!("and what is allowed on {rest} more resources"));
        }
        if self.open > 0 {
            let sentence = format!(
                "whether new pods may still do {} more of what they may today hangs on conditions or on what was not read",
                self.open
            );
            plan.warn(WarningKind::NotRead, sentence);
        }
    }
}
