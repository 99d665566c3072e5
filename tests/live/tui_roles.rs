//! Roles from the screen against the lab: one is made with its ServiceAccount and taken back, one is deleted, a repaired
//! trust policy is taken back, the provider accepts one audience more. Each is read back by kubectl and the AWS CLI.

use crate::support::aws::{aws, provider_arn, token_trust};
use crate::support::broken::{Broken, NAMESPACE, ROLE, agree, agree_to, agree_to_loss, has, mend_provider, program};
use crate::support::eventually;
use crate::support::lab::{kubectl, make_role, write_trust};
use crate::support::program;
use crate::support::world::{self, role};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        tui_roles: makes_a_role_with_a_service_account_that_was_not_there_and_takes_both_back,
        deletes_a_role_that_it_made,
        takes_a_repaired_trust_policy_back_and_leaves_what_others_did,
        lets_the_provider_accept_the_audience_that_its_finding_misses,
    )
}

fn exists(role: &str) -> bool {
    aws(&format!("iam get-role --role-name {role}")).is_ok()
}

fn makes_a_role_with_a_service_account_that_was_not_there_and_takes_both_back() {
    world::ready();
    let (program, home) = program();
    std::fs::create_dir(home.path().join("policies")).expect("a folder");
    let statement = json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"});
    std::fs::write(home.path().join("policies/queue.json"), statement.to_string()).expect("a file");
    let arguments = ["--cluster-name", "lab", "--command", "ns"];
    let mut terminal = Terminal::start(program::path(), &arguments, program.environment(), (130, 40));
    terminal.wait_for("the namespaces", has(NAMESPACE));
    terminal.wait_for("who is signed in", has("user/moto"));
    terminal.keys(&format!("/{NAMESPACE}"));
    terminal.wait_for("it alone", |text| text.contains("1 of "));
    terminal.keys("\rC");
    terminal.wait_for("the form", has("create a role for a ServiceAccount in ns1"));
    terminal.keys("brand-new");
    terminal
        .wait_for("what comes of it", |text| text.contains("it is made, too") && text.contains("lab-ns1-brand-new"));
    // to the document, whose path is completed; then to what the role is for
    terminal.keys("\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B~/pol");
    terminal.wait_for("the folder", has("policies/"));
    terminal.keys("\t");
    terminal.wait_for("what is in it", has("queue.json"));
    terminal.keys("\t");
    terminal.wait_for("the path", has("~/policies/queue.json"));
    terminal.keys("\x1b[B\x1b[B\x1b[B\x1b[Bfor the queue");
    terminal.wait_for("the document", has("1 lines"));
    terminal.keys("\r");
    agree_to(&mut terminal, "create serviceaccount/brand-new", "apply these 3 steps to lab?");
    let made = aws("iam get-role --role-name lab-ns1-brand-new").expect("it is there");
    assert_eq!(made["Role"]["Description"], "for the queue", "{made:#}");
    let put = aws("iam get-role-policy --role-name lab-ns1-brand-new --policy-name rolecall").expect("it is there");
    assert_eq!(put["PolicyDocument"]["Statement"][0]["Action"], "sqs:SendMessage", "{put:#}");
    let account: Value =
        serde_json::from_str(&kubectl(&["-n", NAMESPACE, "get", "sa", "brand-new", "-o", "json"])).expect("JSON");
    assert_eq!(account["metadata"]["annotations"][ROLE], role("lab-ns1-brand-new"), "{account:#}");

    terminal.keys("u");
    agree_to(&mut terminal, "delete role/lab-ns1-brand-new", "apply these 3 steps to lab?");
    assert!(!exists("lab-ns1-brand-new"));
    assert!(!kubectl(&["-n", NAMESPACE, "get", "sa", "-o", "name"]).contains("brand-new"));
}

