mod changes;

use super::source;
use crate::domain::identity::{Finding, FindingSet, IdentityKind, resolve_all, role_uses};
use crate::domain::inventory::{Delta, Dirty, Inventory, Kind, Scope};
use crate::domain::model::{Compute, ContainerKind, Name, Question};
use crate::report::capture::from_bytes;
use crate::source::{Ask, Origin, Source};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::{Instant, sleep, timeout};

fn demo() -> Source {
    source(true).unwrap()
}

fn everything(watch: bool) -> Ask {
    Ask { kinds: Kind::ALL.to_vec(), scope: Scope::Cluster, fall_back: false, selector: None, watch, user: true }
}

/// The demo with everything in it answered.
fn whole() -> Inventory {
    let capture = from_bytes(super::embedded::CAPTURE).unwrap();
    assert_eq!(capture.broken(), [], "the committed file is written as the format wants it");
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    for delta in capture.into_deltas() {
        inventory.apply(delta, &mut dirty);
    }
    inventory
}

/// Takes in what comes until nothing came for so long.
async fn take_in(inventory: &mut Inventory, said: &mut Receiver<Vec<Delta>>, quiet: Duration) {
    let mut dirty = Dirty::default();
    while let Ok(Some(batch)) = timeout(quiet, said.recv()).await {
        for delta in batch {
            inventory.apply(delta, &mut dirty);
        }
    }
}

fn pods_of(inventory: &Inventory, namespace: &str, prefix: &str) -> BTreeSet<String> {
    let capture = crate::report::capture::Capture::of(inventory, jiff::Timestamp::UNIX_EPOCH);
    let named = capture.kubernetes.pods.good.into_iter().filter(|pod| &*pod.namespace == namespace);
    named.map(|pod| pod.name.to_string()).filter(|name| name.starts_with(prefix)).collect()
}

#[test]
fn it_is_as_large_as_it_claims() {
    let inventory = whole();
    let capture = crate::report::capture::Capture::of(&inventory, jiff::Timestamp::UNIX_EPOCH);
    assert!(capture.kubernetes.namespaces.good.len() >= 10);
    assert!(capture.kubernetes.service_accounts.good.len() >= 45);
    assert!(inventory.pod_count() >= 170);
    assert!(inventory.nodes().count() >= 13);
    assert!(inventory.aws().roles().filter(|(_, role)| role.value().is_some()).count() >= 32);
    let computes: BTreeSet<Compute> = inventory.nodes().map(|node| node.compute).collect();
    assert_eq!(computes.len(), 4, "every kind of node");
    assert!(inventory.nodes().any(|node| node.provider_id.is_none()));
    assert!(inventory.aws().instances().any(|(_, it)| it.value().is_some_and(|it| it.profile_arn.is_none())));
}

#[test]
fn it_shows_every_identity_and_every_finding() {
    let identities = resolve_all(&whole());
    for kind in IdentityKind::ALL {
        assert!(identities.total().of(kind) > 0, "no pod has the identity {}", kind.label());
    }
    let rows = || identities.namespaces().flat_map(|(_, rows)| rows.pods.values());
    let found = rows().map(|row| row.findings).fold(FindingSet::default(), FindingSet::union);
    let accounts = identities.namespaces().flat_map(|(_, rows)| rows.accounts.values());
    let bound = accounts.map(|row| row.findings).fold(FindingSet::default(), FindingSet::union);
    let roles = role_uses(&whole(), &identities);
    let of_roles = roles.values().map(|role| role.findings).fold(FindingSet::default(), FindingSet::union);
    // what breaks nothing is no fault of the pods; and one missing provider would break IRSA for the whole account
    let is_shown = |finding: &Finding| match finding {
        // nor is its account so careless: tests/scenarios/hygiene.json has these
        Finding::ProviderMissing | Finding::AdminRole | Finding::DefaultAccountBound | Finding::UnusedBinding => true,
        Finding::LegacyAnnotation => found.contains(*finding),
        _ if !finding.breaks() => bound.union(of_roles).contains(*finding),
        _ => found.contains(*finding),
    };
    let absent: Vec<&str> = Finding::ALL.into_iter().filter(|it| !is_shown(it)).map(Finding::word).collect();
    assert!(absent.is_empty(), "nothing has the findings {absent:?}");
    assert!(rows().any(|row| row.differ) && rows().any(|row| row.dimmed));
}

