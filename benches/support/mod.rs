//! A made-up cluster of any size: 250 pods, 50 ServiceAccounts (20 of them annotated) a namespace, 100 pods a node,
//! one role for every four annotated ServiceAccounts; every third pod is injected with its role, as by the webhook.

#![expect(clippy::expect_used, reason = "a made-up cluster that cannot be made up is a mistake in it")]

use rolecall::domain::inventory::{Delta, Kind, Scope};
use rolecall::domain::model::{
    AnnotationSet, Compute, Container, ContainerKind, EnvValue, EnvVar, Instance, InstanceProfile, Interner,
    MetadataOptions, Mount, Name, Namespace, Node, Owner, Phase, Pod, PodSpec, Reading, Role, RoleAnnotation, RoleArn,
    ServiceAccount, Time, TokenVolume, Volume, Webhook,
};

const PODS_PER_NAMESPACE: usize = 250;
const ACCOUNTS_PER_NAMESPACE: usize = 50;
const ANNOTATED: usize = 20;
const PODS_PER_NODE: usize = 100;
const TOKEN_DIRECTORY: &str = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

/// The deltas that list a cluster of that many pods, and what AWS says of it.
pub(crate) struct Synthetic {
    pods: usize,
    names: Interner,
}

impl Synthetic {
    /// A cluster of that many pods.
    pub(crate) fn new(pods: usize) -> Self {
        Self { pods, names: Interner::default() }
    }

    /// All of it, in the order in which a source would send it.
    pub(crate) fn deltas(&mut self) -> Vec<Delta> {
        let mut deltas: Vec<Delta> =
            Kind::ALL.into_iter().map(|kind| Delta::Listing { kind, scope: Scope::Cluster, expected: None }).collect();
        deltas.push(Delta::Webhooks(Name::from("pod-identity-webhook"), vec![webhook()]));
        deltas.push(Delta::AgentDaemonSet);
        for at in 0..self.pods.div_ceil(PODS_PER_NODE) {
            deltas.extend(self.node(at));
        }
        for space in 0..self.pods.div_ceil(PODS_PER_NAMESPACE) {
            let name = self.namespace(space);
            deltas.push(Delta::Namespace(Namespace { name, terminating: false, created: Some(moment(0)) }));
            deltas.extend((0..ACCOUNTS_PER_NAMESPACE).map(|at| self.account(space, at)));
        }
        deltas.extend((0..self.pods).map(|at| self.pod(at, 0)));
        deltas.extend(Kind::ALL.into_iter().map(|kind| Delta::Listed(kind, moment(9_000))));
        deltas.push(Delta::Associations(read(Vec::new())));
        let profile = InstanceProfile {
            arn: profile_arn(),
            role_arn: Some(RoleArn::from("arn:aws:iam::111122223333:role/node")),
        };
        deltas.push(Delta::InstanceProfile(profile_arn(), read(profile)));
        deltas.extend((0..self.roles()).map(|at| self.role(at)));
        deltas
    }

    /// One pod, as it is after that many changes of its status.
    pub(crate) fn pod(&mut self, at: usize, changes: usize) -> Delta {
        let (space, within) = (at / PODS_PER_NAMESPACE, at % PODS_PER_NAMESPACE);
        let account = within % ACCOUNTS_PER_NAMESPACE;
        let owner = self.names.name(&format!("app-{account:02}-7d9f6c5b4"));
        let spec = self.spec(space, account);
        Delta::Pod(Box::new(Pod {
            namespace: self.namespace(space),
            name: Name::from(format!("{owner}-{within:05}")),
            uid: format!("00000000-0000-4000-8000-{at:012}").into(),
            resource_version: format!("{}", 1_000 + changes).into(),
            created: Some(moment(i64::try_from(at % 5_000).unwrap_or_default())),
            terminating: false,
            phase: if changes.is_multiple_of(2) { Phase::Running } else { Phase::Pending },
            ready: changes.is_multiple_of(2),
            owner: Some(Owner { kind: self.names.name("ReplicaSet"), name: owner, from_template_hash: true }),
            node: Some(self.node_name(at / PODS_PER_NODE)),
            spec: self.names.spec(spec),
        }))
    }

