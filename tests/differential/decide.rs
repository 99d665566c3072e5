//! One decision in one world, where every key is known and the resource is one: the order of the IAM user guide,
//! `reference_policies_evaluation-logic`.

use crate::context::{Context, text};
use crate::pattern::like;
use crate::principal::{Caller, Grant, callers};
use crate::statement::{Applies, Asked, Place, Statement, action, statements};
use serde_json::Value;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Allowed,
    /// Allowed, but for a Deny that holds a value nobody can read.
    AllowedUnless,
    /// By these statements.
    Explicit(BTreeSet<Place>),
    /// These layers did not allow.
    Implicit(BTreeSet<&'static str>),
}

/// One line, with the statements that speak of its caller and its action.
pub(crate) struct Case {
    caller: Caller,
    action: String,
    resource_account: Option<String>,
    /// The layers that are there, and their levels, each of which must allow.
    levels: Vec<(&'static str, usize)>,
    pub(crate) statements: Vec<Statement>,
}

impl Case {
    /// One for each caller that the request's principal may be: of a role, each of its sessions that a policy names, and
    /// one that none does.
    pub(crate) fn all(line: &Value) -> Vec<Self> {
        callers(&text(&line["request"]["principal"]), &line["policies"])
            .into_iter()
            .map(|it| Self::of(line, it))
            .collect()
    }

