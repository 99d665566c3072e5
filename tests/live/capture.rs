//! A capture of the lab opens anywhere to the same verdicts, and holds no secret.

use crate::access::assert_same_verdicts;
use crate::support::program::Program;
use crate::support::world::{self, SECRETS};
use crate::verdicts::pods;
use libtest_mimic::Trial;
use std::io::Read;

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        capture: opens_to_the_same_verdicts_without_cluster_or_aws,
        holds_no_secret,
        nothing_that_is_printed_holds_a_secret,
    )
}

fn opens_to_the_same_verdicts_without_cluster_or_aws() {
    world::ready();
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("lab.json.gz");
    let path = path.to_str().expect("UTF-8");
    Program::new().run(&["capture", path]).succeeded();
    let elsewhere = Program::new()
        .without_credentials()
        .env("KUBECONFIG", "/no/such/kubeconfig")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    assert_same_verdicts(pods(), &elsewhere.json(&["pods", "-A", "--from", path]));
    let live = Program::new().json(&["roles", "role/lab-app"]);
    let captured = elsewhere.json(&["roles", "role/lab-app", "--from", path]);
    assert_eq!(live["trust"], captured["trust"]);
    assert_eq!(live["inline"], captured["inline"]);
}

fn holds_no_secret() {
    world::ready();
    let directory = tempfile::tempdir().expect("a directory");
    for (name, zipped) in [("lab.json", false), ("lab.json.gz", true)] {
        let path = directory.path().join(name);
        Program::new().run(&["capture", path.to_str().expect("UTF-8")]).succeeded();
        let bytes = std::fs::read(&path).expect("a capture");
        let mut text = String::new();
        if zipped {
            flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
        } else {
            text = String::from_utf8(bytes).expect("UTF-8");
        }
        assert!(text.contains("keys-literal"), "the pod with the keys is in it");
        assert_holds_none(&text);
    }
}

fn nothing_that_is_printed_holds_a_secret() {
    world::ready();
    for arguments in [
        &["pods", "-A", "-o", "json"][..],
        &["pods", "-A", "-o", "yaml"],
        &["pods", "-A", "-o", "csv"],
        &["pods", "-A", "-o", "wide"],
        &["identity", "pod/keys-literal", "-n", "who"],
        &["identity", "pod/env-from-map", "-n", "who"],
        &["serviceaccounts", "-A", "-o", "yaml"],
        &["roles", "-o", "yaml"],
    ] {
        let printed = Program::new().run(arguments).succeeded();
        assert_holds_none(&printed.out);
        assert_holds_none(&printed.err);
    }
}

fn assert_holds_none(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}");
    }
}
