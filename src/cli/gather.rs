//! Reading what a command needs, and no more: lists first, then every question that they raise.

use super::exit::Stop;
use super::progress::Progress;
use crate::domain::identity::{Identities, Need, resolve_all, sweep_is_due, wanted};
use crate::domain::inventory::{Delta, Dirty, Inventory, Kind};
use crate::domain::model::Question;
use crate::source::{Ask, Source};
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::{HashSet, VecDeque};
use tokio::sync::mpsc;

/// How many questions are open at once: IAM's rate is low, and one account's for all.
const AT_ONCE: usize = 8;
/// How many batches may wait to be taken in.
const WAITING: usize = 16;

/// What was read, and what is true of it.
pub(super) struct Gathered {
    pub(super) inventory: Inventory,
    pub(super) identities: Identities,
}

/// Lists what `ask` names and answers what `need` wants to know. What was not read is a gap.
///
/// # Errors
/// Where the listing itself broke down: how much of each list is missing is not known then.
pub(super) async fn gather(source: &Source, ask: Ask, need: &Need) -> Result<Gathered, Stop> {
    let (out, deltas) = mpsc::channel(WAITING);
    let waits_for_nodes =
        ask.kinds.contains(&Kind::Node) && (source.about.cluster_name.is_none() || source.about.region.is_none());
    let mut listing = tokio::spawn(source.facts.clone().follow(ask, out.clone()));
    let mut gathering = Gathering {
        source,
        need,
        inventory: Inventory::default(),
        out,
        deltas,
        asked: HashSet::new(),
        queue: VecDeque::new(),
        open: FuturesUnordered::new(),
        waits_for_nodes,
        progress: Progress::new(),
    };
    loop {
        tokio::select! {
            biased;
            Some(batch) = gathering.deltas.recv() => gathering.apply(batch),
            Some(()) = gathering.open.next() => gathering.ask_early(),
            ended = &mut listing => break ended?,
        }
    }
    Ok(gathering.settle().await)
}

struct Gathering<'a> {
    source: &'a Source,
    need: &'a Need,
    inventory: Inventory,
    out: mpsc::Sender<Vec<Delta>>,
    deltas: mpsc::Receiver<Vec<Delta>>,
    asked: HashSet<Question>,
    queue: VecDeque<Question>,
    open: FuturesUnordered<BoxFuture<'static, ()>>,
    /// The cluster is not known before the nodes' labels are.
    waits_for_nodes: bool,
    progress: Progress,
}

impl Gathering<'_> {
    /// Takes in a batch while lists still run. What ends a list may raise questions.
    fn apply(&mut self, batch: Vec<Delta>) {
        let ends = batch.iter().any(|delta| matches!(delta, Delta::Listed(..) | Delta::Unreadable(..)));
        self.take(batch);
        if ends || self.asked.is_empty() {
            self.ask_early();
        }
    }

    /// Asks what can be asked before all lists are complete. Single roles wait: which are in use is not known yet.
    fn ask_early(&mut self) {
        if self.waits_for_nodes && !self.inventory.listings().of(Kind::Node).is_settled() {
            return;
        }
        let need = Need { roles: false, documents: false, ..self.need.clone() };
        self.ask(&Identities::default(), &need);
        // Behind what verdicts hang on, and beside the pods: reading thousands of roles takes as long as reading them.
        if self.need.roles && sweep_is_due(&self.inventory) && self.asked.insert(Question::Sweep) {
            self.queue.push_back(Question::Sweep);
            self.refill();
        }
    }

    /// Asks what is wanted next, once everything asked before is answered.
    fn ask(&mut self, identities: &Identities, need: &Need) {
        if std::mem::take(&mut self.waits_for_nodes) {
            self.learn();
        }
        // An answer is sent before its question counts as answered, and may raise the next one.
        while let Ok(batch) = self.deltas.try_recv() {
            self.take(batch);
        }
        if self.open.is_empty() && self.queue.is_empty() {
            let questions = wanted(&self.inventory, identities, need, &self.asked);
            self.asked.extend(questions.iter().cloned());
            self.queue.extend(questions);
        }
        self.refill();
    }

    /// Sends questions, as many as may be open at once.
    fn refill(&mut self) {
        while self.open.len() < AT_ONCE
            && let Some(question) = self.queue.pop_front()
        {
            let (roles, out) = (self.source.roles.clone(), self.out.clone());
            self.open.push(Box::pin(async move { roles.answer(question, out).await }));
        }
    }

    /// Tells AWS's side what the nodes' labels say of the cluster.
    fn learn(&self) {
        let named = self.inventory.nodes().find_map(|node| node.cluster_name.as_deref());
        let region = self.inventory.nodes().find_map(|node| node.region.as_deref());
        self.source.roles.learn(named, region);
    }

    /// With the lists at hand: verdicts raise questions, answers change verdicts, until nothing is left to ask.
    async fn settle(mut self) -> Gathered {
        loop {
            self.answers().await;
            let identities = resolve_all(&self.inventory);
            self.ask(&identities, self.need);
            if self.open.is_empty() {
                return Gathered { inventory: self.inventory, identities };
            }
        }
    }

    /// Takes in everything until no question is open.
    async fn answers(&mut self) {
        while !self.open.is_empty() {
            tokio::select! {
                biased;
                Some(batch) = self.deltas.recv() => self.take(batch),
                Some(()) = self.open.next() => self.refill(),
            }
        }
        while let Ok(batch) = self.deltas.try_recv() {
            self.take(batch);
        }
    }

    fn take(&mut self, batch: Vec<Delta>) {
        let mut dirty = Dirty::default();
        for delta in batch {
            self.inventory.apply(delta, &mut dirty);
        }
        self.progress.say(&self.inventory, self.open.len() + self.queue.len());
    }
}

