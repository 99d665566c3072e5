//! Plans about associations and OIDC providers, on the cluster of the scenarios: what they would do, what they refuse,
//! what they warn of, and how they are taken back.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says which by its place")]

use rolecall::domain::identity::{Identities, resolve_all};
use rolecall::domain::inventory::{Delta, Dirty, Inventory, Kind, Scope};
use rolecall::domain::model::{
    Association, Cluster, Confirmation, Gap, GapReason, InlinePolicy, Name, Reading, RoleArn, Time,
};
use rolecall::domain::plan::{
    Change, Content, NewRole, Plan, PlanKind, PlanRefusal, RoleMechanism, Seen, Target, WarningKind, associate,
    create_provider, create_role, dissociate, rest, undo,
};
use rolecall::report::capture::from_text;
use rolecall::source::catalogue::catalogue;
use serde_json::{Value, json};

const MAILER: &str = "arn:aws:iam::111122223333:role/mailer";
const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC";
const ALLOWING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"eks-auth:AssumeRoleForPodIdentity","Resource":"*"}]}"#;

struct World {
    inventory: Inventory,
    identities: Identities,
}

impl World {
    /// The cluster of the scenarios, with pods of the ServiceAccount `api` on these nodes; node roles may do what agents
    /// need.
    fn with_pods(nodes: &[&str]) -> Self {
        Self::running("api", nodes)
    }

    /// The same with pods of one of its kinds.
    fn running(kind: &str, nodes: &[&str]) -> Self {
        let mut base: Value = serde_json::from_str(include_str!("scenarios/base/cluster.json")).unwrap();
        let pods = base["kubernetes"]["pods"].as_array_mut().unwrap();
        for node in nodes {
            pods.push(json!({"namespace": "shop", "name": format!("{kind}-{node}"), "node": node, "spec": kind}));
        }
        let deltas = from_text(&base.to_string()).unwrap().into_deltas();
        let mut world = Self { inventory: Inventory::default(), identities: Identities::default() };
        world.tell(deltas);
        world.node_policy(ALLOWING);
        world
    }

    fn tell(&mut self, deltas: Vec<Delta>) {
        let mut dirty = Dirty::default();
        for delta in deltas {
            self.inventory.apply(delta, &mut dirty);
        }
        self.identities = resolve_all(&self.inventory);
    }

    fn node_policy(&mut self, document: &str) {
        let arn = Name::from("arn:aws:iam::111122223333:role/main-node");
        let mut role = (**self.inventory.aws().role(&arn).and_then(Reading::value).unwrap()).clone();
        role.attached = Ok(Vec::new());
        role.inline = Ok(vec![InlinePolicy { name: "agent".into(), document: Ok(document.into()) }]);
        self.tell(vec![Delta::Role(arn, read(Box::new(role)))]);
    }

    fn associations(&mut self, associations: Vec<Association>) {
        self.tell(vec![Delta::Associations(read(associations))]);
    }

    fn providers(&mut self, audiences: &[&[&str]]) {
        let of = |audiences: &&[&str]| rolecall::domain::model::OidcProvider {
            arn: PROVIDER.into(),
            client_ids: Some(audiences.iter().map(|audience| Name::from(*audience)).collect()),
            unread: None,
        };
        self.tell(vec![Delta::Providers(read(audiences.iter().map(of).collect()))]);
    }

    fn swept(&mut self) {
        self.tell(vec![Delta::Sweep(read(()))]);
    }

    fn seen(&self) -> Seen<'_> {
        Seen { inventory: &self.inventory, identities: &self.identities, catalogue: Some(catalogue()) }
    }

    fn associate(&self, account: &str, role: &str) -> Result<Plan, PlanRefusal> {
        associate(self.seen(), &"shop".into(), &account.into(), &RoleArn::from(role))
    }

    fn dissociate(&self, account: &str) -> Result<Plan, PlanRefusal> {
        dissociate(self.seen(), &"shop".into(), &account.into())
    }

    fn provider(&self) -> Result<Plan, PlanRefusal> {
        create_provider(self.seen(), &"sts.amazonaws.com".into())
    }
}

fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: Time::UNIX_EPOCH }
}

fn warnings(plan: &Plan, kind: WarningKind) -> Vec<&str> {
    plan.warnings.iter().filter(|own| own.kind == kind).map(|own| &*own.sentence).collect()
}

