//! ServiceAccounts, with when and by whom the role annotation was last set.

use super::decode::{Narrow, Undecoded};
use super::keeper::{ADD_ON_MANAGER, Labels, Marks, keeper};
use super::meta::{Text, nullable, time};
use crate::domain::inventory::Delta;
use crate::domain::model::{self, AnnotationSet, Interner, Name, RoleAnnotation, RoleArn};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Debug, Deserialize)]
pub(super) struct ServiceAccount<'a> {
    #[serde(borrow)]
    metadata: AccountMeta<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AccountMeta<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    uid: Text<'a>,
    #[serde(borrow)]
    resource_version: Text<'a>,
    #[serde(borrow)]
    creation_timestamp: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    labels: Labels<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    annotations: Annotations<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    managed_fields: Vec<Managed<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Annotations<'a> {
    #[serde(rename = "eks.amazonaws.com/role-arn", borrow)]
    role_arn: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/audience", borrow)]
    audience: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/sts-regional-endpoints", borrow)]
    regional_sts: Option<Text<'a>>,
    #[serde(rename = "eks.amazonaws.com/token-expiration", borrow)]
    token_expiration: Option<Text<'a>>,
    #[serde(rename = "argocd.argoproj.io/tracking-id", borrow)]
    tracking_id: Option<Text<'a>>,
    #[serde(rename = "meta.helm.sh/release-name", borrow)]
    release: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Managed<'a> {
    #[serde(borrow)]
    manager: Text<'a>,
    #[serde(borrow)]
    time: Option<Text<'a>>,
    #[serde(rename = "fieldsV1", borrow)]
    fields: Option<&'a RawValue>,
}

impl Narrow for ServiceAccount<'_> {
    fn delta(self, interner: &mut Interner) -> Result<Delta, Undecoded> {
        let meta = &self.metadata;
        if meta.name.is_empty() || meta.namespace.is_empty() {
            return Err(Undecoded::without_name());
        }
        // The webhook takes an empty annotation for none (facts: its cache, `pkg/cache/cache.go`).
        let role = meta.annotations.role_arn.as_deref().filter(|arn| !arn.is_empty());
        let role = role.map(|arn| RoleAnnotation {
            arn: RoleArn::new(interner.name(arn)),
            set: last_set(&meta.managed_fields, interner),
        });
        let marks = Marks {
            tracking_id: meta.annotations.tracking_id.as_deref(),
            release: meta.annotations.release.as_deref(),
        };
        let is_of_an_add_on = meta.managed_fields.iter().any(|entry| &*entry.manager == ADD_ON_MANAGER);
        let mut text = |text: &Option<Text<'_>>| text.as_deref().map(|text| interner.name(text));
        Ok(Delta::ServiceAccount(Box::new(model::ServiceAccount {
            audience: text(&meta.annotations.audience),
            regional_sts: text(&meta.annotations.regional_sts),
            token_expiration: text(&meta.annotations.token_expiration),
            role,
            keeper: keeper(&meta.labels, marks, is_of_an_add_on).map(Box::new),
            namespace: interner.name(&meta.namespace),
            name: Name::from(&*meta.name),
            uid: Box::from(&*meta.uid),
            resource_version: Box::from(&*meta.resource_version),
            created: time(meta.creation_timestamp.as_ref()),
        })))
    }
}

