//! What holds for every cluster, however it came to be known: small worlds, told in any order.

#![expect(clippy::unwrap_used, reason = "a broken law panics by name")]

mod support {
    pub(crate) mod rollouts;
    pub(crate) mod trusts;
    pub(crate) mod world;
}

use proptest::prelude::*;
use rolecall::domain::diagnose::{RULES, diagnose, routes};
use rolecall::domain::identity::{
    Counts, FindingSet, Identities, IdentityKind, Need, PodRow, Usable, Verdict, refresh, resolve_all, verdict_of,
    wanted,
};
use rolecall::domain::inventory::{Delta, Dirty, Inventory};
use rolecall::domain::model::{
    ContainerKind, Gap, GapReason, Instance, MetadataOptions, Name, Pod, Question, Reading, RoleArn,
};
use rolecall::report::capture::{Capture, from_text, to_json};
use std::collections::{HashMap, HashSet};
use support::world::{batches, moment};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn refreshing_what_changed_is_resolving_everything(batches in batches()) {
        let (mut inventory, mut identities) = (Inventory::default(), Identities::default());
        for batch in batches {
            let mut dirty = Dirty::default();
            for delta in batch.clone() {
                inventory.apply(delta, &mut dirty);
            }
            refresh(&inventory, &mut identities, &dirty);
            prop_assert_eq!(&identities, &resolve_all(&inventory), "after {:#?}", batch);
        }
    }

    #[test]
    fn counts_are_those_of_a_recount(batches in batches()) {
        let inventory = told(batches);
        let identities = resolve_all(&inventory);
        let mut total = Counts::default();
        let (mut by_node, mut by_role) = (HashMap::<Name, u32>::new(), HashMap::<Name, u32>::new());
        for (namespace, rows) in identities.namespaces() {
            let mut counts = Counts::default();
            rows.pods.values().for_each(|row| counts.add(row));
            prop_assert_eq!(counts, rows.counts);
            total.merge(&counts);
            for (account, row) in &rows.accounts {
                let mut counts = Counts::default();
                rows.pods_of(account).for_each(|(_, row)| counts.add(row));
                prop_assert_eq!(counts, row.pods, "{}/{}", namespace, account);
                prop_assert_eq!(rows.pods_of(account).count(), row.named_by as usize);
            }
            for row in rows.pods.values().filter(|row| row.kind == IdentityKind::NodeRole && !row.dimmed) {
                row.node.iter().for_each(|node| *by_node.entry(node.clone()).or_default() += 1);
                row.role.iter().for_each(|role| *by_role.entry(role.name_shared()).or_default() += 1);
            }
        }
        prop_assert_eq!(total, *identities.total());
        prop_assert!(by_node.iter().all(|(node, pods)| identities.on_node_role(node) == *pods));
        prop_assert!(by_role.iter().all(|(role, pods)| identities.sharing_node_role(role) == *pods));
    }

    #[test]
    fn a_row_is_its_worst_main_container(batches in batches()) {
        let inventory = told(batches);
        let identities = resolve_all(&inventory);
        for (pod, row) in pods(&inventory, &identities) {
            let verdicts: Vec<Verdict> =
                (0..pod.spec.containers.len()).map(|at| verdict_of(&inventory, pod, at)).collect();
            prop_assert!(pod.counts() || row.findings.is_empty());
            let mains: Vec<usize> = pod.main_containers().map(|(at, _)| at).collect();
            let counted = if mains.is_empty() { (0..verdicts.len()).collect() } else { mains };
            prop_assert_eq!(counted.len(), usize::from(row.containers));
            let union = counted.iter().fold(FindingSet::default(), |all, at| all.union(verdicts[*at].findings));
            prop_assert_eq!(union, row.findings);
            let rank = |at: &usize| (verdicts[*at].kind(), verdicts[*at].usable != Usable::No, verdicts[*at].confidence);
            let Some(worst) = counted.iter().copied().min_by_key(rank) else { continue };
            prop_assert_eq!(worst, usize::from(row.container));
            let verdict = &verdicts[worst];
            prop_assert_eq!((verdict.kind(), verdict.usable, verdict.confidence), (row.kind, row.usable, row.confidence));
            prop_assert_eq!(verdict.identity.as_ref().and_then(|identity| identity.role()), row.role.as_ref());
        }
    }

    #[test]
    fn a_verdict_shows_its_evidence_or_its_gaps(batches in batches()) {
        let inventory = told(batches);
        let identities = resolve_all(&inventory);
        for (pod, _) in pods(&inventory, &identities) {
            for at in 0..pod.spec.containers.len() {
                let verdict = verdict_of(&inventory, pod, at);
                prop_assert!(!verdict.evidence.is_empty());
                prop_assert!(verdict.identity.is_some() || !verdict.gaps.is_empty(), "unknown, and nothing says why");
                let told = diagnose(&inventory, &identities, pod, at, &verdict);
                prop_assert_eq!(told.len(), verdict.findings.len());
                for diagnosis in told {
                    let words = [&diagnosis.sentence, &diagnosis.fix.summary];
                    let good = |words: &&String| !words.trim().is_empty() && !words.contains(char::is_control);
                    prop_assert!(words.iter().all(good), "{:?}", diagnosis);
                }
                let drawn = routes(&inventory, &identities, pod, at, &verdict);
                prop_assert_eq!(drawn.iter().filter(|route| route.taken).count(), 1);
                prop_assert!(drawn.iter().all(|route| route.links.len() > 1));
            }
        }
    }

    #[test]
    fn what_is_wanted_is_asked_once_and_comes_to_an_end(batches in batches(), refused in any::<bool>()) {
        let mut inventory = told(batches);
        let mut identities = resolve_all(&inventory);
        let need = Need { verdicts: true, roles: true, documents: true, first: vec![Name::from("arn:aws:iam::111122223333:role/r0")], ..Need::default() };
        let mut asked = HashSet::new();
        for round in 0.. {
            prop_assert!(round < 20, "it never ends: {:?}", wanted(&inventory, &identities, &need, &asked));
            let questions = wanted(&inventory, &identities, &need, &asked);
            if questions.is_empty() {
                break;
            }
            let mut dirty = Dirty::default();
            for question in questions {
                prop_assert!(asked.insert(question.clone()), "asked twice: {:?}", question);
                prop_assert!(!is_answered(&inventory, &question), "answered already: {:?}", question);
                for delta in answers(&question, refused) {
                    inventory.apply(delta, &mut dirty);
                }
            }
            refresh(&inventory, &mut identities, &dirty);
        }
    }

    #[test]
    fn a_capture_opens_to_the_same_rows(batches in batches()) {
        let inventory = told(batches);
        let identities = resolve_all(&inventory);
        let mut bytes = Vec::new();
        to_json(&Capture::of(&inventory, moment(50)), &mut bytes).unwrap();
        let opened = from_text(std::str::from_utf8(&bytes).unwrap()).unwrap();
        prop_assert!(opened.broken().is_empty());
        prop_assert_eq!(resolve_all(&told(vec![opened.into_deltas()])), identities);
    }

    #[test]
    fn listing_the_same_again_changes_nothing(batches in batches()) {
        let mut inventory = told(batches);
        let mut identities = resolve_all(&inventory);
        let before = identities.clone();
        let mut dirty = Dirty::default();
        for delta in Capture::of(&inventory, moment(50)).into_deltas() {
            inventory.apply(delta, &mut dirty);
        }
        refresh(&inventory, &mut identities, &dirty);
        prop_assert_eq!(identities, before);
    }

    #[test]
    fn any_text_is_looked_at_as_a_role_arn(text in any::<String>(), tail in "(:|/|role|aws|iam|[0-9]{12}|\\PC){0,9}") {
        for text in [text, format!("arn:aws:iam::{tail}"), format!("arn:aws:iam::111122223333:role/{tail}")] {
            let arn = RoleArn::from(text.as_str());
            let parts = (arn.partition(), arn.account());
            prop_assert_eq!(arn.problem().is_none(), parts.0.is_some() && parts.1.is_some());
            prop_assert!(text.ends_with(arn.role_name()) && text.ends_with(arn.path_and_name()));
        }
    }
}

