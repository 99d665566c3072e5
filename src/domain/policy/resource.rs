//! Resources: what a request asks for, and the patterns over ARNs.
//!
//! IAM User Guide, "IAM JSON policy elements: Resource". An ARN is matched part by part
//! (`arn:partition:service:region:account:resource`), so that a wildcard never reaches over a colon of the first five;
//! within the resource part it does. Of a `*` right before a colon AWS says both: there that it "can expand to match beyond
//! the colon boundaries", in the Amazon S3 user guide that it does not. [`ResourcePattern::readings`] is careful.

mod parts;

use self::parts::{PARTS, cuts_type_word, keys_behind, may_reach_beyond, parts_of_arn, parts_of_pattern, slice};
use super::document::{Effect, Selection, ShortArns, Version};
use super::operator::Reading;
use super::pattern::{Pattern, has_wildcard, matches_as_written};
use super::truth::Truth;
use super::variable::{Compiled, KeyName, Resolved, Values, may_hold_variable};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A resource that somebody asks for: one, all that a pattern stands for, or `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    text: Box<str>,
    form: Asked,
    /// Of an alias of a KMS key: all keys that it may stand for.
    aliased: Option<Box<Self>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// `*`: the action knows no resource.
    Star,
    /// One, by ARN. Where the six parts begin and end.
    Arn([Range<usize>; PARTS]),
    /// Something that is no ARN.
    Text,
    /// All that these parts stand for.
    ArnPattern(Box<[Pattern; PARTS]>),
    /// All that this text stands for, which is no ARN.
    TextPattern(Pattern),
}

/// An entry of `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePattern {
    text: Box<str>,
    form: Form,
    cuts_type_word: bool,
    is_short: bool,
    /// Whether it is short where AWS does not say whether that is filled up.
    is_in_doubt: bool,
    /// The same over a whole text, where a `*` before a colon may have been meant to reach beyond it.
    beyond: Option<Box<Self>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// `*`
    Everything,
    /// By part, wildcards as written: where the parts begin and end.
    Plain([Range<usize>; PARTS]),
    /// By part, with variables, or with parts that are not written.
    Arn(Box<[Compiled; PARTS]>),
    /// Not written as an ARN: compared as a whole.
    Text(Compiled),
    /// A short ARN where that is not filled up: no ARN has so few parts.
    Nothing,
}

