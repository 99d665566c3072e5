//! Titles, paths and the sentences that stand in place of rows.

mod node;

use super::scene::{Room, Scene};
use crate::domain::identity::Finding;
use crate::domain::inventory::{Kind, Listing, Scope};
use crate::domain::model::{GapReason, Name, visible};
use crate::tui::app::screen::{Explorer, List, Pane, Screen};
use crate::tui::app::select::{Asked, Filter, Item, Of};
use crate::tui::keymap::{Action, Binding};
use crate::tui::text;
use crate::tui::widget::notice::Notice;
pub(super) use node::{compute, no_node_role, reach};

/// The title of one pane of the explorer: each says what it is narrowed to by the one before.
pub(super) fn pane_title(scene: &Scene<'_>, explorer: &Explorer, pane: Pane) -> String {
    let namespace = explorer_namespace(scene, explorer);
    match (pane, namespace) {
        (Pane::Namespaces, _) => "Namespaces".to_owned(),
        (Pane::Accounts, None) => "ServiceAccounts".to_owned(),
        (Pane::Accounts, Some(namespace)) => format!("ServiceAccounts of {}", visible(namespace)),
        (Pane::Pods, namespace) => match (explorer.account(), namespace) {
            (Some((namespace, account)), _) => format!("Pods of {}/{}", visible(namespace), visible(account)),
            (None, Some(namespace)) => format!("Pods of {}", visible(namespace)),
            (None, None) => "Pods".to_owned(),
        },
    }
}

/// The namespace that the explorer's lists are narrowed to.
fn explorer_namespace<'a>(scene: &Scene<'a>, explorer: &'a Explorer) -> Option<&'a Name> {
    match explorer.namespaces.selected() {
        Some(Item::Namespace(name)) => Some(name),
        _ => scene.state.scope.as_ref(),
    }
}

/// Whether the explorer's lists go over more than one namespace.
pub(super) fn spans_namespaces(scene: &Scene<'_>, explorer: &Explorer) -> bool {
    explorer_namespace(scene, explorer).is_none()
}

/// The one namespace that the shown screen is about; `None`: more than one.
pub(super) fn namespace_in_view<'a>(scene: &Scene<'a>) -> Option<&'a Name> {
    match scene.state.screen() {
        Screen::Explorer(explorer) => explorer_namespace(scene, explorer),
        _ => scene.state.scope.as_ref(),
    }
}

/// Whether a list goes over more than one namespace.
pub(super) fn lists_namespaces(scene: &Scene<'_>, of: &Of) -> bool {
    match of {
        Of::PodsOfAccount(..) | Of::PodsOfOwner(..) | Of::Containers(..) => false,
        Of::PodsOnNode(_) => true,
        _ => scene.state.scope.is_none(),
    }
}

/// The title of a table that is a screen of its own.
pub(super) fn list_title(scene: &Scene<'_>, of: &Of) -> String {
    let within = |name: &str| match &scene.state.scope {
        Some(namespace) => format!("{name} of {}", visible(namespace)),
        None => name.to_owned(),
    };
    match of {
        Of::Accounts | Of::Pods => within(list_name(of)),
        Of::PodsOfAccount(namespace, account) => format!("Pods of {}/{}", visible(namespace), visible(account)),
        Of::PodsOnNode(node) => format!("Pods on {}", visible(node)),
        Of::PodsOfOwner(namespace, kind, name) => {
            format!("Pods of {}/{} in {}", kind.to_lowercase(), visible(name), visible(namespace))
        }
        Of::Containers(namespace, pod) => format!("Containers of {}/{}", visible(namespace), visible(pod)),
        Of::Actions(item) => format!("What can be changed about {}", super::page::subject(item)),
        Of::UsersOfRole(arn) => {
            let arn = crate::domain::model::RoleArn::new(arn.clone());
            format!("Who uses {}", scene.role(&arn))
        }
        _ => list_name(of).to_owned(),
    }
}

/// What a list is of, in the plural.
pub(super) fn list_name(of: &Of) -> &'static str {
    match of {
        Of::Namespaces => "Namespaces",
        Of::Accounts => "ServiceAccounts",
        Of::Pods | Of::PodsOfAccount(..) | Of::PodsOnNode(_) | Of::PodsOfOwner(..) => "Pods",
        Of::Containers(..) => "Containers",
        Of::Nodes => "Nodes",
        Of::Roles => "Roles",
        Of::UsersOfRole(_) => "Users",
        Of::Troubles => "What went wrong",
        Of::Calls => "Calls made",
        Of::Contexts => "Contexts",
        Of::Profiles => "Profiles",
        Of::Changes => "Log of changes",
        Of::Actions(_) => "Actions",
    }
}