#[test]
fn every_rule_explains_itself_in_one_line() {
    for rule in RULES {
        let line = rule.explanation;
        assert!(!line.is_empty() && !line.contains('\n') && !line.ends_with('.'), "{line}");
    }
}

fn told(batches: Vec<Vec<Delta>>) -> Inventory {
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    batches.into_iter().flatten().for_each(|delta| inventory.apply(delta, &mut dirty));
    inventory
}

/// Every pod that has a container, with its row.
fn pods<'a>(inventory: &'a Inventory, identities: &'a Identities) -> Vec<(&'a Pod, &'a PodRow)> {
    let of_shard = |(namespace, shard): (&'a Name, &'a rolecall::domain::inventory::Shard)| {
        shard.pods().map(move |(name, pod)| (pod, identities.pod(namespace, name).unwrap()))
    };
    let known = |pod: &Pod| pod.spec.containers.iter().all(|container| container.kind <= ContainerKind::Ephemeral);
    inventory.shards().flat_map(of_shard).filter(|(pod, _)| known(pod)).collect()
}

fn is_answered(inventory: &Inventory, question: &Question) -> bool {
    let aws = inventory.aws();
    match question {
        Question::Caller => aws.caller().is_some(),
        Question::Cluster => aws.cluster().is_some(),
        Question::Associations | Question::AssociationsInTurn(_) => aws.associations().is_some(),
        Question::AssociationsOf(namespace) => aws.associations_cover(Some(namespace)),
        Question::Providers => aws.providers().is_some(),
        Question::Role(arn) => aws.role(arn).is_some(),
        Question::ManagedPolicy(arn) => aws.policy(arn).is_some(),
        Question::Sweep => aws.sweep().is_some(),
        Question::Instances(ids) => ids.iter().any(|id| aws.instance(id).is_some()),
        Question::InstanceProfile(arn) => aws.profile(arn).is_some(),
        Question::ProfilesOf(role) => aws.profiles_of(role).is_some(),
        Question::Nodegroup(name) => aws.nodegroup(name).is_some(),
        Question::ConfigMapKeys(namespace, name) => inventory.config_map_keys(namespace, name).is_some(),
        Question::Template(namespace, kind, name) => inventory.template(namespace, kind, name).is_some(),
        Question::Workload(namespace, kind, name) => inventory.workload(namespace, kind, name).is_some(),
    }
}

