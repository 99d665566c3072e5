//! Who keeps an object, by the labels and annotations that tools leave on what they apply.
//!
//! Argo CD user guide, "Resource Tracking"; Flux, `kustomize-controller` and `helm-controller` (owner labels); Helm,
//! "Adopting resources"; eksctl, "IAM Roles for Service Accounts"; EKS user guide, "Amazon EKS add-on fields".

use super::meta::Text;
use crate::domain::model::{Keeper, Tool};
use serde::Deserialize;

/// The labels that tell.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Labels<'a> {
    #[serde(rename = "argocd.argoproj.io/instance", borrow)]
    argo_instance: Option<Text<'a>>,
    #[serde(rename = "kustomize.toolkit.fluxcd.io/name", borrow)]
    kustomization: Option<Text<'a>>,
    #[serde(rename = "helm.toolkit.fluxcd.io/name", borrow)]
    helm_release: Option<Text<'a>>,
    #[serde(rename = "app.kubernetes.io/managed-by", borrow)]
    managed_by: Option<Text<'a>>,
}

/// The annotations that tell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks<'a> {
    /// `argocd.argoproj.io/tracking-id`: `APPLICATION:GROUP/KIND:NAMESPACE/NAME`.
    pub tracking_id: Option<&'a str>,
    /// `meta.helm.sh/release-name`.
    pub release: Option<&'a str>,
}

/// The field manager under which EKS applies what belongs to an add-on.
pub(super) const ADD_ON_MANAGER: &str = "eks";

/// Who keeps the object. Where several tools had a hand in it, the one that stands behind the others: Argo CD and Flux
/// both apply what Helm's charts say.
pub(super) fn keeper(labels: &Labels<'_>, marks: Marks<'_>, is_of_an_add_on: bool) -> Option<Keeper> {
    if is_of_an_add_on {
        return Some(Keeper::new(Tool::EksAddOn, None));
    }
    let managed_by = labels.managed_by.as_deref().unwrap_or_default();
    let application = marks.tracking_id.and_then(|id| id.split(':').next());
    let by_helm = marks.release.filter(|_| managed_by == "Helm");
    let found = [
        (Tool::ArgoCd, application.or(labels.argo_instance.as_deref())),
        (Tool::Flux, labels.helm_release.as_deref().or(labels.kustomization.as_deref())),
        (Tool::Helm, by_helm),
        (Tool::Eksctl, (managed_by == "eksctl").then_some("")),
    ];
    found.into_iter().find_map(|(tool, name)| Some(Keeper::new(tool, Some(name?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(labels: &str, tracking_id: Option<&str>, release: Option<&str>) -> Option<String> {
        let labels: Labels<'_> = serde_json::from_str(labels).unwrap();
        keeper(&labels, Marks { tracking_id, release }, false).map(|keeper| keeper.to_string())
    }

    #[test]
    fn the_tool_behind_the_others_keeps_it() {
        let helm = r#"{"app.kubernetes.io/managed-by":"Helm"}"#;
        assert_eq!(kept(helm, None, Some("shop")).as_deref(), Some("Helm (release shop)"));
        assert_eq!(
            kept(helm, Some("shop-prod:/ServiceAccount:shop/api"), Some("shop")).as_deref(),
            Some("Argo CD (application shop-prod)")
        );
        let flux = r#"{"app.kubernetes.io/managed-by":"Helm","helm.toolkit.fluxcd.io/name":"shop"}"#;
        assert_eq!(kept(flux, None, Some("shop")).as_deref(), Some("Flux (shop)"));
        assert_eq!(kept(r#"{"app.kubernetes.io/managed-by":"eksctl"}"#, None, None).as_deref(), Some("eksctl"));
        assert_eq!(kept(helm, None, None), None, "a chart rendered and applied by hand is kept by nobody");
        assert_eq!(kept("{}", None, Some("shop")), None);
    }

    #[test]
    fn an_add_on_keeps_it_whatever_else_is_written_on_it() {
        let labels: Labels<'_> = serde_json::from_str(r#"{"app.kubernetes.io/managed-by":"Helm"}"#).unwrap();
        let marks = Marks { tracking_id: None, release: Some("ebs") };
        assert_eq!(keeper(&labels, marks, true), Some(Keeper::new(Tool::EksAddOn, None)));
    }
}
