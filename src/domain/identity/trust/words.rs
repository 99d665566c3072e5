//! What a check comes to, in sentences.

use super::{KeptOutBy, Step, StepKind, TrustCheck, Way};
use crate::domain::identity::Finding;
use crate::domain::model::{Name, RoleArn};
use crate::domain::policy::{Actual, ConditionLine, Subject, Truth, subject};

impl TrustCheck {
    /// Who asks, as the policy would name it.
    pub fn who(&self) -> String {
        match &self.way {
            Way::WebIdentity(_) => subject(&self.namespace, &self.service_account),
            Way::PodIdentity => format!("Pod Identity for {}/{}", self.namespace, self.service_account),
            Way::Target(own) => format!("role {}", own.path_and_name()),
        }
    }

    /// The trust policy's own answer in one line, about `it`.
    pub fn sentence(&self) -> String {
        let who = self.who();
        match self.review.as_ref().map(|review| review.answer) {
            None => format!("its trust policy was not read, so whether it lets {who} in is not known"),
            Some(Truth::Yes) => format!("its trust policy lets {who} in"),
            Some(Truth::No) if !self.is_refused_by_trust() => self.fault(),
            Some(Truth::No) => format!("its trust policy keeps {who} out: {}", self.fault()),
            Some(Truth::Depends) => {
                let keys: Vec<&str> = self.unknown().into_iter().map(|key| &**key).collect();
                if let Some(own) = self.source().filter(|_| self.is_open_by_source()) {
                    let on = if keys.is_empty() {
                        "is not known".into()
                    } else {
                        format!("depends on {}", keys.join(" and "))
                    };
                    return format!("whether the policies of role {} let it go on {on}", own.path_and_name());
                }
                let on = match keys.as_slice() {
                    [] if self.gaps.is_empty() => "what was read of it and not understood".into(),
                    [] => "policies that were not read".into(),
                    some => some.join(" and "),
                };
                format!("whether its trust policy lets {who} in depends on {on}")
            }
        }
    }

    /// Why the trust policy keeps it out: the mistake where it is a known one, else the condition, else what is missing;
    /// or why the source role may not go on, where only that keeps it out.
    pub fn fault(&self) -> String {
        if let Some(mistake) = self.mistakes().first() {
            return mistake.sentence();
        }
        let broken = |kind| self.steps.iter().find(|step: &&Step| step.kind == kind && step.holds.is_no());
        if let Some(step) = broken(StepKind::SourceRole).filter(|_| !self.is_refused_by_trust()) {
            return step.sentence.clone();
        }
        if let Some(step) = broken(StepKind::Principal).or_else(|| broken(StepKind::Action)) {
            return step.sentence.clone();
        }
        let lines = self.review.iter().flat_map(|review| &review.conditions);
        match lines.into_iter().find(|line| line.holds.is_no()) {
            Some(line) => condition(line),
            None => match self.review.as_ref().and_then(|review| review.statement) {
                Some(at) if self.is_denied() => format!("statement {} denies it", at + 1),
                _ => "no statement allows it".into(),
            },
        }
    }

    /// What keeps the pod from the role, in a few words.
    pub fn in_short(&self) -> String {
        let said = [
            (Finding::TrustOtherCluster, "it trusts another cluster"),
            (Finding::TrustMismatch, "it keeps this ServiceAccount out"),
            (Finding::PodIdentityTrust, "it keeps Pod Identity out"),
            (Finding::ProviderMissing, "the account has no OIDC provider for this cluster"),
            (Finding::AudienceMismatch, "the token's audience is not accepted"),
        ];
        let found = said.into_iter().find(|(finding, _)| self.findings.contains(finding));
        let words = found.map_or("the role cannot be had", |(_, words)| words);
        let is_mismatch = found.is_some_and(|(finding, _)| finding == Finding::TrustMismatch);
        match (&self.way, self.trusted_instead().filter(|_| is_mismatch)) {
            (Way::Target(own), _) if found.is_some() && !self.is_refused_by_trust() => may_not_go_on(own),
            (Way::Target(own), _) if found.is_some() => format!("it keeps role {} out", own.path_and_name()),
            (_, Some(others)) => format!("it trusts only {others}"),
            (Way::PodIdentity, _) if found.is_some_and(|(finding, _)| finding == Finding::PodIdentityTrust) => {
                self.pod_identity_instead().unwrap_or_else(|| words.to_owned())
            }
            _ => words.to_owned(),
        }
    }

