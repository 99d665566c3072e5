//! A check as the table that a person reads: the steps and the conditions in one list, what is broken first.

use super::check::{StepKind, TrustCheck, Way};
use crate::domain::model::RoleArn;
use crate::domain::policy::{Actual, ConditionLine, Truth};

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// What is looked at: `role exists`, `principal`, `condition`.
    pub name: &'static str,
    /// Whether it holds.
    pub holds: Truth,
    /// What is so; of a condition its key and its operator.
    pub said: String,
    /// Of a condition what it expects and what is sent, each with its word.
    pub more: Vec<(&'static str, String)>,
}

impl TrustCheck {
    /// The steps and the conditions: those that do not hold first, then those of which it is not known, each in the order
    /// in which AWS takes them.
    pub fn rows(&self) -> Vec<CheckRow> {
        let step = |name, holds, said| CheckRow { name, holds, said, more: Vec::new() };
        let denied = self.is_denied().then(|| step("statement", Truth::No, self.fault()));
        let steps = self.steps.iter().map(|own| step(own.kind.label(), own.holds, own.sentence.clone()));
        let conditions = self.review.iter().flat_map(|review| &review.conditions).map(condition);
        let mut rows: Vec<CheckRow> = denied.into_iter().chain(steps).chain(conditions).collect();
        rows.sort_by_key(|row| row.holds);
        rows
    }

    /// `trusted`, `not trusted`, `unknown`.
    pub fn word(&self) -> &'static str {
        match self.answer {
            Truth::Yes => "trusted",
            Truth::No => "not trusted",
            Truth::Depends => "unknown",
        }
    }

    /// Why the answer is what it is, in one line.
    pub fn because(&self) -> String {
        let of_step = |holds| self.steps.iter().find(|step| step.holds == holds).map(|step| step.sentence.clone());
        match self.answer {
            Truth::No if !self.is_refused_by_trust() => of_step(Truth::No).unwrap_or_else(|| self.sentence()),
            Truth::Depends if self.review.as_ref().is_some_and(|review| review.answer.is_yes()) => {
                of_step(Truth::Depends).unwrap_or_else(|| self.sentence())
            }
            _ => self.sentence(),
        }
    }

    /// By which way the role is come by: `by IRSA`, `by Pod Identity`, `from role eks/hub by Pod Identity`.
    pub fn by(&self) -> String {
        match &self.way {
            Way::WebIdentity(_) => "by IRSA".into(),
            Way::PodIdentity => "by Pod Identity".into(),
            Way::Target(own) => format!("from role {} by Pod Identity", own.path_and_name()),
        }
    }

    /// The role whose policies have to allow the way, too: the association's own, on the way to its target.
    pub fn source(&self) -> Option<&RoleArn> {
        if let Way::Target(own) = &self.way { Some(own) } else { None }
    }
}

impl StepKind {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::RoleExists => "role exists",
            Self::Principal => "principal",
            Self::Action => "action",
            Self::SourceRole => "source role",
            Self::ProviderExists => "provider exists",
            Self::AudienceAccepted => "audience accepted",
        }
    }
}

fn condition(line: &ConditionLine) -> CheckRow {
    let actual = match &line.actual {
        Actual::Absent => "nothing: the key is not in the request".to_owned(),
        Actual::Unknown => "not known".to_owned(),
        Actual::Values(values) => values.join(" and "),
    };
    CheckRow {
        name: "condition",
        holds: line.holds,
        said: format!("{} {}", line.key, line.operator),
        more: vec![("expected", line.expected.join(" or ")), ("sent", actual)],
    }
}
