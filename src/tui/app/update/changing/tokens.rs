//! The form about the tokens of a ServiceAccount: the annotations beside the role's. Each field holds what is there; an
//! empty one takes its annotation away.

use crate::domain::identity::account_of;
use crate::domain::model::{Name, ServiceAccount};
use crate::domain::plan::{Annotations, Edit, token_fault};
use crate::tui::app::State;
use crate::tui::app::screen::{FieldKind, Form, FormScreen, Wrong};

/// The fields, in order.
const FIELDS: [FieldKind; 3] = [FieldKind::Audience, FieldKind::Expiration, FieldKind::RegionalSts];

/// The form, with what is there; none: there is no such ServiceAccount.
pub(super) fn form(state: &State, namespace: &Name, name: &Name) -> Option<FormScreen> {
    let account = account_of(&state.inventory, namespace, name).found()?;
    let of = Form::Tokens { namespace: namespace.clone(), name: name.clone() };
    let mut screen = FormScreen::new(of, FIELDS.map(|kind| (kind, "no annotation".to_owned())));
    for field in &mut screen.fields {
        field.text = present(account, field.kind).map(ToString::to_string).unwrap_or_default();
    }
    Some(screen)
}

fn present(account: &ServiceAccount, kind: FieldKind) -> Option<&Name> {
    match kind {
        FieldKind::Audience => account.audience.as_ref(),
        FieldKind::Expiration => account.token_expiration.as_ref(),
        FieldKind::RegionalSts => account.regional_sts.as_ref(),
        _ => None,
    }
}

/// What the form says of the annotations: what is as it was stays as it is.
pub(super) fn annotations(state: &State, (namespace, name): (&Name, &Name), screen: &FormScreen) -> Annotations {
    let account = account_of(&state.inventory, namespace, name).found();
    let edit = |kind| {
        let present = account.and_then(|account| present(account, kind)).map_or("", |value| &**value);
        let typed = screen.typed(kind);
        if typed == present.trim() { Edit::Keep } else { Edit::of(typed) }
    };
    Annotations {
        role: Edit::Keep,
        audience: edit(FieldKind::Audience),
        token_expiration: edit(FieldKind::Expiration),
        regional_sts: edit(FieldKind::RegionalSts),
    }
}

/// What is wrong with a field; none: nothing.
pub(super) fn wrong(kind: FieldKind, typed: &str) -> Option<Wrong> {
    let (mut annotations, edit) = (Annotations::default(), Edit::of(typed));
    match kind {
        FieldKind::Audience => annotations.audience = edit,
        FieldKind::Expiration => annotations.token_expiration = edit,
        FieldKind::RegionalSts => annotations.regional_sts = edit,
        _ => return None,
    }
    token_fault(&annotations).map(|refusal| Wrong { said: refusal.in_words(), line: None })
}