fn only(plan: &Plan) -> &Change {
    let [step] = &*plan.steps else { panic!("{:?}", plan.steps) };
    &step.change
}

fn mailers(change: impl FnOnce(&mut Association)) -> Vec<Association> {
    let mut association = Association {
        id: "a-mailer".into(),
        namespace: "shop".into(),
        service_account: "mailer".into(),
        role_arn: Some(RoleArn::from(MAILER)),
        tags: [("team".into(), "post".into())].into(),
        ..Association::default()
    };
    change(&mut association);
    vec![association]
}

#[test]
fn an_account_is_associated_with_our_tags_and_taken_back() {
    let world = World::with_pods(&["open", "auto"]);
    let plan = world.associate("api", MAILER).unwrap();
    let change = only(&plan);
    assert_eq!(
        change.command(),
        format!(
            "aws eks create-pod-identity-association --cluster-name prod --namespace shop --service-account api --role-arn {MAILER} \
             --tags rolecall:cluster=prod,rolecall:serviceaccount=shop/api"
        )
    );
    assert_eq!(plan.warnings, [], "the role trusts Pod Identity, and an agent is ready");
    let told = plan.effects.join("\n");
    assert!(told.contains("the association wins") && told.contains("2 running pods keep"), "{told}");
    let back = undo(world.seen(), &"1".into(), plan.kind, &plan.title, std::slice::from_ref(change)).unwrap();
    assert_eq!(Some(only(&back)), change.inverse().as_ref());
    assert!(back.effects.iter().any(|effect| effect.contains("revoke the role's sessions")), "{:?}", back.effects);
}

