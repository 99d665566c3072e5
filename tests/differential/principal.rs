//! Who asks, and what a `Principal` element says about them (`reference_policies_elements_principal`).

use crate::context::{list, text};
use serde_json::Value;

/// Who sent the request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Caller {
    Anonymous,
    Service(String),
    /// An OIDC or SAML provider's federated principal, before it has a session.
    Provider(String),
    Root(Entity),
    User(Entity),
    /// A role, in the session of this ARN.
    Role(Entity, String),
    /// A role's session; its name is the role's.
    Session(Entity),
    /// A session of `GetFederationToken`; its name is taken for that of the user who asked for it, who may have been another.
    Federated(Entity, Option<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entity {
    pub(crate) arn: String,
    partition: String,
    account: String,
    name: String,
}

/// How far an Allow in a resource policy of the same account carries
/// (`reference_policies_evaluation-logic_policy-eval-basics-*`), weakest first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) enum Grant {
    None,
    /// The account: its own identity policies must allow too.
    Account,
    /// The role, or the user behind a federated session: the identity policies may be silent.
    Entity,
    /// The caller itself, or everybody: boundary and session policy may be silent too.
    Direct,
}

/// Everybody whom a principal may stand for.
pub(crate) fn callers(principal: &str, policies: &Value) -> Vec<Caller> {
    if let Caller::Federated(entity, _) = caller(principal) {
        let mut users = Vec::new();
        strings(policies, &mut users);
        users.retain(|it| {
            it.starts_with(&format!("arn:{}:iam::{}:user/", entity.partition, entity.account))
                && it.rsplit('/').next() != Some(&entity.name)
        });
        users.sort();
        users.dedup();
        let other = users.into_iter().map(Some).chain([None]);
        return other.map(|user| Caller::Federated(entity.clone(), user)).collect();
    }
    let Caller::Role(entity, stranger) = caller(principal) else { return vec![caller(principal)] };
    let start = stranger.strip_suffix("stranger").unwrap_or_default().to_owned();
    let mut sessions = vec![stranger];
    strings(policies, &mut sessions);
    sessions.retain(|it| it.starts_with(&start));
    sessions.sort();
    sessions.dedup();
    sessions.into_iter().map(|session| Caller::Role(entity.clone(), session)).collect()
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(it) => found.push(it.clone()),
        Value::Array(all) => all.iter().for_each(|it| strings(it, found)),
        Value::Object(all) => all.values().for_each(|it| strings(it, found)),
        _ => {}
    }
}

pub(crate) fn caller(principal: &str) -> Caller {
    if principal == "*" {
        return Caller::Anonymous;
    }
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    let [_, partition, _, _, account, resource] = parts[..] else { return Caller::Service(principal.to_owned()) };
    let kind = resource.split('/').next().unwrap_or_default();
    let name = match kind {
        "assumed-role" => resource.split('/').nth(1),
        _ => resource.split('/').next_back(),
    };
    let entity = Entity {
        arn: principal.to_owned(),
        partition: partition.to_owned(),
        account: account.to_owned(),
        name: name.unwrap_or_default().to_owned(),
    };
    match kind {
        "root" => Caller::Root(entity),
        "user" => Caller::User(entity),
        "role" => {
            let Entity { partition, account, name, .. } = &entity;
            let stranger = format!("arn:{partition}:sts::{account}:assumed-role/{name}/stranger");
            Caller::Role(entity, stranger)
        }
        "assumed-role" => Caller::Session(entity),
        "federated-user" => Caller::Federated(entity, None),
        _ => Caller::Provider(principal.to_owned()),
    }
}

impl Caller {
    /// The account whose identity policies speak for the caller.
    pub(crate) fn account(&self) -> Option<&str> {
        self.entity().map(|entity| entity.account.as_str())
    }

    /// Nobody's identity policies speak for a service, a provider or the anonymous: the resource decides alone. Nor for an
    /// origin access identity, "a special CloudFront user" of no account (`private-content-restricting-access-to-s3-oai`).
    pub(crate) fn without_identity(&self) -> bool {
        self.entity().is_none_or(|entity| entity.account == "cloudfront")
    }

    fn entity(&self) -> Option<&Entity> {
        match self {
            Caller::Anonymous | Caller::Service(_) | Caller::Provider(_) => None,
            Caller::Root(it)
            | Caller::User(it)
            | Caller::Role(it, _)
            | Caller::Session(it)
            | Caller::Federated(it, _) => Some(it),
        }
    }
}

