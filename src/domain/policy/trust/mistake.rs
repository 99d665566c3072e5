//! What people get wrong in trust policies of pods' roles, each by name, as seen in the issues of the projects that meet
//! them. A mistake is told only of statements that keep the pod out.

use super::pod_identity::{POD_IDENTITY_SERVICE, PodIdentity, TAG_SESSION};
use super::review::allows;
use super::subject::{Subject, is_slip};
use super::web_identity::WebIdentity;
use super::wide::is_of_eks;
use crate::domain::model::Name;
use crate::domain::policy::action::ActionPattern;
use crate::domain::policy::condition::{self, Operands};
use crate::domain::policy::decide::{names, selects};
use crate::domain::policy::document::{Condition, Document, Selection, Statement};
use crate::domain::policy::operator::Test;
use crate::domain::policy::pattern::Pattern;
use crate::domain::policy::principal::{Principal, PrincipalKind};
use crate::domain::policy::request::Request;
use crate::domain::policy::variable::Template;

/// A mistake, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub kind: MistakeKind,
    /// The statement, counted from 0.
    pub statement: usize,
    /// The condition's key, as written; none where it is about the principal or the action.
    pub key: Option<Name>,
    /// What stands there.
    pub found: Name,
    /// What would have to stand there for this pod.
    pub wanted: Name,
}

/// The mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MistakeKind {
    /// The condition's key begins with the provider's ARN instead of the issuer.
    ProviderArnInKey,
    /// `https://` was left in the provider's ARN or in a key.
    SchemeLeft,
    /// `*` or `?` under an operator that takes them literally.
    WildcardUnderEquals,
    /// `aud` is compared with a subject.
    SubjectUnderAudience,
    /// `sub` is compared with an audience.
    AudienceUnderSubject,
    /// `sub` names the ServiceAccount in another namespace.
    OtherNamespace,
    /// `sub` names another ServiceAccount of the namespace.
    OtherServiceAccount,
    /// `sub` names something else altogether.
    OtherSubject,
    /// The issuer of another cluster.
    OtherIssuer,
    /// An issuer that is a slip of the pen away from this cluster's.
    IssuerMisspelt,
    /// The provider of another account than the role's.
    ProviderOfOtherAccount,
    /// An audience that is a slip of the pen, or an `aws`, away from the token's.
    AudienceMisspelt,
    /// Another audience.
    OtherAudience,
    /// It trusts another way of getting credentials: EC2's, Lambda's, Pod Identity's for IRSA, IRSA's for Pod Identity.
    OtherMechanism,
    /// It names who asks, but not the action.
    ActionMissing,
    /// It does not allow the session tags that EKS sends.
    TagSessionMissing,
    /// It asks for session tags, which the association has switched off.
    TagsDisabled,
    /// It asks for another cluster's tag.
    OtherCluster,
}

/// The mistakes that keep a pod with this token out.
pub(super) fn of_web_identity(trust: &Document, who: &WebIdentity<'_>, request: &Request) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (at, statement) in allows(trust) {
        let mut note = Notes { statement: at, mistakes: &mut mistakes };
        if names(statement, request).is_no() {
            listed(statement).for_each(|principal| note.provider(principal, who));
        } else if selects(statement, request).is_no() {
            note.add(MistakeKind::ActionMissing, None, &actions(statement), request.action.as_str());
        } else {
            statement.conditions.iter().for_each(|own| note.token_condition(own, who, request));
        }
    }
    mistakes
}

/// The mistakes that keep a pod of this association out.
pub(super) fn of_pod_identity(trust: &Document, who: &PodIdentity<'_>, requests: &[Request]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let Some(first) = requests.first() else { return mistakes };
    let named: Vec<_> = allows(trust).filter(|(_, statement)| !names(statement, first).is_no()).collect();
    if named.is_empty() {
        for (at, statement) in allows(trust) {
            let mut note = Notes { statement: at, mistakes: &mut mistakes };
            let others =
                listed(statement).filter(|one| matches!(one.kind, PrincipalKind::Provider | PrincipalKind::Service));
            others.for_each(|one| note.add(MistakeKind::OtherMechanism, None, one.as_str(), POD_IDENTITY_SERVICE));
        }
    }
    for request in requests {
        if let Some((at, statement)) = named.first()
            && named.iter().all(|(_, statement)| selects(statement, request).is_no())
        {
            let is_tags = request.action.as_str() == TAG_SESSION;
            let kind = if is_tags { MistakeKind::TagSessionMissing } else { MistakeKind::ActionMissing };
            let mut note = Notes { statement: *at, mistakes: &mut mistakes };
            note.add(kind, None, &actions(statement), request.action.as_str());
        }
    }
    for (at, statement) in named {
        let mut note = Notes { statement: at, mistakes: &mut mistakes };
        statement.conditions.iter().for_each(|own| note.tag_condition(own, who, first));
    }
    mistakes
}

