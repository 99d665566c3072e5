//! What trust policies say to pods: IRSA and Pod Identity, and every mistake that real issues tell of.

#![expect(clippy::unwrap_used, reason = "a broken row panics by name")]

use rolecall::domain::policy::{
    Actual, Document, Kind, Layers, Mistake, MistakeKind, Outcome, PodIdentity, TargetRole, TooWide, TrustReview,
    Truth, WebIdentity, could_assume, too_wide,
};
use std::sync::Arc;

const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";
const TARGET: &str = "arn:aws:iam::444455556666:role/target";
const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC";
const SUBJECT: &str = "system:serviceaccount:shop:api";

/// facts: the trust policy as it has to be.
const GOOD: &str = r#"{"Effect":"Allow",
 "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"},
 "Action":"sts:AssumeRoleWithWebIdentity",
 "Condition":{"StringEquals":{
   "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub":"system:serviceaccount:shop:api",
   "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud":"sts.amazonaws.com"}}}"#;

const POD_IDENTITY: &str = r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},
 "Action":["sts:AssumeRole","sts:TagSession"],
 "Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"shop","aws:RequestTag/kubernetes-service-account":"api"}}}"#;

fn document(statements: &str, kind: Kind) -> Arc<Document> {
    Arc::new(Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#), kind).unwrap())
}

fn token() -> WebIdentity<'static> {
    WebIdentity {
        role: ROLE,
        issuer: ISSUER,
        audience: "sts.amazonaws.com",
        namespace: "shop",
        service_account: "api",
        region: Some("eu-west-1"),
    }
}

fn association() -> PodIdentity<'static> {
    PodIdentity {
        role: ROLE,
        cluster_arn: "arn:aws:eks:eu-west-1:111122223333:cluster/blue",
        namespace: "shop",
        service_account: "api",
        pod: None,
        tags: true,
    }
}

fn of_token(statements: &str) -> TrustReview {
    token().review(&document(statements, Kind::Trust))
}

fn of_association(statements: &str) -> TrustReview {
    association().review(&document(statements, Kind::Trust))
}

fn kinds(review: &TrustReview) -> Vec<MistakeKind> {
    review.mistakes.iter().map(|mistake| mistake.kind).collect()
}

