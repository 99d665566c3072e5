//! Managed policies in their default version. A version's document never changes, so it is read once and kept.

use super::account::{Account, reading_or_missing};
use super::document::decoded;
use super::refusal::Refusal;
use super::shelf::Edition;
use super::wire::Line;
use crate::domain::inventory::Delta;
use crate::domain::model::{Gap, GapReason, ManagedPolicy, Name, Reading, visible};

const GET: &str = "iam:GetPolicy";
const GET_VERSION: &str = "iam:GetPolicyVersion";

impl Account {
    /// The policy and its document.
    pub(super) async fn answer_policy(&self, arn: Name) -> Vec<Delta> {
        let what = format!("policy {}", visible(arn.rsplit('/').next().unwrap_or(&arn)));
        let answer = self.policy(&arn, &what).await;
        let reading = match reading_or_missing(answer, &what, GET) {
            Reading::Unread(gap) => Reading::Unread(gap.about(&*arn)),
            reading => reading,
        };
        vec![Delta::ManagedPolicy(arn, reading)]
    }

    async fn policy(&self, arn: &Name, what: &str) -> Result<ManagedPolicy, Refusal> {
        let call = self.clients().iam.get_policy().policy_arn(&**arn).send();
        let said = self.wire.ask(Line::new(GET, &[("--policy-arn", arn)]), None, call).await?;
        let policy = said.policy();
        let Some(version) = policy.and_then(|policy| policy.default_version_id()).map(Name::from) else {
            return Err(Refusal::new(GapReason::NotSupported, "IAM answered without a default version"));
        };
        // A policy that was deleted and made again has its old ARN and counts from v1; its id is new.
        let id = policy.and_then(|policy| policy.policy_id()).unwrap_or_default();
        let document = self.edition(&Edition { arn, id, version: &version }, what).await;
        Ok(ManagedPolicy { arn: arn.clone(), version, document })
    }

    async fn edition(&self, edition: &Edition<'_>, what: &str) -> Result<Name, Gap> {
        if let Some(document) = self.shelf.find(edition).await {
            return Ok(document);
        }
        let (arn, version) = (edition.arn, edition.version);
        let line = Line::new(GET_VERSION, &[("--policy-arn", arn), ("--version-id", version)]);
        let call = self.clients().iam.get_policy_version().policy_arn(arn).version_id(version).send();
        let said = self.wire.ask(line, None, call).await;
        let gap = |refusal: Refusal| refusal.gap(format!("{what} {version}"), GET_VERSION).about(arn);
        let said = said.map_err(gap)?;
        let Some(document) = said.policy_version().and_then(|version| version.document()).map(decoded) else {
            return Err(gap(Refusal::new(GapReason::NotSupported, "IAM answered without a document")));
        };
        self.shelf.put(edition, &document).await;
        Ok(document)
    }
}
