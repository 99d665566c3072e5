//! What is asked, spelled out: a pattern of actions becomes its actions, and an action without a resource the shape of
//! what it works on.

use crate::domain::model::{Name, Time};
use crate::domain::policy::catalogue::{Catalogue, KnownAction, ResourceType};
use crate::domain::policy::{ActionPattern, Context, Pattern, Request};
use std::collections::BTreeMap;

/// An action, and what it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The action, as documented where it is known.
    pub action: String,
    /// An ARN, `*`, or a pattern that stands for all it matches. Where no resource was named, one for each shape of what the
    /// action works on, the plainest first.
    pub resources: Vec<String>,
    /// The action takes no resource: a policy allows it on `*`.
    pub takes_no_resource: bool,
    /// What is odd about it: no such action is documented, this one needs others beside it.
    pub remarks: Vec<String>,
}

/// Who asks, and when.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The principal.
    pub principal: &'a str,
    /// What is known of its requests.
    pub context: &'a Context,
    /// Keys that are given over what was known of them: a key that is given more than once has several values.
    pub keys: &'a [(String, String)],
    /// Now.
    pub now: Time,
}

impl Asked {
    /// The requests that it is, one for each resource.
    pub fn requests(&self, by: Circumstances<'_>) -> Vec<Request> {
        self.resources.iter().map(|resource| self.request(resource, by)).collect()
    }

    /// The request for one resource, of the region and the account of that where these are certain.
    fn request(&self, resource: &str, by: Circumstances<'_>) -> Request {
        let context = by.context.clone();
        let mut request = Request { context, ..Request::new(by.principal, &self.action, resource) };
        request.context.set("aws:CurrentTime", by.now.to_string());
        request.context.set("aws:EpochTime", by.now.as_second().to_string());
        if let Some(region) = self.region_sent_to(&request).map(Name::from) {
            request.context.set("aws:RequestedRegion", region);
        }
        if let Some(account) = self.account_asked(&request).map(Name::from) {
            request.context.set("aws:ResourceAccount", account);
        }
        let mut given: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (key, value) in by.keys {
            given.entry(key).or_default().push(value);
        }
        for (key, values) in given {
            if let ([account], true) = (values.as_slice(), key.eq_ignore_ascii_case("aws:ResourceAccount")) {
                // whose the resource is decides which sides have to allow
                request.resource_account = Some(Name::from(*account));
            }
            match values.as_slice() {
                [one] => request.context.set(key, *one),
                many => request.context.set_many(key, many.iter().copied()),
            }
        }
        request
    }

    /// The region whose endpoint the request goes to: that of the resource's ARN.
    ///
    /// IAM user guide, "AWS global condition context keys", `aws:RequestedRegion`: it is the region of the endpoint, and
    /// a global service's is where that one endpoint stands. Not known are therefore
    /// - an ARN without a region (IAM, an S3 bucket, a multi-region access point) or with a pattern for one,
    /// - an ARN of another service than the action's: a global service may be asked about it,
    /// - an action between two regions: a snapshot is copied by its new region, a peer is asked for from here.
    fn region_sent_to<'a>(&self, request: &'a Request) -> Option<&'a str> {
        let name = request.action.name();
        let is_of_one_region = !["copy", "replica", "peering"].iter().any(|between| name.contains(between));
        let is_own = request.resource.service() == Some(request.action.service());
        let region = request.resource.region()?;
        (is_of_one_region && is_own && !self.takes_no_resource).then_some(region)
    }

    /// The account that its resource belongs to: that of the ARN.
    ///
    /// IAM user guide, "AWS global condition context keys", `aws:ResourceAccount`: actions between two accounts do not
    /// carry it, and no action of EBS does.
    fn account_asked<'a>(&self, request: &'a Request) -> Option<&'a str> {
        let (service, name) = (request.action.service(), request.action.name());
        let between =
            ["accept", "reject", "associate", "copy", "peering", "invitation", "createvolume", "createvpcendpoint"];
        let is_of_one_account = service != "ebs" && !between.iter().any(|between| name.contains(between));
        let is_own = request.resource.service() == Some(service);
        let account = request.resource.account()?;
        (is_of_one_account && is_own && !self.takes_no_resource).then_some(account)
    }
}

/// What an action, or a pattern of them, asks for. Where no resource is named it is that of the role's account.
///
/// `role` is the ARN of who asks: its partition and account stand in the shapes.
pub fn spelled_out(catalogue: &Catalogue, role: &str, action: &str, resource: Option<&str>) -> Vec<Asked> {
    let whole = resource.map(filled_up);
    let resource = whole.as_deref();
    if !action.contains(['*', '?']) {
        return match catalogue.action(action) {
            Some(known) => vec![of_known(known, role, resource)],
            None => vec![of_unknown(catalogue, action, resource)],
        };
    }
    let pattern = ActionPattern::new(action);
    let found: Vec<Asked> = catalogue.expand(&pattern).map(|known| of_known(known, role, resource)).collect();
    if found.is_empty() { vec![of_unknown(catalogue, action, resource)] } else { found }
}

