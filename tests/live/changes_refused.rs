//! What was planned before is made only where it would be planned now: a deletion, an association and a way back, after
//! others have come to hang on what they touch.

use crate::named;
use crate::support::aws::aws;
use crate::support::eventually;
use crate::support::lab::{Side, apply, kubectl, kubectl_with, write_trust};
use crate::support::program::{Outcome, Program};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::Duration;

const NAMESPACE: &str = "changes-refused";
const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";
const SOON: Duration = Duration::from_secs(30);

pub(crate) fn trials() -> Vec<Trial> {
    named!(
        changes_refused: a_deletion_that_was_killed_is_not_gone_on_with_once_the_role_is_used,
        a_deletion_is_not_begun_where_an_instance_profile_holds_the_role,
        an_association_is_not_gone_on_with_where_pods_would_get_nothing,
        a_role_that_others_were_let_into_is_not_taken_back,
        they_go_again,
    )
}

/// A namespace with one ServiceAccount, made anew, and a program with a log of its own.
struct Desk {
    state: tempfile::TempDir,
    account: &'static str,
}

impl Desk {
    fn new(account: &'static str) -> Self {
        apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}).to_string());
        kubectl(&["-n", NAMESPACE, "delete", "serviceaccount", account, "--ignore-not-found"]);
        kubectl(&["-n", NAMESPACE, "create", "serviceaccount", account]);
        Self { state: tempfile::tempdir().expect("a directory"), account }
    }

    fn program(&self) -> Program {
        Program::new().env("XDG_STATE_HOME", self.state.path())
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        self.program().run(&[arguments, &["-n", NAMESPACE]].concat())
    }

    fn newest(&self) -> Value {
        self.program().json(&["log"])["items"][0].clone()
    }

    /// The name of the role that is made for it.
    fn role(&self) -> String {
        format!("lab-{NAMESPACE}-{}", self.account)
    }

    /// Its role, made with a policy; nothing binds it any more.
    fn with_spare_role(&self) {
        self.run(&["create-role", &format!("sa/{}", self.account), "--policy", S3, "--yes"]).succeeded();
        self.annotate("-");
    }

    /// Writes or removes the annotation, as somebody else would.
    fn annotate(&self, value: &str) {
        kubectl(&["-n", NAMESPACE, "annotate", "serviceaccount", self.account, &format!("{ROLE_ARN}{value}")]);
    }

    fn attached(&self) -> String {
        let listed = aws(&format!("iam list-attached-role-policies --role-name {}", self.role()));
        listed.map_or_else(|said| said, |listed| listed.to_string())
    }
}

fn id(plan: &Value) -> String {
    plan["id"].as_str().expect("an id").to_owned()
}

fn a_deletion_that_was_killed_is_not_gone_on_with_once_the_role_is_used() {
    let desk = Desk::new("spare");
    desk.with_spare_role();
    let role = desk.role();
    let call = format!("iam:DeleteRole {role}");
    let faults = Side::Aws.with_faults(&json!({"hang": [call]}));
    let mut child = desk.program().start(&["delete-role", &format!("role/{role}"), "--yes", "-n", NAMESPACE]);
    eventually("the last call is sent", SOON, || Side::Aws.asked().contains(&call));
    child.kill().expect("it runs still");
    child.wait().expect("it ends");
    drop(faults);
    assert_eq!(desk.newest()["state"], "unfinished");
    assert!(!desk.attached().contains(S3), "its policies are gone already");

    desk.annotate(&format!("=arn:aws:iam::123456789012:role/{role}"));
    let id = id(&desk.newest());
    for resume in [&["resume", "--yes", "--accept-others", "--accept-loss"][..], &["resume", "--dry-run"]] {
        let refused = desk.run(resume).ended_with(2).err;
        assert!(refused.contains(&format!("the plan {id} is not gone on with")), "{refused}");
        assert!(refused.contains("is used by ServiceAccounts: changes-refused/spare"), "{refused}");
        assert!(refused.contains(&format!("take back what was done: rolecall undo {id}")), "{refused}");
    }
    assert!(aws(&format!("iam get-role --role-name {role}")).is_ok(), "it is there");
    assert_eq!(desk.newest()["state"], "unfinished", "and can be taken back or gone on with yet");
    desk.run(&["undo", &id, "--yes", "--accept-others", "--accept-loss"]).succeeded();
    assert!(desk.attached().contains(S3), "its policies are there again");

    // once nobody uses it, it goes
    desk.annotate("-");
    desk.run(&["delete-role", &format!("role/{role}"), "--yes"]).succeeded();
    assert!(aws(&format!("iam get-role --role-name {role}")).is_err());
}

