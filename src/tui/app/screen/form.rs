//! The screen on which what is wanted is said field by field: a new role, a policy that is put into one,
//! how tokens are made.

use crate::domain::model::{Name, RoleArn};
use crate::tui::app::Ticket;

/// What the form is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A role is made for a ServiceAccount.
    Role {
        /// Its namespace.
        namespace: Name,
    },
    /// The tokens of a ServiceAccount are made otherwise.
    Tokens {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
    },
    /// A document, or a statement more, is put into an inline policy of a role.
    Policy {
        /// The role.
        role: RoleArn,
    },
}

/// A form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormScreen {
    /// What it is for.
    pub of: Form,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// The field that is typed into.
    pub at: usize,
    /// The document, once one was read or written.
    pub document: Option<Draft>,
    /// A document is being read, or written in the editor.
    pub reading: Option<Ticket>,
    /// The folder whose files the typed path may become.
    pub folder: Option<Folder>,
    /// It is planned as soon as the document is here.
    pub goes_on: bool,
    /// Why what was said is not planned.
    pub refused: Option<String>,
}

/// A document that is to be put into a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its text.
    pub text: Name,
    /// The path that it was read from; none: it was written in the editor.
    pub path: Option<String>,
}

/// A folder, as it was typed: with the slash at its end, or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its path.
    pub path: String,
    /// Who is asked for what is in it.
    pub asked: Ticket,
    /// The names in it, folders with a slash behind them; none: they are being read.
    pub names: Option<Vec<String>>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What is said in it.
    pub kind: FieldKind,
    /// What was typed.
    pub text: String,
    /// What it is as long as nothing is typed.
    pub default: String,
    /// What is wrong with it, and at which line of the document where it is one.
    pub wrong: Option<Wrong>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is so, and what to do.
    pub said: String,
    /// The line of the document, the first being 1.
    pub line: Option<usize>,
}

/// What is said in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// The ServiceAccount that a role is for.
    Account,
    /// The role's name.
    RoleName,
    /// The role's path.
    Path,
    /// By IRSA or by Pod Identity.
    Mechanism,
    /// Managed policies, by ARN.
    Policies,
    /// The permissions boundary, by ARN.
    Boundary,
    /// The inline policy's name.
    PolicyName,
    /// The inline policy's document: the path of its file, unless it is written in the editor.
    Document,
    /// The longest session, in seconds.
    Session,
    /// Tags beside rolecall's own.
    Tags,
    /// What the role is for.
    Description,
    /// The audience of a token.
    Audience,
    /// How long a token holds, in seconds.
    Expiration,
    /// Whether STS is asked in the region.
    RegionalSts,
}

impl FieldKind {
    /// What stands before it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Account => "ServiceAccount",
            Self::RoleName => "name",
            Self::Path => "path",
            Self::Mechanism => "mechanism",
            Self::Policies => "policies",
            Self::Boundary => "boundary",
            Self::PolicyName => "inline policy",
            Self::Document => "its document",
            Self::Session => "session",
            Self::Tags => "tags",
            Self::Description => "description",
            Self::Audience => "audience",
            Self::Expiration => "expiration",
            Self::RegionalSts => "regional STS",
        }
    }

    /// What can be typed.
    pub fn form(self) -> &'static str {
        match self {
            Self::Account => "a name: one that is not there is made, too",
            Self::RoleName => "letters, digits and _+=,.@-",
            Self::Path => "/…/",
            Self::Mechanism => "irsa or pod-identity",
            Self::Policies => "ARN …: part of a name finds those that were read",
            Self::Boundary => "ARN of a managed policy",
            Self::PolicyName => "a name of its own",
            Self::Document => "the path of a file (tab completes it), or ctrl-o to write it in $EDITOR",
            Self::Session => "seconds, 3600 to 43200",
            Self::Tags => "KEY=VALUE …",
            Self::Description => "what it is for",
            Self::Audience => "as sts.amazonaws.com; empty removes it",
            Self::Expiration => "seconds, 600 to 86400; empty removes it",
            Self::RegionalSts => "true or false; empty removes it",
        }
    }
}

impl FormScreen {
    /// Whether a document or the names of files are on their way to it by that job.
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.reading == Some(ticket) || self.folder.as_ref().is_some_and(|folder| folder.asked == ticket)
    }

    /// A form with these fields, nothing said yet.
    pub fn new(of: Form, fields: impl IntoIterator<Item = (FieldKind, String)>) -> Self {
        let field = |(kind, default)| Field { kind, text: String::new(), default, wrong: None };
        let fields = fields.into_iter().map(field).collect();
        Self { of, fields, at: 0, document: None, reading: None, folder: None, goes_on: false, refused: None }
    }

    /// The field that is typed into.
    pub fn field(&self) -> Option<&Field> {
        self.fields.get(self.at)
    }

    /// What a field says: what was typed, else what it is without that; nothing where there is no such field.
    pub fn said(&self, kind: FieldKind) -> &str {
        let field = self.fields.iter().find(|field| field.kind == kind);
        let text = field.map(|field| if field.text.trim().is_empty() { &field.default } else { &field.text });
        text.map_or("", |text| text.trim())
    }

    /// What was typed into a field.
    pub fn typed(&self, kind: FieldKind) -> &str {
        self.fields.iter().find(|field| field.kind == kind).map_or("", |field| field.text.trim())
    }

    /// The place of a field.
    pub fn place(&self, kind: FieldKind) -> Option<usize> {
        self.fields.iter().position(|field| field.kind == kind)
    }

    /// The path that was typed and not read yet.
    pub fn unread_path(&self) -> Option<&str> {
        let typed = self.typed(FieldKind::Document);
        let read = self.document.as_ref().and_then(|draft| draft.path.as_deref());
        (!typed.is_empty() && read != Some(typed)).then_some(typed)
    }
}
