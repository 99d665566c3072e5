//! A list from its flags to its output.

use super::{Marks, View, accounts, namespaces, nodes, pods, roles};
use crate::cli::args::{Format, ListArgs, OutputArgs, SourceArgs};
use crate::cli::exit::Stop;
use crate::cli::gather::{Gathered, gather};
use crate::cli::{connect, names, notes, output};
use crate::domain::identity::Need;
use crate::domain::inventory::{Inventory, Kind, Scope};
use crate::domain::model::{Gap, GapReason, Name, Time, visible};
use crate::report::{GapWire, List};
use crate::source::{Ask, Source};
use std::collections::BTreeMap;
use std::io::Write;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Listed {
    Pods,
    ServiceAccounts,
    Roles,
    Nodes,
    Namespaces,
}

impl Listed {
    /// The kinds that its verdicts hang on, its own first.
    pub(in crate::cli) fn kinds(self) -> Vec<Kind> {
        use Kind::{DaemonSet, Namespace, Node, Pod, ServiceAccount, Webhook};
        match self {
            Self::Pods => vec![Pod, ServiceAccount, Node, Webhook, DaemonSet],
            Self::ServiceAccounts | Self::Roles => vec![ServiceAccount, Pod, Node, Webhook, DaemonSet],
            Self::Nodes => vec![Node, Pod, ServiceAccount, Webhook, DaemonSet],
            Self::Namespaces => vec![Namespace, Pod, ServiceAccount, Node, Webhook, DaemonSet],
        }
    }

    /// Whether `-n` is about it: without it, kubectl means the context's namespace.
    fn is_namespaced(self) -> bool {
        matches!(self, Self::Pods | Self::ServiceAccounts)
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Pods => "pods",
            Self::ServiceAccounts => "serviceaccounts",
            Self::Roles => "roles",
            Self::Nodes => "nodes",
            Self::Namespaces => "namespaces",
        }
    }
}

/// Reads the list and writes it.
pub(in crate::cli) async fn run(
    source: &Source,
    listed: Listed,
    args: &SourceArgs,
    list: ListArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let ListArgs { output: OutputArgs { output: format }, selector } = list;
    if selector.is_some() && connect::is_written(source) {
        let hint = "filter the output, or ask the cluster itself";
        return Err(Stop::usage("captures and the demo hold no labels, so -l selects nothing").hint(hint));
    }
    let scope = scope(source, args, listed.is_namespaced());
    let mut ask =
        Ask { kinds: listed.kinds(), scope: scope.clone(), fall_back: false, selector, watch: false, user: false };
    ask.fall_back = !listed.is_namespaced() && args.namespace.is_none() && !args.all_namespaces;
    if format == Format::Name && names::can(listed.kinds()[0]) && listed != Listed::Roles {
        ask.kinds.truncate(1);
        return names::write(source, ask, scope == Scope::Cluster && listed.is_namespaced()).await;
    }
    let without_aws = format == Format::Name;
    // A policy's version is read with its document, and what is wrong with a role hangs on what that allows.
    let documents = listed == Listed::Roles && !without_aws;
    let need = Need { verdicts: !without_aws, roles: !without_aws, documents, ..Need::default() };
    let gathered = gather(source, ask, &need).await?;
    readable(&gathered.inventory, listed, &scope)?;
    let mut view = view_of(&gathered, source, scope, format, marks);
    view.gaps.extend(narrower(&gathered.inventory, listed));
    write(&view, listed)
}

/// What there is to see of what was gathered.
pub(in crate::cli) fn view_of<'a>(
    gathered: &'a Gathered,
    source: &Source,
    scope: Scope,
    format: Format,
    marks: Marks,
) -> View<'a> {
    View {
        inventory: &gathered.inventory,
        identities: &gathered.identities,
        scope,
        now: source.about.taken_at.unwrap_or_else(Time::now),
        format,
        marks,
        gaps: notes::of_the_list(&gathered.inventory, &Kind::ALL),
    }
}

/// The namespaces that are meant: `-A` all, `-n` one; else the context's, or the whole of a capture.
pub(in crate::cli) fn scope(source: &Source, args: &SourceArgs, namespaced: bool) -> Scope {
    match &args.namespace {
        Some(namespace) => Scope::Namespace(Name::from(namespace.as_str())),
        None if args.all_namespaces || !namespaced || connect::is_written(source) => Scope::Cluster,
        None => Scope::Namespace(Name::from(source.about.namespace.as_deref().unwrap_or("default"))),
    }
}