#[test]
fn pods_that_would_get_nothing_are_named_and_the_account_is_not_associated() {
    for (nodes, why) in [
        (&["open", "closed"][..], "on a node without a ready agent: api-closed"),
        (&["fargate-ip-10-0-0-1"], "on Fargate, where there is no agent: api-fargate-ip-10-0-0-1"),
        (&["windows"], "on Windows, where there is no agent: api-windows"),
    ] {
        let refusal = World::with_pods(nodes).associate("api", MAILER).unwrap_err();
        assert!(refusal.sentence.contains(why) && !refusal.sentence.contains("api-open"), "{}", refusal.sentence);
        assert!(refusal.hint.unwrap().contains("IRSA"));
    }
    let mut world = World::with_pods(&["open"]);
    world.node_policy(r#"{"Version":"2012-10-17","Statement":[]}"#);
    let refusal = world.associate("api", MAILER).unwrap_err();
    let words = "node role main-node does not allow eks-auth:AssumeRoleForPodIdentity";
    assert!(refusal.sentence.contains(words) && refusal.sentence.contains("api-open"), "{}", refusal.sentence);
    assert!(World::with_pods(&["auto"]).associate("api", MAILER).is_ok(), "Auto Mode has its own");
}

#[test]
fn a_role_made_for_pod_identity_is_refused_where_its_association_would_be() {
    let wanted = NewRole {
        namespace: "shop".into(),
        service_account: "api".into(),
        mechanism: RoleMechanism::PodIdentity,
        ..NewRole::default()
    };
    let refused = |world: &World| create_role(world.seen(), &wanted).unwrap_err();
    let refusal = refused(&World::with_pods(&["fargate-ip-10-0-0-1"]));
    assert!(refusal.sentence.contains("on Fargate, where there is no agent: api-fargate"), "{}", refusal.sentence);
    let mut world = World::with_pods(&["open"]);
    assert!(create_role(world.seen(), &wanted).is_ok(), "an agent is ready");
    world.node_policy(r#"{"Version":"2012-10-17","Statement":[]}"#);
    let refusal = refused(&world);
    assert!(refusal.sentence.contains("does not allow eks-auth:AssumeRoleForPodIdentity"), "{}", refusal.sentence);
    let by_token = NewRole { mechanism: RoleMechanism::Irsa, ..wanted.clone() };
    assert!(create_role(world.seen(), &by_token).is_ok(), "tokens need no agent");
}

#[test]
fn a_node_role_whose_policies_were_not_read_is_a_warning() {
    let mut world = World::with_pods(&["open"]);
    world.node_policy("no document");
    let plan = world.associate("api", MAILER).unwrap();
    let [doubt] = &*warnings(&plan, WarningKind::NotRead) else { panic!("{:?}", plan.warnings) };
    assert!(doubt.contains("whether node role main-node allows eks-auth:AssumeRoleForPodIdentity"), "{doubt}");
}

#[test]
fn a_role_has_to_be_the_clusters_accounts_and_to_trust_pod_identity() {
    let world = World::with_pods(&[]);
    let refusal = world.associate("api", "arn:aws:iam::444455556666:role/target").unwrap_err();
    assert!(refusal.sentence.contains("444455556666") && refusal.sentence.contains("111122223333"));
    assert!(refusal.hint.unwrap().contains("target role"));
    let gone = world.associate("api", "arn:aws:iam::111122223333:role/gone").unwrap_err();
    assert_eq!(gone.sentence, "there is no role gone in its account");
    let plan = world.associate("api", "arn:aws:iam::111122223333:role/eks/old").unwrap();
    let [said] = &*warnings(&plan, WarningKind::NotEffective) else { panic!("{:?}", plan.warnings) };
    assert_eq!(*said, "role eks/old does not let these pods in: it keeps Pod Identity out");
}

#[test]
fn an_association_that_is_there_keeps_all_but_its_role() {
    let mut world = World::with_pods(&[]);
    world.associations(mailers(|it| it.target_role_arn = Some(RoleArn::from("arn:aws:iam::444455556666:role/target"))));
    let plan = world.associate("mailer", "arn:aws:iam::111122223333:role/eks/old").unwrap();
    let Content::Association(to) = &only(&plan).to else { panic!() };
    assert_eq!(to.target_role_arn.as_deref(), Some("arn:aws:iam::444455556666:role/target"));
    assert_eq!(to.tags.get("team").map(|value| &**value), Some("post"));
    assert_eq!(only(&plan).verb(), "update");
    let same = world.associate("mailer", MAILER).unwrap_err();
    assert!(same.sentence.ends_with("nothing to change"), "{}", same.sentence);
}

#[test]
fn what_is_an_add_ons_is_named_and_not_written() {
    let mut world = World::with_pods(&[]);
    let addon = "arn:aws:eks:eu-west-1:111122223333:addon/prod/aws-ebs-csi-driver/x";
    world.associations(mailers(|it| it.owner_arn = Some(addon.into())));
    for refusal in [world.dissociate("mailer").unwrap_err(), world.associate("mailer", MAILER).unwrap_err()] {
        assert!(refusal.sentence.contains("aws-ebs-csi-driver"), "{}", refusal.sentence);
    }
    let gap = Gap::new("association", "eks:ListPodIdentityAssociations", GapReason::Forbidden, "not allowed");
    world.tell(vec![Delta::Associations(Reading::Unread(gap.clone()))]);
    assert_eq!(world.dissociate("mailer").unwrap_err().gap.as_deref(), Some(&gap));
    assert_eq!(world.associate("api", MAILER).unwrap_err().gap.as_deref(), Some(&gap));
}

/// What stands against an association stands against the rest of a plan that was stopped before it, too.
#[test]
fn the_rest_of_a_plan_with_an_association_is_refused_as_a_new_one_is() {
    let planned = World::with_pods(&["open"]).associate("api", MAILER).unwrap();
    let rest_of = |world: &World, plan: &Plan| rest(world.seen(), plan.clone(), Time::UNIX_EPOCH);
    let refused = |world: &World| {
        let refusal = rest_of(world, &planned).unwrap_err();
        assert_eq!(refusal, world.associate("api", MAILER).unwrap_err());
        refusal.sentence
    };
    let mut world = World::with_pods(&["open", "closed"]);
    assert!(refused(&world).contains("on a node without a ready agent: api-closed"));
    let Content::Association(content) = only(&planned).to.clone() else { panic!("{planned:?}") };
    let made = |it: &mut Association| {
        (it.service_account, it.tags) = ("api".into(), content.tags.clone());
    };
    world.associations(mailers(made));
    assert!(rest_of(&world, &planned).is_ok(), "it is so already: nothing more is written");
    let addon = "arn:aws:eks:eu-west-1:111122223333:addon/prod/aws-ebs-csi-driver/x";
    world.associations(mailers(|it| (it.service_account, it.owner_arn) = ("api".into(), Some(addon.into()))));
    let refusal = rest_of(&world, &planned).unwrap_err();
    assert!(refusal.sentence.contains("aws-ebs-csi-driver"), "{}", refusal.sentence);

    let mut world = World::with_pods(&["open"]);
    world.node_policy(r#"{"Version":"2012-10-17","Statement":[]}"#);
    assert!(refused(&world).contains("does not allow eks-auth:AssumeRoleForPodIdentity"));
    world.node_policy(ALLOWING);
    assert!(rest_of(&world, &planned).is_ok());
    world.tell(vec![Delta::Role(MAILER.into(), Reading::Missing { at: Time::UNIX_EPOCH })]);
    assert!(refused(&world).contains("there is no role mailer"));
    let cluster = world.inventory.aws().cluster().and_then(Reading::value).unwrap().clone();
    let confirmation = Confirmation::Refuted("it is another".into());
    world.tell(vec![Delta::Cluster(read(Cluster { confirmation, ..cluster }))]);
    assert!(refused(&world).contains("nothing is changed: it is another"));
}

/// A plan that makes the role itself needs not see it yet.
#[test]
fn the_rest_of_a_plan_that_makes_the_role_asks_only_for_the_way() {
    let wanted = NewRole {
        namespace: "shop".into(),
        service_account: "api".into(),
        mechanism: RoleMechanism::PodIdentity,
        ..NewRole::default()
    };
    let mut world = World::with_pods(&["open"]);
    let plan = create_role(world.seen(), &wanted).unwrap();
    let role = Name::from("arn:aws:iam::111122223333:role/prod-shop-api");
    world.tell(vec![Delta::Role(role, Reading::Missing { at: Time::UNIX_EPOCH })]);
    let left = plan.left(|place| place == 0);
    assert!(rest(world.seen(), left.clone(), Time::UNIX_EPOCH).is_ok());
    let refusal = rest(World::with_pods(&["windows"]).seen(), left, Time::UNIX_EPOCH).unwrap_err();
    assert!(refusal.sentence.contains("on Windows, where there is no agent"), "{}", refusal.sentence);
}

#[test]
fn pods_that_were_not_read_are_a_doubt() {
    let mut world = World::with_pods(&["open"]);
    // what was read goes over another namespace
    world.tell(vec![
        Delta::Listing { kind: Kind::Pod, scope: Scope::Namespace("pay".into()), expected: None },
        Delta::Listed(Kind::Pod, Time::UNIX_EPOCH),
    ]);
    let plan = world.associate("api", MAILER).unwrap();
    let doubts = warnings(&plan, WarningKind::NotRead).join("; ");
    assert!(doubts.contains("not all pods of shop were read"), "{doubts}");
}

#[test]
fn the_end_of_an_association_says_until_when_pods_keep_the_role() {
    let world = World::with_pods(&[]);
    let plan = world.dissociate("mailer").unwrap();
    assert_eq!(only(&plan).to, Content::Absent);
    let told = plan.effects.join("\n");
    assert!(told.contains("6 hours at most") && told.contains("revoke the role's sessions"), "{told}");
    assert!(told.contains("no role of their own"), "{told}");
    assert_eq!(world.dissociate("api").unwrap_err().sentence, "no association binds serviceaccount/api in shop");
}

/// The agent looks at the association at every call: a pod that was injected for one needs no restart.
#[test]
fn pods_that_were_injected_for_an_association_get_the_new_one_without_a_restart() {
    let mut world = World::running("mailer", &["open", "auto"]);
    world.associations(Vec::new());
    let plan = world.associate("mailer", MAILER).unwrap();
    let told = plan.effects.join("\n");
    let said = "2 running pods were injected for an association before: they get mailer when next asking the agent";
    assert!(told.contains(said) && !told.contains("until restarted"), "{told}");
    // it was made, and is taken back
    world.associations(mailers(|_| ()));
    let done = std::slice::from_ref(only(&plan));
    let back = undo(world.seen(), &"1".into(), plan.kind, &plan.title, done).unwrap();
    let told = back.effects.join("\n");
    assert!(told.contains("keep it until the session expires") && !told.contains("until restarted"), "{told}");
}

/// What pods get by an association is its target role, and nothing where one of its roles keeps them out: then those that
/// have credentials lose them when the agent next asks.
#[test]
fn pods_get_the_target_role_and_lose_all_where_a_role_keeps_them_out() {
    const OLD: &str = "arn:aws:iam::111122223333:role/eks/old";
    let mut world = World::running("mailer", &["open", "auto"]);
    let plan = world.associate("mailer", OLD).unwrap();
    let told = plan.effects.join("\n");
    assert!(told.contains("new pods of mailer get no credentials, for eks/old keeps them out"), "{told}");
    assert!(!told.contains("move to"), "{told}");
    let lost = warnings(&plan, WarningKind::Loss);
    assert_eq!(lost, ["running pods lose their credentials within 6 hours: mailer-auto, mailer-open"]);
    let target = RoleArn::from("arn:aws:iam::444455556666:role/target");
    world.associations(mailers(|it| it.target_role_arn = Some(target)));
    let told = world.associate("mailer", OLD).unwrap().effects.join("\n");
    assert!(told.contains("new pods of mailer get no credentials, for there is no way to target"), "{told}");
}

#[test]
fn a_provider_is_made_or_learns_the_audience_and_tells_which_roles_hang_on_it() {
    let mut world = World::with_pods(&[]);
    assert!(world.provider().unwrap_err().sentence.ends_with("nothing to change"));
    world.providers(&[]);
    let plan = world.provider().unwrap();
    assert_eq!(only(&plan).target, Target::Provider { arn: PROVIDER.into() });
    let [roles] = &*warnings(&plan, WarningKind::SharedBy) else { panic!("{:?}", plan.warnings) };
    assert!(roles.contains("eks/api, eks/old") && !roles.contains("mailer"), "{roles}");
    assert_eq!(warnings(&plan, WarningKind::NotRead).len(), 1, "not all roles were read");
    world.providers(&[&["other"]]);
    let plan = world.provider().unwrap();
    let target = Target::Audience { provider: PROVIDER.into(), audience: "sts.amazonaws.com".into() };
    assert_eq!(only(&plan).target, target);
}

#[test]
fn a_provider_is_taken_back_only_while_no_role_hangs_on_it_and_all_were_read() {
    let mut world = World::with_pods(&[]);
    world.providers(&[]);
    let plan = world.provider().unwrap();
    let done = [only(&plan).clone()];
    let id = Name::from("1");
    let refusal = undo(world.seen(), &id, plan.kind, &plan.title, &done).unwrap_err();
    assert!(refusal.sentence.contains("eks/api, eks/old"), "{}", refusal.sentence);
    // Without those two nothing is known of the others, until all are read.
    let forget = |world: &mut World, trust: Option<&str>| {
        let arns: Vec<Name> = world.inventory.aws().roles().map(|(arn, _)| arn.clone()).collect();
        for arn in arns {
            let Some(role) = world.inventory.aws().role(&arn).and_then(Reading::value) else { continue };
            let mut role = (**role).clone();
            role.trust = trust.map(Name::from);
            world.tell(vec![Delta::Role(arn, read(Box::new(role)))]);
        }
    };
    forget(&mut world, Some(r#"{"Version":"2012-10-17","Statement":[]}"#));
    assert!(undo(world.seen(), &id, plan.kind, &plan.title, &done).unwrap_err().sentence.contains("not all roles"));
    world.swept();
    let back = undo(world.seen(), &id, plan.kind, &plan.title, &done).unwrap();
    assert_eq!(only(&back).to, Content::Absent);
    assert!(rest(world.seen(), back.clone(), Time::UNIX_EPOCH).is_ok());
    let refusal = rest(World::with_pods(&[]).seen(), back, Time::UNIX_EPOCH).unwrap_err();
    assert!(refusal.sentence.contains("eks/api, eks/old"), "its rest, too: {}", refusal.sentence);
    // A plan of another kind leaves a provider where it is.
    let back = undo(world.seen(), &id, PlanKind::CreateRole, "create a role", &done).unwrap();
    assert!(back.steps.is_empty() && back.effects[0].contains("left as it is"), "{back:?}");
    let deleted = done[0].inverse().unwrap();
    let back = undo(world.seen(), &id, PlanKind::Undo, "take back", &[deleted]).unwrap();
    assert_eq!(only(&back), &done[0], "what was taken back is made again");
    forget(&mut world, Some("no document"));
    assert!(undo(world.seen(), &id, plan.kind, &plan.title, &done).unwrap_err().sentence.contains("cannot be read of"));
}
