//! One request held against the policies that were read: the decision, and layer by layer who was asked and who was not.

use super::Policies;
use super::nearest::{Near, allowed_on, nearest};
use crate::domain::model::{Gap, GapReason};
use crate::domain::policy::{Answer, Decision, Layer, LayerAnswer, Note, Outcome, Reason, Request, decide};

/// What may be done, as far as was read.
#[derive(Debug, Clone)]
pub struct Access {
    /// What AWS would decide by the layers that were read. What could not be read of identity policies and the boundary
    /// leaves it open, and so does a resource's own policy that has to allow; SCPs, RCPs, endpoint policies and a
    /// resource policy of the same account do not.
    pub decision: Decision,
    /// Every layer that has a say, in the order in which AWS asks them.
    pub layers: Vec<LayerAnswer>,
    /// What could not be read of the layers that are.
    pub gaps: Vec<Gap>,
    /// Layers that are never read from here, one gap each.
    pub unasked: Vec<Gap>,
    /// For a no: the statements that came nearest, best first.
    pub nearest: Vec<Near>,
    /// The resources that Allow statements for the action name: what a pattern, or no resource, was asked for.
    pub allowed_on: Vec<String>,
    /// Of what only a part is allowed, where that is so: of a pattern that was asked for, of what the action works on.
    pub partly: Option<&'static str>,
    /// What AWS does is not documented, though all that counts was read.
    pub is_undocumented: bool,
    /// What is odd about the question.
    pub remarks: Vec<String>,
    /// What is so before any policy is asked: there are no credentials, nobody knows whose, or whether they are handed out.
    pub before: Option<String>,
    /// Why it is only likely, and not proven, that it asks as this identity.
    pub proviso: Option<String>,
    /// Of several requests that were asked together, the one that it tells of, counted from 0.
    pub at: usize,
    /// The action that it tells of, and why that is asked, where it is another one than was asked for.
    pub of_another: Option<&'static str>,
}

/// The request under the policies of who makes it.
pub fn access(policies: &Policies, request: &Request) -> Access {
    if request.takes_no_permission() {
        let note = Note::NoPermissionNeeded.sentence().into_owned();
        return Access::before_policies(Outcome::Allowed, note);
    }
    if let Some(closed) = request.closed() {
        return Access::before_policies(Outcome::ImplicitDeny, Note::Closed(closed).sentence().into_owned());
    }
    let mut layers = policies.layers.clone();
    let needs_resource_side = request.needs_resource_policy() || is_across_accounts(request);
    if needs_resource_side && layers.resource.is_empty() {
        layers.unread = layers.unread.with(Layer::Resource);
    }
    let decision = decide(request, &layers);
    let mut answers = Vec::new();
    let (mut gaps, mut unasked) = (policies.gaps.clone(), Vec::new());
    gaps.extend(grants(request, decision.outcome));
    for layer in Layer::WEIGHED {
        let said = decision.layers.iter().filter(|answer| answer.layer == layer);
        let before = answers.len();
        answers.extend(said.copied());
        if answers.len() > before && !layers.unread.has(layer) {
            continue;
        }
        if layer == Layer::Resource && request.resource.is_star() && !needs_resource_side {
            continue; // nothing that could have a policy of its own
        }
        if let Some(gap) = never_read(layer, request, needs_resource_side) {
            unasked.push(gap);
            answers.truncate(before);
            answers.push(LayerAnswer { layer, level: None, answer: Answer::NotRead });
        } else if layers.unread.has(layer) && answers.len() == before {
            answers.push(LayerAnswer { layer, level: None, answer: Answer::NotRead });
        } else if layer == Layer::Identity && answers.len() == before {
            answers.push(LayerAnswer { layer, level: None, answer: Answer::Silent });
        }
    }
    let nearest = if decision.outcome == Outcome::Allowed { Vec::new() } else { nearest(policies, request) };
    // what a Deny takes away whatever allows it is allowed nowhere
    let is_open = request.resource.is_pattern() && decision.outcome != Outcome::ExplicitDeny;
    let allowed_on = if is_open { allowed_on(policies, request) } else { Vec::new() };
    let is_partly = decision.outcome == Outcome::Depends
        && decision.unknown.is_empty()
        && request.resource.is_pattern()
        && decide(request, &policies.layers).outcome == Outcome::Depends
        && policies.layers.unread.is_empty();
    Access {
        decision,
        layers: answers,
        gaps,
        unasked,
        nearest,
        allowed_on,
        partly: is_partly.then_some("it"),
        is_undocumented: false,
        remarks: Vec::new(),
        before: None,
        proviso: None,
        at: 0,
        of_another: None,
    }
}

