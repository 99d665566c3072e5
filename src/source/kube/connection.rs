//! The way to the API server: from the kubeconfig, or from inside a cluster, to a client. Nothing is asked yet.

use super::api::Api;
use super::changes::Writer;
use super::cluster::Cluster;
use super::hints::Hints;
use super::kubeconfig::{self, Chosen, wrong};
use super::plugin::{self, Plugin};
use super::trouble::{Cause, Place, Trouble, one_line};
use crate::config::Connection;
use crate::domain::model::{Name, shell_word};
use crate::source::proxy::{Proxy, is_here};
use crate::source::{CallLog, Failure};
use http::Uri;
use kube::Config;
use kube::config::KubeConfigOptions;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// How long an exec plugin may take: some ask a person in the browser.
const SIGN_IN: Duration = Duration::from_mins(1);

/// What stands for the context's name in a pod, as client-go calls that way.
const INSIDE: &str = "in-cluster";

/// A cluster, and what the kubeconfig says of it.
pub(in crate::source) struct Connected {
    /// The adapter.
    pub cluster: Arc<Cluster>,
    /// The same, to be written to.
    pub writer: Writer,
    /// The context's name; [`INSIDE`] where there is no kubeconfig.
    pub context: Option<String>,
    /// The API server's URL.
    pub server: Option<String>,
    /// The namespace of `-n`, or of the context where it names one.
    pub namespace: Option<String>,
    /// What it says of AWS.
    pub hints: Hints,
}

/// What is needed to build a client, and to explain why it could not be.
struct Way {
    config: Config,
    context: Option<String>,
    server: Option<String>,
    namespace: Option<String>,
    plugin: Option<Plugin>,
    /// `proxy-url` of the kubeconfig's cluster.
    proxy: Option<Proxy>,
    hints: Hints,
}

/// Builds the client, which runs the exec plugin where there is one.
pub(in crate::source) async fn connect(connection: &Connection, calls: CallLog) -> Result<Connected, Failure> {
    let way = match kubeconfig::choose(connection)? {
        Some(chosen) => by_kubeconfig(chosen).await?,
        None => from_inside(connection)?,
    };
    let Way { mut config, context, server, namespace, plugin, proxy, hints } = way;
    let proxy = proxy.or_else(|| Proxy::to_kubernetes(&config.cluster_url, &|name| std::env::var(name).ok()));
    // Not kube's choice, which holds NO_PROXY against the proxy's own name, and not against the server's.
    config.proxy_url = proxy.as_ref().map(url_of).transpose()?;
    config.connect_timeout = Some(CONNECT);
    // Waiting for a server that turns us away is ours: bounded, and told.
    config.default_retry = false;
    // On the same machine zipping costs both sides more than it saves.
    config.disable_compression |= is_here(config.cluster_url.host().unwrap_or_default());
    if let Some(user) = &connection.impersonate {
        config.auth_info.impersonate = Some(user.clone());
    }
    let namespace = connection.namespace.clone().or(namespace);
    let fall_back = Name::from(namespace.as_deref().unwrap_or("default"));
    let client = client(config, plugin.as_ref()).await?;
    let place = Place { proxy, ..place(server.as_deref(), plugin.as_ref(), &hints) };
    let api = Api::new(client, calls, flags(connection, context.as_deref()), place);
    let (cluster, writer) = (Arc::new(Cluster::new(api.clone(), fall_back)), Writer::new(api));
    let context = context.or_else(|| Some(INSIDE.to_owned()));
    Ok(Connected { cluster, writer, context, server, namespace, hints })
}

