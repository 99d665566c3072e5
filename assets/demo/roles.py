"""The demo account's roles and policies as data. Documents are what one would write for such a workload."""
from dataclasses import dataclass, field

from cluster import ACCOUNT, ISSUER, NAME, OLD_ISSUER, PARTNER, REGION


def allow(actions, resources="*", sid=None, **condition):
    return statement("Allow", actions, resources, sid, condition)


def deny(actions, resources="*", sid=None, **condition):
    return statement("Deny", actions, resources, sid, condition)


def statement(effect, actions, resources, sid, condition):
    body = {"Sid": sid} if sid else {}
    body |= {"Effect": effect, "Action": actions.split() if " " in actions else actions, "Resource": resources}
    return body | ({"Condition": condition} if condition else {})


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def bucket(name, *actions):
    """Objects of a bucket and its listing: the two ARNs that are so often mixed up."""
    return [allow("s3:ListBucket s3:GetBucketLocation", f"arn:aws:s3:::{name}", "List"),
            allow(" ".join(actions or ("s3:GetObject", "s3:PutObject")), f"arn:aws:s3:::{name}/*", "Objects")]


def secrets(path):
    return allow("secretsmanager:GetSecretValue secretsmanager:DescribeSecret", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{path}-*", "Secrets")


def queue(name, *actions):
    return allow(" ".join(actions or ("sqs:SendMessage", "sqs:GetQueueAttributes")), f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "Queue")


def table(name, *actions):
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    return allow(" ".join(actions or ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query")), [arn, arn + "/index/*"], "Table")


# --- who may assume a role --------------------------------------------------------------------------------------------

def irsa(*subjects, issuer=ISSUER, audience="sts.amazonaws.com", operator=None):
    """Trust in ServiceAccounts (namespace/name) of a cluster, by its OIDC provider; with the operator that fits, or another."""
    host = issuer.removeprefix("https://")
    subs = ["system:serviceaccount:" + subject.replace("/", ":") for subject in subjects]
    operator = operator or ("StringLike" if any("*" in sub for sub in subs) else "StringEquals")
    condition = {operator: {f"{host}:sub": subs[0] if len(subs) == 1 else subs}}
    if audience:
        condition.setdefault("StringEquals", {})[f"{host}:aud"] = audience
    return {"Effect": "Allow", "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}"},
            "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition}


def pod_identity(subject=None, tags=True):
    """Trust in the Pod Identity service, for one ServiceAccount (namespace/name) or for any; with session tags or without."""
    trust = {"Sid": "AllowEksAuthToAssumeRoleForPodIdentity", "Effect": "Allow",
             "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"] if tags else "sts:AssumeRole"}
    if subject:
        namespace, account = subject.split("/")
        trust["Condition"] = {"StringEquals": {
            "aws:RequestTag/eks-cluster-name": NAME,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": account}}
    return trust


def service(name):
    return {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}


# --- managed policies -------------------------------------------------------------------------------------------------

# name -> (default version, document). AWS's own stand in the roles by name alone.
POLICIES = {
    "platform-boundary": ("v4", document(
        allow("s3:* sqs:* sns:* dynamodb:* kms:Decrypt kms:GenerateDataKey secretsmanager:GetSecretValue ses:SendEmail ses:SendRawEmail "
              "logs:* cloudwatch:* xray:* sts:AssumeRole sts:TagSession", sid="Workloads"),
        deny("s3:DeleteBucket s3:PutBucketPolicy iam:* organizations:*", sid="NeverFromAPod"))),
    "stay-in-europe": ("v2", {"Version": "2012-10-17", "Statement": [{
        "Sid": "OtherRegions", "Effect": "Deny", "NotAction": ["iam:*", "sts:*", "cloudfront:*", "route53:*", "support:*"],
        "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}}]}),
    "shop-orders-write": ("v7", document(
        table("orders"), queue("orders-created"), *bucket("prod-eu-shop-invoices", "s3:PutObject"))),
    "shop-catalogue-read": ("v3", document(
        table("catalogue", "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"),
        *bucket("prod-eu-shop-images", "s3:GetObject"))),
    "payments-kms": ("v5", document(
        allow("kms:Decrypt kms:GenerateDataKey", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/4c1f9e2a-77b0-4f0e-9d51-0c6a2be4d913", "PaymentsKey",
              StringEquals={"kms:ViaService": f"s3.{REGION}.amazonaws.com"}))),
    "data-lake-read": ("v11", document(
        *bucket("prod-eu-lake", "s3:GetObject"),
        allow("glue:GetDatabase glue:GetDatabases glue:GetTable glue:GetTables glue:GetPartitions", "*", "Catalogue"),
        allow("lakeformation:GetDataAccess", "*", "LakeFormation"))),
    "data-lake-write": ("v6", document(
        *bucket("prod-eu-lake", "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
        deny("s3:PutObject", "arn:aws:s3:::prod-eu-lake/raw/*", "OnlyEncrypted",
             StringNotEquals={"s3:x-amz-server-side-encryption": "aws:kms"}))),
    "metrics-read": ("v1", document(
        allow("cloudwatch:GetMetricData cloudwatch:ListMetrics cloudwatch:DescribeAlarms", sid="Metrics"),
        allow("tag:GetResources ec2:DescribeRegions", sid="Names"))),
}
AWS = "arn:aws:iam::aws:policy/"


@dataclass
class Role:
    name: str                       # path and name
    trust: list
    policies: str = ""              # customer managed, by name
    aws: str = ""                   # AWS managed, by name or path
    inline: dict = field(default_factory=dict)
    boundary: bool = False
    used: str = "12m"               # ago; "" is never
    age: str = "395d"
    tags: dict = field(default_factory=dict)
    session: int = 3600


def team(name, **more):
    return {"team": name, "managed-by": "terraform", **more}


EKSCTL = {"alpha.eksctl.io/cluster-name": NAME, "alpha.eksctl.io/eksctl-version": "0.215.0"}
NODE = "AmazonEKSWorkerNodePolicy AmazonEC2ContainerRegistryPullOnly"

ROLES = [
    # --- workloads by IRSA
    Role("eks/argocd-controller", [irsa("argocd/argocd-application-controller", "argocd/argocd-server")], tags=team("platform"),
         inline={"assume-deployers": document(allow("sts:AssumeRole", f"arn:aws:iam::{PARTNER}:role/argocd-deployer"))}),
    Role("eks/argocd-repo", [irsa("argocd/argocd-repo-server")], tags=team("platform"), inline={"codecommit": document(
        allow("codecommit:GitPull", f"arn:aws:codecommit:{REGION}:{ACCOUNT}:deployments", "Pull"))}),
    Role("eks/aws-load-balancer-controller", [irsa("kube-system/aws-load-balancer-controller")], tags=EKSCTL, inline={"load-balancers": document(
        allow("elasticloadbalancing:Describe* ec2:DescribeSubnets ec2:DescribeSecurityGroups ec2:DescribeInstances ec2:DescribeVpcs", sid="Look"),
        allow("elasticloadbalancing:CreateListener elasticloadbalancing:CreateRule elasticloadbalancing:CreateTargetGroup "
              "elasticloadbalancing:CreateLoadBalancer elasticloadbalancing:RegisterTargets elasticloadbalancing:DeregisterTargets", sid="Make"),
        allow("elasticloadbalancing:ModifyListener elasticloadbalancing:DeleteLoadBalancer elasticloadbalancing:DeleteTargetGroup", sid="Own",
              Null={"aws:ResourceTag/elbv2.k8s.aws/cluster": "false"}))}),
    Role("eks/backoffice-exports", [irsa("backoffice/exports")], tags=team("finance"), used="31d", inline={"export": document(*bucket("prod-eu-export"))}),
    Role("eks/batch-crawler", [irsa("batch/crawler")], tags=team("search"), used="", inline={"store": document(*bucket("prod-eu-crawl"))}),
    Role("eks/batch-invoices", [irsa("batch/invoices")], tags=team("finance"), used="6h", boundary=True,
         inline={"invoices": document(*bucket("prod-eu-shop-invoices"), allow("ses:SendRawEmail", "*", "Mail",
                 StringEquals={"ses:FromAddress": "invoices@shop.example"}))}),
    Role("eks/cert-manager", [irsa("cert-manager/*", operator="StringEquals")], used="41d", tags=team("platform"), inline={"dns01": document(
        allow("route53:GetChange", "arn:aws:route53:::change/*"),
        allow("route53:ChangeResourceRecordSets route53:ListResourceRecordSets", "arn:aws:route53:::hostedzone/Z08231415926535",
              **{"ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]}}),
        allow("route53:ListHostedZonesByName"))}),
    Role("eks/cluster-autoscaler", [irsa("kube-system/cluster-autoscaler")], tags=EKSCTL, inline={"groups": document(
        allow("autoscaling:DescribeAutoScalingGroups autoscaling:DescribeLaunchConfigurations ec2:DescribeInstanceTypes eks:DescribeNodegroup"),
        allow("autoscaling:SetDesiredCapacity autoscaling:TerminateInstanceInAutoScalingGroup", "*",
              StringEquals={"aws:ResourceTag/k8s.io/cluster-autoscaler/prod-eu": "owned"}))}),
    Role("eks/data-etl", [irsa("data/etl")], "data-lake-read data-lake-write", tags=team("data"), used="40d"),
    Role("eks/data-etl-old", [irsa("data/etl", issuer=OLD_ISSUER), irsa("data/etl")], "data-lake-write", aws="AmazonS3FullAccess", tags=team("data"), age="700d"),
    Role("eks/data-query", [irsa("data/query-engine")], "data-lake-read", tags=team("data"), boundary=True,
         inline={"results": document(*bucket("prod-eu-query-results"))}),
    Role("eks/data-spark", [irsa("data/spark*")], "data-lake-read data-lake-write stay-in-europe", tags=team("data"), session=14400),
    Role("eks/external-dns", [irsa("kube-system/external-dns", issuer=OLD_ISSUER)], used="9d", tags=EKSCTL, inline={"records": document(
        allow("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/*"),
        allow("route53:ListHostedZones route53:ListResourceRecordSets route53:ListTagsForResource"))}),
    Role("eks/geoip", [irsa("edge/geoip")], tags=team("edge"), used="19d", inline={"database": document(*bucket("prod-eu-geoip", "s3:GetObject"))}),
    Role("eks/grafana", [irsa("observability/grafana")], "metrics-read", tags=team("platform"), aws="CloudWatchLogsReadOnlyAccess"),
    Role("eks/legacy-exporter", [irsa("legacy/exporter")], tags=team("finance"), used="", inline={"export": document(*bucket("prod-eu-export"))}),
    Role("eks/legacy-reconciler", [irsa("legacy/reconciler")], tags=team("finance"), inline={"read": document(table("ledger", "dynamodb:Query"))}),
    Role("eks/loki", [irsa("observability/loki")], tags=team("platform"), used="15d", inline={"chunks": document(*bucket("prod-eu-loki"))}),
    Role("eks/media-encoder", [irsa("media/*")], tags=team("media"), inline={"media": document(
        *bucket("prod-eu-media", "s3:GetObject", "s3:PutObject"), queue("encode-jobs", "sqs:ReceiveMessage", "sqs:DeleteMessage"))}),
    Role("eks/media-thumbnailer", [irsa("media/thumbnailer")], tags=team("media"), used="8d", inline={"thumbs": document(*bucket("prod-eu-media"))}),
    Role("eks/payments-card-vault", [irsa("payments/card-vault")], "payments-kms stay-in-europe", boundary=True, tags=team("payments", pci="yes"),
         inline={"vault": document(table("card-tokens", "dynamodb:GetItem", "dynamodb:PutItem"), secrets("payments/card-vault"))}),
    Role("eks/payments-ledger", [irsa("payments/ledger")], "payments-kms stay-in-europe", boundary=True, tags=team("payments", pci="yes"), age="6d",
         inline={"ledger": document(table("ledger"), queue("ledger-events.fifo"))}),
    Role("eks/payments-ledger-v1", [irsa("payments/ledger")], "payments-kms", tags=team("payments"), age="400d",
         inline={"ledger": document(allow("dynamodb:*", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ledger*", "TooMuch"))}),
    Role("eks/payments-settlement", [irsa("payments/settlement")], "payments-kms", boundary=True, tags=team("payments", pci="yes"),
         inline={"files": document(*bucket("prod-eu-settlement"), secrets("payments/settlement"))}),
    Role("eks/prometheus", [irsa("observability/prometheus")], "metrics-read", tags=team("platform"), aws="AmazonPrometheusRemoteWriteAccess"),
    Role("eks/shop-api", [irsa("shop/api")], "shop-catalogue-read shop-orders-write stay-in-europe", tags=team("shop"), age="2d 4h",
         inline={"sessions": document(table("sessions"), secrets("shop/api"))}),
    Role("eks/shop-cart", [irsa("shop/cart")], "shop-catalogue-read", boundary=True, tags=team("shop"), inline={"carts": document(table("carts"))}),
    Role("eks/shop-checkout", [irsa("shop/checkout")], "shop-orders-write stay-in-europe", boundary=True, tags=team("shop"),
         inline={"payments-queue": document(queue("payments-requests"), secrets("shop/checkout"))}),
    Role("eks/shop-search", [irsa("shop/search", "shop/indexer")], "shop-catalogue-read", tags=team("search"),
         inline={"index": document(allow("es:ESHttpGet es:ESHttpPost", f"arn:aws:es:{REGION}:{ACCOUNT}:domain/catalogue/*", "Index"))}),
    Role("eks/vpc-cni", [irsa("kube-system/aws-node")], aws="AmazonEKS_CNI_Policy", tags=EKSCTL),
    # --- workloads by Pod Identity
    Role("data-airflow", [pod_identity("data/airflow")], "data-lake-read", tags=team("data"),
         inline={"start": document(allow("states:StartExecution", f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly-*"))}),
    Role("data-lake-hop", [pod_identity("data/lake-reader")], tags=team("data"), inline={"hop": document(
        allow("sts:AssumeRole sts:TagSession", f"arn:aws:iam::{PARTNER}:role/lake/partner-reader"))}),
    Role("data-warehouse", [pod_identity("data/warehouse-loader")], "data-lake-read", tags=team("data"), age="3d", inline={"copy": document(
        allow("redshift-data:ExecuteStatement redshift-data:DescribeStatement", f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:warehouse"))}),
    Role("ebs-csi", [pod_identity()], aws="service-role/AmazonEBSCSIDriverPolicy", tags=EKSCTL),
    Role("edge-cache", [pod_identity("edge/edge-cache")], tags=team("edge"), inline={"tiles": document(*bucket("prod-eu-tiles", "s3:GetObject"))}),
    Role("fluent-bit", [pod_identity("observability/fluent-bit")], tags=team("platform"), inline={"logs": document(
        allow("logs:CreateLogStream logs:PutLogEvents logs:DescribeLogStreams", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/eks/prod-eu/*:*"))}),
    Role("karpenter-controller", [pod_identity("karpenter/karpenter")], tags=team("platform"), inline={"instances": document(
        allow("ec2:RunInstances ec2:CreateFleet ec2:CreateLaunchTemplate", f"arn:aws:ec2:{REGION}:*:*", "Make",
              StringEquals={f"aws:RequestTag/kubernetes.io/cluster/{NAME}": "owned"}),
        allow("ec2:TerminateInstances ec2:DeleteLaunchTemplate", f"arn:aws:ec2:{REGION}:*:*", "Own",
              StringEquals={f"aws:ResourceTag/kubernetes.io/cluster/{NAME}": "owned"}),
        allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/KarpenterNodeRole-prod-eu", "PassNodeRole",
              StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}),
        allow("ec2:Describe* pricing:GetProducts ssm:GetParameter", sid="Look"))}),
    Role("loki", [pod_identity("observability/loki")], tags=team("platform"), age="15d", inline={"chunks": document(
        *bucket("prod-eu-loki", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"))}),
    Role("media-transcoder", [pod_identity("media/transcoder", tags=False)], used="", tags=team("media"), inline={"media": document(
        *bucket("prod-eu-media"), allow("mediaconvert:CreateJob mediaconvert:GetJob", "*", "Jobs"))}),
    Role("otel-collector", [pod_identity(tags=False)], tags=team("platform"), aws="AWSXRayDaemonWriteAccess CloudWatchAgentServerPolicy"),
    Role("payments-fraud", [pod_identity("payments/fraud")], "payments-kms", boundary=True, tags=team("payments", pci="yes"),
         inline={"model": document(allow("sagemaker:InvokeEndpoint", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/fraud-*"))}),
    Role("shop-mailer", [pod_identity()], tags=team("shop"), inline={"mail": document(
        allow("ses:SendEmail ses:SendRawEmail", f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/shop.example", "Mail"))}),
    # --- nodes
    Role("ng-main-node", [service("ec2.amazonaws.com")], aws=NODE + " AmazonEKS_CNI_Policy AmazonSSMManagedInstanceCore", tags=EKSCTL,
         inline={"grew-over-time": document(allow("s3:*", "*", "Temporary2023"), allow("sqs:SendMessage", "*"))}),
    Role("ng-legacy-node", [service("ec2.amazonaws.com")], aws=NODE + " AmazonEKS_CNI_Policy AmazonSSMManagedInstanceCore", tags=EKSCTL, age="410d",
         inline={"export": document(*bucket("prod-eu-export"))}),
    Role("ng-apps-node", [service("ec2.amazonaws.com")], aws=NODE, tags=team("platform")),
    Role("ng-batch-node", [service("ec2.amazonaws.com")], aws=NODE + " AmazonSSMManagedInstanceCore", tags=team("platform")),
    Role("ng-windows-node", [service("ec2.amazonaws.com")], aws=NODE + " AmazonEKS_CNI_Policy", tags=EKSCTL),
    Role("KarpenterNodeRole-prod-eu", [service("ec2.amazonaws.com")], aws=NODE + " AmazonSSMManagedInstanceCore", tags=team("platform")),
    Role("AmazonEKSAutoNodeRole", [service("ec2.amazonaws.com")], aws="AmazonEKSWorkerNodeMinimalPolicy AmazonEC2ContainerRegistryPullOnly", tags=team("platform")),
]
# named by the cluster, and gone
MISSING = ["eks/reports", "geoip", "payments-fx"]
# in accounts that we may not read
FOREIGN = [f"arn:aws:iam::{PARTNER}:role/shop-partner-sync", f"arn:aws:iam::{PARTNER}:role/lake/partner-reader"]
