//! Repairing trust policies: the mistakes that people make, each put right by the smallest change.

use crate::world::{
    ACCOUNT, ISSUER, World, arn, document, name, read, refused, role, trusting, warned, with_pods, world,
};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Association, RoleArn};
use rolecall::domain::plan::{
    Change, Content, Plan, PlanKind, PlanRefusal, WarningKind, repair_trust, undo, undo_of_held,
};

const ROLE: &str = "eks/fixed";

fn plan(trust: &str, account: &str) -> Result<Plan, PlanRefusal> {
    let mut world = world();
    world.role(role(ROLE, trust));
    repair(&world, account, Some(&arn(ROLE)))
}

fn repair(world: &World, account: &str, role: Option<&RoleArn>) -> Result<Plan, PlanRefusal> {
    repair_trust(world.seen(), (&name("shop"), &name(account)), role)
}

#[track_caller]
fn repaired(trust: &str, account: &str) -> String {
    match plan(trust, account) {
        Ok(plan) => document(&plan, 0),
        Err(refusal) => panic!("{refusal:?}\n{trust}"),
    }
}

/// A policy for Pod Identity, with these actions and conditions.
fn associated(actions: &str, conditions: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":{actions},"Condition":{{"StringEquals":{{{conditions}}}}}}}]}}"#
    )
}

const BOTH: &str = r#"["sts:AssumeRole","sts:TagSession"]"#;
const CLUSTER: &str = r#""aws:RequestTag/eks-cluster-arn":"arn:aws:eks:eu-west-1:111122223333:cluster/prod""#;

