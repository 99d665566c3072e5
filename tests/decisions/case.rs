//! Policies and a request in a few words, and what was decided.

use rolecall::domain::policy::{Action, Decision, Document, Kind, Layers, Outcome, Request, Resource, decide, outcome};
use std::sync::Arc;

pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/api/i-0a";
pub(crate) const USER: &str = "arn:aws:iam::111122223333:user/ann";
pub(crate) const ROOT: &str = "arn:aws:iam::111122223333:root";
pub(crate) const OBJECT: &str = "arn:aws:s3:::shop/orders/1";
pub(crate) const ALL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

/// A document of these statements.
pub(crate) fn document(statements: &str, kind: Kind) -> Arc<Document> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Arc::new(Document::parse(&text, kind).unwrap())
}

/// Policies and a request, put together piece by piece.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) layers: Layers,
    pub(crate) request: Request,
}

impl Case {
    pub(crate) fn new(principal: &str) -> Self {
        Self { layers: Layers::default(), request: Request::new(principal, "s3:GetObject", OBJECT) }
    }

    pub(crate) fn asks(mut self, action: &str, resource: &str) -> Self {
        self.request.action = Action::new(action);
        self.request.resource = Resource::new(resource);
        self
    }

    pub(crate) fn identity(mut self, statements: &str) -> Self {
        self.layers.identity.push(document(statements, Kind::Identity));
        self
    }

    pub(crate) fn boundary(mut self, statements: &str) -> Self {
        self.layers.boundary.push(document(statements, Kind::Boundary));
        self
    }

    pub(crate) fn session(mut self, statements: &str) -> Self {
        self.layers.session.push(document(statements, Kind::Session));
        self
    }

    pub(crate) fn resource(mut self, statements: &str) -> Self {
        self.layers.resource.push(document(statements, Kind::Resource));
        self
    }

    pub(crate) fn endpoint(mut self, statements: &str) -> Self {
        self.layers.endpoint.push(document(statements, Kind::Endpoint));
        self
    }

    pub(crate) fn scp(mut self, statements: &str) -> Self {
        self.layers.scp.push(vec![document(statements, Kind::Scp)]);
        self
    }

    pub(crate) fn rcp(mut self, statements: &str) -> Self {
        self.layers.rcp.push(vec![document(statements, Kind::Rcp)]);
        self
    }

    pub(crate) fn account(mut self, account: &str) -> Self {
        self.request.resource_account = Some(account.into());
        self
    }

    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.request.context.set(key, value);
        self
    }

    pub(crate) fn with_many(mut self, key: &str, values: &[&str]) -> Self {
        self.request.context.set_many(key, values.iter().copied());
        self
    }

    pub(crate) fn unknown(mut self, key: &str) -> Self {
        self.request.context.set_unknown(key);
        self
    }

    pub(crate) fn decided(&self) -> Decision {
        let decision = decide(&self.request, &self.layers);
        assert_eq!(outcome(&self.request, &self.layers), decision.outcome, "with and without reasons");
        decision
    }

    #[track_caller]
    pub(crate) fn is(&self, expected: Outcome) -> Decision {
        let decision = self.decided();
        assert_eq!(decision.outcome, expected, "{decision:#?}");
        decision
    }
}

pub(crate) fn allow(rest: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::shop/*"{rest}}}"#)
}

pub(crate) fn deny(rest: &str) -> String {
    allow(rest).replace("Allow", "Deny")
}

/// An Allow in a resource policy to this principal.
pub(crate) fn to(principal: &str) -> String {
    allow(&format!(r#","Principal":{principal}"#))
}

pub(crate) fn aws(arn: &str) -> String {
    to(&format!(r#"{{"AWS":"{arn}"}}"#))
}

/// An Allow or Deny under a condition.
pub(crate) fn when(operator: &str, key: &str, values: &str) -> String {
    format!(r#","Condition":{{"{operator}":{{"{key}":{values}}}}}"#)
}
