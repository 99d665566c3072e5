//! The cluster and its instances: what confirms it, what refutes it, and which region counts.

use super::*;
use crate::source::aws::IssuerSource;

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
    let issuer: IssuerSource = Arc::new(|| async { Some("https://oidc.test/b".to_owned()) }.boxed());
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
async fn the_region_of_the_nodes_counts_only_where_none_was_named() {
    let replay = replay(&[]).await;
    replay.account.learn(Some("other"), Some("us-west-2"));
    assert_eq!(replay.account.cluster_name().unwrap(), "lab");
    assert_eq!(replay.account.clients().region.as_deref(), Some("eu-west-1"));
}

/// EKS answers for a missing cluster as for a missing node group: which of them it is, the cluster itself tells.
#[tokio::test]
async fn a_node_group_is_missing_only_in_a_cluster_that_is_there() {
    let missing = r#"{"__type":"ResourceNotFoundException","message":"not found"}"#;
    let cluster = r#"{"cluster":{"name":"lab","endpoint":"https://eks.test"}}"#;
    let there = replay(&[(404, missing), (200, cluster)]).await;
    let answer = there.answer(Question::Nodegroup("ng".into())).await;
    assert!(matches!(&*answer, [Delta::Nodegroup(_, Reading::Missing { .. })]), "{answer:?}");
    let gone = replay(&[(404, missing), (404, missing), (200, CALLER)]).await;
    let answer = gone.answer(Question::Nodegroup("ng".into())).await;
    let [Delta::Nodegroup(_, Reading::Unread(gap))] = &*answer else { panic!("{answer:?}") };
    assert!(gap.sentence.starts_with("there is no EKS cluster lab in eu-west-1"), "{gap:?}");
}
