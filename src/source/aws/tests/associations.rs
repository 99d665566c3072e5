//! Pod Identity associations: pages, what may not be described, and a list without end.

use super::*;

#[tokio::test]
async fn associations_come_in_pages_and_one_that_may_not_be_described_has_no_role() {
    let one = |id: &str| {
        format!(r#"{{"clusterName":"lab","namespace":"shop","serviceAccount":"{id}","associationId":"{id}"}}"#)
    };
    let page_1 = format!(r#"{{"associations":[{}],"nextToken":"t"}}"#, one("a-1"));
    let page_2 = format!(r#"{{"associations":[{}]}}"#, one("a-2"));
    let described = r#"{"association":{"associationId":"a-1","namespace":"shop","serviceAccount":"a-1","roleArn":"arn:aws:iam::111122223333:role/x","createdAt":1.7e9}}"#;
    let denied = r#"{"__type":"AccessDeniedException","message":"no"}"#;
    let replay = replay(&[(200, &page_1), (200, &page_2), (200, described), (403, denied)]).await;
    let answer = replay.answer(Question::Associations).await;
    let [Delta::Associations(Reading::Read { value, .. })] = &*answer else { panic!("{answer:?}") };
    let roles: Vec<Option<&str>> = value.iter().map(|one| one.role_arn.as_ref().map(RoleArn::as_str)).collect();
    assert_eq!(roles, [Some("arn:aws:iam::111122223333:role/x"), None]);
    let gap = value[1].gap().unwrap();
    assert_eq!((gap.reason, gap.object.as_deref()), (GapReason::Forbidden, Some("a-2")));
    assert!(value[0].gap().is_none());
}

#[tokio::test]
async fn one_that_was_throttled_is_not_told_as_forbidden() {
    let page = r#"{"associations":[{"namespace":"shop","serviceAccount":"api","associationId":"a-1"}]}"#;
    let throttled = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    let answers: Vec<(u16, &str)> = std::iter::once((200, page)).chain([(400, throttled); 20]).collect();
    let replay = replay(&answers).await;
    let answer = replay.answer(Question::Associations).await;
    let [Delta::Associations(Reading::Read { value, .. })] = &*answer else { panic!("{answer:?}") };
    assert_eq!(value[0].gap().map(|gap| gap.reason), Some(GapReason::Throttled));
}

#[tokio::test]
async fn a_list_without_end_is_a_gap_and_not_a_complete_list() {
    let page = r#"{"associations":[],"nextToken":"again"}"#;
    let replay = replay(&[(200, page); 100]).await;
    let answer = replay.answer(Question::Associations).await;
    let [Delta::Associations(Reading::Unread(gap))] = &*answer else { panic!("{answer:?}") };
    assert_eq!(gap.reason, GapReason::NotFoundOut);
    assert!(gap.sentence.contains("after 100 pages"), "{}", gap.sentence);
}
