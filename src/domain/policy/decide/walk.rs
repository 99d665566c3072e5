//! All statements of all layers, in the order in which AWS asks.

use super::terms::is_left_out;
use crate::domain::policy::document::Statement;
use crate::domain::policy::layers::{Layer, Layers};
use crate::domain::policy::request::Request;

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) layer: Layer,
    pub(crate) level: usize,
    pub(crate) policy: usize,
    pub(crate) statement: usize,
}

/// A stop on the way.
pub(crate) enum Stop<'a> {
    /// A statement.
    Statement(Place, &'a Statement),
    /// The end of a level, or of a layer that has none.
    Close(Layer, usize),
}

/// Goes past every statement, and says where levels end. The visitor ends it by saying `false`.
pub(crate) fn walk<'a>(request: &Request, layers: &'a Layers, mut visit: impl FnMut(Stop<'a>) -> bool) {
    for layer in Layer::WEIGHED.into_iter().filter(|layer| !is_left_out(request, *layer)) {
        for level in 0..layers.levels(layer) {
            for (policy, document) in layers.level(layer, level).into_iter().flatten().enumerate() {
                for (statement, found) in document.statements.iter().enumerate() {
                    if !visit(Stop::Statement(Place { layer, level, policy, statement }, found)) {
                        return;
                    }
                }
            }
            if !visit(Stop::Close(layer, level)) {
                return;
            }
        }
    }
}
