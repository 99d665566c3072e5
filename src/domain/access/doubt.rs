//! Credentials of which it is not known whether AWS hands them out.

use super::Access;
use crate::domain::model::Gap;
use crate::domain::policy::{Answer, Layer, LayerAnswer, Outcome, Reason};

/// Why it is not known whether AWS hands out a role's credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Why, in one line.
    pub why: String,
    /// The role's trust policy was read, and its answer hangs on what is not known.
    pub is_of_trust: bool,
    /// What was not read.
    pub gaps: Vec<Gap>,
}

impl Doubt {
    /// What is not known, in one line.
    pub fn sentence(&self) -> String {
        format!("whether AWS hands out the role's credentials is not known: {}", self.why)
    }
}

impl Access {
    /// The same with credentials of which it is not known whether they are handed out. A no stays one. What policies allow
    /// stays allowed, and the sentence says what is not known; where the trust policy itself leaves it open, it depends on
    /// that.
    #[must_use]
    pub fn doubted(mut self, doubt: &Doubt) -> Self {
        if self.decision.outcome.is_denied() {
            return self;
        }
        let (layer, level) = (Layer::Trust, None);
        let said = self.sentence();
        self.before = Some(if doubt.is_of_trust && self.decision.outcome == Outcome::Allowed {
            self.decision.outcome = Outcome::Depends;
            self.decision.by.insert(0, Reason { layer, level, statement: None });
            format!("depends on whether AWS hands out the role's credentials: {}; with them: {said}", doubt.why)
        } else {
            format!("{said}; {}", doubt.sentence())
        });
        self.layers.insert(0, LayerAnswer { layer, level, answer: Answer::Depends });
        self.with_gaps(&doubt.gaps)
    }

    /// The same asked by somebody of whom it is likely, and not proven, that he asks as this identity. The answer stays that
    /// of the identity, and the sentence says so.
    #[must_use]
    pub fn supposed(self, proviso: String, gaps: &[Gap]) -> Self {
        Self { proviso: Some(proviso), ..self.with_gaps(gaps) }
    }

    /// The same with what else was not read, each sentence once.
    #[must_use]
    pub fn with_gaps(mut self, gaps: &[Gap]) -> Self {
        for gap in gaps {
            if !gap.is_said_by(&self.gaps) {
                self.gaps.push(gap.clone());
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{Policies, Source, access};
    use crate::domain::model::GapReason;
    use crate::domain::policy::{Kind, Request};

    fn doubted(action: &str, is_of_trust: bool) -> Access {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
        let source = Source { name: "own".into(), managed: false, text: text.into() };
        let policies = Policies::default().with(Layer::Identity, Kind::Identity, source);
        let request = Request::new("arn:aws:iam::111122223333:role/api", action, "arn:aws:s3:::a/b");
        let gaps = vec![Gap::new("nodes", "list nodes", GapReason::Forbidden, "nodes may not be listed")];
        access(&policies, &request).doubted(&Doubt { why: "nodes may not be listed".into(), is_of_trust, gaps })
    }

    #[test]
    fn what_is_allowed_stays_so_with_a_gap_unless_the_trust_policy_leaves_it_open() {
        let agent = doubted("s3:GetObject", false);
        assert_eq!((agent.decision.outcome, agent.gaps.len()), (Outcome::Allowed, 1));
        let said = "; whether AWS hands out the role's credentials is not known: nodes may not be listed";
        assert!(agent.sentence().starts_with("allowed by all that was read") && agent.sentence().ends_with(said));
        let trust = doubted("s3:GetObject", true);
        assert_eq!((trust.decision.outcome, trust.decision.by[0].layer), (Outcome::Depends, Layer::Trust));
        let no = doubted("s3:PutObject", true);
        assert_eq!((no.decision.outcome, no.gaps.len()), (Outcome::ImplicitDeny, 0));
    }
}