async fn by_kubeconfig(chosen: Chosen) -> Result<Way, Failure> {
    let Chosen { config, name, context, server, user } = chosen;
    let hints = Hints::of(user.exec.as_ref(), [&name, &context.cluster], server.as_deref());
    let plugin = user.exec.as_ref().map(|exec| Plugin {
        command: exec.command.clone().unwrap_or_default(),
        profile: hints.profile.clone(),
        install_hint: exec.install_hint.clone(),
    });
    let proxy_url = kubeconfig::cluster(&config, &context.cluster).and_then(|cluster| cluster.proxy_url.as_deref());
    let named_by = || format!("proxy-url of the kubeconfig's cluster {}", context.cluster);
    let proxy = proxy_url.filter(|url| !url.is_empty()).map(|url| Proxy::new(url, named_by()));
    let options = KubeConfigOptions { context: Some(name.clone()), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(config, &options).await.map_err(|error| kubeconfig::failure(&error))?;
    Ok(Way { config, context: Some(name), server, namespace: context.namespace, plugin, proxy, hints })
}

/// Where there is no kubeconfig: in a pod, by its ServiceAccount's token.
fn from_inside(connection: &Connection) -> Result<Way, Failure> {
    let nowhere = "there is no kubeconfig: neither KUBECONFIG nor ~/.kube/config names a file that is there";
    if let Some(context) = &connection.context {
        let said = format!("{nowhere}, so there is no context {}", one_line(context));
        return Err(wrong(said, Some("name the file with --kubeconfig".into())));
    }
    let config = Config::incluster().map_err(|error| {
        if std::env::var_os("KUBERNETES_SERVICE_HOST").is_none() {
            let hint = "write one with `aws eks update-kubeconfig --name CLUSTER`, or look around with --demo";
            return wrong(nowhere, Some(hint.into()));
        }
        let said = format!(
            "in this pod there is neither a kubeconfig nor a ServiceAccount's token: {}",
            one_line(&error.to_string())
        );
        wrong(said, Some("let the pod have its token (automountServiceAccountToken), or mount a kubeconfig".into()))
    })?;
    let server = Some(config.cluster_url.to_string());
    let namespace = Some(config.default_namespace.clone());
    Ok(Way { config, context: None, server, namespace, plugin: None, proxy: None, hints: Hints::default() })
}

/// A proxy as kube's client takes it: one of another kind would be an error with the password in it.
fn url_of(proxy: &Proxy) -> Result<Uri, Failure> {
    let url = proxy.url().parse::<Uri>().ok().filter(|url| url.host().is_some());
    let url = url.filter(|url| matches!(url.scheme_str(), Some("http" | "https" | "socks5")));
    let said =
        || format!("the {proxy} cannot be gone through: what is known are http://, https:// and socks5://HOST:PORT");
    url.ok_or_else(|| wrong(said(), Some(proxy.remedy())))
}

/// The client; the plugin runs here, and blocks while it does.
async fn client(config: Config, plugin: Option<&Plugin>) -> Result<kube::Client, Failure> {
    // The client's own worker needs the runtime that it is built in.
    let building = spawn_blocking(move || kube::Client::try_from(config));
    let built = match timeout(SIGN_IN, building).await {
        Ok(Ok(built)) => built,
        Ok(Err(_)) => return Err(wrong("building the Kubernetes client failed", None)),
        Err(_) => {
            let command = plugin.map_or("signing in", |plugin| &plugin.command);
            let said = format!("`{command}` did not end within {} s", SIGN_IN.as_secs());
            return Err(Trouble::new(Cause::Timeout, said)
                .with_hint("run it by hand: it may wait for an answer")
                .failure());
        }
    };
    built.map_err(|error| match &error {
        kube::Error::Auth(auth) => plugin::trouble(auth, plugin).failure(),
        other => Trouble::sent(other).failure(),
    })
}

/// What makes an answer's trouble a sentence of this cluster's.
fn place(server: Option<&str>, plugin: Option<&Plugin>, hints: &Hints) -> Place {
    let signs_in_to_aws = plugin.is_some_and(|plugin| plugin.command.contains("aws"));
    let unknown_here = signs_in_to_aws.then(|| {
        let cluster = hints.cluster_name.as_deref().unwrap_or("CLUSTER");
        let profile = hints.profile.as_ref().map(|profile| format!(" --profile {profile}")).unwrap_or_default();
        format!(
            "`aws sts get-caller-identity{profile}` shows who you are; that principal needs an access entry: \
             `aws eks list-access-entries --cluster-name {cluster}{profile}`"
        )
    });
    Place { server: server.map(str::to_owned), unknown_here, proxy: None }
}

/// What kubectl needs to reach the same server as the same user.
fn flags(connection: &Connection, context: Option<&str>) -> String {
    let kubeconfig = connection.kubeconfig.as_ref().map(|path| path.display().to_string());
    let flags =
        [("--kubeconfig", kubeconfig.as_deref()), ("--context", context), ("--as", connection.impersonate.as_deref())];
    flags.into_iter().filter_map(|(flag, value)| Some(format!(" {flag} {}", shell_word(value?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_name_the_same_server_and_user() {
        let connection = Connection { impersonate: Some("jane doe".into()), ..Connection::default() };
        assert_eq!(
            flags(&connection, Some("arn:aws:eks:eu-west-1:1:cluster/a")),
            " --context arn:aws:eks:eu-west-1:1:cluster/a --as 'jane doe'"
        );
        assert_eq!(flags(&Connection::default(), None), "");
    }
}
