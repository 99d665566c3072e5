//! Reading the kubeconfig: which clusters there are, and which one is meant.

use super::trouble::one_line;
use crate::config::Connection;
use crate::domain::model::shell_word;
use crate::source::{Failure, FailureKind};
use kube::config::{AuthInfo, Cluster, Context, ExecInteractiveMode, Kubeconfig, KubeconfigError};
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::PathBuf;

/// One context of the kubeconfig, for the screen of contexts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextInfo {
    /// Its name.
    pub name: String,
    /// Its cluster's name in the kubeconfig.
    pub cluster: String,
    /// The API server's URL, where the kubeconfig has one.
    pub server: Option<String>,
    /// Its namespace, where it names one.
    pub namespace: Option<String>,
    /// It is the one in use: `--context`, else the kubeconfig's own.
    pub current: bool,
}

/// The contexts of the kubeconfig, in its order. None is no failure: inside a cluster there is no kubeconfig.
pub fn contexts(connection: &Connection) -> Result<Vec<ContextInfo>, Failure> {
    let Some(config) = read(connection)? else { return Ok(Vec::new()) };
    let current = connection.context.as_ref().or(config.current_context.as_ref());
    let info = |named: &kube::config::NamedContext| {
        let context = named.context.clone().unwrap_or_default();
        let server = server(&config, &context.cluster).map(str::to_owned);
        let current = current == Some(&named.name);
        ContextInfo {
            name: named.name.clone(),
            server,
            cluster: context.cluster,
            namespace: context.namespace,
            current,
        }
    };
    Ok(config.contexts.iter().map(info).collect())
}

/// A context, chosen.
pub(super) struct Chosen {
    /// The whole kubeconfig, whose exec plugins will never write on the screen or read from it.
    pub config: Kubeconfig,
    /// The context's name.
    pub name: String,
    /// The context.
    pub context: Context,
    /// The API server's URL.
    pub server: Option<String>,
    /// Its user.
    pub user: AuthInfo,
}

/// The context that the flags or the kubeconfig name; `None` where there is no kubeconfig at all.
pub(super) fn choose(connection: &Connection) -> Result<Option<Chosen>, Failure> {
    let Some(mut config) = read(connection)? else { return Ok(None) };
    for user in config.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        if let Some(exec) = &mut user.exec {
            // Left open, the plugin inherits the terminal and writes its errors over the screen.
            exec.interactive_mode = Some(ExecInteractiveMode::Never);
        }
    }
    let wanted = connection.context.clone().or_else(|| config.current_context.clone()).filter(|name| !name.is_empty());
    let Some(name) = wanted else {
        if config.contexts.is_empty() {
            let hint =
                "write one with `aws eks update-kubeconfig --name CLUSTER`, or name another file with --kubeconfig";
            return Err(wrong("the kubeconfig has no contexts", Some(hint.into())));
        }
        return Err(wrong("the kubeconfig names no current context", Some(known(&config))));
    };
    let found = config.contexts.iter().find(|named| named.name == name).and_then(|named| named.context.clone());
    let Some(context) = found else {
        let hint = near(&config, &name).unwrap_or_else(|| known(&config));
        return Err(wrong(format!("the kubeconfig has no context {}", one_line(&name)), Some(hint)));
    };
    let user = config.auth_infos.iter().find(|named| Some(&named.name) == context.user.as_ref());
    if let (None, Some(user)) = (user, context.user.as_deref().filter(|user| !user.is_empty())) {
        let said = format!("the kubeconfig has no user {}, which the context names", one_line(user));
        return Err(wrong(said, Some("choose another context with --context, or mend the file".into())));
    }
    let user = user.and_then(|named| named.auth_info.clone()).unwrap_or_default();
    let server = server(&config, &context.cluster).map(str::to_owned);
    Ok(Some(Chosen { config, name, context, server, user }))
}

