//! The policies of a role as they were read: documents by layer, where each comes from, and what could not be read.

use crate::domain::inventory::Inventory;
use crate::domain::model::{Gap, GapReason, Name, Reading, Role, RoleArn};
use crate::domain::policy::{
    Action, Document, Documents, Element, Kind, Layer, Layers, Remark, Rule, Statement, StatementRef,
};
use std::sync::Arc;

/// The policies of a role, by layer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policies {
    /// What was read. A layer of which something is missing is marked in it.
    pub layers: Layers,
    /// Where the documents of `identity`, `boundary` and `session` come from, in their order.
    sources: Vec<(Layer, Source)>,
    /// What was not read, and why.
    pub gaps: Vec<Gap>,
    /// IAM knows no such role.
    pub is_missing: bool,
}

/// Where a document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// A managed policy's ARN, or an inline policy's name; of a session policy the association's id.
    pub name: Name,
    /// It is a managed policy.
    pub managed: bool,
    /// The document, as it was read.
    pub text: Arc<str>,
}

impl Policies {
    /// Where the document of a layer at this place comes from.
    pub fn source(&self, layer: Layer, place: usize) -> Option<&Source> {
        self.sources.iter().filter(|(of, _)| *of == layer).nth(place).map(|(_, source)| source)
    }

    /// The same of a layer that may have levels; those that are given have one document each.
    pub fn source_at(&self, layer: Layer, level: Option<usize>, place: usize) -> Option<&Source> {
        match (layer, level) {
            (Layer::Scp | Layer::Rcp, level) => self.source(layer, level.filter(|_| place == 0)?),
            (_, _) => self.source(layer, place),
        }
    }

    /// A statement, and where the document that it stands in comes from.
    pub fn statement(&self, layer: Layer, level: Option<usize>, at: &StatementRef) -> Option<(&Source, &Statement)> {
        let document = self.layers.level(layer, level.unwrap_or_default())?.get(at.policy)?;
        Some((self.source_at(layer, level, at.policy)?, document.statements.get(at.statement)?))
    }

    /// Adds a service control policy that has to allow beside all others.
    pub(super) fn add_scp(&mut self, source: Source, document: Arc<Document>) {
        self.layers.scp.push(vec![document]);
        self.sources.push((Layer::Scp, source));
    }

    /// Adds a document; one of which nothing can be read leaves its layer unread.
    pub fn add(&mut self, layer: Layer, kind: Kind, source: Source) {
        match Document::parse(&source.text, kind) {
            Ok(document) => {
                let documents: &mut Documents = match layer {
                    Layer::Boundary => &mut self.layers.boundary,
                    Layer::Session => &mut self.layers.session,
                    Layer::Resource => &mut self.layers.resource,
                    Layer::Endpoint => &mut self.layers.endpoint,
                    _ => &mut self.layers.identity,
                };
                documents.push(Arc::new(document));
                self.sources.push((layer, source));
            }
            Err(unreadable) => {
                let sentence = format!("{} {} cannot be read: {unreadable}", kind.noun(), source.name);
                let gap = Gap::new(kind.noun(), "iam:GetPolicyVersion", GapReason::NotSupported, sentence);
                self.miss(layer, gap.about(&*source.name));
            }
        }
    }

    /// The same with a document more.
    #[must_use]
    pub fn with(mut self, layer: Layer, kind: Kind, source: Source) -> Self {
        self.add(layer, kind, source);
        self
    }

    /// The same without an identity policy: the managed one of that ARN, or the inline one of that name.
    #[must_use]
    pub fn without(mut self, name: &str, managed: bool) -> Self {
        let is_it = |source: &Source| *source.name == *name && source.managed == managed;
        let mut identity = self.sources.iter().filter(|(layer, _)| *layer == Layer::Identity);
        if let Some(place) = identity.position(|(_, source)| is_it(source)) {
            self.layers.identity.remove(place);
            self.sources.retain(|(layer, source)| *layer != Layer::Identity || !is_it(source));
        }
        self
    }

