//! The cluster's OIDC provider: made, let accept one more audience, taken back while nobody trusts it and not after.

use crate::support::aws::{NobodyTrusts, aws, provider_arn, shell, token_trust};
use crate::support::lab::{apply, kubectl, make_role, write_trust};
use crate::support::program::{Outcome, Program};
use libtest_mimic::Trial;
use serde_json::{Value, json};

const NAMESPACE: &str = "changes-provider";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(changes_provider: the_provider_is_made_extended_and_kept_once_a_role_trusts_it)
}

fn get(provider: &str) -> Result<Value, String> {
    aws(&format!("iam get-open-id-connect-provider --open-id-connect-provider-arn {provider}"))
}

/// The audiences that it accepts, sorted.
fn audiences(provider: &str) -> Vec<String> {
    let said = get(provider).expect("it is there");
    let all = said["ClientIDList"].as_array().expect("a list").iter();
    let mut all: Vec<String> = all.map(|one| one.as_str().expect("text").to_owned()).collect();
    all.sort();
    all
}

fn delete(provider: &str) {
    let delete = format!("iam delete-open-id-connect-provider --open-id-connect-provider-arn {provider}");
    aws(&delete).expect("it goes");
}

/// Puts the provider back as the lab has it, whatever came of the test.
struct Back(String);

impl Drop for Back {
    fn drop(&mut self) {
        if get(&self.0).is_err() {
            let issuer = self.0.split_once(":oidc-provider/").expect("a provider").1;
            let make = format!(
                "iam create-open-id-connect-provider --url https://{issuer} --client-id-list sts.amazonaws.com"
            );
            aws(&make).expect("it is made");
        }
    }
}

fn the_provider_is_made_extended_and_kept_once_a_role_trusts_it() {
    let provider = provider_arn();
    let home = tempfile::tempdir().expect("a directory");
    let program = Program::new().env("XDG_STATE_HOME", home.path());
    let run = |arguments: &[&str]| -> Outcome { program.run(&[arguments, &["-n", NAMESPACE]].concat()) };
    let account = json!({"name": "api", "namespace": NAMESPACE,
        "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/changes-provider"}});
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}});
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account});
    apply(&format!("{namespace}\n---\n{account}"));
    let trust = token_trust(NAMESPACE, "api");
    make_role("/", "changes-provider", &trust);
    run(&["trust", "sa/api"]).succeeded();
    let back = Back(provider.clone());
    let nobody = NobodyTrusts::new();
    delete(&provider);

    let lines = run(&["create-provider", "--export", "aws"]).succeeded().out;
    shell(&lines).expect("the lines are run as they are");
    let exported = get(&provider).expect("it is there");
    delete(&provider);
    run(&["create-provider", "--yes"]).succeeded();
    let made = get(&provider).expect("it is there");
    for part in ["Url", "ClientIDList", "ThumbprintList"] {
        assert_eq!(made[part], exported[part], "{part}");
    }
    run(&["undo", "--yes"]).succeeded();
    assert!(get(&provider).expect_err("it is gone").contains("NoSuchEntity"));
    run(&["create-provider", "--yes"]).succeeded();
    assert_eq!(audiences(&provider), ["sts.amazonaws.com"]);
    let said = run(&["create-provider", "--yes"]).ended_with(2).err;
    assert!(said.contains("nothing to change"), "{said}");

    run(&["create-provider", "--audience", "other", "--yes"]).succeeded();
    assert_eq!(audiences(&provider), ["other", "sts.amazonaws.com"]);
    run(&["undo", "--yes"]).succeeded();
    assert_eq!(audiences(&provider), ["sts.amazonaws.com"]);

    write_trust("changes-provider", &trust);
    run(&["trust", "sa/api"]).succeeded();
    let said = run(&["undo", "--yes"]).ended_with(2).err;
    assert!(said.contains("roles trust the provider") && said.contains("changes-provider"), "{said}");
    assert!(get(&provider).is_ok(), "it stays");
    drop(nobody);
    drop(back);
    let away = "iam delete-role-policy --role-name changes-provider --policy-name inline; \
        aws iam detach-role-policy --role-name changes-provider --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess; \
        aws iam delete-role --role-name changes-provider";
    aws(away).expect("it goes");
    kubectl(&["delete", "namespace", NAMESPACE]);
}