/// A pattern of fewer parts than an ARN has, filled up as policies are: `arn:aws:s3*` is `arn:aws:s3*:*:*:*`.
fn filled_up(resource: &str) -> String {
    let missing = 5_usize.saturating_sub(resource.matches(':').count());
    let is_short = resource.starts_with("arn:") && resource.contains(['*', '?']);
    if is_short { format!("{resource}{}", ":*".repeat(missing)) } else { resource.to_owned() }
}

fn of_known(known: KnownAction<'_>, role: &str, resource: Option<&str>) -> Asked {
    let mut remarks = Vec::new();
    let takes_no_resource = known.is_wildcard_only();
    if takes_no_resource && resource.is_some_and(|resource| resource != "*") {
        remarks.push(format!("{} takes no resource: AWS asks for it on *", known.full_name()));
    }
    let dependent: Vec<&str> = known.dependent_actions().collect();
    if !dependent.is_empty() {
        remarks.push(format!("it may need {} too", dependent.join(", ")));
    }
    let named = resource.filter(|_| !takes_no_resource).map(|resource| vec![resource.to_owned()]);
    remarks.extend(named.iter().flatten().filter_map(|resource| of_another_kind(known, role, resource)));
    let resources = named.unwrap_or_else(|| shapes(known, role));
    Asked { action: known.full_name(), resources, takes_no_resource, remarks }
}

fn of_unknown(catalogue: &Catalogue, action: &str, resource: Option<&str>) -> Asked {
    let meant = catalogue.did_you_mean(action);
    let hint = if meant.is_empty() { String::new() } else { format!(": did you mean {}?", meant.join(" or ")) };
    let remarks = vec![format!("AWS documents no action {action}{hint}")];
    let resources = vec![resource.unwrap_or("*").to_owned()];
    Asked { action: action.to_owned(), resources, takes_no_resource: false, remarks }
}

/// That a resource is of no type that the action is documented for: no policy allows it there.
fn of_another_kind(known: KnownAction<'_>, role: &str, resource: &str) -> Option<String> {
    let kinds = known.resource_uses().filter_map(|used| known.service().resource_type(used.resource_type));
    let mut shapes = kinds.flat_map(|kind| kind.arn_patterns("*")).peekable();
    shapes.peek()?;
    let asked = Pattern::new(resource);
    let is_none = resource != "*" && !shapes.any(|shape| Pattern::new(&shape).overlaps(&asked));
    let works_on = || self::shapes(known, role).join(", ");
    is_none.then(|| format!("{} works on {}, and {resource} is none of these", known.full_name(), works_on()))
}

/// The shapes of what it works on: of every type that it needs, else of those that it may be asked for; the plainest first.
/// An access point is another way to a bucket, and none that has to be allowed beside it (S3 user guide, "Configuring IAM
/// policies for using access points").
fn shapes(known: KnownAction<'_>, role: &str) -> Vec<String> {
    let needs_some = known.resource_uses().any(|used| used.required);
    let uses = known.resource_uses().filter(|used| used.required || !needs_some);
    let mut kinds: Vec<_> = uses.filter_map(|used| known.service().resource_type(used.resource_type)).collect();
    if kinds.iter().any(|kind| !is_access_point(*kind)) {
        kinds.retain(|kind| !is_access_point(*kind));
    }
    let mut own = role.split(':');
    let (partition, account) = (own.nth(1).unwrap_or("aws"), own.nth(2).unwrap_or_default());
    let within = |pattern: &str| match pattern.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        [arn, partition, service, region, "*", rest] if !account.is_empty() => {
            [arn, partition, service, region, account, rest].join(":")
        }
        _ => pattern.to_owned(),
    };
    let shapes = kinds.iter().flat_map(|kind| kind.arn_patterns(partition)).map(|pattern| within(&pattern));
    let mut shapes: Vec<String> = shapes.collect();
    shapes.sort_by_key(String::len);
    shapes.dedup();
    if shapes.is_empty() { vec!["*".to_owned()] } else { shapes }
}

