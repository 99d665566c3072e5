//! `rolecall identity pod/NAME`: one pod, container by container, and why.

use super::args::{Format, IdentityArgs, SourceArgs};
use super::exit::Stop;
use super::gather::{ask_also, gather};
use super::list::{Listed, Marks, View, scope, view_of};
use super::subject::{Named, kind_typed, named, the_pod};
use super::{explanation, notes, output};
use crate::domain::identity::{Identity, Mechanism, Need, hop_questions, resolve_all, verdict_of};
use crate::domain::inventory::Kind;
use crate::domain::model::{Name, Pod, Question, RoleArn, visible};
use crate::report::{GapWire, List, PodItem};
use crate::source::{Ask, Source};
use std::collections::BTreeSet;
use std::io::Write;

/// Reads the pod and what its identity hangs on, and writes it.
pub(super) async fn run(source: &Source, args: &SourceArgs, command: &IdentityArgs, marks: Marks) -> Result<(), Stop> {
    let name = pod_name(&command.pod)?;
    let scope = scope(source, args, true);
    let by_name = command.output.output == Format::Name;
    let kinds = if by_name { vec![Kind::Pod] } else { Listed::Pods.kinds() };
    let with_namespace = args.all_namespaces;
    let ask = Ask { kinds, scope: scope.clone(), fall_back: false, selector: None, watch: false, user: false };
    // A name hangs on nothing in AWS.
    let need = Need { verdicts: !by_name, roles: false, documents: false, ..Need::default() };
    let mut gathered = gather(source, ask, &need).await?;
    if !by_name {
        let view = view_of(&gathered, source, scope.clone(), command.output.output, marks);
        let roles = its_roles(&view, the_pod(&view, name)?);
        let roles = roles.into_iter().map(Question::Role).collect();
        Box::pin(ask_also(source, &mut gathered.inventory, roles)).await;
        // of the roles that were read just now: the pod's own
        let policies = hop_questions(&gathered.inventory);
        Box::pin(ask_also(source, &mut gathered.inventory, policies)).await;
        gathered.identities = resolve_all(&gathered.inventory);
    }
    let view = view_of(&gathered, source, scope, command.output.output, marks);
    let pod = the_pod(&view, name)?;
    let items = || container_items(&view, pod);
    match view.format {
        Format::Json | Format::Yaml => {
            let gaps = view.gaps.iter().map(GapWire::from).collect();
            output::list(view.format, List { kind: "PodList", items, gaps })
        }
        Format::Csv => output::sheet(view.format, super::list::pods_csv(Box::new(items()))),
        Format::Name => {
            let mut out = output::stdout();
            if with_namespace {
                write!(out, "{}/", visible(&pod.namespace))?;
            }
            writeln!(out, "pod/{}", visible(&pod.name))?;
            Ok(out.flush()?)
        }
        Format::Table | Format::Wide => {
            let mut out = output::stdout();
            let columns = explanation::columns().filter(|_| view.format == Format::Table);
            explanation::write(&mut out, &view, pod, columns)?;
            out.flush()?;
            notes::say(&view.gaps, notes::answers(view.inventory));
            Ok(())
        }
    }
}

/// The roles that the pod's identity hangs on: its containers', and those that its ServiceAccount is bound to.
fn its_roles(view: &View<'_>, pod: &Pod) -> BTreeSet<Name> {
    if view.inventory.aws().is_refuted() {
        return BTreeSet::new();
    }
    let mut roles: Vec<RoleArn> = Vec::new();
    for verdict in (0..pod.spec.containers.len()).map(|container| verdict_of(view.inventory, pod, container)) {
        roles.extend(verdict.identity.as_ref().and_then(Identity::role).cloned());
        if let Some(Identity::Role { by: Mechanism::PodIdentity { via }, .. }) = verdict.identity {
            roles.extend(via);
        }
    }
    let account = view.identities.account(&pod.namespace, &pod.spec.service_account);
    for binding in account.iter().flat_map(|account| &account.bindings) {
        roles.extend([&binding.role, &binding.target].into_iter().flatten().cloned());
    }
    roles.iter().filter(|role| role.problem().is_none()).map(RoleArn::name_shared).collect()
}

fn container_items<'a>(view: &'a View<'a>, pod: &'a Pod) -> impl Iterator<Item = PodItem> + 'a {
    super::list::containers(view, pod)
}

/// `NAME`, `pod/NAME`, `pods/NAME`, `po/NAME`.
fn pod_name(text: &str) -> Result<&str, Stop> {
    match named(text) {
        Named::Bare(name) | Named::Pod(name) => Ok(name),
        _ => Err(Stop::usage(format!("{} has no identity of its own: give pod/NAME", kind_typed(text)))
            .hint("`rolecall serviceaccounts` and `rolecall nodes` show those")),
    }
}
