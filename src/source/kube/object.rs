//! One object as YAML, for a person: without managedFields, and with what may be a secret masked.

use super::api::{Api, Ask};
use super::target;
use super::trouble::{Cause, Trouble};
use crate::domain::inventory::ObjectRef;
use crate::domain::model::shell_word;
use serde_json::Value;

/// A literal whose variable's name holds one of these may be a secret.
const SECRET_WORDS: [&str; 4] = ["KEY", "SECRET", "TOKEN", "PASSWORD"];

/// What stands in its place.
const MASK: &str = "***";

/// Repeats the whole object as it was applied, with every literal in it.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The object, read anew.
pub(super) async fn yaml(api: &Api, object: &ObjectRef) -> Result<String, Trouble> {
    let namespace =
        object.namespace.as_ref().map(|namespace| format!(" -n {}", shell_word(namespace))).unwrap_or_default();
    let line = format!("get {} {}{namespace} -o yaml", object.kind.singular(), shell_word(&object.name));
    let body = api.call(&line, Ask::get(&target::object(object))).await?;
    let unreadable =
        |error: String| Trouble::new(Cause::Answer, format!("the object could not be understood: {error}"));
    let mut value: Value = serde_json::from_slice(&body).map_err(|error| unreadable(error.to_string()))?;
    make_fit(&mut value);
    serde_saphyr::to_string(&value).map_err(|error| unreadable(error.to_string()))
}

/// Drops what nobody reads and masks what nobody should.
fn make_fit(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("managedFields");
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.shift_remove(LAST_APPLIED);
            if annotations.is_empty() {
                metadata.shift_remove("annotations");
            }
        }
    }
    mask(object);
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let secret = map.get("name").and_then(Value::as_str).is_some_and(may_name_a_secret);
            for (key, value) in map {
                match value {
                    Value::String(text) if secret && key == "value" && !text.is_empty() => MASK.clone_into(text),
                    other => mask(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

fn may_name_a_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_may_be_a_secret_is_masked_wherever_it_stands() {
        let mut pod = json!({
            "metadata": {"name": "api", "managedFields": [{"manager": "kubectl"}],
                "annotations": {LAST_APPLIED: "{\"value\":\"hunter2\"}"}},
            "spec": {"containers": [{"name": "app", "env": [
                {"name": "db_password", "value": "hunter2"}, {"name": "AWS_ACCESS_KEY_ID", "value": "AKIA"},
                {"name": "AWS_REGION", "value": "eu-west-1"}, {"name": "API_TOKEN", "value": ""},
                {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]}]}
        });
        make_fit(&mut pod);
        let text = pod.to_string();
        assert!(!text.contains("hunter2") && !text.contains("AKIA") && !text.contains("managedFields"), "{text}");
        assert!(text.contains(r#"{"name":"AWS_REGION","value":"eu-west-1"}"#), "{text}");
        assert!(text.contains(r#"{"name":"API_TOKEN","value":""}"#) && text.contains("secretKeyRef"), "{text}");
        assert_eq!(pod["metadata"], json!({"name": "api"}));
    }
}
