#!/usr/bin/env python3
"""Writes the demo cluster as a capture: `python3 assets/demo/build.py` makes `assets/demo/cluster.json.gz` anew.

The cluster is data (`cluster.py`), and so are its roles (`roles.py`). Here stands how they become what a capture holds:
above all the pod identity webhook, done again for every pod as of the moment when it was created. Standard library
only; the same data always gives the same file.
"""
import gzip
import hashlib
import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path

import cluster as k
import roles as r

NOW = datetime.fromisoformat(k.TAKEN_AT.replace("Z", "+00:00"))
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
TOKENS = {
    "webIdentity": ("aws-iam-token", "/var/run/secrets/eks.amazonaws.com/serviceaccount", "token", "sts.amazonaws.com", 86400),
    "podIdentity": ("eks-pod-identity-token", "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
                    "eks-pod-identity-token", "pods.eks.amazonaws.com", 84180),
}


def seconds(age):
    return sum(timedelta(**{UNITS[unit]: int(number)}).total_seconds() for number, unit in re.findall(r"(\d+)([dhm])", age))


def time_of(age_seconds):
    return (NOW - timedelta(seconds=age_seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(age):
    return time_of(seconds(age)) if age else None


def arn(role):
    return f"arn:aws:iam::{k.ACCOUNT}:role/{role}" if re.fullmatch(r"[\w/+=,.@-]+", role) else role


def rng(*what):
    return random.Random(hashlib.sha256("/".join(map(str, what)).encode()).digest())


def some(alphabet, length, *what):
    return "".join(rng(*what).choices(alphabet, k=length))


def suffix(length, *what):
    return some("bcdfghjklmnpqrstvwxz2456789", length, *what)


def hexes(length, *what):
    return some("0123456789abcdef", length, *what)


def uid(*what):
    h = hexes(32, "uid", *what)
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


def present(**fields):
    """What is there; what is empty, absent or usual does not stand in a capture."""
    return {name: value for name, value in fields.items() if value not in (None, "", False, [], {}, ())}


# --- the webhook ------------------------------------------------------------------------------------------------------

def binding_at(account, age):
    """What bound a ServiceAccount when a pod of that age was created: the mechanism and the role, or nothing."""
    if account.association and age <= seconds(account.associated) and age > seconds(account.dissociated or "0d"):
        return "podIdentity", account.association
    if account.role and age <= seconds(account.since):
        return "webIdentity", account.role
    return ("webIdentity", account.was) if account.was else None


def injected(container, workload, mechanism, role, windows):
    """The container as the webhook leaves it (amazon-eks-pod-identity-webhook, pkg/handler)."""
    volume, path, file, _, _ = TOKENS[mechanism]
    token = f"C:{path}/{file}".replace("/", "\\") if windows else f"{path}/{file}"
    pair = {"webIdentity": {"AWS_ROLE_ARN": arn(role), "AWS_WEB_IDENTITY_TOKEN_FILE": token},
            "podIdentity": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
                            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token}}[mechanism]
    if container.get("kind") == "ephemeral" or container["name"] in workload.skip_containers.split(","):
        return container
    there = {entry["name"] for entry in container.get("env", [])}
    added = {"AWS_STS_REGIONAL_ENDPOINTS": "regional"} if "AWS_STS_REGIONAL_ENDPOINTS" not in there else {}
    if not there & {"AWS_REGION", "AWS_DEFAULT_REGION"}:
        added |= {"AWS_DEFAULT_REGION": k.REGION, "AWS_REGION": k.REGION}
    if not there & set(pair):
        added |= pair
    env = container.get("env", []) + [{"name": name, "value": value} for name, value in added.items()]
    mounts = container.get("mounts", []) + [{"volume": volume, "path": path}]
    return container | {"env": env, "mounts": mounts}


def container_of(c):
    env = [{"name": e[0], "value": arn(e[1]) if e[0] == "AWS_ROLE_ARN" else e[1]} if isinstance(e, tuple) else e for e in c.env]
    mounts = [{"volume": volume, "path": path} for volume, path in c.mounts]
    return present(name=c.name, kind=c.kind, env=env, envFrom=c.env_from, mounts=mounts)


def is_sent(workload):
    """Whether the webhook is asked about the workload's pods at all."""
    return not (workload.skip_label or workload.missed or workload.name.split("/")[0] in k.WEBHOOK_LEAVES_OUT)


def spec_of(workload, account_name, binding, windows, debugged):
    containers = sorted(workload.containers, key=lambda c: c.kind not in ("init", "sidecar"))
    containers = [container_of(c) for c in containers]
    if debugged:
        containers.append({"name": "debugger-x7k2p", "kind": "ephemeral"})
    volumes = list(workload.volumes)
    if binding and is_sent(workload):
        mechanism, role = binding
        name, _, file, audience, expiration = TOKENS[mechanism]
        containers = [injected(c, workload, mechanism, role, windows) for c in containers]
        volumes.insert(0, {"name": name, "tokens": [{"path": file, "audience": audience, "expirationSeconds": expiration}]})
    return present(serviceAccount=account_name, hostNetwork=workload.host_network, windows=windows, skipLabel=workload.skip_label,
                   skipContainers=workload.skip_containers, legacyRole=workload.legacy_role, containers=containers, volumes=volumes)


# --- Kubernetes -------------------------------------------------------------------------------------------------------

def node_name(node):
    return f"{node.name}.{k.REGION}.compute.internal" if "ip-" in node.name else node.name


def instance_id(node):
    if node.compute in ("fargate", "hybrid") or not node.provider_id:
        return None
    return node.name if node.name.startswith("i-") else "i-0" + hexes(16, "instance", node.name)


def profile_arn(node):
    return None if node.profile is None else f"arn:aws:iam::{k.ACCOUNT}:instance-profile/prod-eu-{node.profile or node.pool}"


def node_of(node):
    zone = k.REGION + "abc"[len(node.name) % 3]
    provider = {"fargate": f"aws:///{zone}/{hexes(10, node.name)}-{hexes(12, node.name, 2)}/{node_name(node)}",
                "hybrid": f"eks-hybrid:///{k.REGION}/{k.NAME}/{node.name}"}.get(node.compute, f"aws:///{zone}/{instance_id(node)}")
    return present(name=node_name(node), created=ago(node.age), compute=node.compute if node.compute != "ec2" else None,
                   providerId=provider if node.provider_id else None, region=k.REGION if node.provider_id else None,
                   nodegroup=node.nodegroup, nodepool=node.nodepool, fargateProfile=node.fargate_profile, windows=node.windows)


def account_of(account):
    namespace, name = account.name.split("/")
    age = min(seconds(account.age), seconds(k.NAMESPACES[namespace]))
    set_ = present(at=ago(account.since), manager=account.by, exact=account.exact) if account.role else None
    return present(namespace=namespace, name=name, uid=uid("sa", account.name), resourceVersion=some("123456789", 8, account.name),
                   created=time_of(age), roleArn=arn(account.role) if account.role else None, roleArnSet=set_, audience=account.audience)


def placed(workload):
    """The nodes of a workload's pods with the pods' ages: a DaemonSet has one on every node, others take turns."""
    pools = workload.pools.split()
    if workload.kind == "DaemonSet":
        nodes = [n for n in k.NODES if (n.agent if pools == ["agents"] else n.pool in pools)]
        return [(node, workload.ages) for node in nodes]
    turns, places = {}, []
    for index, age in enumerate(workload.ages.split(",")):
        pool = [n for n in k.NODES if n.pool == pools[index % len(pools)]]
        turn = turns.get(pool[0].pool, index)
        turns[pool[0].pool] = turn + 1
        places.append((pool[turn % len(pool)], age))
    return places


def pod_name(workload, name, index, revision):
    if workload.kind == "StatefulSet":
        return f"{name}-{index}", {"kind": "StatefulSet", "name": name}
    own = suffix(5, workload.name, revision, index)
    if workload.kind == "Deployment":
        replica_set = f"{name}-{suffix(10, workload.name, revision)}"
        return f"{replica_set}-{own}", {"kind": "ReplicaSet", "name": replica_set, "fromTemplateHash": True}
    return f"{name}-{own}", {"kind": workload.kind, "name": name}


def pods_of(workload, accounts, specs):
    """The pods of a workload; their specs go into `specs`, shared by those that are alike."""
    namespace, name = workload.name.split("/")
    account_name = workload.account or name
    account = accounts.get(f"{namespace}/{account_name}") or k.Account(f"{namespace}/{account_name}")
    for index, (node, age) in enumerate(placed(workload)):
        # no pod is older than its node; a few minutes of scatter make it look like a rollout
        age_seconds = min(seconds(age), seconds(node.age) - 300) - index * 47
        debugged = index < workload.debugged
        spec = spec_of(workload, account_name, binding_at(account, age_seconds), node.windows, debugged)
        key = next((known for known, there in specs.items() if there == spec), None)
        if key is None:
            taken = sum(known.rsplit(".", 1)[0] == workload.name for known in specs)
            key = f"{workload.name}.{taken + 1}"
            specs[key] = spec
        full, owner = pod_name(workload, name, index, age if workload.kind == "Deployment" else "")
        phase = None if workload.phase == "Running" else workload.phase
        yield present(namespace=namespace, name=full, uid=uid("pod", namespace, full), created=time_of(age_seconds),
                      resourceVersion=some("123456789", 9, namespace, full), terminating=index < workload.terminating,
                      phase=phase, owner=owner, node=node_name(node), spec=key)


def template_of(workload):
    """The variables that the owner's own pod template sets."""
    namespace, name = workload.name.split("/")
    env = {c.name: [e["name"] for e in container_of(c).get("env", []) if e["name"].startswith("AWS_")] for c in workload.containers}
    return present(namespace=namespace, kind=workload.kind, name=name, env={c: names for c, names in env.items() if names})


def workload_of(workload):
    """How a workload rolls out its pods."""
    namespace, name = workload.name.split("/")
    replicas = None if workload.kind == "DaemonSet" else len(placed(workload))
    return present(namespace=namespace, kind=workload.kind, name=name, replicas=replicas, surges=workload.kind == "Deployment")


def kubernetes():
    accounts = {account.name: account for account in k.ACCOUNTS}
    default = [k.Account(f"{namespace}/default", age=age) for namespace, age in k.NAMESPACES.items()]
    listed = sorted(k.ACCOUNTS + default, key=lambda account: account.name)
    specs = {}
    pods = [pod for workload in sorted(k.WORKLOADS, key=lambda w: w.name) for pod in pods_of(workload, accounts, specs)]
    webhook = {"name": "iam-for-pods.amazonaws.com", "created": ago(k.WEBHOOK_AGE),
               "objectSelector": [{"key": "eks.amazonaws.com/skip-pod-identity-webhook", "operator": "DoesNotExist"}],
               "namespaceSelector": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": k.WEBHOOK_LEAVES_OUT}]}
    return {
        "context": k.NAME, "server": k.ENDPOINT, "user": {"name": k.USER, "groups": k.GROUPS},
        "namespaces": [present(name=name, created=ago(age), terminating=name in k.TERMINATING_NAMESPACES) for name, age in k.NAMESPACES.items()],
        "serviceAccounts": [account_of(account) for account in listed],
        "specs": specs,
        "pods": sorted(pods, key=lambda pod: (pod["namespace"], pod["name"])),
        "nodes": [node_of(node) for node in k.NODES],
        "webhooks": [{"name": "pod-identity-webhook", "webhooks": [webhook]}],
        "agentDaemonSet": True,
        "configMaps": [dict(zip(("namespace", "name"), name.split("/"))) | {"keys": keys} for name, keys in k.CONFIG_MAPS.items()],
        "templates": [template_of(workload) for workload in k.WORKLOADS],
        "workloads": [workload_of(workload) for workload in k.WORKLOADS if workload.kind in ("Deployment", "StatefulSet", "DaemonSet")],
    }


# --- AWS --------------------------------------------------------------------------------------------------------------

def association_of(account):
    namespace, name = account.name.split("/")
    created = ago(account.associated)
    external_id = f"{k.REGION}/{k.ACCOUNT}/{k.NAME}/{account.name}" if account.target else None
    return present(id="a-" + suffix(17, "association", account.name), namespace=namespace, serviceAccount=name, roleArn=arn(account.association),
                   targetRoleArn=account.target, externalId=external_id, disableSessionTags=bool(account.session_policy),
                   policy=account.session_policy, created=created, modified=created)


def role_of(role):
    used = {"at": ago(role.used), "region": k.REGION} if role.used else None
    attached = [f"arn:aws:iam::{k.ACCOUNT}:policy/{name}" for name in role.policies.split()] + [r.AWS + name for name in role.aws.split()]
    boundary = f"arn:aws:iam::{k.ACCOUNT}:policy/platform-boundary" if role.boundary else None
    return present(arn=arn(role.name), id="AROA" + some("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17, role.name), created=ago(role.age),
                   maxSessionSeconds=role.session, trust=r.document(*role.trust), boundaryArn=boundary, tags=role.tags, lastUsed=used,
                   attached=[{"arn": policy} for policy in attached],
                   inline=[{"name": name, "document": policy} for name, policy in role.inline.items()])


def foreign(role):
    account = role.split(":")[4]
    sentence = f"role {role.split('role/')[1]} lies in account {account}; iam:GetRole there needs credentials of that account"
    return {"arn": role, "gap": {"what": f"role {role.split('role/')[1]}", "call": "iam:GetRole", "object": role, "reason": "forbidden", "sentence": sentence}}


def aws_managed():
    names = sorted({name for role in r.ROLES for name in role.aws.split()})
    gap = {"what": "the policy document", "call": "iam:GetPolicyVersion", "reason": "notSupported",
           "sentence": "the demo holds no documents of AWS's own policies"}
    return [{"arn": r.AWS + name, "gap": gap | {"object": r.AWS + name}} for name in names]


def instance_of(node):
    metadata = {"endpoint": "enabled" if node.metadata else "disabled", "tokens": node.tokens, "hopLimit": node.hops}
    return present(id=instance_id(node), profileArn=profile_arn(node), metadata=metadata)


def aws():
    profiles = {profile_arn(node): node for node in k.NODES if instance_id(node) and profile_arn(node)}
    node_role = lambda node: arn(k.NODE_ROLES[node.profile or node.pool])
    groups = {node.nodegroup: node for node in k.NODES if node.nodegroup}
    provider = f"arn:aws:iam::{k.ACCOUNT}:oidc-provider/"
    return {
        "caller": {"arn": k.CALLER, "account": k.ACCOUNT},
        "associations": {"items": [association_of(a) for a in k.ACCOUNTS if a.association and not a.dissociated]},
        "providers": {"items": [{"arn": provider + issuer.removeprefix("https://"), "clientIds": ["sts.amazonaws.com"]}
                                for issuer in (k.ISSUER, k.OLD_ISSUER)]},
        "roles": [role_of(role) for role in r.ROLES] + [{"arn": arn(name), "missing": True} for name in r.MISSING] + [foreign(role) for role in r.FOREIGN],
        "policies": [{"arn": f"arn:aws:iam::{k.ACCOUNT}:policy/{name}", "version": version, "document": document}
                     for name, (version, document) in r.POLICIES.items()] + aws_managed(),
        "instances": [instance_of(node) for node in k.NODES if instance_id(node)],
        "instanceProfiles": [{"arn": profile, "roleArn": node_role(node)} for profile, node in profiles.items()],
        "nodeGroups": [{"name": name, "roleArn": node_role(node)} for name, node in groups.items()],
    }


def capture():
    cluster = {"name": k.NAME, "arn": f"arn:aws:eks:{k.REGION}:{k.ACCOUNT}:cluster/{k.NAME}", "region": k.REGION, "account": k.ACCOUNT,
               "version": k.VERSION, "endpoint": k.ENDPOINT, "issuer": k.ISSUER, "confirmed": "its endpoint is the kubeconfig's server"}
    return {"apiVersion": "rolecall/v1", "kind": "Capture", "takenAt": k.TAKEN_AT, "cluster": cluster,
            "kubernetes": kubernetes(), "aws": aws(), "gaps": []}


if __name__ == "__main__":
    text = json.dumps(capture(), ensure_ascii=False, separators=(",", ":"))
    path = Path(__file__).with_name("cluster.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{path.name}: {len(text):,} characters, {path.stat().st_size:,} bytes")
