//! Which pairs of action and resource of a statement come to something.
//!
//! A statement that names the actions of a table and of a queue together with both ARNs allows four pairs, of which AWS
//! ever asks two: an action is asked for on the types of resources that it works on, and each type's ARN has its shape
//! (service authorization reference). Who gets the same two by two statements has lost nothing. Where it is not certain
//! that a pair comes to nothing, it comes to something; that reference lags behind, and AWS's own policies say more.

use crate::domain::policy::catalogue::{Catalogue, KnownAction, ResourceType, Service, filled};
use crate::domain::policy::{ActionPattern, Pattern};
use std::collections::{BTreeMap, BTreeSet};

/// The names that never hold a slash, by the service in the ARN (the naming rules of buckets in the S3 user guide, of tables
/// in the `DynamoDB` developer guide): what stands behind one is something within the bucket or the table.
const WITHOUT_SLASH: [(&str, &str); 2] = [("s3", "BucketName"), ("dynamodb", "TableName")];

/// Tells which pairs come to something; what it found of actions and services it keeps.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    /// Without it everything comes to something.
    catalogue: Option<&'a Catalogue>,
    actions: BTreeMap<String, Option<Asked<'a>>>,
    services: BTreeMap<&'a str, Shapes<'a>>,
}

/// What an action, or those that a pattern stands for, is asked for.
#[derive(Debug)]
struct Asked<'a> {
    service: Service<'a>,
    /// Resources of these types.
    types: BTreeSet<&'a str>,
    /// One of them knows no resource. Whether AWS asks for it on `*` alone is not certain: `logs:DescribeLogGroups` is
    /// allowed by the ARN of a log group, too.
    has_untyped: bool,
}

/// The shapes of a service's resources, by their types.
type Shapes<'a> = Vec<(&'a str, Vec<Shape>)>;

/// The ARNs of a type of resource. Partition, region and account are left out, for the catalogue leaves them empty where
/// requests do not, and so is case.
#[derive(Debug)]
struct Shape {
    service: Pattern,
    resource: Pattern,
    whole: Pattern,
    /// How many slashes its resource part holds, where that is certain.
    slashes: Option<usize>,
}

/// What a statement names, each variable as `*`.
#[derive(Debug)]
enum Named {
    /// By the parts of an ARN; how many slashes its resource part holds at least.
    Arn { service: Pattern, resource: Pattern, slashes: usize },
    /// Not written as an ARN: held against all of one.
    Text(Pattern),
}

impl<'a> Pairs<'a> {
    pub(super) fn new(catalogue: Option<&'a Catalogue>) -> Self {
        Self { catalogue, ..Self::default() }
    }

    /// Whether the action, or one that a pattern stands for, may be asked for on a resource that is named so.
    pub(super) fn come_to_something(&mut self, action: &str, resource: &str) -> bool {
        let Some(catalogue) = self.catalogue else { return true };
        if Pattern::new(resource).is_everything() {
            return true;
        }
        let asked = self.actions.entry(action.to_ascii_lowercase());
        let Some(asked) = asked.or_insert_with(|| Asked::by(catalogue, action)) else { return true };
        let shapes = self.services.entry(asked.service.prefix()).or_insert_with(|| shapes(asked.service));
        asked.may_be_on(&Named::new(resource), shapes)
    }
}

impl<'a> Asked<'a> {
    /// `None`: that is not known.
    fn by(catalogue: &'a Catalogue, action: &str) -> Option<Self> {
        let pattern = ActionPattern::new(action);
        if pattern.is_everything() {
            return None;
        }
        let actions: Vec<KnownAction<'_>> = catalogue.expand(&pattern).collect();
        let service = actions.first()?.service();
        let has_untyped = actions.iter().any(|action| action.is_wildcard_only());
        let types = actions.iter().flat_map(|action| action.resource_uses()).map(|used| used.resource_type).collect();
        Some(Self { service, types, has_untyped })
    }

    /// On a resource of its own; or on one of its service's of which it is not certain that it is another's.
    fn may_be_on(&self, named: &Named, shapes: &Shapes<'_>) -> bool {
        let is_own = |name: &str| self.types.contains(name);
        let overlaps = |of: &[Shape]| of.iter().any(|shape| shape.overlaps(named));
        let is_known = self.types.iter().all(|own| shapes.iter().any(|(name, of)| name == own && !of.is_empty()));
        if !is_known || shapes.iter().any(|(name, of)| is_own(name) && overlaps(of)) {
            return true;
        }
        let is_of_service = named.is_of(self.service.prefix())
            || shapes.iter().flat_map(|(_, of)| of).any(|shape| named.is_of_service(&shape.service));
        is_of_service && (self.has_untyped || !shapes.iter().any(|(_, of)| overlaps(of)))
    }
}

