//! Changes from the screen against the lab: a broken ServiceAccount mended by a few keys and taken back, a second writer in
//! between, whoever may not, a context that is read-only, a program that is killed in the middle.

use crate::support::aws::{NoProvider, aws};
use crate::support::broken::{Broken, NAMESPACE, ROLE, agree, agree_to_loss, has, mend_provider, own_role, program};
use crate::support::eventually;
use crate::support::lab::{Side, apply, associations, kubectl};
use crate::support::world::{self, role};
use crate::terminal::Terminal;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        tui_changes: mends_a_service_account_and_takes_it_back,
        stops_where_somebody_else_was_meanwhile,
        says_what_is_not_allowed_before_anything_is_sent,
        offers_nothing_where_it_is_read_only,
        tells_of_a_plan_that_was_killed_and_goes_on_with_it,
        associates_with_a_role_and_takes_it_back,
        attaches_a_policy_and_detaches_it,
        puts_a_document_that_is_written_in_the_editor,
        makes_the_provider_that_its_finding_misses,
    )
}

/// Opens the choice, waits until a role that fits stands first, and looks at the plan.
fn preview(terminal: &mut Terminal) {
    terminal.keys("e");
    terminal.wait_for("a role that fits", |text| text.contains("▸✔ apps/lab-app"));
    terminal.keys("\r");
    terminal.wait_for("the diff", |text| text.contains(&format!("+ {ROLE}: {}", role("apps/lab-app"))));
    terminal.wait_for("that it is allowed", |text| !text.contains("asking whether"));
}

fn mends_a_service_account_and_takes_it_back() {
    let broken = Broken::new("mended");
    let (program, _home) = program();
    let mut terminal = broken.on_screen(&program, &[]);
    terminal
        .wait_for("the finding, and the key that mends it", |text| text.contains("node role") && text.contains("(e)"));
    preview(&mut terminal);
    assert_eq!(broken.role(), "", "nothing is sent before it is agreed to");
    // from the finding on: e, return, return, y
    terminal.is_asked("apply this step to lab?");
    terminal.keys("y");
    terminal.wait_for("that it is done", |text| text.contains("✔") && text.contains("done; in the log as"));
    assert_eq!(broken.role(), role("apps/lab-app"));
    // what is made from now on is injected by the webhook
    let after = broken.pod("after");
    world::until_injected(&after, "AWS_ROLE_ARN");
    apply(&after.to_string());
    terminal.keys("\x1b");
    terminal.wait_for("the verdict of a new pod", |text| {
        text.lines().any(|line| line.contains("mended-after") && line.contains("◆ apps/lab-app"))
    });
    terminal.keys(":log\r");
    terminal.wait_for("the log", has("bind serviceaccount/mended"));
    terminal.keys("u");
    terminal.wait_for("the way back", |text| text.contains(&format!("- {ROLE}: {}", role("apps/lab-app"))));
    terminal.wait_for("what its new pods lose", has("new pods may no longer"));
    agree_to_loss(&mut terminal);
    assert_eq!(broken.role(), "");
}

fn stops_where_somebody_else_was_meanwhile() {
    let broken = Broken::new("contended");
    let (program, _home) = program();
    let mut terminal = broken.on_screen(&program, &[]);
    preview(&mut terminal);
    let theirs = role("apps/lab-other");
    kubectl(&["-n", NAMESPACE, "annotate", "serviceaccount", "contended", &format!("{ROLE}={theirs}")]);
    terminal.keys("\ry");
    let text = terminal.wait_for("that it stopped", has("stopped at step 1"));
    assert!(text.contains("by kubectl-annotate") && text.contains(&format!("+ {ROLE}: {theirs}")), "{text}");
    assert_eq!(broken.role(), theirs, "theirs stands");
    terminal.keys("n");
    terminal.wait_for("the plan anew", |text| {
        text.contains(&format!("- {ROLE}: {theirs}")) && text.contains("nothing is sent")
    });
    terminal.keys("\ry");
    terminal.wait_for("that it is done", has("done; in the log as"));
    assert_eq!(broken.role(), role("apps/lab-app"));
}

