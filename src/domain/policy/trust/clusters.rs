//! Of which clusters a trust policy lets Pod Identity in: the service is one for all clusters of the account, and only
//! conditions tell them apart.
//!
//! EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity" and "Grant Pods access to AWS resources
//! based on tags".

use super::pod_identity::{ASSUME_ROLE, POD_IDENTITY_SERVICE};
use super::review::allows;
use super::wide::narrowing;
use crate::domain::model::Name;
use crate::domain::policy::action::Action;
use crate::domain::policy::document::{Document, Selection, Statement};
use crate::domain::policy::variable::Template;

/// The condition keys that name a cluster.
pub(super) const CLUSTER_KEYS: [&str; 3] =
    ["aws:requesttag/eks-cluster-arn", "aws:requesttag/eks-cluster-name", "aws:sourcearn"];

/// The clusters whose Pod Identity a trust policy lets in beside one's own, as its conditions name them, each once; `None`
/// among them: any of the account.
pub fn other_clusters(trust: &Document, is_own: impl Fn(&str) -> bool) -> Vec<Option<Name>> {
    let mut others = Vec::new();
    for (_, statement) in allows(trust).filter(|(_, own)| lets_pods_in(own)) {
        for cluster in of_statement(statement, &is_own) {
            if !others.contains(&cluster) {
                others.push(cluster);
            }
        }
    }
    others
}

fn lets_pods_in(statement: &Statement) -> bool {
    let mut principals = statement.principals.iter().flat_map(Selection::items);
    principals.any(|own| own.as_str() == POD_IDENTITY_SERVICE) && statement.actions.selects(&Action::new(ASSUME_ROLE))
}

/// Every condition has to hold: one that names nothing but one's own cluster lets in no other.
fn of_statement(statement: &Statement, is_own: impl Fn(&str) -> bool) -> Vec<Option<Name>> {
    let naming = narrowing(statement).filter(|own| CLUSTER_KEYS.contains(&own.key.folded()));
    let others = naming.map(|own| {
        let values = own.values.iter().map(Template::as_str).filter(|value| !is_own(value));
        values.map(|value| (value != "*").then(|| Name::from(value))).collect::<Vec<_>>()
    });
    let rank = |others: &Vec<Option<Name>>| (others.contains(&None), others.len());
    others.min_by_key(rank).unwrap_or_else(|| vec![None])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::document::Kind;

    fn others(condition: &str) -> Vec<Option<String>> {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{condition}}}]}}"#
        );
        let trust = Document::parse(&text, Kind::Trust).unwrap();
        let own = ["arn:aws:eks:eu-west-1:111122223333:cluster/prod", "prod"];
        let others = other_clusters(&trust, |value| own.contains(&value));
        others.into_iter().map(|own| own.map(|own| own.to_string())).collect()
    }

    #[test]
    fn only_ones_own_cluster_lets_in_no_other() {
        for condition in [
            r#"{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:eu-west-1:111122223333:cluster/prod"}}"#,
            r#"{"StringEquals":{"aws:RequestTag/eks-cluster-name":"prod"}}"#,
            r#"{"ArnEquals":{"aws:SourceArn":"arn:aws:eks:eu-west-1:111122223333:cluster/prod"}}"#,
            // both have to hold
            r#"{"StringEquals":{"aws:RequestTag/eks-cluster-name":"prod"},"StringLike":{"aws:SourceArn":"arn:aws:eks:*"}}"#,
        ] {
            assert_eq!(others(condition), [], "{condition}");
        }
    }

    #[test]
    fn any_other_is_named() {
        let any: Option<String> = None;
        for (condition, named) in [
            ("{}", any.clone()),
            (r#"{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"shop"}}"#, any.clone()),
            (r#"{"StringNotEquals":{"aws:RequestTag/eks-cluster-name":"prod"}}"#, any.clone()),
            (r#"{"StringEqualsIfExists":{"aws:RequestTag/eks-cluster-name":"prod"}}"#, any.clone()),
            (r#"{"StringLike":{"aws:RequestTag/eks-cluster-name":"*"}}"#, any),
            (r#"{"StringLike":{"aws:RequestTag/eks-cluster-name":"pro*"}}"#, Some("pro*".to_owned())),
            (r#"{"StringEquals":{"aws:RequestTag/eks-cluster-name":["prod","dev"]}}"#, Some("dev".to_owned())),
            (
                r#"{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:eu-west-1:111122223333:cluster/dev"}}"#,
                Some("arn:aws:eks:eu-west-1:111122223333:cluster/dev".to_owned()),
            ),
        ] {
            assert_eq!(others(condition), [named], "{condition}");
        }
    }
}