fn shapes(service: Service<'_>) -> Shapes<'_> {
    service.resource_types().map(|kind| (kind.name(), Shape::all_of(kind))).collect()
}

impl Shape {
    /// Those of a type of resource, which may have several; none where it is no ARN.
    fn all_of(kind: ResourceType<'_>) -> Vec<Self> {
        kind.arn_shapes().map(Self::of).collect::<Option<_>>().unwrap_or_default()
    }

    fn of(shape: &str) -> Option<Self> {
        let [_, _, service, _, _, resource] = shape.splitn(6, ':').collect::<Vec<_>>().try_into().ok()?;
        let slashes = slashes(service, resource);
        let plain = |part: &str| without_variables(part).to_ascii_lowercase();
        let (service, resource) = (plain(service), plain(resource));
        let whole = Pattern::new(&format!("arn:*:{service}:*:*:{resource}"));
        Some(Self { service: Pattern::new(&service), resource: Pattern::new(&resource), whole, slashes })
    }

    fn overlaps(&self, named: &Named) -> bool {
        match named {
            Named::Text(text) => text.overlaps(&self.whole),
            Named::Arn { service, resource, slashes } => {
                self.slashes.is_none_or(|own| *slashes <= own)
                    && service.overlaps(&self.service)
                    && resource.overlaps(&self.resource)
            }
        }
    }
}

impl Named {
    fn new(text: &str) -> Self {
        let text = without_variables(text).to_ascii_lowercase();
        if !text.starts_with("arn:") {
            return Self::Text(Pattern::new(&text));
        }
        // what a short ARN leaves out may be anything
        let mut parts = text.splitn(6, ':').skip(2);
        let (service, resource) = (parts.next().unwrap_or("*"), parts.nth(2).unwrap_or("*"));
        let slashes = resource.matches('/').count();
        Self::Arn { service: Pattern::new(service), resource: Pattern::new(resource), slashes }
    }

    fn is_of(&self, prefix: &str) -> bool {
        self.is_of_service(&Pattern::text(&prefix.to_ascii_lowercase()))
    }

    /// Whether it may name a resource of a service, by what stands for that in ARNs.
    fn is_of_service(&self, other: &Pattern) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Arn { service, .. } => service.overlaps(other),
        }
    }
}

/// How many slashes a resource part of that shape holds; `None` where a name in it may hold any number.
fn slashes(service: &str, shape: &str) -> Option<usize> {
    let (mut count, mut rest) = (0, shape);
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        if !WITHOUT_SLASH.contains(&(service, name)) {
            return None;
        }
        count += before.matches('/').count();
        rest = after;
    }
    (!rest.contains('*')).then(|| count + rest.matches('/').count())
}

