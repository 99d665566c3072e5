//! A diagnosis: one finding about one container, in words.

use super::{Case, RULES};
use crate::domain::identity::{Confidence, Finding, Identities, Situation, Verdict};
use crate::domain::inventory::Inventory;
use crate::domain::model::Pod;

/// One finding, said to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// Its name.
    pub finding: Finding,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is so, because of what: one line, lower case, no full stop.
    pub sentence: String,
    /// What to do.
    pub fix: Fix,
}

/// The smallest safe remedy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fix {
    /// In one line: `restart deployment/api`.
    pub summary: String,
    /// The lines that do it, for kubectl or the AWS CLI.
    pub commands: Vec<String>,
    /// What belongs into a document, as JSON: a statement.
    pub document: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Something is not as configured.
    Medium,
    /// It does not work, or more is allowed than meant.
    High,
    /// Act now.
    Critical,
}

impl Fix {
    /// A remedy in words alone.
    pub fn words(summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), ..Self::default() }
    }
}

impl Severity {
    /// The word of the machine formats.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The verdict's findings in words, most telling first.
pub fn diagnose(
    inventory: &Inventory,
    identities: &Identities,
    pod: &Pod,
    container: usize,
    verdict: &Verdict,
) -> Vec<Diagnosis> {
    let situation = Situation::of(inventory, pod);
    let Some(container) = pod.spec.containers.get(container) else { return Vec::new() };
    let case = Case { situation: &situation, container, verdict, identities };
    verdict
        .findings
        .iter()
        .filter_map(|finding| RULES.iter().find(|rule| rule.finding == finding))
        .map(|rule| rule.applied(&case))
        .collect()
}
