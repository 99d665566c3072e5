//! Any bytes as a policy document of every kind: it is read or refused, and every span lies within the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall::domain::policy::{Document, Kind};

const KINDS: [Kind; 8] = [
    Kind::Identity,
    Kind::Boundary,
    Kind::Session,
    Kind::Resource,
    Kind::Trust,
    Kind::Scp,
    Kind::Rcp,
    Kind::Endpoint,
];

fuzz_target!(|text: &str| {
    for kind in KINDS {
        let Ok(document) = Document::parse(text, kind) else { continue };
        for statement in &document.statements {
            let span = statement.span.start as usize..statement.span.end as usize;
            assert!(text.get(span).is_some(), "a span is a piece of the text");
        }
    }
});
