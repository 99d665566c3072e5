//! What a verdict rests on, written down while it is reached; or not, where only rows are wanted.

use super::{Confidence, Evidence};
use crate::domain::model::{Gap, GapReason};

/// Collects evidence and gaps, and lowers the confidence as things turn out unread.
///
/// A hundred thousand rows are made without a single sentence: what is said is a closure, called only where it is kept.
#[derive(Debug)]
pub struct Trace {
    kept: bool,
    /// The facts, in the order of the reasoning.
    pub evidence: Vec<Evidence>,
    /// What was not read.
    pub gaps: Vec<Gap>,
    /// How sure the verdict is so far.
    pub confidence: Confidence,
}

impl Trace {
    /// A trace that keeps what it is told.
    pub fn kept() -> Self {
        Self { kept: true, evidence: Vec::new(), gaps: Vec::new(), confidence: Confidence::Proven }
    }

    /// A trace that keeps only the confidence.
    pub fn unkept() -> Self {
        Self { kept: false, ..Self::kept() }
    }

    /// Notes a fact and where it was read.
    pub fn fact(&mut self, said: impl FnOnce() -> (String, String)) {
        if self.kept {
            let (fact, origin) = said();
            self.evidence.push(Evidence { fact, origin });
        }
    }

    /// Whether it keeps what it is told: what only makes words need not be looked at otherwise.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// Notes that something was inferred: no better than this from here on.
    pub fn no_better_than(&mut self, confidence: Confidence) {
        self.confidence = self.confidence.min(confidence);
    }

    /// Notes what is looked at by the way: it is kept, but takes nothing from the confidence.
    pub fn aside<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let confidence = self.confidence;
        let seen = look(self);
        self.confidence = confidence;
        seen
    }

    /// Notes a gap: the one that was left, or that the answer is still to come.
    pub fn gap(&mut self, known: Option<&Gap>, what: &str, call: &str) {
        if self.kept {
            let loading = || Gap::new(what, call, GapReason::NotLoadedYet, format!("{what} not read yet"));
            self.push(known.cloned().unwrap_or_else(loading));
        }
    }

    /// Notes a gap of its own.
    pub fn own_gap(&mut self, gap: impl FnOnce() -> Gap) {
        if self.kept {
            self.push(gap());
        }
    }

    /// Notes a gap where there is one.
    pub fn perhaps(&mut self, gap: impl FnOnce() -> Option<Gap>) {
        if self.kept
            && let Some(gap) = gap()
        {
            self.push(gap);
        }
    }

    fn push(&mut self, gap: Gap) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }
}
