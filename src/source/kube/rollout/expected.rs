//! What the webhook is to give a new pod, and whether it did.

use crate::domain::model::Name;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Says whether an association binds a ServiceAccount (namespace, name); `None` where that could not be read.
pub(in crate::source) type Associated = Arc<dyn Fn(Name, Name) -> BoxFuture<'static, Option<bool>> + Send + Sync>;

/// What the webhook injects for an annotation, and for an association (amazon-eks-pod-identity-webhook,
/// `pkg/handler/handler.go`).
const BY_TOKEN: &str = "AWS_ROLE_ARN";
const BY_ASSOCIATION: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// What a new pod is to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nothing: nothing binds its ServiceAccount, or nothing any more, and the webhook knows.
    Nothing,
    /// Nothing by an annotation, for there is none. Whether by an association nobody knows.
    Unknown,
    /// This role, by its token.
    WebIdentity(Name),
    /// The credentials of an association.
    PodIdentity,
    /// This role by its token, or the credentials of an association of which nobody knows.
    Either(Name),
}

impl Expected {
    /// An association wins over the annotation (amazon-eks-pod-identity-webhook, `pkg/handler/handler.go`).
    pub(super) fn new(annotated: Option<Name>, associated: Option<bool>) -> Self {
        match (annotated, associated) {
            (_, Some(true)) => Self::PodIdentity,
            (Some(role), Some(false)) => Self::WebIdentity(role),
            (Some(role), None) => Self::Either(role),
            (None, Some(false)) => Self::Nothing,
            (None, None) => Self::Unknown,
        }
    }

    /// Whether the pod was given it. A role that is to come is looked for in any container: those that set a variable of
    /// their own, or are left out, are given none. What is not to come may be in none; what the `template` of the pod sets
    /// by itself is not the webhook's.
    pub(super) fn is_in(&self, pod: &Value, template: &Value) -> bool {
        let values = |name: &'static str| containers(pod).flat_map(move |own| variables(own, name));
        let has_role = |role: &str| values(BY_TOKEN).any(|env| env.get("value").and_then(Value::as_str) == Some(role));
        let has_credentials = || values(BY_ASSOCIATION).next().is_some();
        let is_injected = |name: &str| {
            let without = containers(template).filter(|own| !sets(own, name));
            without.filter_map(|own| of_name(pod, own.get("name")?)).any(|own| sets(own, name))
        };
        match self {
            Self::Nothing => !is_injected(BY_TOKEN) && !is_injected(BY_ASSOCIATION),
            Self::Unknown => !is_injected(BY_TOKEN),
            Self::WebIdentity(role) => has_role(role),
            Self::PodIdentity => has_credentials(),
            Self::Either(role) => has_role(role) || has_credentials(),
        }
    }

    /// Whether something is to be given, as far as is known.
    pub(super) fn is_something(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Unknown)
    }
}

/// The containers of a pod, or of a template.
fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    pod.pointer("/spec/containers").and_then(Value::as_array).into_iter().flatten()
}

fn of_name<'a>(pod: &'a Value, name: &Value) -> Option<&'a Value> {
    containers(pod).find(|container| container.get("name") == Some(name))
}

/// The variables of this name that a container has.
fn variables<'a>(container: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = container.get("env").and_then(Value::as_array).into_iter().flatten();
    all.filter(move |env| env.get("name").and_then(Value::as_str) == Some(name))
}

/// Whether a container has a variable.
fn sets(container: &Value, name: &str) -> bool {
    variables(container, name).next().is_some()
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing | Self::Unknown => f.write_str("no identity of its own"),
            Self::PodIdentity => f.write_str("the credentials of its association"),
            Self::WebIdentity(role) | Self::Either(role) => write!(f, "role {role}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const API: &str = "arn:aws:iam::111122223333:role/api";

    fn pod(env: &Value) -> Value {
        json!({"spec": {"containers": [{"name": "proxy"}, {"name": "app", "env": env}]}})
    }

    fn role(arn: &str) -> Value {
        json!([{"name": "AWS_ROLE_ARN", "value": arn}])
    }

    fn credentials() -> Value {
        json!([{"name": "AWS_CONTAINER_CREDENTIALS_FULL_URI", "value": "http://169.254.170.23/v1/credentials"}])
    }

    #[test]
    fn an_association_wins_and_an_unread_one_may() {
        let annotated = || Some(Name::from(API));
        let pods = [pod(&role(API)), pod(&role("arn:aws:iam::111122223333:role/old")), pod(&credentials()), json!({})];
        let given = |expected: &Expected| pods.each_ref().map(|own| expected.is_in(own, &pod(&json!([]))));
        assert_eq!(given(&Expected::new(annotated(), Some(false))), [true, false, false, false]);
        assert_eq!(given(&Expected::new(annotated(), Some(true))), [false, false, true, false]);
        assert_eq!(given(&Expected::new(annotated(), None)), [true, false, true, false]);
    }

    /// The webhook knows only after a while that a binding is gone.
    #[test]
    fn what_binds_no_more_is_not_injected_any_more() {
        let pods = [pod(&role(API)), pod(&credentials()), pod(&json!([])), json!({})];
        let given = |expected: &Expected, template: &Value| pods.each_ref().map(|own| expected.is_in(own, template));
        let (nothing, unknown) = (Expected::new(None, Some(false)), Expected::new(None, None));
        assert_eq!((&nothing, &unknown), (&Expected::Nothing, &Expected::Unknown));
        let bare = pod(&json!([]));
        assert_eq!(given(&nothing, &bare), [false, false, true, true]);
        assert_eq!(given(&unknown, &bare), [false, true, true, true], "an association may bind it");
        // what the template sets itself stays
        assert_eq!(given(&nothing, &pod(&role(API))), [true, false, true, true]);
        let other = json!({"spec": {"containers": [{"name": "another", "env": role(API)}]}});
        assert_eq!(given(&nothing, &other), [true; 4], "a container that comes from elsewhere is not the webhook's");
    }
}