/// An error if nothing at all of what was asked for could be read.
fn readable(inventory: &Inventory, listed: Listed, scope: &Scope) -> Result<(), Stop> {
    let unread = |kind: Kind| {
        let listing = inventory.listings().of(kind);
        (listing.is_unreadable() && listing.seen == 0).then(|| listing.gap.clone()).flatten()
    };
    let gap = match listed {
        // Roles are named by ServiceAccounts and by pods: either tells some of them.
        Listed::Roles => unread(Kind::ServiceAccount).and_then(|_| unread(Kind::Pod)),
        // Namespaces are seen by what lies in them, too.
        Listed::Namespaces => unread(Kind::Namespace).filter(|_| inventory.shards().next().is_none()),
        other => unread(other.kinds()[0]),
    };
    gap.map_or(Ok(()), |gap| Err(unreadable(&gap, scope)))
}

/// What a list of things beyond namespaces cannot tell where the pods of one alone were read.
fn narrower(inventory: &Inventory, listed: Listed) -> Option<Gap> {
    let Scope::Namespace(namespace) = &inventory.listings().of(Kind::Pod).scope else { return None };
    let sentence = match listed {
        Listed::Nodes | Listed::Roles => {
            format!("only pods of namespace {namespace} were read: others on these {} are not counted", listed.plural())
        }
        Listed::Pods | Listed::ServiceAccounts | Listed::Namespaces => return None,
    };
    Some(Gap::new("pods of other namespaces", "list pods", GapReason::NotFoundOut, sentence))
}

/// The end of a command whose list could not be read, with what may help.
pub(in crate::cli) fn unreadable(gap: &Gap, scope: &Scope) -> Stop {
    let stop = Stop::unreached(gap.sentence.clone());
    if gap.reason != GapReason::Forbidden {
        return stop;
    }
    match scope {
        Scope::Cluster if matches!(&*gap.call, "list pods" | "list serviceaccounts") => {
            stop.hint("name a namespace that you may read with -n")
        }
        _ => stop.hint("`rolecall info` shows what you may read"),
    }
}

fn write(view: &View<'_>, listed: Listed) -> Result<(), Stop> {
    let uses = if listed == Listed::Roles { roles::uses(view) } else { BTreeMap::new() };
    match view.format {
        Format::Json | Format::Yaml => match listed {
            Listed::Pods => document(view, "PodList", || pods::items(view)),
            Listed::ServiceAccounts => document(view, "ServiceAccountList", || accounts::items(view)),
            Listed::Roles => document(view, "RoleList", || roles::items(view, &uses)),
            Listed::Nodes => document(view, "NodeList", || nodes::items(view)),
            Listed::Namespaces => document(view, "NamespaceList", || namespaces::items(view)),
        },
        Format::Name => {
            let mut out = output::stdout();
            for arn in uses.keys() {
                writeln!(out, "role/{}", roles::name(arn))?;
            }
            out.flush()?;
            // Names cost no call to AWS, and what these two name as their role only AWS tells.
            let _ = writeln!(
                std::io::stderr(),
                "note: roles of nodes and of Pod Identity associations are left out: AWS is not asked for names alone; -o json lists them"
            );
            Ok(())
        }
        Format::Table | Format::Wide | Format::Csv => {
            let (sheet, is_empty) = match listed {
                Listed::Pods => (pods::sheet(view), pods::pods(view).next().is_none()),
                Listed::ServiceAccounts => (accounts::sheet(view), accounts::items(view).next().is_none()),
                Listed::Roles => (roles::sheet(view, &uses), uses.is_empty()),
                Listed::Nodes => (nodes::sheet(view), view.inventory.nodes().next().is_none()),
                Listed::Namespaces => (namespaces::sheet(view), namespaces::items(view).next().is_none()),
            };
            if is_empty && view.format != Format::Csv {
                nothing(view, listed);
            } else {
                output::sheet(view.format, sheet)?;
            }
            let within = (listed == Listed::Roles).then(|| notes::within_roles(view.inventory));
            notes::say(&view.gaps, notes::answers(view.inventory).chain(within.into_iter().flatten()));
            Ok(())
        }
    }
}

fn document<F, I>(view: &View<'_>, kind: &'static str, items: F) -> Result<(), Stop>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: serde::Serialize,
{
    output::list(view.format, List { kind, items, gaps: view.gaps.iter().map(GapWire::from).collect() })
}

fn nothing(view: &View<'_>, listed: Listed) {
    let place = match &view.scope {
        Scope::Namespace(namespace) if listed.is_namespaced() => format!(" in namespace {}", visible(namespace)),
        _ => String::new(),
    };
    let _ = writeln!(std::io::stderr(), "no {}{place}", listed.plural());
}
