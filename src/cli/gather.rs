//! Reading what a command needs, and no more: lists, and beside them every question that they raise.

use super::exit::Stop;
use super::progress::Progress;
use crate::domain::identity::{Identities, Need, resolve_all, roles_so_far, wanted};
use crate::domain::inventory::{Delta, Dirty, Inventory, Kind, Scope};
use crate::domain::model::{Name, Question, Reading, RoleArn};
use crate::source::{Ask, Source};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::{BTreeSet, HashSet, VecDeque};
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
/// Where there is no answer at all, or the listing itself broke down: how much of each list is missing is not known then.
pub(super) async fn gather(source: &Source, ask: Ask, need: &Need) -> Result<Gathered, Stop> {
    gather_more(source, ask, need, Box::default()).await
}

/// The same beside what is known already, which is not asked for again.
///
/// # Errors
/// As of [`gather`].
pub(super) async fn gather_more(
    source: &Source,
    ask: Ask,
    need: &Need,
    known: Box<Inventory>,
) -> Result<Gathered, Stop> {
    Box::pin(gathered(source, ask, need, known)).await
}

async fn gathered(source: &Source, ask: Ask, need: &Need, known: Box<Inventory>) -> Result<Gathered, Stop> {
    let (out, deltas) = mpsc::channel(WAITING);
    let within = match &ask.scope {
        Scope::Cluster => None,
        Scope::Namespace(namespace) => Some(namespace.clone()),
    };
    let need = Need { within, ..need.clone() };
    let waits_for_nodes = ask.kinds.contains(&Kind::Node) && !is_placed(source);
    let mut listing = tokio::spawn(source.facts.clone().follow(ask, out.clone()));
    // Beside the lists, so that they need not wait: where nobody answers at all, that is one error and not one a list.
    let mut reach = source.facts.reach().fuse();
    let mut gathering = Gathering {
        source,
        need,
        inventory: *known,
        out,
        deltas,
        asked: HashSet::new(),
        queue: VecDeque::new(),
        roles: VecDeque::new(),
        verdicts_open: 0,
        open: FuturesUnordered::new(),
        waits_for_nodes,
        progress: Progress::new(),
    };
    loop {
        tokio::select! {
            biased;
            Some(batch) = gathering.deltas.recv() => gathering.apply(batch),
            Some(about_roles) = gathering.open.next() => gathering.answered(about_roles),
            reached = &mut reach => reached?,
            ended = &mut listing => break ended?,
        }
    }
    Ok(gathering.settle().await)
}

/// Whether flags or the kubeconfig say which cluster this is, and where: else the nodes' labels have to.
pub(super) fn is_placed(source: &Source) -> bool {
    source.about.cluster_name.is_some() && source.about.region.is_some()
}

struct Gathering<'a> {
    source: &'a Source,
    need: Need,
    inventory: Inventory,
    out: mpsc::Sender<Vec<Delta>>,
    deltas: mpsc::Receiver<Vec<Delta>>,
    asked: HashSet<Question>,
    /// What verdicts hang on goes first.
    queue: VecDeque<Question>,
    /// Roles and policies come behind it.
    roles: VecDeque<Question>,
    /// How many of the first kind are sent and not answered.
    verdicts_open: usize,
    /// What is sent and not answered; each says whether it is about roles.
    open: FuturesUnordered<BoxFuture<'static, bool>>,
    /// The cluster is not known before the nodes' labels are.
    waits_for_nodes: bool,
    progress: Progress,
}

