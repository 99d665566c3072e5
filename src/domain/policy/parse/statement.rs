//! One statement.

use super::condition;
use super::element::{Either, Elements, note_duplicate, note_twin, text, texts, twins};
use super::notes::{Notes, quoted};
use super::principal;
use crate::domain::policy::action::ActionPattern;
use crate::domain::policy::document::{Condition, Effect, Element, Kind, Selection, ShortArns, Statement, Version};
use crate::domain::policy::json::{Json, Member, Value, settled};
use crate::domain::policy::remark::Rule;
use crate::domain::policy::resource::ResourcePattern;
use crate::domain::policy::span::Span;
use crate::domain::policy::variable::{may_hold_variable, variable_at};

const ELEMENTS: [Element; 9] = [
    Element::Sid,
    Element::Effect,
    Element::Principal,
    Element::NotPrincipal,
    Element::Action,
    Element::NotAction,
    Element::Resource,
    Element::NotResource,
    Element::Condition,
];

/// Reads a statement, and its `Sid` with its place. What is no object at all is a statement that may deny anything.
pub(super) fn statement<'m>(json: &'m Json<'_>, notes: &mut Notes) -> (Statement, Option<(&'m str, Span)>) {
    let mut statement = Statement {
        sid: None,
        effect: Effect::Deny,
        principals: None,
        actions: Selection::Only(Vec::new()),
        resources: None,
        conditions: Vec::new(),
        span: json.span,
        unread: Vec::new(),
    };
    let Value::Object(members) = &json.value else {
        notes.wrong_type(json, Element::Statement, "an object or a list of objects");
        statement.unread.push(Element::Statement);
        return (statement, None);
    };
    let elements = Elements::of(members, &ELEMENTS, notes);
    let mut reader = Reader { elements: &elements, span: json.span, unread: Vec::new(), notes };
    let sid = reader.sid();
    statement.sid = sid.map(|(sid, _)| sid.into());
    statement.effect = reader.effect();
    statement.principals = principal::principals(&mut reader, statement.effect);
    statement.actions = reader.actions();
    statement.resources = reader.resources();
    statement.conditions = reader.conditions();
    if elements.has_unknown {
        reader.doubt(statement.principals.is_none());
    }
    for element in &elements.twins {
        reader.understood(*element, false);
    }
    statement.unread = reader.unread;
    (statement, sid)
}

/// A statement's elements, and what of them is not understood so far.
pub(super) struct Reader<'r, 'm, 'a> {
    pub(super) elements: &'r Elements<'m, 'a>,
    pub(super) span: Span,
    pub(super) unread: Vec<Element>,
    pub(super) notes: &'r mut Notes,
}

