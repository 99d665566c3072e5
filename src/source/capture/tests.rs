use super::source;
use crate::domain::inventory::{Delta, Kind, ObjectRef, Scope};
use crate::domain::model::{GapReason, Name, Question, Reading};
use crate::report::capture::from_text;
use crate::source::{Ask, Source};
use tokio::sync::mpsc;

fn small() -> Source {
    let text = r#"{"apiVersion":"rolecall/v1","kind":"Capture","takenAt":"2026-11-24T09:00:00Z",
        "kubernetes":{"namespaces":[{"name":"shop"},{"name":"other"}],
          "pods":[{"namespace":"shop","name":"a","spec":{"containers":[{"name":"app"}]}},
                  {"namespace":"other","name":"b","spec":{}}]},
        "aws":{"roles":[{"arn":"arn:aws:iam::111122223333:role/gone","missing":true}]}}"#;
    source(from_text(text).unwrap(), "small.json")
}

async fn told(ask: Ask) -> Vec<Delta> {
    let (out, mut deltas) = mpsc::channel(8);
    let follow = small().facts.follow(ask, out);
    let read = async {
        let mut all = Vec::new();
        while let Some(batch) = deltas.recv().await {
            all.extend(batch);
        }
        all
    };
    tokio::join!(follow, read).1
}

async fn answered(question: Question) -> Vec<Delta> {
    let (out, mut deltas) = mpsc::channel(8);
    small().roles.answer(question, out).await;
    deltas.recv().await.unwrap()
}

fn pods(scope: Scope, selector: Option<&str>) -> Ask {
    Ask {
        kinds: vec![Kind::Pod],
        scope,
        fall_back: false,
        selector: selector.map(str::to_owned),
        watch: false,
        user: false,
    }
}

#[tokio::test]
async fn a_list_is_told_over_the_scope_that_was_asked_for() {
    let scope = Scope::Namespace(Name::from("shop"));
    let deltas = told(pods(scope.clone(), None)).await;
    assert_eq!(deltas[0], Delta::Listing { kind: Kind::Pod, scope, expected: Some(1) });
    assert!(matches!(&deltas[1], Delta::Pod(pod) if &*pod.name == "a"));
    assert!(matches!(deltas[2], Delta::Listed(Kind::Pod, _)));
}

#[tokio::test]
async fn labels_cannot_be_selected_by() {
    let deltas = told(pods(Scope::Cluster, Some("app=x"))).await;
    assert!(matches!(&deltas[1], Delta::Unreadable(Kind::Pod, gap) if gap.reason == GapReason::NotSupported));
}

#[tokio::test]
async fn what_was_not_asked_then_is_a_gap_now() {
    let missing = Name::from("arn:aws:iam::111122223333:role/gone");
    let deltas = answered(Question::Role(missing)).await;
    assert!(matches!(&deltas[0], Delta::Role(_, Reading::Missing { .. })));
    let deltas = answered(Question::Role(Name::from("arn:aws:iam::111122223333:role/other"))).await;
    assert!(matches!(&deltas[0], Delta::Role(_, Reading::Unread(gap)) if gap.reason == GapReason::NotSupported));
}

#[tokio::test]
async fn an_object_is_shown_in_our_wire_form() {
    let object = ObjectRef::new(Kind::Pod, Name::from("shop"), Name::from("a"));
    let yaml = small().facts.object(object).await.unwrap();
    assert!(yaml.contains("namespace: shop") && yaml.contains("- name: app"), "{yaml}");
    let absent = ObjectRef::new(Kind::Pod, Name::from("shop"), Name::from("z"));
    assert!(small().facts.object(absent).await.is_err());
}
