//! `Principal` and `NotPrincipal`.

use super::element::texts;
use super::notes::quoted;
use super::statement::{Reader, selection};
use crate::domain::policy::document::{Effect, Element, Kind, Selection};
use crate::domain::policy::json::{Json, Member, Value};
use crate::domain::policy::principal::{Principal, PrincipalKind, PrincipalType};
use crate::domain::policy::remark::Rule;

/// Whom the statement is for, where a policy of this kind says so.
pub(super) fn principals(reader: &mut Reader<'_, '_, '_>, effect: Effect) -> Option<Selection<Principal>> {
    let kind = reader.notes.kind;
    let Some((element, json)) = reader.either([Element::Principal, Element::NotPrincipal]) else {
        if kind.names_principals() {
            // "never matches" is known of a resource's own policy alone: a Deny must not be overlooked
            let is_open = effect == Effect::Deny && matches!(kind, Kind::Rcp | Kind::Endpoint);
            reader.understood(Element::Principal, !is_open);
            let whom = if is_open { "may be for everybody" } else { "is for nobody" };
            let sentence = format!("a statement of a {} without Principal {whom}", kind.noun());
            reader.notes.add(reader.span, Some(Element::Principal), Rule::PrincipalMissing, sentence);
        }
        return None;
    };
    if !kind.names_principals() {
        let sentence = format!("a {} names no principals: it is ignored", kind.noun());
        reader.notes.add(json.span, Some(element), Rule::PrincipalIgnored, sentence);
        reader.unread.retain(|unread| !matches!(unread, Element::Principal | Element::NotPrincipal));
        return None;
    }
    let is_not = element == Element::NotPrincipal;
    if is_not && (effect == Effect::Allow || kind == Kind::Trust) {
        let sentence = "AWS supports NotPrincipal only in a Deny, and not in trust policies";
        reader.notes.add(json.span, Some(element), Rule::NotPrincipal, sentence);
    }
    let listed = match &json.value {
        Value::Text(text) if text == "*" => vec![Principal::anyone()],
        Value::Object(members) => of_object(members, json, element, reader),
        _ => {
            let sentence =
                format!("{} takes `*` or an object with AWS, Federated, Service or CanonicalUser", element.name());
            reader.notes.add(json.span, Some(element), Rule::WrongType, sentence);
            reader.understood(element, false);
            Vec::new()
        }
    };
    Some(selection(is_not, listed))
}

fn of_object(
    members: &[Member<'_>],
    json: &Json<'_>,
    element: Element,
    reader: &mut Reader<'_, '_, '_>,
) -> Vec<Principal> {
    let mut listed = Vec::new();
    if members.is_empty() {
        reader.notes.add(json.span, Some(element), Rule::EmptyList, format!("{} names nobody", element.name()));
    }
    for member in reader.settled(members, element) {
        note_key(member, element, reader);
        let texts = texts(&member.json, element, reader.notes);
        reader.understood(element, texts.is_whole);
        for (text, json) in texts.texts {
            let principal = Principal::new(&member.key, text);
            if principal.kind == PrincipalKind::Unknown {
                let sentence =
                    format!("{} is no principal that this program knows under {}", quoted(text), quoted(&member.key));
                reader.notes.add(json.span, Some(element), Rule::Principal, sentence);
                reader.understood(element, false);
            }
            listed.push(principal);
        }
    }
    listed
}

fn note_key(member: &Member<'_>, element: Element, reader: &mut Reader<'_, '_, '_>) {
    let (rule, sentence) = match PrincipalType::named(&member.key) {
        Some(of) if of.name() == member.key => return,
        Some(of) => (Rule::Spelling, format!("{} is spelt {}", quoted(&member.key), of.name())),
        None => {
            reader.understood(element, false);
            (Rule::Principal, format!("{} is no kind of principal", quoted(&member.key)))
        }
    };
    reader.notes.add(member.key_span, Some(element), rule, sentence);
}
