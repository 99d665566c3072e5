//! `rolecall roles role/NAME`: one role with its trust and every policy's document.

use super::args::{Format, SourceArgs};
use super::exit::Stop;
use super::gather::{ask_for_policies, ask_for_roles, gather};
use super::list::{Listed, Marks, one_role, role_name, scope, view_of};
use super::{notes, output};
use crate::domain::identity::{Need, resolve_all, sources_of};
use crate::domain::model::{Gap, RoleArn, visible};
use crate::domain::policy::indented;
use crate::report::{InlineItem, One, RoleItem};
use crate::source::{Ask, Source};
use std::io::Write;

/// Reads the role and writes it.
pub(super) async fn run(
    source: &Source,
    args: &SourceArgs,
    wanted: &str,
    format: Format,
    marks: Marks,
) -> Result<(), Stop> {
    let scope = scope(source, args, false);
    let fall_back = args.namespace.is_none() && !args.all_namespaces;
    let ask = Ask {
        kinds: Listed::Roles.kinds(),
        scope: scope.clone(),
        fall_back,
        selector: None,
        watch: false,
        user: false,
    };
    // Who uses it hangs on verdicts; of all roles only this one is read, and those that go on to it.
    let need = Need { verdicts: true, roles: false, documents: false, ..Need::default() };
    let mut gathered = gather(source, ask, &need).await?;
    let (arn, _) = one_role(&view_of(&gathered, source, scope.clone(), format, marks), wanted)?;
    if format != Format::Name && !gathered.inventory.aws().is_refuted() {
        // whether it can be had hangs on those that go on to it, too, and what it may on its boundary
        let role = RoleArn::new(arn.clone());
        let sources = sources_of(&gathered.inventory, &role);
        let roles = || std::iter::once(&role).chain(&sources);
        ask_for_roles(source, &mut gathered.inventory, roles()).await;
        ask_for_policies(source, &mut gathered.inventory, roles()).await;
        // what is wrong with it hangs on what was only now read
        gathered.identities = resolve_all(&gathered.inventory);
    }
    let view = view_of(&gathered, source, scope, format, marks);
    let (_, role_use) = one_role(&view, &arn)?;
    let item = RoleItem::of(view.inventory, &arn, &role_use, true);
    match format {
        Format::Json | Format::Yaml => output::document(format, &One { kind: "Role", thing: &item }),
        Format::Name => {
            let mut out = output::stdout();
            writeln!(out, "role/{}", role_name(&arn))?;
            Ok(out.flush()?)
        }
        Format::Table | Format::Wide | Format::Csv => {
            let mut out = output::stdout();
            describe(&mut out, &item)?;
            out.flush()?;
            let said = |gap: &&Gap| item.gaps.iter().any(|said| said.sentence == gap.sentence);
            notes::say(&view.gaps, notes::answers(view.inventory).filter(|gap| !said(gap)));
            Ok(())
        }
    }
}

fn describe(out: &mut impl Write, item: &RoleItem) -> std::io::Result<()> {
    writeln!(out, "{}", visible(&item.arn))?;
    for user in &item.used_by {
        let (namespace, account) = (visible(&user.namespace), visible(&user.service_account));
        let pods = if user.pods == 1 { "pod" } else { "pods" };
        writeln!(
            out,
            "  used by    serviceaccount/{account} -n {namespace}, {} {pods}, {}",
            user.pods, user.mechanism
        )?;
    }
    for node in &item.nodes {
        writeln!(out, "  used by    node/{}", visible(node))?;
    }
    if let Some(boundary) = &item.boundary {
        writeln!(out, "  boundary   {}", visible(boundary))?;
    }
    if let Some(used) = &item.last_used {
        writeln!(out, "  last used  {used}")?;
    }
    if !item.findings.is_empty() {
        writeln!(out, "  findings   {}", item.findings.join(", "))?;
    }
    if let Some(trust) = &item.trust {
        text(out, "trust", &trust.0)?;
    }
    for policy in &item.attached {
        match &policy.document {
            Some(document) => text(out, &format!("policy {}", policy.arn), &document.0)?,
            None => writeln!(out, "  policy {}", visible(&policy.arn))?,
        }
    }
    for policy in &item.inline {
        if let InlineItem::Whole { name, document: Some(document) } = policy {
            text(out, &format!("inline {name}"), &document.0)?;
        }
    }
    for gap in &item.gaps {
        writeln!(out, "  not known  {}", visible(&gap.sentence))?;
    }
    Ok(())
}

/// A document, indented where it is JSON.
fn text(out: &mut impl Write, title: &str, document: &str) -> std::io::Result<()> {
    writeln!(out, "  {}", visible(title))?;
    let indented = indented(document);
    indented.as_deref().unwrap_or(document).lines().try_for_each(|line| writeln!(out, "    {}", visible(line)))
}
