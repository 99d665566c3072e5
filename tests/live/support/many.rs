//! One plan of several steps, made many times at once: each in a namespace of its own, with a fault of its own.
//!
//! Most of what a plan does under a fault is to wait. One after the other, these would take an hour.

use super::aws::aws;
use super::eventually;
use super::lab::{Faults, Side, apply, kubectl, setting};
use super::program::{Outcome, Program};
use super::world;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Child;
use std::sync::Mutex;
use std::time::Duration;

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const ROLE_ARN: &str = "eks.amazonaws.com/role-arn";
/// A node on which a Pod Identity agent runs.
const WITH_AGENT: &str = "ip-10-0-0-1.eu-west-1.compute.internal";
/// How many run at once: they mostly wait, and two processors are enough for as many as do not.
const AT_ONCE: usize = 32;

/// The steps of the plan: the role, its managed policy, its inline policy, what binds it, and the restart.
pub(crate) const STEPS: usize = 5;

/// Which of the steps are made.
pub(crate) type Made = [bool; STEPS];

/// What a call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is refused.
    Denied,
    /// It is refused for being one of too many, each time.
    Throttled,
    /// The credentials are not taken any more.
    Expired,
    /// It is not done, and never answered.
    Hung,
    /// It is done, and never answered.
    Lost,
}

/// A call, as the lab's rules name it: those about the case alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) side: Side,
    pub(crate) name: &'static str,
    /// Only once this one was made.
    pub(crate) after: Option<&'static str>,
}

/// One of the plans.
pub(crate) struct Case {
    /// Its namespace.
    pub(crate) name: String,
    /// How the role is bound: `irsa`, `pod-identity`.
    mechanism: &'static str,
    state: tempfile::TempDir,
}

/// A case with what happens to it, and what is to be so then.
pub(crate) trait Row: Sync {
    fn case(&self) -> &Case;
    fn call(&self) -> Call;
    fn fault(&self) -> Fault;
    /// Makes what has to be there before the fault.
    fn begin(&self) {}
    /// Does it, under the fault.
    fn try_it(&self);
    /// Checks that what the program says of it is so.
    fn is_true(&self, made: Made);
    /// Goes on with it or takes it back, without the fault.
    fn put_right(&self);
    /// Checks that it is.
    fn is_right(&self, made: Made);
}

/// Does all that with all of them; what is left at the end is taken back.
pub(crate) fn each_is_put_right(mut rows: Vec<Box<dyn Row>>) {
    // those that wait longest first
    rows.sort_by_key(|row| !matches!(row.fault(), Fault::Hung | Fault::Lost));
    let places = Places::new(&rows);
    at_once(&rows, |row| row.begin());
    let faults = with_faults(&rows);
    at_once(&rows, |row| row.try_it());
    let made = places.made();
    drop(faults);
    for row in &rows {
        row.is_true(made[&row.case().name]);
    }
    at_once(&rows, |row| row.put_right());
    let made = places.made();
    for row in &rows {
        row.is_right(made[&row.case().name]);
    }
    rows.retain(|row| made[&row.case().name][0]);
    at_once(&rows, |row| drop(row.case().run(&["undo", "--yes", "--accept-loss"]).succeeded()));
    let left = places.made();
    assert!(left.values().all(|made| made[..4] == [false; 4]), "{left:?}");
}

impl Case {
    pub(crate) fn new(name: String, mechanism: &'static str) -> Self {
        Self { name, mechanism, state: tempfile::tempdir().expect("a directory") }
    }

    /// The name of the role that it makes.
    fn role(&self) -> String {
        format!("lab-{}-app", self.name)
    }

    fn program(&self) -> Program {
        // what reads back in vain waits for more than a minute, after all else was read
        let program = Program::new().user("faulty").patience(Duration::from_mins(5));
        program.env("XDG_STATE_HOME", self.state.path())
    }

    fn arguments<'a>(&'a self, policy: &'a str) -> Vec<&'a str> {
        vec![
            "create-role",
            "sa/app",
            "-n",
            &self.name,
            "--mechanism",
            self.mechanism,
            "--policy",
            S3,
            "--inline",
            policy,
            "--restart",
            "--yes",
            "--accept-loss",
        ]
    }

    /// Makes the plan and carries it out.
    pub(crate) fn create(&self) -> Outcome {
        self.program().run(&self.arguments(&policy()))
    }

    /// Starts to.
    pub(crate) fn start(&self) -> Child {
        self.program().start(&self.arguments(&policy()))
    }

    /// Any other command, in its namespace.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.program().run(&[arguments, &["-n", &self.name]].concat())
    }

    /// The newest plan in its log.
    pub(crate) fn newest(&self) -> Value {
        self.program().json(&["log"])["items"][0].clone()
    }

    /// The lab's rule for a call of this case.
    pub(crate) fn rule(&self, call: Call) -> String {
        let one = |name: &str| match call.side {
            Side::Kubernetes => format!("{name} -n {}", self.name),
            Side::Aws if name.starts_with("eks:") => format!("{name} {}/app", self.name),
            Side::Aws => format!("{name} {}", self.role()),
        };
        let after = call.after.map(|after| format!(" after {}", one(after)));
        one(call.name) + &after.unwrap_or_default()
    }
}

