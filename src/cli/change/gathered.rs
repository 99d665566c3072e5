//! What plans about one ServiceAccount are made from.

use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::gather::{Gathered, ask_also, ask_for_policies, ask_for_roles, gather, gather_more, is_placed};
use crate::cli::list::{Listed, Marks, View, scope, view_of};
use crate::cli::subject::{Named, kind_typed, named, role_named, the_account, with_its_path};
use crate::domain::identity::{Need, resolve_all};
use crate::domain::inventory::{Inventory, Kind, Scope};
use crate::domain::model::{Name, Question, RoleArn};
use crate::domain::plan::{Change, Place, Seen, consequence_questions, restart_questions, roles_of_pods};
use crate::source::catalogue::catalogue;
use crate::source::{Ask, Source};
use std::collections::HashSet;

/// A ServiceAccount, by namespace and name.
pub(super) type Account = (Name, Name);

/// What was read for a plan.
pub(super) struct Ground<'s> {
    pub(super) source: &'s Source,
    pub(super) gathered: Gathered,
    scope: Scope,
    marks: Marks,
}

impl<'s> Ground<'s> {
    /// Reads the ServiceAccounts, the pods and what their identities hang on.
    pub(super) async fn read(source: &'s Source, args: &SourceArgs, marks: Marks) -> Result<Self, Stop> {
        let scope = scope(source, args, true);
        let ask = Ask {
            kinds: Listed::ServiceAccounts.kinds(),
            scope: scope.clone(),
            fall_back: false,
            selector: None,
            watch: false,
            user: true,
        };
        Self::gathered(source, (ask, scope), marks, Box::default()).await
    }

    /// The same over the whole cluster, as far as it may be read: who uses a role may be anywhere. ServiceAccounts are
    /// named where they are named otherwise.
    pub(super) async fn read_whole(source: &'s Source, args: &SourceArgs, marks: Marks) -> Result<Self, Stop> {
        Self::read_rest(source, (args, marks), Box::default()).await
    }

    /// The whole, once it is known where this is: that is not asked again.
    pub(super) async fn whole(self, args: &SourceArgs) -> Result<Self, Stop> {
        Self::read_rest(self.source, (args, self.marks), Box::new(self.gathered.inventory)).await
    }

    async fn read_rest(
        source: &'s Source,
        (args, marks): (&SourceArgs, Marks),
        known: Box<Inventory>,
    ) -> Result<Self, Stop> {
        let ask = Ask {
            kinds: Listed::Roles.kinds(),
            scope: Scope::Cluster,
            fall_back: true,
            selector: None,
            watch: false,
            user: known.user().is_none(),
        };
        Self::gathered(source, (ask, scope(source, args, true)), marks, known).await
    }

    /// Reads where this is and who we are, and no more: the nodes only where nothing else tells the cluster's name.
    pub(super) async fn read_place(source: &'s Source, args: &SourceArgs, marks: Marks) -> Result<Self, Stop> {
        let kinds = if is_placed(source) { Vec::new() } else { vec![Kind::Node] };
        let ask = Ask { kinds, scope: Scope::Cluster, fall_back: true, selector: None, watch: false, user: true };
        let mut gathered = gather(source, ask, &Need::default()).await?;
        ask_also(source, &mut gathered.inventory, vec![Question::Caller, Question::Cluster]).await;
        Ok(Self { source, gathered, scope: scope(source, args, true), marks })
    }

    /// Reads all that tells what comes of changes: each answer may raise the next question.
    pub(super) async fn read_consequences(&mut self, changes: &[Change]) {
        let mut asked: HashSet<Question> = HashSet::new();
        loop {
            let mut open = consequence_questions(self.seen(), changes);
            open.retain(|question| asked.insert(question.clone()));
            if open.is_empty() {
                return;
            }
            ask_also(self.source, &mut self.gathered.inventory, open).await;
            self.gathered.identities = resolve_all(&self.gathered.inventory);
        }
    }

    async fn gathered(
        source: &'s Source,
        (ask, scope): (Ask, Scope),
        marks: Marks,
        known: Box<Inventory>,
    ) -> Result<Self, Stop> {
        let need = Need { verdicts: true, roles: false, documents: false, ..Need::default() };
        let gathered = gather_more(source, ask, &need, known).await?;
        Ok(Self { source, gathered, scope, marks })
    }

