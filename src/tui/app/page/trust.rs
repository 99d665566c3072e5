//! The page of trust: step by step and condition by condition whether a role lets a ServiceAccount's pods in, what is
//! broken first; of a role: whom of the cluster it would let in. Below stands the trust policy, with the statement that
//! decides lit up.

use super::document::{Extent, lit_up};
use super::{Line, Tone};
use crate::domain::diagnose::{Fix, remedies_against};
use crate::domain::identity::{
    Assumer, Binding, CheckRow, Finding, IdentityKind, KeptOutBy, Opening, TrustCheck, assumers, openings, trust_way,
    unseen_binding,
};
use crate::domain::model::{Gap, Name, Reading, RoleArn};
use crate::domain::policy::{Kind, Truth};
use crate::tui::app::screen::TrustScreen;
use crate::tui::app::select::Item;
use crate::tui::app::{State, mending};
use crate::tui::keymap::key_of;
use std::collections::BTreeMap;

/// So many of those whom a role would let in are named.
const NAMED: usize = 200;

/// The lines of the page.
pub(in crate::tui::app) fn lines(state: &State, screen: &TrustScreen) -> Vec<Line> {
    if let Item::Role(arn) = &screen.subject {
        return of_role(state, arn);
    }
    let Some((namespace, account)) = account(state, &screen.subject) else {
        return vec![Line::new(Tone::Warning, "", "this pod is gone")];
    };
    let role = screen.role.clone().map(RoleArn::new);
    let checks = trust_way(&state.inventory, &namespace, &account, role.as_ref());
    let unseen = if role.is_none() { unseen(state, &namespace, &account) } else { None };
    let mut lines = Vec::new();
    if !matches!(screen.subject, Item::Account(..)) {
        lines.push(Line::new(Tone::Plain, "ServiceAccount", format!("{namespace}/{account}")));
    }
    if checks.is_empty() && unseen.is_none() {
        lines.push(Line::new(Tone::Quiet, "", "○ no role binds this ServiceAccount, so none has to trust it"));
    }
    lines.extend(unseen);
    // of two the second would begin below the screen, and it may be the one that is broken
    if checks.len() > 1 {
        lines.extend(checks.iter().map(in_short));
    }
    for check in &checks {
        if !lines.is_empty() {
            lines.push(Line::blank());
        }
        of_check(state, check, &mut lines);
    }
    lines
}

/// The roles that the page hangs on.
pub(in crate::tui::app) fn roles(state: &State, screen: &TrustScreen) -> Vec<Name> {
    if let Item::Role(arn) = &screen.subject {
        return vec![arn.clone()];
    }
    let bound =
        account(state, &screen.subject).and_then(|(namespace, name)| state.identities.account(&namespace, &name));
    let bound = bound.into_iter().flat_map(|row| &row.bindings);
    let is_meant = |role: &Name| screen.role.as_ref().is_none_or(|asked| asked == role);
    let roles_of = |binding: &Binding| -> Vec<Name> {
        [&binding.role, &binding.target].into_iter().flatten().map(RoleArn::name_shared).collect()
    };
    // on to a target role goes the association's own
    let bound = bound.map(roles_of).filter(|roles| roles.iter().any(is_meant));
    screen.role.clone().into_iter().chain(bound.flatten()).collect()
}

/// The ServiceAccount of a row; `None` of a pod that is gone.
fn account(state: &State, item: &Item) -> Option<(Name, Name)> {
    if let Item::Account(namespace, name) = item {
        return Some((namespace.clone(), name.clone()));
    }
    let (namespace, pod) = item.pod()?;
    let pod = state.inventory.shard(namespace)?.pod(pod)?;
    Some((namespace.clone(), pod.spec.service_account.clone()))
}

/// That it is not known whether an association binds it, where that is so.
fn unseen(state: &State, namespace: &Name, account: &Name) -> Option<Line> {
    let gap = unseen_binding(&state.inventory, namespace, account)?;
    if gap.is_loading() {
        return Some(Line::new(Tone::Quiet, "not read", "whether an association binds this ServiceAccount"));
    }
    Some(Line::gap("not read", &gap))
}