    fn of(line: &Value, caller: Caller) -> Self {
        let mut layers = layers(line);
        // SCPs affect users and roles alone.
        layers.retain(|(name, ..)| *name != "scp" || !caller.without_identity());
        // "The root principal in a bucket owner's AWS account can perform [these], even if their bucket policy explicitly denies".
        layers.retain(|(name, ..)| *name != "resource" || !sees_to_own_bucket(line, &caller));
        let bounded = !caller.without_identity() && layers.iter().any(|(name, ..)| *name == "boundary");
        let asked = Asked { caller: &caller, action: action(line), bounded };
        let mut found = Vec::new();
        for (name, level, documents) in &layers {
            for (policy, document) in documents.iter().enumerate() {
                found.extend(statements(document, (*name, *level, policy), &asked));
            }
        }
        Self {
            action: asked.action.to_lowercase(),
            levels: layers.iter().map(|(name, level, _)| (*name, *level)).collect(),
            statements: found,
            resource_account: line["request"]["resourceAccount"].as_str().map(str::to_owned),
            caller,
        }
    }
}

/// Amazon S3 API reference, `PutBucketPolicy`.
fn sees_to_own_bucket(line: &Value, caller: &Caller) -> bool {
    let action = action(line).to_lowercase();
    let of_policy = matches!(&*action, "s3:getbucketpolicy" | "s3:putbucketpolicy" | "s3:deletebucketpolicy");
    let owner = line["request"]["resourceAccount"].as_str().or(caller.account());
    of_policy && matches!(caller, Caller::Root(_)) && owner == caller.account()
}

/// The documents of every level of every layer that is there; an empty list is no layer, an empty level one that
/// allows nothing.
fn layers(line: &Value) -> Vec<(&'static str, usize, Vec<&Value>)> {
    let policies = &line["policies"];
    let mut found = Vec::new();
    for name in ["identity", "boundary", "session", "endpoint"] {
        if let Some(all) = policies[name].as_array().filter(|all| !all.is_empty()) {
            found.push((name, 0, all.iter().collect()));
        }
    }
    if policies["resource"].is_object() {
        found.push(("resource", 0, vec![&policies["resource"]]));
    }
    for name in ["scp", "rcp"] {
        for (level, documents) in policies[name].as_array().into_iter().flatten().enumerate() {
            found.push((name, level, documents.as_array().into_iter().flatten().collect()));
        }
    }
    found
}

pub(crate) fn decide(case: &Case, context: &Context, resource: &str) -> Outcome {
    if cannot_call(&case.caller, &case.action) {
        return Outcome::Implicit(BTreeSet::new());
    }
    // "No permissions are required" for either.
    if matches!(&*case.action, "sts:getcalleridentity" | "sts:getsessiontoken") {
        return Outcome::Allowed;
    }
    let (mut denies, mut unreadable) = (BTreeSet::new(), false);
    let (mut allowing, mut granted) = (BTreeSet::new(), Grant::None);
    for statement in &case.statements {
        let (layer, level, ..) = statement.place;
        match (statement.applies(context, resource), statement.deny) {
            (Applies::Yes, true) => drop(denies.insert(statement.place)),
            (Applies::Yes, false) => {
                allowing.insert((layer, level));
                if layer == "resource" && statement.grant > granted {
                    granted = statement.grant;
                }
            }
            (Applies::PerhapsUnreadable, true) => unreadable = true,
            _ => {}
        }
    }
    // An explicit Deny in any layer ends it.
    if !denies.is_empty() {
        return Outcome::Explicit(denies);
    }
    let mut silent: BTreeSet<&'static str> =
        case.levels.iter().filter(|level| !allowing.contains(*level)).map(|(layer, _)| *layer).collect();
    if !case.levels.iter().any(|(layer, _)| *layer == "identity") {
        silent.insert("identity");
    }
    // "If you do not pass any session policies, then the resulting federated user session has no permissions."
    if matches!(case.caller, Caller::Federated(..)) && !case.levels.iter().any(|(layer, _)| *layer == "session") {
        silent.insert("session");
    }
    let missing = missing(case, resource, &silent, granted);
    match (missing.is_empty(), unreadable) {
        (false, _) => Outcome::Implicit(missing),
        (true, true) => Outcome::AllowedUnless,
        (true, false) => Outcome::Allowed,
    }
}

/// Who is kept from calling it by who he is: the pages of the actions in the API references of AWS STS and AWS KMS, and
/// `id_credentials_sts-comparison`.
fn cannot_call(caller: &Caller, action: &str) -> bool {
    let for_users = matches!(action, "sts:getfederationtoken" | "sts:getsessiontoken");
    match caller {
        Caller::Root(_) => action == "sts:assumerole",
        Caller::User(_) => false,
        Caller::Role(..) | Caller::Session(_) | Caller::Service(_) => for_users,
        // "Cannot call AWS STS operations except `GetCallerIdentity`." With a token or an assertion it is not he who calls, and
        // the last three are permissions that a call of another takes.
        Caller::Federated(..) => action.strip_prefix("sts:").is_some_and(|name| {
            let of_another =
                ["assumerolewithsaml", "assumerolewithwebidentity", "tagsession", "setsourceidentity", "setcontext"];
            name != "getcalleridentity" && !of_another.contains(&name)
        }),
        // Without credentials nothing is signed.
        Caller::Anonymous | Caller::Provider(_) => {
            for_users || matches!(action, "sts:assumerole" | "sts:getcalleridentity") || action.starts_with("kms:")
        }
    }
}

/// The layers that had to allow and did not (`reference_policies_evaluation-logic_policy-eval-basics-*`).
fn missing(case: &Case, resource: &str, silent: &BTreeSet<&'static str>, granted: Grant) -> BTreeSet<&'static str> {
    // SCP, RCP and endpoint policies must allow whatever the others say.
    let mut missing: BTreeSet<&'static str> =
        silent.iter().copied().filter(|layer| matches!(*layer, "scp" | "rcp" | "endpoint")).collect();
    // Nobody's identity policies speak for a service, a provider or the anonymous: the resource decides alone.
    if case.caller.without_identity() {
        if granted == Grant::None {
            missing.insert("resource");
        }
        return missing;
    }
    let same_account = resource_account(case, resource).as_deref() == case.caller.account();
    let passes =
        |layer: &str| same_account && granted >= if layer == "identity" { Grant::Entity } else { Grant::Direct };
    // `…_policy-eval-denyallow`: all requests are denied by default, but for the account's root user's.
    let root = |layer: &str| layer == "identity" && matches!(case.caller, Caller::Root(_));
    for layer in ["identity", "boundary", "session"] {
        if silent.contains(layer) && !passes(layer) && !root(layer) {
            missing.insert(layer);
        }
    }
    if granted == Grant::None && (!same_account || needs_resource_policy(case, resource)) {
        missing.insert("resource");
    }
    missing
}

/// Whose the resource is: said, else in its ARN, else the caller's (design §8).
fn resource_account(case: &Case, resource: &str) -> Option<String> {
    let in_arn = resource.split(':').nth(4).filter(|it| it.len() == 12 && it.chars().all(|it| it.is_ascii_digit()));
    case.resource_account.as_deref().or(in_arn).or(case.caller.account()).map(str::to_owned)
}

/// Two things that nobody may use without a policy of their own: roles and KMS keys.
fn needs_resource_policy(case: &Case, resource: &str) -> bool {
    if !case.action.starts_with("kms:") || keyless(&case.action) {
        return case.action.starts_with("sts:assumerole");
    }
    // what is done to an alias asks the key policy only where it names the key
    !case.action.ends_with("alias") || like("arn:*:kms:*:key/*", resource)
}

/// Actions of KMS that name no resource but `*` (service authorization reference, `list_awskeymanagementservice`).
pub(crate) fn keyless(action: &str) -> bool {
    let name = action.strip_prefix("kms:").unwrap_or_default();
    name.ends_with("customkeystore")
        || matches!(
            name,
            "describecustomkeystores"
                | "createkey"
                | "generaterandom"
                | "listaliases"
                | "listkeys"
                | "listretirablegrants"
        )
}
