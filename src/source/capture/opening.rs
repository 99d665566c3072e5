//! From a file, or from a capture at hand, to a source.

use super::Told;
use crate::domain::inventory::{Dirty, Inventory};
use crate::domain::model::Detour;
use crate::report::capture::{Capture, CaptureError};
use crate::source::{About, CallLog, Failure, FailureKind, Origin, Source};
use std::path::Path;
use std::sync::Arc;

/// The capture in a file as a source.
pub fn open(path: &Path) -> Result<Source, Failure> {
    let capture = crate::report::capture::read(path).map_err(|error| failure(path, &error))?;
    Ok(source(capture, &path.display().to_string()))
}

/// A capture as a source; `name` is what the header calls it.
pub fn source(capture: Capture, name: &str) -> Source {
    let (about, inventory) = opened(capture, name);
    let told = Arc::new(Told::new(inventory));
    Source { facts: told.clone(), roles: told, changes: None, calls: CallLog::default(), about }
}

/// What a capture says of itself, and what it tells.
pub(in crate::source) fn opened(capture: Capture, name: &str) -> (About, Inventory) {
    let cluster = capture.cluster.as_ref();
    let about = About {
        origin: Origin::Capture(name.to_owned()),
        context: capture.kubernetes.context.clone(),
        server: capture.kubernetes.server.clone(),
        cluster_name: cluster.and_then(|cluster| cluster.name.as_deref()).map(str::to_owned),
        region: cluster.and_then(|cluster| cluster.region.as_deref()).map(str::to_owned),
        usual_region: None,
        profile: None,
        namespace: None,
        may_change: false,
        production: false,
        taken_at: Some(capture.taken_at),
        detour: Detour::default(),
    };
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    for delta in capture.into_deltas() {
        inventory.apply(delta, &mut dirty);
    }
    (about, inventory)
}

fn failure(path: &Path, error: &CaptureError) -> Failure {
    let (said, kind) = match error {
        CaptureError::File { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            (format!("there is no file {}", path.display()), FailureKind::NotFound)
        }
        CaptureError::File { .. } => (error.to_string(), FailureKind::Other),
        _ => (format!("{}: {error}", path.display()), FailureKind::Other),
    };
    Failure { said, hint: Some(error.hint().to_owned()), kind }
}