/// One way and its answer, in a line.
fn in_short(check: &TrustCheck) -> Line {
    let way = format!("role {} {}", check.role.path_and_name(), check.by());
    match check.answer {
        _ if is_loading(check) => Line::new(Tone::Quiet, "", format!("… {way}")),
        Truth::Yes => Line::new(Tone::Good, "", format!("{} {way}: {}", mark(Truth::Yes), check.word())),
        answer => Line::new(tone(answer), "", format!("{} {way}: {}", mark(answer), check.because())),
    }
}

fn is_loading(check: &TrustCheck) -> bool {
    check.answer == Truth::Depends && check.gaps.iter().any(Gap::is_loading)
}

fn of_check(state: &State, check: &TrustCheck, lines: &mut Vec<Line>) {
    lines.push(Line::new(Tone::Title, "", format!("role {} {}", check.role.path_and_name(), check.by())));
    let (tone, said) = match check.answer {
        _ if is_loading(check) => (Tone::Quiet, "… reading what it hangs on".to_owned()),
        answer => (tone(answer), format!("{} {}: {}", mark(answer), check.word(), check.because())),
    };
    lines.push(Line::new(tone, "", said));
    check.rows().iter().for_each(|row| of_row(row, lines));
    // the first one is the reason above
    let also = check.mistakes().into_iter().skip(1);
    lines.extend(also.map(|mistake| Line::new(Tone::Bad, "also wrong", mistake.sentence())));
    lines.extend(check.openings.iter().map(of_opening));
    lines.extend(check.gaps.iter().map(|gap| Line::gap("not read", gap)));
    let account = Item::Account(check.namespace.clone(), check.service_account.clone());
    // the trust policy is not to be changed where the source role may not go on
    let by_trust = check.kept_out_by() == Some(KeptOutBy::Trust);
    for (finding, fix) in remedies_against(&state.inventory, check) {
        let finding = finding.filter(|finding| *finding != Finding::PodIdentityTrust || by_trust);
        let offer = finding.and_then(|finding| mending(state, finding, &account));
        let key = offer.map(|offer| format!(" ({})", key_of(offer.action))).unwrap_or_default();
        of_fix(&fix, &key, lines);
    }
    document(state, &check.role, check.review.as_ref().and_then(|review| review.statement).as_slice(), lines);
}

fn of_row(row: &CheckRow, lines: &mut Vec<Line>) {
    lines.push(Line::new(tone(row.holds), format!("{} {}", mark(row.holds), row.name), &row.said));
    lines.extend(row.more.iter().map(|(word, said)| Line::new(Tone::Quiet, format!("  {word}"), said)));
}

fn of_fix(fix: &Fix, key: &str, lines: &mut Vec<Line>) {
    lines.push(Line::new(Tone::Plain, "what to do", format!("{}{key}", fix.summary)));
    let document = fix.document.iter().flat_map(|document| document.lines());
    let code = document.chain(fix.commands.iter().map(String::as_str));
    lines.extend(code.map(|line| Line::new(Tone::Code, "", format!("    {line}"))));
}

fn mark(holds: Truth) -> &'static str {
    match holds {
        Truth::Yes => "✔",
        Truth::No => "✖",
        Truth::Depends => "?",
    }
}

fn tone(holds: Truth) -> Tone {
    match holds {
        Truth::Yes => Tone::Good,
        Truth::No => Tone::Bad,
        Truth::Depends => Tone::Warning,
    }
}

/// Whom of the cluster a role would let in.
fn of_role(state: &State, arn: &Name) -> Vec<Line> {
    let role = RoleArn::new(arn.clone());
    let mut lines = Vec::new();
    if let Some(problem) = role.problem() {
        return vec![Line::new(Tone::Bad, "", format!("✖ this is no role ARN: {}", problem.sentence()))];
    }
    match state.inventory.aws().role(arn) {
        Some(Reading::Read { .. }) => {}
        Some(Reading::Missing { .. }) => {
            return vec![Line::new(Tone::Bad, "", "✖ this role does not exist: nobody can assume it")];
        }
        Some(Reading::Unread(gap)) => return vec![Line::gap("not read", gap)],
        None => return vec![Line::new(Tone::Quiet, "", "… reading the role")],
    }
    let trust = state.inventory.aws().trust(arn);
    match trust.map(|trust| &trust.policy) {
        None => lines.push(Line::new(Tone::Warning, "not read", "its trust policy is not among what was read")),
        Some(Err(error)) => {
            lines.push(Line::new(Tone::Bad, "", format!("✖ its trust policy cannot be read: {error}")));
        }
        Some(Ok(_)) => of_assumers(state, &role, &mut lines),
    }
    let openings = openings(&state.inventory, &role);
    lines.extend(openings.iter().map(of_opening));
    let statements: Vec<usize> = openings.iter().map(|opening| opening.statement).collect();
    document(state, &role, &statements, &mut lines);
    lines
}

