//! What still has to be asked, most urgent first.

use super::{Identities, chain::Found, chain::chain, situation::account_of};
use crate::domain::inventory::{Inventory, Kind, Lookup, Shard};
use crate::domain::model::{ContainerKind, Name, Question, Reading, RoleArn, Workload};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// From how many roles on one sweep over the whole account is cheaper than asking for each.
pub const SWEEP_FROM: usize = 25;

/// How many instances one call to EC2 asks for (`DescribeInstances` takes 200 filter values; 100 keep the answer small).
pub const INSTANCES_A_CALL: usize = 100;

/// What a reader needs, and what it looks at now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Need {
    /// Cluster, caller, associations, instances, profiles, node groups: what verdicts hang on.
    pub verdicts: bool,
    /// The roles themselves with the names of what is attached.
    pub roles: bool,
    /// The documents of managed policies.
    pub documents: bool,
    /// Roles that are on screen, by ARN: asked first.
    pub first: Vec<Name>,
    /// The one namespace whose ServiceAccounts are looked at; none: all of them.
    pub within: Option<Name>,
}

/// The questions that are neither answered nor `asked` already, most urgent first. Many wanted roles become one
/// [`Question::Sweep`], as long as that was not refused.
pub fn wanted(inventory: &Inventory, identities: &Identities, need: &Need, asked: &HashSet<Question>) -> Vec<Question> {
    let mut questions = Vec::new();
    let aws = inventory.aws();
    if need.verdicts {
        questions.extend(aws.caller().is_none().then_some(Question::Caller));
        questions.extend(aws.cluster().is_none().then_some(Question::Cluster));
    }
    if need.verdicts && aws.cluster().is_some() && !aws.is_refuted() {
        let associations = || need.within.clone().map_or(Question::Associations, Question::AssociationsOf);
        questions.extend((!aws.associations_cover(need.within.as_deref())).then(associations));
        questions.extend(node_questions(inventory, asked));
        questions.extend(pod_questions(inventory));
        questions.extend(aws.providers().is_none().then_some(Question::Providers));
    }
    if need.roles && aws.cluster().is_some() && !aws.is_refuted() {
        questions.extend(role_questions(inventory, identities, need));
    }
    if need.roles && !need.documents {
        questions.extend(hop_questions(inventory));
    }
    if need.documents && !aws.is_refuted() {
        questions.extend(document_questions(inventory, need));
    }
    questions.retain(|question| !asked.contains(question));
    questions
}

/// The questions about the roles that are named so far, for a reader whose lists still run: each role as soon as
/// something names it, and one sweep instead once there are many. While a sweep runs nothing is asked: what it did not
/// bring is [`wanted`] after it.
pub fn roles_so_far(inventory: &Inventory, asked: &HashSet<Question>) -> Vec<Question> {
    let aws = inventory.aws();
    let sweeping = aws.sweep().is_none() && asked.contains(&Question::Sweep);
    if aws.cluster().is_none() || aws.is_refuted() || sweeping {
        return Vec::new();
    }
    let may_sweep = aws.sweep().is_none();
    let mut named = BTreeSet::new();
    for arn in roles_named_so_far(inventory).filter(|arn| RoleArn::new(arn.clone()).problem().is_none()) {
        named.insert(arn);
        if may_sweep && named.len() > SWEEP_FROM {
            return vec![Question::Sweep];
        }
    }
    let open = named.into_iter().filter(|arn| aws.role(arn).is_none());
    open.map(Question::Role).filter(|question| !asked.contains(question)).collect()
}

/// The roles that pods carry, that annotations and associations give to ServiceAccounts that were seen, or that nodes
/// have: what [`named_roles`] finds without any verdict. One may come more than once.
fn roles_named_so_far(inventory: &Inventory) -> impl Iterator<Item = Name> {
    let aws = inventory.aws();
    let carried = inventory.carried_roles().map(|(role, _, _)| role);
    let associations = aws.associations().and_then(Reading::value).into_iter().flat_map(|all| all.iter());
    let seen = |namespace: &str, name: &str| inventory.shard(namespace)?.service_account(name);
    let associated = associations
        .filter(move |((namespace, name), _)| seen(namespace, name).is_some())
        .flat_map(|(_, association)| [&association.role_arn, &association.target_role_arn])
        .flatten();
    let profiles = aws.profiles().filter_map(|(_, reading)| reading.value()?.role_arn.as_ref());
    let groups = aws.nodegroups().filter_map(|(_, reading)| reading.value()?.role_arn.as_ref());
    let by_arn = associated.chain(profiles).chain(groups).map(RoleArn::name_shared);
    carried.chain(inventory.annotated_roles()).cloned().chain(by_arn)
}