/// Where mistakes of one statement go.
struct Notes<'n> {
    statement: usize,
    mistakes: &'n mut Vec<Mistake>,
}

impl Notes<'_> {
    fn add(&mut self, kind: MistakeKind, key: Option<&str>, found: &str, wanted: &str) {
        let (key, found, wanted) = (key.map(Name::from), found.into(), wanted.into());
        let mistake = Mistake { kind, statement: self.statement, key, found, wanted };
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    /// A principal that is not the token's provider.
    fn provider(&mut self, principal: &Principal, who: &WebIdentity<'_>) {
        let (text, wanted) = (principal.as_str(), who.provider());
        let kind = match (text.split_once(":oidc-provider/"), principal.kind) {
            _ if text.contains("://") => MistakeKind::SchemeLeft,
            // the ARN of a provider is compared letter by letter
            (Some((_, issuer)), _) if issuer.eq_ignore_ascii_case(who.issuer) => {
                let is_of_account = principal.account() == who.role.split(':').nth(4);
                if is_of_account { MistakeKind::IssuerMisspelt } else { MistakeKind::ProviderOfOtherAccount }
            }
            (Some((_, issuer)), _) if is_misspelt(issuer, who.issuer) => MistakeKind::IssuerMisspelt,
            (Some(_), _) => MistakeKind::OtherIssuer,
            (None, PrincipalKind::Service) => MistakeKind::OtherMechanism,
            _ => return,
        };
        self.add(kind, None, text, &wanted);
    }

    /// A condition of a statement that is about the token's provider.
    fn token_condition(&mut self, own: &Condition, who: &WebIdentity<'_>, request: &Request) {
        let key = own.key.as_str();
        let Some((issuer, claim @ ("sub" | "aud"))) = key.rsplit_once(':') else { return };
        if !condition::truth(own, &request.context, Operands::AsWritten).is_no() {
            return;
        }
        let wanted = format!("{}:{claim}", who.issuer);
        if !issuer.eq_ignore_ascii_case(who.issuer) {
            let kind = match issuer {
                _ if issuer.contains("://") => MistakeKind::SchemeLeft,
                _ if issuer.contains(":oidc-provider/") => MistakeKind::ProviderArnInKey,
                _ if is_misspelt(issuer, who.issuer) => MistakeKind::IssuerMisspelt,
                _ => MistakeKind::OtherIssuer,
            };
            return self.add(kind, Some(key), key, &wanted);
        }
        if own.operator.negated {
            return;
        }
        for value in own.values.iter().map(Template::as_str) {
            let (kind, wanted) = match claim {
                "sub" => (subject_mistake(own.operator.test, value, who), who.subject()),
                _ => (Some(audience_mistake(value, who)), who.audience.to_owned()),
            };
            if let Some(kind) = kind {
                self.add(kind, Some(key), value, &wanted);
            }
        }
    }

    /// A condition of a statement that is about Pod Identity.
    fn tag_condition(&mut self, own: &Condition, who: &PodIdentity<'_>, request: &Request) {
        let key = own.key.as_str();
        let Some(tag) = own.key.folded().strip_prefix("aws:requesttag/") else { return };
        if !condition::truth(own, &request.context, Operands::AsWritten).is_no() {
            return;
        }
        let (kind, wanted) = match tag {
            _ if !who.tags => (MistakeKind::TagsDisabled, ""),
            "kubernetes-namespace" => (MistakeKind::OtherNamespace, who.namespace),
            "kubernetes-service-account" => (MistakeKind::OtherServiceAccount, who.service_account),
            "eks-cluster-name" => (MistakeKind::OtherCluster, who.cluster_name()),
            "eks-cluster-arn" => (MistakeKind::OtherCluster, who.cluster_arn),
            _ => return,
        };
        for value in own.values.iter().map(Template::as_str) {
            let is_literal = matches!(own.operator.test, Test::StringEquals | Test::StringEqualsIgnoreCase);
            let is_wild = is_literal && who.tags && Pattern::new(value).as_text().is_none();
            let kind =
                if is_wild && Pattern::new(value).matches(wanted) { MistakeKind::WildcardUnderEquals } else { kind };
            self.add(kind, Some(key), value, wanted);
        }
    }
}

fn subject_mistake(test: Test, value: &str, who: &WebIdentity<'_>) -> Option<MistakeKind> {
    let is_literal = matches!(test, Test::StringEquals | Test::StringEqualsIgnoreCase);
    let pattern = Pattern::new(value);
    if is_literal && pattern.as_text().is_none() && pattern.matches(&who.subject()) {
        return Some(MistakeKind::WildcardUnderEquals);
    }
    if value == who.audience || value.starts_with("sts.") {
        return Some(MistakeKind::AudienceUnderSubject);
    }
    let matches = |own: &str, asked: &str| if is_literal { own == asked } else { Pattern::new(own).matches(asked) };
    Some(match Subject::read(value) {
        None => MistakeKind::OtherSubject,
        Some(own) => match (matches(own.namespace, who.namespace), matches(own.service_account, who.service_account)) {
            (true, true) => return None,
            (false, true) => MistakeKind::OtherNamespace,
            (true, false) => MistakeKind::OtherServiceAccount,
            (false, false) => MistakeKind::OtherSubject,
        },
    })
}

