//! A cluster that nothing names, and a plain name that may be its own.

use super::*;
use crate::source::aws::IssuerSource;

const FOUND: &str =
    r#"{"cluster":{"name":"work","endpoint":"https://eks.test","identity":{"oidc":{"issuer":"https://oidc.test/a"}}}}"#;
const MISSING: &str = r#"{"__type":"ResourceNotFoundException","message":"No cluster found for name: work."}"#;
const UNNAMED: &str = "the EKS cluster's name could not be found out: name it with --cluster-name";

fn issuer(of: Option<&'static str>) -> IssuerSource {
    Arc::new(move || async move { of.map(str::to_owned) }.boxed())
}

async fn asked(answers: &[(u16, &str)], of: Option<&'static str>) -> (Replay, Vec<Delta>) {
    let replay = replay_named(answers, issuer(of), (None, &["work"])).await;
    let answer = replay.answer(Question::Cluster).await;
    (replay, answer)
}

#[tokio::test]
async fn one_that_eks_knows_and_the_issuer_proves_is_the_clusters_name() {
    let (replay, answer) = asked(&[(200, FOUND)], Some("https://oidc.test/a")).await;
    let [Delta::Cluster(Reading::Read { value, .. })] = &*answer else { panic!("{answer:?}") };
    assert!(matches!(value.confirmation, Confirmation::Confirmed(_)), "{value:?}");
    assert_eq!(replay.account.cluster_name().unwrap(), "work", "later calls name it");
}

#[tokio::test]
async fn credentials_that_have_expired_stand_nearer_than_a_name() {
    let expired = iam_error("ExpiredToken", "The security token included in the request is expired");
    let replay = replay_named(&[(403, &expired), (403, &expired)], issuer(None), (None, &[])).await;
    let (associations, cluster) = (replay.answer(Question::Associations).await, replay.answer(Question::Cluster).await);
    let [Delta::Associations(Reading::Unread(gap))] = &*associations else { panic!("{associations:?}") };
    let [Delta::Cluster(Reading::Unread(same))] = &*cluster else { panic!("{cluster:?}") };
    assert_eq!((gap.reason, same.reason), (GapReason::Expired, GapReason::Expired));
    assert!(gap.sentence.starts_with("the AWS credentials have expired"), "{}", gap.sentence);
}

#[tokio::test]
async fn one_that_nothing_proves_or_that_is_another_clusters_or_nobodys_tells_nothing() {
    let denied = r#"{"__type":"AccessDeniedException","message":"no"}"#;
    for (status, body, of) in
        [(200, FOUND, None), (200, FOUND, Some("https://oidc.test/b")), (404, MISSING, None), (403, denied, None)]
    {
        let (replay, answer) = asked(&[(status, body), (200, CALLER)], of).await;
        let [Delta::Cluster(Reading::Unread(gap))] = &*answer else { panic!("{answer:?}") };
        assert_eq!((gap.reason, &*gap.sentence), (GapReason::NotFoundOut, UNNAMED), "{status} {of:?}");
        assert!(replay.account.cluster_name().is_err());
    }
}
