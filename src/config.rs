//! What the program was told: flags, environment and the settings of a file.

use etcetera::{BaseStrategy, choose_base_strategy};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

/// How to reach Kubernetes and AWS, as kubectl and the AWS CLI name it. Everything is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connection {
    /// `--kubeconfig`.
    pub kubeconfig: Option<PathBuf>,
    /// `--context`.
    pub context: Option<String>,
    /// `-n`.
    pub namespace: Option<String>,
    /// `-A`: all namespaces, whatever the context says.
    pub all_namespaces: bool,
    /// `--as`: the user to impersonate.
    pub impersonate: Option<String>,
    /// `--profile`, else the kubeconfig user's `exec.env`, else the environment.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--endpoint-url`: every AWS call goes there.
    pub endpoint_url: Option<String>,
    /// `--cluster-name`.
    pub cluster_name: Option<String>,
    /// Nothing may be changed: `--readonly`, `ROLECALL_READONLY`, else the file; `--write` lifts what the file says.
    pub read_only: Option<bool>,
    /// The file marks the context as production.
    pub production: bool,
}

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A cluster and its account.
    Live(Connection),
    /// `--from`: a capture.
    Capture(PathBuf),
    /// `--demo`: the embedded cluster.
    Demo,
}

/// The file `$XDG_CONFIG_HOME/rolecall/config.toml`. Every key has an effect; an unknown one is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Nothing may be changed, whatever the context.
    #[serde(default)]
    pub readonly: bool,
    /// `[context."NAME"]`: what goes with a kubeconfig context.
    #[serde(default)]
    pub context: BTreeMap<String, ContextSettings>,
}

/// What goes with one kubeconfig context, where neither a flag nor the environment says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextSettings {
    /// The AWS profile.
    pub profile: Option<String>,
    /// The AWS region.
    pub region: Option<String>,
    /// The EKS cluster's name.
    pub cluster: Option<String>,
    /// Nothing may be changed there.
    #[serde(default)]
    pub readonly: bool,
    /// Changes there ask for the cluster's name to be typed.
    #[serde(default)]
    pub production: bool,
}

/// Why the file could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// It is there and cannot be read.
    #[error("{path} cannot be read: {said}")]
    File {
        /// Which file.
        path: String,
        /// What the system said.
        said: String,
    },
    /// It is not TOML, or holds what no setting is.
    #[error("{path}, line {line}: {said}")]
    Content {
        /// Which file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        said: String,
    },
}

impl SettingsError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "check its permissions",
            Self::Content { .. } => {
                "settings are readonly, and [context.\"NAME\"] with profile, region, cluster, readonly and production"
            }
        }
    }
}

impl Settings {
    /// The settings of the file; none where there is no file.
    pub fn load() -> Result<Self, SettingsError> {
        let Ok(dirs) = choose_base_strategy() else { return Ok(Self::default()) };
        let path = dirs.config_dir().join("rolecall").join("config.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path.display().to_string()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(SettingsError::File { path: path.display().to_string(), said: error.to_string() }),
        }
    }

    fn parse(text: &str, path: &str) -> Result<Self, SettingsError> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
            SettingsError::Content { path: path.to_owned(), line, said: error.message().to_owned() }
        })
    }

    /// The connection with what the file says of its context, where nothing else says it.
    #[must_use]
    pub fn applied(&self, mut connection: Connection, current_context: Option<&str>) -> Connection {
        let context = connection.context.as_deref().or(current_context);
        let settings = context.and_then(|context| self.context.get(context));
        let forbidden = self.readonly || settings.is_some_and(|settings| settings.readonly);
        connection.read_only = Some(connection.read_only.unwrap_or(forbidden));
        connection.production = settings.is_some_and(|settings| settings.production);
        if let Some(settings) = settings {
            connection.profile = connection.profile.or_else(|| settings.profile.clone());
            connection.region = connection.region.or_else(|| settings.region.clone());
            connection.cluster_name = connection.cluster_name.or_else(|| settings.cluster.clone());
        }
        connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_file_says_of_a_context_fills_what_flags_leave_open() {
        let settings =
            Settings::parse("[context.\"prod\"]\nprofile = \"prod\"\nregion = \"eu-west-1\"\n", "f").unwrap();
        let flags = Connection { region: Some("us-east-1".to_owned()), ..Connection::default() };
        let applied = settings.applied(flags, Some("prod"));
        assert_eq!((applied.profile.as_deref(), applied.region.as_deref()), (Some("prod"), Some("us-east-1")));
        let other = settings.applied(Connection::default(), Some("dev"));
        assert_eq!(other, Connection { read_only: Some(false), ..Connection::default() });
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let error =
            Settings::parse("[context.\"prod\"]\nregion = \"x\"\ncolour = \"red\"\n", "config.toml").unwrap_err();
        assert!(error.to_string().starts_with("config.toml, line 3: unknown field `colour`"), "{error}");
    }
}