fn is_access_point(kind: ResourceType<'_>) -> bool {
    kind.name().starts_with("accesspoint")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::{KeyName, Others, Value, Values};

    const ROLE: &str = "arn:aws:iam::111122223333:role/api";

    fn catalogue() -> Catalogue {
        let text = "catalogue 1\nS\ts3\tAmazon S3\nR\tbucket\tarn:${Partition}:s3:::${Bucket}\t\n\
                    R\tobject\tarn:${Partition}:s3:::${Bucket}/${Key}\t\nR\taccesspointobject\tarn:${Partition}:s3:::ap/${Key}\t\n\
                    A\tGetObject\tR\tobject!\t\t\nA\tListAllMyBuckets\tL\t\t\t\n\
                    A\tPutObject\tW\taccesspointobject;object\t\t\nS\tsqs\tAmazon SQS\n\
                    R\tqueue\tarn:${Partition}:sqs:${Region}:${Account}:${Queue}\t\n\
                    R\ttask\tarn:${Partition}:sqs:${Region}:${Account}:task/${Task}\t\n\
                    A\tSendMessage\tW\tqueue!\t\t\nA\tStartTask\tW\tqueue!;task!\t\t\nA\tTagQueue\tT\tqueue;task\t\t\n";
        let two = "arn:${Partition}:lex:${Region}:${Account}:bot/${Id}, arn:${Partition}:lex:${Region}:${Account}:bot:${Name}";
        let text =
            text.replace("S\ts3", &format!("S\tlex\tAmazon Lex\nR\tbot\t{two}\t\nA\tGetBot\tR\tbot!\t\t\nS\ts3"));
        Catalogue::read(text).unwrap()
    }

    fn asked_for(action: &str) -> Vec<(String, String)> {
        let asked = spelled_out(&catalogue(), ROLE, action, None);
        asked.into_iter().map(|asked| (asked.action, asked.resources.join(" "))).collect()
    }

    #[test]
    fn an_action_without_resource_is_asked_for_the_shape_of_what_it_works_on() {
        assert_eq!(asked_for("s3:getobject"), [("s3:GetObject".into(), "arn:aws:s3:::*/*".into())]);
        assert_eq!(
            asked_for("sqs:SendMessage"),
            [("sqs:SendMessage".into(), "arn:aws:sqs:*:111122223333:*".into())],
            "in the role's own account"
        );
        assert_eq!(asked_for("s3:*").len(), 3);
        assert_eq!(asked_for("s3:ListAllMyBuckets"), [("s3:ListAllMyBuckets".into(), "*".into())]);
        let bots = "arn:aws:lex:*:111122223333:bot/* arn:aws:lex:*:111122223333:bot:*";
        assert_eq!(asked_for("lex:GetBot"), [("lex:GetBot".into(), bots.into())], "each shape");
        let queues = "arn:aws:sqs:*:111122223333:* arn:aws:sqs:*:111122223333:task/*";
        assert_eq!(asked_for("sqs:StartTask"), [("sqs:StartTask".into(), queues.into())], "all that it needs");
        assert_eq!(asked_for("sqs:TagQueue"), [("sqs:TagQueue".into(), queues.into())], "all that it may be asked for");
        assert_eq!(asked_for("s3:PutObject"), [("s3:PutObject".into(), "arn:aws:s3:::*/*".into())], "no access point");
    }

    #[test]
    fn a_resource_is_asked_for_as_it_is_meant() {
        let resource = |action: &str, resource: &str| {
            let asked = spelled_out(&catalogue(), ROLE, action, Some(resource));
            asked[0].resources.join(" ")
        };
        assert_eq!(resource("s3:GetObject", "arn:aws:s3*"), "arn:aws:s3*:*:*:*", "filled up as policies are");
        assert_eq!(resource("s3:GetObject", "arn:aws:s3:::a:b*"), "arn:aws:s3:::a:b*");
        assert_eq!(resource("s3:GetObject", "arn:aws:s3"), "arn:aws:s3", "no pattern");
        assert_eq!(resource("s3:ListAllMyBuckets", "arn:aws:s3:::shop"), "*", "it takes no resource");
    }

    #[test]
    fn a_resource_of_another_kind_is_remarked() {
        let remarks =
            |action: &str, resource: &str| spelled_out(&catalogue(), ROLE, action, Some(resource)).remove(0).remarks;
        let said = |resource: &str| format!("s3:GetObject works on arn:aws:s3:::*/*, and {resource} is none of these");
        for resource in ["arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:s3:::shop"] {
            assert_eq!(remarks("s3:GetObject", resource), [said(resource)]);
        }
        for resource in ["arn:aws:s3:::shop/a", "arn:aws-cn:s3:::shop/*", "arn:aws:s3*", "*"] {
            assert!(remarks("s3:GetObject", resource).is_empty(), "{resource}");
        }
        assert!(remarks("s3:PutObject", "arn:aws:s3:::ap/a").is_empty(), "an access point will do");
    }

    /// What the request says of a key, over a context that says nothing.
    fn value(key: &str, action: &str, resource: &str, keys: &[(&str, &str)]) -> Option<String> {
        let keys: Vec<_> = keys.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let asked = spelled_out(&catalogue(), ROLE, action, Some(resource));
        let context = &Context::new(Others::Unknown);
        let by = Circumstances { principal: ROLE, context, keys: &keys, now: Time::UNIX_EPOCH };
        let request = asked[0].requests(by).remove(0);
        match request.context.value(&KeyName::new(key)) {
            Value::One(value) => Some(value.to_owned()),
            Value::Unknown => None,
            other => panic!("{other:?}"),
        }
    }

    fn region(action: &str, resource: &str, keys: &[(&str, &str)]) -> Option<String> {
        value("aws:RequestedRegion", action, resource, keys)
    }

    #[test]
    fn a_request_is_made_now() {
        let asked = |key: &str| value(key, "sqs:SendMessage", "*", &[]);
        assert_eq!(asked("aws:CurrentTime").as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(asked("aws:EpochTime").as_deref(), Some("0"));
        let given = value("aws:CurrentTime", "sqs:SendMessage", "*", &[("aws:currenttime", "2030-01-01T00:00:00Z")]);
        assert_eq!(given.as_deref(), Some("2030-01-01T00:00:00Z"), "what is given wins");
    }

    #[test]
    fn a_resource_belongs_to_the_account_in_its_arn() {
        let account = |action: &str, resource: &str| value("aws:ResourceAccount", action, resource, &[]);
        let queue = "arn:aws:sqs:eu-west-1:444455556666:orders";
        assert_eq!(account("sqs:SendMessage", queue).as_deref(), Some("444455556666"));
        for (action, resource, why) in [
            ("s3:GetObject", "arn:aws:s3:::shop/a", "a bucket's ARN has none"),
            ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:*:orders", "many"),
            ("sqs:SendMessage", "*", "no ARN"),
            ("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", "nobody's"),
            ("ec2:AcceptVpcPeeringConnection", "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1", "of two accounts"),
            ("ebs:GetSnapshotBlock", "arn:aws:ebs:eu-west-1:444455556666:snapshot/snap-1", "EBS sends none"),
            ("kms:Decrypt", queue, "another service's"),
        ] {
            assert_eq!(account(action, resource), None, "{why}");
        }
        let given = [("aws:ResourceAccount", "111122223333")];
        assert_eq!(value("aws:ResourceAccount", "sqs:SendMessage", queue, &given).as_deref(), Some("111122223333"));
    }

    #[test]
    fn a_request_goes_to_the_region_of_its_resource() {
        let queue = "arn:aws:sqs:eu-west-1:111122223333:orders";
        assert_eq!(region("sqs:SendMessage", queue, &[]).as_deref(), Some("eu-west-1"));
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/*";
        assert_eq!(region("DynamoDB:GetItem", table, &[]).as_deref(), Some("eu-west-1"), "every table of a region");
        let given = [("AWS:requestedregion", "us-east-1")];
        assert_eq!(region("sqs:SendMessage", queue, &given).as_deref(), Some("us-east-1"), "what is given wins");
    }

    #[test]
    fn the_region_stays_unknown_where_the_resource_does_not_tell() {
        for (action, resource, why) in [
            ("s3:GetObject", "arn:aws:s3:::shop/a", "a bucket's ARN has none"),
            ("sqs:SendMessage", "arn:aws:sqs:eu-*:111122223333:orders", "many"),
            ("sqs:SendMessage", "*", "no ARN"),
            ("s3:ListAllMyBuckets", "arn:aws:s3:eu-west-1:111122223333:accesspoint/a", "AWS asks for it on *"),
            ("iam:GetRole", "arn:aws:sqs:eu-west-1:111122223333:orders", "IAM is global"),
            ("ec2:CopySnapshot", "arn:aws:ec2:us-east-1::snapshot/snap-1", "the copy's region is asked"),
        ] {
            assert_eq!(region(action, resource, &[]), None, "{why}");
        }
    }

    #[test]
    fn an_unknown_action_is_asked_as_it_is_written_and_remarked() {
        let asked = spelled_out(&catalogue(), ROLE, "s3:GetObjct", Some("arn:aws:s3:::a/b"));
        assert_eq!(
            (asked[0].action.as_str(), asked[0].resources.join(" ")),
            ("s3:GetObjct", "arn:aws:s3:::a/b".into())
        );
        assert!(asked[0].remarks[0].contains("did you mean s3:GetObject"), "{:?}", asked[0].remarks);
    }
}
