//! Who makes a container's requests: its role with the policies that were read, and what its requests carry.

use super::chain::{Found, chain};
use super::trust::{Token, audience, cluster_arn, pod_identity};
use super::{Binding, Identity, IdentityKind, Mechanism, Situation, Verdict};
use crate::domain::access::{Access, Asked, Policies, Source, answer, policies_of};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Container, Name, Pod, Reading, RoleArn};
use crate::domain::policy::{
    ASSUME_ROLE, Action, Context, Kind, Layer, Outcome, POD_TAGS, Request, RoleSession, SessionOf, TAG_SESSION,
};

/// A role in the hands of a container, or by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Bearer {
    /// The role that AWS sees.
    pub role: RoleArn,
    /// The ARN of the session, where its name is known: an instance's is its ID.
    pub session: Option<Name>,
    /// Its policies, and the session's.
    pub policies: Policies,
    /// What its requests carry.
    pub context: Context,
    /// Its session has tags that go on to every role that is assumed with it: those of Pod Identity are transitive.
    pub has_transitive_tags: bool,
}

impl Bearer {
    /// Who makes its requests: the session where it is known, else the role, whichever of its sessions it is.
    pub fn principal(&self) -> &str {
        self.session.as_deref().unwrap_or(self.role.as_str())
    }

    /// The same in the hands of one pod more. What sets the sessions of pods apart is not known then: of Pod Identity the tags
    /// with a pod's name and UID, of a node's role the instance.
    pub(super) fn share(&mut self, inventory: &Inventory, pod: &Pod, by: Option<IdentityKind>) {
        match by {
            Some(IdentityKind::PodIdentity) if self.has_transitive_tags => {
                for tag in POD_TAGS {
                    self.context.set_unknown(&format!("aws:PrincipalTag/{tag}"));
                }
            }
            Some(IdentityKind::NodeRole) if self.session.is_some() => {
                let session = instance_of(inventory, pod).and_then(|instance| session_of(&self.role, instance));
                if self.session != session {
                    let by = SessionOf::Node { instance: None };
                    (self.session, self.context) = (None, context_by(inventory, &self.role, by));
                }
            }
            _ => {}
        }
    }

    /// What its policies answer. With transitive session tags the next role has to allow `sts:TagSession`, too (IAM user
    /// guide, "Pass session tags in AWS STS"; EKS user guide, "Grant Pods access to AWS resources based on tags").
    pub fn answer(&self, requests: &[Request], asked: &Asked) -> Access {
        let found = answer(&self.policies, requests, asked);
        let assumes = requests.iter().all(|request| request.action == Action::new(ASSUME_ROLE));
        if !self.has_transitive_tags || !assumes || found.decision.outcome.is_denied() {
            return found;
        }
        let tagging = |request: &Request| Request { action: Action::new(TAG_SESSION), ..request.clone() };
        let tagging: Vec<Request> = requests.iter().map(tagging).collect();
        let tagged = answer(&self.policies, &tagging, asked);
        let what = match tagged.decision.outcome {
            Outcome::Allowed => return found,
            Outcome::Depends => "is not known to be allowed",
            Outcome::ExplicitDeny | Outcome::ImplicitDeny => "is not allowed",
        };
        let is_both = found.decision.outcome == Outcome::Depends && tagged.decision.outcome == Outcome::Depends;
        let mut told = if is_both { found.hangs_on_too(&tagged) } else { tagged };
        told.of_another = (!is_both).then_some("sts:TagSession, which the tags of the session ask for too");
        let said = "the session's tags go on to the next role: sts:TagSession on it is asked, too, and";
        told.remarks.push(format!("{said} {what}"));
        told
    }
}