impl<'m, 'a> Reader<'_, 'm, 'a> {
    /// Marks the element as not wholly understood unless it was.
    pub(super) fn understood(&mut self, element: Element, is_whole: bool) {
        if !is_whole && !self.unread.contains(&element) {
            self.unread.push(element);
        }
    }

    /// The members of an object, those overridden by a later one left out. Of those whose names differ in nothing but their
    /// letters' case nobody knows which counts.
    pub(super) fn settled<'o, 'j>(&mut self, members: &'o [Member<'j>], element: Element) -> Vec<&'o Member<'j>> {
        let settled = settled(members);
        for member in settled.overridden {
            note_duplicate(member, Some(element), self.notes);
        }
        for twin in twins(&settled.last) {
            note_twin(twin, element, self.notes);
            self.understood(element, false);
        }
        settled.last
    }

    /// What stands there of an element and its opposite. Both at once leave open which is meant.
    pub(super) fn either(&mut self, pair: [Element; 2]) -> Option<(Element, &'m Json<'a>)> {
        match self.elements.either(pair, self.notes) {
            Either::None => None,
            Either::One(element, json) => Some((element, json)),
            Either::Both(element, json) => {
                self.understood(pair[0], false);
                self.understood(pair[1], false);
                Some((element, json))
            }
        }
    }

    /// Notes that an element that must be there is not.
    fn missing(&mut self, element: Element, sentence: &str) {
        self.notes.add(self.span, Some(element), Rule::MissingElement, sentence);
        self.understood(element, false);
    }

    /// What stands in no known element can only narrow the statement, as a condition does, or be an element that is
    /// missing otherwise: those that must be there are marked as missing already.
    fn doubt(&mut self, names_nobody: bool) {
        self.understood(Element::Condition, false);
        if names_nobody && self.notes.kind.names_principals() {
            self.understood(Element::Principal, false);
        }
    }

    fn sid(&mut self) -> Option<(&'m str, Span)> {
        let json = self.elements.json(Element::Sid)?;
        Some((text(json, Element::Sid, self.notes)?, json.span))
    }

    /// The effect. "Valid values for Effect are Allow and Deny. The Effect value is case sensitive." What is neither
    /// stands as a Deny that may be none.
    fn effect(&mut self) -> Effect {
        let Some(json) = self.elements.json(Element::Effect) else {
            self.missing(Element::Effect, "a statement has an Effect; this one has none");
            return Effect::Deny;
        };
        match text(json, Element::Effect, self.notes) {
            _ if self.elements.twins.contains(&Element::Effect) => {}
            Some("Allow") => return Effect::Allow,
            Some("Deny") => return Effect::Deny,
            Some(other) => {
                let sentence = format!("Effect is Allow or Deny, in these letters, not {}", quoted(other));
                self.notes.add(json.span, Some(Element::Effect), Rule::Effect, sentence);
            }
            None => {}
        }
        self.understood(Element::Effect, false);
        Effect::Deny
    }

    fn actions(&mut self) -> Selection<ActionPattern> {
        let Some((element, json)) = self.either([Element::Action, Element::NotAction]) else {
            self.missing(Element::Action, "a statement has an Action or a NotAction; this one has neither");
            return Selection::Only(Vec::new());
        };
        let texts = texts(json, element, self.notes);
        self.understood(element, texts.is_whole);
        let mut patterns = Vec::with_capacity(texts.texts.len());
        for (text, json) in texts.texts {
            let pattern = ActionPattern::new(text);
            if pattern.is_nothing() {
                let sentence = format!("no action is named like {}: it matches nothing", quoted(text));
                self.notes.add(json.span, Some(element), Rule::Action, sentence);
            }
            patterns.push(pattern);
        }
        selection(element == Element::NotAction, patterns)
    }

    fn resources(&mut self) -> Option<Selection<ResourcePattern>> {
        let Some((element, json)) = self.either([Element::Resource, Element::NotResource]) else {
            // A trust policy is about its role; some services' policies are about their resource without naming it.
            if !matches!(self.notes.kind, Kind::Trust | Kind::Resource) {
                self.missing(Element::Resource, "a statement has a Resource or a NotResource; this one has neither");
            }
            return None;
        };
        if self.notes.kind == Kind::Trust {
            let sentence = "a trust policy is about its role and names no resource: it is ignored";
            self.notes.add(json.span, Some(element), Rule::ResourceIgnored, sentence);
            return None;
        }
        let texts = texts(json, element, self.notes);
        self.understood(element, texts.is_whole);
        let mut patterns = Vec::with_capacity(texts.texts.len());
        for (text, json) in texts.texts {
            let pattern = ResourcePattern::new(text, self.notes.version, self.notes.kind.short_arns());
            self.note_resource(&pattern, json.span, element);
            self.variables(text, json.span, element);
            patterns.push(pattern);
        }
        Some(selection(element == Element::NotResource, patterns))
    }

    fn note_resource(&mut self, pattern: &ResourcePattern, span: Span, element: Element) {
        let kind = self.notes.kind;
        let (rule, what) = if pattern.is_text() && kind == Kind::Resource {
            (Rule::NoArn, "is no ARN: it is compared as a whole".into())
        } else if pattern.is_text() {
            (Rule::Resource, "is neither an ARN nor `*`".into())
        } else if pattern.may_reach_beyond() {
            (
                Rule::StarBeforeColon,
                "has a `*` before a colon, and AWS does not agree with itself on whether it reaches beyond: here it \
                 does where that denies more, not where it allows more; write all six parts of the ARN"
                    .into(),
            )
        } else if pattern.is_short() && kind.short_arns() != ShortArns::FilledUp {
            let what = match kind.short_arns() {
                ShortArns::InDoubt => "it allows nothing, and denies what it would if the others were `*`",
                _ => "it matches nothing",
            };
            (Rule::ShortArn, format!("has fewer than an ARN's six parts: in a {} {what}", kind.noun()))
        } else if pattern.cuts_type_word() {
            (
                Rule::TypeWord,
                "has a wildcard in the type of an IAM resource, which AWS forbids: it allows nothing".into(),
            )
        } else {
            return;
        };
        self.notes.add(span, Some(element), rule, format!("{} {what}", quoted(pattern.as_str())));
    }

    /// Notes variables that cannot be read, and those that stand where none are read.
    pub(super) fn variables(&mut self, text: &str, span: Span, element: Element) {
        let mut rest = if may_hold_variable(text) { text } else { "" };
        while let Some((_, from)) = rest.find("${").and_then(|at| rest.split_at_checked(at)) {
            match (variable_at(from), self.notes.version) {
                (Some((_, after)), Version::V2012) => rest = after,
                (Some(_), Version::V2008) => {
                    let sentence = format!("{} is plain text: variables need Version 2012-10-17", quoted(text));
                    self.notes.add(span, Some(element), Rule::VariableUnderOldVersion, sentence);
                    return;
                }
                (None, Version::V2012) => {
                    let sentence = format!("a `${{` in {} begins no variable: it is plain text", quoted(text));
                    self.notes.add(span, Some(element), Rule::Variable, sentence);
                    self.understood(element, false);
                    return;
                }
                (None, Version::V2008) => rest = from.strip_prefix("${").unwrap_or_default(),
            }
        }
    }

    fn conditions(&mut self) -> Vec<Condition> {
        let Some(json) = self.elements.json(Element::Condition) else { return Vec::new() };
        condition::conditions(self, json)
    }
}

/// The selection of an element, by whether it is the `Not…` one.
pub(super) fn selection<T>(is_not: bool, items: Vec<T>) -> Selection<T> {
    if is_not { Selection::AllBut(items) } else { Selection::Only(items) }
}
