//! What is written to AWS, call by call; what is refused before, and what a failure is called.

use super::super::changes::Writer;
use super::*;
use crate::domain::plan::{AssociationContent, Change, Content, RoleContent, Target};
use crate::source::{Changes, Failure, FailureKind, Held};

const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0A";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

/// A writer, and what was sent and noted by it.
struct Written {
    writer: Writer,
    client: StaticReplayClient,
    calls: CallLog,
}

async fn writing(answers: &[(u16, &str)]) -> Written {
    let all: Vec<(u16, &str)> = std::iter::once((200, CALLER)).chain(answers.iter().copied()).collect();
    let Replay { account, client, calls } = replay(&all).await;
    Written { writer: Writer::new(Arc::new(account)), client, calls }
}

impl Written {
    async fn look(&self, change: &Change) -> Held {
        self.writer.look(change).await.unwrap()
    }

    async fn make(&self, change: &Change, held: &Held) -> Result<(), Failure> {
        Changes::make(&self.writer, change, held).await
    }

    /// The requests after the caller's: path and body.
    fn sent(&self) -> Vec<(String, String)> {
        let requests = self.client.actual_requests().skip(1);
        let one = |request: &aws_smithy_runtime_api::client::orchestrator::HttpRequest| {
            let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
            (format!("{} {}", request.method(), request.uri()), body)
        };
        requests.map(one).collect()
    }

    fn last_command(&self) -> String {
        self.calls.logged().calls.pop_back().unwrap().command
    }
}

fn change(target: Target, from: Content, to: Content) -> Change {
    Change { target, from, to }
}

fn role_content() -> RoleContent {
    RoleContent {
        path: "/eks/".into(),
        trust: TRUST.into(),
        description: Some("for shop/api".into()),
        max_session_seconds: 3600,
        boundary: Some("arn:aws:iam::111122223333:policy/edge".into()),
        tags: [("rolecall:cluster".into(), "lab".into())].into(),
    }
}

fn new_role() -> Change {
    change(Target::Role { name: "api".into() }, Content::Absent, Content::Role(Box::new(role_content())))
}

fn association(role: &str) -> AssociationContent {
    AssociationContent {
        role_arn: role.into(),
        target_role_arn: None,
        disable_session_tags: false,
        policy: None,
        tags: [("rolecall:cluster".into(), "lab".into())].into(),
    }
}

fn binding(from: Content, to: Content) -> Change {
    let target = Target::Association { cluster: "lab".into(), namespace: "shop".into(), service_account: "api".into() };
    change(target, from, to)
}

fn bound(association: AssociationContent) -> Content {
    Content::Association(Box::new(association))
}

const LISTED: &str =
    r#"{"associations":[{"clusterName":"lab","namespace":"shop","serviceAccount":"api","associationId":"a-1"}]}"#;

fn described(more: &str) -> String {
    format!(
        r#"{{"association":{{"associationId":"a-1","namespace":"shop","serviceAccount":"api","roleArn":"arn:aws:iam::111122223333:role/x","tags":{{"rolecall:cluster":"lab"}}{more}}}}}"#
    )
}

