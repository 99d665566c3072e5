"""The demo cluster as data: `prod-eu`, made up from end to end. `build.py` turns it into a capture.

Times are ages at the moment of the capture ("3d 4h"). A role is its path and name, or a whole ARN as someone wrote it.
What a pod carries is not said here: `build.py` does what the pod identity webhook would have done when the pod was
created. So a pod that is older than its ServiceAccount's annotation comes out without it, all by itself.
"""
from dataclasses import dataclass, field

NAME, VERSION, REGION, ACCOUNT, PARTNER = "prod-eu", "1.36", "eu-west-1", "111122223333", "444455556666"
TAKEN_AT = "2026-11-24T09:00:00Z"
ISSUER = f"https://oidc.eks.{REGION}.amazonaws.com/id/7B2E90C41D5F4A0E8C63B1F27A95D4E8"
OLD_ISSUER = f"https://oidc.eks.{REGION}.amazonaws.com/id/1F0C55A2E9B84D37A6D1C0942B7E3F68"
ENDPOINT = f"https://7B2E90C41D5F4A0E8C63B1F27A95D4E8.gr7.{REGION}.eks.amazonaws.com"
USER, GROUPS, CALLER = "sre:anna", ["sre", "system:authenticated"], f"arn:aws:sts::{ACCOUNT}:assumed-role/sre-readonly/anna"


@dataclass
class Node:
    name: str
    pool: str                       # what workloads ask for
    age: str
    tokens: str = "required"
    hops: int = 1
    metadata: bool = True
    nodegroup: str = ""
    nodepool: str = ""
    compute: str = "ec2"
    fargate_profile: str = ""
    profile: str | None = ""        # instance profile; "" has the pool's name, None has none
    provider_id: bool = True
    windows: bool = False
    agent: bool = True              # a pod of the Pod Identity agent runs on it


NODES = [
    # AL2 in its default dress: every pod reaches the node role
    Node("ip-10-20-11-14", "main", "204d", tokens="optional", hops=2, nodegroup="main"),
    Node("ip-10-20-12-87", "main", "204d", tokens="optional", hops=2, nodegroup="main"),
    Node("ip-10-20-13-40", "main", "71d", tokens="optional", hops=2, nodegroup="main"),
    # hop limit 1, but IMDSv1 still answers: no protection
    Node("ip-10-20-11-201", "legacy", "390d", tokens="optional", hops=1, nodegroup="legacy"),
    # AL2023: tokens required, hop limit 1
    Node("ip-10-20-12-33", "apps", "38d", nodegroup="apps"),
    Node("ip-10-20-13-78", "apps", "38d", nodegroup="apps"),
    # tokens required, but the hop limit lets pods through
    Node("ip-10-20-11-156", "batch", "12d", hops=2, nodegroup="batch"),
    # instance metadata switched off
    Node("ip-10-20-12-210", "secure", "55d", metadata=False, nodegroup="secure"),
    Node("ip-10-20-13-9", "karpenter", "4d", nodepool="default"),
    Node("ip-10-20-11-64", "spot", "9h", nodepool="spot", profile="karpenter", agent=False),
    Node("i-0c4d9e7721b6fa358", "auto", "2d", compute="auto", nodepool="general-purpose", agent=False),
    Node("fargate-ip-10-20-12-142", "fargate", "3d", compute="fargate", fargate_profile="edge", agent=False),
    Node("mi-04f7a8b3c2d1e6590", "hybrid", "90d", compute="hybrid", agent=False),
    Node("ip-10-20-13-118", "windows", "27d", hops=2, nodegroup="windows", windows=True, agent=False),
    # joined by hand, no cloud provider ever set its providerID
    Node("build-box-7", "odd", "140d", provider_id=False),
    # an instance without a profile: metadata answers, but has no credentials
    Node("ip-10-20-12-5", "bare", "66d", tokens="optional", hops=2, profile=None),
]
# pool -> the role of its instance profile
NODE_ROLES = {
    "main": "ng-main-node", "legacy": "ng-legacy-node", "apps": "ng-apps-node", "batch": "ng-batch-node",
    "secure": "ng-apps-node", "karpenter": "KarpenterNodeRole-prod-eu", "auto": "AmazonEKSAutoNodeRole",
    "windows": "ng-windows-node",
}
WEBHOOK_AGE = "300d"
# the webhook's namespace selector leaves these out, since somebody was in a hurry
WEBHOOK_LEAVES_OUT = ["backoffice"]

