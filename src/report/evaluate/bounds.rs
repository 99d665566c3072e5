//! How long a request can be. What is longer is none that AWS is asked: held against thousands of patterns it would take
//! minutes.

use std::borrow::Cow;

/// No resource's name is longer (IAM API reference, `SimulatePrincipalPolicy`, `ResourceArns`: 2,048 characters), and no value
/// of a key: those that callers choose come in headers.
const LONGEST: usize = 4 * 2_048;
/// No request carries more values of one key: a resource has 50 tags, a DynamoDB call 100 items.
const MOST_VALUES: usize = 500;
/// Nor ones that are longer together.
const LONGEST_TOGETHER: usize = 64 * 1024;

/// Why nothing is named so.
pub(super) fn is_a_name(resource: &str) -> Result<(), String> {
    if resource.len() > LONGEST {
        return Err(format!("request.resource is longer than {LONGEST} bytes, and no resource has such a name"));
    }
    Ok(())
}

/// Why no request carries these values of the key.
pub(super) fn are_values(key: &str, values: &[Cow<'_, str>]) -> Result<(), String> {
    let (count, bytes) = (values.len(), values.iter().map(|value| value.len()).sum::<usize>());
    if count > MOST_VALUES {
        return Err(format!(
            "request.context: `{key:.60}` has {count} values, and no request carries more than {MOST_VALUES} of one key: \
             ask with those that matter"
        ));
    }
    if bytes > LONGEST_TOGETHER || values.iter().any(|value| value.len() > LONGEST) {
        return Err(format!(
            "request.context: `{key:.60}` is {bytes} bytes long, and no request carries values of more than {LONGEST} \
             bytes, or of {LONGEST_TOGETHER} together"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Evaluator;
    use super::*;
    use serde_json::{Value, json};

    fn answered(resource: &str, values: &Value) -> Value {
        let line = json!({ "request": {
            "principal": "arn:aws:iam::111122223333:role/a", "action": "s3:GetObject", "resource": resource,
            "context": { "k": values }
        } });
        let mut out = Vec::new();
        Evaluator::default().answer(line.to_string().as_bytes(), &mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn what_no_request_is_as_long_as_is_refused() {
        let of = |length: usize| "a".repeat(length);
        for values in [json!(of(LONGEST)), json!(vec![of(1); MOST_VALUES]), json!(vec![of(600); 100])] {
            assert_eq!(answered(&of(LONGEST), &values)["decision"], "implicitDeny");
        }
        for (resource, values, wrong) in [
            (of(LONGEST + 1), json!("a"), "request.resource is longer than 8192 bytes"),
            (of(1), json!(of(LONGEST + 1)), "request.context: `k` is 8193 bytes long"),
            (of(1), json!(vec![of(700); 100]), "request.context: `k` is 70000 bytes long"),
            (of(1), json!(vec![of(1); MOST_VALUES + 1]), "request.context: `k` has 501 values"),
        ] {
            let answer = answered(&resource, &values);
            assert!(answer["error"].as_str().is_some_and(|said| said.starts_with(wrong)), "{wrong}: {answer}");
        }
    }
}
