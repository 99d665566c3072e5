//! `rolecall identity pod/NAME`: one pod, container by container, and why.

use super::args::{Format, IdentityArgs, SourceArgs};
use super::exit::Stop;
use super::gather::gather;
use super::list::{Listed, Marks, View, scope, view_of};
use super::{notes, output};
use crate::domain::diagnose::diagnose;
use crate::domain::identity::{Need, verdict_of};
use crate::domain::inventory::{Kind, Scope};
use crate::domain::model::{Pod, visible};
use crate::report::{GapWire, List, PodItem};
use crate::source::{Ask, Source};
use std::io::Write;

/// Reads the pod and what its identity hangs on, and writes it.
pub(super) async fn run(source: &Source, args: &SourceArgs, command: &IdentityArgs, marks: Marks) -> Result<(), Stop> {
    let name = pod_name(&command.pod)?;
    let scope = scope(source, args, true);
    let by_name = command.output.output == Format::Name;
    let kinds = if by_name { vec![Kind::Pod] } else { Listed::Pods.kinds() };
    let with_namespace = args.all_namespaces;
    let ask = Ask { kinds, scope: scope.clone(), fall_back: false, selector: None, watch: false };
    // A name hangs on nothing in AWS.
    let need = Need { verdicts: !by_name, roles: !by_name, documents: false, first: Vec::new() };
    let gathered = gather(source, ask, &need).await?;
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
            (0..pod.spec.containers.len()).try_for_each(|container| explain(&mut out, &view, pod, container))?;
            out.flush()?;
            notes::say(view.inventory, &view.gaps);
            Ok(())
        }
    }
}

fn container_items<'a>(view: &'a View<'a>, pod: &'a Pod) -> impl Iterator<Item = PodItem> + 'a {
    super::list::containers(view, pod)
}

/// `NAME`, `pod/NAME`, `pods/NAME`, `po/NAME`.
fn pod_name(text: &str) -> Result<&str, Stop> {
    match text.split_once('/') {
        None => Ok(text),
        Some(("pod" | "pods" | "po", name)) if !name.is_empty() => Ok(name),
        Some((kind, _)) => Err(Stop::usage(format!("{kind} has no identity of its own: give pod/NAME"))
            .hint("`rolecall serviceaccounts` and `rolecall nodes` show those")),
    }
}

fn the_pod<'a>(view: &View<'a>, name: &str) -> Result<&'a Pod, Stop> {
    let covered = view.inventory.shards().filter(|(namespace, _)| view.scope.covers(namespace));
    let found: Vec<&Pod> = covered.filter_map(|(_, shard)| shard.pod(name)).collect();
    match found.as_slice() {
        [pod] => Ok(pod),
        [] => {
            let listing = view.inventory.listings().of(Kind::Pod);
            if let Some(gap) = listing.gap.as_ref().filter(|_| !listing.is_read()) {
                return Err(super::list::unreadable(gap, &view.scope));
            }
            let place = match &view.scope {
                Scope::Namespace(namespace) => format!("in namespace {namespace}"),
                Scope::Cluster => "in any namespace".to_owned(),
            };
            Err(Stop::unreached(format!("there is no pod {name} {place}")).hint("name its namespace with -n"))
        }
        [first, second, ..] => {
            let said = format!("there is a pod {name} in {} and in {}", first.namespace, second.namespace);
            Err(Stop::usage(said).hint("name its namespace with -n"))
        }
    }
}

/// One container for a person: who AWS sees, what is wrong and what to do, the evidence, what is not known.
fn explain(out: &mut impl Write, view: &View<'_>, pod: &Pod, container: usize) -> std::io::Result<()> {
    let verdict = verdict_of(view.inventory, pod, container);
    let Some(spec) = pod.spec.containers.get(container) else { return Ok(()) };
    if container > 0 {
        writeln!(out)?;
    }
    let role = verdict.identity.as_ref().and_then(crate::domain::identity::Identity::role);
    let shown = view.marks.identity(verdict.kind(), role, verdict.usable, view.inventory.aws().account());
    let kind = spec.kind.field().trim_end_matches('s');
    let what = if kind == "container" { "container" } else { kind };
    writeln!(out, "pod/{} -n {}   {what} {}", visible(&pod.name), visible(&pod.namespace), visible(&spec.name))?;
    writeln!(out, "{}   {}   usable: {}", visible(&shown), verdict.confidence.label(), verdict.usable.word())?;
    if let Some(role) = role {
        writeln!(out, "  role       {}", visible(role.as_str()))?;
    }
    for diagnosis in diagnose(view.inventory, view.identities, pod, container, &verdict) {
        writeln!(out, "  {:<10} {}", "why", visible(&diagnosis.sentence))?;
        if !diagnosis.fix.summary.is_empty() {
            writeln!(out, "  {:<10} {}", "what to do", visible(&diagnosis.fix.summary))?;
        }
        for command in &diagnosis.fix.commands {
            writeln!(out, "  {:<10}   {}", "", visible(command))?;
        }
    }
    for (index, evidence) in verdict.evidence.iter().enumerate() {
        let title = if index == 0 { "evidence" } else { "" };
        writeln!(out, "  {title:<10} {}  ({})", visible(&evidence.fact), visible(&evidence.origin))?;
    }
    for (index, gap) in verdict.gaps.iter().enumerate() {
        let title = if index == 0 { "not known" } else { "" };
        writeln!(out, "  {title:<10} {}", visible(&gap.sentence))?;
    }
    Ok(())
}
