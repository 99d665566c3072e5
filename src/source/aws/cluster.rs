//! The cluster as EKS describes it, and whether it is the one behind the kubeconfig.

use super::account::{Account, reading};
use super::refusal::Refusal;
use super::wire::Line;
use crate::domain::inventory::Delta;
use crate::domain::model::{Cluster, Confirmation, GapReason, Name, visible};
use http::Uri;
use std::time::Duration;

const ACTION: &str = "eks:DescribeCluster";
/// How long the API server may take to tell its issuer.
const ISSUER_PATIENCE: Duration = Duration::from_secs(10);

impl Account {
    /// The cluster. Where it may not be described the gap stands alone: an API server's issuer by itself says nothing of
    /// an account.
    pub(super) async fn answer_cluster(&self) -> Vec<Delta> {
        let answer = self.described().await.map(|cluster| self.remember_cluster(cluster));
        vec![Delta::Cluster(reading(answer, "EKS cluster", ACTION))]
    }

    async fn described(&self) -> Result<Cluster, Refusal> {
        let name = match self.cluster_name() {
            Ok(name) => name,
            Err(_) => match self.of_a_candidate().await {
                Some(told) => return told,
                None => self.named_cluster().await?,
            },
        };
        let (_, region) = self.regional()?;
        match self.describe(&name).await? {
            Some(cluster) => Ok(cluster),
            None => Err(self.no_such(&name, &region).await),
        }
    }

    /// The cluster of the first candidate that is proven to be the one behind the kubeconfig. A name that happens to be
    /// another cluster's, or may not be looked up, tells nothing.
    async fn of_a_candidate(&self) -> Option<Result<Cluster, Refusal>> {
        for name in &self.hints.candidates {
            match self.describe(name).await {
                Ok(Some(cluster)) if matches!(cluster.confirmation, Confirmation::Confirmed(_)) => {
                    self.adopt(name);
                    return Some(Ok(cluster));
                }
                Ok(_) => {}
                Err(refusal) if refusal.reason == GapReason::Forbidden => {}
                Err(refusal) => return Some(Err(refusal)),
            }
        }
        None
    }

    /// What EKS says of the cluster of that name; `None` where it knows none.
    pub(super) async fn describe(&self, name: &str) -> Result<Option<Cluster>, Refusal> {
        let (clients, region) = self.regional()?;
        let call = clients.eks.describe_cluster().name(name).send();
        let line = Line::new(ACTION, &[("--name", name)]);
        let issuer = tokio::time::timeout(ISSUER_PATIENCE, (self.hints.issuer)());
        let (said, issuer) = tokio::join!(self.wire.ask(line, Some(&region), call), issuer);
        let said = match said {
            Ok(said) => said,
            Err(refusal) if refusal.is_absent() => return Ok(None),
            Err(refusal) => return Err(refusal),
        };
        let Some(cluster) = said.cluster() else { return Ok(None) };
        let issuer = issuer.ok().flatten();
        let its_issuer = cluster.identity().and_then(|identity| identity.oidc()).and_then(|oidc| oidc.issuer());
        let confirmation = confirmation(&Compared {
            name,
            server: self.hints.server.as_deref(),
            endpoint: cluster.endpoint(),
            issuer: issuer.as_deref(),
            its_issuer,
        });
        Ok(Some(Cluster {
            name: Name::from(cluster.name().unwrap_or(name)),
            arn: cluster.arn().map(Name::from),
            account: cluster.arn().and_then(account_of).map(Name::from),
            version: cluster.version().map(Name::from),
            endpoint: cluster.endpoint().map(Name::from),
            issuer: its_issuer.or(issuer.as_deref()).map(Name::from),
            region: Some(Name::from(region)),
            confirmation,
        }))
    }

    /// The sentence for a name that EKS does not know: where it was looked for decides.
    pub(super) async fn no_such(&self, name: &str, region: &str) -> Refusal {
        let account = match self.caller().await {
            Ok(caller) => format!(" of account {}", caller.account),
            Err(_) => String::new(),
        };
        let sentence = format!(
            "there is no EKS cluster {} in {region}{account}: check --cluster-name, --region and --profile",
            visible(name)
        );
        Refusal::new(GapReason::NotFoundOut, sentence)
    }
}

/// The account in an ARN.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| account.len() == 12)
}

/// The cluster, confirmed by a node's instance; `None` where it needs or stands no such proof.
pub(super) fn confirmed_by_instance(cluster: &Cluster, instance: &Name) -> Option<Cluster> {
    let words = format!("instance {instance} of one of its nodes is in this account");
    (cluster.confirmation == Confirmation::Open)
        .then(|| Cluster { confirmation: Confirmation::Confirmed(words), ..cluster.clone() })
}

