//! The wire, replayed: what each question makes of AWS's answers.

mod associations;
mod candidates;

use super::AwsHints;
use super::account::{Account, Ground};
use super::clients::{retries, usual_timeouts};
use super::connect::behaviour;
use super::profiles::{ProfileInUse, Style};
use super::refusal::Refusal;
use super::shelf::Shelf;
use super::sign_in::{Chain, SignIn};
use super::wire::{Line, Wire};
use crate::domain::inventory::Delta;
use crate::domain::model::{Confirmation, GapReason, Name, Question, Reading, Role, RoleArn};
use crate::source::{CallLog, Roles};
use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use aws_smithy_types::body::SdkBody;
use aws_types::region::Region;
use futures_util::FutureExt;
use std::sync::Arc;
use tokio::sync::mpsc;

const CALLER: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::111122223333:user/me</Arn><UserId>U</UserId><Account>111122223333</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

struct Replay {
    account: Account,
    client: StaticReplayClient,
    calls: CallLog,
}

/// An account whose answers are `(status, body)`, in this order.
async fn replay(answers: &[(u16, &str)]) -> Replay {
    replay_with(answers, Arc::new(|| async { None }.boxed())).await
}

async fn replay_with(answers: &[(u16, &str)], issuer: super::IssuerSource) -> Replay {
    replay_named(answers, issuer, (Some("lab"), &[])).await
}

/// The cluster's name and the candidates for it are given.
async fn replay_named(
    answers: &[(u16, &str)],
    issuer: super::IssuerSource,
    (name, candidates): (Option<&str>, &[&str]),
) -> Replay {
    let events = answers.iter().map(|(status, body)| {
        let request = http::Request::builder().uri("https://aws.test/").body(SdkBody::empty()).unwrap();
        let response = http::Response::builder().status(*status).body(SdkBody::from(*body)).unwrap();
        ReplayEvent::new(request, response)
    });
    let client = StaticReplayClient::new(events.collect());
    let profile = ProfileInUse { name: None, style: Style::Other };
    let given = Chain::Given(SharedCredentialsProvider::new(Credentials::for_tests()));
    let sign_in = SignIn::new(given, profile, None);
    let base = aws_config::defaults(behaviour())
        .region(Region::new("eu-west-1"))
        .credentials_provider(sign_in.clone())
        .identity_cache(IdentityCache::no_cache())
        .retry_config(retries(RetryConfig::standard()))
        .timeout_config(usual_timeouts())
        .http_client(client.clone())
        .load()
        .await;
    let hints = AwsHints {
        profile: None,
        region: Some("eu-west-1".to_owned()),
        endpoint_url: None,
        cluster_name: name.map(str::to_owned),
        candidates: candidates.iter().map(|name| (*name).to_owned()).collect(),
        server: Some("https://127.0.0.1:6443".to_owned()),
        issuer,
    };
    let calls = CallLog::default();
    let wire = Wire::new(calls.clone(), sign_in, None, None);
    let ground =
        Ground { base, connector: SharedHttpConnector::new(client.clone()), region: Some("eu-west-1".to_owned()) };
    Replay { account: Account::new(hints, wire, ground, Shelf::at(None)), client, calls }
}

impl Replay {
    async fn answer(&self, question: Question) -> Vec<Delta> {
        let (out, mut deltas) = mpsc::channel(100);
        self.account.answer(question, out).await;
        let mut all = Vec::new();
        while let Some(batch) = deltas.recv().await {
            all.extend(batch);
        }
        all
    }

    async fn role(&self, arn: &str) -> Vec<(Name, Reading<Box<Role>>)> {
        let deltas = self.answer(Question::Role(arn.into())).await.into_iter();
        deltas
            .map(|delta| match delta {
                Delta::Role(arn, reading) => (arn, reading),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    /// The bodies that were sent, in order.
    fn sent(&self) -> Vec<String> {
        let bodies = self.client.actual_requests().map(|request| request.body().bytes().unwrap_or_default());
        bodies.map(|body| String::from_utf8_lossy(body).into_owned()).collect()
    }

    fn commands(&self) -> Vec<String> {
        self.calls.calls().into_iter().map(|call| call.command).collect()
    }
}

fn iam(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
    )
}

fn iam_error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    )
}