    /// What was not understood of the statements that are about an action, and of the documents they stand in: each remark
    /// with the name of its document. Of what was given by hand, which AWS has not seen, whatever is odd: a statement that
    /// matches nothing is not about any action.
    pub fn not_understood(&self, action: &Action) -> Vec<String> {
        let is_about = |statement: &Statement| {
            let is_open =
                |element: &Element| matches!(element, Element::Action | Element::NotAction | Element::Statement);
            statement.actions.selects(action) || statement.unread.iter().any(is_open)
        };
        let layers = [Layer::Identity, Layer::Boundary, Layer::Session, Layer::Resource, Layer::Scp];
        let levels =
            layers.into_iter().flat_map(|layer| (0..self.layers.levels(layer)).map(move |level| (layer, level)));
        let mut said = Vec::new();
        for (layer, level) in levels {
            let is_given = matches!(layer, Layer::Resource | Layer::Scp);
            for (place, document) in self.layers.level(layer, level).into_iter().flatten().enumerate() {
                let name = self.source_at(layer, Some(level), place).map_or("", |source| &source.name);
                let counts = |remark: &&Remark| {
                    let statement = remark.place.statement.and_then(|at| document.statements.get(at));
                    let is_open = matches!(remark.rule, Rule::Operand | Rule::NoValues | Rule::StarBeforeColon);
                    statement.is_none_or(|statement| is_about(statement) && (is_open || !statement.unread.is_empty()))
                };
                let remarks = document.remarks.iter().filter(|remark| is_given || counts(remark));
                said.extend(remarks.map(|remark| format!("{} {name}: {remark}", layer.noun())));
            }
        }
        said
    }

    /// Something of a layer was not read: it may hold an Allow, or a Deny.
    pub fn miss(&mut self, layer: Layer, gap: Gap) {
        self.layers.unread = self.layers.unread.with(layer);
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    /// Adds a managed policy, as far as it was read.
    pub fn add_managed(&mut self, inventory: &Inventory, (layer, kind): (Layer, Kind), arn: &Name) {
        match inventory.aws().policy(arn) {
            Some(Reading::Read { value, .. }) => match &value.document {
                Ok(text) => self.add(layer, kind, Source { name: arn.clone(), managed: true, text: text.clone() }),
                Err(gap) => self.miss(layer, gap.clone()),
            },
            Some(Reading::Unread(gap)) => self.miss(layer, gap.clone()),
            Some(Reading::Missing { .. }) => {
                let sentence = format!("policy {arn} is attached, and IAM says that there is none of that name");
                self.miss(layer, Gap::new("policy", "iam:GetPolicy", GapReason::NotSupported, sentence).about(&**arn));
            }
            None => self.miss(layer, not_loaded("policy", "iam:GetPolicyVersion", arn)),
        }
    }

    fn of_role(&mut self, inventory: &Inventory, role: &Role) {
        match &role.attached {
            Ok(attached) => {
                for policy in attached {
                    self.add_managed(inventory, (Layer::Identity, Kind::Identity), &policy.arn);
                }
            }
            Err(gap) => self.miss(Layer::Identity, gap.clone()),
        }
        match &role.inline {
            Ok(inline) => {
                for policy in inline {
                    match &policy.document {
                        Ok(text) => {
                            let source = Source { name: policy.name.clone(), managed: false, text: text.clone() };
                            self.add(Layer::Identity, Kind::Identity, source);
                        }
                        Err(gap) => self.miss(Layer::Identity, gap.clone()),
                    }
                }
            }
            Err(gap) => self.miss(Layer::Identity, gap.clone()),
        }
        if let Some(arn) = &role.boundary_arn {
            self.add_managed(inventory, (Layer::Boundary, Kind::Boundary), arn);
        }
    }
}

/// The policies of a role as they were read, without a session's.
pub fn policies_of(inventory: &Inventory, arn: &RoleArn) -> Policies {
    let mut policies = Policies::default();
    let miss_all = |policies: &mut Policies, gap: &Gap| {
        // whether it has a boundary is not known either
        policies.miss(Layer::Boundary, gap.clone());
        policies.miss(Layer::Identity, gap.clone());
    };
    if inventory.aws().is_refuted() {
        let sentence = "these AWS credentials are of another account than the cluster's";
        let gap = Gap::new("role", "iam:GetRole", GapReason::ClusterNotConfirmed, sentence).about(arn.as_str());
        miss_all(&mut policies, &gap);
        return policies;
    }
    match inventory.aws().role(arn.as_str()) {
        Some(Reading::Read { value, .. }) => policies.of_role(inventory, value),
        Some(Reading::Missing { .. }) => policies.is_missing = true,
        Some(Reading::Unread(gap)) => miss_all(&mut policies, gap),
        None => miss_all(&mut policies, &not_loaded("role", "iam:GetRole", arn.as_str())),
    }
    policies
}

fn not_loaded(what: &str, call: &str, object: &str) -> Gap {
    Gap::new(what, call, GapReason::NotLoadedYet, format!("{what} {object} not read yet")).about(object)
}