/// What is read for a list that does not lie in the inventory.
pub(super) fn feed_name(of: &Of) -> &'static str {
    match of {
        Of::Contexts => "the kubeconfig's contexts",
        Of::Profiles => "the profiles of the AWS configuration",
        Of::Calls => "the calls made so far",
        Of::Changes => "the log of changes",
        of => list_name(of),
    }
}

/// Whether problems-only narrows it.
pub(super) fn has_problems(of: &Of) -> bool {
    !of.is_feed()
}

/// Why a list has no rows; `None` where that goes without saying.
pub(super) fn why_empty(scene: &Scene<'_>, list: &List) -> Option<Notice> {
    if !list.index.is_empty() {
        return None;
    }
    let name = list_name(&list.of);
    if list.index.total > 0 {
        return Some(narrowed_to_none(scene, list, name));
    }
    let listing = kind_of(&list.of).map(|kind| (kind, scene.state.inventory.listings().of(kind)));
    if let Some((kind, listing)) = listing {
        if let Some(gap) = listing.gap.as_ref().filter(|_| listing.is_unreadable()) {
            let hint = match gap.reason {
                GapReason::Forbidden => format!("it takes the permission to {} · ctrl-r tries again", gap.call),
                GapReason::Timeout | GapReason::Throttled => {
                    "it is tried again by itself · ctrl-r tries at once".to_owned()
                }
                _ => "ctrl-r tries again".to_owned(),
            };
            return Some(Notice::Failed { sentence: visible(&gap.sentence).into_owned(), hint });
        }
        if !listing.is_settled() {
            return Some(loading(kind, listing));
        }
    }
    let (sentence, hint) = nothing(scene, &list.of, name);
    Some(Notice::Empty { sentence, hint })
}

fn loading(kind: Kind, listing: &Listing) -> Notice {
    Notice::Loading { what: kind.resource().to_owned(), seen: listing.seen, expected: listing.expected }
}

fn narrowed_to_none(scene: &Scene<'_>, list: &List, name: &str) -> Notice {
    let what = match list.of {
        Of::Troubles => "errors".to_owned(),
        Of::Calls => "calls".to_owned(),
        Of::Changes => "changes".to_owned(),
        // the name of the kind is written as Kubernetes writes it
        Of::Accounts => name.to_owned(),
        _ => name.to_lowercase(),
    };
    let total = text::figure(list.index.total);
    if !list.filter.is_empty() {
        let filter = visible(list.filter.text.trim());
        return Notice::Empty {
            sentence: format!("none of {total} {what} matches {filter}"),
            hint: "esc clears the filter".to_owned(),
        };
    }
    if scene.state.problems_only {
        let sentence = format!("no finding among the {total} {what} that were read");
        return Notice::Empty { sentence, hint: "ctrl-z shows all".to_owned() };
    }
    Notice::Empty { sentence: format!("none of {total} {what} is shown"), hint: String::new() }
}

fn nothing(scene: &Scene<'_>, of: &Of, name: &str) -> (String, String) {
    let in_scope = scene.state.scope.as_deref().map(|scope| format!(" in {}", visible(scope))).unwrap_or_default();
    match of {
        Of::Troubles => ("nothing went wrong so far".to_owned(), String::new()),
        Of::Calls => ("no call was made: nothing is read from a cluster or an account here".to_owned(), String::new()),
        Of::Changes => ("nothing was changed by rolecall so far".to_owned(), String::new()),
        Of::PodsOfAccount(namespace, account) => {
            (format!("no pod runs as {}/{}", visible(namespace), visible(account)), "esc goes back".to_owned())
        }
        Of::PodsOnNode(_) => match one_namespace(scene, of) {
            Some(namespace) => (format!("no pod of {} runs on this node", visible(namespace)), String::new()),
            None => ("no pod runs on this node".to_owned(), String::new()),
        },
        Of::Roles => (
            "no ServiceAccount, pod or node names a role".to_owned(),
            "a role appears here once an annotation, an association or a node names it".to_owned(),
        ),
        Of::UsersOfRole(_) => ("nothing uses this role".to_owned(), String::new()),
        Of::Contexts => (
            "no context was found in a kubeconfig".to_owned(),
            "`aws eks update-kubeconfig --name CLUSTER` writes one".to_owned(),
        ),
        Of::Profiles => {
            ("no profile was found in the AWS configuration".to_owned(), "`aws configure sso` writes one".to_owned())
        }
        _ if !in_scope.is_empty() => {
            let lacking = scene.state.scope.as_deref().filter(|name| scene.state.lacks_namespace(name));
            let lacking = lacking.map(|name| format!("there is no namespace {}", visible(name)));
            let sentence = lacking.unwrap_or_else(|| format!("no {}{in_scope}", name.to_lowercase()));
            (sentence, "0 goes over all namespaces".to_owned())
        }
        _ => match one_namespace(scene, of) {
            Some(namespace) => {
                let sentence = format!("no {} in namespace {}", name.to_lowercase(), visible(namespace));
                (sentence, "the other namespaces were not read: ! says why".to_owned())
            }
            None => (format!("no {} in this cluster", name.to_lowercase()), String::new()),
        },
    }
}

