//! Whom a plan is about is told in full.

use crate::world::{arn, name, read, role, trusting, warned, world};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Container, ContainerKind, OidcProvider, Phase, Pod, PodSpec};
use rolecall::domain::plan::{Annotations, WarningKind, annotate, create_provider};
use std::sync::Arc;

#[test]
fn every_role_that_a_provider_opens_is_named() {
    let mut world = world();
    let names: Vec<String> = (0..12).map(|at| format!("opened-{at:02}")).collect();
    for name in &names {
        world.role(role(name, &trusting("\"system:serviceaccount:shop:api\"")));
    }
    world.tell(vec![Delta::Providers(read(Vec::<OidcProvider>::new()))]);
    let plan = create_provider(world.seen(), &name("sts.amazonaws.com")).unwrap();
    let said = warned(&plan, WarningKind::SharedBy).join("; ");
    assert!(names.iter().all(|name| said.contains(name.as_str())), "{said}");
}

#[test]
fn every_pod_that_gets_what_default_is_bound_to_is_named() {
    let mut world = world();
    let names: Vec<String> = (0..12).map(|at| format!("plain-{at:02}")).collect();
    let pod = |of: &String| {
        let (env, env_from, mounts) = (Vec::new(), Vec::new(), Vec::new());
        let container = Container { name: name("app"), kind: ContainerKind::Main, env, env_from, mounts };
        let spec = PodSpec { service_account: name("default"), containers: vec![container], ..PodSpec::default() };
        Delta::Pod(Box::new(Pod {
            namespace: name("shop"),
            name: name(of),
            uid: "uid".into(),
            resource_version: "1".into(),
            created: None,
            terminating: false,
            phase: Phase::Running,
            ready: true,
            owner: None,
            node: None,
            spec: Arc::new(spec),
        }))
    };
    world.tell(names.iter().map(pod).collect());
    let plan = annotate(world.seen(), &name("shop"), &name("default"), &Annotations::role(&arn("eks/api"))).unwrap();
    let said = warned(&plan, WarningKind::SharedBy).join("; ");
    assert!(names.iter().all(|name| said.contains(name.as_str())), "{said}");
}
