//! The AWS CLI of the lab, and what is read by it.

use super::lab::{setting, write_trust};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

/// The AWS CLI of the lab, which a machine need not have in its PATH.
pub(crate) fn cli() -> Command {
    Command::new(format!("{}/venv/bin/aws", setting("LAB_BUILD")))
}

/// Runs a shell with the AWS CLI and kubectl in it.
pub(crate) fn shell(script: &str) -> Result<String, String> {
    let path = format!("{}/venv/bin:{}", setting("LAB_BUILD"), setting("PATH"));
    let output = Command::new("bash").args(["-euc", script]).env("PATH", path).output().expect("bash");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// What the AWS CLI answers, as JSON; `Null` where it says nothing.
pub(crate) fn aws(arguments: &str) -> Result<Value, String> {
    let said = shell(&format!("aws {arguments} --output json"))?;
    Ok(if said.trim().is_empty() { Value::Null } else { serde_json::from_str(&said).expect("JSON") })
}

/// The ARN of the cluster's OIDC provider.
pub(crate) fn provider_arn() -> String {
    let path = PathBuf::from(setting("LAB")).join("run/aws.json");
    let lab: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the lab is up")).expect("JSON");
    lab["oidc_arn"].as_str().expect("an ARN").to_owned()
}

/// What lets the tokens of one ServiceAccount in, as `create-role` writes it.
pub(crate) fn token_trust(namespace: &str, account: &str) -> Value {
    let provider = provider_arn();
    let issuer = provider.split_once(":oidc-provider/").expect("a provider").1;
    let subject = format!("system:serviceaccount:{namespace}:{account}");
    let equal = json!({format!("{issuer}:sub"): subject, format!("{issuer}:aud"): "sts.amazonaws.com"});
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider}, "Condition": {"StringEquals": equal}}]})
}

/// As long as this lives, no role of the account trusts the cluster's OIDC provider.
pub(crate) struct NobodyTrusts(Vec<(String, Value)>);

impl NobodyTrusts {
    pub(crate) fn new() -> Self {
        let provider = provider_arn();
        let roles = aws("iam list-roles").expect("the roles");
        let trust = |role: &Value| {
            (role["RoleName"].as_str().expect("a name").to_owned(), role["AssumeRolePolicyDocument"].clone())
        };
        let all = roles["Roles"].as_array().expect("a list").iter().map(trust);
        let kept: Vec<(String, Value)> = all.filter(|(_, trust)| trust.to_string().contains(&provider)).collect();
        let nobody = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": "ec2.amazonaws.com"}}]});
        for (name, _) in &kept {
            write_trust(name, &nobody);
        }
        Self(kept)
    }
}

impl Drop for NobodyTrusts {
    fn drop(&mut self) {
        for (name, trust) in &self.0 {
            write_trust(name, trust);
        }
    }
}

/// The cluster's provider, taken away until this is dropped.
pub(crate) struct NoProvider(String);

impl NoProvider {
    pub(crate) fn new() -> Self {
        let listed = aws("iam list-open-id-connect-providers").expect("a list");
        let arn = listed["OpenIDConnectProviderList"][0]["Arn"].as_str().expect("the lab has one").to_owned();
        aws(&format!("iam delete-open-id-connect-provider --open-id-connect-provider-arn {arn}")).expect("it goes");
        Self(arn)
    }

    pub(crate) fn is_there(&self) -> bool {
        let arn = &self.0;
        aws(&format!("iam get-open-id-connect-provider --open-id-connect-provider-arn {arn}")).is_ok()
    }
}

impl Drop for NoProvider {
    fn drop(&mut self) {
        if !self.is_there() {
            let issuer = self.0.split_once(":oidc-provider/").map_or("", |(_, issuer)| issuer);
            let make = format!(
                "iam create-open-id-connect-provider --url https://{issuer} --client-id-list sts.amazonaws.com"
            );
            aws(&make).expect("it comes back");
        }
    }
}
