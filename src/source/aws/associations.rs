//! Pod Identity associations of the cluster, and OIDC providers of the account: listed, and each read.

use super::account::{Account, reading};
use super::document::time_of;
use super::paging::Pages;
use super::refusal::Refusal;
use super::wire::Line;
use crate::domain::inventory::Delta;
use crate::domain::model::{Association, GapReason, Name, OidcProvider, RoleArn};
use crate::source::Deltas;
use aws_sdk_eks::types::{PodIdentityAssociation, PodIdentityAssociationSummary};
use futures_util::stream::{self, StreamExt};
use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::time::Instant;

const LIST: &str = "eks:ListPodIdentityAssociations";
const DESCRIBE: &str = "eks:DescribePodIdentityAssociation";
const LIST_PROVIDERS: &str = "iam:ListOpenIDConnectProviders";
const GET_PROVIDER: &str = "iam:GetOpenIDConnectProvider";

/// How many associations are described at once.
const AT_ONCE: usize = 8;
/// How many that were described before are described again in one turn. With a turn a minute, up to so many are never
/// older than that, and a cluster with thousands does not cost its account thousands of calls each minute.
pub(super) const IN_TURN: usize = 60;
/// How long all of them are waited for before those that are there are told: one that hangs takes half a minute.
const PATIENCE: Duration = Duration::from_secs(3);
/// A cluster has at most 5,000 associations (EKS user guide, "Pod Identity"): 50 pages.
const MOST_PAGES: usize = 100;

/// What describing each association said, by id, and when.
pub(super) type Described = HashMap<Name, (Instant, Association)>;

impl Account {
    /// The associations of the cluster, or of one namespace, and of those that were described before no more than
    /// `in_turn` described again. One that could be listed but not described stands there with the gap instead of its
    /// role; the first time, those that take long stand there so for a while.
    pub(super) async fn answer_associations(&self, namespace: Option<Name>, in_turn: usize, out: &Deltas) {
        let told = |answer| {
            let reading = reading(answer, "Pod Identity associations", LIST);
            vec![match namespace.clone() {
                Some(namespace) => Delta::AssociationsOf(namespace, reading),
                None => Delta::Associations(reading),
            }]
        };
        let so_far = async |described| {
            let _ = out.send(told(Ok(described))).await;
        };
        let answer = self.associations(namespace.as_deref(), in_turn, so_far).await;
        let _ = out.send(told(answer)).await;
    }