fn role_result(arn: &str) -> String {
    iam(
        "GetRole",
        &format!(
            "<Role><Path>/eks/</Path><RoleName>api</RoleName><RoleId>AROA1</RoleId><Arn>{arn}</Arn>\
             <CreateDate>2026-01-02T03:04:05Z</CreateDate><MaxSessionDuration>3600</MaxSessionDuration>\
             <AssumeRolePolicyDocument>%7B%22Sid%22%3A%22a+b%22%7D</AssumeRolePolicyDocument>\
             <Tags><member><Key>team</Key><Value>shop</Value></member></Tags>\
             <PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>\
             <PermissionsBoundaryArn>arn:aws:iam::111122223333:policy/edge</PermissionsBoundaryArn></PermissionsBoundary>\
             <RoleLastUsed><LastUsedDate>2026-02-03T04:05:06Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed></Role>"
        ),
    )
}

const API: &str = "arn:aws:iam::111122223333:role/eks/api";

#[tokio::test]
async fn a_role_is_read_with_its_pages_and_documents() {
    let attached_1 = "<AttachedPolicies><member><PolicyName>A</PolicyName><PolicyArn>arn:aws:iam::aws:policy/A</PolicyArn>\
                      </member></AttachedPolicies><IsTruncated>true</IsTruncated><Marker>m1</Marker>";
    let attached_2 = "<AttachedPolicies><member><PolicyName>B</PolicyName><PolicyArn>arn:aws:iam::aws:policy/B</PolicyArn>\
                      </member></AttachedPolicies><IsTruncated>false</IsTruncated>";
    let none = "<PolicyNames/><IsTruncated>false</IsTruncated>";
    // The attached and the inline policies are listed at the same time; the replay answers in order of sending.
    let replay = replay(&[
        (200, CALLER),
        (200, &role_result(API)),
        (200, &iam("ListAttachedRolePolicies", attached_1)),
        (200, &iam("ListAttachedRolePolicies", attached_2)),
        (200, &iam("ListRolePolicies", none)),
    ])
    .await;
    let answer = replay.role(API).await;
    let [(arn, Reading::Read { value: role, .. })] = &*answer else { panic!("{answer:?}") };
    assert_eq!(&**arn, API);
    assert_eq!(role.trust.as_deref(), Some("{\"Sid\":\"a+b\"}"));
    assert_eq!(role.boundary_arn.as_deref(), Some("arn:aws:iam::111122223333:policy/edge"));
    assert_eq!(role.tags, [("team".into(), "shop".into())]);
    assert_eq!(role.last_used.as_ref().map(|used| used.at.to_string()).as_deref(), Some("2026-02-03T04:05:06Z"));
    let names: Vec<&str> = role.attached.as_ref().unwrap().iter().map(|policy| &*policy.name).collect();
    assert_eq!(names, ["A", "B"]);
    assert!(replay.sent().iter().any(|body| body.contains("Marker=m1")), "{:?}", replay.sent());
    assert!(replay.commands().contains(&"aws iam get-role --role-name api".to_owned()), "{:?}", replay.commands());
}

#[tokio::test]
async fn a_refused_list_costs_that_list_alone() {
    let denied = "User: arn:aws:iam::111122223333:user/me is not authorized to perform: iam:ListAttachedRolePolicies";
    let inline =
        iam("ListRolePolicies", "<PolicyNames><member>in line</member></PolicyNames><IsTruncated>false</IsTruncated>");
    let document = "<RoleName>api</RoleName><PolicyName>in line</PolicyName><PolicyDocument>%7B%7D</PolicyDocument>";
    let replay = replay(&[
        (200, CALLER),
        (200, &role_result(API)),
        (403, &iam_error("AccessDenied", denied)),
        (200, &inline),
        (200, &iam("GetRolePolicy", document)),
    ])
    .await;
    let answer = replay.role(API).await;
    let [(_, Reading::Read { value: role, .. })] = &*answer else { panic!("{answer:?}") };
    let gap = role.attached.as_ref().unwrap_err();
    assert_eq!((gap.reason, &*gap.call), (GapReason::Forbidden, "iam:ListAttachedRolePolicies"));
    assert_eq!(gap.sentence, "not allowed: arn:aws:iam::111122223333:user/me needs iam:ListAttachedRolePolicies");
    let [policy] = &**role.inline.as_ref().unwrap() else { panic!() };
    assert_eq!((&*policy.name, policy.document.as_deref()), ("in line", Ok("{}")));
    let command = "aws iam get-role-policy --role-name api --policy-name 'in line'".to_owned();
    assert!(replay.commands().contains(&command), "{:?}", replay.commands());
}