/// What a `Principal` element grants the caller.
pub(crate) fn grant(principal: &Value, caller: &Caller) -> Grant {
    let mut best = Grant::None;
    for (kind, value) in named(principal) {
        let found = granted(&kind, &value, caller);
        if found > best {
            best = found;
        }
    }
    best
}

fn named(principal: &Value) -> Vec<(String, String)> {
    match principal {
        Value::Object(kinds) => kinds
            .iter()
            .flat_map(|(kind, all)| list(Some(all)).into_iter().map(|one| (kind.clone(), text(one))))
            .collect(),
        other => vec![("*".to_owned(), text(other))],
    }
}

fn granted(kind: &str, value: &str, caller: &Caller) -> Grant {
    match (kind, value, caller) {
        // A bare string can only be the star.
        ("*" | "AWS", "*", _) => Grant::Direct,
        ("Service", _, Caller::Service(own)) if value == own => Grant::Direct,
        ("Federated", _, Caller::Provider(own)) if value == own => Grant::Direct,
        ("AWS", ..) => caller.entity().map_or(Grant::None, |entity| granted_by_arn(value, caller, entity)),
        _ => Grant::None,
    }
}

fn granted_by_arn(value: &str, caller: &Caller, own: &Entity) -> Grant {
    let Entity { partition, account, .. } = own;
    if value == account || value == format!("arn:{partition}:iam::{account}:root") {
        // To root its account's ARN is its own.
        return if matches!(caller, Caller::Root(_)) { Grant::Direct } else { Grant::Account };
    }
    match caller {
        Caller::Role(..) if value == own.arn => Grant::Entity,
        Caller::Role(_, session) if value == session => Grant::Direct,
        _ if value == own.arn => Grant::Direct,
        // The session's role: its ARN carries the path that the session's does not, and the name is unique.
        Caller::Session(_) if is_named(value, "role", own) => Grant::Entity,
        Caller::Federated(_, other) if is_named(value, "user", own) || other.as_deref() == Some(value) => Grant::Entity,
        _ => Grant::None,
    }
}

fn is_named(arn: &str, kind: &str, own: &Entity) -> bool {
    let start = format!("arn:{}:iam::{}:{kind}/", own.partition, own.account);
    arn.strip_prefix(&start).and_then(|path| path.split('/').next_back()) == Some(&own.name)
}

/// Does `NotPrincipal` spare the caller? Only where the whole chain is listed: the account, and what is in it
/// (`reference_policies_elements_notprincipal`).
pub(crate) fn spared(not_principal: &Value, caller: &Caller) -> bool {
    let grants: Vec<Grant> = named(not_principal).iter().map(|(kind, value)| granted(kind, value, caller)).collect();
    let has = |wanted: Grant| grants.contains(&wanted);
    if named(not_principal).iter().any(|(_, value)| value == "*") || caller.without_identity() {
        return has(Grant::Direct);
    }
    match caller {
        Caller::Root(_) => has(Grant::Direct),
        Caller::Role(..) | Caller::Session(_) | Caller::Federated(..) => {
            has(Grant::Entity) && has(Grant::Account) && has(Grant::Direct)
        }
        _ => has(Grant::Direct) && has(Grant::Account),
    }
}

#[test]
fn what_a_principal_grants_depends_on_what_it_names() {
    let session = caller("arn:aws:sts::111122223333:assumed-role/app/s1");
    let grants = |value: &str, caller: &Caller| grant(&serde_json::json!({ "AWS": value }), caller);
    assert_eq!(grants("111122223333", &session), Grant::Account);
    assert_eq!(grants("arn:aws:iam::111122223333:root", &session), Grant::Account);
    assert_eq!(grants("arn:aws:iam::111122223333:role/team/app", &session), Grant::Entity);
    assert_eq!(grants("arn:aws:sts::111122223333:assumed-role/app/s1", &session), Grant::Direct);
    assert_eq!(grants("arn:aws:sts::111122223333:assumed-role/app/s2", &session), Grant::None);
    assert_eq!(grants("arn:aws:iam::111122223333:role/*", &session), Grant::None);
    assert_eq!(grants("*", &caller("*")), Grant::Direct);
    assert_eq!(grants("111122223333", &caller("ec2.amazonaws.com")), Grant::None);
}