    async fn associations(
        &self,
        namespace: Option<&str>,
        in_turn: usize,
        so_far: impl AsyncFnOnce(Vec<Association>),
    ) -> Result<Vec<Association>, Refusal> {
        let cluster = self.named_cluster().await?;
        let listed = self.listed(&cluster, namespace).await?;
        let (is_first, mut described) = {
            let before = self.described.lock().unwrap_or_else(PoisonError::into_inner);
            (before.is_none(), before.as_ref().map(|before| kept(&listed, before, in_turn)).unwrap_or_default())
        };
        let mut so_far = is_first.then_some(so_far);
        let (mut all, mut open) = (Vec::with_capacity(listed.len()), Vec::new());
        for (place, summary) in listed.iter().enumerate() {
            let known = summary.association_id().and_then(|id| described.get(id));
            if known.is_none() {
                open.push((place, summary));
            }
            all.push(known.map_or_else(|| undescribed(summary, &waiting()), |(_, known)| Some(known.clone())));
        }
        let asked = open.into_iter().map(|(place, summary)| {
            let cluster = &cluster;
            async move { (place, self.association(cluster, summary).await) }
        });
        let mut answers = stream::iter(asked).buffer_unordered(AT_ONCE).boxed();
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            tokio::select! {
                answer = answers.next() => match answer {
                    Some((place, association)) => {
                        if let Some(answered) = &association {
                            described.insert(answered.id.clone(), (Instant::now(), answered.clone()));
                        }
                        if let Some(own) = all.get_mut(place) {
                            *own = association;
                        }
                    }
                    None => break,
                },
                () = &mut patience, if so_far.is_some() => if let Some(so_far) = so_far.take() {
                    so_far(all.iter().flatten().cloned().collect()).await;
                },
            }
        }
        drop(answers);
        *self.described.lock().unwrap_or_else(PoisonError::into_inner) = Some(described);
        Ok(all.into_iter().flatten().collect())
    }

    async fn listed(
        &self,
        cluster: &str,
        namespace: Option<&str>,
    ) -> Result<Vec<PodIdentityAssociationSummary>, Refusal> {
        let (clients, region) = self.regional()?;
        let (mut listed, mut pages) = (Vec::new(), Pages::new(LIST, MOST_PAGES));
        while pages.go_on()? {
            let mut arguments = vec![("--cluster-name", cluster)];
            arguments.extend(namespace.map(|namespace| ("--namespace", namespace)));
            arguments.extend(pages.token().map(|token| ("--starting-token", token)));
            let line = Line::new(LIST, &arguments);
            let call = clients.eks.list_pod_identity_associations().cluster_name(cluster).max_results(100);
            let call = call.set_namespace(namespace.map(str::to_owned));
            let call = call.set_next_token(pages.token().map(str::to_owned)).send();
            let page = match self.wire.ask(line, Some(&region), call).await {
                Err(refusal) if refusal.is_absent() => return Err(self.no_such(cluster, &region).await),
                answer => answer?,
            };
            listed.extend(page.associations.unwrap_or_default());
            pages.then(page.next_token);
        }
        Ok(listed)
    }

    /// `None` for one that has gone since it was listed.
    async fn association(&self, cluster: &str, summary: &PodIdentityAssociationSummary) -> Option<Association> {
        let id = summary.association_id()?;
        let (clients, region) = self.regional().ok()?;
        let line = Line::new(DESCRIBE, &[("--cluster-name", cluster), ("--association-id", id)]);
        let call = clients.eks.describe_pod_identity_association().cluster_name(cluster).association_id(id).send();
        match self.wire.ask(line, Some(&region), call).await {
            Ok(said) => said.association().and_then(described),
            Err(refusal) if refusal.is_absent() => None,
            Err(refusal) => undescribed(summary, &refusal),
        }
    }

    /// All OIDC providers. One that may be listed but not read stands there without its audiences.
    pub(super) async fn answer_providers(&self) -> Vec<Delta> {
        let answer = self.providers().await;
        vec![Delta::Providers(reading(answer, "OIDC providers", LIST_PROVIDERS))]
    }

    async fn providers(&self) -> Result<Vec<OidcProvider>, Refusal> {
        let call = self.clients().iam.list_open_id_connect_providers().send();
        let said = self.wire.ask(Line::bare(LIST_PROVIDERS), None, call).await?;
        let arns: Vec<Name> =
            said.open_id_connect_provider_list().iter().filter_map(|entry| entry.arn().map(Name::from)).collect();
        let read = stream::iter(arns).map(|arn| self.provider(arn)).buffered(AT_ONCE);
        Ok(read.filter_map(|provider| async { provider }).collect().await)
    }

    /// `None` for one that has gone since it was listed.
    async fn provider(&self, arn: Name) -> Option<OidcProvider> {
        let line = Line::new(GET_PROVIDER, &[("--open-id-connect-provider-arn", &arn)]);
        let call = self.clients().iam.get_open_id_connect_provider().open_id_connect_provider_arn(&*arn).send();
        match self.wire.ask(line, None, call).await {
            Ok(said) => {
                let client_ids = Some(said.client_id_list().iter().map(|id| Name::from(id.as_str())).collect());
                Some(OidcProvider { arn, client_ids, unread: None })
            }
            Err(refusal) if refusal.is_absent() => None,
            Err(refusal) => {
                let unread = Some(refusal.gap("audiences of the OIDC providers", GET_PROVIDER));
                Some(OidcProvider { arn, client_ids: None, unread })
            }
        }
    }
}

/// An association as EKS describes it; `None` where it does not say which, or whose.
pub(super) fn described(said: &PodIdentityAssociation) -> Option<Association> {
    Some(Association {
        id: Name::from(said.association_id()?),
        namespace: Name::from(said.namespace()?),
        service_account: Name::from(said.service_account()?),
        role_arn: said.role_arn().map(RoleArn::from),
        target_role_arn: said.target_role_arn().filter(|arn| !arn.is_empty()).map(RoleArn::from),
        external_id: said.external_id().map(Name::from),
        disable_session_tags: said.disable_session_tags().unwrap_or_default(),
        policy: said.policy().filter(|policy| !policy.is_empty()).map(Name::from),
        created: said.created_at().and_then(time_of),
        modified: said.modified_at().and_then(time_of),
        owner_arn: said.owner_arn().map(Name::from),
        tags: said
            .tags()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str().into(), value.as_str().into()))
            .collect(),
        undescribed: None,
    })
}

/// Of what was described before, what stands for another turn: it is still listed, and not among the `in_turn` oldest.
fn kept(listed: &[PodIdentityAssociationSummary], before: &Described, in_turn: usize) -> Described {
    let ids = listed.iter().filter_map(PodIdentityAssociationSummary::association_id);
    let mut still: Vec<_> = ids.filter_map(|id| before.get_key_value(id)).collect();
    still.sort_by_key(|(_, (at, _))| *at);
    still.into_iter().skip(in_turn).map(|(id, said)| (id.clone(), said.clone())).collect()
}

/// What stands for an answer that is still waited for.
fn waiting() -> Refusal {
    Refusal::new(GapReason::NotLoadedYet, "it is still being described")
}

fn undescribed(summary: &PodIdentityAssociationSummary, refusal: &Refusal) -> Option<Association> {
    let id = summary.association_id()?;
    Some(Association {
        id: Name::from(id),
        namespace: Name::from(summary.namespace()?),
        service_account: Name::from(summary.service_account()?),
        owner_arn: summary.owner_arn().map(Name::from),
        undescribed: Some(refusal.gap(format!("role of association {id}"), DESCRIBE).about(id)),
        ..Association::default()
    })
}
