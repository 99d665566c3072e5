//! Pod Identity associations: found by cluster, namespace and ServiceAccount, changed by their id.

use super::failure::not_so;
use super::once;
use super::writer::{Writer, line_of};
use crate::domain::model::{GapReason, Name};
use crate::domain::plan::{AssociationContent, Change, Content, Target};
use crate::source::aws::associations::described;
use crate::source::aws::paging::Pages;
use crate::source::aws::refusal::Refusal;
use crate::source::aws::wire::Line;
use crate::source::{Held, Touch};
use aws_sdk_eks::types::{PodIdentityAssociation, PodIdentityAssociationSummary};

const LIST: &str = "eks:ListPodIdentityAssociations";
const DESCRIBE: &str = "eks:DescribePodIdentityAssociation";
/// There is one at most; pages may be empty all the same.
const MOST_PAGES: usize = 10;

impl Writer {
    pub(super) async fn association(&self, cluster: &str, namespace: &str, account: &str) -> Result<Held, Refusal> {
        let Some(id) = self.id_of(cluster, namespace, account).await? else {
            return Ok(Held::only(Content::Absent));
        };
        let (clients, region) = self.account.regional()?;
        let line = Line::new(DESCRIBE, &[("--cluster-name", cluster), ("--association-id", &id)]);
        let call = clients.eks.describe_pod_identity_association().cluster_name(cluster).association_id(&id).send();
        let said = self.account.wire.ask(line, Some(&region), call).await?;
        match said.association().and_then(held) {
            Some(held) => Ok(held),
            None => Err(Refusal::new(GapReason::NotSupported, "EKS answered without the association's role")),
        }
    }

    /// Whether an association binds a ServiceAccount of this cluster; `None` where that cannot be read.
    pub(in crate::source) async fn associates(&self, namespace: &str, account: &str) -> Option<bool> {
        let cluster = self.account.cluster_name().ok()?;
        self.id_of(&cluster, namespace, account).await.ok().map(|id| id.is_some())
    }

    async fn id_of(&self, cluster: &str, namespace: &str, account: &str) -> Result<Option<String>, Refusal> {
        let (clients, region) = self.account.regional()?;
        let mut pages = Pages::new(LIST, MOST_PAGES);
        while pages.go_on()? {
            let mut arguments =
                vec![("--cluster-name", cluster), ("--namespace", namespace), ("--service-account", account)];
            arguments.extend(pages.token().map(|token| ("--starting-token", token)));
            let line = Line::new(LIST, &arguments);
            let call = clients.eks.list_pod_identity_associations().cluster_name(cluster).namespace(namespace);
            let call = call.service_account(account).set_next_token(pages.token().map(str::to_owned)).send();
            let page = self.account.wire.ask(line, Some(&region), call).await?;
            let is_meant = |one: &&PodIdentityAssociationSummary| {
                one.namespace() == Some(namespace) && one.service_account() == Some(account)
            };
            if let Some(found) = page.associations().iter().find(is_meant) {
                return Ok(found.association_id().map(str::to_owned));
            }
            pages.then(page.next_token);
        }
        Ok(None)
    }

    pub(super) async fn make_association(&self, change: &Change, held: &Held) -> Result<(), Refusal> {
        let Target::Association { cluster, namespace, service_account } = &change.target else {
            return Err(not_so(change));
        };
        if let Some(owner) = &held.by {
            let sentence = format!("the association is an EKS add-on's ({}): change it there", owner.manager);
            return Err(Refusal::new(GapReason::NotSupported, sentence));
        }
        let (clients, region) = self.account.regional()?;
        let (wire, region, eks) = (&self.account.wire, Some(&*region), &clients.eks);
        match (&change.from, &change.to, held.id.as_deref()) {
            (Content::Absent, Content::Association(to), _) => {
                let call = eks.create_pod_identity_association().cluster_name(&**cluster).namespace(&**namespace);
                let call = call.service_account(&**service_account).role_arn(&*to.role_arn);
                let call = call.set_target_role_arn(to.target_role_arn.as_deref().map(str::to_owned));
                let call = call.set_policy(to.policy.as_deref().map(str::to_owned));
                let call = call.set_disable_session_tags(to.disable_session_tags.then_some(true));
                let tags = to.tags.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
                let call = call.set_tags(Some(tags)).customize().config_override(once::eks()).send();
                wire.ask(line_of("eks:CreatePodIdentityAssociation", change), region, call).await.map(drop)
            }
            (Content::Association(from), Content::Association(to), Some(id)) => {
                let call = eks.update_pod_identity_association().cluster_name(&**cluster).association_id(id);
                let call = call.role_arn(&*to.role_arn).disable_session_tags(to.disable_session_tags);
                let call = call.set_target_role_arn(told(from.target_role_arn.as_ref(), to.target_role_arn.as_ref()));
                let call = call.set_policy(told(from.policy.as_ref(), to.policy.as_ref()));
                let call = call.customize().config_override(once::eks()).send();
                wire.ask(by_id("eks:UpdatePodIdentityAssociation", change, id), region, call).await.map(drop)
            }
            (_, Content::Absent, Some(id)) => {
                let call = eks.delete_pod_identity_association().cluster_name(&**cluster).association_id(id);
                let call = call.customize().config_override(once::eks()).send();
                wire.ask(by_id("eks:DeletePodIdentityAssociation", change, id), region, call).await.map(drop)
            }
            _ => Err(not_so(change)),
        }
    }
}

/// What an update says of a part: nothing where there is none, and an empty text where there shall be none any more.
fn told(from: Option<&Name>, to: Option<&Name>) -> Option<String> {
    to.or(from).map(|_| to.map_or_else(String::new, ToString::to_string))
}

/// The preview's line with the id that it would have looked up.
fn by_id(action: &'static str, change: &Change, id: &str) -> Line {
    let line = line_of(action, change);
    let arguments = match (line.arguments.split_once("\"$("), line.arguments.split_once(")\"")) {
        (Some((before, _)), Some((_, after))) => format!("{before}{id}{after}"),
        _ => line.arguments,
    };
    Line { action, arguments }
}

fn held(said: &PodIdentityAssociation) -> Option<Held> {
    let association = described(said)?;
    let content = Content::Association(Box::new(AssociationContent::of(&association)?));
    // Only an owner is told: who wrote last, EKS does not say.
    let owner = association.owner_arn.filter(|owner| !owner.is_empty());
    let by = owner.map(|manager| Touch { manager, at: None });
    Some(Held { content, version: None, id: Some(association.id.to_string()), by })
}
