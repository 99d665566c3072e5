//! How an identity is written in a cell.

use crate::domain::identity::{IdentityKind, Usable};
use crate::domain::model::RoleArn;
use crate::domain::policy::Truth;
use crate::tui::text;
use crate::tui::theme;

/// Glyphs, or ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Marks {
    ascii: bool,
}

impl Marks {
    /// ASCII where it is asked for, or where the locale is not UTF-8.
    pub(in crate::cli) fn new(ascii: bool) -> Self {
        Self { ascii: ascii || !is_utf8() }
    }

    /// Whether only ASCII is written.
    pub(in crate::cli) fn ascii(self) -> bool {
        self.ascii
    }

    /// The mark of a kind.
    pub(in crate::cli) fn of(self, kind: IdentityKind) -> &'static str {
        if !self.ascii {
            return theme::mark(kind);
        }
        match kind {
            IdentityKind::WebIdentity => "*",
            IdentityKind::PodIdentity => "@",
            IdentityKind::NodeRole => "^",
            IdentityKind::StaticKeys => "$",
            IdentityKind::Nobody => "o",
            IdentityKind::Unknown => "?",
        }
    }

    /// `◆ eks/shop-api`, `▲ node role`, `◆ eks/gone ✖`.
    pub(in crate::cli) fn identity(
        self,
        kind: IdentityKind,
        role: Option<&RoleArn>,
        usable: Usable,
        account: Option<&str>,
    ) -> String {
        let mark = self.of(kind);
        let own = matches!(kind, IdentityKind::WebIdentity | IdentityKind::PodIdentity);
        match role {
            Some(role) if own => format!("{mark} {}{}", text::role(role, account), self.broken(usable == Usable::No)),
            _ => format!("{mark} {}{}", kind.label(), self.broken(own && usable == Usable::No)),
        }
    }

    /// Whether something holds: a mark and a word.
    pub(in crate::cli) fn holds(self, holds: Truth) -> &'static str {
        match (holds, self.ascii) {
            (Truth::Yes, false) => "✔ yes",
            (Truth::Yes, true) => "v yes",
            (Truth::No, false) => "✖ no",
            (Truth::No, true) => "x no",
            (Truth::Depends, _) => "? unknown",
        }
    }

    /// What stands behind something broken.
    pub(in crate::cli) fn broken(self, broken: bool) -> &'static str {
        match (broken, self.ascii) {
            (false, _) => "",
            (true, false) => " ✖",
            (true, true) => " x",
        }
    }
}

/// Whether the locale is UTF-8, by the first of the variables that is set, as the C library reads them.
fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os).find(|it| !it.is_empty());
    let Some(locale) = locale else { return cfg!(any(windows, target_os = "macos")) };
    let locale = locale.to_string_lossy().to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}
