//! What the nodes run on: instances, instance profiles and node groups.

use super::account::{Account, reading_or_missing};
use super::ec2::ACTION;
use super::paging::Pages;
use super::refusal::{Circumstances, Refusal};
use super::wire::Line;
use crate::domain::identity::INSTANCES_A_CALL;
use crate::domain::inventory::Delta;
use crate::domain::model::{Gap, GapReason, Instance, InstanceProfile, Name, Nodegroup, Reading, RoleArn, Time};
use std::collections::HashMap;

/// No answer has more pages than this; a server that says so turns in a circle.
const MOST_PAGES: usize = 50;

impl Account {
    /// Each id with its reading. One id that EC2 does not know costs the others nothing.
    pub(super) async fn answer_instances(&self, ids: Vec<Name>) -> Vec<Delta> {
        let mut deltas = Vec::with_capacity(ids.len());
        for some in ids.chunks(INSTANCES_A_CALL) {
            match self.instances(some).await {
                Ok(found) => deltas.extend(self.found(some, found)),
                Err(refusal) => deltas.extend(some.iter().map(|id| {
                    let gap = refusal.gap(format!("instance {id}"), ACTION).about(&**id);
                    Delta::Instance(id.clone(), Reading::Unread(gap))
                })),
            }
        }
        deltas
    }

    fn found(&self, ids: &[Name], mut found: HashMap<Name, Option<Instance>>) -> Vec<Delta> {
        let at = Time::now();
        // That EC2 knows a node's instance shows that this is the cluster's account.
        let confirmed = ids.iter().find(|id| found.contains_key(*id)).and_then(|id| self.remember_instance(id));
        let cluster = confirmed.map(|cluster| Delta::Cluster(Reading::Read { value: cluster, at }));
        let instances = ids.iter().map(|id| {
            let reading = match found.remove(id) {
                Some(Some(instance)) => Reading::Read { value: instance, at },
                Some(None) => Reading::Unread(untold(id)),
                None => Reading::Missing { at },
            };
            Delta::Instance(id.clone(), reading)
        });
        instances.chain(cluster).collect()
    }

    async fn instances(&self, ids: &[Name]) -> Result<HashMap<Name, Option<Instance>>, Refusal> {
        let (clients, region) = self.regional()?;
        let (to, profile) = (self.wire.receiver("ec2"), self.wire.profile().clone());
        let circumstances = Circumstances { action: ACTION, to: &to, profile: &profile };
        let filter = format!("Name=instance-id,Values={}", ids.join(","));
        let (mut found, mut pages) = (HashMap::new(), Pages::new(ACTION, MOST_PAGES));
        while pages.go_on()? {
            let credentials = self.wire.sign_in().credentials().await?;
            let mut arguments = vec![("--filters", &*filter)];
            arguments.extend(pages.token().map(|token| ("--starting-token", token)));
            let line = Line::new(ACTION, &arguments);
            let call = clients.ec2.instances(ids, pages.token(), &credentials, circumstances);
            let page = self.wire.pass(line, Some(&region), call).await?;
            found.extend(page.instances.into_iter().map(|one| match one {
                Ok(instance) => (instance.id.clone(), Some(instance)),
                Err(id) => (id, None),
            }));
            pages.then(page.next);
        }
        Ok(found)
    }

    /// The instance profile and its role.
    pub(super) async fn answer_profile(&self, arn: Name) -> Vec<Delta> {
        const ACTION: &str = "iam:GetInstanceProfile";
        let name = arn.rsplit('/').next().unwrap_or(&arn);
        let clients = self.clients();
        let line = Line::new(ACTION, &[("--instance-profile-name", name)]);
        let call = clients.iam.get_instance_profile().instance_profile_name(name).send();
        let answer = self.wire.ask(line, None, call).await.map(|said| InstanceProfile {
            arn: arn.clone(),
            role_arn: said
                .instance_profile()
                .and_then(|profile| profile.roles().first())
                .map(|role| RoleArn::from(role.arn())),
        });
        let reading = reading_or_missing(answer, &format!("instance profile {name}"), ACTION);
        vec![Delta::InstanceProfile(arn.clone(), about(reading, &arn))]
    }

    /// The node group and the role of its nodes.
    pub(super) async fn answer_nodegroup(&self, name: Name) -> Vec<Delta> {
        const ACTION: &str = "eks:DescribeNodegroup";
        let answer = self.nodegroup(&name, ACTION).await;
        let reading = reading_or_missing(answer, &format!("node group {name}"), ACTION);
        vec![Delta::Nodegroup(name.clone(), about(reading, &name))]
    }

    async fn nodegroup(&self, name: &Name, action: &'static str) -> Result<Nodegroup, Refusal> {
        let cluster = self.named_cluster().await?;
        let (clients, region) = self.regional()?;
        let line = Line::new(action, &[("--cluster-name", &cluster), ("--nodegroup-name", name)]);
        let call = clients.eks.describe_nodegroup().cluster_name(&cluster).nodegroup_name(&**name).send();
        let said = match self.wire.ask(line, Some(&region), call).await {
            // a missing cluster answers like a missing node group
            Err(refusal) if refusal.is_absent() => {
                let is_there = self.describe(&cluster).await?.is_some();
                return Err(if is_there { refusal } else { self.no_such(&cluster, &region).await });
            }
            answer => answer?,
        };
        let role_arn = said.nodegroup().and_then(|group| group.node_role()).map(RoleArn::from);
        Ok(Nodegroup { name: name.clone(), role_arn })
    }
}

/// The reading, its gap being about `object`.
fn about<T>(reading: Reading<T>, object: &str) -> Reading<T> {
    match reading {
        Reading::Unread(gap) => Reading::Unread(gap.about(object)),
        reading => reading,
    }
}

fn untold(id: &Name) -> Gap {
    let sentence = "EC2 did not say how the instance's metadata can be reached: retry later";
    Gap::new(format!("instance {id}"), ACTION, GapReason::NotFoundOut, sentence).about(&**id)
}