/// The one namespace that the list was read of, where it is not the cluster.
fn one_namespace<'a>(scene: &Scene<'a>, of: &Of) -> Option<&'a Name> {
    match &scene.state.inventory.listings().of(kind_of(of)?).scope {
        Scope::Namespace(namespace) => Some(namespace),
        Scope::Cluster => None,
    }
}

/// The Kubernetes list that a list hangs on.
fn kind_of(of: &Of) -> Option<Kind> {
    match of {
        Of::Namespaces => Some(Kind::Namespace),
        Of::Accounts => Some(Kind::ServiceAccount),
        Of::Pods | Of::PodsOfAccount(..) | Of::PodsOnNode(_) | Of::PodsOfOwner(..) | Of::Containers(..) => {
            Some(Kind::Pod)
        }
        Of::Nodes => Some(Kind::Node),
        _ => None,
    }
}

/// How many rows the filter that is being typed leaves; of labels only the API server knows.
pub(super) fn matches(scene: &Scene<'_>, typed: &str) -> String {
    let Some(list) = scene.state.list() else { return String::new() };
    if matches!(Filter::new(typed).asked(), Asked::Labels(_)) {
        return "enter asks the API server".to_owned();
    }
    format!("{} of {}", text::figure(super::list::shown(list)), text::figure(list.index.total))
}

/// Where one is, on a narrow screen: `shop › api › pods`.
pub(super) fn steps(scene: &Scene<'_>) -> Vec<String> {
    match scene.state.screen() {
        Screen::Explorer(explorer) => {
            let namespace = explorer_namespace(scene, explorer).map_or("all", |name| name);
            let account = explorer.account().map_or("all", |(_, name)| name);
            match explorer.focus {
                Pane::Namespaces => vec!["namespaces".to_owned()],
                Pane::Accounts => vec![visible(namespace).into_owned(), "serviceaccounts".to_owned()],
                Pane::Pods => vec![visible(namespace).into_owned(), visible(account).into_owned(), "pods".to_owned()],
            }
        }
        Screen::List(screen) => vec![list_name(&screen.list.of).to_lowercase()],
        Screen::Node(screen) => vec!["nodes".to_owned(), scene.node(&screen.node, Room::Screen).into_owned()],
        Screen::Role(_) => vec!["role".to_owned()],
        Screen::Evidence(_) => vec!["evidence".to_owned()],
        Screen::Ask(_) => vec!["may it".to_owned()],
        Screen::Trust(_) => vec!["trust".to_owned()],
        Screen::Choose(screen) => vec![if screen.of.is_of_roles() { "bind" } else { "policies" }.to_owned()],
        Screen::Form(_) => vec!["form".to_owned()],
        Screen::Plan(_) => vec!["plan".to_owned()],
        Screen::Export(_) => vec!["export".to_owned()],
        Screen::Text(_) => vec!["text".to_owned()],
        Screen::Help(_) => vec!["help".to_owned()],
    }
}

