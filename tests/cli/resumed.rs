//! What is left of a plan that was stopped.

use super::rolecall;
use std::path::Path;

/// The log of a plan of the demo's that was killed before its second step.
fn stopped_log(scratch: &Path) -> Option<String> {
    let annotate =
        ["annotate", "sa/api", "role/shop-cart", "-n", "shop", "--demo", "--yes", "--accept-loss", "--restart"];
    rolecall().env("TMPDIR", scratch).args(annotate).assert().success();
    let mut folders = std::fs::read_dir(scratch).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let whole = folders.find_map(|folder| std::fs::read_to_string(folder.join("changes.jsonl")).ok())?;
    let (until, _) = whole.split_once("\"event\":\"stepDone\",\"step\":0}\n")?;
    Some(format!("{until}\"event\":\"stepDone\",\"step\":0}}\n"))
}

#[test]
fn what_is_left_of_a_plan_is_exported_and_not_made() {
    let directory = tempfile::tempdir().unwrap();
    let (scratch, state) = (directory.path().join("tmp"), directory.path().join("state"));
    let log = state.join("rolecall/changes.jsonl");
    std::fs::create_dir_all(&scratch).unwrap();
    std::fs::create_dir_all(log.parent().unwrap()).unwrap();
    let stopped = stopped_log(&scratch).unwrap();
    std::fs::write(&log, &stopped).unwrap();
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
        assert_eq!(std::fs::read_to_string(&log).unwrap(), stopped, "{more:?}: it was not gone on with");
    }
}