NAMESPACES = {
    "argocd": "410d", "backoffice": "240d", "batch": "380d", "cert-manager": "410d", "data": "320d", "default": "411d", "edge": "200d",
    "karpenter": "150d", "kube-system": "411d", "legacy": "411d", "media": "290d", "observability": "405d",
    "payments": "400d", "preview-1417": "1d", "shop": "400d",
}
TERMINATING_NAMESPACES = {"preview-1417"}


@dataclass
class Account:
    """A ServiceAccount and the history of what binds it."""
    name: str                       # namespace/name
    role: str = ""                  # annotated now
    since: str = "120d"             # set so long ago ...
    by: str = "helm"                # ... by this field manager ...
    exact: bool = False             # ... which owns nothing else of it
    was: str = ""                   # annotated before that, from the beginning
    association: str = ""           # role of its Pod Identity association
    associated: str = "60d"
    target: str = ""                # role it goes on to
    session_policy: dict | None = None
    dissociated: str = ""           # the association was deleted so long ago
    audience: str = ""
    age: str = "395d"


ACCOUNTS = [
    Account("argocd/argocd-application-controller", "eks/argocd-controller"),
    Account("argocd/argocd-repo-server", "eks/argocd-repo"),
    Account("argocd/argocd-server"),
    Account("backoffice/exports", "eks/backoffice-exports", since="200d"),
    Account("batch/crawler", "eks/batch-crawler", since="200d"),
    Account("batch/invoices", "eks/batch-invoices"),
    Account("batch/nightly"),
    Account("batch/report-mailer", association="shop-mailer", associated="45d"),
    Account("cert-manager/cert-manager", "eks/cert-manager", by="argocd-controller"),
    Account("cert-manager/cert-manager-cainjector"),
    Account("cert-manager/cert-manager-webhook"),
    Account("data/airflow", association="data-airflow", associated="80d"),
    Account("data/etl", "eks/data-etl", since="40d"),
    Account("data/lake-reader", association="data-lake-hop", associated="33d", target=f"arn:aws:iam::{PARTNER}:role/lake/partner-reader"),
    Account("data/query-engine", "eks/data-query"),
    Account("data/spark", "eks/data-spark", since="150d"),
    Account("data/warehouse-loader", association="data-warehouse", associated="3d"),
    Account("edge/geoip", "geoip", since="19d", by="kubectl-annotate", exact=True),
    Account("edge/gateway"),
    Account("edge/signer"),
    Account("edge/edge-cache", association="edge-cache", associated="20d"),
    Account("karpenter/karpenter", association="karpenter-controller", associated="140d"),
    Account("kube-system/aws-load-balancer-controller", "eks/aws-load-balancer-controller"),
    Account("kube-system/aws-node", "eks/vpc-cni", since="11d", by="eks"),
    Account("kube-system/cluster-autoscaler", "eks/cluster-autoscaler", since="300d"),
    Account("kube-system/coredns"),
    Account("kube-system/ebs-csi-controller-sa", association="ebs-csi", associated="95d"),
    Account("kube-system/ebs-csi-node-sa"),
    Account("kube-system/eks-pod-identity-agent"),
    Account("kube-system/external-dns", "eks/external-dns"),
    Account("kube-system/kube-proxy"),
    Account("kube-system/metrics-server"),
    Account("legacy/cron-import"),
    Account("legacy/exporter", "eks/legacy-exporter", since="30d"),
    Account("legacy/ftp-bridge"),
    Account("legacy/reconciler", "eks/legacy-reconciler"),
    Account("legacy/uploader"),
    Account("media/encoder", "eks/media-encoder"),
    Account("media/thumbnailer", '"arn:aws:iam::111122223333:role/eks/media-thumbnailer"', since="8d", by="kubectl-edit"),
    Account("media/transcoder", association="media-transcoder", associated="50d"),
    Account("media/render"),
    Account("observability/fluent-bit", association="fluent-bit", associated="70d"),
    Account("observability/grafana", "eks/grafana"),
    Account("observability/loki", "eks/loki", association="loki", associated="15d"),
    Account("observability/node-exporter"),
    Account("observability/otel-collector", association="otel-collector", associated="25d",
            session_policy={"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"}]}),
    Account("observability/prometheus", "eks/prometheus"),
    Account("payments/card-vault", "eks/payments-card-vault"),
    Account("payments/fraud", association="payments-fraud", associated="48d"),
    Account("payments/fx-rates", association="payments-fx", associated="100d", dissociated="2h"),
    Account("payments/ledger", "eks/payments-ledger", since="6d", was="eks/payments-ledger-v1", by="argocd-controller"),
    Account("payments/settlement", "eks/payments-settlement"),
    Account("shop/api", "eks/shop-api", since="2d 3h", by="helm", exact=False),
    Account("shop/cart", "eks/shop-cart"),
    Account("shop/checkout", "eks/shop-checkout"),
    Account("shop/indexer", "eks/shop-search", since="90d", by="kubectl-annotate", exact=True),
    Account("shop/mailer", association="shop-mailer", associated="64d"),
    Account("shop/partner-sync", f"arn:aws:iam::{PARTNER}:role/shop-partner-sync"),
    Account("shop/recommender"),
    Account("shop/reports", "eks/reports", since="210d"),
    Account("shop/search", "eks/shop-search"),
]