    fn spec(&mut self, space: usize, account: usize) -> PodSpec {
        let injected = account < ANNOTATED && !account.is_multiple_of(3);
        let mut container = Container {
            name: self.names.name("app"),
            kind: ContainerKind::Main,
            env: Vec::new(),
            env_from: Vec::new(),
            mounts: Vec::new(),
        };
        let mut volumes = Vec::new();
        if injected {
            let arn = self.role_arn(space, account);
            for (name, value) in
                [("AWS_ROLE_ARN", arn), ("AWS_WEB_IDENTITY_TOKEN_FILE", Name::from(format!("{TOKEN_DIRECTORY}/token")))]
            {
                container.env.push(EnvVar { name: self.names.name(name), value: EnvValue::Literal(value) });
            }
            let volume = self.names.name("aws-iam-token");
            container.mounts.push(Mount {
                volume: volume.clone(),
                path: self.names.name(TOKEN_DIRECTORY),
                sub_path: None,
            });
            let token = TokenVolume {
                path: self.names.name("token"),
                audience: Some(self.names.name("sts.amazonaws.com")),
                expiration_seconds: Some(86_400),
            };
            volumes.push(Volume { name: volume, tokens: vec![token], secret: None, config_map: None });
        }
        PodSpec {
            service_account: self.account_name(account),
            containers: vec![container],
            volumes,
            ..PodSpec::default()
        }
    }

    fn account(&mut self, space: usize, at: usize) -> Delta {
        let role = (at < ANNOTATED).then(|| RoleAnnotation {
            arn: RoleArn::new(self.role_arn(space, at)),
            set: Some(AnnotationSet { at: moment(100), manager: self.names.name("helm"), exact: true }),
        });
        Delta::ServiceAccount(Box::new(ServiceAccount {
            namespace: self.namespace(space),
            name: self.account_name(at),
            uid: format!("sa-{space}-{at}").into(),
            resource_version: "7".into(),
            created: Some(moment(1)),
            role,
            audience: None,
            regional_sts: None,
            token_expiration: None,
            keeper: None,
        }))
    }

    fn node(&mut self, at: usize) -> [Delta; 2] {
        let id = Name::from(format!("i-{at:017x}"));
        let node = Node {
            name: self.node_name(at),
            created: Some(moment(0)),
            compute: Compute::Ec2,
            provider_id: Some(Name::from(format!("aws:///eu-west-1a/{id}"))),
            region: Some(self.names.name("eu-west-1")),
            nodegroup: Some(self.names.name("ng1")),
            nodepool: None,
            fargate_profile: None,
            cluster_name: None,
            windows: false,
        };
        let metadata = MetadataOptions {
            enabled: true,
            tokens_required: at % 2 == 1,
            hop_limit: if at.is_multiple_of(3) { 1 } else { 2 },
        };
        let instance = Instance { id: id.clone(), profile_arn: Some(profile_arn()), metadata };
        [Delta::Node(Box::new(node)), Delta::Instance(id, read(instance))]
    }

    fn role(&mut self, at: usize) -> Delta {
        let arn = self.names.name(&format!("arn:aws:iam::111122223333:role/eks/app-{at:05}"));
        let role = Role {
            arn: RoleArn::new(arn.clone()),
            id: Name::from(format!("AROA{at:017}")),
            created: Some(moment(0)),
            max_session_seconds: Some(3_600),
            trust: None,
            boundary_arn: None,
            tags: Vec::new(),
            last_used: None,
            attached: Ok(Vec::new()),
            inline: Ok(Vec::new()),
        };
        Delta::Role(arn, read(Box::new(role)))
    }

    fn roles(&self) -> usize {
        self.pods.div_ceil(PODS_PER_NAMESPACE) * ANNOTATED / 4
    }

    fn role_arn(&mut self, space: usize, account: usize) -> Name {
        self.names.name(&format!("arn:aws:iam::111122223333:role/eks/app-{:05}", (space * ANNOTATED + account) / 4))
    }

    fn namespace(&mut self, at: usize) -> Name {
        self.names.name(&format!("team-{at:03}"))
    }

    fn account_name(&mut self, at: usize) -> Name {
        self.names.name(&format!("app-{at:02}"))
    }

    fn node_name(&mut self, at: usize) -> Name {
        self.names.name(&format!("ip-10-0-{}-{}.eu-west-1.compute.internal", at / 250, at % 250))
    }
}

fn profile_arn() -> Name {
    Name::from("arn:aws:iam::111122223333:instance-profile/node")
}

fn webhook() -> Webhook {
    Webhook {
        configuration: Name::from("pod-identity-webhook"),
        name: Name::from("iam-for-pods.amazonaws.com"),
        object_selector: Vec::new(),
        namespace_selector: Vec::new(),
        covers_pod_creation: true,
        fails_open: true,
        created: Some(moment(0)),
    }
}

fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: moment(9_000) }
}

/// Seconds after the beginning of this made-up world.
pub(crate) fn moment(second: i64) -> Time {
    Time::from_second(1_760_000_000 + second).expect("a time")
}
