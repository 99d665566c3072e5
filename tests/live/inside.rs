//! In a pod: no kubeconfig, but the token and the certificate of a ServiceAccount where the kubelet puts them, and the
//! API server's address in the environment. The files lie at a fixed place, so the program is given a view of its own of
//! the file system (`unshare`).

use crate::support::lab::{kubectl, kubectl_with, setting};
use crate::support::program::{self, Outcome, Program};
use crate::support::world;
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Puts the files of a folder where a pod has them, over what lies there, and goes on as the rest of the arguments say.
const MOUNTED: &str = r#"run=$(readlink -f /var/run) && mount -t tmpfs none "$run" &&
    mkdir -p "$run/secrets/kubernetes.io/serviceaccount" && cp "$0"/* "$run/secrets/kubernetes.io/serviceaccount/" &&
    exec "$@""#;
const NAMESPACE: &str = "ns1";
const ACCOUNT: &str = "inside";

/// Where the machine does not let us have such a view, they are reported as ignored.
pub(crate) fn trials() -> Vec<Trial> {
    let is_possible = std::env::var_os("ROLECALL_LAB").is_none() || can_be_inside();
    if !is_possible {
        println!("\ninside::* do not run: this machine does not let `unshare --mount` mount anything");
    }
    let trials = crate::named!(
        inside: a_pod_reads_its_cluster_by_its_token,
        the_nodes_tell_which_cluster_it_is_and_where,
        what_is_wrong_with_the_files_is_said,
    );
    trials.into_iter().map(|trial| trial.with_ignored_flag(!is_possible)).collect()
}

fn can_be_inside() -> bool {
    let files = tempfile::tempdir().expect("a directory");
    std::fs::write(files.path().join("token"), "").expect("written");
    let mut command = Command::new("unshare");
    command.args(["-r", "-m", "sh", "-c", MOUNTED]).arg(files.path()).arg("true");
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A pod's view of the lab.
struct Inside {
    files: TempDir,
    program: Program,
}

impl Inside {
    /// With the token of a ServiceAccount of `ns1`.
    fn new() -> Self {
        let account = format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"ServiceAccount\", \"metadata\": {{\"name\": \"{ACCOUNT}\", \"namespace\": \"{NAMESPACE}\"}}}}"
        );
        kubectl_with(&["apply", "--server-side", "-f", "-"], &account);
        let files = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| std::fs::write(files.path().join(name), text).expect("written");
        write("token", kubectl(&["-n", NAMESPACE, "create", "token", ACCOUNT]).trim());
        write("namespace", NAMESPACE);
        write("ca.crt", &std::fs::read_to_string(Path::new(&setting("LAB")).join("pki/ca.crt")).expect("the lab's"));
        let program = Program::new()
            .without("KUBECONFIG")
            .env("KUBERNETES_SERVICE_HOST", "127.0.0.1")
            .env("KUBERNETES_SERVICE_PORT", setting("KAS_PORT"));
        Self { files, program }
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let files = self.files.path().to_str().expect("UTF-8");
        [&["-r", "-m", "sh", "-c", MOUNTED, files, program::path()], arguments].concat()
    }

    /// Runs the program to its end, with these arguments and no more.
    fn run(&self, arguments: &[&str]) -> Outcome {
        let output = assert_cmd::Command::new("unshare")
            .args(self.arguments(arguments))
            .env_clear()
            .envs(self.program.environment())
            .timeout(Duration::from_mins(2))
            .output()
            .expect("the program starts");
        Outcome::of(output)
    }

    fn info(&self) -> Value {
        self.run(&["info", "-o", "json"]).succeeded().json()
    }
}

/// The ServiceAccount may read the cluster, and its nodes are labelled as those of EKS are, until this is dropped.
struct Labelled;

impl Labelled {
    fn new() -> Self {
        let account = format!("--serviceaccount={NAMESPACE}:{ACCOUNT}");
        kubectl(&["create", "clusterrole", "lab-inside", "--verb=list,watch", "--resource=nodes,pods,serviceaccounts"]);
        kubectl(&["create", "clusterrolebinding", "lab-inside", "--clusterrole=lab-inside", &account]);
        let labels = ["topology.kubernetes.io/region=eu-west-1", "alpha.eksctl.io/cluster-name=lab"];
        kubectl(&[&["label", "nodes", "--all", "--overwrite"], &labels[..]].concat());
        Self
    }
}

impl Drop for Labelled {
    fn drop(&mut self) {
        kubectl(&["label", "nodes", "--all", "topology.kubernetes.io/region-", "alpha.eksctl.io/cluster-name-"]);
        kubectl(&["delete", "clusterrolebinding,clusterrole", "lab-inside"]);
    }
}

/// By default a ServiceAccount may read next to nothing; what AWS is asked in stands in the pod's environment.
fn a_pod_reads_its_cluster_by_its_token() {
    let inside = Inside::new();
    let info = inside.info();
    assert_eq!(info["context"], "in-cluster", "{info:#}");
    assert_eq!(info["server"], format!("https://127.0.0.1:{}/", setting("KAS_PORT")), "{info:#}");
    assert_eq!(info["kubernetesUser"], format!("system:serviceaccount:{NAMESPACE}:{ACCOUNT}"), "{info:#}");
    assert_eq!(info["account"], world::ACCOUNT, "{info:#}");
    assert_eq!(info["region"], "eu-west-1", "AWS_REGION: {info:#}");
    assert_eq!(info.get("cluster"), None, "nothing tells it: {info:#}");
    let gaps = info["gaps"].to_string();
    assert!(gaps.contains("--cluster-name"), "{info:#}");
    assert!(gaps.contains("may not list nodes"), "the labels of its nodes would: {info:#}");
    let refused = inside.run(&["pods", "-n", "kube-system", "-o", "name"]).ended_with(3);
    assert!(refused.err.contains("list pods"), "{}", refused.err);
}

fn the_nodes_tell_which_cluster_it_is_and_where() {
    world::ready();
    let mut inside = Inside::new();
    let _labelled = Labelled::new();
    inside.program = inside.program.without("AWS_REGION");
    let info = inside.info();
    assert_eq!((&info["cluster"], &info["region"]), (&"lab".into(), &"eu-west-1".into()), "{info:#}");
    assert_eq!(info["gaps"], Value::Array(Vec::new()), "{info:#}");
    // the nodes are where they are, whatever the environment says
    inside.program = inside.program.env("AWS_REGION", "us-east-1");
    let info = inside.info();
    assert_eq!((&info["cluster"], &info["region"]), (&"lab".into(), &"eu-west-1".into()), "{info:#}");

    let pods = inside.run(&["pods", "-n", world::WHO, "-o", "name"]).succeeded();
    assert!(pods.out.contains("pod/irsa"), "{}", pods.out);
    let terminal =
        Terminal::start("unshare", &inside.arguments(&["-n", world::WHO]), inside.program.environment(), (150, 45));
    terminal.wait_for("the pods, the cluster and its region", |text| {
        text.contains("in-cluster")
            && text.contains("cluster lab")
            && text.contains("eu-west-1")
            && text.contains("irsa")
    });
}

fn what_is_wrong_with_the_files_is_said() {
    let inside = Inside::new();
    std::fs::write(inside.files.path().join("token"), "not.a.token").expect("written");
    let refused = inside.run(&["pods"]).ended_with(3);
    assert!(!refused.err.contains("not.a.token") && !refused.err.is_empty(), "{}", refused.err);
    std::fs::remove_file(inside.files.path().join("ca.crt")).expect("it was there");
    let refused = inside.run(&["pods"]).ended_with(3);
    assert!(refused.err.contains("neither a kubeconfig nor a ServiceAccount's token"), "{}", refused.err);
}
