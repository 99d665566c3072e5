//! What the arguments add to what was read: condition keys, the resource's own policy, SCPs.

use crate::cli::args::CanArgs;
use crate::cli::exit::Stop;
use crate::domain::access::{Policies, Source};
use crate::domain::policy::{Action, Document, Kind, Layer};
use std::path::Path;
use std::sync::Arc;

/// What was given, read once.
pub(super) struct Given {
    /// Keys of the request with a value each, in the order given.
    pub(super) keys: Vec<(String, String)>,
    /// The resource's own policy, and what it is read as.
    resource_policy: Option<(Kind, Source)>,
    scp: Vec<Arc<Document>>,
}

impl Given {
    /// Reads what the arguments name.
    ///
    /// # Errors
    /// A file that cannot be read, or is no policy; a key without a value.
    pub(super) fn of(command: &CanArgs) -> Result<Self, Stop> {
        let mut keys = Vec::new();
        for pair in &command.with {
            let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.is_empty()) else {
                let said = format!("--with {pair} is no KEY=VALUE");
                return Err(Stop::usage(said).hint("for example --with aws:RequestedRegion=eu-west-1"));
            };
            keys.push((key.to_owned(), value.to_owned()));
        }
        let resource_policy = match &command.resource_policy {
            Some(path) => {
                let kind = Action::new(&command.action).kind_of_resource_policy();
                let (text, _) = document(path, kind)?;
                Some((kind, Source { name: path.display().to_string().into(), managed: false, text }))
            }
            None => None,
        };
        let scp = command.scp.iter().map(|path| document(path, Kind::Scp).map(|(_, document)| document));
        Ok(Self { keys, resource_policy, scp: scp.collect::<Result<_, _>>()? })
    }

    /// Puts the given policies beside those that were read.
    pub(super) fn add_to(&self, policies: &mut Policies) {
        policies.layers.scp = self.scp.iter().map(|document| vec![document.clone()]).collect();
        if let Some((kind, source)) = &self.resource_policy {
            policies.add(Layer::Resource, *kind, source.clone());
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
