//! One line of input: who asks for what, and the policies in play.

use super::object::Object;
use super::parts::{self, Misread};
use crate::domain::policy::{ActionPattern, Request, Requester, RequesterKind, is_account};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A line, whole; what is wrong with one that cannot be read so, [`parts`] tells.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    pub(super) name: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) request: Object<RequestWire<'a>>,
    #[serde(borrow)]
    pub(super) policies: Option<Object<PoliciesWire<'a>>>,
    #[serde(borrow)]
    pub(super) unknown: Option<Vec<Cow<'a, str>>>,
}

/// `request`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", expecting = "an object")]
pub(super) struct RequestWire<'a> {
    #[serde(borrow)]
    principal: Cow<'a, str>,
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    resource: Cow<'a, str>,
    #[serde(borrow)]
    resource_account: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    context: ContextWire<'a>,
}

/// `policies`: documents by layer, still as text.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "an object")]
pub(super) struct PoliciesWire<'a> {
    #[serde(borrow)]
    pub(super) identity: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) boundary: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) session: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) resource: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) scp: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow)]
    pub(super) rcp: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(borrow)]
    pub(super) endpoint: Option<Vec<&'a RawValue>>,
}

/// `context`: keys with a text, or with a list of texts where the key has several values.
#[derive(Default)]
struct ContextWire<'a>(Vec<(Cow<'a, str>, ValueWire<'a>)>);

