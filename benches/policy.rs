//! How fast requests are decided: without reasons, with reasons, over many statements, and trust over a whole cluster.

#![expect(clippy::unwrap_used, reason = "a bench that cannot read its documents stops by name")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rolecall::domain::policy::{
    Document, Kind, Layers, Outcome, Request, RoleWanted, WebIdentity, could_assume, could_assume_own, decide, outcome,
    subject,
};
use std::hint::black_box;
use std::sync::Arc;

const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";
const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";
const ACCOUNTS: usize = 10_000;

fn document(statements: &str, kind: Kind) -> Arc<Document> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Arc::new(Document::parse(&text, kind).unwrap())
}

/// What a pod's role usually has: a policy of a few statements, and a boundary.
fn simple() -> (Request, Layers) {
    let identity = document(
        r#"{"Effect":"Allow","Action":["sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:*:111122223333:shop-*"},
           {"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::shop/*"},
           {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
        Kind::Identity,
    );
    let boundary = document(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#, Kind::Boundary);
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
    layers.identity.push(document(&statements.join(","), Kind::Identity));
    let mut group = criterion.benchmark_group("policy");
    group.sample_size(20);
    group.bench_function("a decision over 10,000 statements", |bench| {
        bench.iter(|| outcome(black_box(&request), black_box(&layers)));
    });
    group.finish();
}

fn trust(criterion: &mut Criterion) {
    let names: Vec<(String, String)> =
        (0..ACCOUNTS).map(|at| (format!("team-{}", at % 1_000), format!("service-{at}"))).collect();
    let like = WebIdentity {
        role: ROLE,
        issuer: ISSUER,
        audience: "sts.amazonaws.com",
        namespace: "",
        service_account: "",
        region: Some("eu-west-1"),
    };
    let trusts: Vec<Arc<Document>> =
        names.iter().map(|(namespace, name)| trust_of(&subject(namespace, name))).collect();
    let roles: Vec<String> = (0..ACCOUNTS).map(|at| format!("{ROLE}-{at}")).collect();
    let wide = trust_of("system:serviceaccount:team-7*:*");
    let mut group = criterion.benchmark_group("policy");
    group.sample_size(10);
    group.bench_function("trust of 10,000 ServiceAccounts in their roles", |bench| {
        bench.iter(|| {
            let wanted = names.iter().zip(&trusts).zip(&roles).map(|(((namespace, service_account), trust), role)| {
                RoleWanted { role, trust, namespace, service_account }
            });
            could_assume_own(&like, wanted).iter().filter(|one| **one == Outcome::Allowed).count()
        });
    });
    group.bench_function("which of 10,000 ServiceAccounts could assume a role", |bench| {
        let all = || names.iter().map(|(namespace, name)| (namespace.as_str(), name.as_str()));
        bench.iter(|| could_assume(&wide, &like, all()).iter().filter(|one| **one == Outcome::Allowed).count());
    });
    group.finish();
}

fn trust_of(subject: &str) -> Arc<Document> {
    let statement = format!(
        r#"{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"}},
            "Action":"sts:AssumeRoleWithWebIdentity",
            "Condition":{{"StringLike":{{"{ISSUER}:sub":"{subject}"}},"StringEquals":{{"{ISSUER}:aud":"sts.amazonaws.com"}}}}}}"#
    );
    document(&statement, Kind::Trust)
}

criterion_group!(benches, decisions, many_statements, trust);
criterion_main!(benches);