    /// That the role that is gone on from may not, in a few words; `None` where it may, or nobody knows.
    pub fn not_going_on(&self) -> Option<String> {
        self.source().filter(|_| !self.hindrances.is_empty()).map(may_not_go_on)
    }

    /// The ServiceAccount whose association it lets in where this one's is kept out, by the tags of the session.
    fn pod_identity_instead(&self) -> Option<String> {
        let lines = || self.review.iter().flat_map(|review| &review.conditions);
        let tagged = |tag: &str| {
            let key = format!("aws:requesttag/kubernetes-{tag}");
            let line = lines().find(|line| line.key.eq_ignore_ascii_case(&key))?;
            let [expected] = line.expected.as_slice() else { return None };
            takes(line, expected).then(|| (expected, line.holds.is_no()))
        };
        let (namespace, account) = (tagged("namespace"), tagged("service-account"));
        let is_others = [namespace, account].iter().flatten().any(|(_, keeps_out)| *keeps_out);
        let said = |tag: Option<(&Name, bool)>| tag.map_or("*".to_owned(), |(expected, _)| expected.to_string());
        is_others.then(|| format!("it trusts only {}/{}", said(namespace), said(account)))
    }

    /// The ServiceAccounts that it lets in by their tokens where this one is kept out, as far as it names them:
    /// `shop/web and 2 more`.
    fn trusted_instead(&self) -> Option<String> {
        let mut lines = self.review.iter().flat_map(|review| &review.conditions);
        let line = lines.find(|line| line.holds.is_no() && line.key.to_ascii_lowercase().ends_with(":sub"))?;
        let named = |value: &Name| {
            let Subject { namespace, service_account } = Subject::read(value)?;
            takes(line, value).then(|| format!("{namespace}/{service_account}"))
        };
        let named: Vec<String> = line.expected.iter().map(named).collect::<Option<_>>()?;
        match named.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            [first, rest @ ..] => Some(format!("{first} and {} more", rest.len())),
        }
    }

    /// What is not known of it, in a few words; nothing while it is still on its way.
    pub fn unknown_in_short(&self) -> Option<String> {
        match self.unknown().as_slice() {
            [] => self.gaps.iter().find(|gap| !gap.is_loading()).map(|gap| format!("{} not read", gap.what)),
            [key] => Some(format!("depends on {key}")),
            [first, rest @ ..] => Some(format!("depends on {first} and {} more", rest.len())),
        }
    }

    /// Whether a Deny of the trust policy keeps it out.
    pub(super) fn is_denied(&self) -> bool {
        !self.denied_by().is_empty()
    }

    /// Where the answer stands, as evidence names it.
    pub fn origin(&self) -> String {
        let is_by_source = self.kept_out_by() == Some(KeptOutBy::Source) || self.is_open_by_source();
        if let Some(own) = self.source().filter(|_| is_by_source) {
            return format!("policies of role {own}");
        }
        let at = self.review.as_ref().and_then(|review| review.statement);
        let statement = at.map(|at| format!(" Statement[{at}]")).unwrap_or_default();
        format!("iam:GetRole {} AssumeRolePolicyDocument{statement}", self.role)
    }
}

/// Whether a condition lets in exactly those that its value names.
fn takes(line: &ConditionLine, value: &str) -> bool {
    match &*line.operator {
        "StringEquals" => !value.contains(['*', '?']),
        "StringLike" => true,
        _ => false,
    }
}

fn may_not_go_on(role: &RoleArn) -> String {
    format!("role {} may not go on to it", role.path_and_name())
}

/// A condition against what is sent: what the key is, and what the operator expects of it.
fn condition(line: &ConditionLine) -> String {
    let ConditionLine { key, operator, expected, actual, .. } = line;
    let quoted = |values: &[Name], between: &str| {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        values.join(between)
    };
    let sends = match actual {
        Actual::Absent => "is not sent".to_owned(),
        Actual::Unknown => "is not known".to_owned(),
        Actual::Values(values) => format!("is {}", quoted(values, " and ")),
    };
    format!("`{key}` {sends}, {operator} expects {}", quoted(expected, " or "))
}