@dataclass
class C:
    """A container: what its template says. The webhook's share comes by itself."""
    name: str = "app"
    kind: str = ""                  # "", init, sidecar, ephemeral
    env: list = field(default_factory=list)
    env_from: list = field(default_factory=list)
    mounts: list = field(default_factory=list)      # (volume, path)


@dataclass
class Workload:
    name: str                       # namespace/name
    pools: str                      # where its pods run, in turn
    ages: str                       # of its pods, separated by commas
    kind: str = "Deployment"
    account: str = ""               # "" is the workload's own name
    containers: list = field(default_factory=lambda: [C()])
    volumes: list = field(default_factory=list)
    host_network: bool = False
    skip_label: bool = False
    skip_containers: str = ""
    legacy_role: str = ""
    missed: bool = False            # the webhook did not know the ServiceAccount yet when these pods came
    phase: str = "Running"
    not_ready: int = 0              # the first so many pods are not ready
    terminating: int = 0            # the first so many pods are on their way out
    debugged: int = 0               # somebody attached a debug container to the first so many pods


TOKEN = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
REGION_ENV = ("AWS_REGION", REGION)
ENVOY = C("envoy", "sidecar")
DAEMON_POOLS = "main main main legacy apps apps batch secure karpenter spot bare"


def secret(name, of, key, optional=False):
    return {"name": name, "secret": {"name": of, "key": key, **({"optional": True} if optional else {})}}


