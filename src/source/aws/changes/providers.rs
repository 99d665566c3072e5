//! OIDC providers and the audiences that they accept.

use super::failure::not_so;
use super::once;
use super::writer::{Writer, line_of};
use crate::domain::model::Name;
use crate::domain::plan::{Change, Content};
use crate::source::Held;
use crate::source::aws::refusal::Refusal;
use crate::source::aws::wire::Line;

impl Writer {
    async fn audiences(&self, arn: &str) -> Result<Vec<Name>, Refusal> {
        let line = Line::new("iam:GetOpenIDConnectProvider", &[("--open-id-connect-provider-arn", arn)]);
        let call = self.account.clients().iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn).send();
        let said = self.account.wire.ask(line, None, call).await?;
        Ok(said.client_id_list().iter().map(|id| Name::from(id.as_str())).collect())
    }

    pub(super) async fn provider(&self, arn: &str) -> Result<Held, Refusal> {
        Ok(Held::only(Content::Provider(self.audiences(arn).await?)))
    }

    pub(super) async fn audience(&self, provider: &str, audience: &str) -> Result<Held, Refusal> {
        let is_there = self.audiences(provider).await?.iter().any(|one| &**one == audience);
        Ok(Held::only(if is_there { Content::Present } else { Content::Absent }))
    }

    /// Thumbprints are left out: IAM verifies EKS' issuers by its own trusted authorities (IAM API reference,
    /// `CreateOpenIDConnectProvider`).
    pub(super) async fn make_provider(&self, arn: &str, change: &Change) -> Result<(), Refusal> {
        let (iam, wire) = (self.account.clients().iam.clone(), &self.account.wire);
        match (&change.from, &change.to) {
            (Content::Absent, Content::Provider(audiences)) => {
                let issuer = arn.split_once(":oidc-provider/").map_or(arn, |(_, issuer)| issuer);
                let audiences = audiences.iter().map(ToString::to_string).collect();
                let call = iam.create_open_id_connect_provider().url(format!("https://{issuer}"));
                let call = call.set_client_id_list(Some(audiences)).customize().config_override(once::iam()).send();
                wire.ask(line_of("iam:CreateOpenIDConnectProvider", change), None, call).await.map(drop)
            }
            (_, Content::Absent) => {
                let call = iam.delete_open_id_connect_provider().open_id_connect_provider_arn(arn);
                let call = call.customize().config_override(once::iam()).send();
                wire.ask(line_of("iam:DeleteOpenIDConnectProvider", change), None, call).await.map(drop)
            }
            _ => Err(not_so(change)),
        }
    }

    pub(super) async fn make_audience(&self, provider: &str, audience: &str, change: &Change) -> Result<(), Refusal> {
        let (iam, wire) = (self.account.clients().iam.clone(), &self.account.wire);
        if change.to == Content::Absent {
            let call = iam.remove_client_id_from_open_id_connect_provider().open_id_connect_provider_arn(provider);
            let call = call.client_id(audience).customize().config_override(once::iam()).send();
            return wire
                .ask(line_of("iam:RemoveClientIDFromOpenIDConnectProvider", change), None, call)
                .await
                .map(drop);
        }
        let call = iam.add_client_id_to_open_id_connect_provider().open_id_connect_provider_arn(provider);
        let call = call.client_id(audience).customize().config_override(once::iam()).send();
        wire.ask(line_of("iam:AddClientIDToOpenIDConnectProvider", change), None, call).await.map(drop)
    }
}
