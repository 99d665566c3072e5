//! What a rule looks at: one container with its verdict, and words that several rules need.

use super::remedy::{onward_fix, trust_fix};
use super::{Fix, RULES};
use crate::domain::identity::{
    Finding, Identities, Identity, KeptOutBy, Mechanism, POD_IDENTITY_PAIR, Situation, TrustCheck, Verdict,
    WEB_IDENTITY_PAIR, Way, container_trust,
};
use crate::domain::inventory::Kind;
use crate::domain::model::{Container, ContainerKind, RoleArn, Time};

/// One container in its situation, with the verdict on it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The pod and what is around it.
    pub situation: &'a Situation<'a>,
    /// The container.
    pub container: &'a Container,
    /// The verdict on it.
    pub verdict: &'a Verdict,
    /// All rows, for how many others are alike.
    pub identities: &'a Identities,
}

impl<'a> Case<'a> {
    /// `shop/api`.
    pub(super) fn account(&self) -> String {
        format!("{}/{}", self.situation.pod.namespace, self.situation.pod.spec.service_account)
    }

    /// The role that new pods of the ServiceAccount get, association first.
    pub(super) fn bound_role(&self) -> Option<&'a RoleArn> {
        let association = self.situation.association.found().and_then(|association| association.effective_role());
        association.or_else(|| self.situation.annotation().map(|annotation| &annotation.arn))
    }

    /// The same, as a person is shown it.
    pub(super) fn bound_role_name(&self) -> String {
        self.bound_role().map_or_else(|| "its role".into(), |role| role.path_and_name().to_owned())
    }

    /// What the container runs with instead, in words.
    pub(super) fn runs_with(&self) -> String {
        match &self.verdict.identity {
            Some(Identity::NodeRole { role: Some(role), .. }) => format!("the node role {}", role.path_and_name()),
            Some(Identity::NodeRole { .. }) => "the node role".into(),
            Some(Identity::Nobody { .. }) => "no credentials".into(),
            Some(Identity::StaticKeys { from }) => format!("static keys ({from})"),
            Some(Identity::Role { role: Some(role), .. }) => role.path_and_name().to_owned(),
            Some(Identity::Role { role: None, .. }) => "Pod Identity".into(),
            None => "credentials that cannot be seen".into(),
        }
    }

    /// What a count of pods is over, where it is not over all of the cluster's: ` of this namespace`, ` of those read`.
    pub(super) fn of_the_pods_read(&self) -> &'static str {
        self.situation.inventory.listings().of(Kind::Pod).counted_over()
    }

    /// How many other pods are on a node role, as far as they were read. This pod is among those counted only if a main
    /// container of its own put it there.
    pub(super) fn others_on(&self, role: &RoleArn) -> u32 {
        let pod = self.situation.pod;
        let row = self.identities.pod(&pod.namespace, &pod.name);
        let is_counted = row.is_some_and(|row| row.is_on_node_role() && row.role.as_ref() == Some(role));
        self.identities.sharing_node_role(role.as_str()).saturating_sub(u32::from(is_counted))
    }

    /// Whether it is only inferred whose hand set the role that the container carries: its owner's template alone tells.
    pub(super) fn guesses_hand(&self) -> bool {
        let carries = matches!(&self.verdict.identity, Some(Identity::Role { by: Mechanism::WebIdentity, .. }));
        carries && self.situation.template().is_none()
    }

    /// How long before `then` the pod was created: `3 d`, `20 s`.
    pub(super) fn started_before(&self, then: Option<Time>) -> Option<String> {
        let seconds = then?.as_second() - self.situation.pod.created?.as_second();
        (seconds > 0).then(|| span(seconds))
    }

    /// What gives the container the role that its ServiceAccount is bound to: the remedy of what keeps it from it, else
    /// to make the pod anew. `None` where it is bound to none.
    pub(super) fn way_to_binding(&self) -> Option<Fix> {
        const LASTING: [Finding; 3] =
            [Finding::EnvOverridesBinding, Finding::InjectionSkipped, Finding::WebhookNotActing];
        if self.situation.pod.is_static() {
            return Some(Fix::words(
                "run it as a DaemonSet with a role: a static pod of its node has no ServiceAccount",
            ));
        }
        self.situation.is_bound().filter(|bound| *bound)?;
        if self.container.kind == ContainerKind::Ephemeral {
            return Some(Fix::words("use a container of the pod itself: ephemeral ones are never injected"));
        }
        let lasting = LASTING.into_iter().find(|finding| self.verdict.findings.contains(*finding));
        let rule = lasting.and_then(|finding| RULES.iter().find(|rule| rule.finding == finding));
        Some(rule.map_or_else(|| self.restart(), |rule| (rule.say)(self).1))
    }

    /// The ways by which the container comes by its role, each looked through step by step.
    pub(super) fn checks(&self) -> Vec<TrustCheck> {
        container_trust(self.situation, self.container)
    }

    /// The one of them that has the finding.
    pub(super) fn check(&self, finding: Finding) -> Option<TrustCheck> {
        self.checks().into_iter().find(|check| check.findings.contains(&finding))
    }

    /// That a role's trust policy keeps the pod out, why, and what would let it in.
    pub(super) fn kept_out(&self, finding: Finding) -> (String, Fix) {
        let Some(check) = self.check(finding) else {
            return ("the role's trust policy keeps the pod out".into(), Fix::default());
        };
        let onward = onward_fix(self.situation.inventory, &check);
        let is_onward = check.kept_out_by() == Some(KeptOutBy::Source);
        if let Some((fix, source)) = onward.clone().filter(|_| is_onward).zip(check.source()) {
            let (role, target) = (source.path_and_name(), check.role.path_and_name());
            return (format!("role {role} may not go on to role {target}: {}", check.fault()), fix);
        }
        let who = match &check.way {
            Way::WebIdentity(_) => format!("ServiceAccount {}", self.account()),
            Way::PodIdentity => format!("Pod Identity in for ServiceAccount {}", self.account()),
            Way::Target(own) => format!("role {}", own.path_and_name()),
        };
        let who = if matches!(check.way, Way::PodIdentity) { who } else { format!("{who} in") };
        let sentence = format!("role {} does not let {who}: {}", check.role.path_and_name(), check.fault());
        let mut fix = trust_fix(self.situation.inventory, &check);
        // one without the other would not help
        fix.summary.extend(onward.into_iter().flat_map(|onward| ["; ".to_owned(), onward.summary]));
        (sentence, fix)
    }

    /// Make the pod anew, by its owner.
    pub(super) fn restart(&self) -> Fix {
        let namespace = &self.situation.pod.namespace;
        match self.situation.pod.workload() {
            Some(workload) if workload.can_roll() => {
                let name = workload.kubectl_name();
                Fix {
                    summary: format!("restart {name}"),
                    commands: vec![format!("kubectl -n {namespace} rollout restart {name}")],
                    ..Fix::default()
                }
            }
            Some(workload) => Fix {
                summary: format!("{} cannot be restarted in place: run it again", workload.kubectl_name()),
                commands: vec![format!("kubectl -n {namespace} get {} -o yaml", workload.kubectl_name())],
                ..Fix::default()
            },
            None => self.make_anew(),
        }
    }

    /// Make a pod anew that nothing owns. What was injected into it stands in a copy of it as well, and the webhook leaves
    /// alone what is set: it is to be taken out first.
    fn make_anew(&self) -> Fix {
        let (namespace, pod) = (&self.situation.pod.namespace, &self.situation.pod.name);
        let containers = || self.situation.pod.spec.containers.iter();
        let pairs = WEB_IDENTITY_PAIR.into_iter().chain(POD_IDENTITY_PAIR);
        let set: Vec<_> = pairs.filter(|name| containers().any(|container| container.env(name).is_some())).collect();
        let mut commands = vec![
            format!("kubectl -n {namespace} get pod {pod} -o yaml > {pod}.yaml"),
            format!("kubectl -n {namespace} replace --force -f {pod}.yaml"),
        ];
        if !set.is_empty() {
            commands.insert(1, format!("$EDITOR {pod}.yaml  # take out {}", set.join(", ")));
        }
        let without = if set.is_empty() { "" } else { " without what was injected" };
        let summary = format!("delete this pod and make it again{without}, as nothing owns it");
        Fix { summary, commands, ..Fix::default() }
    }
}

/// A length of time in one unit: `3 d`, `4 h`, `20 min`, `5 s`.
fn span(seconds: i64) -> String {
    match seconds {
        s if s >= 2 * 86_400 => format!("{} d", s / 86_400),
        s if s >= 2 * 3_600 => format!("{} h", s / 3_600),
        s if s >= 120 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}