#[test]
fn a_subject_is_added_and_every_other_byte_stays() {
    let trust = trusting("\"system:serviceaccount:dev:api\"");
    let wanted = trusting(r#"["system:serviceaccount:dev:api", "system:serviceaccount:shop:api"]"#);
    assert_eq!(repaired(&trust, "api"), wanted);
    let laid_out = trusting("[\n    \"system:serviceaccount:dev:api\"\n  ]");
    let wanted = trusting("[\n    \"system:serviceaccount:dev:api\",\n    \"system:serviceaccount:shop:api\"\n  ]");
    assert_eq!(repaired(&laid_out, "api"), wanted);
}

#[test]
fn mistakes_are_put_right_where_they_stand() {
    let good = trusting("\"system:serviceaccount:shop:api\"");
    for (wrong, right) in [
        ("\"sts.amazonaws.com\"", "\"sts.amazon.com\""),
        ("oidc-provider/oidc.eks", "oidc-provider/https://oidc.eks"),
        ("\"oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub\"", "\"oidc.eu-west-1.eks.amazonaws.com/id/ABC:sub\""),
        ("\"oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub\"", "\"https://oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub\""),
        (
            "\"oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud\"",
            "\"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud\"",
        ),
        ("iam::111122223333:oidc", "iam::444455556666:oidc"),
    ] {
        let broken = good.replacen(wrong, right, 1);
        assert_ne!(broken, good, "{wrong}");
        assert_eq!(repaired(&broken, "api"), good, "{right}");
    }
}

#[test]
fn a_mistake_behind_another_is_found_too() {
    let good = trusting("\"system:serviceaccount:shop:api\"");
    let broken = good
        .replace("oidc-provider/oidc", "oidc-provider/https://oidc")
        .replace("\"sts.amazonaws.com\"", "\"sts.amazon.com\"");
    assert_eq!(repaired(&broken, "api"), good);
}

#[test]
fn a_wildcard_is_not_let_loose() {
    let text = repaired(&trusting("\"system:serviceaccount:shop:*\""), "api");
    assert_eq!(text, trusting(r#"["system:serviceaccount:shop:*", "system:serviceaccount:shop:api"]"#));
}

#[test]
fn what_would_let_in_others_becomes_a_statement_of_its_own() {
    // putting the audience right would let in web, too
    let broken = trusting(r#"["system:serviceaccount:shop:web","system:serviceaccount:shop:api"]"#)
        .replace("\"sts.amazonaws.com\"", "\"sts.amazon.com\"");
    let text = repaired(&broken, "api");
    assert!(text.starts_with(broken.trim_end_matches("]}")), "{text}");
    assert_eq!(text.matches("\"Effect\"").count(), 2, "{text}");
}

#[test]
fn another_clusters_statement_stays_beside_ours() {
    let theirs = trusting("\"system:serviceaccount:shop:api\"").replace("/id/ABC", "/id/OTHER");
    let text = repaired(&theirs, "api");
    assert!(text.starts_with(theirs.trim_end_matches("]}")) && text.contains(&format!("{ISSUER}:sub")), "{text}");
    let ec2 = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    let text = repaired(ec2, "api");
    assert!(text.contains(r#""Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}, {"#), "{text}");
}

#[test]
fn pod_identity_gets_its_tags_and_names() {
    let own = format!(
        r#""aws:RequestTag/kubernetes-namespace":"shop","aws:RequestTag/kubernetes-service-account":"api",{CLUSTER}"#
    );
    let good = associated(BOTH, &own);
    let tagless = associated("\"sts:AssumeRole\"", &own);
    assert_eq!(repaired(&tagless, "api"), good.replace(BOTH, r#"["sts:AssumeRole", "sts:TagSession"]"#));
    let other = good.replace("\"api\"", "\"web\"");
    assert_eq!(repaired(&other, "api"), good.replace("\"api\"", r#"["web", "api"]"#));
    let elsewhere = good.replace("cluster/prod", "cluster/dev");
    let wanted =
        format!("[\"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/dev\", \"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/prod\"]");
    assert!(repaired(&elsewhere, "api").contains(&wanted), "{}", repaired(&elsewhere, "api"));
}

#[test]
fn names_that_would_cross_become_a_statement_of_their_own() {
    let other = associated(
        BOTH,
        &format!(
            r#""aws:RequestTag/kubernetes-namespace":"dev","aws:RequestTag/kubernetes-service-account":"web",{CLUSTER}"#
        ),
    );
    let text = repaired(&other, "api");
    assert_eq!(text.matches("\"Effect\"").count(), 2, "shop/web and dev/api would get it, too: {text}");
    // the same names in another cluster would
    let anywhere = associated(
        BOTH,
        r#""aws:RequestTag/kubernetes-namespace":"shop","aws:RequestTag/kubernetes-service-account":"web""#,
    );
    assert_eq!(repaired(&anywhere, "api").matches("\"Effect\"").count(), 2);
}

#[test]
fn without_a_role_it_is_the_one_that_binds() {
    let mut world = world();
    world.role(role("eks/api", &trusting("\"system:serviceaccount:shop:web\"")));
    let plan = repair(&world, "api", None).unwrap();
    assert_eq!(plan.title, "let serviceaccount/api in shop into role eks/api");
    assert!(warned(&plan, WarningKind::NotEffective).is_empty(), "{:?}", plan.warnings);
    world.role(role("mailer", &associated("\"sts:AssumeRole\"", r#""aws:RequestTag/kubernetes-namespace":"shop""#)));
    assert!(document(&repair(&world, "mailer", None).unwrap(), 0).contains("sts:TagSession"));
    assert!(refused(repair(&world, "default", None)).contains("nothing binds"));
}

#[test]
fn nothing_is_repaired_that_is_whole() {
    let said = refused(plan(&trusting("\"system:serviceaccount:shop:api\""), "api"));
    assert!(said.starts_with("nothing to repair: role eks/fixed lets system:serviceaccount:shop:api in"), "{said}");
}

#[test]
fn a_principal_that_was_deleted_stops_it() {
    let trust = trusting("\"system:serviceaccount:shop:web\"").replace(
        "\"Statement\":[",
        r#""Statement":[{"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE"},"Action":"sts:AssumeRole"},"#,
    );
    let said = refused(plan(&trust, "api"));
    assert!(said.contains("AROAEXAMPLEEXAMPLE, a role or user that was deleted"), "{said}");
}

#[test]
fn a_deny_is_not_worked_round() {
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"sts:*"},"#;
    let trust =
        trusting("\"system:serviceaccount:shop:api\"").replace("\"Statement\":[", &format!("\"Statement\":[{deny}"));
    let said = refused(plan(&trust, "api"));
    assert!(said.contains("denies system:serviceaccount:shop:api"), "{said}");
}

#[test]
fn the_size_limit_is_minded() {
    let many = |count: usize| {
        let subjects: Vec<String> =
            (0..count).map(|at| format!("\"system:serviceaccount:team-{at:03}:api\"")).collect();
        trusting(&format!("[{}]", subjects.join(",")))
    };
    let full = many(45);
    assert!(full.len() <= 2048 && full.len() > 2010, "{}", full.len());
    let plan_of_full = plan(&full, "api").unwrap();
    let said = warned(&plan_of_full, WarningKind::NotEffective);
    assert!(said[0].contains("IAM takes 2048 unless") && said[0].contains("Role trust policy length"), "{said:?}");
    let said = refused(plan(&many(213), "api"));
    assert!(said.contains("IAM takes 8192 at most") && said.contains("clusters that are gone"), "{said}");
}

#[test]
fn taking_it_back_leaves_what_others_did_since() {
    let trust = trusting("\"system:serviceaccount:shop:web\"").replace("/id/ABC", "/id/OTHER");
    let made: Change = plan(&trust, "api").unwrap().steps[0].change.clone();
    let undone = undo(world().seen(), &name("id"), PlanKind::RepairTrust, "it", std::slice::from_ref(&made)).unwrap();
    let back = undone.steps[0].change.clone();
    let Content::Document(after) = made.to.clone() else { panic!() };
    assert_eq!(undo_of_held(back.clone(), &made.to, None).unwrap(), back, "nobody changed it");
    let since = Content::Document(name(&after.replace("shop:web", "shop:other")));
    let softened = undo_of_held(back.clone(), &since, None).unwrap();
    assert_eq!(
        (softened.from, softened.to),
        (since, Content::Document(name(&trust.replace("shop:web", "shop:other"))))
    );
    let gone = Content::Document(name(&after.replace("shop:api", "shop:mine")));
    assert!(undo_of_held(back, &gone, None).unwrap_err().sentence.contains("changed since"));
}

#[test]
fn a_trust_policy_is_not_changed_for_a_source_role_that_may_not_go_on() {
    let mut world = world();
    world.role(role("hop", &associated(BOTH, CLUSTER)));
    let lets_in = |principal: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":{BOTH}}}]}}"#
        )
    };
    let association = Association {
        namespace: "shop".into(),
        service_account: "mailer".into(),
        role_arn: Some(arn("hop")),
        target_role_arn: Some(arn("hub")),
        ..Association::default()
    };
    world.tell(vec![Delta::Associations(read(vec![association]))]);
    // it trusts the account, and role hop has no policy that allows it
    world.role(role("hub", &lets_in(ACCOUNT)));
    let refusal = repair(&world, "mailer", None).unwrap_err();
    assert!(refusal.sentence.contains("role hub: no identity policy of role hop allows sts:AssumeRole"), "{refusal:?}");
    world.role(role("hub", &lets_in(arn("other").as_str())));
    let plan = repair(&world, "mailer", None).unwrap();
    assert!(document(&plan, 0).contains(arn("hop").as_str()), "{plan:?}");
}

/// How a pod comes by its role is decided when it is made: one that was not injected for it does not get it by itself.
#[test]
fn pods_that_were_injected_for_the_role_get_it_by_themselves_and_others_when_made_anew() {
    for (spec, told) in [
        ("api", "1 running pod was injected for it and gets it by itself, within a minute: nothing is restarted"),
        (
            "apiBare",
            "1 running pod was not injected for it and gets it when made anew: rolecall restart sa/api -n shop",
        ),
    ] {
        let mut world = with_pods(&[spec]);
        world.role(role("eks/api", &trusting("\"system:serviceaccount:dev:api\"")));
        let plan = repair(&world, "api", None).unwrap();
        let of_pods: Vec<&String> = plan.effects.iter().filter(|effect| effect.contains("running pod")).collect();
        assert_eq!(of_pods, [told]);
    }
}