/// Whether a key can be used here and now, so that it may stand among the hints.
pub(super) fn is_usable(scene: &Scene<'_>, binding: &Binding) -> bool {
    let state = scene.state;
    let selected = state.selected();
    match binding.action {
        Action::Back => {
            let is_narrowed = state.list().is_some_and(|list| !list.filter.is_empty());
            let is_deeper = matches!(state.screen(), Screen::Explorer(explorer) if !scene.shows_panes() && explorer.focus != Pane::Namespaces);
            state.screens.len() > 1 || is_narrowed || is_deeper
        }
        Action::In => selected.is_some(),
        Action::Describe if state.list().is_some() => selected.is_some_and(|item| *item != Item::All),
        Action::Text => state.subject().is_some_and(|item| item.has_text()),
        Action::Owner => selected
            .and_then(Item::pod)
            .and_then(|(namespace, name)| scene.pod(namespace, name))
            .is_some_and(|(pod, _)| pod.owner.is_some()),
        Action::Ask => state.subject().is_some_and(|item| item.is_asker()),
        Action::Trust => state.subject().is_some_and(|item| item.is_about_trust()),
        Action::Apply | Action::DryRun | Action::TakeStep | Action::TakeBack | Action::PlanAnew => {
            super::plan::is_usable(scene, binding)
        }
        Action::Annotate | Action::Actions => super::plan::is_offered(scene, binding),
        Action::UsedBy => has_role(scene, state.subject().as_ref()),
        _ => true,
    }
}

/// Whether a row names a role, whose users can be shown.
fn has_role(scene: &Scene<'_>, item: Option<&Item>) -> bool {
    match item {
        Some(Item::Role(_)) => true,
        Some(Item::Pod(namespace, name) | Item::Container(namespace, name, _)) => {
            scene.pod(namespace, name).is_some_and(|(_, row)| row.role.is_some())
        }
        Some(Item::Account(namespace, name)) => {
            scene.state.identities.account(namespace, name).is_some_and(|row| !row.bindings.is_empty())
        }
        Some(Item::Node(name)) => scene
            .state
            .inventory
            .node(name)
            .is_some_and(|node| crate::domain::identity::node_role_of(&scene.state.inventory, node).is_some()),
        _ => false,
    }
}

/// A finding in a few words, where its whole sentence is not at hand.
pub(super) fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::NodeRoleFallback => "some of its pods run on the node role",
        Finding::NoIdentity => "some of its pods ask for AWS and have no identity",
        Finding::StartedBeforeBinding => "pods that started before the role was set do not have it: restart them",
        Finding::NotInjected => "nothing was injected into some pods, for no known reason",
        Finding::StaleRole => "some pods keep the role that was set when they started: restart them",
        Finding::EnvOverridesBinding => "the owner's template sets a role by hand, which the binding never changes",
        Finding::TrustMismatch => "the role's trust policy does not let it in",
        Finding::TrustOtherCluster => "the role trusts another cluster, and not this one",
        Finding::ProviderMissing => "the role's account has no OIDC provider for this cluster",
        Finding::PodIdentityTrust => "the role, or one on the way to it, keeps Pod Identity out",
        Finding::TrustTooWide => "the trust policy lets in any ServiceAccount, or more than was meant",
        Finding::RoleNotFound => "the role does not exist",
        Finding::MalformedRoleArn => "what is annotated is no role ARN",
        Finding::AssociationNotInjected => "pods that started before the association do not use it: restart them",
        Finding::AssociationGone => "the association that some pods were injected for is gone",
        Finding::TwoBindings => "both an annotation and an association bind it: new pods use the association",
        Finding::PodIdentityAgent => "no Pod Identity agent answers on some nodes",
        Finding::StaticKeys => "static keys win over the role in some pods",
        Finding::WebhookNotActing => "the webhook is missing, or its selector leaves some pods out",
        Finding::InjectionSkipped => "a skip label or annotation keeps the webhook away from some pods",
        Finding::AudienceMismatch => "the token's audience is not accepted",
        Finding::AdminRole => {
            "it may give itself every permission or take on any role: whoever has it is an administrator"
        }
        Finding::NodeRoleTooWide => "the node role may do more than a node needs, and so may every pod that reaches it",
        Finding::DefaultAccountBound => "every pod that names no ServiceAccount gets its role",
        Finding::SharedRole => "more than one ServiceAccount is bound to it",
        Finding::UnusedBinding => "no pod uses it, and its role was not used for 90 days; a controller may",
        Finding::UnusedRole => "nobody has used it for 90 days, as far as IAM tells",
        Finding::LegacyAnnotation => "some pods carry an annotation of kube2iam or kiam",
    }
}