/// An answer to a question: it is refused, or there is no such thing; an instance is there.
fn answers(question: &Question, refused: bool) -> Vec<Delta> {
    fn answer<T>(refused: bool) -> Reading<T> {
        let gap = || Gap::new("it", "call", GapReason::Forbidden, "it may not be read");
        if refused { Reading::Unread(gap()) } else { Reading::Missing { at: moment(40) } }
    }
    let instance = |id: &Name| Instance {
        id: id.clone(),
        profile_arn: Some(Name::from("arn:aws:iam::111122223333:instance-profile/late")),
        metadata: MetadataOptions { enabled: true, tokens_required: true, hop_limit: 2 },
    };
    vec![match question {
        Question::Caller => Delta::Caller(answer(refused)),
        Question::Cluster => Delta::Cluster(answer(refused)),
        Question::Associations | Question::AssociationsInTurn(_) => Delta::Associations(answer(refused)),
        Question::AssociationsOf(namespace) => Delta::AssociationsOf(namespace.clone(), answer(refused)),
        Question::Providers => Delta::Providers(answer(refused)),
        Question::Role(arn) => Delta::Role(arn.clone(), answer(refused)),
        Question::ManagedPolicy(arn) => Delta::ManagedPolicy(arn.clone(), answer(refused)),
        Question::Sweep => Delta::Sweep(answer(refused)),
        Question::Instances(ids) if refused => {
            return ids.iter().map(|id| Delta::Instance(id.clone(), answer(true))).collect();
        }
        Question::Instances(ids) => {
            let read = |id: &Name| Reading::Read { value: instance(id), at: moment(40) };
            return ids.iter().map(|id| Delta::Instance(id.clone(), read(id))).collect();
        }
        Question::InstanceProfile(arn) => Delta::InstanceProfile(arn.clone(), answer(refused)),
        Question::ProfilesOf(role) => Delta::ProfilesOf(role.clone(), answer(refused)),
        Question::Nodegroup(name) => Delta::Nodegroup(name.clone(), answer(refused)),
        Question::ConfigMapKeys(namespace, name) => {
            Delta::ConfigMapKeys(namespace.clone(), name.clone(), answer(refused))
        }
        Question::Template(namespace, kind, name) => {
            Delta::Template(namespace.clone(), kind.clone(), name.clone(), answer(refused))
        }
        Question::Workload(namespace, kind, name) => {
            Delta::Workload(namespace.clone(), kind.clone(), name.clone(), answer(refused))
        }
    }]
}
