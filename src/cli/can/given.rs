//! What the arguments add to what was read: condition keys, the resource's own policy, SCPs.

use crate::cli::args::CanArgs;
use crate::cli::exit::Stop;
use crate::domain::access::{self, Policies, is_key};
use std::path::Path;

/// What was given, read once.
pub(super) struct Given {
    /// Keys of the request with a value each, in the order given.
    pub(super) keys: Vec<(String, String)>,
    policies: access::Given,
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
            is_key(key, value).map_err(|wrong| Stop::usage(wrong.said).hint(wrong.hint))?;
            keys.push((key.to_owned(), value.to_owned()));
        }
        let mut policies = access::Given::default();
        if let Some(path) = &command.resource_policy {
            let (name, text) = read(path)?;
            policies.resource_policy(&command.action, &name, &text).map_err(Stop::usage)?;
        }
        for path in &command.scp {
            let (name, text) = read(path)?;
            policies.scp(&name, &text).map_err(Stop::usage)?;
        }
        Ok(Self { keys, policies })
    }

    /// Puts the given policies beside those that were read.
    pub(super) fn add_to(&self, policies: &mut Policies) {
        self.policies.add_to(policies);
    }
}

/// A file's name and what stands in it.
fn read(path: &Path) -> Result<(String, String), Stop> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            Err(Stop::usage(format!("{name} cannot be read: {error}")).hint("name a file with a policy document"))
        }
    }
}
