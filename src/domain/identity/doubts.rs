//! What is doubtful about a container whatever its chain finds first: Secrets that are never read, profiles, two kinds of
//! credentials at once.

use super::chain::{Doubts, speaks_of_keys};
use super::judge::Judgement;
use super::{Confidence, Finding, GET_SECRETS, Identity, Situation, Trace, ValueSource};
use crate::domain::model::{Container, Gap, GapReason, Mount, Name, Reading};

/// What is doubtful whatever was found first.
pub(super) fn doubt(
    situation: &Situation<'_>,
    container: &Container,
    doubts: &Doubts<'_>,
    (judgement, trace): (&mut Judgement, &mut Trace),
) {
    if doubts.is_empty() {
        return;
    }
    trace.no_better_than(Confidence::Likely);
    let namespace = &situation.pod.namespace;
    let may_set = |kind: &str, name: &Name, call: &str, reason| {
        let sentence = format!("{kind} {namespace}/{name} may set AWS_ACCESS_KEY_ID");
        Gap::new(format!("keys of {kind} {namespace}/{name}"), call, reason, sentence)
            .about(format!("{namespace}/{name}"))
    };
    for secret in &doubts.secrets {
        trace.own_gap(|| may_set("secret", secret, GET_SECRETS, GapReason::NotSupported));
        if speaks_of_keys(secret) {
            judgement.findings.insert(Finding::StaticKeys);
        }
    }
    for map in &doubts.config_maps {
        let reason = situation
            .inventory
            .config_map_keys(namespace, map)
            .and_then(Reading::gap)
            .map_or(GapReason::NotLoadedYet, |gap| gap.reason);
        trace.own_gap(|| may_set("configmap", map, "get configmaps", reason));
    }
    if let Some(profile) = doubts.profile {
        trace.fact(|| {
            (
                format!("{profile} is there too; which of them comes first differs between SDKs"),
                situation.env_origin(container),
            )
        });
        // a configuration file usually holds no more than a region, and not every SDK reads the other
        let is_weak = matches!(profile, "AWS_CONFIG_FILE" | "AWS_DEFAULT_PROFILE");
        if !is_weak && matches!(judgement.identity, Some(Identity::Role { .. })) {
            judgement.findings.insert(Finding::StaticKeys);
        }
    }
    if doubts.half_pair {
        trace.fact(|| {
            let fact = "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN: some SDKs stop there with an error";
            (fact.into(), situation.env_origin(container))
        });
    }
    for (switch, from) in &doubts.switches {
        trace.own_gap(|| unread_switch(switch, from.as_ref()));
    }
    for (mount, map) in &doubts.mounted {
        trace.own_gap(|| unread_mount(namespace, mount, *map));
    }
    if doubts.two_families {
        trace.fact(|| {
            (
                "more than one kind of credentials is set; which comes first differs between SDKs".into(),
                situation.env_origin(container),
            )
        });
    }
}

/// A switch of the instance metadata whose value is not read.
fn unread_switch(switch: &str, from: Option<&ValueSource>) -> Gap {
    let place = from.map(|from| format!(" by {from}")).unwrap_or_default();
    let sentence = format!("{switch} is set{place}, and its value is not read: it may keep the SDK from the node role");
    let call = from.map_or("get pods", ValueSource::call);
    Gap::new(format!("value of {switch}"), call, GapReason::NotSupported, sentence)
}

/// What stands where SDKs look for configuration and is not read: a ConfigMap, or a volume of another kind, whose files
/// only somebody in the container sees.
fn unread_mount(namespace: &Name, mount: &Mount, map: Option<&Name>) -> Gap {
    let (holder, call, object) = match map {
        Some(map) => (format!("configmap {namespace}/{map}"), "get configmaps", format!("{namespace}/{map}")),
        None => (format!("volume {}", mount.volume), "create pods/exec", mount.volume.to_string()),
    };
    let sentence = format!("{holder}, mounted at {}, may name a profile or keys: its files are not read", mount.path);
    Gap::new(format!("files of {holder}"), call, GapReason::NotSupported, sentence).about(object)
}