/// Who makes a container's requests; `None` where it has no role, or none that is known.
pub fn bearer_of(inventory: &Inventory, pod: &Pod, container: &Container, verdict: &Verdict) -> Option<Bearer> {
    let identity = verdict.identity.as_ref()?;
    let role = identity.role()?.clone();
    let situation = Situation::of(inventory, pod);
    let by = match identity {
        Identity::Role { by: Mechanism::WebIdentity, .. } => {
            let (namespace, account) = (&pod.namespace, &pod.spec.service_account);
            let audience = match chain(inventory, pod, container).0 {
                Found::WebIdentity(web) => web.audience(),
                _ => None,
            };
            let token = Token { role: &role, namespace, account, audience };
            let Some(who) = token.web_identity(inventory) else {
                return Some(bearer_by(inventory, &role, SessionOf::Unknown));
            };
            let claim = format!("{}:aud", who.issuer);
            let mut bearer = bearer_by(inventory, &role, SessionOf::WebIdentity(who));
            if audience.is_none() {
                bearer.context.set_unknown(&claim); // no token is seen
            }
            return Some(bearer);
        }
        Identity::Role { by: Mechanism::PodIdentity { .. }, .. } => {
            let association = situation.association.found()?;
            return by_association(inventory, association, Some(pod));
        }
        _ => Some(SessionOf::Node { instance: instance_of(inventory, pod) }),
    };
    Some(bearer_by(inventory, &role, by.unwrap_or(SessionOf::Unknown)))
}

/// The instance that a pod runs on, where it is one.
fn instance_of<'a>(inventory: &'a Inventory, pod: &Pod) -> Option<&'a str> {
    inventory.node(pod.node.as_deref()?)?.instance_id()
}

/// Who will make the requests of the pods of a ServiceAccount, by what binds it; `None` where the role is not known.
pub(super) fn bearer_of_binding(
    inventory: &Inventory,
    (namespace, account): (&Name, &Name),
    binding: &Binding,
) -> Option<Bearer> {
    if binding.mechanism == IdentityKind::PodIdentity {
        return by_association(inventory, inventory.aws().association(namespace, account).found()?, None);
    }
    let role = binding.role.as_ref()?;
    let audience = Some(audience(inventory, namespace, account));
    Some(by_token(inventory, Token { role, namespace, account, audience }))
}

/// Who would make the requests of the pods of a ServiceAccount (namespace, name) if a role were theirs: by that association,
/// else by their tokens, made for that audience or the webhook's own.
pub fn bearer_if_bound(
    inventory: &Inventory,
    (namespace, account): (&Name, &Name),
    role: &RoleArn,
    via: Option<&Association>,
    audience: Option<&str>,
) -> Bearer {
    match via {
        Some(association) => {
            by_association(inventory, association, None).unwrap_or_else(|| bearer_of_role(inventory, role))
        }
        None => by_token(inventory, Token { role, namespace, account, audience }),
    }
}

/// By a ServiceAccount's token.
fn by_token(inventory: &Inventory, token: Token<'_>) -> Bearer {
    let by = token.web_identity(inventory).map(SessionOf::WebIdentity);
    bearer_by(inventory, token.role, by.unwrap_or(SessionOf::Unknown))
}

/// By an association; `pod`: the one that asks.
fn by_association(inventory: &Inventory, association: &Association, pod: Option<&Pod>) -> Option<Bearer> {
    let role = association.effective_role()?;
    let cluster_arn = cluster_arn(inventory, role);
    let who = cluster_arn.as_deref().and_then(|arn| pod_identity(association, arn, pod));
    let by = who.map(SessionOf::PodIdentity);
    let mut bearer = bearer_by(inventory, role, by.unwrap_or(SessionOf::Unknown));
    bearer.has_transitive_tags = !association.disable_session_tags;
    bearer.policies = in_session(bearer.policies, association);
    Some(bearer)
}

/// The policies of a role in the hands of those whom an association binds to it (EKS user guide, "Session policies for EKS
/// Pod Identity").
pub fn in_session(policies: Policies, association: &Association) -> Policies {
    let Some(text) = &association.policy else { return policies };
    let source = Source { name: association.id.clone(), managed: false, text: text.clone() };
    policies.with(Layer::Session, Kind::Session, source)
}

/// A role by itself: of what a session would add nothing is known.
pub fn bearer_of_role(inventory: &Inventory, role: &RoleArn) -> Bearer {
    bearer_by(inventory, role, SessionOf::Unknown)
}

