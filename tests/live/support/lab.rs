//! The lab: kubectl, the AWS calls that change something, faults on either side.

use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A variable that `tests/lab/settings.sh` sets.
pub(crate) fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run these tests by tests/lab/run"))
}

/// The kubeconfig of one of the lab's users: `admin`, `viewer`, `ns1`, `reader`, or `faulty`, which leads through the proxy.
pub(crate) fn kubeconfig(user: &str) -> PathBuf {
    PathBuf::from(setting("LAB")).join(format!("{user}.kubeconfig"))
}

/// Runs the lab's kubectl as the admin and gives what it prints.
pub(crate) fn kubectl(arguments: &[&str]) -> String {
    kubectl_with(arguments, "")
}

/// Applies manifests.
pub(crate) fn apply(manifests: &str) {
    kubectl_with(&["apply", "--server-side", "--field-manager=lab", "-f", "-"], manifests);
}

/// Runs one of the lab's scripts: `restart`, `expire`.
pub(crate) fn script(name: &str, arguments: &[&str]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lab").join(name);
    let output = Command::new(path).args(arguments).stdin(Stdio::null()).output().expect("a script of the lab");
    checked(name, &output);
}

pub(crate) fn kubectl_with(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new("kubectl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("kubectl of the lab, in PATH");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("kubectl reads");
    checked(&format!("kubectl {arguments:?}"), &child.wait_with_output().expect("kubectl ends"))
}

fn checked(what: &str, output: &Output) -> String {
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn curl(arguments: &[&str]) -> String {
    let output = Command::new("curl").args(["-sSk", "--fail-with-body"]).args(arguments).output().expect("curl");
    assert!(output.status.success(), "curl {arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// One side of the lab that misbehaves on demand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    /// moto.
    Aws,
    /// The proxy before the API server.
    Kubernetes,
}

impl Side {
    fn page(self, name: &str) -> String {
        match self {
            Self::Aws => format!("{}/_lab/{name}", setting("AWS_ENDPOINT_URL")),
            Self::Kubernetes => format!("https://127.0.0.1:{}/_lab/{name}", setting("PROXY_PORT")),
        }
    }

    /// Lets it misbehave until the guard is dropped.
    #[must_use]
    pub(crate) fn with_faults(self, faults: &Value) -> Faults {
        curl(&["-X", "PUT", "-d", &faults.to_string(), &self.page("faults")]);
        Faults(self)
    }

    /// How often each call was made since `forget_calls`.
    pub(crate) fn calls(self) -> serde_json::Map<String, Value> {
        serde_json::from_str(&curl(&[&self.page("calls")])).expect("an object")
    }

    /// What was asked since the faults were set: `iam:GetRole some-role`, `list pods -n shop`; with `lost ` before it,
    /// what was done and is never answered.
    pub(crate) fn asked(self) -> Vec<String> {
        serde_json::from_str(&curl(&[&self.page("asked")])).expect("a list")
    }

    /// Starts counting afresh.
    pub(crate) fn forget_calls(self) {
        curl(&["-X", "DELETE", &self.page("calls")]);
    }
}

/// The permissions that the calls to AWS have needed since `forget_calls`.
pub(crate) fn permissions() -> Vec<String> {
    serde_json::from_str(&curl(&[&Side::Aws.page("permissions")])).expect("a list")
}

/// Ends the faults when dropped, also by a test that fails.
pub(crate) struct Faults(Side);

impl Drop for Faults {
    fn drop(&mut self) {
        curl(&["-X", "DELETE", &self.0.page("faults")]);
    }
}

/// The cluster's Pod Identity associations, changed by the calls that EKS has for it.
pub(crate) mod associations {
    use super::{Value, curl, setting};
    use serde_json::json;

    fn call(method: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}/clusters/lab/pod-identity-associations{path}", setting("AWS_ENDPOINT_URL"));
        let body = body.map(Value::to_string);
        let mut arguments = vec!["-X", method, "-H", super::EKS];
        arguments.extend(body.as_deref().map(|body| ["-d", body]).into_iter().flatten());
        arguments.push(&url);
        serde_json::from_str(&curl(&arguments)).expect("JSON")
    }

    /// Binds a ServiceAccount to a role and gives the association's id.
    pub(crate) fn create(namespace: &str, service_account: &str, role_arn: &str) -> String {
        create_as(&json!({"namespace": namespace, "serviceAccount": service_account, "roleArn": role_arn}))
    }

    /// The same, with whatever else a request may say.
    pub(crate) fn create_as(body: &Value) -> String {
        let answer = call("POST", "", Some(body));
        answer["association"]["associationId"].as_str().expect("an id").to_owned()
    }

    /// Takes an association away.
    pub(crate) fn delete(id: &str) {
        call("DELETE", &format!("/{id}"), None);
    }

    /// Those of a namespace.
    pub(crate) fn of(namespace: &str) -> Vec<Value> {
        let listed = call("GET", &format!("?namespace={namespace}"), None);
        listed["associations"].as_array().expect("a list").clone()
    }

    /// Takes all of a namespace away.
    pub(crate) fn clear(namespace: &str) {
        for association in of(namespace) {
            delete(association["associationId"].as_str().expect("an id"));
        }
    }
}

// moto does not check signatures; the lab tells the services apart by the scope
const EKS: &str = "Authorization: AWS4-HMAC-SHA256 Credential=AKIALAB/20260101/eu-west-1/eks/aws4_request, SignedHeaders=host, Signature=0";
const IAM: &str = "Authorization: AWS4-HMAC-SHA256 Credential=AKIALAB/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";

/// Makes a role unless it is there: its trust policy, and one inline policy `inline`.
pub(crate) fn make_role(path: &str, name: &str, trust: &Value) {
    let exists = iam(&[("Action", "GetRole"), ("RoleName", name)]).is_ok();
    if !exists {
        let trust = trust.to_string();
        let create =
            [("Action", "CreateRole"), ("RoleName", name), ("Path", path), ("AssumeRolePolicyDocument", &trust)];
        iam(&create).expect("CreateRole");
        let document =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
        let put =
            [("Action", "PutRolePolicy"), ("RoleName", name), ("PolicyName", "inline"), ("PolicyDocument", document)];
        iam(&put).expect("PutRolePolicy");
        let arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
        iam(&[("Action", "AttachRolePolicy"), ("RoleName", name), ("PolicyArn", arn)]).expect("AttachRolePolicy");
    }
}

/// Writes a role's trust policy, as somebody else would.
pub(crate) fn write_trust(role: &str, trust: &Value) {
    let trust = trust.to_string();
    iam(&[("Action", "UpdateAssumeRolePolicy"), ("RoleName", role), ("PolicyDocument", &trust)]).expect("written");
}

/// Makes so many roles `eks/irsa-00000`, …, each with policies, unless they are there.
pub(crate) fn make_roles(count: usize) {
    let body = serde_json::json!({"count": count, "annotated": count, "namespaces": 1}).to_string();
    curl(&["-X", "POST", "-d", &body, &Side::Aws.page("roles")]);
}

/// One call of IAM: its answer, or what it said against it.
pub(crate) fn iam(form: &[(&str, &str)]) -> Result<String, String> {
    let mut command = Command::new("curl");
    command.args(["-sS", "--fail-with-body", "-H", IAM, "-d", "Version=2010-05-08"]);
    for (key, value) in form {
        command.args(["--data-urlencode", &format!("{key}={value}")]);
    }
    let output = command.arg(setting("AWS_ENDPOINT_URL")).output().expect("curl");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(text) } else { Err(text) }
}
