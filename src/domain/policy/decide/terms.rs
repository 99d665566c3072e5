//! What a request and its layers have in common before any statement is read: whose accounts, which layers there are.

use super::scale::{Sides, Terms};
use crate::domain::policy::layers::{Layer, Layers};
use crate::domain::policy::request::Request;
use crate::domain::policy::requester::RequesterKind;

/// The terms on which the layers weigh this request.
pub(crate) fn terms(request: &Request, layers: &Layers) -> Terms {
    let sides = sides(request);
    let leaves_open = |layer: &Layer| match layer {
        Layer::Identity | Layer::Boundary | Layer::Session => true,
        Layer::Resource => sides != Sides::Either,
        _ => false,
    };
    let is_there = |layer: &Layer| {
        layers.levels(*layer) > 0 || *layer == Layer::Session && request.principal.needs_session_policy()
    };
    let is_unread = |layer: &Layer| layers.unread.has(*layer) && leaves_open(layer);
    Terms {
        sides,
        root: request.principal.kind() == RequesterKind::Root,
        there: Layer::WEIGHED.into_iter().filter(is_there).collect(),
        unread: Layer::WEIGHED.into_iter().filter(is_unread).collect(),
    }
}

/// Whether a layer is left out: SCPs and RCPs do not reach service-linked roles, SCPs nobody but users and roles, and a
/// bucket's policy not the owner who sees to it.
///
/// AWS Organizations user guide, "Service control policies": "SCPs affect only IAM users and roles that are managed by
/// accounts that are part of the organization."
pub(crate) fn is_left_out(request: &Request, layer: Layer) -> bool {
    match layer {
        Layer::Scp => request.principal.is_service_linked() || !request.principal.has_policies(),
        Layer::Rcp => request.principal.is_service_linked(),
        Layer::Resource => request.passes_by_bucket_policy(),
        _ => false,
    }
}

/// Whether AWS is known to ask RCPs about actions of this service, by its prefix.
pub(crate) fn is_reached_by_rcps(service: &str) -> bool {
    RCP_SERVICES.split(' ').any(|own| own == service)
}

/// AWS Organizations user guide, "List of AWS services that support RCPs", as of September 2026; it grows.
const RCP_SERVICES: &str = "\
    aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch \
    cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend \
    comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose \
    fis fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications \
    opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3 secretsmanager \
    servicediscovery signin sqs sts support swf textract timestream-influxdb transcribe transfer translate wafv2 \
    workspaces xray";

fn sides(request: &Request) -> Sides {
    let caller = request.principal.account();
    if !request.principal.has_policies() {
        Sides::ResourceAlone
    } else if request.account_of_resource() != caller {
        Sides::Both
    } else if request.needs_resource_policy() {
        Sides::ResourceFirst
    } else {
        Sides::Either
    }
}
