//! What we may read in Kubernetes, asked of the API server itself.

use super::api::{Api, Ask, Sent};
use super::target::{Target, group};
use crate::domain::inventory::{Kind, Scope};
use crate::domain::model::shell_word;
use crate::source::Access;
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::json;

const REVIEWS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/// Whether each call that is made is allowed: list and watch of every kind, and the ConfigMaps' key names.
pub(super) async fn access(api: &Api, scope: &Scope) -> Vec<Access> {
    let mut asked = Vec::new();
    for kind in Kind::ALL {
        let scope = Target::new(kind, scope, None).scope;
        for verb in ["list", "watch"] {
            asked.push(Asked { verb, group: group(kind), resource: kind.resource(), scope: scope.clone() });
        }
    }
    asked.push(Asked { verb: "get", group: "", resource: "configmaps", scope: scope.clone() });
    join_all(asked.iter().map(|asked| asked.answer(api))).await
}

/// Whether we may do one thing.
pub(super) struct Asked {
    /// `list`, `patch`, …
    pub verb: &'static str,
    /// The resource's API group; empty for the core's.
    pub group: &'static str,
    /// The resource, in the plural.
    pub resource: &'static str,
    /// Where.
    pub scope: Scope,
}

impl Asked {
    /// Asks the API server.
    pub(super) async fn answer(&self, api: &Api) -> Access {
        let call = format!("{} {}", self.verb, self.resource);
        let (namespace, flag) = match &self.scope {
            Scope::Namespace(namespace) => (&**namespace, format!(" -n {}", shell_word(namespace))),
            Scope::Cluster => ("", " -A".to_owned()),
        };
        let attributes =
            json!({"verb": self.verb, "group": self.group, "resource": self.resource, "namespace": namespace});
        let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes}});
        let line = format!("auth can-i {call}{flag}");
        match api.call(&line, Ask { path: REVIEWS, accept: None, body: Some(Sent::Post(&review.to_string())) }).await {
            Ok(body) => {
                let review: Review = serde_json::from_slice(&body).unwrap_or_default();
                Access { call, allowed: review.status.map(|status| status.allowed), sentence: None }
            }
            Err(trouble) => Access { call, allowed: None, sentence: Some(trouble.said) },
        }
    }
}

#[derive(Default, Deserialize)]
struct Review {
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Status {
    allowed: bool,
}