/// The youngest of the entries that own the role annotation.
fn last_set(entries: &[Managed<'_>], interner: &mut Interner) -> Option<AnnotationSet> {
    let owning = entries.iter().filter_map(|entry| {
        let fields = entry.fields?.get();
        fields.contains("\"f:eks.amazonaws.com/role-arn\"").then_some((time(entry.time.as_ref())?, entry, fields))
    });
    let (at, entry, fields) = owning.max_by_key(|(at, ..)| *at)?;
    Some(AnnotationSet { at, manager: interner.name(&entry.manager), exact: owns_only_bindings(fields) })
}

/// Whether the entry owns nothing but `eks.amazonaws.com/*` annotations: then its time is theirs.
fn owns_only_bindings(fields: &str) -> bool {
    let Ok(Value::Object(fields)) = serde_json::from_str(fields) else { return false };
    let alone = |map: &serde_json::Map<String, Value>, key: &str| {
        map.keys().all(|k| k == key || k == ".").then(|| map.get(key).and_then(Value::as_object).cloned()).flatten()
    };
    let annotations = alone(&fields, "f:metadata").and_then(|metadata| alone(&metadata, "f:annotations"));
    annotations.is_some_and(|map| map.keys().all(|key| key == "." || key.starts_with("f:eks.amazonaws.com/")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::inventory::Kind;
    use crate::source::kube::decode;

    fn account(annotations: &str, managed: &str) -> model::ServiceAccount {
        let json = format!(
            r#"{{"metadata":{{"name":"api","namespace":"shop","uid":"u","resourceVersion":"7",
                "creationTimestamp":"2026-11-01T10:00:00Z","annotations":{annotations},"managedFields":{managed}}}}}"#
        );
        match decode::object(Kind::ServiceAccount, &json, &mut Interner::default()) {
            Ok(Delta::ServiceAccount(account)) => *account,
            other => panic!("no ServiceAccount: {other:?}"),
        }
    }

    const ROLE: &str = r#"{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/api"}"#;

    #[test]
    fn the_time_is_the_annotations_own_where_its_manager_owns_nothing_else() {
        let read = account(
            ROLE,
            r#"[{"manager":"kubectl-create","time":"2026-11-01T10:00:00Z","fieldsV1":{"f:metadata":{"f:labels":{}}}},
                {"manager":"kubectl-annotate","time":"2026-11-02T10:00:00Z","fieldsV1":{"f:metadata":{"f:annotations":{
                 ".":{},"f:eks.amazonaws.com/role-arn":{}}}}}]"#,
        );
        let set = read.role.and_then(|role| role.set).expect("it was set");
        assert_eq!((&*set.manager, set.exact), ("kubectl-annotate", true));
        assert_eq!(set.at.to_string(), "2026-11-02T10:00:00Z");
    }

    #[test]
    fn a_manager_that_owns_more_gives_an_upper_bound_only() {
        for fields in [
            r#"{"f:metadata":{"f:annotations":{"f:eks.amazonaws.com/role-arn":{},"f:other":{}}}}"#,
            r#"{"f:metadata":{"f:annotations":{"f:eks.amazonaws.com/role-arn":{}},"f:labels":{}}}"#,
            r#"{"f:metadata":{"f:annotations":{"f:eks.amazonaws.com/role-arn":{}}},"f:secrets":{}}"#,
        ] {
            let read =
                account(ROLE, &format!(r#"[{{"manager":"helm","time":"2026-11-02T10:00:00Z","fieldsV1":{fields}}}]"#));
            assert!(read.role.and_then(|role| role.set).is_some_and(|set| !set.exact), "{fields}");
        }
    }

    #[test]
    fn it_is_told_who_keeps_it() {
        let marked = r#"{"argocd.argoproj.io/tracking-id":"shop:/ServiceAccount:shop/api"}"#;
        assert_eq!(
            account(marked, "[]").keeper.map(|it| it.to_string()).as_deref(),
            Some("Argo CD (application shop)")
        );
        let applied = r#"[{"manager":"eks","operation":"Apply","fieldsV1":{"f:metadata":{"f:labels":{}}}}]"#;
        assert_eq!(account("null", applied).keeper.map(|it| it.tool), Some(model::Tool::EksAddOn));
        assert_eq!(account(ROLE, "[]").keeper, None);
    }

    #[test]
    fn an_empty_annotation_is_no_binding_and_a_wrong_one_stays_as_written() {
        assert_eq!(account(r#"{"eks.amazonaws.com/role-arn":""}"#, "null").role, None);
        let wrong = account(r#"{"eks.amazonaws.com/role-arn":" \"role/x\" "}"#, "[]").role.expect("it is bound");
        assert_eq!(wrong.arn.as_str(), " \"role/x\" ");
        assert_eq!(account("null", "[]").role, None);
    }
}
