//! A document as identity policy and as resource policy, held against a request: the answer with reasons is the one
//! without, and a Deny of everything denies.
//!
//! The first lines of the input are action, resource and the value of a key; the rest is the document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall::domain::policy::{Document, Kind, Layers, Outcome, Request, decide, outcome};
use std::sync::{Arc, LazyLock};

const ROLE: &str = "arn:aws:iam::111122223333:role/api";
/// A policy that denies everything.
static NOTHING: LazyLock<Arc<Document>> = LazyLock::new(|| {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    Arc::new(Document::parse(text, Kind::Identity).expect("it is a policy"))
});

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(4, '\n');
    let (Some(action), Some(resource), Some(value), Some(text)) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let mut request = Request::new(ROLE, action, resource);
    request.context.set("aws:username", value);
    request.context.set_unknown("aws:SourceIp");
    for kind in [Kind::Identity, Kind::Resource] {
        let Ok(document) = Document::parse(text, kind) else { continue };
        let mut layers = Layers::default();
        match kind {
            Kind::Resource => layers.resource.push(Arc::new(document)),
            _ => layers.identity.push(Arc::new(document)),
        }
        assert_eq!(decide(&request, &layers).outcome, outcome(&request, &layers), "with and without reasons");
        layers.identity.push(NOTHING.clone());
        if request.takes_no_permission() || request.closed().is_some() {
            continue;
        }
        assert_eq!(outcome(&request, &layers), Outcome::ExplicitDeny, "a Deny of everything denies");
    }
});
