//! The log: whole lines, one lock a plan, and what it says of plans.

use super::{fresh_log, in_aws, in_kubernetes, now, one, place, resume, run, take_back};
use crate::domain::plan::{PlanState, deleting_a_role};
use crate::source::change::{ChangeLog, Ending, Run};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

#[test]
fn two_programs_append_whole_lines() {
    let (_folder, log) = fresh_log();
    let (plan, _) = in_kubernetes();
    std::thread::scope(|scope| {
        for program in 0..4 {
            let (log, plan) = (&log, &plan);
            scope.spawn(move || {
                for number in 0..25 {
                    let mut running = log.begin(&format!("{program}-{number}").into(), plan, &place()).unwrap();
                    running.begin(0).unwrap();
                    running.done(0, false).unwrap();
                    running.end().unwrap();
                }
            });
        }
    });
    let (plans, unread) = log.plans().unwrap();
    assert_eq!((plans.len(), unread), (100, 0));
    assert!(plans.iter().all(|plan| plan.state == PlanState::Done));
}

#[tokio::test(start_paused = true)]
async fn half_a_line_at_the_end_is_survived() {
    let (_folder, log) = fresh_log();
    let (plan, world) = in_kubernetes();
    run(&log, "1", &plan, &world).await;
    let mut file = std::fs::OpenOptions::new().append(true).open(log.path()).unwrap();
    file.write_all(br#"{"version":1,"id":"2","tim"#).unwrap();
    assert_eq!(log.plans().unwrap().1, 1);
    assert_eq!(take_back(&log, "1", &world).await, Ending::Done);
    let (plans, unread) = log.plans().unwrap();
    let states: Vec<PlanState> = plans.iter().map(|plan| plan.state).collect();
    assert_eq!((states, unread), (vec![PlanState::Undone, PlanState::Done], 1));
}

#[test]
fn lines_of_a_newer_version_are_counted_and_left() {
    let (_folder, log) = fresh_log();
    let (plan, _) = in_kubernetes();
    drop(log.begin(&"1".into(), &plan, &place()).unwrap());
    let text = std::fs::read_to_string(log.path()).unwrap();
    std::fs::write(log.path(), text.replace("\"version\":1", "\"version\":2")).unwrap();
    assert_eq!(log.plans().unwrap(), (Vec::new(), 1));
}

#[test]
fn a_plan_runs_as_long_as_its_lock_is_held() {
    let (_folder, log) = fresh_log();
    let (plan, _) = in_kubernetes();
    let running = log.begin(&"1".into(), &plan, &place()).unwrap();
    assert_eq!(one(&log, "1").state, PlanState::Running);
    assert!(!one(&log, "1").can_be_undone() && !one(&log, "1").is_left_open());
    let refused = log.resume(&one(&log, "1")).unwrap_err();
    assert!(refused.said.contains("runs in another rolecall"), "{refused}");
    drop(running);
    assert_eq!(one(&log, "1").state, PlanState::Unfinished);
    assert_eq!(locks(&log), 0, "the lock is gone with it");
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_a_kill_has_left_stops_nobody() {
    let (_folder, log) = fresh_log();
    let (plan, world) = in_kubernetes();
    drop(log.begin(&"1".into(), &plan, &place()).unwrap());
    std::fs::write(log.path().with_file_name("running").join("1.lock"), "").unwrap();
    assert_eq!(one(&log, "1").state, PlanState::Unfinished);
    assert_eq!(resume(&log, "1", &world).await, Ending::Done);
    assert_eq!(locks(&log), 0);
}

#[tokio::test(start_paused = true)]
async fn what_another_program_has_ended_is_not_gone_on_with() {
    let (_folder, log) = fresh_log();
    let (plan, world) = in_kubernetes();
    drop(log.begin(&"1".into(), &plan, &place()).unwrap());
    let as_it_was = one(&log, "1");
    assert_eq!(resume(&log, "1", &world).await, Ending::Done);
    let refused = log.resume(&as_it_was).unwrap_err();
    assert!(refused.said.contains("ended meanwhile"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn what_takes_back_a_taking_back_leaves_the_plan_done() {
    let (_folder, log) = fresh_log();
    let (plan, world) = in_aws();
    run(&log, "1", &plan, &world).await;
    take_back(&log, "1", &world).await;
    assert_eq!(one(&log, "1").state, PlanState::Undone);
    assert_eq!(take_back(&log, "undo of 1", &world).await, Ending::Done);
    assert_eq!(one(&log, "undo of 1").state, PlanState::Undone);
    let again = one(&log, "1");
    assert_eq!((again.state, again.can_be_undone()), (PlanState::Done, true));
}

/// A role of the same name is another one: its policies are not given to that.
#[test]
fn a_plan_that_has_deleted_its_role_is_not_undone() {
    let plan = deleting_a_role();
    let (_folder, log) = fresh_log();
    let mut running = log.begin(&"1".into(), &plan, &place()).unwrap();
    running.begin(0).unwrap();
    running.done(0, false).unwrap();
    drop(running);
    assert!(one(&log, "1").can_be_undone(), "the role is there");
    for was_so in [false, true] {
        let id = was_so.to_string();
        let mut running = log.begin(&id.as_str().into(), &plan, &place()).unwrap();
        for (step, already) in [(0, false), (1, was_so)] {
            running.begin(step).unwrap();
            running.done(step, already).unwrap();
        }
        running.end().unwrap();
        let logged = one(&log, &id);
        assert_eq!((logged.has_changed(), logged.can_be_undone()), (true, false), "{was_so}");
        assert_eq!(logged.roles_deleted(), ["spare".into()].iter().collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_log_nothing_is_written() {
    let (_folder, log) = fresh_log();
    let (plan, world) = in_kubernetes();
    let running = log.begin(&"1".into(), &plan, &place()).unwrap();
    std::fs::remove_file(log.path()).unwrap();
    std::fs::create_dir(log.path()).unwrap();
    let ended = Run { changes: world.clone(), plan: &plan, log: running }.carry_out(|_| {}).await;
    assert!(ended.unwrap_err().to_string().contains("changes.jsonl cannot be used"));
    assert_eq!(world.writes(), 0);
}

#[test]
fn it_is_for_its_owner_alone() {
    let (_folder, log) = fresh_log();
    let (plan, _) = in_kubernetes();
    drop(log.begin(&"1".into(), &plan, &place()).unwrap());
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&log.path()), mode(log.path().parent().unwrap())), (0o600, 0o700));
}

#[test]
fn ids_tell_the_time_and_differ() {
    let (one, other) = (ChangeLog::new_id(now()), ChangeLog::new_id(now()));
    assert!(one.starts_with("19700101-000000-"), "{one}");
    assert_ne!(one, other);
}

fn locks(log: &ChangeLog) -> usize {
    std::fs::read_dir(log.path().with_file_name("running")).unwrap().count()
}

/// Another program may have the log for a while: facts come in and questions are put all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_waits_for_the_log_keeps_nothing_else_waiting() {
    let (_folder, log) = fresh_log();
    let (plan, _) = in_kubernetes();
    let running = log.begin(&"1".into(), &plan, &place()).unwrap();
    let others = std::fs::File::open(log.path()).unwrap();
    others.lock().unwrap();
    let waits = tokio::spawn(async move { running.begin(0) });
    tokio::task::yield_now().await;
    std::thread::sleep(std::time::Duration::from_millis(100));
    let (say, said) = std::sync::mpsc::channel();
    tokio::spawn(async move { say.send(()) });
    said.recv_timeout(std::time::Duration::from_secs(10)).expect("the runtime goes on");
    assert!(!waits.is_finished(), "it has the log to wait for");
    others.unlock().unwrap();
    waits.await.unwrap().unwrap();
}