impl Access {
    /// A no before any policy is asked: `layer` is [`Layer::Credentials`] where there are none, [`Layer::Trust`] where
    /// the role cannot be assumed. What the role would allow is said too.
    pub fn without_credentials(layer: Layer, why: &str, would: Option<Self>) -> Self {
        let by = vec![Reason { layer, level: None, statement: None }];
        let before = match &would {
            Some(would) => format!("{why}; with the role's credentials: {}", would.sentence()),
            None => why.to_owned(),
        };
        let mut access = Self::before_policies(Outcome::ImplicitDeny, before);
        access.decision.by = by;
        access.layers.push(LayerAnswer { layer, level: None, answer: Answer::Silent });
        if let Some(would) = would {
            access.layers.extend(would.layers);
            (access.gaps, access.unasked) = (would.gaps, would.unasked);
            (access.decision.remarks, access.remarks) = (would.decision.remarks, would.remarks);
            access.at = would.at;
        }
        access
    }

    /// Nobody can tell: whose credentials are used is not known.
    pub fn unknown_identity(why: impl Into<String>) -> Self {
        Self::before_policies(Outcome::Depends, why.into())
    }

    /// What is so before any policy is asked.
    fn before_policies(outcome: Outcome, before: String) -> Self {
        let nothing = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (by, unknown, remarks, layers) = nothing;
        let decision = Decision { outcome, by, unknown, remarks, layers };
        let before = Some(before);
        let (layers, gaps, unasked, nearest, allowed_on, remarks) = Default::default();
        Self {
            decision,
            layers,
            gaps,
            unasked,
            nearest,
            allowed_on,
            partly: None,
            is_undocumented: false,
            remarks,
            before,
            proviso: None,
            at: 0,
            of_another: None,
        }
    }

    /// The same that hangs on another answer too: both have to allow.
    #[must_use]
    pub fn hangs_on_too(mut self, other: &Self) -> Self {
        let own = &mut self.decision;
        own.unknown.extend(missing(&own.unknown, &other.decision.unknown));
        own.by.extend(missing(&own.by, &other.decision.by));
        own.remarks.extend(missing(&own.remarks, &other.decision.remarks));
        self.gaps.extend(missing(&self.gaps, &other.gaps));
        self
    }

    /// Layers that were not read, in the order in which AWS asks them.
    pub fn not_read(&self) -> impl Iterator<Item = Layer> {
        self.layers.iter().filter(|line| line.answer == Answer::NotRead).map(|line| line.layer)
    }

    /// Whether nothing that it hangs on was left unread: what leaves it open stands in statements that were read.
    fn is_all_read(&self) -> bool {
        !self.decision.by.is_empty() && self.decision.by.iter().all(|reason| reason.statement.is_some())
    }

    /// Whether it is which of the role's sessions asks that leaves it open.
    fn hangs_on_session(&self) -> bool {
        let of_session = |note: &Note| matches!(note, Note::NamesOneSession | Note::NotPrincipalIncomplete);
        self.is_all_read() && self.decision.remarks.iter().any(of_session)
    }

    /// Whether it is which KMS key an alias stands for that leaves it open.
    fn hangs_on_alias(&self) -> bool {
        self.is_all_read() && self.decision.remarks.contains(&Note::KeyByAlias)
    }

    /// What is so, in one line.
    pub fn sentence(&self) -> String {
        self.told(&self.unread())
    }

    /// The same without the layers that were not read: for where each layer stands below.
    pub fn sentence_above_layers(&self) -> String {
        self.told("")
    }

    /// The answer in one line; `unread`: what stands behind it of the layers that were not read.
    fn told(&self, unread: &str) -> String {
        let said = match (&self.before, self.of_another) {
            (Some(before), _) => before.clone(),
            (None, Some(other)) => format!("{other}: {}", self.of_policies(unread)),
            (None, None) => self.of_policies(unread),
        };
        self.proviso.iter().fold(said, |said, proviso| format!("{said}; {proviso}"))
    }

    fn unread(&self) -> String {
        let unread: Vec<&str> = self.not_read().map(Layer::plural).collect();
        if unread.is_empty() { String::new() } else { format!("; not read: {}", unread.join(", ")) }
    }