#[test]
fn a_good_trust_policy_lets_the_pod_in_and_shows_its_conditions() {
    let review = of_token(GOOD);
    assert_eq!((review.answer, review.principal, review.action), (Truth::Yes, Truth::Yes, Truth::Yes));
    assert_eq!((review.statement, review.mistakes.len(), review.conditions.len()), (Some(0), 0, 2));
    let line = &review.conditions[0];
    assert_eq!(
        (&*line.key, &*line.operator, &line.expected[..]),
        (&*format!("{ISSUER}:sub"), "StringEquals", &[SUBJECT.into()][..])
    );
    assert_eq!((&line.actual, line.holds), (&Actual::Values(vec![SUBJECT.into()]), Truth::Yes));
    // keys are without case, subjects are not
    assert_eq!(of_token(&GOOD.replace("ABC:sub", "abc:SUB")).answer, Truth::Yes);
    assert_eq!(of_token(&GOOD.replace("shop:api", "Shop:api")).answer, Truth::No);
    // legal, if unusual
    assert_eq!(of_token(&GOOD.replace("StringEquals", "StringLike").replace("shop:api", "sh*:api")).answer, Truth::Yes);
    assert_eq!(of_token(&GOOD.replace("StringEquals", "ForAnyValue:StringEquals")).answer, Truth::Yes);
    // what nobody knows of the pod
    let vpc = GOOD.replace(r#""StringEquals":{"#, r#""StringEquals":{"aws:SourceVpc":"vpc-1","#);
    let review = of_token(&vpc);
    assert_eq!((review.answer, &review.decisions[0].1.unknown[..]), (Truth::Depends, &["aws:SourceVpc".into()][..]));
}

/// facts: the table of mistakes found in real issues.
#[test]
fn every_mistake_is_named() {
    use MistakeKind as Is;
    let sub = r#""oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub""#;
    for (mistaken, expected) in [
        (
            GOOD.replace(r#""oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub"#, &format!(r#""{PROVIDER}:sub"#)),
            vec![Is::ProviderArnInKey],
        ),
        (GOOD.replace("shop:api", "sh*:api"), vec![Is::WildcardUnderEquals]),
        (GOOD.replace(r#""sts.amazonaws.com""#, &format!(r#""{SUBJECT}""#)), vec![Is::SubjectUnderAudience]),
        (GOOD.replace(r#""system:serviceaccount:shop:api""#, r#""sts.amazonaws.com""#), vec![Is::AudienceUnderSubject]),
        (GOOD.replace("shop:api", "prod:api"), vec![Is::OtherNamespace]),
        (GOOD.replace("shop:api", "shop:web"), vec![Is::OtherServiceAccount]),
        (GOOD.replace("shop:api", "prod:web"), vec![Is::OtherSubject]),
        (GOOD.replace("id/ABC", "id/DEF0123456789"), vec![Is::OtherIssuer]),
        (GOOD.replace(sub, r#""oidc.eks.eu-west-1.amazonaws.com/id/DEF0123456789:sub""#), vec![Is::OtherIssuer]),
        (GOOD.replace("oidc.eks.eu-west-1", "oidc.eu-west-1.eks"), vec![Is::IssuerMisspelt]),
        (GOOD.replace(r#""sts.amazonaws.com""#, r#""sts.amazon.com""#), vec![Is::AudienceMisspelt]),
        (GOOD.replace(r#""sts.amazonaws.com""#, r#""vault""#), vec![Is::OtherAudience]),
        (GOOD.replace("oidc-provider/oidc", "oidc-provider/https://oidc"), vec![Is::SchemeLeft]),
        (GOOD.replace(sub, &sub.replace("oidc.eks", "https://oidc.eks")), vec![Is::SchemeLeft]),
        (GOOD.replace("::111122223333", "::999999999999"), vec![Is::ProviderOfOtherAccount]),
        (GOOD.replace(PROVIDER, &PROVIDER.replace("/ABC", "/abc")), vec![Is::IssuerMisspelt]),
        (GOOD.replace("sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"), vec![Is::ActionMissing]),
        (
            r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#.to_owned(),
            vec![Is::OtherMechanism],
        ),
        (POD_IDENTITY.to_owned(), vec![Is::OtherMechanism]),
    ] {
        let review = of_token(&mistaken);
        assert_eq!((review.answer, kinds(&review)), (Truth::No, expected), "{mistaken}");
        for mistake in &review.mistakes {
            let sentence = mistake.sentence();
            assert!(sentence.contains(&*mistake.found) && !sentence.ends_with('.'), "{sentence}");
        }
    }
    let review = of_token(&GOOD.replace("shop:api", "prod:api"));
    let Mistake { found, wanted, statement, .. } = &review.mistakes[0];
    assert_eq!((&**found, &**wanted, *statement), ("system:serviceaccount:prod:api", SUBJECT, 0));
}

#[test]
fn the_nearest_statement_is_the_one_shown() {
    let other_cluster = GOOD.replace("id/ABC", "id/DEF0123456789");
    let other_account = GOOD.replace("shop:api", "shop:web");
    let review = of_token(&format!("{other_cluster},{other_account},{POD_IDENTITY}"));
    assert_eq!((review.answer, review.statement, review.principal), (Truth::No, Some(1), Truth::Yes));
    assert_eq!(review.conditions.iter().map(|line| line.holds).collect::<Vec<_>>(), [Truth::No, Truth::Yes]);
    let denied = format!("{GOOD},{}", GOOD.replace("Allow", "Deny"));
    let review = of_token(&denied);
    assert_eq!((review.answer, review.statement), (Truth::No, Some(1)));
    assert_eq!(of_token(&format!("{other_account},{GOOD}")).statement, Some(1));
}

#[test]
fn pod_identity_takes_two_actions_and_sends_six_tags() {
    let review = of_association(POD_IDENTITY);
    assert_eq!((review.answer, review.decisions.len(), review.mistakes.len()), (Truth::Yes, 2, 0));
    let untagged = PodIdentity { tags: false, ..association() };
    let review = untagged.review(&document(POD_IDENTITY, Kind::Trust));
    assert_eq!((review.answer, kinds(&review)), (Truth::No, vec![MistakeKind::TagsDisabled; 2]));
    assert_eq!(review.conditions[0].actual, Actual::Absent);
    let plain = r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}"#;
    assert_eq!(untagged.review(&document(plain, Kind::Trust)).answer, Truth::Yes);
    let cluster = |name: &str| {
        let arn = format!(
            r#"{{"StringEquals":{{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:eu-west-1:111122223333:cluster/{name}"}}"#
        );
        POD_IDENTITY.replace(r#"{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"shop","aws:RequestTag/kubernetes-service-account":"api"}"#, &arn)
    };
    assert_eq!(of_association(&cluster("blue")).answer, Truth::Yes);
    for (mistaken, expected) in [
        (
            POD_IDENTITY.replace(r#"["sts:AssumeRole","sts:TagSession"]"#, r#""sts:AssumeRole""#),
            MistakeKind::TagSessionMissing,
        ),
        (
            POD_IDENTITY.replace(r#"["sts:AssumeRole","sts:TagSession"]"#, r#""sts:TagSession""#),
            MistakeKind::ActionMissing,
        ),
        (POD_IDENTITY.replace(r#""shop""#, r#""prod""#), MistakeKind::OtherNamespace),
        (POD_IDENTITY.replace(r#""api""#, r#""web""#), MistakeKind::OtherServiceAccount),
        (POD_IDENTITY.replace(r#""api""#, r#""a*""#), MistakeKind::WildcardUnderEquals),
        (cluster("green"), MistakeKind::OtherCluster),
        (GOOD.to_owned(), MistakeKind::OtherMechanism),
    ] {
        let review = of_association(&mistaken);
        assert_eq!((review.answer, kinds(&review)), (Truth::No, vec![expected]), "{mistaken}");
    }
}

#[test]
fn a_target_role_is_a_second_hop() {
    let trust = document(
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/eks/api"},"Action":["sts:AssumeRole","sts:TagSession"],
            "Condition":{"StringEquals":{"sts:ExternalId":"eu-west-1/111122223333/blue/shop/api"}}}"#,
        Kind::Trust,
    );
    let identity = r#"{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":"arn:aws:iam::444455556666:role/target"}"#;
    let allowing = Layers { identity: vec![document(identity, Kind::Identity)], ..Layers::default() };
    let silent = Layers::default();
    let hop = |source| TargetRole { role: TARGET, trust: &trust, external_id: None, source, source_tags: Some(&[]) };
    assert_eq!(association().review_target(&hop(&allowing)).answer, Truth::Yes);
    assert_eq!(association().review_target(&hop(&silent)).answer, Truth::No);
    let other = TargetRole { external_id: Some("elsewhere"), ..hop(&allowing) };
    assert_eq!(association().review_target(&other).answer, Truth::No);
}

#[test]
fn the_tags_of_a_source_role_that_was_not_read_are_not_known() {
    let trust = document(
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/eks/api"},"Action":["sts:AssumeRole","sts:TagSession"],
            "Condition":{"StringEquals":{"aws:PrincipalTag/team":"data","aws:PrincipalTag/kubernetes-namespace":"shop"}}}"#,
        Kind::Trust,
    );
    let source = &Layers::default();
    let role = "arn:aws:iam::111122223333:role/target";
    let hop = |source_tags| {
        let target = TargetRole { role, trust: &trust, external_id: None, source, source_tags };
        association().review_target(&target).answer
    };
    assert_eq!(hop(None), Truth::Depends);
    assert_eq!(hop(Some(&[])), Truth::No);
    assert_eq!(hop(Some(&[("team", "data")])), Truth::Yes);
    let elsewhere = PodIdentity { namespace: "dev", ..association() };
    let target = TargetRole { role, trust: &trust, external_id: None, source, source_tags: None };
    assert_eq!(elsewhere.review_target(&target).answer, Truth::No, "the session's tags are known all the same");
}

#[test]
fn the_inverse_says_who_could_assume_a_role() {
    use Outcome::{Allowed, Depends, ImplicitDeny};
    let names = [("shop", "api"), ("shop", "web"), ("prod", "api")];
    let who = |statements: &str| could_assume(&document(statements, Kind::Trust), &token(), names);
    assert_eq!(who(GOOD), [Allowed, ImplicitDeny, ImplicitDeny]);
    let like = GOOD.replace("StringEquals", "StringLike");
    assert_eq!(who(&like.replace("shop:api", "*:api")), [Allowed, ImplicitDeny, Allowed]);
    let vpc = like.replace(r#""StringLike":{"#, r#""StringLike":{"aws:SourceVpc":"vpc-1","#);
    assert_eq!(who(&vpc.replace("shop:api", "shop:*")), [Depends, Depends, ImplicitDeny]);
}

#[test]
fn what_is_too_wide_is_named() {
    let wide = |statements: &str| too_wide(&document(statements, Kind::Trust));
    let sub = r#""oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub":"system:serviceaccount:shop:api","#;
    assert_eq!(wide(GOOD), []);
    assert_eq!(wide(&GOOD.replace(sub, "")), [TooWide::NoSubject(0, ISSUER.into())]);
    let aud = r#","oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud":"sts.amazonaws.com""#;
    let without: String =
        GOOD.split_whitespace().collect::<Vec<_>>().join(" ").replace(", \"oidc", ",\"oidc").replace(aud, "");
    assert_eq!(wide(&without), [TooWide::NoAudience(0)]);
    let like = GOOD.replace("StringEquals", "StringLike");
    for value in
        ["system:serviceaccount:*:*", "system:serviceaccount:s*:api", "*:api", "system:serviceaccount:shop:*", "*"]
    {
        assert_eq!(wide(&like.replace(SUBJECT, value)), [TooWide::WildSubject(0, ISSUER.into(), value.into())]);
    }
    for value in ["system:serviceaccount:shop:a*", "system:serviceaccount:shop:?pi"] {
        assert_eq!(wide(&like.replace(SUBJECT, value)), [TooWide::LikeNames(0, ISSUER.into(), value.into())]);
        assert_eq!(wide(&GOOD.replace(SUBJECT, value)), [], "letter by letter");
    }
    assert_eq!(wide(&like), [], "a pattern without wildcards");
    let negated = wide(&GOOD.replace("StringEquals", "StringNotEquals"));
    assert_eq!(negated, [TooWide::AllBut(0, ISSUER.into(), vec![SUBJECT.into()]), TooWide::NoAudience(0)]);
    // a token always carries both
    for operator in ["StringEqualsIfExists", "ForAllValues:StringEquals"] {
        assert_eq!(wide(&GOOD.replace("StringEquals", operator)), [], "{operator}");
    }
    let open = GOOD.replace(sub, "");
    let principal = format!(r#""Principal":{{"Federated":"{PROVIDER}"}}"#);
    let deny = |principal: &str, operator: &str, issuer: &str| {
        let condition = format!(r#""Condition":{{"{operator}":{{"{issuer}:sub":"x"}}}}"#);
        wide(&format!(r#"{open},{{"Effect":"Deny",{principal},"Action":"sts:*",{condition}}}"#))
    };
    let any = [TooWide::NoSubject(0, ISSUER.into())];
    assert_eq!(deny(&principal, "StringNotEquals", ISSUER), []);
    assert_eq!(deny(&principal, "StringNotEquals", "forge.example"), [], "of a key that is not there it holds");
    assert_eq!(deny(&principal, "ForAnyValue:StringNotEquals", "forge.example"), any, "and this one does not");
    assert_eq!(deny(&principal, "StringEquals", "forge.example"), any);
    assert_eq!(deny(&principal.replace("Principal", "NotPrincipal"), "StringNotEquals", ISSUER), any);
    assert_eq!(deny(&principal.replace(ISSUER, "forge.example"), "StringNotEquals", ISSUER), any);
    let forge = "arn:aws:iam::111122223333:oidc-provider/forge.example";
    let two = GOOD.replace(&format!(r#""{PROVIDER}""#), &format!(r#"["{PROVIDER}","{forge}"]"#));
    assert_eq!(wide(&two), [], "the forge's tokens have no such key");
    let two = two.replace("StringEquals", "StringEqualsIfExists");
    assert_eq!(wide(&two), [TooWide::NoSubject(0, "forge.example".into())]);
    for (claim, expected) in
        [("sub", vec![]), ("repository_id", vec![]), ("aud", vec![TooWide::NoSubject(0, "forge.example".into())])]
    {
        let forge = format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::111122223333:oidc-provider/forge.example"}},
                "Action":"sts:AssumeRoleWithWebIdentity",
                "Condition":{{"StringEquals":{{"forge.example:{claim}":"shop","forge.example:aud":"sts.amazonaws.com"}}}}}}"#
        );
        assert_eq!(wide(&forge), expected, "{claim}");
    }
    assert_eq!(wide(POD_IDENTITY), [TooWide::AnyCluster(0)]);
    let open = r#"{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}"#;
    assert_eq!(wide(open), [TooWide::AnyAssociation(0)]);
    assert_eq!(wide(r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#), [TooWide::Anyone(0)]);
}
