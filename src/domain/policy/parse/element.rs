//! What all elements have in common: their names, and values that may be single or a list.

use super::notes::{Notes, quoted};
use crate::domain::policy::document::Element;
use crate::domain::policy::json::{Json, Member, Value};
use crate::domain::policy::remark::Rule;
use foldhash::fast::RandomState;
use std::collections::HashSet;
use std::slice;

/// The elements of an object, each by its name.
pub(super) struct Elements<'m, 'a> {
    members: [Option<&'m Member<'a>>; Element::ALL.len()],
    /// Whether something stands there that is no element: the object may mean more than is understood.
    pub(super) has_unknown: bool,
    /// Those that stand there twice, in other letters.
    pub(super) twins: Vec<Element>,
}

impl<'m, 'a> Elements<'m, 'a> {
    /// The elements among the members, of those that may stand here.
    pub(super) fn of(members: &'m [Member<'a>], allowed: &[Element], notes: &mut Notes) -> Self {
        let mut elements = Self { members: [None; Element::ALL.len()], has_unknown: false, twins: Vec::new() };
        for member in members {
            if let Some(element) = element_of(&member.key, allowed) {
                elements.set(element, member, notes);
            } else {
                elements.has_unknown = true;
                let sentence = format!("{} is no element that may stand here", quoted(&member.key));
                notes.add(member.key_span, None, Rule::UnknownElement, sentence);
            }
        }
        elements
    }

    /// The element's key and value.
    pub(super) fn member(&self, element: Element) -> Option<&'m Member<'a>> {
        self.members.get(element as usize).copied().flatten()
    }

    /// The element's value.
    pub(super) fn json(&self, element: Element) -> Option<&'m Json<'a>> {
        self.member(element).map(|member| &member.json)
    }

    /// The one of two that is written, and whether it is the second. Both at once contradict each other.
    pub(super) fn either(&self, [plain, not]: [Element; 2], notes: &mut Notes) -> Either<'m, 'a> {
        match (self.json(plain), self.member(not)) {
            (Some(json), None) => Either::One(plain, json),
            (None, Some(member)) => Either::One(not, &member.json),
            (None, None) => Either::None,
            (Some(json), Some(member)) => {
                let sentence = format!("{} and {} cannot stand in one statement", plain.name(), not.name());
                notes.add(member.key_span, Some(not), Rule::Contradiction, sentence);
                Either::Both(plain, json)
            }
        }
    }

    fn set(&mut self, element: Element, member: &'m Member<'a>, notes: &mut Notes) {
        if member.key != element.name() {
            let sentence = format!("{} is spelt {}", quoted(&member.key), element.name());
            notes.add(member.key_span, Some(element), Rule::Spelling, sentence);
        }
        let Some(place) = self.members.get_mut(element as usize) else { return };
        match place.replace(member) {
            Some(earlier) if earlier.key == member.key => note_duplicate(earlier, Some(element), notes),
            Some(_) => {
                note_twin(member, element, notes);
                self.twins.push(element);
            }
            None => {}
        }
    }
}

/// What stands there of two elements that exclude each other.
pub(super) enum Either<'m, 'a> {
    /// Neither.
    None,
    /// This one.
    One(Element, &'m Json<'a>),
    /// Both; the plain one is kept.
    Both(Element, &'m Json<'a>),
}

/// Notes that a key stands again further down, where it counts.
pub(super) fn note_duplicate(member: &Member<'_>, element: Option<Element>, notes: &mut Notes) {
    let sentence = format!("{} stands here twice; only the last one counts", quoted(&member.key));
    notes.add(member.key_span, element, Rule::DuplicateKey, sentence);
}

/// Notes that a key stands there before, in other letters.
pub(super) fn note_twin(member: &Member<'_>, element: Element, notes: &mut Notes) {
    let sentence =
        format!("{} stands here twice, in other letters: which of them counts is not known", quoted(&member.key));
    notes.add(member.key_span, Some(element), Rule::Twins, sentence);
}

/// Those of the members whose key stands there before, in other letters. AWS takes neither (IAM user guide, "IAM policy
/// validation check reference", "Duplicate keys with different case").
pub(super) fn twins<'m, 'a>(members: &[&'m Member<'a>]) -> Vec<&'m Member<'a>> {
    if members.len() < 2 {
        return Vec::new();
    }
    let mut seen = HashSet::with_capacity_and_hasher(members.len(), RandomState::default());
    members.iter().copied().filter(|member| !seen.insert(member.key.to_lowercase())).collect()
}

/// The items of a list; a single value is a list of one.
pub(super) fn items<'m, 'a>(json: &'m Json<'a>) -> &'m [Json<'a>] {
    match &json.value {
        Value::List(items) => items,
        _ => slice::from_ref(json),
    }
}

/// Texts read from an element.
pub(super) struct Texts<'m, 'a> {
    pub(super) texts: Vec<(&'m str, &'m Json<'a>)>,
    /// Whether every item was a text, none of them too long, and an empty list does not select everything (`NotAction: []`, which AWS
    /// refuses).
    pub(super) is_whole: bool,
}

/// The texts of an element that takes one or a list of them.
pub(super) fn texts<'m, 'a>(json: &'m Json<'a>, element: Element, notes: &mut Notes) -> Texts<'m, 'a> {
    let mut texts = Texts { texts: Vec::with_capacity(items(json).len()), is_whole: true };
    for item in items(json) {
        if let Value::Text(text) = &item.value {
            if notes.is_too_long(text, item, element) {
                texts.is_whole = false;
            } else {
                texts.texts.push((text, item));
            }
        } else {
            texts.is_whole = false;
            notes.wrong_type(item, element, "a text or a list of texts");
        }
    }
    if note_empty(json, element, notes) && matches!(element, Element::NotAction | Element::NotResource) {
        texts.is_whole = false;
    }
    texts
}

/// Notes a list with nothing in it, and says whether it is one.
pub(super) fn note_empty(json: &Json<'_>, element: Element, notes: &mut Notes) -> bool {
    let is_empty = matches!(&json.value, Value::List(items) if items.is_empty());
    if is_empty {
        notes.add(json.span, Some(element), Rule::EmptyList, format!("{} names nothing", element.name()));
    }
    is_empty
}

/// The text of an element that takes one.
pub(super) fn text<'m>(json: &'m Json<'_>, element: Element, notes: &mut Notes) -> Option<&'m str> {
    if let Value::Text(text) = &json.value {
        return Some(text);
    }
    notes.wrong_type(json, element, "a text");
    None
}

fn element_of(key: &str, allowed: &[Element]) -> Option<Element> {
    allowed.iter().copied().find(|element| element.name().eq_ignore_ascii_case(key))
}
