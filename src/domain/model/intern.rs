//! Sharing of what repeats, so that 100,000 pods fit in a few tens of megabytes.

use super::{Name, PodSpec};
use foldhash::fast::RandomState;
use std::collections::HashSet;
use std::sync::Arc;

/// Hands out one shared copy of equal names and equal pod specs. One per source task; never locked.
#[derive(Debug, Default)]
pub struct Interner {
    names: HashSet<Name, RandomState>,
    specs: HashSet<Arc<PodSpec>, RandomState>,
}

impl Interner {
    /// The shared copy of `text`.
    pub fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        let name = Name::from(text);
        self.names.insert(name.clone());
        name
    }

    /// The shared copy of `spec`.
    pub fn spec(&mut self, spec: PodSpec) -> Arc<PodSpec> {
        if let Some(shared) = self.specs.get(&spec) {
            return shared.clone();
        }
        let shared = Arc::new(spec);
        self.specs.insert(shared.clone());
        shared
    }

    /// Forgets what nothing else holds any more. Called after a listing: pods come and go for weeks.
    pub fn shrink(&mut self) {
        self.specs.retain(|spec| Arc::strong_count(spec) > 1);
        self.names.retain(|name| Arc::strong_count(name) > 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_shared_and_forgotten_when_unused() {
        let mut interner = Interner::default();
        let (a, b) = (interner.name("shop"), interner.name("shop"));
        assert!(Arc::ptr_eq(&a, &b));
        let (one, two) = (interner.spec(PodSpec::default()), interner.spec(PodSpec::default()));
        assert!(Arc::ptr_eq(&one, &two));
        drop((a, b, one, two));
        interner.shrink();
        assert!(interner.names.is_empty() && interner.specs.is_empty());
    }
}
