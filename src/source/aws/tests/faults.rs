//! Calls that are turned away, answered by something else than AWS, or not answered.

use super::*;

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
    assert_eq!(calls.logged().calls.len(), 1, "the second was not sent");
    tokio::time::advance(std::time::Duration::from_secs(15)).await;
    let answer = replay.answer(Question::Providers).await;
    assert!(matches!(&*answer, [Delta::Providers(Reading::Read { .. })]), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn each_call_that_is_read_with_is_tried() {
    let replay = replay(&[(200, CALLER)]).await;
    let tried: Vec<String> = replay.account.readable().await.into_iter().map(|access| access.call).collect();
    assert_eq!(tried, crate::source::AWS_READS);
}
