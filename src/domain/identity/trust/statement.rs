//! The statement that lets in one ServiceAccount and no other, as it would stand in the trust policy
//! (EKS user guide, "Assign IAM roles to Kubernetes service accounts" and "Create IAM role with trust policy required by
//! EKS Pod Identity").

use crate::domain::policy::{ASSUME_WITH_WEB_IDENTITY, POD_IDENTITY_SERVICE, PodIdentity, WebIdentity, json_text};

/// For a token.
pub(super) fn for_token(who: &WebIdentity<'_>) -> String {
    let conditions =
        [(format!("{}:aud", who.issuer), who.audience.to_owned()), (format!("{}:sub", who.issuer), who.subject())];
    written(("Federated", &who.provider()), &[ASSUME_WITH_WEB_IDENTITY], &conditions)
}

/// For the role of an association. Without session tags only the cluster can be asked for.
pub(super) fn for_association(who: &PodIdentity<'_>) -> String {
    let tag = |tag: &str, value: &str| (format!("aws:RequestTag/{tag}"), value.to_owned());
    let conditions = if who.tags {
        vec![
            tag("eks-cluster-arn", who.cluster_arn),
            tag("kubernetes-namespace", who.namespace),
            tag("kubernetes-service-account", who.service_account),
        ]
    } else {
        vec![("aws:SourceArn".to_owned(), who.cluster_arn.to_owned())]
    };
    written(("Service", POD_IDENTITY_SERVICE), who.actions(), &conditions)
}

/// For the target role of an association.
pub(super) fn for_target(who: &PodIdentity<'_>, external_id: Option<&str>) -> String {
    let conditions: Vec<_> = external_id.map(|id| ("sts:ExternalId".to_owned(), id.to_owned())).into_iter().collect();
    written(("AWS", who.role), who.actions(), &conditions)
}

fn written((kind, principal): (&str, &str), actions: &[&str], conditions: &[(String, String)]) -> String {
    let actions: Vec<String> = actions.iter().map(|action| json_text(action)).collect();
    let actions = if let [one] = actions.as_slice() { one.clone() } else { format!("[{}]", actions.join(", ")) };
    let lines: Vec<String> =
        conditions.iter().map(|(key, value)| format!("    {}: {}", json_text(key), json_text(value))).collect();
    let conditions = match lines.as_slice() {
        [] => String::new(),
        lines => format!(",\n  \"Condition\": {{\"StringEquals\": {{\n{}\n  }}}}", lines.join(",\n")),
    };
    let principal = format!("{{{}: {}}}", json_text(kind), json_text(principal));
    format!("{{\n  \"Effect\": \"Allow\",\n  \"Principal\": {principal},\n  \"Action\": {actions}{conditions}\n}}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::{Document, Kind, Truth};
    use std::sync::Arc;

    fn trust(statement: &str) -> Arc<Document> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        Arc::new(Document::parse(&text, Kind::Trust).unwrap())
    }

    #[test]
    fn what_is_proposed_lets_in_whom_it_is_for_and_nobody_else() {
        let who = WebIdentity {
            role: "arn:aws-cn:iam::111122223333:role/api",
            issuer: "oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC",
            audience: "an \"odd\" one",
            namespace: "shop",
            service_account: "api",
            region: None,
        };
        let policy = trust(&for_token(&who));
        assert!(policy.remarks.is_empty(), "{:?}", policy.remarks);
        assert_eq!(who.review(&policy).answer, Truth::Yes);
        assert_eq!(WebIdentity { namespace: "dev", ..who.clone() }.review(&policy).answer, Truth::No);
    }

    #[test]
    fn pod_identity_needs_its_tags_or_their_absence() {
        for tags in [true, false] {
            let who = PodIdentity {
                role: "arn:aws:iam::111122223333:role/mailer",
                cluster_arn: "arn:aws:eks:eu-west-1:111122223333:cluster/prod",
                namespace: "shop",
                service_account: "mailer",
                pod: None,
                tags,
            };
            let policy = trust(&for_association(&who));
            assert!(policy.remarks.is_empty(), "{:?}", policy.remarks);
            assert_eq!(who.review(&policy).answer, Truth::Yes, "tags {tags}");
            let elsewhere = "arn:aws:eks:eu-west-1:111122223333:cluster/dev";
            assert_eq!(PodIdentity { cluster_arn: elsewhere, ..who }.review(&policy).answer, Truth::No, "tags {tags}");
        }
    }
}
