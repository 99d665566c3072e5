//! Going elsewhere: the names of contexts and profiles, and a new connection.

use crate::config::Connection;
use crate::domain::model::Name;
use crate::source::{Failure, Source};
use crate::tui::app::{Refusal, Target, TargetKind};

/// The connection to a target. What belongs to the old one alone is left behind; another context has its own profile.
pub(super) fn connection_to(connection: &Connection, target: &Target) -> Connection {
    match target.kind {
        TargetKind::Context => Connection {
            context: Some(target.name.clone()),
            kubeconfig: connection.kubeconfig.clone(),
            impersonate: connection.impersonate.clone(),
            endpoint_url: connection.endpoint_url.clone(),
            read_only: connection.read_only,
            settings: connection.settings.clone(),
            ..Connection::default()
        },
        TargetKind::Profile => Connection { profile: Some(target.name.clone()), ..connection.clone() },
    }
}

/// The names one can go to, and the present one.
#[cfg(feature = "live")]
pub(super) fn names(
    connection: &Connection,
    kind: TargetKind,
    profile: Option<String>,
) -> Result<(Vec<Name>, Option<Name>), Refusal> {
    match kind {
        TargetKind::Context => {
            let contexts = crate::source::live::contexts(connection).map_err(super::translate::refusal)?;
            let current = contexts.iter().find(|context| context.current).map(|context| Name::from(&*context.name));
            Ok((contexts.into_iter().map(|context| Name::from(context.name)).collect(), current))
        }
        TargetKind::Profile => {
            let names = crate::source::aws::profiles().into_iter().map(Name::from).collect();
            Ok((names, profile.map(Name::from)))
        }
    }
}

/// Opens a connection to where somebody answers.
#[cfg(feature = "live")]
pub(super) async fn connect(connection: &Connection) -> Result<Source, Failure> {
    let source = crate::source::live::connect(connection).await?;
    source.facts.reach().await?;
    Ok(source)
}

/// Without live sources there is nowhere to go.
#[cfg(not(feature = "live"))]
pub(super) fn names(
    _connection: &Connection,
    _kind: TargetKind,
    _profile: Option<String>,
) -> Result<(Vec<Name>, Option<Name>), Refusal> {
    Err(super::translate::refusal(not_built_in()))
}

/// Without live sources nothing is connected to.
#[cfg(not(feature = "live"))]
pub(super) async fn connect(_connection: &Connection) -> Result<Source, Failure> {
    Err(not_built_in())
}

#[cfg(not(feature = "live"))]
fn not_built_in() -> Failure {
    Failure {
        said: "this build reads captures and the demo only".to_owned(),
        hint: Some("build it with the feature live".to_owned()),
        kind: crate::source::FailureKind::NotSupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_context_leaves_cluster_and_profile_behind() {
        let old = Connection {
            profile: Some("old".to_owned()),
            cluster_name: Some("old".to_owned()),
            endpoint_url: Some("http://127.0.0.1:5000".to_owned()),
            read_only: Some(true),
            ..Connection::default()
        };
        let context = connection_to(&old, &Target { kind: TargetKind::Context, name: "new".to_owned() });
        assert_eq!((context.context.as_deref(), context.profile, context.cluster_name), (Some("new"), None, None));
        assert_eq!((&context.endpoint_url, context.read_only), (&old.endpoint_url, Some(true)));
        let profile = connection_to(&old, &Target { kind: TargetKind::Profile, name: "new".to_owned() });
        assert_eq!((profile.profile.as_deref(), profile.cluster_name.as_deref()), (Some("new"), Some("old")));
    }
}
