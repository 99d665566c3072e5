//! What the program was told: flags, environment and the settings of a file.

use etcetera::{BaseStrategy, choose_base_strategy};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// Whether nothing may be changed, by `--readonly`, `ROLECALL_READONLY` or `--write`; else the settings say.
    pub read_only: Option<bool>,
    /// The settings: what they say of a context holds wherever one goes from here.
    pub settings: Arc<Settings>,
}

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A cluster and its account.
    Live(Connection),
    /// `--from`: a capture.
    Capture(PathBuf),
    /// `--demo`: the embedded cluster.
    Demo {
        /// `--readonly`: nothing may be changed in it either.
        read_only: bool,
    },
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
}

impl Connection {
    /// The same with what the settings say of the context that was chosen, where neither a flag nor the environment
    /// says otherwise; and whether that context is marked as production.
    #[must_use]
    pub fn in_context(&self, context: Option<&str>) -> (Self, bool) {
        let mut connection = self.clone();
        let own = context.and_then(|context| self.settings.context.get(context));
        let forbidden = self.settings.readonly || own.is_some_and(|own| own.readonly);
        connection.read_only = Some(self.read_only.unwrap_or(forbidden));
        if let Some(own) = own {
            connection.profile = connection.profile.or_else(|| own.profile.clone());
            connection.region = connection.region.or_else(|| own.region.clone());
            connection.cluster_name = connection.cluster_name.or_else(|| own.cluster.clone());
        }
        (connection, own.is_some_and(|own| own.production))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(settings: &str, read_only: Option<bool>) -> Connection {
        let settings = Arc::new(Settings::parse(settings, "f").unwrap());
        Connection { region: Some("us-east-1".to_owned()), read_only, settings, ..Connection::default() }
    }

    #[test]
    fn what_the_file_says_of_a_context_fills_what_flags_leave_open() {
        let flags =
            connection("[context.\"prod\"]\nprofile = \"prod\"\nregion = \"eu-west-1\"\nproduction = true\n", None);
        let (prod, production) = flags.in_context(Some("prod"));
        assert_eq!((prod.profile.as_deref(), prod.region.as_deref()), (Some("prod"), Some("us-east-1")));
        assert!(production);
        let (other, production) = flags.in_context(Some("dev"));
        assert_eq!(other, Connection { read_only: Some(false), ..flags });
        assert!(!production);
    }

    #[test]
    fn what_is_read_only_stays_so_unless_a_flag_lifts_it() {
        let of =
            |settings, flag, context| connection(settings, flag).in_context(Some(context)).0.read_only == Some(true);
        let one = "[context.\"prod\"]\nreadonly = true\n";
        assert!(of(one, None, "prod") && !of(one, None, "dev"));
        assert!(of("readonly = true\n", None, "dev"));
        assert!(!of("readonly = true\n", Some(false), "dev"), "--write");
        assert!(of("", Some(true), "dev"), "--readonly");
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let error =
            Settings::parse("[context.\"prod\"]\nregion = \"x\"\ncolour = \"red\"\n", "config.toml").unwrap_err();
        assert!(error.to_string().starts_with("config.toml, line 3: unknown field `colour`"), "{error}");
    }
}