    fn of_policies(&self, unread: &str) -> String {
        if let (Outcome::Depends, Some(whole)) = (self.decision.outcome, self.partly) {
            return format!("allowed on part of {whole}{unread}");
        }
        match self.decision.outcome {
            Outcome::Allowed => format!("allowed by all that was read{unread}"),
            Outcome::ExplicitDeny => "denied by a Deny statement, whatever allows it".to_owned(),
            Outcome::ImplicitDeny => {
                let blockers: Vec<&str> = self.decision.blockers().map(|reason| reason.layer.plural()).collect();
                match blockers.as_slice() {
                    [] => format!("not allowed by anything that was read{unread}"),
                    some => format!("no statement of {} allows it{unread}", joined(some, "or")),
                }
            }
            Outcome::Depends if !self.decision.unknown.is_empty() => {
                let keys: Vec<&str> = self.decision.unknown.iter().map(|key| &**key).collect();
                format!("depends on {}{unread}", joined(&keys, "and"))
            }
            Outcome::Depends if self.is_undocumented => format!("depends on what AWS does not document{unread}"),
            Outcome::Depends if self.hangs_on_session() => "depends on which session of the role it is".to_owned(),
            Outcome::Depends if self.hangs_on_alias() => "depends on which key the alias stands for".to_owned(),
            Outcome::Depends if self.is_all_read() => "depends on what was read and not understood".to_owned(),
            Outcome::Depends => format!("depends on what was not read{unread}"),
        }
    }
}

/// What stands in the second and not in the first.
fn missing<T: Clone + PartialEq>(first: &[T], second: &[T]) -> Vec<T> {
    second.iter().filter(|one| !first.contains(one)).cloned().collect()
}

/// Whether who asks and what it is asked of lie in two accounts: then both sides must allow.
fn is_across_accounts(request: &Request) -> bool {
    let (own, theirs) = (request.principal.account(), request.account_of_resource());
    own.is_some() && theirs.is_some() && own != theirs
}

/// What a grant of a KMS key can allow beside every policy, where it could change the answer: a Deny goes before it.
///
/// AWS KMS developer guide, "Grants in AWS KMS", its table of grant operations.
fn grants(request: &Request, outcome: Outcome) -> Option<Gap> {
    const BY_GRANT: [&str; 17] = [
        "creategrant",
        "decrypt",
        "derivesharedsecret",
        "describekey",
        "encrypt",
        "generatedatakey",
        "generatedatakeypair",
        "generatedatakeypairwithoutplaintext",
        "generatedatakeywithoutplaintext",
        "generatemac",
        "getpublickey",
        "reencryptfrom",
        "reencryptto",
        "retiregrant",
        "sign",
        "verify",
        "verifymac",
    ];
    let is_open = matches!(outcome, Outcome::ImplicitDeny | Outcome::Depends);
    let may_be_granted = request.action.service() == "kms" && BY_GRANT.contains(&request.action.name());
    let sentence = "grants of the key are not read, and one of them may allow it: see kms:ListGrants";
    (is_open && may_be_granted)
        .then(|| Gap::new("grants of the key", "kms:ListGrants", GapReason::NotSupported, sentence))
}

/// The gap of a layer that is never read from here; it can be given.
fn never_read(layer: Layer, request: &Request, is_needed: bool) -> Option<Gap> {
    let (own, given) = (&request.resource, &request.resource_account);
    let is_supposed = own.service() == Some("s3") && own.account().is_none() && given.is_none();
    let (what, call, sentence) = match layer {
        Layer::Scp => (
            "service control policies",
            "organizations:ListPoliciesForTarget",
            "SCPs are not read: they lie in the organisation's management account; give them with --scp",
        ),
        Layer::Rcp => (
            "resource control policies",
            "organizations:ListPoliciesForTarget",
            "RCPs are not read: they lie in the management account of the resource's organisation",
        ),
        Layer::Endpoint => (
            "VPC endpoint policies",
            "ec2:DescribeVpcEndpoints",
            "whether the call goes through a VPC endpoint, and what its policy says, is not read",
        ),
        Layer::Resource if is_needed => (
            "resource policy",
            "the resource's own service",
            "the resource's own policy has to allow this too, and is not read: give it with --resource-policy",
        ),
        Layer::Resource => (
            "resource policy",
            "the resource's own service",
            if is_supposed {
                "whether the bucket has a policy of its own is not read: give it with --resource-policy; the bucket is taken \
                 to be in the role's account, say otherwise with aws:ResourceAccount=ACCOUNT"
            } else {
                "whether the resource has a policy of its own is not read: give it with --resource-policy"
            },
        ),
        _ => return None,
    };
    Some(Gap::new(what, call, GapReason::NotSupported, sentence))
}

/// `a`, `a and b`, `a, b and c`
fn joined(words: &[&str], last_by: &str) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} {last_by} {last}", before.join(", ")),
    }
}