/// Instances of the nodes that pods run on, a hundred a call, then their profiles, then node groups as second way.
fn node_questions(inventory: &Inventory, asked: &HashSet<Question>) -> Vec<Question> {
    let aws = inventory.aws();
    let in_flight: HashSet<&Name> =
        asked.iter().flat_map(|q| if let Question::Instances(ids) = q { ids.as_slice() } else { &[] }).collect();
    let unknown = inventory.nodes().filter_map(|node| node.instance_id()).filter(|id| aws.instance(id).is_none());
    let unknown: Vec<Name> = unknown.map(Name::from).filter(|id| !in_flight.contains(id)).collect();
    // while the first list of nodes still runs, a part-filled call would only be followed by another
    let settled = inventory.listings().of(Kind::Node).is_settled();
    let full = |chunk: &&[Name]| settled || chunk.len() == INSTANCES_A_CALL;
    let mut questions: Vec<Question> =
        unknown.chunks(INSTANCES_A_CALL).filter(full).map(|ids| Question::Instances(ids.to_vec())).collect();
    let profiles: BTreeSet<&Name> =
        aws.instances().filter_map(|(_, reading)| reading.value()?.profile_arn.as_ref()).collect();
    questions
        .extend(profiles.into_iter().filter(|arn| aws.profile(arn).is_none()).cloned().map(Question::InstanceProfile));
    let groups: BTreeSet<&Name> = inventory
        .nodes()
        .filter(|node| needs_group(inventory, node))
        .filter_map(|node| node.nodegroup.as_ref())
        .collect();
    questions.extend(groups.into_iter().filter(|name| aws.nodegroup(name).is_none()).cloned().map(Question::Nodegroup));
    questions
}

/// Whether a node's role must be asked of its node group: its instance or its profile cannot be read.
fn needs_group(inventory: &Inventory, node: &crate::domain::model::Node) -> bool {
    let Some(instance) = node.instance_id().and_then(|id| inventory.aws().instance(id)) else { return false };
    match instance.value() {
        None => true,
        Some(instance) => {
            let profile = instance.profile_arn.as_deref().and_then(|arn| inventory.aws().profile(arn));
            profile.is_some_and(|reading| reading.value().is_none())
        }
    }
}

/// ConfigMaps that may set keys, and templates of owners whose pods carry another role than the annotation's.
///
/// Asked after every batch, so found by what pods name, never by a walk over all pods.
fn pod_questions(inventory: &Inventory) -> BTreeSet<Question> {
    let open = |(namespace, name): &&(Name, Name)| inventory.config_map_keys(namespace, name).is_none();
    let maps = inventory.named_config_maps().filter(open);
    let mut questions: BTreeSet<Question> =
        maps.map(|(namespace, name)| Question::ConfigMapKeys(namespace.clone(), name.clone())).collect();
    let mut suspects: BTreeMap<&Name, BTreeSet<&Name>> = BTreeMap::new();
    for (role, namespace, account) in inventory.carried_roles() {
        if annotated_role(inventory, namespace, account) != Some(&**role) {
            suspects.entry(namespace).or_default().insert(account);
        }
    }
    for (namespace, accounts) in suspects {
        let pods = inventory.shard(namespace).into_iter().flat_map(Shard::pods).map(|(_, pod)| pod);
        for pod in pods.filter(|pod| pod.counts() && accounts.contains(&pod.spec.service_account)) {
            if let Some(workload) = pod.workload().filter(Workload::can_roll)
                && inventory.template(namespace, &workload.kind, &workload.name).is_none()
                && carries_another_role(inventory, pod)
            {
                questions.insert(Question::Template(namespace.clone(), workload.kind, workload.name));
            }
        }
    }
    questions
}

fn annotated_role<'a>(inventory: &'a Inventory, namespace: &str, account: &str) -> Option<&'a str> {
    let account = inventory.shard(namespace)?.service_account(account)?;
    account.role.as_ref().map(|role| role.arn.as_str())
}

/// Not told as long as its ServiceAccount was not read: every injected pod would look so.
fn carries_another_role(inventory: &Inventory, pod: &crate::domain::model::Pod) -> bool {
    let account = account_of(inventory, &pod.namespace, &pod.spec.service_account);
    if matches!(account, Lookup::Unread(_)) {
        return false;
    }
    let annotated = account.found().and_then(|account| account.role.as_ref()).map(|role| &role.arn);
    let role_of = |container: &crate::domain::model::Container| match chain(inventory, pod, container).0 {
        Found::WebIdentity(web) => Some(web.role),
        _ => None,
    };
    let in_question = pod.spec.containers.iter().filter(|container| container.kind != ContainerKind::Ephemeral);
    in_question.filter_map(role_of).any(|role| Some(&role) != annotated)
}