#[tokio::test]
async fn a_role_is_made_with_all_that_was_planned_and_read_as_it_was_made() {
    let as_it_is = "<Role><Path>/eks/</Path><RoleName>api</RoleName><RoleId>AROA1</RoleId><Arn>arn:aws:iam::111122223333:role/eks/api</Arn>\
         <CreateDate>2026-01-02T03:04:05Z</CreateDate><Description>for shop/api</Description><MaxSessionDuration>3600</MaxSessionDuration>\
         <AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument>\
         <Tags><member><Key>rolecall:cluster</Key><Value>lab</Value></member></Tags>\
         <PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>\
         <PermissionsBoundaryArn>arn:aws:iam::111122223333:policy/edge</PermissionsBoundaryArn></PermissionsBoundary></Role>";
    let role = iam("GetRole", as_it_is);
    let none = iam_error("NoSuchEntity", "The role with name api cannot be found.");
    let made = iam("CreateRole", as_it_is);
    let written = writing(&[(404, &none), (200, &made), (200, &role)]).await;
    let change = new_role();
    let before = written.look(&change).await;
    assert_eq!(before.content, Content::Absent);
    written.make(&change, &before).await.unwrap();
    assert!(written.last_command().starts_with("aws iam create-role --role-name api --path /eks/ "));
    let after = written.look(&change).await;
    assert_eq!((after.content, after.id.as_deref()), (change.to, Some("AROA1")));
    let (_, body) = &written.sent()[1];
    for part in [
        "Action=CreateRole",
        "Path=%2Feks%2F",
        "MaxSessionDuration=3600",
        "Description=for%20shop%2Fapi",
        "PermissionsBoundary=arn",
        "Tags.member.1.Key=rolecall%3Acluster",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test]
async fn each_target_of_iam_has_its_two_calls() {
    let (role, policy) = (|| "api".into(), || "arn:aws:iam::aws:policy/P".into());
    let document = |text: &str| Content::Document(text.into());
    let trust = Target::Trust { role: role() };
    let attachment = Target::Attachment { role: role(), policy: policy() };
    let inline = Target::Inline { role: role(), policy: "own".into() };
    let provider = Target::Provider { arn: PROVIDER.into() };
    let audience = Target::Audience { provider: PROVIDER.into(), audience: "sts.amazonaws.com".into() };
    let audiences = Content::Provider(vec!["sts.amazonaws.com".into()]);
    let (absent, present) = (|| Content::Absent, || Content::Present);
    let rows = [
        (change(new_role().target, new_role().to, absent()), "DeleteRole", "RoleName=api"),
        (change(trust, document("{}"), document(TRUST)), "UpdateAssumeRolePolicy", "PolicyDocument=%7B%22Version"),
        (change(attachment.clone(), absent(), present()), "AttachRolePolicy", "PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws"),
        (change(attachment, present(), absent()), "DetachRolePolicy", "PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws"),
        (change(inline.clone(), absent(), document("{}")), "PutRolePolicy", "PolicyName=own&PolicyDocument=%7B%7D"),
        (change(inline, document("{}"), absent()), "DeleteRolePolicy", "PolicyName=own"),
        (
            change(provider.clone(), absent(), audiences.clone()),
            "CreateOpenIDConnectProvider",
            "Url=https%3A%2F%2Foidc.eks.eu-west-1.amazonaws.com%2Fid%2F0A&ClientIDList.member.1=sts.amazonaws.com",
        ),
        (change(provider, audiences, absent()), "DeleteOpenIDConnectProvider", "OpenIDConnectProviderArn=arn"),
        (
            change(audience.clone(), absent(), present()),
            "AddClientIDToOpenIDConnectProvider",
            "ClientID=sts.amazonaws.com",
        ),
        (
            change(audience, present(), absent()),
            "RemoveClientIDFromOpenIDConnectProvider",
            "ClientID=sts.amazonaws.com",
        ),
    ];
    for (change, action, part) in rows {
        let answer = iam(action, "");
        let written = writing(&[(200, &answer)]).await;
        written.make(&change, &Held::only(change.from.clone())).await.unwrap();
        let (_, body) = &written.sent()[0];
        assert!(body.contains(&format!("Action={action}&")) && body.contains(part), "{action}: {body}");
        assert_eq!(written.last_command(), change.command(), "{action}");
        assert_eq!(written.writer.may(&change).await.call, format!("iam:{action}"));
    }
}

#[tokio::test]
async fn an_association_is_found_by_its_account_and_changed_by_its_id() {
    let target_role = r#","targetRoleArn":"arn:aws:iam::999999999999:role/far""#;
    let described = described(target_role);
    let written = writing(&[
        (200, r#"{"associations":[],"nextToken":"t"}"#),
        (200, LISTED),
        (200, &described),
        (200, &described),
    ])
    .await;
    let before = AssociationContent {
        target_role_arn: Some("arn:aws:iam::999999999999:role/far".into()),
        ..association("arn:aws:iam::111122223333:role/x")
    };
    let after = association("arn:aws:iam::111122223333:role/y");
    let change = binding(bound(before), bound(after));
    let held = written.look(&change).await;
    assert_eq!((&held.content, held.id.as_deref()), (&change.from, Some("a-1")));
    written.make(&change, &held).await.unwrap();
    let sent = written.sent();
    assert!(sent[0].0.contains("namespace=shop") && sent[0].0.contains("serviceAccount=api"), "{sent:?}");
    assert!(sent[1].0.contains("nextToken=t"), "{sent:?}");
    let (path, body) = &sent[3];
    assert!(path.starts_with("POST") && path.contains("/clusters/lab/pod-identity-associations/a-1"), "{path}");
    assert!(body.contains(r#""targetRoleArn":"""#), "what shall go is told as empty: {body}");
    assert!(body.contains("role/y") && body.contains("clientRequestToken"), "{body}");
    assert_eq!(
        written.last_command(),
        "aws eks update-pod-identity-association --cluster-name lab --association-id a-1 --role-arn \
         arn:aws:iam::111122223333:role/y --target-role-arn '' --region eu-west-1"
    );
}

#[tokio::test]
async fn an_association_is_made_with_its_tags_and_deleted_by_its_id() {
    let described = described("");
    let written = writing(&[(200, &described), (200, LISTED), (200, &described), (200, &described)]).await;
    let there = bound(association("arn:aws:iam::111122223333:role/x"));
    let create = binding(Content::Absent, there);
    written.make(&create, &Held::only(Content::Absent)).await.unwrap();
    let (path, body) = &written.sent()[0];
    assert!(path.ends_with("/clusters/lab/pod-identity-associations"), "{path}");
    assert!(body.contains(r#""tags":{"rolecall:cluster":"lab"}"#), "{body}");
    let delete = create.inverse().unwrap();
    let held = written.look(&delete).await;
    written.make(&delete, &held).await.unwrap();
    let (path, _) = &written.sent()[3];
    assert!(path.starts_with("DELETE") && path.ends_with("/pod-identity-associations/a-1"), "{path}");
    assert_eq!(
        written.last_command(),
        "aws eks delete-pod-identity-association --cluster-name lab --association-id a-1 --region eu-west-1"
    );
}

#[tokio::test]
async fn an_add_ons_association_is_not_written() {
    let owned = described(r#","ownerArn":"arn:aws:eks:eu-west-1:111122223333:addon/lab/aws-ebs-csi-driver/x""#);
    let written = writing(&[(200, LISTED), (200, &owned)]).await;
    let change = binding(bound(association("arn:aws:iam::111122223333:role/x")), Content::Absent);
    let held = written.look(&change).await;
    let failure = written.make(&change, &held).await.unwrap_err();
    assert!(failure.said.contains("addon/lab/aws-ebs-csi-driver"), "{failure:?}");
    assert_eq!(written.sent().len(), 2, "nothing was written");
}

#[tokio::test]
async fn what_lies_in_another_account_is_refused_before_anything_is_sent() {
    let elsewhere = "arn:aws:iam::999999999999:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0A";
    let provider = Content::Provider(vec!["sts.amazonaws.com".into()]);
    let role = bound(association("arn:aws:iam::999999999999:role/x"));
    let policy = Target::Attachment { role: "api".into(), policy: "arn:aws:iam::999999999999:policy/P".into() };
    for change in [
        change(Target::Provider { arn: elsewhere.into() }, Content::Absent, provider),
        binding(Content::Absent, role),
        change(policy, Content::Absent, Content::Present),
    ] {
        let written = writing(&[]).await;
        let failure = written.make(&change, &Held::only(Content::Absent)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Forbidden);
        assert!(failure.said.contains("999999999999") && failure.said.contains("111122223333"), "{failure:?}");
        assert!(written.writer.look(&change).await.is_err());
        assert_eq!(written.sent().len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_what_it_is_and_what_to_do() {
    let denied = "User: arn:aws:iam::111122223333:user/me is not authorized to perform: iam:CreateRole";
    for (status, code, message, kind, hint) in [
        (
            409,
            "EntityAlreadyExists",
            "Role with name api already exists.",
            FailureKind::Conflict,
            "choose another name",
        ),
        (409, "ConcurrentModification", "again", FailureKind::Conflict, "plan it anew"),
        (403, "AccessDenied", denied, FailureKind::Forbidden, "iam-change.json"),
        (400, "MalformedPolicyDocument", "Invalid principal in policy", FailureKind::Other, "principal"),
        (409, "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000", FailureKind::Other, "quota"),
        (404, "NoSuchEntity", "Policy does not exist", FailureKind::NotFound, ""),
    ] {
        let written = writing(&[(status, &iam_error(code, message))]).await;
        let failure = written.make(&new_role(), &Held::only(Content::Absent)).await.unwrap_err();
        assert_eq!(failure.kind, kind, "{failure:?}");
        assert!(failure.hint.as_deref().unwrap_or_default().contains(hint), "{failure:?}");
        assert_eq!(written.sent().len(), 1);
    }
    for (message, is_told) in [("", true), ("answered NoSuchEntity", false)] {
        let written = writing(&[(404, &iam_error("NoSuchEntity", message))]).await;
        let failure = written.make(&new_role(), &Held::only(Content::Absent)).await.unwrap_err();
        assert_eq!(failure.said.ends_with(": role/api"), is_told, "AWS's own words say what it is about: {failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_is_sent_again_only_where_it_was_turned_away() {
    let (throttled, made) = (iam_error("Throttling", "Rate exceeded"), iam("UpdateAssumeRolePolicy", ""));
    let trust =
        change(Target::Trust { role: "api".into() }, Content::Document("{}".into()), Content::Document(TRUST.into()));
    let written = writing(&[(400, &throttled), (400, &throttled), (200, &made)]).await;
    written.make(&trust, &Held::only(trust.from.clone())).await.unwrap();
    assert_eq!(written.sent().len(), 3, "throttling is certain");
    let trouble = iam_error("ServiceFailure", "");
    let written = writing(&[(500, &trouble), (200, &made)]).await;
    let failure = written.make(&trust, &Held::only(trust.from.clone())).await.unwrap_err();
    assert_eq!((failure.kind, written.sent().len()), (FailureKind::Unreachable, 1), "{failure:?}");
    // Reading goes on as ever.
    let written = writing(&[(500, &trouble), (404, &iam_error("NoSuchEntity", "no"))]).await;
    assert_eq!(written.look(&trust).await.content, Content::Absent);
}