fn of_opening(opening: &Opening) -> Line {
    let (tone, label) = if opening.is_too_wide { (Tone::Warning, "too wide") } else { (Tone::Plain, "lets in") };
    Line::new(tone, label, &opening.sentence)
}

fn of_assumers(state: &State, role: &RoleArn, lines: &mut Vec<Line>) {
    let all = assumers(&state.inventory, role);
    // one that could by both ways is one
    let mut best: BTreeMap<(&Name, &Name), Truth> = BTreeMap::new();
    for own in &all.found {
        let could = best.entry((&own.namespace, &own.service_account)).or_insert(own.could);
        *could = could.or(own.could);
    }
    let of = |could| best.values().filter(|own| **own == could).count();
    let (sure, maybe) = (of(Truth::Yes), of(Truth::Depends));
    let ways =
        |count: usize| if count == 1 { "1 ServiceAccount".to_owned() } else { format!("{count} ServiceAccounts") };
    let more = if maybe > 0 { format!(", and perhaps {maybe} more") } else { String::new() };
    let tone = if sure + maybe > 1 { Tone::Warning } else { Tone::Plain };
    lines.push(Line::new(tone, "", format!("{} of {} could assume it{more}", ways(sure), all.asked)));
    lines.extend(all.gaps.iter().map(|gap| Line::gap("not read", gap)));
    let mut found: Vec<(bool, &Assumer)> = all.found.iter().map(|own| (is_bound(state, role, own), own)).collect();
    found.sort_by_key(|(is_bound, _)| !is_bound);
    lines.extend(found.into_iter().take(NAMED).map(|(is_bound, own)| of_assumer(own, is_bound)));
    if all.found.len() > NAMED {
        lines.push(Line::new(Tone::Quiet, "", format!("and {} more", all.found.len() - NAMED)));
    }
}

fn is_bound(state: &State, role: &RoleArn, own: &Assumer) -> bool {
    let row = state.identities.account(&own.namespace, &own.service_account);
    row.into_iter().flat_map(|row| &row.bindings).any(|binding| {
        binding.mechanism == own.by && [&binding.role, &binding.target].into_iter().flatten().any(|it| it == role)
    })
}

fn of_assumer(own: &Assumer, is_bound: bool) -> Line {
    let bound = match (is_bound, own.by) {
        (true, _) => "bound to it",
        (false, IdentityKind::PodIdentity) if own.without_tags => "once an association without session tags names it",
        (false, IdentityKind::PodIdentity) => "once an association names it",
        (false, _) => "not bound to it",
    };
    let perhaps = if own.could == Truth::Depends { ", hangs on what is not known" } else { "" };
    let text = format!("{}/{}  by {}, {bound}{perhaps}", own.namespace, own.service_account, own.by.label());
    let tone = if is_bound { Tone::Good } else { Tone::Plain };
    Line::new(tone, if own.could.is_yes() { "✔ could" } else { "? perhaps" }, text)
}

/// The trust policy as a person reads it, those statements lit up.
fn document(state: &State, role: &RoleArn, statements: &[usize], lines: &mut Vec<Line>) {
    let read = state.inventory.aws().role(role.as_str()).and_then(Reading::value);
    let Some(text) = read.and_then(|role| role.trust.as_deref()) else { return };
    lines.push(Line::blank());
    lines.push(Line::new(Tone::Title, "", format!("trust policy of role {}", role.path_and_name())));
    lines.extend(lit_up(text, Kind::Trust, statements, Extent::Whole));
}
