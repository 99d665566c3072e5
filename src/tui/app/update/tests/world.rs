//! A small cluster, and typing.

use crate::domain::inventory::{Delta, Kind, ObjectRef, Scope};
use crate::domain::model::{
    Caller, Cluster, Compute, Container, ContainerKind, Name, Namespace, Node, Owner, Phase, Pod, PodSpec, Reading,
    Role, RoleArn, ServiceAccount, Time, Webhook,
};
use crate::domain::policy::catalogue::Catalogue;
use crate::tui::app::screen::{ChooseScreen, FormScreen, PlanScreen, Screen};
use crate::tui::app::select::Item;
use crate::tui::app::{About, Job, Message, Options, State, update};
use crate::tui::keymap::{Chord, Code};
use std::sync::{Arc, OnceLock};

pub(super) fn moment(seconds: i64) -> Time {
    Time::from_second(1_800_000_000 + seconds).expect("a moment")
}

/// What AWS has: two services are enough.
pub(super) fn catalogue() -> &'static Catalogue {
    static SMALL: OnceLock<Catalogue> = OnceLock::new();
    SMALL.get_or_init(|| {
        let text = "catalogue 1\nS\ts3\tAmazon S3\nR\tobject\tarn:${Partition}:s3:::${Bucket}/${Key}\t\n\
                    A\tGetObject\tR\tobject!\t\t\nA\tGetObjectAcl\tR\tobject!\t\t\nA\tPutObject\tW\tobject!\t\t\n\
                    S\tsqs\tAmazon SQS\nA\tSendMessage\tW\t\t\t\n";
        Catalogue::read(text.to_owned()).expect("a catalogue")
    })
}

/// The program with a cluster on a screen of that size, and the catalogue unpacked.
pub(super) fn started(size: (u16, u16)) -> State {
    let about = About { may_change: true, ..About::default() };
    let mut state = State::new(about, Options::default(), moment(0));
    state.catalogue = Some(catalogue());
    update(&mut state, Message::Size(size.0, size.1));
    facts(&mut state, cluster());
    state
}

pub(super) fn wide() -> State {
    started((130, 40))
}

/// The same, of an EKS cluster whose account we are signed in to.
pub(super) fn in_account() -> State {
    let mut state = wide();
    let cluster = Cluster {
        name: "prod".into(),
        arn: Some("arn:aws:eks:eu-west-1:111122223333:cluster/prod".into()),
        account: Some("111122223333".into()),
        issuer: Some("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC".into()),
        ..Cluster::default()
    };
    let arn = "arn:aws:sts::111122223333:assumed-role/SRE/anna".into();
    let caller = Caller { arn, account: "111122223333".into() };
    facts(&mut state, vec![Delta::Cluster(read(cluster)), Delta::Caller(read(caller))]);
    state
}

/// Something that was read.
pub(super) fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: moment(0) }
}

/// A role of the account, by path and name.
pub(super) fn role(path_and_name: &str, trust: Option<&str>) -> Delta {
    let arn = format!("arn:aws:iam::111122223333:role/{path_and_name}");
    let role = Role {
        arn: RoleArn::new(arn.as_str().into()),
        id: "AROA".into(),
        created: None,
        max_session_seconds: None,
        trust: trust.map(Name::from),
        boundary_arn: None,
        tags: Vec::new(),
        last_used: None,
        attached: Ok(Vec::new()),
        inline: Ok(Vec::new()),
    };
    Delta::Role(arn.as_str().into(), read(Box::new(role)))
}

/// Facts of the present connection.
pub(super) fn facts(state: &mut State, deltas: Vec<Delta>) -> Vec<Job> {
    let connection = state.connection;
    update(state, Message::Facts(connection, deltas))
}

/// Every question has its whole answer: what no fact told was not to be had.
pub(super) fn answered(state: &mut State) -> Vec<Job> {
    let connection = state.connection;
    let mut jobs = Vec::new();
    while let Some(question) = state.unanswered.first().cloned() {
        jobs.extend(update(state, Message::Answered(connection, question)));
    }
    // what takes something back finds it as it was made
    if let Screen::Plan(PlanScreen { fitting: Some(ticket), plan, .. }) = state.screen() {
        let fitted = Message::Fitted(*ticket, Ok(Box::new(plan.clone())));
        jobs.extend(update(state, fitted));
    }
    jobs
}

/// Types keys: `jj<enter>/node<esc>`, `<c-r>` with control.
pub(super) fn press(state: &mut State, keys: &str) -> Vec<Job> {
    let mut jobs = Vec::new();
    for chord in chords(keys) {
        jobs.extend(update(state, Message::Key(chord)));
    }
    jobs
}

pub(super) fn chords(keys: &str) -> Vec<Chord> {
    let mut chords = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        if let Some((name, after)) = rest.strip_prefix('<').and_then(|named| named.split_once('>')) {
            chords.push(named(name));
            rest = after;
        } else {
            chords.push(Chord::char(c));
            rest = rest.strip_prefix(c).expect("its first character");
        }
    }
    chords
}

fn named(name: &str) -> Chord {
    if let Some(c) = name.strip_prefix("c-").and_then(|rest| rest.chars().next()) {
        return Chord::ctrl(c);
    }
    Chord::plain(match name {
        "enter" => Code::Enter,
        "esc" => Code::Esc,
        "tab" => Code::Tab,
        "s-tab" => Code::BackTab,
        "bs" => Code::Backspace,
        "up" => Code::Up,
        "down" => Code::Down,
        "pgdn" => Code::PageDown,
        "pgup" => Code::PageUp,
        other => panic!("no key {other}"),
    })
}