/// The inline policy, as `create-role` takes it.
fn policy() -> String {
    static ONCE: std::sync::Once = std::sync::Once::new();
    let path = std::path::PathBuf::from(setting("LAB")).join("many.json");
    ONCE.call_once(|| {
        let statement = json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [statement]});
        std::fs::write(&path, document.to_string()).expect("a file in the lab's directory");
    });
    format!("queue={}", path.display())
}

/// Their namespaces, with a ServiceAccount and a Deployment whose pod runs; they go again when this is dropped.
struct Places(Vec<String>);

impl Places {
    fn new(rows: &[Box<dyn Row>]) -> Self {
        world::ready();
        let mut objects = Vec::new();
        for row in rows {
            let name = &row.case().name;
            objects.push(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
            // with a label: the API server notes no managers of an object of which nobody owns a field
            let metadata = json!({"name": "app", "namespace": name, "labels": {"app": "app"}});
            objects.push(json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}));
            let spec = json!({"serviceAccountName": "app", "nodeName": WITH_AGENT,
                "containers": [{"name": "app", "image": "app"}]});
            objects.push(json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
                "selector": {"matchLabels": {"app": "app"}},
                "template": {"metadata": {"labels": {"app": "app"}}, "spec": spec}}}));
        }
        let objects: Vec<String> = objects.iter().map(Value::to_string).collect();
        apply(&objects.join("\n---\n"));
        let places = Self(rows.iter().map(|row| row.case().name.clone()).collect());
        eventually("every Deployment has its pod", Duration::from_mins(2), || {
            let ready = |item: &Value| item["status"]["availableReplicas"] == 1;
            let all = places.all("deployments");
            all.len() == places.0.len() && all.values().all(ready)
        });
        places
    }

    /// What the API server has of a kind in these namespaces: the object `app` by namespace.
    fn all(&self, kind: &str) -> BTreeMap<String, Value> {
        let said = kubectl(&["get", kind, "-A", "--field-selector=metadata.name=app", "-o", "json"]);
        let said: Value = serde_json::from_str(&said).expect("JSON");
        let items = said["items"].as_array().expect("a list").iter();
        let named =
            items.map(|item| (item["metadata"]["namespace"].as_str().expect("a name").to_owned(), item.clone()));
        named.filter(|(name, _)| self.0.contains(name)).collect()
    }

    /// What is made of the plan of each, as the AWS CLI and kubectl read it.
    fn made(&self) -> BTreeMap<String, Made> {
        let roles = aws("iam get-account-authorization-details --filter Role").expect("the roles");
        let associations = aws("eks list-pod-identity-associations --cluster-name lab").expect("the associations");
        let associated: BTreeSet<&str> =
            associations["associations"].as_array().expect("a list").iter().fold(BTreeSet::new(), |mut all, one| {
                all.extend(one["namespace"].as_str());
                all
            });
        let (accounts, deployments) = (self.all("serviceaccounts"), self.all("deployments"));
        let of = |name: &String| {
            let role_name = format!("lab-{name}-app");
            let mut all = roles["RoleDetailList"].as_array().expect("a list").iter();
            let role = all.find(|role| role["RoleName"] == *role_name);
            let has = |list: &str| role.is_some_and(|role| !role[list].as_array().expect("a list").is_empty());
            let annotation = &accounts[name]["metadata"]["annotations"][ROLE_ARN];
            let template = &deployments[name]["spec"]["template"]["metadata"]["annotations"];
            [
                role.is_some(),
                has("AttachedManagedPolicies"),
                has("RolePolicyList"),
                annotation.is_string() || associated.contains(&**name),
                template["kubectl.kubernetes.io/restartedAt"].is_string(),
            ]
        };
        self.0.iter().map(|name| (name.clone(), of(name))).collect()
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        let names: Vec<&str> = self.0.iter().map(String::as_str).collect();
        kubectl(&[&["delete", "namespace", "--wait=false"], &names[..]].concat());
    }
}

/// Does it for all, several at once; what some of them panic with, it panics with.
fn at_once<T: Sync>(all: &[T], act: impl Fn(&T) + Sync) {
    let next = Mutex::new(all.iter());
    let work = || {
        while let Some(one) = { next.lock().expect("not poisoned").next() } {
            act(one);
        }
    };
    let failed: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..AT_ONCE.min(all.len())).map(|_| scope.spawn(work)).collect();
        let said = |panic: Box<dyn std::any::Any + Send>| panic.downcast_ref::<String>().cloned().unwrap_or_default();
        all.into_iter().filter_map(|one| one.join().err().map(said)).collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// Lets the call of each meet its fault, until the guards are dropped.
fn with_faults(rows: &[Box<dyn Row>]) -> [Faults; 2] {
    let mut rules = [json!({}), json!({})];
    for row in rows {
        let call = row.call();
        let (at, expired) = match call.side {
            Side::Aws => (0, "expired"),
            Side::Kubernetes => (1, "unauthorized"),
        };
        let kind = match row.fault() {
            Fault::Denied => "deny",
            Fault::Throttled => "throttle",
            Fault::Expired => expired,
            Fault::Hung => "hang",
            Fault::Lost => "lost",
        };
        let rule = row.case().rule(call);
        match (kind, &mut rules[at][kind]) {
            ("throttle", shares) => shares[rule] = json!(1),
            (_, list @ Value::Null) => *list = json!([rule]),
            (_, list) => list.as_array_mut().expect("a list").push(json!(rule)),
        }
    }
    [Side::Aws.with_faults(&rules[0]), Side::Kubernetes.with_faults(&rules[1])]
}