/// A value of the context. AWS writes numbers and booleans as text there; here both may be bare.
enum ValueWire<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl<'a> ValueWire<'a> {
    fn all(&self) -> &[Cow<'a, str>] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl<'a> Line<'a> {
    /// What the text says. It is gone through once; where that fails, part by part, which tells what is wrong with which.
    pub(super) fn read(text: &'a str) -> Result<Self, Misread<'a>> {
        serde_json::from_str(text).or_else(|_| parts::read(text))
    }

    /// What is asked, with the keys of `unknown`, which win over `context`.
    pub(super) fn asked(&self) -> Result<Request, String> {
        let wire = &self.request.0;
        super::bounds::is_a_name(&wire.resource)?;
        let mut request = Request::new(&wire.principal, &wire.action, &wire.resource);
        is_a_request(&request)?;
        if let Some(account) = wire.resource_account.as_deref().filter(|account| !is_account(account)) {
            return Err(format!("request.resourceAccount: `{account:.60}` is no account: write its twelve digits"));
        }
        request.resource_account = wire.resource_account.as_deref().map(Into::into);
        for (key, value) in &wire.context.0 {
            super::bounds::are_values(key, value.all())?;
            match value {
                ValueWire::One(value) => request.context.set(key, &**value),
                ValueWire::Many(values) => request.context.set_many(key, values.iter().map(|value| &**value)),
            }
        }
        for key in self.unknown.iter().flatten() {
            request.context.set_unknown(key);
        }
        Ok(request)
    }
}

/// No action's name is longer (IAM API reference, `SimulatePrincipalPolicy`, `ActionNames`).
const LONGEST_ACTION: usize = 128;

/// Why a request cannot be one: of whom, of what, on nothing.
fn is_a_request(request: &Request) -> Result<(), String> {
    let Request { principal, action, resource, .. } = request;
    let is_pattern = |text: &str| text.contains(['*', '?']);
    let quoted = |text: &str| format!("`{text:.60}`");
    if principal.kind() == RequesterKind::Other
        || !is_whole(principal)
        || is_pattern(principal.as_str()) && principal.kind() != RequesterKind::Anonymous
    {
        return Err(format!(
            "request.principal: {} is nobody who makes requests: write the ARN of a role, session, user, federated user, \
             root user or provider, a service's name, or * for an unsigned request",
            quoted(principal.as_str())
        ));
    }
    if is_pattern(action.as_str()) {
        return Err(format!("request.action: {} stands for many: ask for one action a line", quoted(action.as_str())));
    }
    if action.as_str().len() > LONGEST_ACTION || ActionPattern::new(action.as_str()).is_nothing() {
        return Err(format!("request.action: {} is no action: write service:Name", quoted(action.as_str())));
    }
    if resource.as_str().is_empty() {
        return Err("request.resource is empty: write an ARN, or * where the action has none".into());
    }
    if resource.as_str().starts_with(char::is_whitespace) {
        return Err(format!("request.resource: {} begins with a blank", quoted(resource.as_str())));
    }
    Ok(())
}

/// Whether every part of the principal's name is there: of an account, twelve digits; of a session, its name; and no blanks.
/// Origin access identities alone are of no account and have blanks (Amazon `CloudFront` developer guide, "Use an origin
/// access identity").
fn is_whole(principal: &Requester) -> bool {
    let text = principal.as_str();
    let has_account = !text.starts_with("arn:") || principal.account().is_some_and(is_account);
    (has_account && !text.contains(char::is_whitespace) && !text.ends_with('/')) || principal.is_of_cloudfront()
}

impl<'de: 'a, 'a> Deserialize<'de> for ContextWire<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = ContextWire<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of condition keys")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut keys = Vec::with_capacity(map.size_hint().unwrap_or(4));
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    let value = map.next_value().map_err(|error| M::Error::custom(format!("{}: {error}", key.0)))?;
                    keys.push((key.0, value));
                }
                Ok(ContextWire(keys))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ValueWire<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = ValueWire<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, true or false, or a list of those")
            }

            fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(ValueWire::One(Cow::Borrowed(text)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ValueWire::One(Cow::Owned(text.to_owned())))
            }

            fn visit_bool<E: serde::de::Error>(self, truth: bool) -> Result<Self::Value, E> {
                Ok(ValueWire::One(Cow::Borrowed(if truth { "true" } else { "false" })))
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(ValueWire::One(Cow::Owned(number.to_string())))
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(ValueWire::One(Cow::Owned(number.to_string())))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(ValueWire::One(Cow::Owned(serde_json::Value::from(number).to_string())))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Self::Value, S::Error> {
                let mut values = Vec::new();
                while let Some(item) = items.next_element()? {
                    match item {
                        ValueWire::One(value) => values.push(value),
                        ValueWire::Many(_) => return Err(S::Error::invalid_type(Unexpected::Seq, &Self)),
                    }
                }
                Ok(ValueWire::Many(values))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// A text that is borrowed where it can be, also as a key.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::{KeyName, Value, Values};

    fn read(line: &str) -> Result<Request, String> {
        Line::read(line).map_err(|misread| misread.error)?.asked()
    }

    fn asked(context: &str) -> Result<Request, String> {
        let line = format!(
            r#"{{"request":{{"principal":"arn:aws:iam::111122223333:role/a","action":"s3:GetObject","resource":"*",
                "context":{context}}}}}"#
        );
        read(&line)
    }

    #[test]
    fn values_are_texts_numbers_or_truths_one_or_several() {
        for (written, text) in [
            (r#""a\tb""#, "a\tb"),
            ("true", "true"),
            ("-7", "-7"),
            ("18446744073709551615", "18446744073709551615"),
            ("1.50", "1.5"),
        ] {
            let one = asked(&format!(r#"{{"k":{written}}}"#)).unwrap();
            assert_eq!(one.context.value(&KeyName::new("k")), Value::One(text));
            let several = asked(&format!(r#"{{"k":[{written},"x"]}}"#)).unwrap();
            assert_eq!(several.context.value(&KeyName::new("k")), Value::Many(&[text.into(), "x".into()]));
        }
        assert_eq!(asked(r#"{"k":[]}"#).unwrap().context.value(&KeyName::new("k")), Value::Absent);
        for wrong in ["null", "{}", "[[]]", r#"["a",["b"]]"#, "[null]"] {
            let said = asked(&format!(r#"{{"k":{wrong}}}"#)).unwrap_err();
            assert!(said.contains("k: ") && said.contains("a string, a number, true or false"), "{wrong}: {said}");
        }
    }

    /// What is read at once is what is read part by part.
    #[test]
    fn a_line_is_the_same_however_it_is_read() {
        let request = r#"{"principal":"arn:aws:iam::111122223333:role/a","action":"s3:GetObject","resource":"*",
            "resourceAccount":"444455556666","context":{"k":["a",true],"other":7}}"#;
        let texts = |policies: Option<&Object<PoliciesWire<'_>>>| {
            let PoliciesWire { identity, boundary, session, resource, scp, rcp, endpoint } = &policies?.0;
            let flats = [identity, boundary, session, endpoint].map(|raws| format!("{raws:?}"));
            Some((flats, format!("{resource:?}"), [scp, rcp].map(|levels| format!("{levels:?}"))))
        };
        for line in [
            format!(r#"{{"request":{request}}}"#),
            format!(r#"{{"name":"n","policies":null,"unknown":null,"request":{request}}}"#),
            format!(
                r#"{{"unknown":["k","A:b"],"request":{request},"policies":{{"identity":["{{}}",{{ }}],"scp":[[]],
                "boundary":[{{"a":1}}],"session":[],"resource":{{"b":2}},"rcp":[[{{"c":3}}],["d"]],"endpoint":[{{"e":4}}]}}}}"#
            ),
            format!(r#" {{ "policies" : {{ "boundary" : null }} , "name" : {{"a":[1]}}, "request" : {request} }} "#),
        ] {
            let at_once: Line<'_> = serde_json::from_str(&line).unwrap();
            let by_parts = parts::read(&line).map_err(|misread| misread.error).unwrap();
            assert_eq!(at_once.asked(), by_parts.asked(), "{line}");
            assert_eq!(texts(at_once.policies.as_ref()), texts(by_parts.policies.as_ref()), "{line}");
            assert_eq!(at_once.name.map(RawValue::get), by_parts.name.map(RawValue::get), "{line}");
        }
    }

    #[test]
    fn who_asks_and_whose_it_is_are_written_whole() {
        const ROLE: &str = "arn:aws:iam::111122223333:role/a";
        let asked = |principal: &str, resource: &str, account: &str| {
            let line = serde_json::json!({ "request": {
                "principal": principal, "action": "s3:GetObject", "resource": resource, "resourceAccount": account
            } });
            read(&line.to_string()).map(|_| ())
        };
        for principal in
            [ROLE, "*", "ec2.amazonaws.com", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"]
        {
            assert_eq!(asked(principal, "arn:aws:s3:::b/a b", "111122223333"), Ok(()), "{principal}");
        }
        for (principal, resource, account, wrong) in [
            ("arn:aws:iam::1:role/a", "*", "111122223333", "request.principal"),
            ("arn:aws:iam:::role/a", "*", "111122223333", "request.principal"),
            ("arn:aws:sts::111122223333:assumed-role/a/", "*", "111122223333", "request.principal"),
            ("arn:aws:iam::111122223333:role/a ", "*", "111122223333", "request.principal"),
            (ROLE, " arn:aws:s3:::b", "111122223333", "request.resource:"),
            (ROLE, "*", "", "request.resourceAccount"),
            (ROLE, "*", "1111-2222-3333", "request.resourceAccount"),
        ] {
            let said = asked(principal, resource, account).unwrap_err();
            assert!(said.contains(wrong), "{principal} {resource} {account}: {said}");
        }
    }
}