WORKLOADS = [
    # --- argocd, cert-manager, karpenter: platform, all well
    Workload("argocd/argocd-application-controller", "apps", "21d", kind="StatefulSet"),
    Workload("argocd/argocd-repo-server", "apps karpenter", "21d,21d", containers=[C("copyutil", "init"), C("argocd-repo-server")]),
    Workload("argocd/argocd-server", "apps karpenter", "21d,21d"),
    Workload("argocd/argocd-redis", "karpenter", "21d", account="default"),
    Workload("cert-manager/cert-manager", "apps", "33d"),
    Workload("cert-manager/cert-manager-cainjector", "apps", "33d"),
    Workload("cert-manager/cert-manager-webhook", "karpenter apps", "33d,33d"),
    Workload("karpenter/karpenter", "apps", "14d,14d"),
    # --- shop: the rollout of the demo. Two replicas of api are older than the annotation and live on the node role
    Workload("shop/api", "main batch apps karpenter apps", "5d,5d,3h,3h,3h", containers=[C(env=[REGION_ENV])]),
    Workload("shop/cart", "apps karpenter", "16d,16d,16d,16d", containers=[C(), ENVOY]),
    Workload("shop/checkout", "karpenter apps", "9d,9d,9d,9d,9d,9d", containers=[C("migrate", "init"), ENVOY, C()], debugged=1),
    Workload("shop/frontend", "apps karpenter main", "7d,7d,7d,7d,7d,7d", account="default"),
    Workload("shop/indexer", "batch", "6d", missed=True, containers=[C(env=[REGION_ENV])]),
    Workload("shop/mailer", "karpenter apps", "13d,13d,13d,13d"),
    Workload("shop/partner-sync", "apps", "11d"),
    Workload("shop/recommender", "apps karpenter", "18d,18d,18d", containers=[C("model", env=[REGION_ENV])]),
    Workload("shop/reports", "karpenter apps", "30d,30d"),
    Workload("shop/search", "apps karpenter", "24d,24d,24d", skip_containers="log-shipper",
             containers=[C(), C("log-shipper", env=[secret("AWS_ACCESS_KEY_ID", "log-shipper-keys", "id"),
                                                    secret("AWS_SECRET_ACCESS_KEY", "log-shipper-keys", "secret")])]),
    Workload("shop/sitemap-29399040", "batch", "9h", kind="Job", account="default", phase="Succeeded"),
    Workload("shop/sitemap-29400480", "batch", "1h", kind="Job", account="default", phase="Succeeded"),
    # --- payments: a changed annotation, a deleted association
    Workload("payments/card-vault", "secure apps", "17d,17d"),
    Workload("payments/audit-log", "secure", "17d", account="default", containers=[C(env=[REGION_ENV])]),
    Workload("payments/fraud", "apps karpenter", "20d,20d,20d"),
    Workload("payments/fx-rates", "apps karpenter", "26d,26d"),
    Workload("payments/ledger", "apps apps karpenter", "34d,34d,3d"),
    Workload("payments/settlement", "karpenter apps", "22d,22d", containers=[C("wait-for-db", "init"), C()]),
    Workload("payments/settlement-close-29400900", "apps", "4h", kind="Job", account="settlement", phase="Failed"),
    # --- data: set by hand, a token without an audience, an association that came later, a second hop
    Workload("data/airflow-scheduler", "apps", "28d", account="airflow"),
    Workload("data/airflow-web", "apps karpenter", "28d,28d", account="airflow"),
    Workload("data/airflow-worker", "karpenter apps batch", "28d,28d,28d,28d", kind="StatefulSet", account="airflow"),
    Workload("data/etl", "batch apps", "15d,15d", containers=[C(env=[
        ("AWS_ROLE_ARN", "eks/data-etl-old"), ("AWS_WEB_IDENTITY_TOKEN_FILE", TOKEN), REGION_ENV])]),
    Workload("data/etl-ui", "apps", "15d", account="default", containers=[C(env_from=[{"configMap": "etl-settings"}])]),
    Workload("data/lake-reader", "karpenter apps", "12d,12d"),
    Workload("data/query-engine", "apps karpenter", "10d,10d",
             containers=[C(env=[("AWS_ROLE_ARN", "eks/data-query"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/tokens/aws")],
                           mounts=[("aws-token", "/var/run/secrets/tokens")])],
             volumes=[{"name": "aws-token", "tokens": [{"path": "aws", "expirationSeconds": 3600}]}]),
    Workload("data/spark-driver", "batch", "6h", kind="Job", account="spark"),
    Workload("data/spark-exec", "batch karpenter main", "6h,6h,6h,6h,6h,6h", kind="Job", account="spark"),
    Workload("data/warehouse-loader", "batch batch apps", "29d,29d,1d", kind="StatefulSet", containers=[C(env=[REGION_ENV])]),
    Workload("data/zookeeper", "apps karpenter main", "180d,180d,180d", kind="StatefulSet", account="default"),
    # --- edge: Fargate, hybrid machines, credentials from elsewhere, an annotation that lacks the path
    Workload("edge/edge-cache", "fargate", "2d", containers=[C()]),
    Workload("edge/gateway", "fargate", "3d", containers=[C(env=[REGION_ENV])]),
    Workload("edge/geoip", "karpenter apps", "5d,5d"),
    Workload("edge/plant-sensor", "hybrid", "60d,60d", account="default", containers=[C(env=[REGION_ENV])]),
    Workload("edge/plant-uplink", "hybrid", "60d", account="default", containers=[
        C(env=[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9911"), REGION_ENV]), C("signing-helper", "sidecar")]),
    Workload("edge/signer", "apps", "25d", containers=[
        C(env=[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:9911/creds"), REGION_ENV])]),
    Workload("edge/tile-server", "auto", "2d,2d", account="edge-cache"),
    # --- media: a malformed ARN, a node without the agent, Windows
    Workload("media/encoder", "karpenter apps", "19d,19d,19d,19d"),
    Workload("media/render", "windows", "14d,14d"),
    Workload("media/encoder-win", "windows", "14d", account="encoder"),
    Workload("media/thumbnailer", "apps karpenter", "7d,7d"),
    Workload("media/transcoder", "spot karpenter", "8h,8h"),
    Workload("media/upload-gc-29400660", "apps", "7h", kind="Job", account="default", phase="Succeeded"),
    # --- legacy: everything one should not do
    Workload("legacy/cron-import", "legacy", "96d,96d", legacy_role="legacy-import"),
    Workload("legacy/exporter", "legacy apps", "27d,27d", containers=[C(env=[
        secret("AWS_ACCESS_KEY_ID", "s3-export-user", "access-key-id"),
        secret("AWS_SECRET_ACCESS_KEY", "s3-export-user", "secret-access-key")])]),
    Workload("legacy/ftp-bridge", "legacy main", "210d,210d", containers=[C(env=[REGION_ENV])]),
    Workload("legacy/image-proxy", "main", "150d", account="default", containers=[C(env=[("AWS_EC2_METADATA_DISABLED", "true"), REGION_ENV])]),
    Workload("legacy/old-wiki", "odd bare", "130d,60d", account="default", containers=[C(env=[REGION_ENV])]),
    Workload("legacy/reconciler", "main", "41d",
             containers=[C(env=[("AWS_PROFILE", "reconciler")], mounts=[("aws-config", "/root/.aws")])],
             volumes=[{"name": "aws-config", "secret": "reconciler-aws-config"}]),
    Workload("legacy/uploader", "main legacy", "88d,88d", containers=[C(env_from=[{"secret": "aws-uploader-credentials"}])]),
    # --- observability and kube-system
    Workload("observability/fluent-bit", DAEMON_POOLS, "31d", kind="DaemonSet"),
    Workload("observability/grafana", "apps karpenter", "31d,31d"),
    Workload("observability/loki", "karpenter apps main", "10d,10d,10d", kind="StatefulSet"),
    Workload("observability/node-exporter", DAEMON_POOLS, "31d", kind="DaemonSet", host_network=True),
    Workload("observability/otel-collector", "apps karpenter", "20d,20d"),
    Workload("observability/prometheus", "apps karpenter", "31d,31d", kind="StatefulSet", containers=[C("prometheus"), C("config-reloader")]),
    Workload("observability/alertmanager", "apps", "31d", kind="StatefulSet", account="default"),
    Workload("kube-system/aws-load-balancer-controller", "apps karpenter", "40d,40d"),
    Workload("kube-system/aws-node", DAEMON_POOLS, "35d", kind="DaemonSet", host_network=True,
             containers=[C("aws-vpc-cni-init", "init"), C("aws-node"), C("aws-eks-nodeagent")]),
    Workload("kube-system/cluster-autoscaler", "main", "190d"),
    Workload("kube-system/coredns", "apps karpenter", "36d,36d"),
    Workload("kube-system/ebs-csi-controller", "apps karpenter", "36d,36d", account="ebs-csi-controller-sa",
             containers=[C("ebs-plugin"), C("csi-provisioner")]),
    Workload("kube-system/ebs-csi-node", DAEMON_POOLS, "36d", kind="DaemonSet", account="ebs-csi-node-sa",
             containers=[C("ebs-plugin", env=[REGION_ENV])]),
    Workload("kube-system/eks-pod-identity-agent", "agents", "36d", kind="DaemonSet", host_network=True),
    Workload("kube-system/external-dns", "karpenter", "40d"),
    Workload("kube-system/kube-proxy", DAEMON_POOLS + " odd hybrid", "35d", kind="DaemonSet", host_network=True),
    Workload("kube-system/metrics-server", "apps", "36d,36d"),
    # --- batch, a namespace that the webhook leaves out, a preview on its way out
    Workload("backoffice/admin-ui", "apps", "9d,9d", account="default"),
    Workload("backoffice/exports", "batch apps", "9d,9d", containers=[C(env=[REGION_ENV])]),
    Workload("batch/crawler", "batch main", "25d,25d", skip_label=True),
    Workload("batch/invoices-29400600", "apps", "6h", kind="Job", account="invoices", phase="Succeeded"),
    Workload("batch/invoices", "apps", "23d,23d"),
    Workload("batch/nightly", "legacy", "45d", containers=[C(env=[REGION_ENV])]),
    Workload("batch/report-mailer", "karpenter", "30d"),
    Workload("preview-1417/web", "apps", "22h,22h", account="default", terminating=2),
]
CONFIG_MAPS = {"data/etl-settings": ["AWS_REGION", "ETL_BATCH_SIZE", "LOG_LEVEL"]}