fn deletes_a_role_that_it_made() {
    let broken = Broken::new("leaving");
    let (program, _home) = program();
    let make =
        ["create-role", "sa/leaving", "-n", NAMESPACE, "--policy", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"];
    program.run(&[&make[..], &["--yes", "--accept-loss"]].concat()).succeeded();
    let arguments = ["-n", NAMESPACE, "--cluster-name", "lab", "--command", "roles"];
    let mut terminal = Terminal::start(program::path(), &arguments, program.environment(), (130, 40));
    terminal.wait_for("the account", |text| text.contains(world::ACCOUNT));
    terminal.keys("/ns1-leaving");
    terminal.wait_for("it alone", |text| text.contains("1 of ") && text.contains("lab-ns1-leaving"));
    terminal.keys("\r\r");
    terminal.wait_for("its page", |text| text.contains("Role lab-ns1-leaving") || text.contains("trust"));
    // as long as it is bound, it is not deleted
    terminal.keys("a");
    terminal.wait_for("what can be done", has("delete the role"));
    terminal.keys("G");
    eventually("why it is not, once the role was read", Duration::from_secs(20), || {
        terminal.keys("\r");
        let text = terminal.wait_for("an answer", |text| text.contains("is used by") || text.contains("not read yet"));
        text.contains("is used by")
    });
    kubectl(&["-n", NAMESPACE, "annotate", "sa", "leaving", &format!("{ROLE}-")]);
    eventually("the screen knows that nobody uses it", Duration::from_secs(20), || {
        terminal.keys("\r");
        let text =
            terminal.wait_for("an answer", |text| text.contains("is used by") || text.contains("nothing is sent"));
        text.contains("nothing is sent")
    });
    terminal
        .wait_for("the plan", |text| text.contains("delete role lab-ns1-leaving") && text.contains("nothing is sent"));
    terminal.wait_for("that it is allowed", |text| !text.contains("asking whether"));
    terminal.is_asked("apply these 2 steps to lab?");
    assert!(exists("lab-ns1-leaving"), "nothing is sent before it is agreed to");
    terminal.keys("y");
    terminal.wait_for("that it is done", has("done; in the log as"));
    assert!(!exists("lab-ns1-leaving"));
    drop(broken);
}

fn takes_a_repaired_trust_policy_back_and_leaves_what_others_did() {
    let trust = token_trust("elsewhere", "repaired");
    make_role("/tui/", "repaired", &trust);
    let broken = Broken::annotated("repaired", &role("tui/repaired"));
    let (program, _home) = program();
    let trust_of =
        || aws("iam get-role --role-name repaired").expect("it is there")["Role"]["AssumeRolePolicyDocument"].clone();
    let mut terminal = broken.on_screen(&program, &[]);
    terminal.wait_for("the finding, and the key that mends it", |text| {
        text.contains("tui/repaired") && text.contains("(shift-t)")
    });
    terminal.keys("T");
    agree(&mut terminal, "let serviceaccount/repaired in ns1 into role tui/repaired");
    let mut repaired = trust_of();
    assert_ne!(repaired, trust);
    // somebody else lets EC2 in meanwhile
    let ec2 = json!({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"});
    repaired["Statement"].as_array_mut().expect("a list").push(ec2.clone());
    write_trust("repaired", &repaired);
    terminal.keys("u");
    terminal.wait_for("the way back", has("take back: let serviceaccount/repaired"));
    terminal.wait_for("what its pods lose", has("new pods may no longer"));
    agree_to_loss(&mut terminal);
    let mut left = trust;
    left["Statement"].as_array_mut().expect("a list").push(ec2);
    assert_eq!(trust_of(), left, "what the other did stays");
}

/// The audience that the cluster's provider accepts goes again when this is dropped.
struct Audience(&'static str);

impl Audience {
    fn is_accepted(&self) -> bool {
        let arn = provider_arn();
        let read = aws(&format!("iam get-open-id-connect-provider --open-id-connect-provider-arn {arn}"));
        read.expect("it is there")["ClientIDList"].as_array().expect("a list").iter().any(|own| own == self.0)
    }
}

impl Drop for Audience {
    fn drop(&mut self) {
        if self.is_accepted() {
            let (arn, audience) = (provider_arn(), self.0);
            let remove = "iam remove-client-id-from-open-id-connect-provider";
            aws(&format!("{remove} --open-id-connect-provider-arn {arn} --client-id {audience}")).expect("it goes");
        }
    }
}

fn lets_the_provider_accept_the_audience_that_its_finding_misses() {
    let audience = Audience("vault.example");
    let annotations = json!({ROLE: role("apps/lab-app"), "eks.amazonaws.com/audience": audience.0});
    let broken = Broken::annotated_so("heard", &annotations);
    let (program, _home) = program();
    let mut terminal = broken.on_screen(&program, &[]);
    mend_provider(&mut terminal, "vault.example", "let the OIDC provider accept the audience vault.example");
    assert!(audience.is_accepted());
    terminal.keys("\x1b");
    terminal.wait_for("its verdict", |text| text.contains("◆ apps/lab-app") && !text.contains("(shift-i)"));
}
