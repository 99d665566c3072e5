//! What a rule is: a finding's severity, its explanation, and its words about one container.

use crate::domain::diagnose::{Case, Diagnosis, Fix, Severity};
use crate::domain::identity::{Confidence, Finding};
use crate::domain::model::visible;

/// How one finding is told. That it holds is the verdict's business; a rule only finds the words.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The finding.
    pub finding: Finding,
    /// How bad it is.
    pub severity: Severity,
    /// What it means in general, one line.
    pub explanation: &'static str,
    /// What is so, because of what; and what to do.
    pub say: fn(&Case<'_>) -> (String, Fix),
}

impl Rule {
    /// The diagnosis of one container. A finding is a claim: where the verdict itself is unsure, it is at most likely.
    pub fn applied(&self, case: &Case<'_>) -> Diagnosis {
        let (sentence, mut fix) = (self.say)(case);
        // names in them come from a cluster; the commands stay as they must be typed
        let sentence = visible(&sentence).into_owned();
        fix.summary = visible(&fix.summary).into_owned();
        let guessed = matches!(self.finding, Finding::StaleRole | Finding::EnvOverridesBinding) && case.guesses_hand();
        let confidence = if guessed { Confidence::Likely } else { case.verdict.confidence.max(Confidence::Likely) };
        // nobody is woken for what is only likely
        let severity = if confidence == Confidence::Proven { self.severity } else { self.severity.min(Severity::High) };
        Diagnosis { finding: self.finding, severity, confidence, sentence, fix }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::diagnose::RULES;
    use crate::domain::identity::Finding;

    #[test]
    fn every_finding_has_one_rule_and_all_are_in_the_same_order() {
        let told: Vec<Finding> = RULES.iter().map(|rule| rule.finding).collect();
        assert_eq!(told, Finding::ALL);
    }
}