/// What is held side by side.
struct Compared<'a> {
    name: &'a str,
    /// The kubeconfig's server.
    server: Option<&'a str>,
    /// The endpoint that EKS gives.
    endpoint: Option<&'a str>,
    /// The API server's issuer.
    issuer: Option<&'a str>,
    /// The issuer that EKS gives.
    its_issuer: Option<&'a str>,
}

fn confirmation(compared: &Compared<'_>) -> Confirmation {
    let Compared { name, server, endpoint, issuer, its_issuer } = compared;
    if let (Some(server), Some(endpoint)) = (server, endpoint)
        && same_server(server, endpoint)
    {
        return Confirmation::Confirmed("EKS gives the kubeconfig's server as its endpoint".to_owned());
    }
    match (issuer, its_issuer) {
        (Some(issuer), Some(its)) if same_issuer(issuer, its) => {
            Confirmation::Confirmed("EKS gives the API server's issuer as its own".to_owned())
        }
        (Some(issuer), Some(its)) => Confirmation::Refuted(format!(
            "the API server's issuer is {}, but EKS cluster {} has {}: AWS is asked about another cluster, check --profile \
             and --cluster-name",
            visible(issuer),
            visible(name),
            visible(its)
        )),
        _ => Confirmation::Open,
    }
}

fn same_server(one: &str, other: &str) -> bool {
    match (normal_server(one), normal_server(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// Host, port and path, spelled in one way.
fn normal_server(url: &str) -> Option<(String, u16, String)> {
    let uri: Uri = url.trim().parse().ok()?;
    let scheme = uri.scheme_str().unwrap_or("https").to_ascii_lowercase();
    let port = uri.port_u16().unwrap_or(if scheme == "http" { 80 } else { 443 });
    let host = uri.host()?.trim_end_matches('.').to_ascii_lowercase();
    Some((host, port, uri.path().trim_end_matches('/').to_owned()))
}

/// EKS spells the issuer of one cluster with two hosts, `oidc.eks.REGION.amazonaws.com` and the dual-stack
/// `oidc-eks.REGION.api.aws` (terraform-aws-eks#3428); the id behind them is the cluster's alone.
fn same_issuer(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_end_matches('/'), other.trim_end_matches('/'));
    let id = |issuer: &str| {
        let (host, id) = issuer.split_once("://")?.1.split_once("/id/")?;
        (host.starts_with("oidc") && id.len() == 32).then(|| id.to_ascii_uppercase())
    };
    one == other || (id(one).is_some() && id(one) == id(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_the_same_whatever_their_spelling() {
        let eks = "https://0123.gr7.eu-west-1.eks.amazonaws.com";
        for same in
            ["HTTPS://0123.GR7.eu-west-1.eks.amazonaws.com:443/", "https://0123.gr7.eu-west-1.eks.amazonaws.com."]
        {
            assert!(same_server(eks, same), "{same}");
        }
        for other in ["https://0123.gr7.eu-west-1.eks.amazonaws.com:6443", "https://localhost", "", "::"] {
            assert!(!same_server(eks, other), "{other}");
        }
    }

    #[test]
    fn both_hosts_of_one_issuer_are_the_same() {
        let one = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
        let dual = "https://oidc-eks.eu-west-1.api.aws/id/0123456789ABCDEF0123456789ABCDEF";
        assert!(same_issuer(one, dual));
        assert!(!same_issuer(one, "https://oidc.eks.eu-west-1.amazonaws.com/id/FFFF456789ABCDEF0123456789ABCDEF"));
        assert!(same_issuer("https://kubernetes.default.svc", "https://kubernetes.default.svc/"));
    }

    fn judged(server: &str, issuer: Option<&str>) -> Confirmation {
        confirmation(&Compared {
            name: "lab",
            server: Some(server),
            endpoint: Some("https://eks.example"),
            issuer,
            its_issuer: Some("https://issuer.example"),
        })
    }

    #[test]
    fn endpoint_or_issuer_confirm_and_another_issuer_refutes() {
        assert!(matches!(judged("https://eks.example/", None), Confirmation::Confirmed(_)));
        assert!(matches!(judged("https://tunnel", Some("https://issuer.example")), Confirmation::Confirmed(_)));
        assert_eq!(judged("https://tunnel", None), Confirmation::Open);
        let Confirmation::Refuted(words) = judged("https://tunnel", Some("https://other.example")) else { panic!() };
        assert!(words.contains("https://other.example") && words.contains("https://issuer.example"), "{words}");
    }

    #[test]
    fn an_instance_confirms_only_what_is_open() {
        let open = Cluster::default();
        let confirmed = confirmed_by_instance(&open, &"i-0aaaaaaaa".into()).unwrap();
        assert!(matches!(confirmed.confirmation, Confirmation::Confirmed(_)));
        let refuted = Cluster { confirmation: Confirmation::Refuted("x".to_owned()), ..open };
        assert_eq!(confirmed_by_instance(&refuted, &"i-0aaaaaaaa".into()), None);
    }
}
