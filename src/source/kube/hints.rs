//! What the kubeconfig says of the EKS cluster and its account, before AWS is asked.

use kube::config::ExecConfig;

/// The cluster's name and region, and the AWS profile, as far as they could be found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::source) struct Hints {
    /// The EKS cluster's name.
    pub cluster_name: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// The AWS profile that the kubeconfig's user signs in with.
    pub profile: Option<String>,
    /// Plain names of context and kubeconfig cluster that EKS could give a cluster, where nothing names it.
    pub candidates: Vec<String>,
}

impl Hints {
    /// Of the user's exec plugin, then of the names of context and cluster, then of the server's URL.
    pub(super) fn of(exec: Option<&ExecConfig>, names: [&str; 2], server: Option<&str>) -> Self {
        let mut hints = exec.map(Self::of_exec).unwrap_or_default();
        for name in names {
            hints.fill(Self::of_name(name));
        }
        hints.fill(Self { region: server.and_then(region_of_server), ..Self::default() });
        for name in names.into_iter().filter(|name| may_name_a_cluster(name)) {
            if !hints.candidates.iter().any(|candidate| candidate == name) {
                hints.candidates.push(name.to_owned());
            }
        }
        hints
    }

    fn fill(&mut self, other: Self) {
        self.cluster_name = self.cluster_name.take().or(other.cluster_name);
        self.region = self.region.take().or(other.region);
    }

    /// `aws eks get-token --cluster-name NAME --region REGION` or `aws-iam-authenticator token -i NAME`.
    fn of_exec(exec: &ExecConfig) -> Self {
        let args = exec.args.as_deref().unwrap_or_default();
        let variable = |wanted: &str| {
            let variables = exec.env.as_deref().unwrap_or_default();
            let found = variables.iter().find(|variable| variable.get("name").is_some_and(|name| name == wanted));
            found.and_then(|variable| variable.get("value")).filter(|value| !value.is_empty()).cloned()
        };
        Self {
            cluster_name: flag(args, &["--cluster-name", "--cluster-id", "-i"]),
            region: flag(args, &["--region"])
                .or_else(|| variable("AWS_REGION"))
                .or_else(|| variable("AWS_DEFAULT_REGION")),
            profile: variable("AWS_PROFILE").or_else(|| flag(args, &["--profile"])),
            candidates: Vec::new(),
        }
    }

    /// `arn:aws:eks:REGION:ACCOUNT:cluster/NAME`, as the AWS CLI names contexts, and `user@NAME.REGION.eksctl.io`.
    fn of_name(name: &str) -> Self {
        let parts: Vec<_> = name.splitn(6, ':').collect();
        if let ["arn", _, "eks", region, _, resource] = parts[..]
            && let Some(cluster) = resource.strip_prefix("cluster/")
        {
            return Self { cluster_name: Some(cluster.into()), region: Some(region.into()), ..Self::default() };
        }
        let host = name.rsplit('@').next().unwrap_or(name);
        let eksctl = host.strip_suffix(".eksctl.io").and_then(|host| host.rsplit_once('.'));
        eksctl.map_or_else(Self::default, |(cluster, region)| Self {
            cluster_name: Some(cluster.into()),
            region: Some(region.into()),
            ..Self::default()
        })
    }
}

/// Whether EKS takes it as a name (`CreateCluster`: `^[0-9A-Za-z][A-Za-z0-9\-_]*`, at most 100 characters).
fn may_name_a_cluster(name: &str) -> bool {
    name.len() <= 100
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// `https://HASH.gr7.REGION.eks.amazonaws.com`, in other partitions too, and the newer `….REGION.api.aws`.
fn region_of_server(server: &str) -> Option<String> {
    let host = server.split_once("://").map_or(server, |(_, rest)| rest);
    let host = host.split(['/', ':']).next()?;
    let labels: Vec<_> = host.split('.').collect();
    let ([.., region, "eks", "amazonaws", "com"]
    | [.., region, "eks", "amazonaws", "com", "cn"]
    | [.., "eks-cluster" | "eks", region, "api", "aws"]) = labels[..]
    else {
        return None;
    };
    Some(region.to_owned())
}

/// The value of a flag, in the word after it or behind an equals sign.
fn flag(args: &[String], names: &[&str]) -> Option<String> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if names.contains(&arg.as_str()) {
            return args.next().cloned();
        }
        if let Some((name, value)) = arg.split_once('=')
            && names.contains(&name)
        {
            return Some(value.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn exec(args: &[&str], env: &[(&str, &str)]) -> ExecConfig {
        let variable = |(name, value): &(&str, &str)| {
            HashMap::from([("name".to_owned(), (*name).to_owned()), ("value".to_owned(), (*value).to_owned())])
        };
        ExecConfig {
            args: Some(args.iter().map(|arg| (*arg).to_owned()).collect()),
            env: Some(env.iter().map(variable).collect()),
            ..ExecConfig::default()
        }
    }

    fn hints(cluster: &str, region: &str) -> Hints {
        Hints { cluster_name: Some(cluster.into()), region: Some(region.into()), ..Hints::default() }
    }

    #[test]
    fn the_exec_plugin_says_most() {
        let aws = exec(
            &["--region", "eu-west-1", "eks", "get-token", "--cluster-name", "prod", "--output", "json"],
            &[("AWS_PROFILE", "prod-admin")],
        );
        let read = Hints::of(Some(&aws), ["arn:aws:eks:us-east-1:111122223333:cluster/other", ""], None);
        assert_eq!(read, Hints { profile: Some("prod-admin".into()), ..hints("prod", "eu-west-1") });
        let authenticator = exec(&["token", "-i", "old", "--region=us-west-2"], &[]);
        assert_eq!(Hints::of(Some(&authenticator), ["", ""], None), hints("old", "us-west-2"));
    }

    #[test]
    fn names_that_tools_give_contexts_and_clusters() {
        let of = |context, cluster| Hints::of(None, [context, cluster], None);
        assert_eq!(of("arn:aws-cn:eks:cn-north-1:111122223333:cluster/prod", ""), hints("prod", "cn-north-1"));
        assert_eq!(of("jane@prod.eu-west-1.eksctl.io", ""), hints("prod", "eu-west-1"));
        let work = vec!["work".to_owned()];
        let found = Hints { candidates: work.clone(), ..hints("prod", "eu-west-1") };
        assert_eq!(of("work", "prod.eu-west-1.eksctl.io"), found);
        assert_eq!(of("work", "work"), Hints { candidates: work, ..Hints::default() });
    }

    #[test]
    fn a_plain_name_may_be_the_clusters_own() {
        let of = |context, cluster| Hints::of(None, [context, cluster], None).candidates;
        assert_eq!(of("prod_1", "kind-work"), ["prod_1", "kind-work"]);
        assert_eq!(of("admin@prod", "-x"), Vec::<String>::new());
        assert_eq!(of(&"a".repeat(101), &"a".repeat(100)), ["a".repeat(100)]);
    }

    #[test]
    fn the_servers_url_says_the_region() {
        let region = |server: &str| Hints::of(None, ["", ""], Some(server)).region;
        assert_eq!(region("https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com").as_deref(), Some("eu-west-1"));
        assert_eq!(region("https://ABC.sk1.cn-north-1.eks.amazonaws.com.cn:443/").as_deref(), Some("cn-north-1"));
        assert_eq!(region("https://ABC.eks-cluster.us-west-2.api.aws").as_deref(), Some("us-west-2"));
        assert_eq!(region("https://127.0.0.1:6443"), None);
    }
}
