//! How fast requests are decided: without reasons, with reasons, over many statements, and trust over a whole cluster.

#![expect(clippy::unwrap_used, reason = "a bench that cannot read its documents stops by name")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rolecall::domain::identity::{assumers, resolve_all};
use rolecall::domain::inventory::{Delta, Dirty, Inventory, Kind, Scope};
use rolecall::domain::model::{
    Cluster, Name, OidcProvider, Reading, Role, RoleAnnotation, RoleArn, ServiceAccount, Time,
};
use rolecall::domain::policy::{self, Document, Layers, Outcome, Request, decide, outcome, subject};
use std::hint::black_box;
use std::sync::Arc;

const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";
const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";
const ACCOUNTS: usize = 10_000;

fn document(statements: &str, kind: policy::Kind) -> Arc<Document> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Arc::new(Document::parse(&text, kind).unwrap())
}

/// What a pod's role usually has: a policy of a few statements, and a boundary.
fn simple() -> (Request, Layers) {
    let identity = document(
        r#"{"Effect":"Allow","Action":["sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:*:111122223333:shop-*"},
           {"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::shop/*"},
           {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
        policy::Kind::Identity,
    );
    let boundary = document(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#, policy::Kind::Boundary);
    let mut request = Request::new(ROLE, "s3:GetObject", "arn:aws:s3:::shop/orders/2026/11/1.json");
    request.context.set("aws:SecureTransport", "true");
    (request, Layers { identity: vec![identity], boundary: vec![boundary], ..Layers::default() })
}

fn decisions(criterion: &mut Criterion) {
    let (request, layers) = simple();
    assert_eq!(outcome(&request, &layers), Outcome::Allowed);
    let mut group = criterion.benchmark_group("policy");
    group.throughput(Throughput::Elements(1));
    group.bench_function("a decision without reasons", |bench| {
        bench.iter(|| outcome(black_box(&request), black_box(&layers)));
    });
    group.bench_function("a decision with reasons", |bench| {
        bench.iter(|| decide(black_box(&request), black_box(&layers)));
    });
    let mut unknown = request.clone();
    unknown.context.set_unknown("aws:SecureTransport");
    group.bench_function("a decision that depends", |bench| {
        bench.iter(|| outcome(black_box(&unknown), black_box(&layers)));
    });
    group.finish();
}

fn many_statements(criterion: &mut Criterion) {
    let (request, mut layers) = simple();
    let statements: Vec<String> = (0..10_000)
        .map(|at| format!(r#"{{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:*:*:q{at}"}}"#))
        .collect();
    layers.identity.push(document(&statements.join(","), policy::Kind::Identity));
    let mut group = criterion.benchmark_group("policy");
    group.sample_size(20);
    group.bench_function("a decision over 10,000 statements", |bench| {
        bench.iter(|| outcome(black_box(&request), black_box(&layers)));
    });
    group.finish();
}

fn trust(criterion: &mut Criterion) {
    let (inventory, like) = (annotated(), format!("{ROLE}-0"));
    let mut group = criterion.benchmark_group("policy");
    group.sample_size(10);
    group.bench_function("trust of 10,000 ServiceAccounts in their roles", |bench| {
        bench.iter(|| resolve_all(black_box(&inventory)));
    });
    let mut open = inventory.clone();
    tell(&mut open, vec![role(&like, "system:serviceaccount:team-7*:*")]);
    let wide = RoleArn::from(like.as_str());
    group.bench_function("which of 10,000 ServiceAccounts could assume a role", |bench| {
        bench.iter(|| assumers(black_box(&open), &wide).found.len());
    });
    group.finish();
}

/// A cluster of so many ServiceAccounts, each of them annotated with a role of its own that lets it in, and no pods.
fn annotated() -> Inventory {
    let cluster = Cluster {
        name: "prod".into(),
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
        issuer: Some(format!("https://{ISSUER}").as_str().into()),
        ..Cluster::default()
    };
    let arn = Name::from(format!("arn:aws:iam::111122223333:oidc-provider/{ISSUER}"));
    let provider = OidcProvider { arn, client_ids: Some(vec!["sts.amazonaws.com".into()]), unread: None };
    let mut deltas = vec![
        Delta::Listing { kind: Kind::ServiceAccount, scope: Scope::Cluster, expected: None },
        Delta::Cluster(read(cluster)),
        Delta::Providers(read(vec![provider])),
        Delta::Associations(read(Vec::new())),
    ];
    for at in 0..ACCOUNTS {
        let (namespace, name) = (format!("team-{}", at % 1_000), format!("service-{at}"));
        let arn = format!("{ROLE}-{at}");
        deltas.push(role(&arn, &subject(&namespace, &name)));
        deltas.push(Delta::ServiceAccount(Box::new(ServiceAccount {
            namespace: namespace.as_str().into(),
            name: name.as_str().into(),
            role: Some(RoleAnnotation { arn: RoleArn::from(arn.as_str()), set: None }),
            ..ServiceAccount::default()
        })));
    }
    deltas.push(Delta::Listed(Kind::ServiceAccount, Time::UNIX_EPOCH));
    let mut inventory = Inventory::default();
    tell(&mut inventory, deltas);
    inventory
}

fn tell(inventory: &mut Inventory, deltas: Vec<Delta>) {
    let mut dirty = Dirty::default();
    for delta in deltas {
        inventory.apply(delta, &mut dirty);
    }
}

fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: Time::UNIX_EPOCH }
}

fn role(arn: &str, subject: &str) -> Delta {
    let role = Role {
        arn: RoleArn::from(arn),
        id: "AROA".into(),
        created: None,
        max_session_seconds: Some(3_600),
        trust: Some(trust_of(subject).as_str().into()),
        boundary_arn: None,
        tags: Vec::new(),
        last_used: None,
        attached: Ok(Vec::new()),
        inline: Ok(Vec::new()),
    };
    Delta::Role(arn.into(), read(Box::new(role)))
}

fn trust_of(subject: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"}},
            "Action":"sts:AssumeRoleWithWebIdentity",
            "Condition":{{"StringLike":{{"{ISSUER}:sub":"{subject}"}},"StringEquals":{{"{ISSUER}:aud":"sts.amazonaws.com"}}}}}}}}"#
    )
}

criterion_group!(benches, decisions, many_statements, trust);
criterion_main!(benches);