/// What is wrong with a kubeconfig, in words.
pub(super) fn failure(error: &KubeconfigError) -> Failure {
    match error {
        KubeconfigError::ReadConfig(error, path) if error.kind() == ErrorKind::NotFound => {
            let path = one_line(&path.display().to_string());
            let hint = format!(
                "name another file with --kubeconfig, or write it with \
                 `aws eks update-kubeconfig --name CLUSTER --kubeconfig {}`",
                shell_word(&path)
            );
            wrong(format!("there is no kubeconfig {path}"), Some(hint))
        }
        KubeconfigError::ReadConfig(error, path) => wrong(
            format!("the kubeconfig {} cannot be read: {error}", one_line(&path.display().to_string())),
            Some("check its permissions, or name another file with --kubeconfig".into()),
        ),
        KubeconfigError::LoadClusterOfContext(cluster) => wrong(
            format!("the kubeconfig has no cluster {}, which the context names", one_line(cluster)),
            Some("choose another context with --context, or mend the file".into()),
        ),
        KubeconfigError::ParseProxyUrl(error) => wrong(
            format!("the proxy's URL cannot be understood: {error}"),
            Some("see proxy-url of the kubeconfig's cluster, and HTTPS_PROXY".into()),
        ),
        KubeconfigError::ParseNoProxy(error) => wrong(
            format!("NO_PROXY cannot be understood: {}", one_line(&error.to_string())),
            Some("it lists hosts, domains, addresses and ranges, with commas between".into()),
        ),
        KubeconfigError::Parse(error) => {
            let at = error.location().map(|at| format!(", line {}", at.line())).unwrap_or_default();
            wrong(
                format!("this is no kubeconfig{at}: it is not the YAML that `kubectl config view` writes"),
                Some("mend the file, or name another with --kubeconfig".into()),
            )
        }
        other => wrong(
            format!("the kubeconfig cannot be understood: {}", one_line(&other.to_string())),
            Some("see what `kubectl config view` says of it".into()),
        ),
    }
}

/// The kubeconfig: `--kubeconfig`, else the files of `KUBECONFIG` merged, else `~/.kube/config`.
fn read(connection: &Connection) -> Result<Option<Kubeconfig>, Failure> {
    if let Some(path) = &connection.kubeconfig {
        return Kubeconfig::read_from(path).map(Some).map_err(|error| failure(&error));
    }
    let files = files(std::env::var_os("KUBECONFIG").as_deref(), etcetera::home_dir().ok());
    let mut merged: Option<Kubeconfig> = None;
    // As kubectl does it, files that are not there are passed over.
    for file in files.iter().filter(|file| file.exists()) {
        let next = Kubeconfig::read_from(file).map_err(|error| failure(&error))?;
        merged = Some(match merged {
            Some(config) => config.merge(next).map_err(|error| failure(&error))?,
            None => next,
        });
    }
    Ok(merged)
}

fn files(variable: Option<&OsStr>, home: Option<PathBuf>) -> Vec<PathBuf> {
    let listed: Vec<_> =
        variable.into_iter().flat_map(std::env::split_paths).filter(|path| !path.as_os_str().is_empty()).collect();
    if listed.is_empty() { home.into_iter().map(|home| home.join(".kube/config")).collect() } else { listed }
}

fn server<'c>(config: &'c Kubeconfig, cluster: &str) -> Option<&'c str> {
    self::cluster(config, cluster)?.server.as_deref()
}

/// A cluster of the kubeconfig.
pub(super) fn cluster<'c>(config: &'c Kubeconfig, name: &str) -> Option<&'c Cluster> {
    config.clusters.iter().find(|named| named.name == name)?.cluster.as_ref()
}

/// The names that may have been meant: those that are spelled nearly so, or of which it is a part.
fn near(config: &Kubeconfig, wanted: &str) -> Option<String> {
    /// As near as clap wants a word to be before it asks whether that was meant.
    const NEAR: f64 = 0.7;
    const SHOWN: usize = 3;
    let wanted = wanted.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        if name.contains(&wanted) { 1.0 } else { strsim::jaro(&name, &wanted) }
    };
    let names = config.contexts.iter().map(|named| (likeness(&named.name), named.name.as_str()));
    let mut names: Vec<_> = names.filter(|(likeness, _)| *likeness > NEAR).collect();
    names.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let names: Vec<_> = names.into_iter().take(SHOWN).map(|(_, name)| one_line(name)).collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

/// The names one can choose from; of many, the first.
fn known(config: &Kubeconfig) -> String {
    const SHOWN: usize = 10;
    let mut names: Vec<_> = config.contexts.iter().take(SHOWN).map(|named| one_line(&named.name)).collect();
    let more = config.contexts.len().saturating_sub(SHOWN);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    if names.is_empty() { "it has none".into() } else { format!("choose one with --context: {}", names.join(", ")) }
}