fn says_what_is_not_allowed_before_anything_is_sent() {
    let broken = Broken::new("guarded");
    let (program, _home) = program();
    let mut terminal = broken.on_screen(&program.user("viewer"), &[]);
    preview(&mut terminal);
    terminal.wait_for("what is missing", has("you may not patch serviceaccounts"));
    terminal.keys("\r");
    terminal.wait_for("that nothing is sent", has("nothing is sent: you may not"));
    assert_eq!(broken.role(), "");
}

fn offers_nothing_where_it_is_read_only() {
    let broken = Broken::new("looked-at");
    let (program, _home) = program();
    let mut terminal = broken.on_screen(&program, &["--readonly"]);
    terminal.wait_for("the finding", has("node role"));
    terminal.keys("ea");
    terminal.keys("?");
    let text = terminal.wait_for("the keys", has("Keys of the explorer"));
    assert!(!text.contains("bind the ServiceAccount") && !text.contains("what can be changed"), "{text}");
    assert_eq!(broken.role(), "");
}

fn tells_of_a_plan_that_was_killed_and_goes_on_with_it() {
    let broken = Broken::new("killed");
    let (program, _home) = program();
    let program = program.user("faulty");
    {
        let mut terminal = broken.on_screen(&program, &[]);
        preview(&mut terminal);
        let _faults = Side::Kubernetes.with_faults(&json!({"hang": ["patch serviceaccounts"]}));
        terminal.keys("\ry");
        terminal.wait_for("that it writes", has("writing"));
        terminal.signal("KILL");
        terminal.ended();
    }
    let mut terminal = broken.on_screen(&program, &[]);
    drop(terminal.wait_for("the pod again", has("killed-before")));
    terminal.keys(":log\r");
    // the status line tells of it at the start, too
    terminal.wait_for("what was left", |text| text.contains("Log of changes 1") && text.contains("unfinished"));
    terminal.keys("\r");
    terminal.wait_for("how it stands", has("perhaps made: step 1"));
    terminal.wait_for("what comes of it", |text| {
        text.contains("new pods of killed get") && !text.contains("cannot be told")
    });
    terminal.is_asked("apply this step to lab?");
    terminal.keys("y");
    terminal.wait_for("that it is done", has("done; in the log as"));
    eventually("it is annotated", Duration::from_secs(5), || broken.role() == role("apps/lab-app"));
}