fn audience_mistake(value: &str, who: &WebIdentity<'_>) -> MistakeKind {
    let without_aws = |text: &str| text.replace("amazonaws.", "amazon.");
    match value {
        _ if value.starts_with(Subject::BEGINNING) => MistakeKind::SubjectUnderAudience,
        _ if is_slip(value, who.audience) || without_aws(value) == without_aws(who.audience) => {
            MistakeKind::AudienceMisspelt
        }
        _ => MistakeKind::OtherAudience,
    }
}

/// Whether an issuer is meant to be another and misspelt: the same id behind another host, or a slip of the pen.
fn is_misspelt(issuer: &str, wanted: &str) -> bool {
    let id = |issuer: &str| issuer.rsplit_once("/id/").map(|(_, id)| id.to_owned());
    let same_id = id(issuer).is_some() && id(issuer) == id(wanted);
    same_id || is_slip(issuer, wanted)
}

fn listed(statement: &Statement) -> impl Iterator<Item = &Principal> {
    statement.principals.iter().flat_map(Selection::items)
}

fn actions(statement: &Statement) -> String {
    let actions: Vec<&str> = statement.actions.items().iter().map(ActionPattern::as_str).collect();
    actions.join(", ")
}

impl MistakeKind {
    /// Whether it is the audience that is wrong.
    pub fn is_of_audience(self) -> bool {
        matches!(self, Self::OtherAudience | Self::AudienceMisspelt | Self::SubjectUnderAudience)
    }
}

impl Mistake {
    /// What stands there of an issuer: of a provider's ARN, or of a key with its claim, what follows the ARN.
    pub fn issuer(&self) -> &str {
        self.found.rsplit("oidc-provider/").next().unwrap_or_default()
    }

    /// What is so, and what it would have to be, for people.
    pub fn sentence(&self) -> String {
        let Self { kind, found, wanted, .. } = self;
        let key = self.key.as_deref().unwrap_or_default();
        match kind {
            MistakeKind::ProviderArnInKey => {
                format!("the key `{found}` holds the provider's ARN; it has to be `{wanted}`, the issuer alone")
            }
            MistakeKind::SchemeLeft => format!("`https://` was left in `{found}`; it has to be `{wanted}`"),
            MistakeKind::WildcardUnderEquals => {
                format!("`{key}` expects `{found}` letter by letter: wildcards match under StringLike only")
            }
            MistakeKind::SubjectUnderAudience => {
                format!("`{key}` is compared with the subject `{found}`; the pod's audience is `{wanted}`")
            }
            MistakeKind::AudienceUnderSubject => {
                format!("`{key}` is compared with the audience `{found}`; the pod's subject is `{wanted}`")
            }
            MistakeKind::OtherNamespace => {
                format!("`{key}` expects another namespace: `{found}`, the pod sends `{wanted}`")
            }
            MistakeKind::OtherServiceAccount => {
                format!("`{key}` expects another ServiceAccount: `{found}`, the pod sends `{wanted}`")
            }
            MistakeKind::OtherSubject | MistakeKind::OtherAudience => {
                format!("`{key}` expects `{found}`, the pod sends `{wanted}`")
            }
            MistakeKind::OtherIssuer if is_of_eks(self.issuer()) => {
                format!("it trusts another cluster: `{found}`, this one is `{wanted}`")
            }
            MistakeKind::OtherIssuer => format!("it trusts another issuer: `{found}`, this cluster's is `{wanted}`"),
            MistakeKind::IssuerMisspelt => format!("the issuer is misspelt: `{found}`, it has to be `{wanted}`"),
            MistakeKind::ProviderOfOtherAccount => {
                format!("the provider `{found}` is of another account than the role; it has to be `{wanted}`")
            }
            MistakeKind::AudienceMisspelt => format!("the audience is misspelt: `{found}`, the pod sends `{wanted}`"),
            MistakeKind::OtherMechanism => format!("it trusts `{found}`, but the pod comes by `{wanted}`"),
            MistakeKind::ActionMissing => format!("it allows `{found}`, but not `{wanted}`"),
            MistakeKind::TagSessionMissing => {
                format!("it allows `{found}`, but not `{wanted}`, which the session tags of Pod Identity take")
            }
            MistakeKind::TagsDisabled => {
                format!("`{key}` expects `{found}`, but the association has session tags switched off")
            }
            MistakeKind::OtherCluster => format!("`{key}` expects another cluster: `{found}`, this one is `{wanted}`"),
        }
    }
}
