//! What the arguments add to what was read: condition keys, the resource's own policy, SCPs.

use crate::cli::args::CanArgs;
use crate::cli::exit::Stop;
use crate::domain::access::{Asked, Policies, Source};
use crate::domain::policy::{Context, Document, Kind, Layer, Request};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What was given, read once.
pub(super) struct Given {
    /// Keys with their values, in the order of the keys.
    keys: BTreeMap<String, Vec<String>>,
    resource_policy: Option<Source>,
    scp: Vec<Arc<Document>>,
}

impl Given {
    /// Reads what the arguments name.
    ///
    /// # Errors
    /// A file that cannot be read, or is no policy; a key without a value.
    pub(super) fn of(command: &CanArgs) -> Result<Self, Stop> {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in &command.with {
            let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.is_empty()) else {
                let said = format!("--with {pair} is no KEY=VALUE");
                return Err(Stop::usage(said).hint("for example --with aws:RequestedRegion=eu-west-1"));
            };
            keys.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        // a role's own policy is its trust policy, which names no resource
        let own = if command.action.to_ascii_lowercase().starts_with("sts:") { Kind::Trust } else { Kind::Resource };
        let resource_policy = match &command.resource_policy {
            Some(path) => {
                let (text, _) = document(path, own)?;
                Some(Source { name: path.display().to_string().into(), managed: false, text })
            }
            None => None,
        };
        let scp = command.scp.iter().map(|path| document(path, Kind::Scp).map(|(_, document)| document));
        Ok(Self { keys, resource_policy, scp: scp.collect::<Result<_, _>>()? })
    }

    /// The request with the given keys, over what was known of them.
    pub(super) fn request(&self, asked: &Asked, principal: &str, context: Context) -> Request {
        let mut request = Request { context, ..Request::new(principal, &asked.action, &asked.resource) };
        for (key, values) in &self.keys {
            match values.as_slice() {
                [one] => request.context.set(key, one.as_str()),
                many => request.context.set_many(key, many.iter().map(String::as_str)),
            }
        }
        request
    }

    /// Puts the given policies beside those that were read.
    pub(super) fn add_to(&self, policies: &mut Policies, action: &str) {
        policies.layers.scp = self.scp.iter().map(|document| vec![document.clone()]).collect();
        if let Some(source) = &self.resource_policy {
            let own = if action.to_ascii_lowercase().starts_with("sts:") { Kind::Trust } else { Kind::Resource };
            policies.add(Layer::Resource, own, source.clone());
        }
    }
}

fn document(path: &Path, kind: Kind) -> Result<(Arc<str>, Arc<Document>), Stop> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Stop::usage(format!("{name} cannot be read: {error}")).hint("name a file with a policy document")
    })?;
    let document = Document::parse(&text, kind)
        .map_err(|unreadable| Stop::usage(format!("{name} is no {}: {unreadable}", kind.noun())))?;
    Ok((text.into(), Arc::new(document)))
}
