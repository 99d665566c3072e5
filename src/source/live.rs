//! A live cluster and its account behind the two ports.

use super::aws::{self, AwsHints};
use super::kube::{self, Cluster, Connected, Writer};
use super::{About, Access, CallLog, Changes, Deltas, Failure, Held, Origin, Roles, Source};
use crate::config::Connection;
use crate::domain::inventory::Delta;
use crate::domain::model::{Detour, Name, Question};
use crate::domain::plan::Change;
use crate::source::change::Rehearsal;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::sync::Arc;

pub use super::kube::{ContextInfo, contexts};

/// Opens what the flags and the kubeconfig name: signs in, builds the client, and looks for the AWS account. Neither is
/// asked anything yet: whether the API server answers at all, [`Facts::reach`](super::Facts::reach) says. What fails here
/// is the whole source, in words and with what to do about it; that AWS cannot be reached is no such failure, identities
/// still come from the pods.
pub async fn connect(connection: &Connection) -> Result<Source, Failure> {
    let calls = CallLog::default();
    let connected = kube::connect(connection, calls.clone()).await?;
    let Connected { cluster, writer, context, server, namespace, hints } = connected;
    let (connection, production) = connection.in_context(context.as_deref());
    // The AWS profile: the flag, else what the settings say of the context, else the kubeconfig user's, else the environment's.
    let profile = connection.profile.clone().or(hints.profile);
    let cluster_name = connection.cluster_name.clone().or(hints.cluster_name);
    let region = connection.region.clone().or(hints.region);
    let api = cluster.clone();
    let hints = AwsHints {
        profile: profile.clone(),
        region: region.clone(),
        endpoint_url: connection.endpoint_url.clone(),
        cluster_name: cluster_name.clone(),
        candidates: hints.candidates,
        server: server.clone(),
        issuer: Arc::new(move || {
            let api = api.clone();
            async move { api.issuer().await }.boxed()
        }),
    };
    let aws::Connected { roles: account, writer: aws_writer, region: usual_region } =
        aws::connect(hints, calls.clone()).await;
    let named = std::env::var("AWS_PROFILE").ok().filter(|profile| !profile.is_empty());
    let detour = Detour {
        kubectl: words([
            ("--kubeconfig", connection.kubeconfig.as_deref().map(|path| path.to_string_lossy().into_owned())),
            ("--context", connection.context.clone()),
            ("--as", connection.impersonate.clone()),
        ]),
        aws: words([
            ("--profile", profile.clone().filter(|_| profile != named)),
            ("--region", region.clone().filter(|_| region != usual_region)),
            ("--endpoint-url", connection.endpoint_url.clone()),
        ]),
    };
    let about = About {
        origin: Origin::Live,
        context,
        server,
        cluster_name,
        region,
        usual_region,
        profile: profile.or(named),
        namespace: namespace.filter(|_| !connection.all_namespaces),
        may_change: connection.read_only != Some(true),
        production,
        taken_at: None,
        detour,
    };
    let changes = about.may_change.then(|| Arc::new(Writers::new(writer, aws_writer)) as Arc<dyn Changes>);
    let roles = Arc::new(OnDemand { cluster: cluster.clone(), account });
    Ok(Source { facts: cluster, roles, changes, calls, about })
}

/// The flags that have a value, each followed by it.
fn words(flags: [(&str, Option<String>); 3]) -> Vec<String> {
    flags.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value?])).flatten().collect()
}

/// Sends each question to whom it is for: some of what is read on demand lies in Kubernetes.
struct OnDemand {
    cluster: Arc<Cluster>,
    account: Arc<dyn Roles>,
}

impl Roles for OnDemand {
    fn answer(&self, question: Question, out: Deltas) -> BoxFuture<'_, ()> {
        async move {
            let delta = match question {
                Question::ConfigMapKeys(namespace, name) => {
                    let keys = self.cluster.config_map_keys(&namespace, &name).await;
                    Delta::ConfigMapKeys(namespace, name, keys)
                }
                Question::Template(namespace, kind, name) => {
                    let template = self.cluster.template(&namespace, &kind, &name).await;
                    Delta::Template(namespace, kind, name, template)
                }
                Question::Workload(namespace, kind, name) => {
                    let rollout = self.cluster.rollout(&namespace, &kind, &name).await;
                    Delta::Workload(namespace, kind, name, rollout)
                }
                other => return self.account.answer(other, out).await,
            };
            // Nobody listening any more is no failure of ours.
            let _ = out.send(vec![delta]).await;
        }
        .boxed()
    }

    fn learn(&self, cluster_name: Option<&str>, region: Option<&str>) {
        self.account.learn(cluster_name, region);
    }

    fn access(&self) -> BoxFuture<'_, Vec<Access>> {
        self.account.access()
    }
}

/// Sends each change to whom it is for.
struct Writers {
    kubernetes: Writer,
    aws: Arc<aws::Writer>,
}

impl Writers {
    fn new(kubernetes: Writer, aws: aws::Writer) -> Self {
        let aws = Arc::new(aws);
        let asked = aws.clone();
        let associated = move |namespace: Name, account: Name| {
            let aws = asked.clone();
            async move { aws.associates(&namespace, &account).await }.boxed()
        };
        Self { kubernetes: kubernetes.asking(Arc::new(associated)), aws }
    }

    fn of(&self, change: &Change) -> &dyn Changes {
        if change.target.is_of_kubernetes() { &self.kubernetes } else { &*self.aws }
    }
}

impl Changes for Writers {
    fn look<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Held, Failure>> {
        self.of(change).look(change)
    }

    fn make<'a>(&'a self, change: &'a Change, held: &'a Held) -> BoxFuture<'a, Result<(), Failure>> {
        self.of(change).make(change, held)
    }

    fn settle<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<(), Failure>> {
        self.of(change).settle(change)
    }

    fn rehearse<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Rehearsal, Failure>> {
        self.of(change).rehearse(change)
    }

    fn may<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Access> {
        self.of(change).may(change)
    }
}
