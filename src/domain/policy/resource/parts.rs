//! ARNs taken apart: what a request asks for, and what stands in a policy.

use crate::domain::policy::document::Version;
use crate::domain::policy::pattern::has_wildcard;
use crate::domain::policy::variable::{may_hold_variable, variable_at};
use std::ops::Range;

/// How many parts an ARN has.
pub(super) const PARTS: usize = 6;

/// A part of a text.
pub(super) fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

/// The parts of an ARN in a policy; missing ones are `*`. A colon within a variable (`${aws:username}`) divides nothing.
pub(super) fn parts_of_pattern(text: &str, version: Version) -> ([&str; PARTS], usize) {
    let mut parts = ["*"; PARTS];
    let (mut rest, mut count) = (text, 0);
    for part in &mut parts {
        count += 1;
        let end = if count == PARTS { None } else { colon_outside_variables(rest, version) };
        let Some((own, after)) = end.and_then(|end| rest.split_at_checked(end)) else {
            *part = rest;
            break;
        };
        *part = own;
        rest = after.strip_prefix(':').unwrap_or(after);
    }
    (parts, count)
}

fn colon_outside_variables(text: &str, version: Version) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let at = memchr::memchr2(b':', b'$', rest.as_bytes())?;
        let found = rest.get(at..)?;
        if found.starts_with(':') {
            return Some(from + at);
        }
        let after = if version == Version::V2012 { variable_at(found).map(|(_, after)| after.len()) } else { None };
        from += at + after.map_or(1, |after| found.len() - after);
    }
}

/// Whether the word before the first `/` or `:` of an IAM resource has a wildcard, other than being all `*`.
pub(super) fn cuts_type_word(resource: &str) -> bool {
    let word = resource.split(['/', ':']).next().unwrap_or_default();
    has_wildcard(word) && !word.bytes().all(|byte| byte == b'*')
}

/// Whether a `*` before a colon may have been meant to stand for more than its part: what is left is too short for an ARN,
/// or has something in the account's place that is none.
pub(super) fn may_reach_beyond(parts: &[&str; PARTS], count: usize) -> bool {
    let is_account = |text: &str| {
        text == "aws" || text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'*' | b'?')) || may_hold_variable(text)
    };
    parts.iter().take(count - 1).any(|part| part.ends_with('*')) && (count < PARTS || !is_account(parts[4]))
}

/// The keys that an alias of KMS may stand for: "the alias and the KMS key must be in the same account and Region" (AWS KMS
/// developer guide, "Aliases in AWS KMS").
pub(super) fn keys_behind(text: &str, parts: &[Range<usize>; PARTS]) -> Option<String> {
    let [_, _, service, .., resource] = parts;
    let is_alias = slice(text, service) == "kms" && slice(text, resource).starts_with("alias/");
    is_alias.then(|| format!("{}key/*", text.get(..resource.start).unwrap_or_default()))
}

/// Where the parts of an ARN stand; `None` where it is none.
pub(super) fn parts_of_arn(text: &str) -> Option<[Range<usize>; PARTS]> {
    if !text.starts_with("arn:") {
        return None;
    }
    let mut start = 0;
    let mut parts = [const { 0..0 }; PARTS];
    let (last, others) = parts.split_last_mut()?;
    for part in others {
        let end = start + memchr::memchr(b':', text.as_bytes().get(start..)?)?;
        *part = start..end;
        start = end + 1;
    }
    *last = start..text.len();
    Some(parts)
}
