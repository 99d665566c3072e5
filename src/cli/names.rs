//! `-o name`: names as they come in, of the kind asked for alone, without keeping any and without any call to AWS.

use super::exit::Stop;
use super::output;
use crate::domain::inventory::{Delta, Kind};
use crate::domain::model::{Gap, visible};
use crate::source::{Ask, Source};
use std::collections::BTreeSet;
use std::io::Write;
use tokio::sync::mpsc;

/// How many pages may wait to be written.
const WAITING: usize = 4;

/// Writes `pod/NAME`, or `NAMESPACE/pod/NAME` where all namespaces are read.
pub(super) async fn write(source: &Source, ask: Ask, with_namespace: bool) -> Result<(), Stop> {
    let (sender, mut deltas) = mpsc::channel(WAITING);
    let Some(&kind) = ask.kinds.first() else { return Ok(()) };
    let scope = ask.scope.clone();
    let follow = tokio::spawn(source.facts.clone().follow(ask, sender));
    let mut out = output::stdout();
    let mut written = Written::default();
    while let Some(batch) = deltas.recv().await {
        for delta in batch {
            if let Some((namespace, name)) = named(&delta) {
                let prefix = namespace.filter(|_| with_namespace).map(|it| format!("{}/", visible(it)));
                let line = format!("{}{}/{}", prefix.unwrap_or_default(), kind.singular(), visible(name));
                written.line(&mut out, &line)?;
            } else if let Delta::Unreadable(_, gap) = delta {
                written.gap = Some(gap);
            } else if matches!(delta, Delta::Listing { .. }) {
                written.listings += 1;
            }
        }
    }
    out.flush()?;
    follow.await?;
    match written.gap {
        Some(gap) if written.lines == 0 => Err(super::list::unreadable(&gap, &scope)),
        Some(gap) => {
            let _ = writeln!(std::io::stderr(), "note: {}", visible(&gap.sentence));
            Ok(())
        }
        None => Ok(()),
    }
}

#[derive(Default)]
struct Written {
    lines: usize,
    /// How often the list began. A second time (the server had forgotten the pages) what is out already is not
    /// written again.
    listings: usize,
    seen: BTreeSet<u64>,
    gap: Option<Gap>,
}

impl Written {
    fn line(&mut self, out: &mut impl Write, line: &str) -> std::io::Result<()> {
        use std::hash::BuildHasher;
        // Eight bytes a name, not the name: 100,000 of them are to cost nothing.
        let hash = foldhash::fast::FixedState::default().hash_one(line);
        if self.seen.insert(hash) || self.listings < 2 {
            self.lines += 1;
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

fn named(delta: &Delta) -> Option<(Option<&str>, &str)> {
    match delta {
        Delta::Pod(pod) => Some((Some(&pod.namespace), &pod.name)),
        Delta::ServiceAccount(account) => Some((Some(&account.namespace), &account.name)),
        Delta::Node(node) => Some((None, &node.name)),
        Delta::Namespace(namespace) => Some((None, &namespace.name)),
        _ => None,
    }
}

/// Whether the kind's names can be written without judging anything.
pub(super) fn can(kind: Kind) -> bool {
    matches!(kind, Kind::Pod | Kind::ServiceAccount | Kind::Node | Kind::Namespace)
}