/// Answers a few more questions, whatever they are.
pub(super) async fn ask_also(source: &Source, inventory: &mut Inventory, questions: Vec<Question>) {
    let (out, mut deltas) = mpsc::channel(WAITING);
    let asking = futures_util::stream::iter(questions)
        .map(|question| source.roles.answer(question, out.clone()))
        .buffer_unordered(AT_ONCE)
        .for_each(|()| std::future::ready(()));
    tokio::pin!(asking);
    let mut dirty = Dirty::default();
    loop {
        tokio::select! {
            biased;
            Some(batch) = deltas.recv() => batch.into_iter().for_each(|delta| inventory.apply(delta, &mut dirty)),
            () = &mut asking => break,
        }
    }
    while let Ok(batch) = deltas.try_recv() {
        for delta in batch {
            inventory.apply(delta, &mut dirty);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::UNREACHED;
    use crate::cli::names;
    use crate::domain::inventory::{ObjectRef, Scope};
    use crate::domain::model::Name;
    use crate::source::{Access, Deltas, Facts, Failure, demo};
    use futures_util::FutureExt;
    use std::sync::Arc;

    /// A cluster whose listing breaks down in the middle.
    struct Broken;

    impl Facts for Broken {
        fn follow(self: Arc<Self>, _: Ask, _: Deltas) -> BoxFuture<'static, ()> {
            async { panic!("the listing breaks down") }.boxed()
        }

        fn object(&self, _: ObjectRef) -> BoxFuture<'_, Result<String, Failure>> {
            async { Ok(String::new()) }.boxed()
        }

        fn labelled(&self, _: Kind, _: Scope, _: String) -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>> {
            async { Ok(Vec::new()) }.boxed()
        }

        fn access(&self, _: Scope) -> BoxFuture<'_, Vec<Access>> {
            async { Vec::new() }.boxed()
        }
    }

    #[tokio::test]
    async fn a_listing_that_breaks_down_is_an_error() {
        let source = Source { facts: Arc::new(Broken), ..demo::source().unwrap() };
        let ask = Ask { kinds: vec![Kind::Pod], scope: Scope::Cluster, fall_back: false, selector: None, watch: false };
        let gathered = gather(&source, ask.clone(), &Need::default()).await;
        assert_eq!(gathered.err().map(|stop| stop.code), Some(UNREACHED));
        let named = names::write(&source, ask, true).await;
        assert_eq!(named.err().map(|stop| stop.code), Some(UNREACHED));
    }
}
