//! What the webhook is to give a new pod, and whether it did.

use crate::domain::model::Name;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// Says whether an association binds a ServiceAccount (namespace, name); `None` where that could not be read.
pub(in crate::source) type Associated = Arc<dyn Fn(Name, Name) -> BoxFuture<'static, Option<bool>> + Send + Sync>;

/// What a new pod is to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nothing, or nobody knows.
    Nothing,
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
            (None, _) => Self::Nothing,
        }
    }

    /// Whether a container of the pod was given it: of those that set a variable of their own, or are left out, none is.
    pub(super) fn is_in(&self, pod: &Value) -> bool {
        let variables = |name: &'static str| {
            let containers = pod.pointer("/spec/containers").and_then(Value::as_array).into_iter().flatten();
            let all = containers.filter_map(|container| container.get("env")?.as_array()).flatten();
            all.filter(move |env| env.get("name").and_then(Value::as_str) == Some(name))
        };
        let has_role =
            |role: &str| variables("AWS_ROLE_ARN").any(|env| env.get("value").and_then(Value::as_str) == Some(role));
        let has_credentials = || variables("AWS_CONTAINER_CREDENTIALS_FULL_URI").next().is_some();
        match self {
            Self::Nothing => true,
            Self::WebIdentity(role) => has_role(role),
            Self::PodIdentity => has_credentials(),
            Self::Either(role) => has_role(role) || has_credentials(),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no identity of its own"),
            Self::PodIdentity => f.write_str("the credentials of its association"),
            Self::WebIdentity(role) | Self::Either(role) => write!(f, "role {role}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_association_wins_and_an_unread_one_may() {
        let role = || Some(Name::from("arn:aws:iam::111122223333:role/api"));
        let pod = |env: Value| json!({"spec": {"containers": [{"name": "proxy"}, {"name": "app", "env": env}]}});
        let web = pod(json!([{"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/api"}]));
        let old = pod(json!([{"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/old"}]));
        let associated = pod(
            json!([{"name": "AWS_CONTAINER_CREDENTIALS_FULL_URI", "value": "http://169.254.170.23/v1/credentials"}]),
        );
        let given = |expected: &Expected| [&web, &old, &associated, &json!({})].map(|pod| expected.is_in(pod));
        assert_eq!(given(&Expected::new(role(), Some(false))), [true, false, false, false]);
        assert_eq!(given(&Expected::new(role(), Some(true))), [false, false, true, false]);
        assert_eq!(given(&Expected::new(role(), None)), [true, false, true, false]);
        assert_eq!(given(&Expected::new(None, Some(false))), [true; 4]);
    }
}
