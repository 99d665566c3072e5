//! Pod Identity associations: pages, what may not be described, and a list without end.

use super::*;
use aws_smithy_runtime_api::client::http::{HttpConnectorFuture, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::sync::atomic::{AtomicUsize, Ordering};

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

#[tokio::test(start_paused = true)]
async fn one_that_was_throttled_is_not_told_as_forbidden() {
    let page = r#"{"associations":[{"namespace":"shop","serviceAccount":"api","associationId":"a-1"}]}"#;
    let throttled = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    let answers: Vec<(u16, &str)> = std::iter::once((200, page)).chain([(400, throttled); 20]).collect();
    let replay = replay(&answers).await;
    let answer = replay.answer(Question::Associations).await;
    let Some(Delta::Associations(Reading::Read { value, .. })) = answer.last() else { panic!("{answer:?}") };
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

#[tokio::test]
async fn those_of_one_namespace_are_asked_for_by_it_and_no_others_are_described() {
    let page = r#"{"associations":[{"namespace":"shop","serviceAccount":"api","associationId":"a-1"}]}"#;
    let described = r#"{"association":{"associationId":"a-1","namespace":"shop","serviceAccount":"api","roleArn":"arn:aws:iam::111122223333:role/x"}}"#;
    let replay = replay(&[(200, page), (200, described)]).await;
    let answer = replay.answer(Question::AssociationsOf("shop".into())).await;
    let [Delta::AssociationsOf(namespace, Reading::Read { value, .. })] = &*answer else { panic!("{answer:?}") };
    assert_eq!((&**namespace, value.len()), ("shop", 1));
    let listed = replay.client.actual_requests().next().unwrap().uri().to_owned();
    assert!(listed.contains("namespace=shop"), "{listed}");
    assert!(replay.commands()[0].contains("--namespace shop"), "{:?}", replay.commands());
}

/// Lists so many associations, and describes each that it is asked for.
#[derive(Debug, Clone)]
struct Many(Arc<AtomicUsize>);

impl HttpConnector for Many {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let role = "arn:aws:iam::111122223333:role/x";
        let one = |id: &str| {
            format!(r#"{{"associationId":"{id}","namespace":"shop","serviceAccount":"{id}","roleArn":"{role}"}}"#)
        };
        let body = if let Some((_, number)) = request.uri().rsplit_once("/a-") {
            format!(r#"{{"association":{}}}"#, one(&format!("a-{number}")))
        } else {
            let all = (1..=self.0.load(Ordering::Relaxed)).map(|number| one(&format!("a-{number:03}")));
            format!(r#"{{"associations":[{}]}}"#, all.collect::<Vec<_>>().join(","))
        };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body))))
    }
}

impl HttpClient for Many {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

#[tokio::test]
async fn in_turn_the_new_ones_are_described_and_of_the_others_the_oldest() {
    let count = Arc::new(AtomicUsize::new(100));
    let many = Many(count.clone());
    let (account, calls) = account_by(many, Arc::new(|| async { None }.boxed()), (Some("lab"), &[])).await;
    let in_turn = Question::AssociationsInTurn(None);
    for (question, listed) in [(Question::Associations, 100), (in_turn.clone(), 101), (in_turn, 101)] {
        count.store(listed, Ordering::Relaxed);
        let answer = answer_of(&account, question).await;
        let [Delta::Associations(Reading::Read { value, .. })] = &*answer else { panic!("{answer:?}") };
        assert_eq!(value.len(), listed);
        assert!(value.iter().all(|one| one.gap().is_none()), "{value:?}");
    }
    let commands: Vec<String> = calls.logged().calls.into_iter().map(|call| call.command).collect();
    let turns: Vec<&[String]> =
        commands.split(|command| command.contains("list-pod-identity-associations")).skip(1).collect();
    assert_eq!(turns.iter().map(|turn| turn.len()).collect::<Vec<_>>(), [100, 61, 60]);
    let asks = |turn: &[String], id: &str| turn.iter().any(|command| command.contains(id));
    assert!(asks(turns[1], "a-001") && asks(turns[1], "a-101") && !asks(turns[1], "a-070"), "{:?}", turns[1]);
    assert!(asks(turns[2], "a-070") && asks(turns[2], "a-100") && !asks(turns[2], "a-101"), "{:?}", turns[2]);
}

/// Lists two associations; the description of the second never comes.
#[derive(Debug, Clone)]
struct HalfHung;

impl HttpConnector for HalfHung {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let role = "arn:aws:iam::111122223333:role/x";
        let one = |id: &str| {
            format!(r#"{{"associationId":"{id}","namespace":"shop","serviceAccount":"{id}","roleArn":"{role}"}}"#)
        };
        let body = match request.uri() {
            uri if uri.ends_with("/a-2") => return HttpConnectorFuture::new(std::future::pending()),
            uri if uri.ends_with("/a-1") => format!(r#"{{"association":{}}}"#, one("a-1")),
            _ => format!(r#"{{"associations":[{},{}]}}"#, one("a-1"), one("a-2")),
        };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body))))
    }
}

impl HttpClient for HalfHung {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn a_description_that_hangs_holds_up_no_other() {
    let (account, _) = account_by(HalfHung, Arc::new(|| async { None }.boxed()), (Some("lab"), &[])).await;
    let (out, mut deltas) = mpsc::channel(100);
    let started = tokio::time::Instant::now();
    let ((), told) = tokio::join!(account.answer(Question::Associations, out), async {
        let mut told = Vec::new();
        while let Some(batch) = deltas.recv().await {
            let [Delta::Associations(Reading::Read { value, .. })] = &*batch else { panic!("{batch:?}") };
            let gaps: Vec<_> = value.iter().map(|one| one.gap().map(|gap| gap.reason)).collect();
            told.push((started.elapsed().as_secs(), gaps));
        }
        told
    });
    let [(soon, first), (late, last)] = &*told else { panic!("{told:?}") };
    assert_eq!(first, &[None, Some(GapReason::NotLoadedYet)], "what is there is told, the other waited for");
    assert_eq!(last, &[None, Some(GapReason::Timeout)]);
    assert!(*soon <= 3 && *late >= 10, "{told:?}");
    let again = answer_of(&account, Question::Associations).await;
    assert_eq!(again.len(), 1, "what was told whole once is not told in halves again");
}