fn a_deletion_is_not_begun_where_an_instance_profile_holds_the_role() {
    let desk = Desk::new("held");
    desk.with_spare_role();
    let role = desk.role();
    aws("iam create-instance-profile --instance-profile-name changes-refused").expect("a profile");
    let of = format!("--instance-profile-name changes-refused --role-name {role}");
    aws(&format!("iam add-role-to-instance-profile {of}")).expect("it holds the role");
    let refused = desk.run(&["delete-role", &format!("role/{role}"), "--yes"]).ended_with(2).err;
    assert!(refused.contains("instance-profile/changes-refused"), "{refused}");
    let refused = desk.run(&["undo", "--yes", "--accept-others", "--accept-loss"]).ended_with(2).err;
    assert!(refused.contains("is in instance profiles"), "{refused}");
    assert!(desk.attached().contains(S3), "nothing was begun");
    aws(&format!("iam remove-role-from-instance-profile {of}")).expect("it holds it no more");
    aws("iam delete-instance-profile --instance-profile-name changes-refused").expect("it goes");
    desk.run(&["delete-role", &format!("role/{role}"), "--yes"]).succeeded();
}

fn an_association_is_not_gone_on_with_where_pods_would_get_nothing() {
    let desk = Desk::new("bound");
    let call = format!("eks:CreatePodIdentityAssociation {NAMESPACE}/bound");
    let faults = Side::Aws.with_faults(&json!({"deny": [call]}));
    desk.run(&["create-role", "sa/bound", "--mechanism", "pod-identity", "--yes"]).ended_with(5);
    drop(faults);
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "no-agent", "namespace": NAMESPACE},
        "spec": {"serviceAccountName": "bound", "nodeName": "ip-10-0-0-3.eu-west-1.compute.internal",
            "containers": [{"name": "app", "image": "app"}]}});
    kubectl_with(&["create", "-f", "-"], &pod.to_string());
    eventually("the pod runs", SOON, || {
        kubectl(&["-n", NAMESPACE, "get", "pod", "no-agent", "-o", "jsonpath={.status.phase}"]) == "Running"
    });
    let id = id(&desk.newest());
    let refused = desk.run(&["resume", "--yes", "--accept-loss"]).ended_with(2).err;
    assert!(refused.contains("without a ready agent: no-agent"), "{refused}");
    assert!(refused.contains(&format!("rolecall undo {id}")), "{refused}");
    let listed = || {
        aws(&format!("eks list-pod-identity-associations --cluster-name lab --namespace {NAMESPACE}")).expect("a list")
    };
    assert_eq!(listed()["associations"], json!([]), "nothing was made");
    kubectl(&["-n", NAMESPACE, "delete", "pod", "no-agent", "--grace-period=0", "--force"]);
    desk.run(&["resume", "--yes", "--accept-loss"]).succeeded();
    assert_eq!(listed()["associations"][0]["serviceAccount"], "bound");
    desk.run(&["undo", "--yes", "--accept-loss", "--accept-others"]).succeeded();
}

fn a_role_that_others_were_let_into_is_not_taken_back() {
    let desk = Desk::new("opened");
    desk.run(&["create-role", "sa/opened", "--policy", S3, "--yes"]).succeeded();
    let role = desk.role();
    let trust =
        aws(&format!("iam get-role --role-name {role}")).expect("it is there")["Role"]["AssumeRolePolicyDocument"]
            .clone();
    let mut opened = trust.clone();
    let ec2 = json!({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"});
    opened["Statement"].as_array_mut().expect("a list").push(ec2);
    write_trust(&role, &opened);
    let undo = ["undo", "--yes", "--accept-loss", "--accept-others"];
    let refused = desk.run(&undo).ended_with(2).err;
    assert!(refused.contains("was changed since, and lets in ec2.amazonaws.com"), "{refused}");
    assert!(desk.attached().contains(S3), "nothing was taken back");
    write_trust(&role, &trust);
    desk.run(&undo).succeeded();
    assert!(aws(&format!("iam get-role --role-name {role}")).is_err());
}

/// Other tests count pods and ServiceAccounts.
fn they_go_again() {
    kubectl(&["delete", "namespace", NAMESPACE]);
}
