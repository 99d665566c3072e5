//! The demo's capture, which stands in the binary, as a source.

use super::Demo;
use super::changes::Writer;
use super::pace::Clock;
use super::world::World;
use crate::report::capture::from_bytes;
use crate::source::{CallLog, Changes, Failure, FailureKind, Origin, Source, capture};
use std::sync::Arc;

/// Written by `assets/demo/build.py`.
pub(super) const CAPTURE: &[u8] = include_bytes!("../../../assets/demo/cluster.json.gz");

/// The demo as a source; where it may not be changed, there is no way to write. An error only if the embedded capture was built wrongly.
pub fn source(may_change: bool) -> Result<Source, Failure> {
    let capture = from_bytes(CAPTURE).map_err(|error| Failure {
        said: format!("the embedded demo cannot be read: {error}"),
        hint: Some("build it anew: python3 assets/demo/build.py".to_owned()),
        kind: FailureKind::Other,
    })?;
    let clock = Clock::from(capture.taken_at);
    let (mut about, start) = capture::opened(capture, "demo");
    (about.origin, about.may_change) = (Origin::Demo, may_change);
    let calls = CallLog::default();
    let world = Arc::new(World::new(start, clock));
    let changes =
        may_change.then(|| Arc::new(Writer { world: world.clone(), calls: calls.clone() }) as Arc<dyn Changes>);
    let demo = Arc::new(Demo::new(world));
    Ok(Source { facts: demo.clone(), roles: demo, changes, calls, about })
}
