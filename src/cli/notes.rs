//! What could not be read, in one place: for the list of gaps, and as notes behind a table.

use crate::domain::identity::{provider_unread, unconfirmed_gap};
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{Gap, Reading, visible};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The gaps that touch everything a list says: whole lists that were not read, and answers that all hang on.
pub(super) fn of_the_list(inventory: &Inventory, kinds: &[Kind]) -> Vec<Gap> {
    let aws = inventory.aws();
    let lists = inventory.listings().iter().filter(|(kind, _)| kinds.contains(kind));
    let lists = lists.flat_map(|(_, listing)| listing.gap.iter().chain(&listing.left_out));
    let answers = [
        aws.caller().and_then(Reading::gap),
        aws.cluster().and_then(Reading::gap),
        aws.associations().and_then(Reading::gap),
        aws.providers().and_then(Reading::gap),
        provider_unread(inventory),
    ];
    let mut gaps: Vec<Gap> = Vec::new();
    for gap in lists.chain(answers.into_iter().flatten()) {
        if !gaps.contains(gap) {
            gaps.push(gap.clone());
        }
    }
    gaps.extend(unconfirmed_gap(inventory));
    gaps
}

/// The answers about single things that did not come.
pub(super) fn answers(inventory: &Inventory) -> impl Iterator<Item = &Gap> {
    let aws = inventory.aws();
    let roles = aws.roles().filter_map(|(_, reading)| reading.gap());
    let policies = aws.policies().filter_map(|(_, reading)| reading.gap());
    let instances = aws.instances().filter_map(|(_, reading)| reading.gap());
    let profiles = aws.profiles().filter_map(|(_, reading)| reading.gap());
    let groups = aws.nodegroups().filter_map(|(_, reading)| reading.gap());
    let associations = aws.associations().and_then(Reading::value).into_iter().flat_map(|all| all.values());
    let undescribed = associations.filter_map(|association| association.undescribed.as_ref());
    roles.chain(policies).chain(instances).chain(profiles).chain(groups).chain(undescribed)
}

/// What was not read of roles that were: the lists of their policies, for whoever shows those.
pub(super) fn within_roles(inventory: &Inventory) -> impl Iterator<Item = &Gap> {
    let roles = inventory.aws().roles().filter_map(|(_, reading)| reading.value());
    roles.flat_map(|role| [role.attached.as_ref().err(), role.inline.as_ref().err()]).flatten()
}

/// Writes the gaps as notes on standard error, one line each; many of one kind are one line.
pub(super) fn say<'a>(of_the_list: &[Gap], of_single_things: impl Iterator<Item = &'a Gap>) {
    let mut err = io::stderr().lock();
    let mut single: BTreeMap<(&str, &str), (&Gap, usize)> = BTreeMap::new();
    for gap in of_single_things {
        let (sample, count) = single.entry((&gap.call, gap.reason.word())).or_insert((gap, 0));
        // The answers come in no order: the smallest sentence stands for all, in every run the same one.
        if gap.sentence < sample.sentence {
            *sample = gap;
        }
        *count += 1;
    }
    // Several calls fail for one reason, and one sentence says it: once is enough.
    let mut said = BTreeSet::new();
    for gap in of_the_list.iter().filter(|gap| said.insert(gap.sentence.as_str())) {
        let _ = writeln!(err, "note: {}", visible(&gap.sentence));
    }
    for (gap, count) in single.into_values().filter(|(gap, _)| said.insert(gap.sentence.as_str())) {
        let _ = match count {
            1 => writeln!(err, "note: {}", visible(&gap.sentence)),
            _ => writeln!(err, "note: {} (and {} more like it)", visible(&gap.sentence), count - 1),
        };
    }
}

/// Writes one line on standard error. Where that is closed there is nobody left to tell.
pub(super) fn tell(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(line));
}

/// Writes a question on standard error, and leaves the line open for its answer.
pub(super) fn ask(question: &str) {
    let mut err = io::stderr().lock();
    let _ = write!(err, "{} ", visible(question)).and_then(|()| err.flush());
}