/// The text with a `*` for each variable.
fn without_variables(text: &str) -> String {
    filled(text, |_| "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let text = "catalogue 1
S\tapigateway\tAmazon API Gateway
R\tAccount\tarn:${Partition}:apigateway:${Region}::/account\t
R\tStage\tarn:${Partition}:apigateway:${Region}::/apis/${ApiId}/stages/${StageName}, arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/stages/${StageName}\t
A\tSetWebACL\tW\tStage!\t\t
S\tdynamodb\tAmazon DynamoDB
R\tindex\tarn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/index/${IndexName}\t
R\ttable\tarn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}\t
A\tGetItem\tR\ttable!\t\t
A\tListTables\tL\t\t\t
A\tQuery\tR\tindex;table!\t\t
A\tSkipped\tR\tnowhere!\t\t
S\tec2-instance-connect\tAmazon EC2 Instance Connect
R\tinstance\tarn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}\t
A\tSendSSHPublicKey\tW\tinstance!\t\t
S\ts3\tAmazon S3
R\taccesspoint\tarn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}\t
R\tbucket\tarn:${Partition}:s3:::${BucketName}\t
R\tobject\tarn:${Partition}:s3:::${BucketName}/${ObjectName}\t
A\tGetBucketLocation\tR\tbucket!\t\t
A\tGetObject\tR\tobject!\t\t
A\tListAllMyBuckets\tL\t\t\t
A\tListBucket\tL\taccesspoint;bucket\t\t
S\tsqs\tAmazon SQS
R\tqueue\tarn:${Partition}:sqs:${Region}:${Account}:${QueueName}\t
A\tSendMessage\tW\tqueue!\t\t
";
        Catalogue::read(text.to_owned()).unwrap()
    }

    fn come(action: &str, resource: &str) -> bool {
        Pairs::new(Some(&catalogue())).come_to_something(action, resource)
    }

    const TABLE: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/carts";
    const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:carts";
    const BUCKET: &str = "arn:aws:s3:::logs";
    const OBJECTS: &str = "arn:aws:s3:::logs/*";

    #[test]
    fn an_action_is_asked_for_on_what_it_works_on() {
        for (action, resource, expected) in [
            ("dynamodb:GetItem", TABLE, true),
            ("DYNAMODB:getitem", TABLE, true),
            ("sqs:SendMessage", TABLE, false),
            ("dynamodb:GetItem", QUEUE, false),
            ("sqs:SendMessage", QUEUE, true),
            ("ec2-instance-connect:SendSSHPublicKey", "arn:aws:ec2:*:*:instance/*", true),
            ("ec2-instance-connect:SendSSHPublicKey", "arn:aws:sqs:*:*:*", false),
            ("apigateway:SetWebACL", "arn:aws:apigateway:*::/restapis/*/stages/*", true),
            ("apigateway:SetWebACL", "arn:aws:apigateway:*::/apis/*/stages/*", true),
            ("apigateway:SetWebACL", "arn:aws:apigateway:*::/account", false),
            ("dynamodb:Query", "arn:aws:dynamodb:*:*:table/carts/index/*", true),
            ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/carts/index/*", false),
            ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/*", true),
            ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:*/carts", true),
            ("s3:ListBucket", BUCKET, true),
            ("s3:ListBucket", OBJECTS, false),
            ("s3:ListBucket", "arn:aws:s3:eu-west-1:111122223333:accesspoint/logs", true),
            ("s3:GetBucketLocation", BUCKET, true),
            ("s3:GetBucketLocation", OBJECTS, false),
            ("s3:GetObject", BUCKET, false),
            ("s3:GetObject", OBJECTS, true),
        ] {
            assert_eq!(come(action, resource), expected, "{action} on {resource}");
        }
    }

    #[test]
    fn a_pattern_is_asked_for_what_any_of_its_actions_is() {
        for (action, resource, expected) in [
            ("s3:Get*", BUCKET, true),
            ("s3:Get*", OBJECTS, true),
            ("s3:Get*", QUEUE, false),
            ("s3:ListB*", OBJECTS, false),
            ("s3:ListB*", "arn:aws:s3:::*", true),
            ("sqs:*", QUEUE, true),
            ("sqs:*", TABLE, false),
            ("*", TABLE, true),
            ("*:*", TABLE, true),
        ] {
            assert_eq!(come(action, resource), expected, "{action} on {resource}");
        }
    }

    #[test]
    fn what_is_not_certain_comes_to_something() {
        for (action, resource) in [
            ("new:Action", TABLE),
            ("sqs:NewAction", TABLE),
            ("sqs:New*", TABLE),
            ("dynamodb:Skipped", QUEUE),
            ("sqs:SendMessage", "arn:aws:sqs:*:*:*"),
            ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:new-type/carts"),
            ("s3:GetObject", "*"),
            ("s3:GetObject", "**"),
            ("s3:GetObject", "arn:aws:s3:::logs*"),
            ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/bucket}"),
            ("s3:ListBucket", "arn:aws:s3:::${aws:PrincipalTag/bucket}"),
            ("s3:GetObject", "arn:${aws:Partition}:s3:::logs/a"),
            ("s3:GetObject", "arn:aws:s3"),
            ("s3:GetObject", "arn:aws:*"),
            ("s3:GetObject", "arn:aws:S3:eu-west-1:111122223333:logs/a"),
            ("s3:GetObject", "*:s3:::logs/*"),
            ("s3:GetObject", "*"),
            ("dynamodb:GetItem", "arn:aws:dynamodb::111122223333:TABLE/carts"),
        ] {
            assert!(come(action, resource), "{action} on {resource}");
        }
        assert!(Pairs::new(None).come_to_something("sqs:SendMessage", TABLE), "without a catalogue nothing is certain");
    }

    #[test]
    fn an_action_that_knows_no_resource_may_be_asked_for_on_those_of_its_service() {
        for (action, resource, expected) in [
            ("s3:ListAllMyBuckets", "*", true),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::*", true),
            ("s3:ListAllMyBuckets", BUCKET, true),
            ("s3:ListAllMyBuckets", "arn:aws:sqs:*:*:*", false),
            ("dynamodb:ListTables", "arn:aws:dynamodb:*:*:table/*", true),
            ("dynamodb:L*", "arn:aws:dynamodb:*:*:table/*", true),
            ("dynamodb:L*", QUEUE, false),
        ] {
            assert_eq!(come(action, resource), expected, "{action} on {resource}");
        }
    }
}
