//! What is asked of AWS: who, what, on what, and under which circumstances.

use super::action::Action;
use super::context::Context;
use super::requester::{Requester, RequesterKind};
use super::resource::Resource;
use crate::domain::model::Name;

/// A request that AWS would have to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Who makes it.
    pub principal: Requester,
    /// What it asks for.
    pub action: Action,
    /// On what: an ARN, `*`, or a pattern that stands for all it matches.
    pub resource: Resource,
    /// The account that owns the resource, where its ARN does not say so (a bucket's) or says otherwise.
    pub resource_account: Option<Name>,
    /// The circumstances.
    pub context: Context,
}

impl Request {
    /// A request without any circumstances.
    ///
    /// ```
    /// use rolecall::domain::policy::Request;
    ///
    /// let request = Request::new("arn:aws:iam::111122223333:role/api", "s3:GetObject", "arn:aws:s3:::shop/a");
    /// assert_eq!(request.account_of_resource(), Some("111122223333"), "a bucket's ARN names none");
    /// ```
    pub fn new(principal: &str, action: &str, resource: &str) -> Self {
        Self {
            principal: Requester::read(principal),
            action: Action::new(action),
            resource: Resource::new(resource),
            resource_account: None,
            context: Context::default(),
        }
    }

    /// The account the resource is taken to be in: as given, else the ARN's, else the caller's.
    pub fn account_of_resource(&self) -> Option<&str> {
        self.resource_account.as_deref().or_else(|| self.resource.account()).or_else(|| self.principal.account())
    }

    /// Whether the resource's own policy must allow, whoever asks: a role that is assumed, a KMS key.
    ///
    /// AWS KMS developer guide, "Key policies": without one that allows it nobody can use the key. IAM user guide, "Roles
    /// terms and concepts": the trust policy names who may assume the role.
    pub fn needs_resource_policy(&self) -> bool {
        let is_of_role = || self.resource.service() == Some("iam") && self.resource.as_str().contains(":role/");
        match (self.action.service(), self.action.name()) {
            ("sts", name) if name.starts_with("assumerole") => true,
            ("sts", "tagsession" | "setsourceidentity" | "setcontext") => is_of_role(),
            // what is done to an alias is asked of the alias, and apart from that of its key
            ("kms", "createalias" | "updatealias" | "deletealias") => {
                self.resource.service() == Some("kms") && self.resource.aliased().is_none()
            }
            ("kms", name) => !WITHOUT_KEY.contains(&name),
            _ => false,
        }
    }

    /// Whether the root user sees to the policy of a bucket of its own account, from which that policy cannot keep it.
    ///
    /// Amazon S3 API reference, `PutBucketPolicy` and its like: "the root principal in a bucket owner's AWS account can perform
    /// the `GetBucketPolicy`, `PutBucketPolicy`, and `DeleteBucketPolicy` API actions, even if their bucket policy explicitly
    /// denies the root principal's access"; VPC endpoint policies and those of AWS Organizations can block it.
    pub fn passes_by_bucket_policy(&self) -> bool {
        self.principal.kind() == RequesterKind::Root
            && self.action.service() == "s3"
            && matches!(self.action.name(), "getbucketpolicy" | "putbucketpolicy" | "deletebucketpolicy")
            && self.account_of_resource() == self.principal.account()
    }

    /// What policies are held against: the resource that is asked for; where that names a KMS key by an alias, every key
    /// that the alias may stand for.
    ///
    /// AWS KMS developer guide, "Use aliases to control access to KMS keys": an alias in the `Resource` of a policy "applies
    /// to the alias resource, not to any KMS key that might be associated with it".
    pub fn judged(&self) -> &Resource {
        self.aliased().unwrap_or(&self.resource)
    }

    /// Whether it names a KMS key by an alias, which does not tell which key it is.
    pub fn is_by_alias(&self) -> bool {
        self.aliased().is_some()
    }

    fn aliased(&self) -> Option<&Resource> {
        self.resource.aliased().filter(|_| self.action.service() == "kms" && self.needs_resource_policy())
    }

    /// Whether everybody who may make it at all is let through, whatever policies say, an explicit Deny too.
    ///
    /// AWS STS API reference, `GetCallerIdentity`: "No permissions are required to perform this operation". `GetSessionToken`:
    /// "No permissions are required for users to perform this operation", and "you cannot use policies to control
    /// authentication operations" (IAM user guide, "Permissions for `GetSessionToken`").
    pub fn takes_no_permission(&self) -> bool {
        self.action.service() == "sts"
            && matches!(self.action.name(), "getcalleridentity" | "getsessiontoken")
            && self.closed().is_none()
    }

    /// Why AWS refuses it for who makes it, whatever policies say, if it does.
    ///
    /// AWS STS API reference, `AssumeRole`: "You cannot call `AssumeRole` by using AWS account root user credentials". IAM user
    /// guide, "Compare AWS STS credentials": what `AssumeRole` hands out cannot call `GetFederationToken` or
    /// `GetSessionToken`; what `GetFederationToken` does "cannot call AWS STS operations except `GetCallerIdentity`". AWS KMS
    /// API reference: requests must be signed; AWS STS API reference, of `AssumeRoleWithWebIdentity` and
    /// `AssumeRoleWithSAML` alone: they need no credentials.
    pub fn closed(&self) -> Option<Closed> {
        use RequesterKind as By;
        let (service, name) = (self.action.service(), self.action.name());
        let needs_signature = match service {
            "kms" => true,
            "sts" => matches!(
                name,
                "assumerole"
                    | "assumeroot"
                    | "decodeauthorizationmessage"
                    | "getaccesskeyinfo"
                    | "getcalleridentity"
                    | "getfederationtoken"
                    | "getsessiontoken"
            ),
            _ => return None,
        };
        match self.principal.kind() {
            By::Anonymous | By::Provider if needs_signature => Some(Closed::Unsigned),
            By::Root if (service, name) == ("sts", "assumerole") => Some(Closed::Root),
            By::FederatedUser if service == "sts" && !OF_FEDERATED.contains(&name) => Some(Closed::Federated),
            By::Role | By::Session | By::Service
                if service == "sts" && matches!(name, "getfederationtoken" | "getsessiontoken") =>
            {
                Some(Closed::Temporary)
            }
            _ => None,
        }
    }
}

/// Why AWS refuses a request before any policy is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Closed {
    /// The root user can assume no role.
    Root,
    /// It takes a user's own, lasting credentials.
    Temporary,
    /// Federated users ask nothing of AWS STS but who they are.
    Federated,
    /// It must be signed, and who makes it has no AWS credentials.
    Unsigned,
}

/// What of AWS STS a federated user's session may have to do with: what it can call, what takes no credentials, and what is no
/// operation but comes with one.
const OF_FEDERATED: [&str; 6] = [
    "getcalleridentity",
    "assumerolewithsaml",
    "assumerolewithwebidentity",
    "setcontext",
    "setsourceidentity",
    "tagsession",
];

/// The actions of KMS that are about no key (Service Authorization Reference, "AWS Key Management Service": they have no type
/// of resource). Of any other a key policy decides, whatever is asked for.
const WITHOUT_KEY: [&str; 11] = [
    "connectcustomkeystore",
    "createcustomkeystore",
    "createkey",
    "deletecustomkeystore",
    "describecustomkeystores",
    "disconnectcustomkeystore",
    "generaterandom",
    "listaliases",
    "listkeys",
    "listretirablegrants",
    "updatecustomkeystore",
];
