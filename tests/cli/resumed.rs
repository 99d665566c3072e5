//! What is left of a plan that was stopped.

use super::rolecall;
use rolecall::domain::model::Name;
use rolecall::domain::plan::{Change, Content, Place, Plan, PlanKind, Target};
use rolecall::source::change::ChangeLog;

/// The log of a plan of the demo's that was killed before its second step.
fn stopped_log(log: &ChangeLog) -> Option<String> {
    let text = |text: &str| Some(Name::from(text));
    let role = |name: &str| text(&format!("arn:aws:iam::111122223333:role/eks/{name}"));
    let annotated = |name| Content::Annotations([("eks.amazonaws.com/role-arn".into(), role(name))].into());
    let mut plan = Plan::new(PlanKind::Annotate, "bind serviceaccount/api in shop to role eks/shop-cart");
    let target = Target::Annotations { namespace: "shop".into(), name: "api".into() };
    plan.push(Change { target, from: annotated("shop-api"), to: annotated("shop-cart") });
    let target =
        Target::Rollout { namespace: "shop".into(), kind: "Deployment".into(), name: "api".into(), account: None };
    let to = Content::Restarted(text("2026-11-29T09:00:00Z"));
    plan.push(Change { target, from: Content::Restarted(None), to });
    let server = text("https://7B2E90C41D5F4A0E8C63B1F27A95D4E8.gr7.eu-west-1.eks.amazonaws.com");
    let place = Place { server, cluster: text("prod-eu"), account: text("111122223333"), ..Place::default() };
    drop(log.begin(&"20261129-090000-1a2b".into(), &plan, &place).ok()?);
    let begun = std::fs::read_to_string(log.path()).ok()?;
    let mut line: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&begun).ok()?;
    line.remove("plan");
    line.insert("step".to_owned(), 0.into());
    let mut whole = begun;
    for event in ["stepBegun", "stepDone"] {
        line.insert("event".to_owned(), event.into());
        whole.push_str(&serde_json::Value::Object(line.clone()).to_string());
        whole.push('\n');
    }
    std::fs::write(log.path(), &whole).ok()?;
    Some(whole)
}

#[test]
fn what_is_left_of_a_plan_is_exported_and_not_made() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state");
    let log = ChangeLog::new(state.join("rolecall"));
    let stopped = stopped_log(&log).unwrap();
    for more in [&["--yes", "--accept-loss"][..], &["--readonly"]] {
        let mut run = rolecall();
        run.env("XDG_STATE_HOME", &state).args(["resume", "--demo", "-n", "shop", "--export", "kubectl"]).args(more);
        let output = run.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{more:?}: {output:?}");
        let exported = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            exported,
            "# bind serviceaccount/api in shop to role eks/shop-cart\nkubectl rollout restart deployment/api -n shop\n",
            "only the step that is left, and no preview"
        );
        assert_eq!(std::fs::read_to_string(log.path()).unwrap(), stopped, "{more:?}: it was not gone on with");
    }
}
