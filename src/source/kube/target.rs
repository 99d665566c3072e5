//! What is asked for: the path on the API server, and the kubectl line that does the same.

use super::AGENT;
use super::trouble::{Cause, Trouble};
use crate::domain::inventory::{Kind, ObjectRef, Scope};
use crate::domain::model::{Gap, GapReason, Name, shell_word};
use std::fmt::Write as _;

/// How many objects a page holds.
pub(super) const PAGE: usize = 500;

/// One kind's objects, over a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The kind.
    pub kind: Kind,
    /// Over which namespaces; always the cluster for kinds that lie in none.
    pub scope: Scope,
    /// A label selector.
    pub selector: Option<String>,
}

impl Target {
    /// What a listing over `scope` means for the kind: nodes lie in no namespace, the agent always in kube-system.
    pub(super) fn new(kind: Kind, scope: &Scope, selector: Option<String>) -> Self {
        let scope = match kind {
            Kind::DaemonSet => Scope::Namespace(Name::from("kube-system")),
            _ if kind.is_namespaced() => scope.clone(),
            _ => Scope::Cluster,
        };
        Self { kind, scope, selector }
    }

    /// The call as RBAC names it: `list pods`.
    pub(super) fn call(&self, verb: &str) -> String {
        format!("{verb} {}", self.kind.resource())
    }

    /// What its label selector leaves out.
    pub(super) fn narrowed(&self) -> Option<Gap> {
        let (selector, resource) = (self.selector.as_deref()?, self.kind.resource());
        let sentence = format!("only {resource} that -l {selector} picks were listed");
        Some(Gap::new(format!("the other {resource}"), self.call("list"), GapReason::NotFoundOut, sentence))
    }

    /// The path of a page.
    pub(super) fn page(&self, next: &str) -> String {
        let mut path = format!("{}?limit={PAGE}", self.collection());
        self.select(&mut path);
        if !next.is_empty() {
            let _ = write!(path, "&continue={}", encoded(next));
        }
        path
    }

    /// The path of a watch that goes on from a version, for so many seconds.
    pub(super) fn watch(&self, version: &str, seconds: u64) -> String {
        let mut path = format!(
            "{}?watch=true&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={seconds}",
            self.collection(),
            encoded(version)
        );
        self.select(&mut path);
        path
    }

    /// `kubectl get …` that lists it.
    pub(super) fn list_line(&self) -> String {
        format!("{} --chunk-size={PAGE}", self.line())
    }

    /// `kubectl get …` that watches it.
    pub(super) fn watch_line(&self) -> String {
        format!("{} --watch-only", self.line())
    }

    fn line(&self) -> String {
        let mut line = format!("get {}", self.kind.resource());
        match &self.scope {
            Scope::Namespace(namespace) => line.extend([" -n ", &shell_word(namespace)]),
            Scope::Cluster if self.kind.is_namespaced() => line.push_str(" -A"),
            Scope::Cluster => {}
        }
        if self.kind == Kind::DaemonSet {
            line.extend([" --field-selector=metadata.name=", AGENT]);
        }
        if let Some(selector) = &self.selector {
            line.extend([" -l ", &shell_word(selector)]);
        }
        line
    }

    fn collection(&self) -> String {
        collection(self.kind, &self.scope)
    }

    fn select(&self, path: &mut String) {
        if self.kind == Kind::DaemonSet {
            let _ = write!(path, "&fieldSelector={}", encoded(&format!("metadata.name={AGENT}")));
        }
        if let Some(selector) = &self.selector {
            let _ = write!(path, "&labelSelector={}", encoded(selector));
        }
    }
}

/// No list has more pages than this: with 500 objects each they hold a million. A server that says so turns in a circle.
pub(super) const MOST_PAGES: usize = 2_000;

/// What is said of a list that was given up there.
pub(super) fn without_end() -> Trouble {
    Trouble::new(Cause::Answer, format!("there were still more pages after {MOST_PAGES}: the list was given up"))
}

/// The path of one object.
pub(super) fn object(object: &ObjectRef) -> String {
    let scope = object.namespace.clone().map_or(Scope::Cluster, Scope::Namespace);
    format!("{}/{}", collection(object.kind, &scope), encoded(&object.name))
}

/// The API group of a kind, empty for the core's.
pub(super) fn group(kind: Kind) -> &'static str {
    match kind {
        Kind::Webhook => "admissionregistration.k8s.io",
        Kind::DaemonSet => "apps",
        _ => "",
    }
}

fn collection(kind: Kind, scope: &Scope) -> String {
    let root = match group(kind) {
        "" => "/api/v1".to_owned(),
        group => format!("/apis/{group}/v1"),
    };
    match scope {
        Scope::Namespace(namespace) if kind.is_namespaced() => {
            format!("{root}/namespaces/{}/{}", encoded(namespace), kind.resource())
        }
        _ => format!("{root}/{}", kind.resource()),
    }
}

/// Text as one segment of a path or one value of a query (RFC 3986: only unreserved characters stay).
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_the_lines_that_do_the_same() {
        let pods = Target::new(Kind::Pod, &Scope::Cluster, Some("app in (a,b)".into()));
        assert_eq!(pods.page(""), "/api/v1/pods?limit=500&labelSelector=app%20in%20%28a%2Cb%29");
        assert_eq!(pods.list_line(), "get pods -A -l 'app in (a,b)' --chunk-size=500");
        let shop = Target::new(Kind::ServiceAccount, &Scope::Namespace("shop".into()), None);
        assert_eq!(shop.page("a=b"), "/api/v1/namespaces/shop/serviceaccounts?limit=500&continue=a%3Db");
        assert_eq!(shop.watch_line(), "get serviceaccounts -n shop --watch-only");
        let nodes = Target::new(Kind::Node, &Scope::Namespace("shop".into()), None);
        assert_eq!(
            nodes.watch("7", 290),
            "/api/v1/nodes?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=290"
        );
        assert!(Target::new(Kind::Pod, &Scope::Cluster, None).narrowed().is_none());
        let some = Target::new(Kind::Pod, &Scope::Cluster, Some("app=api".into()));
        assert!(some.narrowed().is_some_and(|gap| gap.sentence.contains("-l app=api")));
        let agent = Target::new(Kind::DaemonSet, &Scope::Cluster, None);
        assert_eq!(
            agent.page(""),
            "/apis/apps/v1/namespaces/kube-system/daemonsets?limit=500&fieldSelector=metadata.name%3Deks-pod-identity-agent"
        );
        assert_eq!(agent.scope, Scope::Namespace("kube-system".into()));
    }

    #[test]
    fn names_cannot_leave_their_place() {
        let strange = ObjectRef::new(Kind::Pod, "a/../b".into(), "x?y".into());
        assert_eq!(object(&strange), "/api/v1/namespaces/a%2F..%2Fb/pods/x%3Fy");
    }
}
