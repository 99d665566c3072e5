//! What the catalogue says of one service, action, resource type or condition key: a line, taken apart on demand.

use super::index::{Catalogue, ServiceLines, without_case};

/// A service, by the prefix of its actions.
#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    catalogue: &'a Catalogue,
    lines: &'a ServiceLines,
}

/// What an action does, in the documentation's words (IAM user guide,
/// `access_policies_understand-policy-summary-access-level-summaries`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Sees that resources exist.
    List,
    /// Reads what is in them.
    Read,
    /// Changes what they are tagged with.
    Tagging,
    /// Creates, changes or deletes them.
    Write,
    /// Grants or changes what others may do.
    Permissions,
}

/// An action that AWS documents.
#[derive(Clone, Copy, Debug)]
pub struct KnownAction<'a> {
    service: Service<'a>,
    line: &'a str,
}

/// A type of resource, with the shape of its ARN.
#[derive(Clone, Copy, Debug)]
pub struct ResourceType<'a> {
    service: Service<'a>,
    line: &'a str,
}

/// That an action works on a type of resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceUse<'a> {
    /// The type's name, as [`Service::resource_type`] takes it.
    pub resource_type: &'a str,
    /// Whether the action needs a resource of this type; else one of several, or none, will do.
    pub required: bool,
    /// The condition keys that a request carries for this type only.
    pub keys: Vec<ConditionKey<'a>>,
}

/// A condition key, as documented: a part of its name may be a placeholder (`aws:RequestTag/${TagKey}`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionKey<'a> {
    /// Its name.
    pub name: &'a str,
    /// The type of its values: `String`, `ArrayOfString`, `ARN`, `Bool`, …; empty where the documentation has none.
    pub value_type: &'a str,
}

impl<'a> Service<'a> {
    pub(super) const fn new(catalogue: &'a Catalogue, lines: &'a ServiceLines) -> Self {
        Self { catalogue, lines }
    }

    /// What its actions begin with: `s3`.
    pub fn prefix(self) -> &'a str {
        field(self.catalogue.line(self.lines.head), 1)
    }

    /// What AWS calls it: `Amazon S3`.
    pub fn name(self) -> &'a str {
        field(self.catalogue.line(self.lines.head), 2)
    }

    /// Its actions, sorted by name.
    pub fn actions(self) -> impl Iterator<Item = KnownAction<'a>> {
        self.lines.actions.clone().map(move |line| KnownAction { service: self, line: self.catalogue.line(line) })
    }

    /// Its action of a name, whatever its case.
    pub fn action(self, name: &str) -> Option<KnownAction<'a>> {
        let (mut low, mut high) = (self.lines.actions.start, self.lines.actions.end);
        while low < high {
            let middle = usize::midpoint(low, high);
            let action = KnownAction { service: self, line: self.catalogue.line(middle) };
            match without_case(action.name(), name) {
                std::cmp::Ordering::Equal => return Some(action),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Its types of resources, sorted by name.
    pub fn resource_types(self) -> impl Iterator<Item = ResourceType<'a>> {
        self.lines.resources.clone().map(move |line| ResourceType { service: self, line: self.catalogue.line(line) })
    }

    /// Its type of resource of a name.
    pub fn resource_type(self, name: &str) -> Option<ResourceType<'a>> {
        self.resource_types().find(|it| it.name() == name)
    }

    fn keys(self, numbers: &'a str, between: char) -> impl Iterator<Item = ConditionKey<'a>> {
        numbers.split(between).filter_map(|number| number.parse().ok()).filter_map(move |number| {
            let line = self.catalogue.key_line(number)?;
            Some(ConditionKey { name: field(line, 1), value_type: field(line, 2) })
        })
    }
}

impl<'a> KnownAction<'a> {
    /// The service that it belongs to.
    pub const fn service(self) -> Service<'a> {
        self.service
    }

    /// Its name as documented, without the service: `GetObject`.
    pub fn name(self) -> &'a str {
        field(self.line, 1)
    }

    /// Its name as policies write it: `s3:GetObject`.
    pub fn full_name(self) -> String {
        format!("{}:{}", self.service.prefix(), self.name())
    }

    /// What it does.
    pub fn level(self) -> AccessLevel {
        match field(self.line, 2) {
            "L" => AccessLevel::List,
            "R" => AccessLevel::Read,
            "T" => AccessLevel::Tagging,
            "P" => AccessLevel::Permissions,
            _ => AccessLevel::Write,
        }
    }

    /// The types of resources that it works on; none where a policy can name nothing but `*`.
    pub fn resource_uses(self) -> impl Iterator<Item = ResourceUse<'a>> {
        field(self.line, 3).split_terminator(';').map(move |text| {
            let (name, numbers) = text.split_once('=').unwrap_or((text, ""));
            let plain = name.strip_suffix('!');
            ResourceUse {
                resource_type: plain.unwrap_or(name),
                required: plain.is_some(),
                keys: self.service.keys(numbers, ',').collect(),
            }
        })
    }

    /// Whether a policy can allow it on `*` only: it has no type of resource.
    pub fn is_wildcard_only(self) -> bool {
        field(self.line, 3).is_empty()
    }

    /// The condition keys that its requests carry, whatever the resource.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey<'a>> {
        self.service.keys(field(self.line, 4), ' ')
    }

    /// The actions that the caller may need beside it: `iam:PassRole`.
    pub fn dependent_actions(self) -> impl Iterator<Item = &'a str> {
        field(self.line, 5).split_ascii_whitespace()
    }
}

impl<'a> ResourceType<'a> {
    /// Its name: `bucket`.
    pub fn name(self) -> &'a str {
        field(self.line, 1)
    }

    /// The shapes of its ARN, with placeholders: `arn:${Partition}:s3:::${BucketName}`. Nearly always one; a few types of
    /// API Gateway, Greengrass and Lex have two.
    pub fn arn_shapes(self) -> impl Iterator<Item = &'a str> {
        field(self.line, 2).split(", ")
    }

    /// Its shapes as patterns for a partition, everything else that may vary as `*`.
    pub fn arn_patterns(self, partition: &str) -> impl Iterator<Item = String> {
        self.arn_shapes().map(move |shape| filled(shape, |name| if name == "Partition" { partition } else { "*" }))
    }

    /// The condition keys that are about it.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey<'a>> {
        self.service.keys(field(self.line, 3), ' ')
    }
}

/// A text with something for each `${placeholder}` in it, by its name.
pub(crate) fn filled<'t>(text: &str, by_name: impl Fn(&str) -> &'t str) -> String {
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(by_name(name));
        rest = after;
    }
    filled + rest
}

fn field(line: &str, number: usize) -> &str {
    line.split('\t').nth(number).unwrap_or_default()
}
