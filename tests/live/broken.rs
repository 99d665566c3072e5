//! What every verdict hangs on, broken for a while: the webhook, the account's OIDC provider.

use crate::support::answers::{container, texts};
use crate::support::aws::NoProvider;
use crate::support::eventually;
use crate::support::lab::{apply, kubectl, kubectl_with};
use crate::support::program::Program;
use crate::support::world::{self, WHO};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::Duration;

/// The findings of pods while it is broken.
pub(crate) const FINDINGS: [&[&str]; 3] =
    [&["nodeRoleFallback", "notInjected"], &["nodeRoleFallback", "webhookNotActing"], &["providerMissing"]];

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        broken: what_a_silent_webhook_leaves_out_has_no_known_reason,
        without_the_webhook_nothing_is_injected_and_that_is_said,
        without_the_provider_no_token_is_taken,
    )
}

const NO_WEBHOOK: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: no-webhook, namespace: who}\nspec: {serviceAccountName: irsa, \
    nodeName: ip-10-0-0-1.eu-west-1.compute.internal, containers: [{name: app, image: app}]}";

/// The verdict on a pod that is made now, while the webhook injects nothing.
fn verdict_without_injection() -> Value {
    eventually("nothing is injected any more", Duration::from_secs(20), || {
        !kubectl_with(&["create", "--dry-run=server", "-o", "yaml", "-f", "-"], NO_WEBHOOK).contains("AWS_ROLE_ARN")
    });
    apply(NO_WEBHOOK);
    let pods = Program::new().json(&["pods", "-n", WHO]);
    kubectl(&["-n", WHO, "delete", "pod", "no-webhook", "--wait=true"]);
    container(&pods, WHO, "no-webhook", "app").clone()
}

/// It is there, should have acted and did not: it fails open.
fn what_a_silent_webhook_leaves_out_has_no_known_reason() {
    world::ready();
    let url = "jsonpath={.webhooks[0].clientConfig.url}";
    let _restored = Redirected(kubectl(&["get", "mutatingwebhookconfiguration", "pod-identity-webhook", "-o", url]));
    redirect("https://127.0.0.1:1/mutate");
    let item = verdict_without_injection();
    assert_eq!(item["identity"]["kind"], "nodeRole", "{item:#}");
    assert_eq!(texts(&item["findings"]), FINDINGS[0], "{item:#}");
}

fn redirect(url: &str) {
    let patch = json!([{"op": "replace", "path": "/webhooks/0/clientConfig/url", "value": url}]).to_string();
    kubectl(&["patch", "mutatingwebhookconfiguration", "pod-identity-webhook", "--type=json", "-p", &patch]);
}

/// Gives the webhook its address back, also when the test fails.
struct Redirected(String);

impl Drop for Redirected {
    fn drop(&mut self) {
        redirect(&self.0);
    }
}

fn without_the_webhook_nothing_is_injected_and_that_is_said() {
    world::ready();
    let webhook = ["get", "mutatingwebhookconfiguration", "pod-identity-webhook", "-o", "json"];
    let mut saved: Value = serde_json::from_str(&kubectl(&webhook)).expect("JSON");
    saved["metadata"] = json!({"name": "pod-identity-webhook"});
    kubectl(&["delete", "mutatingwebhookconfiguration", "pod-identity-webhook"]);
    let _restored = Restored(saved.to_string());
    let item = verdict_without_injection();
    assert_eq!(item["identity"]["kind"], "nodeRole", "{item:#}");
    assert_eq!(texts(&item["findings"]), FINDINGS[1], "{item:#}");
}

/// Puts the webhook's configuration back, also when the test fails.
struct Restored(String);

impl Drop for Restored {
    fn drop(&mut self) {
        apply(&self.0);
    }
}

/// A role trusts the cluster's issuer, and the account has no provider for it: STS takes no token of it.
fn without_the_provider_no_token_is_taken() {
    world::ready();
    let provider = NoProvider::new();
    let identity = |pod: &str| container(&Program::new().json(&["pods", "-n", WHO]), WHO, pod, "app").clone();
    let item = identity("irsa");
    assert_eq!((&item["identity"]["kind"], &item["identity"]["usable"]), (&json!("role"), &json!("no")), "{item:#}");
    assert_eq!(texts(&item["findings"]), FINDINGS[2], "{item:#}");
    let trust = Program::new().run(&["trust", "sa/irsa", "-n", WHO]).ended_with(1);
    assert!(trust.out.contains("provider"), "{}", trust.out);
    drop(provider);
    assert_eq!(texts(&identity("irsa")["findings"]), [""; 0]);
}
