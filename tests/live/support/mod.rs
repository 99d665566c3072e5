//! What the tests need to use the lab and the program.

pub(crate) mod answers;
pub(crate) mod aws;
pub(crate) mod broken;
pub(crate) mod lab;
pub(crate) mod many;
pub(crate) mod program;
pub(crate) mod world;

use std::time::{Duration, Instant};

/// Waits until `condition` holds: for what other programs do in their own time.
pub(crate) fn eventually(what: &str, within: Duration, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < within, "not within {within:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