fn associates_with_a_role_and_takes_it_back() {
    let broken = Broken::new("paired");
    associations::clear(NAMESPACE);
    let (program, _home) = program();
    let mut terminal = broken.on_screen(&program, &[]);
    terminal.keys("E");
    terminal.wait_for("a role that trusts Pod Identity", has("▸✔ lab-pods"));
    terminal.wait_for("why another one does not do", has("it keeps Pod Identity out"));
    terminal.keys("\r");
    agree(&mut terminal, "bind serviceaccount/paired in ns1 to role lab-pods by Pod Identity");
    assert_eq!(associations::of(NAMESPACE).len(), 1);
    let after = broken.pod("after");
    world::until_injected(&after, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    apply(&after.to_string());
    terminal.keys("\x1b");
    terminal.wait_for("the verdict of a new pod", |text| {
        text.lines().any(|line| line.contains("paired-after") && line.contains("● lab-pods"))
    });
    terminal.keys(":log\r");
    terminal.wait_for("the log", has("bind serviceaccount/paired"));
    terminal.keys("u");
    terminal.wait_for("the plan", has("take back: bind serviceaccount/paired"));
    agree_to_loss(&mut terminal);
    assert_eq!(associations::of(NAMESPACE), Vec::<Value>::new());
}

fn attaches_a_policy_and_detaches_it() {
    const SQS: &str = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess";
    let own = own_role("given");
    let broken = Broken::annotated("giving", &own);
    let (program, _home) = program();
    let attached =
        || aws("iam list-attached-role-policies --role-name given").expect("a list")["AttachedPolicies"].to_string();
    let mut terminal = broken.on_screen(&program, &[]);
    terminal.wait_for("its role", has("tui/given"));
    terminal.keys("+");
    terminal.wait_for("the choice", has("a policy to attach to role tui/given"));
    terminal.keys("arn:aws:iam::123:policy/x");
    terminal.wait_for("what is wrong with it", has("a managed policy is arn:aws:iam::aws:policy/NAME"));
    terminal.keys("\x15");
    terminal.keys(SQS);
    terminal.wait_for("that it can be attached", |text| text.contains("▸✔ AmazonSQSReadOnlyAccess"));
    terminal.keys("\r");
    agree(&mut terminal, "attach policy AmazonSQSReadOnlyAccess to role tui/given");
    assert!(attached().contains(SQS));
    terminal.keys("\x1b");
    terminal.wait_for("the pod again", has("giving-before"));
    terminal.keys("-");
    terminal.wait_for("what is attached", has("✔ AmazonSQSReadOnlyAccess"));
    terminal.keys("sqs");
    terminal.wait_for("it alone", has("▸✔ AmazonSQSReadOnlyAccess"));
    terminal.keys("\r");
    terminal.wait_for("what is lost", has("role tui/given may no longer sqs:GetQueueAttributes"));
    agree_to_loss(&mut terminal);
    assert!(!attached().contains(SQS));
}

fn puts_a_document_that_is_written_in_the_editor() {
    let own = own_role("written");
    let broken = Broken::annotated("writing", &own);
    let (program, home) = program();
    // the first time it leaves a document that is none, the second time one that is
    let editor = home.path().join("editor");
    let script = "#!/bin/sh\nif [ -e \"$0.once\" ]; then sed 's/wrong//' \"$1\" > \"$0.new\" && cat \"$0.new\" > \"$1\"; else \
                  touch \"$0.once\"; printf '{\"Effect\":\"Allow\",\\n\"Action\":wrong\"sqs:SendMessage\",\"Resource\":\"*\"}' > \"$1\"; fi\n";
    std::fs::write(&editor, script).expect("an editor");
    let program = program.env("EDITOR", format!("sh {}", editor.display()));
    let mut terminal = broken.on_screen(&program, &[]);
    terminal.wait_for("its role", has("tui/written"));
    terminal.keys("i");
    terminal.wait_for("the form", has("put into an inline policy of role tui/written"));
    terminal.keys("\x15queue\x0f");
    terminal
        .wait_for("what is wrong, at its line", |text| text.contains("✖ line 2, column 10:") && text.contains("wrong"));
    terminal.keys("\x0f");
    terminal.wait_for("that it is good", |text| text.contains("as written, 2 lines") && !text.contains("✖ line"));
    terminal.keys("\r");
    agree(&mut terminal, "put inline policy queue into role tui/written");
    let read = aws("iam get-role-policy --role-name written --policy-name queue").expect("it is there");
    assert_eq!(read["PolicyDocument"]["Statement"][0]["Action"], "sqs:SendMessage", "{read:#}");
    aws("iam delete-role-policy --role-name written --policy-name queue").expect("it goes");
}

fn makes_the_provider_that_its_finding_misses() {
    let broken = Broken::annotated("unknown-issuer", &role("apps/lab-app"));
    let provider = NoProvider::new();
    let (program, _home) = program();
    let mut terminal = broken.on_screen(&program, &[]);
    mend_provider(&mut terminal, "has no OIDC provider for", "create the OIDC provider of https://");
    assert!(provider.is_there());
    terminal.keys("\x1b");
    terminal.wait_for("its verdict", |text| {
        text.contains("◆ apps/lab-app") && !text.contains("has no OIDC provider") && !text.contains("◆ apps/lab-app ✖")
    });
}
