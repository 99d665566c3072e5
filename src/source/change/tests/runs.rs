//! One run: what is written, what is refused, and what is said of it.

use super::world::{Fault, Meddling, World};
use super::{
    annotations, attachment, carried, fresh_log, in_aws, in_kubernetes, one, place, planned, resume, role_arn, run,
    take_back, way_back, why,
};
use crate::domain::plan::{Content, Plan, PlanState, RoleContent, Target};
use crate::source::FailureKind;
use crate::source::change::{Ending, Progress, Run, StepState, Why, fitted};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_change_in_kubernetes_is_seen_at_once() {
    let ((plan, world), (_folder, log), began) = (in_kubernetes(), fresh_log(), Instant::now());
    let (ending, told) = run(&log, "1", &plan, &world).await;
    assert_eq!(ending, Ending::Done);
    assert_eq!(told, [Progress::Looking(0), Progress::Writing(0), Progress::Done(0, false)]);
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(one(&log, "1").state, PlanState::Done);
}

#[tokio::test(start_paused = true)]
async fn aws_is_waited_for_until_it_shows_the_change() {
    let ((plan, world), (_folder, log), began) = (in_aws(), fresh_log(), Instant::now());
    world.lag(Duration::from_secs(9));
    let (ending, told) = run(&log, "1", &plan, &world).await;
    assert_eq!(ending, Ending::Done);
    assert!(told.contains(&Progress::Waiting(0)), "{told:?}");
    assert!((9..15).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn aws_is_not_waited_for_without_end() {
    let ((plan, world), (_folder, log), began) = (in_aws(), fresh_log(), Instant::now());
    world.lag(Duration::from_hours(1));
    let (ending, _) = run(&log, "1", &plan, &world).await;
    let Ending::Stopped(stopped) = &ending else { panic!("{ending:?}") };
    assert_eq!(stopped.why, Why::Unshown(Duration::from_mins(1)), "nobody else has written");
    assert!((60..70).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    let said = stopped.said(&plan);
    assert!(said.ends_with("was written, but AWS does not show it after 60 s: it may yet"), "{said}");
    assert!(stopped.hint().is_some_and(|hint| hint.contains("look again")) && stopped.now().is_none());
    let logged = one(&log, "1");
    let [StepState::Failed(error, true)] = &logged.steps[..] else { panic!("it may have been made: {logged:?}") };
    assert!(error.contains("AWS does not show it") && logged.can_be_undone(), "{error}");
    // as soon as it shows, going on finds it done
    sleep(Duration::from_hours(1)).await;
    assert_eq!((resume(&log, "1", &world).await, world.writes()), (Ending::Done, 1));
}

#[tokio::test(start_paused = true)]
async fn something_third_in_aws_is_a_lost_race() {
    let ((plan, world), (_folder, log)) = (in_aws(), fresh_log());
    world.meddle(Meddling::After(Content::Document("{}".into())));
    let (ending, _) = run(&log, "1", &plan, &world).await;
    assert!(matches!(why(&ending), Why::Raced { now: Content::Document(_), .. }), "{ending:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_moved_since_the_preview_is_left_alone() {
    for (plan, world, moved) in [
        (in_kubernetes().0, in_kubernetes().1, role_arn(Some("arn:other"))),
        (in_kubernetes().0, in_kubernetes().1, Content::Absent),
    ] {
        let (_folder, log) = fresh_log();
        let target = &plan.steps[0].change.target;
        world.put(target, &moved);
        let (ending, _) = run(&log, "1", &plan, &world).await;
        assert!(matches!(why(&ending), Why::Moved { now, by: Some(by) } if *now == moved && &*by.manager == "helm"));
        assert_eq!((world.writes(), world.content(target)), (0, moved));
        assert_eq!(one(&log, "1").state, PlanState::Stopped);
        assert!(!one(&log, "1").can_be_undone(), "nothing was written");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_writer_between_look_and_write_is_not_overwritten() {
    let ((plan, world), (_folder, log)) = (in_kubernetes(), fresh_log());
    world.meddle(Meddling::Before(role_arn(Some("arn:theirs"))));
    let (ending, _) = run(&log, "1", &plan, &world).await;
    assert!(matches!(why(&ending), Why::Moved { now, .. } if *now == role_arn(Some("arn:theirs"))), "{ending:?}");
    assert_eq!(world.writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_changes_beside_what_is_written_does_not_stop_it() {
    let ((plan, world), (_folder, log)) = (in_kubernetes(), fresh_log());
    world.meddle(Meddling::Beside(2));
    assert_eq!(run(&log, "1", &plan, &world).await.0, Ending::Done);
    assert_eq!((world.writes(), world.content(&annotations("api"))), (1, role_arn(Some("arn:new"))));
    let ((plan, world), (_folder, log)) = (in_kubernetes(), fresh_log());
    world.meddle(Meddling::Beside(usize::MAX));
    let (ending, _) = run(&log, "1", &plan, &world).await;
    assert!(matches!(why(&ending), Why::Failed(_)), "not without end: {ending:?}");
    assert_eq!(world.writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_lost_race_is_told() {
    let ((plan, world), (_folder, log)) = (in_kubernetes(), fresh_log());
    world.meddle(Meddling::After(role_arn(Some("arn:theirs"))));
    let (ending, _) = run(&log, "1", &plan, &world).await;
    assert!(matches!(why(&ending), Why::Raced { now, .. } if *now == role_arn(Some("arn:theirs"))), "{ending:?}");
    assert!(why(&ending).is_uncertain());
}

/// What stands in the log after one write that went wrong, and whether it may have been made.
async fn gone_wrong(fault: Fault, (plan, world): (Plan, Arc<World>)) -> (Ending, StepState, Duration) {
    let ((_folder, log), began) = (fresh_log(), Instant::now());
    world.fault(fault);
    let (ending, _) = run(&log, "1", &plan, &world).await;
    let took = began.elapsed();
    let state = one(&log, "1").steps[0].clone();
    if ending != Ending::Done {
        assert_eq!(one(&log, "1").state, PlanState::Stopped);
        // whatever came of it: it can be gone on with
        sleep(Duration::from_mins(1)).await;
        assert_eq!(resume(&log, "1", &world).await, Ending::Done);
    }
    let change = &plan.steps[0].change;
    assert_eq!(world.content(&change.target), change.to);
    assert_eq!(one(&log, "1").state, PlanState::Done);
    if state != StepState::WasSo && one(&log, "1").can_be_undone() {
        assert_eq!(take_back(&log, "1", &world).await, Ending::Done);
        assert_eq!((world.content(&change.target), one(&log, "1").state), (change.from.clone(), PlanState::Undone));
    }
    (ending, state, took)
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_refused_was_not_made() {
    for made in [in_kubernetes(), in_aws()] {
        let (ending, state, took) = gone_wrong(Fault::Denied, made).await;
        assert!(matches!(why(&ending), Why::Failed(_)), "{ending:?}");
        assert_eq!((state, took), (StepState::Failed("you may not".to_owned(), false), Duration::ZERO));
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_without_an_answer_may_be_made_yet() {
    for (made, seconds) in [(in_kubernetes(), 2..4), (in_aws(), 15..21)] {
        for fault in [Fault::Lost, Fault::MadeLater(40)] {
            let (ending, state, took) = gone_wrong(fault, made.clone()).await;
            assert!(matches!(why(&ending), Why::Unanswered(_)), "{ending:?}");
            assert!(matches!(state, StepState::Failed(_, true)), "{state:?}");
            assert!(seconds.contains(&took.as_secs()), "{took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_without_an_answer_that_shows_was_made() {
    for made in [in_kubernetes(), in_aws()] {
        let (ending, state, _) = gone_wrong(Fault::MadeUnanswered, made).await;
        assert_eq!((ending, state), (Ending::Done, StepState::Done));
    }
    let (plan, world) = in_aws();
    world.lag(Duration::from_secs(8));
    let (ending, state, _) = gone_wrong(Fault::MadeUnanswered, (plan, world)).await;
    assert_eq!((ending, state), (Ending::Done, StepState::Done), "although AWS shows it only after a while");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_back_may_have_been_made() {
    use FailureKind::{Forbidden, Unauthenticated, Unreachable};
    // whom it is refused gets no further by waiting longer than AWS takes to know what was written
    for ((plan, world), because, seconds) in [
        (in_kubernetes(), Unreachable, 60..70),
        (in_aws(), Unreachable, 60..70),
        (in_kubernetes(), Forbidden, 2..5),
        (in_aws(), Forbidden, 15..20),
        (in_aws(), Unauthenticated, 15..20),
    ] {
        let ((_folder, log), began) = (fresh_log(), Instant::now());
        world.turn_blind(because);
        let (ending, _) = run(&log, "1", &plan, &world).await;
        assert!(matches!(why(&ending), Why::Unseen(_)), "{ending:?}");
        assert!(seconds.contains(&began.elapsed().as_secs()), "{because:?}: {:?}", began.elapsed());
        assert!(one(&log, "1").can_be_undone());
    }
}

/// Who goes on and cannot even look learns nothing of what was made before.
#[tokio::test(start_paused = true)]
async fn what_may_have_been_made_may_still_have_been_where_going_on_fails() {
    for because in [FailureKind::Forbidden, FailureKind::Unreachable] {
        let ((plan, world), (_folder, log)) = (in_kubernetes(), fresh_log());
        world.turn_blind(because);
        assert!(matches!(why(&run(&log, "1", &plan, &world).await.0), Why::Unseen(_)));
        let ending = resume(&log, "1", &world).await;
        let Ending::Stopped(stopped) = &ending else { panic!("{ending:?}") };
        assert!(matches!(stopped.why, Why::Failed(_)) && stopped.is_uncertain(), "{stopped:?}");
        let said = stopped.said(&plan);
        assert_eq!(said, "serviceaccount/api was not changed now, and may have been before: not read");
        let logged = one(&log, "1");
        assert!(matches!(&logged.steps[..], [StepState::Failed(_, true)]), "{logged:?}");
        assert!(logged.can_be_undone(), "it was made");
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_stops_the_plan() {
    let steps = ["a", "b", "c"].map(|policy| (attachment(policy), Content::Absent, Content::Present));
    let ((plan, world), (_folder, log)) = (planned(&steps), fresh_log());
    world.spare();
    world.fault(Fault::Denied);
    let (ending, _) = run(&log, "1", &plan, &world).await;
    assert!(matches!(&ending, Ending::Stopped(stopped) if stopped.step == 1 && stopped.done == [0]), "{ending:?}");
    let logged = one(&log, "1");
    assert_eq!((&logged.steps[0], &logged.steps[2]), (&StepState::Done, &StepState::NotStarted));
    assert_eq!(world.content(&attachment("c")), Content::Absent);
    assert_eq!(take_back(&log, "1", &world).await, Ending::Done);
    assert_eq!(world.content(&attachment("a")), Content::Absent);
}

/// A role that is made for a ServiceAccount, which another binding got meanwhile.
#[tokio::test(start_paused = true)]
async fn nothing_is_written_where_a_later_step_is_refused() {
    let role = Content::Role(Box::new(RoleContent::bare()));
    let steps = [
        (Target::Role { name: "api".into() }, Content::Absent, role),
        (attachment("p"), Content::Absent, Content::Present),
        (annotations("api"), role_arn(None), role_arn(Some("arn:new"))),
    ];
    let ((plan, world), (_folder, log)) = (planned(&steps), fresh_log());
    world.put(&annotations("api"), &role_arn(Some("arn:theirs")));
    let (ending, told) = run(&log, "1", &plan, &world).await;
    let Ending::Stopped(stopped) = &ending else { panic!("{ending:?}") };
    assert!(matches!(why(&ending), Why::Moved { .. }), "{ending:?}");
    assert_eq!((stopped.step, &stopped.done[..], world.writes(), told), (2, &[][..], 0, vec![]));
    let logged = one(&log, "1");
    assert_eq!((logged.state, logged.can_be_undone()), (PlanState::Stopped, false));
    assert!(matches!(&logged.steps[..], [StepState::NotStarted, StepState::NotStarted, StepState::Failed(_, false)]));
    // once it holds again what it did, the whole is gone on with
    world.put(&annotations("api"), &role_arn(None));
    assert_eq!((resume(&log, "1", &world).await, world.writes()), (Ending::Done, 3));
}

#[tokio::test(start_paused = true)]
async fn what_was_so_before_is_not_taken_back() {
    let steps = ["ours", "theirs"].map(|policy| (attachment(policy), Content::Absent, Content::Present));
    let ((plan, world), (_folder, log)) = (planned(&steps), fresh_log());
    world.put(&attachment("theirs"), &Content::Present);
    let (ending, told) = run(&log, "1", &plan, &world).await;
    assert_eq!((ending, told.contains(&Progress::Done(1, true))), (Ending::Done, true));
    assert_eq!(one(&log, "1").steps, [StepState::Done, StepState::WasSo]);
    assert_eq!(take_back(&log, "1", &world).await, Ending::Done);
    let left = (world.content(&attachment("ours")), world.content(&attachment("theirs")));
    assert_eq!(left, (Content::Absent, Content::Present));
}

/// It was killed when it had written, and before it could write that down.
#[tokio::test(start_paused = true)]
async fn what_was_made_before_it_was_killed_is_told_as_made() {
    let ((plan, world), (_folder, log)) = (in_kubernetes(), fresh_log());
    log.begin(&"1".into(), &plan, &place()).unwrap().begin(0).unwrap();
    world.put(&plan.steps[0].change.target, &plan.steps[0].change.to);
    let running = log.resume(&one(&log, "1")).unwrap();
    let (ending, told) = carried(Run { changes: world.clone(), plan: &plan, log: running }).await;
    assert_eq!((ending, told), (Ending::Done, vec![Progress::Looking(0), Progress::Done(0, false)]));
    assert_eq!(one(&log, "1").steps, [StepState::Done]);
}

#[tokio::test(start_paused = true)]
async fn what_others_changed_since_is_not_taken_back() {
    let ((plan, world), (_folder, log)) = (in_kubernetes(), fresh_log());
    run(&log, "1", &plan, &world).await;
    world.put(&annotations("api"), &role_arn(Some("arn:theirs")));
    let said = fitted(&*world, way_back(&log, "1")).await.unwrap_err().sentence;
    assert!(said.contains("changed by helm since, and now holds eks.amazonaws.com/role-arn=arn:theirs"), "{said}");
    // and where it was changed only after that was looked at
    let ending = take_back(&log, "1", &world).await;
    assert!(matches!(why(&ending), Why::Moved { .. }), "{ending:?}");
    assert_eq!(world.content(&annotations("api")), role_arn(Some("arn:theirs")));
    assert_eq!(one(&log, "1").state, PlanState::Done, "it was not taken back");
}
