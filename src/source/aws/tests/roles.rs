//! Roles, one by one and in one sweep: pages, documents, what is refused or is not there.

use super::*;

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
async fn a_list_that_does_not_end_is_not_taken_for_whole() {
    let more = "<IsTruncated>true</IsTruncated><Marker>m</Marker>";
    let profiles = iam("ListInstanceProfilesForRole", &format!("<InstanceProfiles/>{more}"));
    let answer = replay(&vec![(200, &*profiles); 60]).await.answer(Question::ProfilesOf(API.into())).await;
    let [Delta::ProfilesOf(_, Reading::Unread(gap))] = &*answer else { panic!("{answer:?}") };
    assert_eq!((gap.reason, &*gap.call), (GapReason::NotFoundOut, "iam:ListInstanceProfilesForRole"));
    let roles = iam("GetAccountAuthorizationDetails", &format!("<RoleDetailList/>{more}"));
    let answer = replay(&vec![(200, &*roles); 210]).await.answer(Question::Sweep).await;
    assert!(matches!(answer.last(), Some(Delta::Sweep(Reading::Unread(_)))), "{answer:?}");
    let instances = "<DescribeInstancesResponse><reservationSet/><nextToken>t</nextToken></DescribeInstancesResponse>";
    let answer =
        replay(&vec![(200, instances); 60]).await.answer(Question::Instances(vec!["i-0aaaaaaaa".into()])).await;
    assert!(matches!(&*answer, [Delta::Instance(_, Reading::Unread(_))]), "none of them is missing: {answer:?}");
}