pub(super) fn wrong(said: impl Into<String>, hint: Option<String>) -> Failure {
    Failure { said: said.into(), hint, kind: FailureKind::Other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const CONFIG: &str = "
apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: c1, cluster: {server: 'https://one.example'}}
contexts:
- {name: one, context: {cluster: c1, user: u, namespace: shop}}
- {name: two, context: {cluster: c2}}
users:
- name: u
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token]}}
";

    fn connection(text: &str) -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config");
        fs::write(&path, text).expect("it can be written");
        (folder, Connection { kubeconfig: Some(path), ..Connection::default() })
    }

    #[test]
    fn the_contexts_and_which_one_is_current() {
        let (_folder, connection) = connection(CONFIG);
        let contexts = contexts(&connection).expect("it can be read");
        let shown: Vec<_> =
            contexts.iter().map(|c| (&*c.name, c.server.as_deref(), c.namespace.as_deref(), c.current)).collect();
        assert_eq!(shown, [("one", Some("https://one.example"), Some("shop"), true), ("two", None, None, false)]);
    }

    #[test]
    fn an_unknown_context_names_the_known_ones() {
        let (_folder, mut connection) = connection(CONFIG);
        connection.context = Some("three".into());
        let failure = choose(&connection).err().expect("there is no such context");
        assert_eq!(failure.said, "the kubeconfig has no context three");
        assert_eq!(failure.hint.as_deref(), Some("choose one with --context: one, two"));
    }

    #[test]
    fn an_unknown_context_names_those_that_are_nearly_it() {
        let names = ["arn:aws:eks:eu-west-1:111122223333:cluster/prod", "staging-eu", "staging-us", "dev"];
        let contexts: String = names.map(|name| format!("- {{name: '{name}', context: {{cluster: c}}}}\n")).concat();
        let (_folder, connection) = connection(&format!("contexts:\n{contexts}"));
        let hint = |wanted: &str| {
            let wanted = Connection { context: Some(wanted.into()), ..connection.clone() };
            choose(&wanted).err().and_then(|failure| failure.hint).unwrap_or_default()
        };
        assert_eq!(hint("Prod"), format!("did you mean {}?", names[0]));
        assert_eq!(hint("stagin-eu"), "did you mean staging-eu or staging-us?");
        assert!(hint("zzz").starts_with("choose one with --context: arn:"));
    }

    /// Without its user a context would be asked as nobody, and everything would seem to be forbidden.
    #[test]
    fn what_a_context_names_has_to_be_there() {
        let said = |text: &str| {
            let (_folder, connection) = connection(text);
            choose(&connection).err().map(|failure| failure.said)
        };
        let nobody = CONFIG.replace("user: u,", "user: nobody,");
        assert_eq!(said(&nobody).as_deref(), Some("the kubeconfig has no user nobody, which the context names"));
        assert_eq!(said("apiVersion: v1").as_deref(), Some("the kubeconfig has no contexts"));
        assert_eq!(said(&CONFIG.replace("current-context: one", "current-context: two")), None, "it names no user");
    }

    #[test]
    fn plugins_are_never_interactive() {
        let (_folder, connection) = connection(CONFIG);
        let chosen = choose(&connection).ok().flatten().expect("there is a context");
        assert_eq!(chosen.user.exec.and_then(|exec| exec.interactive_mode), Some(ExecInteractiveMode::Never));
        assert_eq!((&*chosen.name, chosen.server.as_deref()), ("one", Some("https://one.example")));
    }

    #[test]
    fn a_file_that_is_not_there_or_is_no_yaml() {
        let missing = Connection { kubeconfig: Some("/nowhere/config".into()), ..Connection::default() };
        let failure = contexts(&missing).expect_err("it is not there");
        assert_eq!(failure.said, "there is no kubeconfig /nowhere/config");
        assert!(failure.hint.is_some_and(|hint| hint.contains("update-kubeconfig")));
        let (_folder, broken) = connection("{");
        assert!(contexts(&broken).is_err());
    }

    #[test]
    fn of_what_is_no_kubeconfig_the_line_is_said() {
        let (_folder, connection) = connection(": : : {");
        let said = contexts(&connection).expect_err("it is none").said;
        assert_eq!(said, "this is no kubeconfig, line 1: it is not the YAML that `kubectl config view` writes");
    }

    #[test]
    fn the_variable_is_a_list_and_the_home_folder_the_last_way() {
        let two = std::env::join_paths(["/a", "/b"]).expect("they can be joined");
        assert_eq!(files(Some(&two), Some("/home/u".into())), [PathBuf::from("/a"), PathBuf::from("/b")]);
        assert_eq!(files(Some(OsStr::new("")), Some("/home/u".into())), [PathBuf::from("/home/u/.kube/config")]);
    }
}
