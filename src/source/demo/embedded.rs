//! The demo's capture, which stands in the binary, as a source.

use super::Demo;
use super::pace::Clock;
use crate::report::capture::from_bytes;
use crate::source::{Failure, FailureKind, Origin, Source, capture};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Written by `assets/demo/build.py`.
pub(super) const CAPTURE: &[u8] = include_bytes!("../../../assets/demo/cluster.json.gz");

/// The demo as a source. An error only if the embedded capture was built wrongly.
pub fn source() -> Result<Source, Failure> {
    let capture = from_bytes(CAPTURE).map_err(|error| Failure {
        said: format!("the embedded demo cannot be read: {error}"),
        hint: Some("build it anew: python3 assets/demo/build.py".to_owned()),
        kind: FailureKind::Other,
    })?;
    let taken_at = capture.taken_at;
    let mut source = capture::source(capture, "demo");
    source.about.origin = Origin::Demo;
    let demo = Arc::new(Demo { still: source.clone(), clock: Clock::from(taken_at), watched: AtomicBool::new(false) });
    Ok(Source { facts: demo.clone(), roles: demo, ..source })
}