impl Gathering<'_> {
    /// Takes in a batch while lists still run. What ends a list may raise questions, and any page may name roles.
    fn apply(&mut self, batch: Vec<Delta>) {
        // what a role is, or what its policies say, names no other; to look through all that do for each answer takes as
        // long as there are answers and names
        let may_name_roles = !batch.iter().all(|delta| matches!(delta, Delta::Role(..) | Delta::ManagedPolicy(..)));
        let ends = batch.iter().any(|delta| matches!(delta, Delta::Listed(..) | Delta::Unreadable(..)));
        self.take(batch);
        if self.waits_for_nodes && !self.inventory.listings().of(Kind::Node).is_settled() {
            return;
        }
        if ends || self.asked.is_empty() {
            self.ask_early();
        }
        if may_name_roles {
            self.ask_for_roles();
        }
    }

    /// A question was answered while lists still run: its answer may raise the next one.
    fn answered(&mut self, about_roles: bool) {
        self.count_out(about_roles);
        if !about_roles {
            self.ask_early();
            self.ask_for_roles();
        }
        self.refill();
    }

    /// Asks what can be asked before all lists are complete, but for roles.
    fn ask_early(&mut self) {
        self.learn_once();
        self.take_waiting();
        // Once everything asked before is answered: what is wanted of nodes hangs on what their instances say.
        if self.verdicts_open == 0 && self.queue.is_empty() {
            let need = Need { roles: false, documents: false, ..self.need.clone() };
            self.enqueue(wanted(&self.inventory, &Identities::default(), &need, &self.asked));
        }
        self.refill();
    }

    /// Asks for the roles that are named so far, beside the lists: reading them takes as long. Those that still wait for
    /// their turn when a sweep becomes due are left to it.
    fn ask_for_roles(&mut self) {
        if !self.need.roles {
            return;
        }
        let questions = roles_so_far(&self.inventory, &self.asked);
        if questions.contains(&Question::Sweep) {
            for left in self.roles.drain(..) {
                self.asked.remove(&left);
            }
        }
        self.enqueue(questions);
        self.refill();
    }

    /// With all lists at hand and everything answered: asks what is left.
    fn ask(&mut self, identities: &Identities) {
        self.learn_once();
        self.take_waiting();
        self.enqueue(wanted(&self.inventory, identities, &self.need, &self.asked));
        self.refill();
    }

    fn enqueue(&mut self, questions: Vec<Question>) {
        for question in questions.into_iter().filter(|question| self.asked.insert(question.clone())) {
            if is_about_roles(&question) { self.roles.push_back(question) } else { self.queue.push_back(question) }
        }
    }

    /// Sends questions, as many as may be open at once.
    fn refill(&mut self) {
        while self.open.len() < AT_ONCE
            && let Some(question) = self.queue.pop_front().or_else(|| self.roles.pop_front())
        {
            let (roles, out, about_roles) = (self.source.roles.clone(), self.out.clone(), is_about_roles(&question));
            self.verdicts_open += usize::from(!about_roles);
            self.open.push(Box::pin(async move {
                roles.answer(question, out).await;
                about_roles
            }));
        }
    }

    fn count_out(&mut self, about_roles: bool) {
        self.verdicts_open -= usize::from(!about_roles);
    }

    /// Tells AWS's side what the nodes' labels say of the cluster, where nothing else did.
    fn learn_once(&mut self) {
        if std::mem::take(&mut self.waits_for_nodes) {
            self.learn();
        }
    }

    /// An answer is sent before its question counts as answered, and may raise the next one.
    fn take_waiting(&mut self) {
        while let Ok(batch) = self.deltas.try_recv() {
            self.take(batch);
        }
    }

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
            self.ask(&identities);
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
                Some(about_roles) = self.open.next() => {
                    self.count_out(about_roles);
                    self.refill();
                }
            }
        }
        self.take_waiting();
    }

    fn take(&mut self, batch: Vec<Delta>) {
        let mut dirty = Dirty::default();
        for delta in batch {
            self.inventory.apply(delta, &mut dirty);
        }
        self.progress.say(&self.inventory, self.open.len() + self.queue.len() + self.roles.len());
    }
}

/// Whether it is of what roles allow, and not of who has them.
fn is_about_roles(question: &Question) -> bool {
    matches!(question, Question::Role(_) | Question::Sweep | Question::ManagedPolicy(_))
}

/// Asks for those of the roles that were not read.
pub(super) async fn ask_for_roles<'r>(
    source: &Source,
    inventory: &mut Inventory,
    roles: impl IntoIterator<Item = &'r RoleArn>,
) {
    let open = |role: &&RoleArn| inventory.aws().role(role.as_str()).is_none() && role.problem().is_none();
    let open: BTreeSet<Name> = roles.into_iter().filter(open).map(RoleArn::name_shared).collect();
    ask_also(source, inventory, open.into_iter().map(Question::Role).collect()).await;
}

/// Asks for the managed policies, not read yet, of those of the roles that were.
pub(super) async fn ask_for_policies<'r>(
    source: &Source,
    inventory: &mut Inventory,
    roles: impl IntoIterator<Item = &'r RoleArn>,
) {
    let aws = inventory.aws();
    let read = roles.into_iter().filter_map(|role| aws.role(role.as_str()).and_then(Reading::value));
    let open = read.flat_map(|role| role.managed_policies()).filter(|arn| aws.policy(arn).is_none());
    let open: BTreeSet<Name> = open.cloned().collect();
    ask_also(source, inventory, open.into_iter().map(Question::ManagedPolicy).collect()).await;
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
mod tests;
