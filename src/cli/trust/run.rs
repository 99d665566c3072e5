//! Reads what the answer hangs on, asks, and writes.

use super::text;
use crate::cli::args::{Format, SourceArgs, TrustArgs};
use crate::cli::exit::{DENIED, DEPENDS, Stop};
use crate::cli::gather::{ask_for_policies, ask_for_roles, gather};
use crate::cli::list::{Marks, View, scope, view_of};
use crate::cli::subject::{Named, kind_typed, named, role_named, the_account, the_pod, with_its_path};
use crate::cli::{notes, output};
use crate::domain::diagnose::remedies;
use crate::domain::identity::{Need, TrustCheck, trust_way, unseen_binding};
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{Gap, Name};
use crate::domain::policy::Truth;
use crate::report::{GapWire, List, One, TrustItem};
use crate::source::{Ask, Source};
use std::io::Write;

/// A ServiceAccount, by namespace and name.
type Account = (Name, Name);

/// Answers whether the ServiceAccount is trusted.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &TrustArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let (subject, format) = (subject(&command.subject)?, command.output.output);
    if matches!(format, Format::Csv | Format::Name) {
        let said = "a review of trust is no list: it has no such format";
        return Err(Stop::usage(said).hint("use -o table, -o json or -o yaml"));
    }
    let scope = scope(source, args, true);
    let mut kinds = vec![Kind::ServiceAccount, Kind::Node];
    if matches!(subject, Named::Pod(_)) {
        kinds.insert(0, Kind::Pod);
    }
    let ask = Ask { kinds, scope: scope.clone(), fall_back: false, selector: None, watch: false, user: false };
    let need = Need { verdicts: true, roles: false, documents: false, ..Need::default() };
    let mut gathered = gather(source, ask, &need).await?;
    let view = view_of(&gathered, source, scope.clone(), format, marks);
    let account = account(&view, subject)?;
    let mut role = command.role.as_deref().map(|text| role_named(&view, text)).transpose()?;
    if !gathered.inventory.aws().is_refuted() {
        let first = trust_way(&gathered.inventory, &account.0, &account.1, role.as_ref());
        read(source, &mut gathered.inventory, &first).await;
        role = role.map(|role| with_its_path(&gathered.inventory, role, command.role.as_deref()));
    }
    let checks = trust_way(&gathered.inventory, &account.0, &account.1, role.as_ref());
    let view = view_of(&gathered, source, scope, format, marks);
    let unseen = match role {
        Some(_) => None,
        None => unseen_binding(view.inventory, &account.0, &account.1),
    };
    if checks.is_empty() && unseen.is_none() {
        let said = format!("no role binds serviceaccount/{} in namespace {}", account.1, account.0);
        let hint = format!("name a role to ask whether it would trust it: rolecall trust sa/{} ROLE", account.1);
        return Err(Stop::unreached(said).hint(hint));
    }
    write(&view, &account, &checks, unseen.as_slice())?;
    exit(&checks)
}

/// `sa/NAME`, `pod/NAME`; a bare name is a ServiceAccount.
fn subject(text: &str) -> Result<Named<'_>, Stop> {
    match named(text) {
        Named::Bare(name) => Ok(Named::Account(name)),
        own @ (Named::Account(_) | Named::Pod(_)) => Ok(own),
        Named::Role(_) | Named::Other => {
            Err(Stop::usage(format!("{} is nobody whom a role trusts here", kind_typed(text)))
                .hint("give sa/NAME, or pod/NAME for its ServiceAccount"))
        }
    }
}

/// The ServiceAccount, where there is one of that name and no more.
fn account(view: &View<'_>, subject: Named<'_>) -> Result<Account, Stop> {
    match subject {
        Named::Pod(name) => the_pod(view, name).map(|pod| (pod.namespace.clone(), pod.spec.service_account.clone())),
        Named::Account(name) | Named::Bare(name) | Named::Role(name) => {
            the_account(view, name).map(|namespace| (namespace.clone(), Name::from(name)))
        }
        Named::Other => Err(Stop::usage("no ServiceAccount is named")),
    }
}

/// The roles, and the policies that the way to a target role hangs on.
async fn read(source: &Source, inventory: &mut Inventory, checks: &[TrustCheck]) {
    let own = || checks.iter().filter_map(TrustCheck::source);
    ask_for_roles(source, inventory, checks.iter().map(|check| &check.role).chain(own())).await;
    ask_for_policies(source, inventory, own()).await;
}

fn write(view: &View<'_>, account: &Account, checks: &[TrustCheck], unseen: &[Gap]) -> Result<(), Stop> {
    match (view.format, checks) {
        (Format::Json | Format::Yaml, checks) => {
            let gaps: Vec<Gap> =
                view.gaps.iter().chain(unseen.iter().filter(|gap| !view.gaps.contains(gap))).cloned().collect();
            if let [check] = checks {
                return output::document(
                    view.format,
                    &One { kind: "TrustReview", thing: &TrustItem::of(check, &gaps) },
                );
            }
            let items = || checks.iter().map(|check| TrustItem::of(check, &[]));
            let gaps = gaps.iter().map(GapWire::from).collect();
            output::list(view.format, List { kind: "TrustReviewList", items, gaps })
        }
        (_, checks) => {
            let mut out = output::stdout();
            if checks.is_empty() {
                text::unbound(&mut out, account)?;
            }
            for (at, check) in checks.iter().enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                text::say(&mut out, check, &remedies(view.inventory, check), view.marks)?;
            }
            out.flush()?;
            notes::say(&view.gaps, unseen.iter());
            Ok(())
        }
    }
}

/// Not trusted before what is not known, and that before trusted. Nothing to review is not known.
fn exit(checks: &[TrustCheck]) -> Result<(), Stop> {
    let answer = checks.iter().map(|check| check.answer).min().unwrap_or(Truth::Depends);
    match answer {
        Truth::Yes => Ok(()),
        Truth::No => Err(Stop::silent(DENIED)),
        Truth::Depends => Err(Stop::silent(DEPENDS)),
    }
}
