//! Policies that are given by hand beside those that were read: SCPs, and the resource's own.

use super::{Access, Policies, Source};
use crate::domain::policy::{Action, Document, Kind, Layer};
use std::sync::Arc;

/// What names a file with a service control policy, on the command line and on the screen.
pub const SCP: &str = "--scp";
/// What names the file with the resource's own policy.
pub const RESOURCE_POLICY: &str = "--resource-policy";

impl Access {
    /// How what was not read could be given: `--scp FILE`.
    pub fn ways_to_give(&self) -> Vec<String> {
        let is_unread = |layer| self.not_read().any(|it| it == layer);
        let ways = [(Layer::Scp, SCP), (Layer::Resource, RESOURCE_POLICY)].into_iter();
        ways.filter(|(layer, _)| is_unread(*layer)).map(|(_, option)| format!("{option} FILE")).collect()
    }
}

/// What was given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Given {
    /// The resource's own policy, and what it is read as.
    resource_policy: Option<(Kind, Source)>,
    /// Service control policies: each has to allow.
    scp: Vec<(Source, Arc<Document>)>,
}

impl Given {
    /// Adds a service control policy.
    ///
    /// # Errors
    /// Why the text is none, by the name of its file.
    pub fn scp(&mut self, name: &str, text: &str) -> Result<(), String> {
        self.scp.push((source(name, text), document(name, text, Kind::Scp)?));
        Ok(())
    }

    /// Sets the policy of the resource that the action works on: for `sts:AssumeRole` a trust policy.
    ///
    /// # Errors
    /// Why the text is none, by the name of its file.
    pub fn resource_policy(&mut self, action: &str, name: &str, text: &str) -> Result<(), String> {
        let kind = Action::new(action).kind_of_resource_policy();
        document(name, text, kind)?;
        self.resource_policy = Some((kind, source(name, text)));
        Ok(())
    }

    /// Puts the given policies beside those that were read.
    pub fn add_to(&self, policies: &mut Policies) {
        for (source, document) in &self.scp {
            policies.add_scp(source.clone(), document.clone());
        }
        if let Some((kind, source)) = &self.resource_policy {
            policies.add(Layer::Resource, *kind, source.clone());
        }
    }
}

fn source(name: &str, text: &str) -> Source {
    Source { name: name.into(), managed: false, text: text.into() }
}

fn document(name: &str, text: &str, kind: Kind) -> Result<Arc<Document>, String> {
    let document = Document::parse(text, kind);
    document.map(Arc::new).map_err(|unreadable| format!("{name} is no {}: {unreadable}", kind.noun()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::access;
    use crate::domain::policy::Request;

    #[test]
    fn each_scp_is_a_level_of_its_own_and_what_is_no_policy_is_refused_by_its_name() {
        let mut given = Given::default();
        let allow = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        assert_eq!((given.scp("a", allow), given.scp("b", allow)), (Ok(()), Ok(())));
        assert!(given.scp("c", "[").is_err_and(|said| said.starts_with("c is no ")));
        assert!(given.resource_policy("s3:GetObject", "d", "1").is_err_and(|said| said.starts_with("d is no ")));
        let mut policies = Policies::default();
        given.add_to(&mut policies);
        assert_eq!(policies.layers.scp.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
        let name = |level| policies.source_at(Layer::Scp, Some(level), 0).map(|source| &*source.name);
        assert_eq!((name(0), name(1), name(2)), (Some("a"), Some("b"), None));
        assert_eq!(policies.source(Layer::Resource, 0), None);
    }

    #[test]
    fn whatever_is_odd_about_what_is_given_is_said() {
        let mut given = Given::default();
        let mistyped = r#"{"Statement":{"Effect":"Deny","Action":"s3:Get,Put","Resource":"*"}}"#;
        let nobodys = r#"{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;
        given.scp("limits", mistyped).unwrap();
        given.resource_policy("s3:GetObject", "own", nobodys).unwrap();
        let own = source("mistyped", mistyped);
        let mut policies = Policies::default().with(Layer::Identity, Kind::Identity, own);
        given.add_to(&mut policies);
        let said = policies.not_understood(&Action::new("s3:GetObject"));
        let begins = ["resource policy own: ", "service control policy limits: "];
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said.iter().zip(begins).all(|(said, begins)| said.starts_with(begins)), "{said:?}");
    }

    #[test]
    fn what_an_scp_denies_everywhere_is_allowed_nowhere() {
        let identity = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::shop/*"}}"#;
        let source = source("own", identity);
        let request = Request::new("arn:aws:iam::111122223333:role/api", "s3:GetObject", "arn:aws:s3:::*");
        let under = |effect: &str| {
            let scp = format!(r#"{{"Statement":{{"Effect":"{effect}","Action":"*","Resource":"*"}}}}"#);
            let (mut policies, mut given) =
                (Policies::default().with(Layer::Identity, Kind::Identity, source.clone()), Given::default());
            given.scp("limits", &scp).unwrap();
            given.add_to(&mut policies);
            access(&policies, &request).allowed_on
        };
        assert_eq!(under("Allow"), ["arn:aws:s3:::shop/*"]);
        assert!(under("Deny").is_empty());
    }
}