/// The roles that are named, those on screen first; a sweep where there are many.
fn role_questions(inventory: &Inventory, identities: &Identities, need: &Need) -> Vec<Question> {
    let aws = inventory.aws();
    let open = |arn: &Name| aws.role(arn).is_none() && RoleArn::new(arn.clone()).problem().is_none();
    let mut seen: HashSet<Name> = HashSet::new();
    let first = need.first.iter().filter(|arn| open(arn)).cloned();
    let mut questions: Vec<Name> = first.filter(|arn| seen.insert(arn.clone())).collect();
    let on_screen = questions.len();
    questions.extend(named_roles(inventory, identities, open).into_iter().filter(|arn| seen.insert(arn.clone())));
    let mut questions: Vec<Question> = questions.into_iter().map(Question::Role).collect();
    match aws.sweep() {
        // while it runs only what is on screen is asked for one by one; what it did not bring is asked after it
        None if questions.len() > SWEEP_FROM => {
            questions.truncate(on_screen);
            questions.push(Question::Sweep);
            questions
        }
        _ => questions,
    }
}

/// The roles that pods carry, that bind ServiceAccounts or that nodes have, as far as they are open.
fn named_roles(inventory: &Inventory, identities: &Identities, open: impl Fn(&Name) -> bool) -> BTreeSet<Name> {
    let aws = inventory.aws();
    let carried = inventory.carried_roles().map(|(role, _, _)| role.clone());
    let rows = identities.namespaces().flat_map(|(_, rows)| rows.accounts.values());
    let bindings = rows.flat_map(|row| &row.bindings).flat_map(|binding| [&binding.role, &binding.target]).flatten();
    let profiles = aws.profiles().filter_map(|(_, reading)| reading.value()?.role_arn.as_ref());
    let groups = aws.nodegroups().filter_map(|(_, reading)| reading.value()?.role_arn.as_ref());
    let by_arn = bindings.chain(profiles).chain(groups).map(RoleArn::name_shared);
    carried.chain(by_arn).filter(open).collect()
}

/// The managed policies of the roles that were read and go on to a target role by an association: whether they may is
/// part of whether the target can be had.
pub fn hop_questions(inventory: &Inventory) -> Vec<Question> {
    let aws = inventory.aws();
    if aws.is_refuted() {
        return Vec::new();
    }
    let associations = aws.associations().and_then(Reading::value).into_iter().flat_map(|all| all.values());
    let going_on = associations.filter(|association| association.target_role_arn.is_some());
    let own = going_on.filter_map(|association| aws.role(association.role_arn.as_ref()?.as_str())?.value());
    let open: BTreeSet<&Name> =
        own.flat_map(|role| role.managed_policies()).filter(|arn| aws.policy(arn).is_none()).collect();
    open.into_iter().cloned().map(Question::ManagedPolicy).collect()
}

/// The roles that go on to a target role by an association, each once.
pub fn sources_of(inventory: &Inventory, target: &RoleArn) -> BTreeSet<RoleArn> {
    let associations = inventory.aws().associations().and_then(Reading::value).into_iter().flat_map(|all| all.values());
    let going_on = associations.filter(|association| association.target_role_arn.as_ref() == Some(target));
    going_on.filter_map(|association| association.role_arn.clone()).collect()
}

