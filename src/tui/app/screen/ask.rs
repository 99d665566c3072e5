//! The screen that a question is put on: may this pod, ServiceAccount, node or role do something?

use super::Scroll;
use crate::domain::access::{Given, NoQuestion, RESOURCE_POLICY, SCP, is_action, is_key, is_resource};
use crate::domain::identity::Asking;
use crate::domain::model::{Name, RoleArn};
use crate::tui::app::page::Line;
use crate::tui::app::select::Item;
use crate::tui::app::{Prompt, PromptKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A question about one object, and its answer. What follows from the inventory is made anew whenever that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct AskScreen {
    /// Who is asked about.
    pub subject: Item,
    /// Its identities, each once.
    pub askings: Vec<Asking>,
    /// What was asked, once something was.
    pub inquiry: Option<Inquiry>,
    /// What was given with it.
    pub given: Given,
    /// A question whose files are being read.
    pub waiting: Option<Waiting>,
    /// Why what was typed last is no question.
    pub refused: Option<String>,
    /// The answer.
    pub answer: Vec<Line>,
    /// What `askings` and `answer` were made from: the revision, and whether the catalogue was there.
    pub(in crate::tui::app) made_from: Option<(u64, bool)>,
    /// How far the answer is scrolled.
    pub scroll: Scroll,
}

/// A question whose files are still being read.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The question.
    pub inquiry: Inquiry,
    /// What stands in those that were read, by path.
    pub texts: BTreeMap<String, Arc<str>>,
}

/// A question, as typed: `ACTION [RESOURCE] [KEY=VALUE …] [--scp FILE …] [--resource-policy FILE]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// As typed.
    pub text: String,
    /// The action, or a pattern of actions.
    pub action: String,
    /// On what; where none is named, whatever the action works on.
    pub resource: Option<String>,
    /// Keys of the request, with a value each; a key may stand here more than once.
    pub keys: Vec<(String, String)>,
    /// Files with service control policies.
    pub scp: Vec<String>,
    /// A file with the resource's own policy.
    pub resource_policy: Option<String>,
}

impl AskScreen {
    /// A screen on which nothing was asked yet.
    pub(in crate::tui::app) fn new(subject: Item) -> Self {
        let (askings, answer) = (Vec::new(), Vec::new());
        let given = Given::default();
        let (inquiry, waiting, refused, made_from) = (None, None, None, None);
        Self { subject, askings, inquiry, given, waiting, refused, answer, made_from, scroll: Scroll::default() }
    }

    /// Whether what the line may become stands below it; the answer does, as long as the line is the question it answers.
    pub fn shows_completions(&self, prompt: &Prompt) -> bool {
        let is_as_asked = self.inquiry.as_ref().is_some_and(|inquiry| inquiry.text == prompt.input.value());
        prompt.kind == PromptKind::Ask && (self.refused.is_some() || prompt.picked.is_some() || !is_as_asked)
    }

    /// The roles that the answer hangs on.
    pub fn roles(&self) -> impl Iterator<Item = Name> {
        self.askings.iter().flat_map(Asking::roles).map(RoleArn::name_shared)
    }
}

impl Inquiry {
    /// The question that a text is.
    ///
    /// # Errors
    /// What is wrong with it, and how to write it.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let Some(action) = words.next() else {
            return Err("type an action, as in s3:GetObject".to_owned());
        };
        let refused = |wrong: NoQuestion| format!("{}: {}", wrong.said, wrong.hint);
        is_action(action).map_err(refused)?;
        let (mut resource, mut keys) = (None, Vec::new());
        let (mut scp, mut resource_policy) = (Vec::new(), None);
        while let Some(word) = words.next() {
            if word.starts_with("--") {
                let (option, file) = word.split_once('=').map_or((word, None), |(option, file)| (option, Some(file)));
                let file = file.or_else(|| words.next()).map(str::to_owned);
                match (option, file) {
                    (SCP | RESOURCE_POLICY, None) => return Err(format!("{option} needs the name of a file")),
                    (SCP, Some(file)) => scp.push(file),
                    (RESOURCE_POLICY, Some(file)) => resource_policy = Some(file),
                    _ => return Err(format!("{option} is not known here: {SCP} FILE and {RESOURCE_POLICY} FILE are")),
                }
                continue;
            }
            match word.split_once('=') {
                Some((key, value)) if !key.is_empty() && !word.starts_with("arn:") => {
                    is_key(key, value).map_err(refused)?;
                    keys.push((key.to_owned(), value.to_owned()));
                }
                _ if resource.is_none() => {
                    is_resource(word).map_err(refused)?;
                    resource = Some(word.to_owned());
                }
                _ => return Err(format!("one resource at a time, and {word} is a second one")),
            }
        }
        let (text, action) = (text.trim().to_owned(), action.to_owned());
        Ok(Self { text, action, resource, keys, scp, resource_policy })
    }

    /// The files that are given with it, each once.
    pub fn files(&self) -> BTreeSet<&str> {
        self.scp.iter().chain(&self.resource_policy).map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_an_action_a_resource_and_keys() {
        let read = |text: &str| Inquiry::read(text).map(|it| (it.action, it.resource, it.keys));
        let key = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(read(" s3:Get* "), Ok(("s3:Get*".to_owned(), None, vec![])));
        let arn = "arn:aws:s3:::b/day=1";
        assert_eq!(
            read(&format!("s3:GetObject {arn} aws:SourceIp=10.0.0.1 k=a=b")),
            Ok((
                "s3:GetObject".to_owned(),
                Some(arn.to_owned()),
                vec![key("aws:SourceIp", "10.0.0.1"), key("k", "a=b")]
            )),
            "an ARN may hold an equals sign, and a value too"
        );
        let files = Inquiry::read("s3:GetObject --scp a.json k=v --resource-policy=b.json --scp c.json").unwrap();
        assert_eq!(
            (files.scp.join(" "), files.resource_policy.as_deref()),
            ("a.json c.json".to_owned(), Some("b.json"))
        );
        assert_eq!((files.resource, files.keys), (None, vec![key("k", "v")]));
        for wrong in [
            "s3:GetObject --scp",
            "s3:GetObject --rcp a",
            "",
            "getobject",
            "s3:",
            ":x",
            "arn:aws:s3:::b",
            "s3:GetObject b/x",
            "s3:GetObject aws:ResourceAccount=other",
            "s3:GetObject arn:aws:s3:::a arn:aws:s3:::b",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