#[tokio::test]
async fn a_role_under_another_path_is_missing_as_asked_and_shown_as_it_is() {
    let empty = "<IsTruncated>false</IsTruncated>";
    let replay = replay(&[
        (200, CALLER),
        (200, &role_result(API)),
        (200, &iam("ListAttachedRolePolicies", empty)),
        (200, &iam("ListRolePolicies", empty)),
    ])
    .await;
    let answer = replay.role("arn:aws:iam::111122223333:role/api").await;
    let [(asked, Reading::Missing { .. }), (real, Reading::Read { .. })] = &*answer else { panic!("{answer:?}") };
    assert_eq!((&**asked, &**real), ("arn:aws:iam::111122223333:role/api", API));
}

#[tokio::test]
async fn no_such_entity_is_missing_and_another_account_is_not_asked() {
    let replay =
        replay(&[(200, CALLER), (404, &iam_error("NoSuchEntity", "The role with name api cannot be found."))]).await;
    let answer = replay.role(API).await;
    assert!(matches!(&*answer, [(_, Reading::Missing { .. })]), "{answer:?}");
    let elsewhere = replay.role("arn:aws:iam::999999999999:role/api").await;
    let [(_, Reading::Unread(gap))] = &*elsewhere else { panic!("{elsewhere:?}") };
    assert_eq!(gap.reason, GapReason::Forbidden);
    assert!(gap.sentence.contains("999999999999") && gap.sentence.contains("111122223333"), "{}", gap.sentence);
    let malformed = replay.role("arn:aws:iam::1:role/api").await;
    assert!(matches!(&*malformed, [(_, Reading::Unread(gap))] if gap.reason == GapReason::NotFoundOut));
    assert_eq!(replay.sent().len(), 2, "neither was sent");
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out_as_one_call() {
    let throttled = iam_error("Throttling", "Rate exceeded");
    let list = iam("ListOpenIDConnectProviders", "<OpenIDConnectProviderList/>");
    let replay = replay(&[(400, &throttled), (400, &throttled), (200, &list)]).await;
    let answer = replay.answer(Question::Providers).await;
    assert!(matches!(&*answer, [Delta::Providers(Reading::Read { value, .. })] if value.is_empty()), "{answer:?}");
    assert_eq!((replay.sent().len(), replay.commands().len()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn throttling_without_end_is_a_gap() {
    let throttled = iam_error("Throttling", "Rate exceeded");
    let replay = replay(&vec![(400, &*throttled); 20]).await;
    let answer = replay.answer(Question::Providers).await;
    let [Delta::Providers(Reading::Unread(gap))] = &*answer else { panic!("{answer:?}") };
    assert_eq!(gap.reason, GapReason::Throttled, "{gap:?}");
}

#[tokio::test(start_paused = true)]
async fn a_page_of_html_is_no_answer_and_is_not_repeated() {
    let html = "<!DOCTYPE html><html><body><h1>Not Found</h1></body></html>";
    let replay = replay(&[(404, html), (404, html), (404, html), (404, html)]).await;
    let policy = replay.answer(Question::ManagedPolicy("arn:aws:iam::aws:policy/X".into())).await;
    let [Delta::ManagedPolicy(_, Reading::Unread(gap))] = &*policy else { panic!("{policy:?}") };
    assert_eq!(gap.reason, GapReason::NotSupported);
    assert!(gap.sentence.contains("HTTP 404") && !gap.sentence.contains('<'), "{}", gap.sentence);
    let instances = replay.answer(Question::Instances(vec!["i-0aaaaaaaa".into()])).await;
    let [Delta::Instance(_, Reading::Unread(gap))] = &*instances else { panic!("{instances:?}") };
    assert!(gap.sentence.contains("HTTP 404") && !gap.sentence.contains('<'), "{}", gap.sentence);
    let cluster = replay.answer(Question::Cluster).await;
    let [Delta::Cluster(Reading::Unread(gap))] = &*cluster else { panic!("{cluster:?}") };
    assert!(!gap.sentence.contains('<'), "{}", gap.sentence);
}

#[tokio::test]
async fn a_policy_version_is_read_once() {
    let policy = iam(
        "GetPolicy",
        "<Policy><PolicyId>ANPA1</PolicyId><Arn>arn:aws:iam::aws:policy/X</Arn><DefaultVersionId>v2</DefaultVersionId></Policy>",
    );
    let version = iam(
        "GetPolicyVersion",
        "<PolicyVersion><Document>%7B%22a%22%3A1%7D</Document><VersionId>v2</VersionId></PolicyVersion>",
    );
    let replay = replay(&[(200, &policy), (200, &version), (200, &policy)]).await;
    for _ in 0..2 {
        let answer = replay.answer(Question::ManagedPolicy("arn:aws:iam::aws:policy/X".into())).await;
        let [Delta::ManagedPolicy(_, Reading::Read { value, .. })] = &*answer else { panic!("{answer:?}") };
        assert_eq!((&*value.version, value.document.as_deref()), ("v2", Ok("{\"a\":1}")));
    }
    assert_eq!(replay.sent().len(), 3);
}

const INSTANCES: &str = "<DescribeInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><reservationSet>\
    <item><instancesSet><item><instanceId>i-0aaaaaaaa</instanceId><metadataOptions><httpTokens>required</httpTokens>\
    <httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions></item>\
    </instancesSet></item></reservationSet></DescribeInstancesResponse>";

#[tokio::test]
async fn an_instance_that_is_gone_costs_the_others_nothing_and_one_found_confirms_the_cluster() {
    let cluster = r#"{"cluster":{"name":"lab","arn":"arn:aws:eks:eu-west-1:111122223333:cluster/lab","version":"1.36","endpoint":"https://eks.test"}}"#;
    let replay = replay(&[(200, cluster), (200, INSTANCES)]).await;
    let described = replay.answer(Question::Cluster).await;
    let [Delta::Cluster(Reading::Read { value, .. })] = &*described else { panic!("{described:?}") };
    assert_eq!((value.account.as_deref(), &value.confirmation), (Some("111122223333"), &Confirmation::Open));
    let answer = replay.answer(Question::Instances(vec!["i-0aaaaaaaa".into(), "i-0bbbbbbbb".into()])).await;
    let [
        Delta::Instance(_, Reading::Read { value, .. }),
        Delta::Instance(gone, Reading::Missing { .. }),
        Delta::Cluster(Reading::Read { value: cluster, .. }),
    ] = &*answer
    else {
        panic!("{answer:?}")
    };
    assert_eq!((value.metadata.tokens_required, &**gone), (true, "i-0bbbbbbbb"));
    assert!(matches!(cluster.confirmation, Confirmation::Confirmed(_)));
    let sent = replay.sent().pop().unwrap();
    assert!(
        sent.contains("Filter.1.Name=instance-id&Filter.1.Value.1=i-0aaaaaaaa&Filter.1.Value.2=i-0bbbbbbbb"),
        "{sent}"
    );
}

#[tokio::test]
async fn instances_that_may_not_be_read_are_a_gap_each() {
    let denied = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this \
                  operation. User: arn:aws:iam::111122223333:user/me is not authorized to perform: ec2:DescribeInstances because \
                  no identity-based policy allows it</Message></Error></Errors></Response>";
    let replay = replay(&[(403, denied)]).await;
    let answer = replay.answer(Question::Instances(vec!["i-0aaaaaaaa".into(), "i-0bbbbbbbb".into()])).await;
    let [Delta::Instance(_, Reading::Unread(gap)), Delta::Instance(_, Reading::Unread(_))] = &*answer else {
        panic!("{answer:?}")
    };
    assert_eq!(gap.sentence, "not allowed: arn:aws:iam::111122223333:user/me needs ec2:DescribeInstances");
    assert_eq!(gap.object.as_deref(), Some("i-0aaaaaaaa"));
}

#[tokio::test]
async fn another_issuer_refutes_the_cluster() {
    let cluster = r#"{"cluster":{"name":"lab","endpoint":"https://eks.test","identity":{"oidc":{"issuer":"https://oidc.test/a"}}}}"#;
    let issuer: super::IssuerSource = Arc::new(|| async { Some("https://oidc.test/b".to_owned()) }.boxed());
    let replay = replay_with(&[(200, cluster)], issuer).await;
    let described = replay.answer(Question::Cluster).await;
    let [Delta::Cluster(Reading::Read { value, .. })] = &*described else { panic!("{described:?}") };
    assert!(matches!(&value.confirmation, Confirmation::Refuted(words) if words.contains("oidc.test/a")), "{value:?}");
}

#[tokio::test]
async fn an_unknown_cluster_names_where_it_was_looked_for() {
    let missing = r#"{"__type":"ResourceNotFoundException","message":"No cluster found for name: lab."}"#;
    let replay = replay(&[(404, missing), (200, CALLER)]).await;
    let answer = replay.answer(Question::Cluster).await;
    let [Delta::Cluster(Reading::Unread(gap))] = &*answer else { panic!("{answer:?}") };
    let words = "there is no EKS cluster lab in eu-west-1 of account 111122223333: check --cluster-name, --region and --profile";
    assert_eq!((gap.reason, &*gap.sentence), (GapReason::NotFoundOut, words));
}

#[tokio::test]
async fn a_sweep_sends_each_page_and_then_its_end() {
    let page = |name: &str, rest: &str| {
        iam(
            "GetAccountAuthorizationDetails",
            &format!(
                "<RoleDetailList><member><RoleName>{name}</RoleName><RoleId>AROA</RoleId>\
                 <Arn>arn:aws:iam::111122223333:role/{name}</Arn><RolePolicyList><member><PolicyName>p</PolicyName>\
                 <PolicyDocument>%7B%7D</PolicyDocument></member></RolePolicyList></member></RoleDetailList>{rest}"
            ),
        )
    };
    let policies = "<Policies><member><Arn>arn:aws:iam::111122223333:policy/x</Arn><PolicyVersionList><member>\
                    <Document>%7B%22v%22%3A2%7D</Document><VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion>\
                    </member></PolicyVersionList></member></Policies><IsTruncated>false</IsTruncated>";
    let replay =
        replay(&[(200, &page("a", "<IsTruncated>true</IsTruncated><Marker>m</Marker>")), (200, &page("b", policies))])
            .await;
    let answer = replay.answer(Question::Sweep).await;
    let [Delta::Role(a, _), Delta::Role(b, _), Delta::ManagedPolicy(_, Reading::Read { value, .. }), Delta::Sweep(end)] =
        &*answer
    else {
        panic!("{answer:?}")
    };
    assert!(a.ends_with("role/a") && b.ends_with("role/b"));
    assert_eq!((&*value.version, value.document.as_deref()), ("v2", Ok("{\"v\":2}")));
    assert!(end.value().is_some());
}

#[tokio::test]
async fn the_region_of_the_nodes_counts_only_where_none_was_named() {
    let replay = replay(&[]).await;
    replay.account.learn(Some("other"), Some("us-west-2"));
    assert_eq!(replay.account.cluster_name().unwrap(), "lab");
    assert_eq!(replay.account.clients().region.as_deref(), Some("eu-west-1"));
}

#[tokio::test(start_paused = true)]
async fn an_action_that_is_silent_is_left_alone_for_a_while() {
    let list = iam("ListOpenIDConnectProviders", "<OpenIDConnectProviderList/>");
    let replay = replay(&[(200, &list)]).await;
    let (wire, calls) = (&replay.account.wire, &replay.calls);
    let action = "iam:ListOpenIDConnectProviders";
    let silence = async { Err::<(), _>(Refusal::new(GapReason::Timeout, "no answer")) };
    assert!(wire.pass(Line::bare(action), None, silence).await.is_err());
    let answer = replay.answer(Question::Providers).await;
    let [Delta::Providers(Reading::Unread(gap))] = &*answer else { panic!("{answer:?}") };
    assert!(gap.sentence.contains("not asked again so soon"), "{}", gap.sentence);
    assert_eq!(calls.calls().len(), 1, "the second was not sent");
    tokio::time::advance(std::time::Duration::from_secs(15)).await;
    let answer = replay.answer(Question::Providers).await;
    assert!(matches!(&*answer, [Delta::Providers(Reading::Read { .. })]), "{answer:?}");
}