/// The managed policies attached to roles that were read, those on screen first, and the boundaries.
fn document_questions(inventory: &Inventory, need: &Need) -> Vec<Question> {
    let aws = inventory.aws();
    let first = need.first.iter().filter_map(|arn| aws.role(arn));
    let rest = aws.roles().map(|(_, reading)| reading);
    let mut seen = HashSet::new();
    let mut questions = Vec::new();
    for role in first.chain(rest).filter_map(Reading::value) {
        for arn in role.managed_policies() {
            if aws.policy(arn).is_none() && seen.insert(arn.clone()) {
                questions.push(Question::ManagedPolicy(arn.clone()));
            }
        }
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::inventory::{Delta, Dirty, Scope};
    use crate::domain::model::{
        Association, Cluster, Container, ContainerKind, EnvValue, EnvVar, Owner, Phase, Pod, PodSpec, RoleAnnotation,
        ServiceAccount, Time,
    };

    fn seen(deltas: impl IntoIterator<Item = Delta>) -> Inventory {
        let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
        deltas.into_iter().for_each(|delta| inventory.apply(delta, &mut dirty));
        inventory
    }

    fn read<T>(value: T) -> Reading<T> {
        Reading::Read { value, at: Time::UNIX_EPOCH }
    }

    fn annotated(name: &str, arn: &str) -> Delta {
        Delta::ServiceAccount(Box::new(ServiceAccount {
            namespace: "shop".into(),
            name: name.into(),
            role: Some(RoleAnnotation { arn: RoleArn::from(arn), set: None }),
            ..ServiceAccount::default()
        }))
    }

    fn accounts(count: usize) -> impl Iterator<Item = Delta> {
        (0..count).map(|at| annotated(&format!("app-{at}"), &format!("arn:aws:iam::111122223333:role/app-{at}")))
    }

    fn injected_pod() -> Delta {
        let variable = |name: &str, value: &str| EnvVar { name: name.into(), value: EnvValue::Literal(value.into()) };
        let container = Container {
            name: "app".into(),
            kind: ContainerKind::Main,
            env: vec![
                variable("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/old"),
                variable("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
            ],
            env_from: Vec::new(),
            mounts: Vec::new(),
        };
        let spec = PodSpec { service_account: "app-0".into(), containers: vec![container], ..PodSpec::default() };
        Delta::Pod(Box::new(Pod {
            namespace: "shop".into(),
            name: "app-0-x".into(),
            uid: "u".into(),
            resource_version: "1".into(),
            created: None,
            terminating: false,
            phase: Phase::Running,
            ready: true,
            owner: Some(Owner { kind: "StatefulSet".into(), name: "app".into(), from_template_hash: false }),
            node: None,
            spec: std::sync::Arc::new(spec),
        }))
    }

    fn cluster() -> Delta {
        Delta::Cluster(read(Cluster::default()))
    }

    #[test]
    fn roles_are_asked_for_as_soon_as_something_names_them_and_many_by_one_sweep() {
        let nothing = HashSet::new();
        let after = |count| seen(accounts(count).chain([cluster()]));
        assert_eq!(roles_so_far(&after(SWEEP_FROM), &nothing).len(), SWEEP_FROM);
        assert_eq!(roles_so_far(&after(SWEEP_FROM + 1), &nothing), [Question::Sweep]);
        assert_eq!(roles_so_far(&seen(accounts(1)), &nothing), [], "whose account it is was not asked yet");
        let role = |name: &str| Question::Role(format!("arn:aws:iam::111122223333:role/{name}").into());
        let with_pod = seen(accounts(1).chain([cluster(), injected_pod()]));
        assert_eq!(roles_so_far(&with_pod, &nothing), [role("app-0"), role("old")]);
        assert_eq!(roles_so_far(&with_pod, &HashSet::from([role("old")])), [role("app-0")], "asked once");
    }

    #[test]
    fn while_a_sweep_runs_no_role_is_asked_for_and_after_it_only_what_it_did_not_bring() {
        let asked = HashSet::from([Question::Sweep]);
        assert_eq!(roles_so_far(&seen(accounts(40).chain([cluster()])), &asked), []);
        let brought = (0..39).map(|at| {
            let arn = Name::from(format!("arn:aws:iam::111122223333:role/app-{at}"));
            Delta::Role(arn, Reading::Missing { at: Time::UNIX_EPOCH })
        });
        let swept = seen(accounts(40).chain([cluster()]).chain(brought).chain([Delta::Sweep(read(()))]));
        let left = Question::Role("arn:aws:iam::111122223333:role/app-39".into());
        assert_eq!(roles_so_far(&swept, &asked), [left]);
    }

    #[test]
    fn an_association_names_its_roles_only_for_a_service_account_that_is_there() {
        let association = |account: &str| Association {
            id: "a-1".into(),
            namespace: "shop".into(),
            service_account: account.into(),
            role_arn: Some(RoleArn::from("arn:aws:iam::111122223333:role/own")),
            target_role_arn: Some(RoleArn::from("arn:aws:iam::111122223333:role/target")),
            ..Association::default()
        };
        let of = |account| {
            let associations = Delta::Associations(read(vec![association(account)]));
            roles_so_far(&seen(accounts(1).chain([cluster(), associations])), &HashSet::new()).len()
        };
        assert_eq!((of("app-0"), of("gone")), (3, 1));
    }

    #[test]
    fn a_template_is_asked_for_only_once_the_service_account_was_read() {
        let begins = Delta::Listing { kind: Kind::ServiceAccount, scope: Scope::Cluster, expected: None };
        let before = seen([begins.clone(), injected_pod()]);
        assert!(pod_questions(&before).is_empty(), "{:?}", pod_questions(&before));
        let after = seen([begins, injected_pod(), annotated("app-0", "arn:aws:iam::111122223333:role/new")]);
        let template = Question::Template("shop".into(), "StatefulSet".into(), "app".into());
        assert_eq!(pod_questions(&after).into_iter().collect::<Vec<_>>(), [template]);
    }
}