#[test]
fn it_has_containers_of_every_kind() {
    let capture = from_bytes(super::embedded::CAPTURE).unwrap();
    let mut kinds = BTreeSet::new();
    for delta in capture.into_deltas() {
        if let Delta::Pod(pod) = delta {
            kinds.extend(pod.spec.containers.iter().map(|container| container.kind));
        }
    }
    let all = [ContainerKind::Main, ContainerKind::Init, ContainerKind::Sidecar, ContainerKind::Ephemeral];
    assert_eq!(kinds, BTreeSet::from(all));
}

#[tokio::test(start_paused = true)]
async fn who_does_not_watch_gets_the_start_at_once() {
    let (demo, start) = (demo(), Instant::now());
    assert_eq!(demo.about.origin, Origin::Demo);
    let (out, mut said) = mpsc::channel(1000);
    demo.facts.clone().follow(everything(false), out).await;
    let mut inventory = Inventory::default();
    take_in(&mut inventory, &mut said, Duration::from_secs(1)).await;
    assert_eq!(inventory.pod_count(), whole().pod_count());
    let (out, _said) = mpsc::channel(8);
    demo.roles.answer(Question::Cluster, out).await;
    assert_eq!(start.elapsed(), Duration::ZERO, "nothing slept");
}

#[tokio::test(start_paused = true)]
async fn who_watches_gets_pods_page_by_page_and_roles_after_a_while() {
    let (demo, start) = (demo(), Instant::now());
    let (out, mut said) = mpsc::channel(1000);
    let following = tokio::spawn(demo.facts.clone().follow(everything(true), out));
    let mut pages = 0;
    let mut inventory = Inventory::default();
    while !inventory.listings().of(Kind::Pod).is_read() {
        let batch = said.recv().await.unwrap();
        pages += usize::from(batch.iter().any(|delta| matches!(delta, Delta::Pod(_))));
        for delta in batch {
            inventory.apply(delta, &mut Dirty::default());
        }
    }
    assert!(pages > 5, "{pages} pages");
    assert!((400..2000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    let asked = Instant::now();
    let (out, mut answer) = mpsc::channel(8);
    let arn = Name::from("arn:aws:iam::111122223333:role/eks/shop-api");
    demo.roles.answer(Question::Role(arn), out).await;
    assert!(matches!(answer.recv().await.as_deref(), Some([Delta::Role(..)])));
    assert!((200..=1000).contains(&asked.elapsed().as_millis()), "{:?}", asked.elapsed());
    following.abort();
}

#[tokio::test(start_paused = true)]
async fn a_rollout_replaces_the_stale_pods_and_then_all_begins_again() {
    let demo = demo();
    let (out, mut said) = mpsc::channel(1000);
    let following = tokio::spawn(demo.facts.clone().follow(everything(true), out));
    let mut inventory = Inventory::default();
    take_in(&mut inventory, &mut said, Duration::from_secs(4)).await;
    let before = pods_of(&inventory, "shop", "api-");
    sleep(Duration::from_secs(25)).await;
    take_in(&mut inventory, &mut said, Duration::from_millis(1)).await;
    let after = pods_of(&inventory, "shop", "api-");
    assert_eq!(after.len(), before.len(), "as many replicas as before: {after:?}");
    assert_eq!(before.difference(&after).count(), 2, "both stale ones are gone: {after:?}");
    let set = |name: &String| name.rsplit_once('-').map(|(set, _)| set.to_owned());
    assert_eq!(after.iter().map(set).collect::<BTreeSet<_>>().len(), 1, "all are of one ReplicaSet: {after:?}");
    sleep(Duration::from_secs(21)).await;
    take_in(&mut inventory, &mut said, Duration::from_millis(1)).await;
    assert_eq!(pods_of(&inventory, "shop", "api-"), before, "the tape begins again from the start");
    following.abort();
}

#[tokio::test(start_paused = true)]
async fn a_namespace_sees_only_its_own() {
    let ask = Ask { scope: Scope::Namespace(Name::from("media")), kinds: vec![Kind::Pod], ..everything(true) };
    let (out, mut said) = mpsc::channel(1000);
    let following = tokio::spawn(demo().facts.follow(ask, out));
    let mut inventory = Inventory::default();
    take_in(&mut inventory, &mut said, Duration::from_mins(2)).await;
    assert!(inventory.pod_count() > 5);
    assert!(pods_of(&inventory, "shop", "").is_empty());
    assert!(!following.is_finished(), "whoever watches goes on watching");
    following.abort();
}