pub(super) fn name(text: &str) -> Name {
    Name::from(text)
}

/// `shop` with api (three pods, one of two containers) and web (two), `pay` with bank (two), two nodes.
pub(super) fn cluster() -> Vec<Delta> {
    let mut deltas: Vec<Delta> =
        Kind::ALL.into_iter().map(|kind| Delta::Listing { kind, scope: Scope::Cluster, expected: None }).collect();
    deltas.extend(["pay", "shop"].map(namespace));
    deltas.extend([("pay", "bank"), ("shop", "api"), ("shop", "web")].map(|(ns, sa)| account(ns, sa)));
    deltas.extend([node("node-a"), node("node-b"), webhook()]);
    deltas.extend([
        pod("pay", "bank-1", "bank", 10),
        pod("pay", "bank-2", "bank", 20),
        pod("shop", "api-1", "api", 30),
        pod("shop", "api-2", "api", 40),
        with_two_containers(pod("shop", "api-3", "api", 50)),
        pod("shop", "web-1", "web", 60),
        pod("shop", "web-2", "web", 70),
    ]);
    deltas.extend(Kind::ALL.into_iter().map(|kind| Delta::Listed(kind, moment(0))));
    deltas
}

pub(super) fn namespace(of: &str) -> Delta {
    Delta::Namespace(Namespace { name: name(of), terminating: false, created: Some(moment(0)) })
}

pub(super) fn account(namespace: &str, of: &str) -> Delta {
    Delta::ServiceAccount(Box::new(ServiceAccount {
        namespace: name(namespace),
        name: name(of),
        uid: of.into(),
        resource_version: "1".into(),
        created: Some(moment(0)),
        role: None,
        audience: None,
        regional_sts: None,
        token_expiration: None,
        keeper: None,
    }))
}

pub(super) fn node(of: &str) -> Delta {
    Delta::Node(Box::new(Node {
        name: name(of),
        created: Some(moment(0)),
        compute: Compute::Ec2,
        provider_id: None,
        region: None,
        nodegroup: None,
        nodepool: None,
        fargate_profile: None,
        cluster_name: None,
        windows: false,
    }))
}

/// The webhook that injects identities into every pod.
fn webhook() -> Delta {
    let (configuration, own) = (name("pod-identity-webhook"), name("iam-for-pods.amazonaws.com"));
    let webhook = Webhook {
        configuration: configuration.clone(),
        name: own,
        object_selector: Vec::new(),
        namespace_selector: Vec::new(),
        covers_pod_creation: true,
        fails_open: true,
        created: Some(moment(-100)),
    };
    Delta::Webhooks(configuration, vec![webhook])
}

/// A pod of the ReplicaSet that its name begins with, on node-a if its age is even in tens, else on node-b.
pub(super) fn pod(namespace: &str, of: &str, account: &str, age: i64) -> Delta {
    let container = Container {
        name: name("app"),
        kind: ContainerKind::Main,
        env: Vec::new(),
        env_from: Vec::new(),
        mounts: Vec::new(),
    };
    let spec = PodSpec { service_account: name(account), containers: vec![container], ..PodSpec::default() };
    Delta::Pod(Box::new(Pod {
        namespace: name(namespace),
        name: name(of),
        uid: of.into(),
        resource_version: "1".into(),
        created: Some(moment(-age)),
        terminating: false,
        phase: Phase::Running,
        ready: true,
        owner: Some(Owner { kind: name("StatefulSet"), name: name(account), from_template_hash: false }),
        node: Some(name(if age / 10 % 2 == 0 { "node-a" } else { "node-b" })),
        spec: Arc::new(spec),
    }))
}

fn with_two_containers(delta: Delta) -> Delta {
    let Delta::Pod(mut pod) = delta else { panic!("a pod") };
    let mut spec = (*pod.spec).clone();
    let side = Container { name: name("side"), kind: ContainerKind::Sidecar, ..spec.containers[0].clone() };
    spec.containers.push(side);
    pod.spec = Arc::new(spec);
    Delta::Pod(pod)
}

pub(super) fn gone(namespace: &str, pod: &str) -> Delta {
    Delta::Gone(ObjectRef::new(Kind::Pod, name(namespace), name(pod)))
}

pub(super) fn pod_item(namespace: &str, pod: &str) -> Item {
    Item::Pod(name(namespace), name(pod))
}

/// The names of the rows of the list that has the cursor, in order.
pub(super) fn rows(state: &State) -> Vec<String> {
    let list = state.list().expect("a list");
    list.index.rows().map(|row| row.item.name().to_owned()).collect()
}

/// The name of the row under the cursor.
pub(super) fn selected(state: &State) -> &str {
    state.selected().map_or("", Item::name)
}

/// The shown screen, where something is chosen.
pub(super) fn choice(state: &State) -> &ChooseScreen {
    let Screen::Choose(screen) = state.screen() else { panic!("{:?} {:?}", state.screen().kind(), state.status) };
    screen
}

/// The shown screen, where something is said field by field.
pub(super) fn form(state: &State) -> &FormScreen {
    let Screen::Form(screen) = state.screen() else { panic!("{:?} {:?}", state.screen().kind(), state.status) };
    screen
}

/// The shown screen, a plan.
pub(super) fn plan(state: &State) -> &PlanScreen {
    let Screen::Plan(screen) = state.screen() else { panic!("{:?} {:?}", state.screen().kind(), state.status) };
    screen
}