    fn view(&self) -> View<'_> {
        let format = crate::cli::args::Format::Table;
        view_of(&self.gathered, self.source, self.scope.clone(), format, self.marks)
    }

    /// What plans are made from.
    pub(super) fn seen(&self) -> Seen<'_> {
        let Gathered { inventory, identities } = &self.gathered;
        Seen { inventory, identities, catalogue: Some(catalogue()) }
    }

    /// Where they are applied.
    pub(super) fn place(&self) -> Place {
        Place::of(&self.source.about, &self.gathered.inventory)
    }

    /// The ServiceAccount that is named, where there is one of that name and no more.
    pub(super) fn account(&self, text: &str) -> Result<Account, Stop> {
        let (Named::Account(name) | Named::Bare(name)) = named(text) else {
            let said = format!("{} is no ServiceAccount", kind_typed(text));
            return Err(Stop::usage(said).hint("give sa/NAME"));
        };
        Ok((the_account(&self.view(), name)?.clone(), Name::from(name)))
    }

    /// Whether one namespace is what was asked for, and its ServiceAccounts were read.
    pub(super) fn has_read_one_namespace(&self) -> bool {
        let listing = self.gathered.inventory.listings().of(Kind::ServiceAccount);
        matches!(self.scope, Scope::Namespace(_)) && listing.is_read()
    }

    /// The ServiceAccount that is named and is still to be made: its namespace has to be named, too.
    pub(super) fn account_to_create(&self, text: &str) -> Result<Account, Stop> {
        match (named(text), &self.scope) {
            (Named::Account(name) | Named::Bare(name), Scope::Namespace(namespace)) => {
                Ok((namespace.clone(), Name::from(name)))
            }
            (Named::Account(name) | Named::Bare(name), Scope::Cluster) => {
                Err(Stop::usage(format!("where serviceaccount/{name} is to be made is not said"))
                    .hint("name its namespace with -n"))
            }
            _ => Err(Stop::usage(format!("{} is no ServiceAccount", kind_typed(text))).hint("give sa/NAME")),
        }
    }

    /// Reads the roles that a ServiceAccount is bound to.
    pub(super) async fn read_bound(&mut self, namespace: &Name, name: &Name) {
        let row = self.gathered.identities.account(namespace, name);
        let bindings = row.iter().flat_map(|row| &row.bindings);
        let roles: Vec<RoleArn> = bindings.flat_map(|own| [&own.role, &own.target]).flatten().cloned().collect();
        self.read_roles(&roles.iter().collect::<Vec<_>>()).await;
    }

    /// The role that is named, read with its policies.
    pub(super) async fn role(&mut self, text: &str) -> Result<RoleArn, Stop> {
        let role = role_named(&self.view(), text)?;
        if self.gathered.inventory.aws().is_refuted() {
            return Ok(role);
        }
        self.read_roles(&[&role]).await;
        let role = with_its_path(&self.gathered.inventory, role, Some(text));
        self.read_roles(&[&role]).await;
        Ok(role)
    }

    /// Reads what the restart of a ServiceAccount's pods hangs on, and what the roles allow that they have now.
    pub(super) async fn read_pods(&mut self, (namespace, name): &Account) {
        let questions = restart_questions(self.seen(), namespace, name);
        ask_also(self.source, &mut self.gathered.inventory, questions).await;
        if !self.gathered.inventory.aws().is_refuted() {
            let roles = roles_of_pods(self.seen(), namespace, name);
            self.read_roles(&roles.iter().collect::<Vec<_>>()).await;
        }
    }

    /// Reads every role of the account.
    pub(super) async fn read_all_roles(&mut self) {
        if self.gathered.inventory.aws().sweep().is_none() && !self.gathered.inventory.aws().is_refuted() {
            ask_also(self.source, &mut self.gathered.inventory, vec![Question::Sweep]).await;
            self.gathered.identities = resolve_all(&self.gathered.inventory);
        }
    }

    /// Reads roles with their policies, those that were not.
    pub(super) async fn read_roles(&mut self, roles: &[&RoleArn]) {
        ask_for_roles(self.source, &mut self.gathered.inventory, roles.iter().copied()).await;
        ask_for_policies(self.source, &mut self.gathered.inventory, roles.iter().copied()).await;
        self.gathered.identities = resolve_all(&self.gathered.inventory);
    }
}