fn bearer_by(inventory: &Inventory, role: &RoleArn, by: SessionOf<'_>) -> Bearer {
    let session = match &by {
        SessionOf::Node { instance: Some(instance) } => session_of(role, instance),
        _ => None,
    };
    let context = context_by(inventory, role, by);
    Bearer { role: role.clone(), session, policies: policies_of(inventory, role), context, has_transitive_tags: false }
}

fn context_by(inventory: &Inventory, role: &RoleArn, by: SessionOf<'_>) -> Context {
    let read = inventory.aws().role(role.as_str()).and_then(Reading::value);
    let tags = read.map(|role| role.tag_texts());
    let id = read.map(|role| &*role.id).filter(|id| !id.is_empty());
    RoleSession { role: role.as_str(), id, tags, by, region: None }.context()
}

/// The ARN of a role's session, which leaves out the role's path (IAM user guide, "IAM identifiers").
fn session_of(role: &RoleArn, session: &str) -> Option<Name> {
    let (partition, account) = (role.partition()?, role.account()?);
    Some(Name::from(format!("arn:{partition}:sts::{account}:assumed-role/{}/{session}", role.role_name())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::Circumstances;
    use crate::domain::model::Time;
    use crate::domain::policy::Others;

    /// What a role in a session with transitive tags may assume, with these conditions on the two actions.
    fn assuming(assume: &str, tag: &str) -> Access {
        let statement = |action: &str, condition: &str| {
            format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*","Condition":{condition}}}"#)
        };
        let statements = [statement(ASSUME_ROLE, assume), statement(TAG_SESSION, tag)].join(",");
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#).as_str().into();
        let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:*"}}"#;
        let source = |text| Source { name: "own".into(), managed: false, text };
        let policies = Policies::default().with(Layer::Identity, Kind::Identity, source(text)).with(
            Layer::Resource,
            Kind::Trust,
            source(trust.into()),
        );
        let role = "arn:aws:iam::111122223333:role/api";
        let mut context = Context::new(Others::Unknown);
        context.set("aws:PrincipalType", "AssumedRole");
        let bearer = Bearer { role: RoleArn::from(role), session: None, policies, context, has_transitive_tags: true };
        let resources = vec!["arn:aws:iam::111122223333:role/next".to_owned()];
        let asked = Asked { action: ASSUME_ROLE.into(), resources, takes_no_resource: false, remarks: Vec::new() };
        let by = Circumstances { principal: role, context: &bearer.context, keys: &[], now: Time::UNIX_EPOCH };
        bearer.answer(&asked.requests(by), &asked)
    }

    #[test]
    fn an_answer_about_the_tags_says_so_and_what_both_actions_hang_on_is_told_together() {
        let (always, never) = ("{}", r#"{"StringEquals":{"aws:PrincipalType":"User"}}"#);
        let by = |key: &str| format!(r#"{{"StringEquals":{{"{key}":"x"}}}}"#);
        let allowed = assuming(always, always);
        assert_eq!((allowed.decision.outcome, allowed.of_another), (Outcome::Allowed, None));
        let denied = assuming(always, never);
        assert_eq!(denied.decision.outcome, Outcome::ImplicitDeny);
        assert!(denied.sentence().starts_with("sts:TagSession, which the tags"), "{}", denied.sentence());
        let both = assuming(&by("aws:SourceVpc"), &by("aws:SourceVpce"));
        let keys: Vec<&str> = both.decision.unknown.iter().map(|key| &**key).collect();
        assert_eq!((both.decision.outcome, keys), (Outcome::Depends, vec!["aws:SourceVpc", "aws:SourceVpce"]));
        assert!(both.sentence().starts_with("depends on aws:SourceVpc and aws:SourceVpce"), "{}", both.sentence());
    }

    #[test]
    fn a_session_names_its_role_without_the_path() {
        let session = |role: &str| session_of(&RoleArn::from(role), "i-0123456789abcdef0");
        let expected = "arn:aws-cn:sts::111122223333:assumed-role/node/i-0123456789abcdef0";
        assert_eq!(session("arn:aws-cn:iam::111122223333:role/eks/blue/node").as_deref(), Some(expected));
        assert_eq!(session("no role"), None);
    }
}