impl Resource {
    /// The resource that the text names. With `*` or `?` in it, it stands for everything that it matches.
    pub fn new(text: &str) -> Self {
        let parts = parts_of_arn(text);
        let aliased = parts.as_ref().and_then(|parts| keys_behind(text, parts)).map(|keys| Box::new(Self::new(&keys)));
        let form = match (text, parts, has_wildcard(text)) {
            ("*", ..) => Asked::Star,
            (_, Some(parts), false) => Asked::Arn(parts),
            (_, None, false) => Asked::Text,
            (_, Some(parts), true) => Asked::ArnPattern(Box::new(parts.map(|part| Pattern::new(slice(text, &part))))),
            (_, None, true) => Asked::TextPattern(Pattern::new(text)),
        };
        Self { text: text.into(), form, aliased }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where it is an alias of a KMS key: all keys of its account and Region, one of which it stands for.
    pub(super) fn aliased(&self) -> Option<&Self> {
        self.aliased.as_deref()
    }

    /// Whether it is `*`.
    pub fn is_star(&self) -> bool {
        self.form == Asked::Star
    }

    /// Whether it stands for many: a pattern other than `*`.
    pub fn is_pattern(&self) -> bool {
        matches!(self.form, Asked::ArnPattern(_) | Asked::TextPattern(_))
    }

    /// The partition of its ARN.
    pub fn partition(&self) -> Option<&str> {
        self.part(1)
    }

    /// The service of its ARN.
    pub fn service(&self) -> Option<&str> {
        self.part(2)
    }

    /// The region of its ARN.
    pub fn region(&self) -> Option<&str> {
        self.part(3)
    }

    /// The account of its ARN, if that is one account. `aws`, where AWS managed policies stand, is nobody's: each account
    /// may read them (IAM user guide, "Managed policies and inline policies").
    pub fn account(&self) -> Option<&str> {
        self.part(4).filter(|account| *account != "aws")
    }

    /// All ARNs, where it stands for some of those alone, and not all six parts of them are written.
    pub(super) fn short_of(&self) -> Option<[Pattern; PARTS]> {
        let is_short = matches!(self.form, Asked::TextPattern(_)) && self.text.starts_with("arn:");
        is_short.then_some([const { Pattern::everything() }; PARTS])
    }

    /// What it stands for, where it is a pattern: the parts of an ARN, or one text.
    pub(super) fn patterns(&self) -> Option<&[Pattern]> {
        match &self.form {
            Asked::ArnPattern(parts) => Some(&parts[..]),
            Asked::TextPattern(pattern) => Some(std::slice::from_ref(pattern)),
            Asked::Star | Asked::Arn(_) | Asked::Text => None,
        }
    }

    /// A part that is neither empty nor a pattern.
    fn part(&self, index: usize) -> Option<&str> {
        let part = match &self.form {
            Asked::Arn(parts) => self.text.get(parts.get(index)?.clone()),
            Asked::ArnPattern(parts) => parts.get(index)?.as_text(),
            Asked::Star | Asked::Text | Asked::TextPattern(_) => None,
        };
        part.filter(|part| !part.is_empty())
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl ResourcePattern {
    /// The pattern that the text stands for in a document of this version, which reads short ARNs so
    /// ([`super::Kind::short_arns`]).
    pub fn new(text: &str, version: Version, short: ShortArns) -> Self {
        if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
            return Self::of(text, Form::Everything);
        }
        let compiled = |part: &str| Compiled::new(part, Reading::Wildcards, version);
        if !text.starts_with("arn:") {
            return Self::of(text, Form::Text(compiled(text)));
        }
        let (parts, count) = parts_of_pattern(text, version);
        let is_short = count < PARTS;
        let [_, _, service, .., resource] = parts;
        let plain = parts_of_arn(text).filter(|_| version == Version::V2008 || !may_hold_variable(text));
        let form = match plain {
            _ if is_short && short == ShortArns::Nothing => Form::Nothing,
            Some(ranges) => Form::Plain(ranges),
            None => Form::Arn(Box::new(parts.map(compiled))),
        };
        let beyond = may_reach_beyond(&parts, count).then(|| Box::new(Self::of(text, Form::Text(compiled(text)))));
        let cuts_type_word = form != Form::Nothing && service == "iam" && cuts_type_word(resource);
        let is_in_doubt = is_short && short == ShortArns::InDoubt;
        Self { cuts_type_word, is_short, is_in_doubt, beyond, ..Self::of(text, form) }
    }

    fn of(text: &str, form: Form) -> Self {
        Self { text: text.into(), form, cuts_type_word: false, is_short: false, is_in_doubt: false, beyond: None }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `*`.
    pub fn is_everything(&self) -> bool {
        self.form == Form::Everything
    }

    /// Whether it is neither an ARN nor `*`.
    pub fn is_text(&self) -> bool {
        matches!(self.form, Form::Text(_))
    }

    /// Whether it is an ARN of fewer than six parts.
    pub fn is_short(&self) -> bool {
        self.is_short
    }

    /// Whether it is an ARN of IAM with a wildcard within the word that says what kind of thing it names (`u*`,
    /// `ro*/x`; not a bare `*`). AWS: "You cannot use a wildcard to match the resource type", and does not say what
    /// it does then. So it never widens what is allowed and always widens what is denied ([`Selection::selects`]).
    pub fn cuts_type_word(&self) -> bool {
        self.cuts_type_word
    }

    /// Whether it has a `*` before a colon, and parts that are no ARN's unless that `*` reaches beyond the colon
    /// (`arn:aws:dynamodb:*:table/x`). AWS says that it does, and elsewhere that it does not.
    pub fn may_reach_beyond(&self) -> bool {
        self.beyond.is_some()
    }

    /// The ways in which it is read. What AWS forbids or leaves open leans to the careful side: where it `leans_to_match`
    /// it matches all that it may mean, elsewhere nothing but what is certain.
    fn readings(&self, leans_to_match: bool) -> impl Iterator<Item = &Self> {
        let own = Some(self).filter(|own| leans_to_match || !(own.cuts_type_word || own.is_in_doubt));
        own.into_iter().chain(self.beyond.as_deref().filter(|_| leans_to_match))
    }

    /// The keys its variables stand for.
    pub fn keys(&self) -> impl Iterator<Item = &KeyName> {
        let compiled: &[Compiled] = match &self.form {
            Form::Everything | Form::Plain(_) | Form::Nothing => &[],
            Form::Arn(parts) => &parts[..],
            Form::Text(text) => std::slice::from_ref(text),
        };
        compiled.iter().flat_map(Compiled::keys)
    }

    /// What it matches under these values: the parts of an ARN, or one text. `None` where a variable has no value, or one
    /// that is not known.
    pub(super) fn patterns<V: Values + ?Sized>(&self, values: &V) -> Option<Vec<Pattern>> {
        let compiled: &[Compiled] = match &self.form {
            Form::Everything => return Some(vec![Pattern::everything()]),
            Form::Plain(parts) => return Some(parts.iter().map(|own| Pattern::new(slice(&self.text, own))).collect()),
            Form::Nothing => return None,
            Form::Arn(parts) => &parts[..],
            Form::Text(text) => std::slice::from_ref(text),
        };
        let ready = |own: &Compiled| match own.resolved(values) {
            Resolved::Ready(pattern) => Some(pattern.into_owned()),
            Resolved::Null | Resolved::Unknown(_) => None,
        };
        compiled.iter().map(ready).collect()
    }

    /// All that it stands for under these values, as a request asks for it: for a variable its value, or `*` where that is
    /// not known, and `*` for the parts that a short ARN leaves out. `None` where it stands for nothing.
    pub fn asked_for<V: Values + ?Sized>(&self, values: &V) -> Option<String> {
        let compiled: &[Compiled] = match &self.form {
            Form::Everything => return Some("*".to_owned()),
            Form::Plain(_) => return Some(self.text.to_string()),
            Form::Nothing => return None,
            Form::Arn(parts) => &parts[..],
            Form::Text(text) => std::slice::from_ref(text),
        };
        let part = |own: &Compiled| match own.resolved(values) {
            Resolved::Ready(pattern) => Some(pattern.to_string()),
            Resolved::Unknown(widest) => Some(widest.to_string()),
            Resolved::Null => None,
        };
        let parts: Option<Vec<String>> = compiled.iter().map(part).collect();
        parts.map(|parts| parts.join(":"))
    }

    /// Whether it matches what is asked for: all of it, none of it, or that depends, on a key that is not known or, for
    /// a pattern, on which of the resources it stands for is meant.
    ///
    /// ```
    /// use rolecall::domain::policy::{KeyName, Resource, ResourcePattern, ShortArns, Truth, Value, Values, Version};
    ///
    /// struct Nothing;
    /// impl Values for Nothing {
    ///     fn value(&self, _: &KeyName) -> Value<'_> {
    ///         Value::Absent
    ///     }
    /// }
    /// let pattern = ResourcePattern::new("arn:aws:s3:::shop/*", Version::V2012, ShortArns::FilledUp);
    /// let asked = |text| pattern.matches(&Resource::new(text), &Nothing);
    /// assert_eq!(asked("arn:aws:s3:::shop/orders/1"), Truth::Yes);
    /// assert_eq!(asked("arn:aws:s3:::*"), Truth::Depends);
    /// assert_eq!(asked("*"), Truth::No);
    /// ```
    pub fn matches<V: Values + ?Sized>(&self, asked: &Resource, values: &V) -> Truth {
        match (&self.form, &asked.form) {
            (Form::Everything, _) => Truth::Yes,
            (Form::Plain(own), Asked::Arn(parts)) => {
                // the last part tells most patterns apart
                let mut pairs = own.iter().zip(parts).rev();
                pairs.all(|(own, part)| matches_as_written(slice(&self.text, own), slice(&asked.text, part))).into()
            }
            (Form::Plain(own), Asked::ArnPattern(parts)) => {
                let own = own.iter().map(|own| Pattern::new(slice(&self.text, own)));
                Truth::all(own.zip(parts.iter()).map(|(own, part)| own.relation(part)))
            }
            (Form::Arn(own), Asked::Arn(parts)) => {
                let pairs = own.iter().zip(parts).rev();
                Truth::all(pairs.map(|(own, part)| own.matches(slice(&asked.text, part), values)))
            }
            (Form::Arn(own), Asked::ArnPattern(parts)) => {
                Truth::all(own.iter().zip(parts.iter()).map(|(own, part)| relation(own, part, values)))
            }
            (Form::Text(own), Asked::Arn(_) | Asked::Text) => own.matches(&asked.text, values),
            (Form::Text(own), Asked::ArnPattern(_)) => relation(own, &Pattern::new(&asked.text), values),
            (Form::Text(own), Asked::TextPattern(pattern)) => relation(own, pattern, values),
            (Form::Plain(_), Asked::TextPattern(pattern)) => {
                Truth::from(Pattern::new(&self.text).overlaps(pattern)).and(Truth::Depends)
            }
            (Form::Arn(own), Asked::TextPattern(pattern)) => {
                Truth::from(widest(own, values).is_some_and(|own| own.overlaps(pattern))).and(Truth::Depends)
            }
            (Form::Nothing, _)
            | (Form::Plain(_) | Form::Arn(_), Asked::Star | Asked::Text)
            | (Form::Text(_), Asked::Star) => Truth::No,
        }
    }
}

impl Selection<ResourcePattern> {
    /// Whether a statement of this effect selects what is asked for.
    pub fn selects<V: Values + ?Sized>(&self, asked: &Resource, effect: Effect, values: &V) -> Truth {
        let any = Truth::any(self.readings(effect).map(|pattern| pattern.matches(asked, values)));
        if self.is_all_but() { !any } else { any }
    }

    /// Its patterns, as a statement of this effect reads them: in a Deny they lean to match, so that it applies, in an Allow
    /// not to. Under `NotResource` that is the other way round.
    pub(super) fn readings(&self, effect: Effect) -> impl Iterator<Item = &ResourcePattern> {
        let leans_to_match = (effect == Effect::Deny) != self.is_all_but();
        self.items().iter().flat_map(move |pattern| pattern.readings(leans_to_match))
    }
}

/// Whether a part matches all, none or some of what a pattern stands for.
fn relation<V: Values + ?Sized>(own: &Compiled, asked: &Pattern, values: &V) -> Truth {
    match own.resolved(values) {
        Resolved::Null => Truth::No,
        Resolved::Ready(own) => own.relation(asked),
        Resolved::Unknown(widest) => widest.relation(asked).and(Truth::Depends),
    }
}

/// All that parts may match together, colons between them, wildcards taken to reach over those: which of the ARNs that a text
/// stands for they match is looked at where it makes a difference.
fn widest<V: Values + ?Sized>(parts: &[Compiled; PARTS], values: &V) -> Option<Pattern> {
    let mut code = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            code.push(b':');
        }
        let own = match part.resolved(values) {
            Resolved::Ready(own) => own,
            Resolved::Unknown(own) => Cow::Owned(own),
            Resolved::Null => return None,
        };
        own.push_to(&mut code);
    }
    Some(Pattern::compiled(code))
}

#[cfg(test)]
mod tests;
