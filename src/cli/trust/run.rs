//! Reads what the answer hangs on, asks, and writes.

use super::text;
use crate::cli::args::{Format, SourceArgs, TrustArgs};
use crate::cli::exit::{DENIED, DEPENDS, Stop, USAGE};
use crate::cli::gather::{ask_also, gather};
use crate::cli::identity::the_pod;
use crate::cli::list::{Marks, View, one_role, scope, unreadable, view_of};
use crate::cli::{notes, output};
use crate::domain::diagnose::remedies;
use crate::domain::identity::{Need, TrustCheck, trust_review};
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{Gap, GapReason, Name, Question, Reading, RoleArn};
use crate::domain::policy::Truth;
use crate::report::{GapWire, List, One, TrustItem};
use crate::source::{Ask, Source};
use std::io::Write;

/// Whom a command line names.
#[derive(Debug, PartialEq, Eq)]
enum Subject<'a> {
    Account(&'a str),
    Pod(&'a str),
}

/// A ServiceAccount, by namespace and name.
type Account = (Name, Name);

/// Answers whether the ServiceAccount is trusted.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &TrustArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let (subject, format) = (Subject::of(&command.subject)?, command.output.output);
    if matches!(format, Format::Csv | Format::Name) {
        let said = "a review of trust is no list: it has no such format";
        return Err(Stop::usage(said).hint("use -o table, -o json or -o yaml"));
    }
    let scope = scope(source, args, true);
    let mut kinds = vec![Kind::ServiceAccount, Kind::Node];
    if matches!(subject, Subject::Pod(_)) {
        kinds.insert(0, Kind::Pod);
    }
    let ask = Ask { kinds, scope: scope.clone(), fall_back: false, selector: None, watch: false, user: false };
    let need = Need { verdicts: true, roles: false, documents: false, first: Vec::new() };
    let mut gathered = gather(source, ask, &need).await?;
    let view = view_of(&gathered, source, scope.clone(), format, marks);
    let account = subject.account(&view)?;
    let mut role = command.role.as_deref().map(|text| wanted(&view, text)).transpose()?;
    if !gathered.inventory.aws().is_refuted() {
        let first = trust_review(&gathered.inventory, &account.0, &account.1, role.as_ref());
        read(source, &mut gathered.inventory, &first).await;
        role = role.map(|role| with_its_path(&gathered.inventory, role, command.role.as_deref()));
    }
    let checks = trust_review(&gathered.inventory, &account.0, &account.1, role.as_ref());
    let view = view_of(&gathered, source, scope, format, marks);
    let unseen = match role {
        Some(_) => None,
        None => unseen(view.inventory, &account),
    };
    if checks.is_empty() && unseen.is_none() {
        let said = format!("no role binds serviceaccount/{} in namespace {}", account.1, account.0);
        let hint = format!("name a role to ask whether it would trust it: rolecall trust sa/{} ROLE", account.1);
        return Err(Stop::unreached(said).hint(hint));
    }
    write(&view, &account, &checks, unseen.as_slice())?;
    exit(&checks)
}

impl<'a> Subject<'a> {
    /// `sa/NAME`, `pod/NAME`; a bare name is a ServiceAccount.
    fn of(text: &'a str) -> Result<Self, Stop> {
        match text.split_once('/') {
            None => Ok(Self::Account(text)),
            Some(("sa" | "serviceaccount" | "serviceaccounts", name)) if !name.is_empty() => Ok(Self::Account(name)),
            Some(("pod" | "pods" | "po", name)) if !name.is_empty() => Ok(Self::Pod(name)),
            Some((kind, _)) => Err(Stop::usage(format!("{kind} is nobody whom a role trusts here"))
                .hint("give sa/NAME, or pod/NAME for its ServiceAccount")),
        }
    }

    /// The ServiceAccount, where there is one of that name and no more.
    fn account(&self, view: &View<'_>) -> Result<Account, Stop> {
        let name = match self {
            Self::Account(name) => *name,
            Self::Pod(name) => {
                let pod = the_pod(view, name)?;
                return Ok((pod.namespace.clone(), pod.spec.service_account.clone()));
            }
        };
        let covered = view.identities.namespaces().filter(|(namespace, _)| view.scope.covers(namespace));
        let found: Vec<&Name> = covered.filter(|(_, rows)| rows.accounts.contains_key(name)).map(|it| it.0).collect();
        match found.as_slice() {
            [one] => Ok(((*one).clone(), Name::from(name))),
            [] => {
                let listing = view.inventory.listings().of(Kind::ServiceAccount);
                if let Some(gap) = listing.gap.as_ref().filter(|_| !listing.is_read()) {
                    return Err(unreadable(gap, &view.scope));
                }
                let said = format!("there is no ServiceAccount {name}");
                Err(Stop::unreached(said).hint("name its namespace with -n"))
            }
            [first, second, ..] => {
                let said = format!("there is a ServiceAccount {name} in {first} and in {second}");
                Err(Stop::usage(said).hint("name its namespace with -n"))
            }
        }
    }
}

/// The role that a command line names: an ARN; one that the cluster names; else one of the cluster's account.
fn wanted(view: &View<'_>, text: &str) -> Result<RoleArn, Stop> {
    if text.starts_with("arn:") {
        return Ok(RoleArn::from(text));
    }
    let stop = match one_role(view, text) {
        Ok((arn, _)) => return Ok(RoleArn::new(arn)),
        Err(stop) if stop.code == USAGE => return Err(stop),
        Err(stop) => stop,
    };
    let cluster = view.inventory.aws().cluster().and_then(Reading::value);
    let arn = cluster.and_then(|cluster| cluster.arn.as_deref());
    let partition = arn.and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    let Some(account) = view.inventory.aws().account() else { return Err(stop.hint("give the role's whole ARN")) };
    let name = text.strip_prefix("roles/").or_else(|| text.strip_prefix("role/")).unwrap_or(text);
    Ok(RoleArn::from(&*format!("arn:{partition}:iam::{account}:role/{name}")))
}

/// The role that IAM has under that name: it looks roles up without their path.
fn with_its_path(inventory: &Inventory, role: RoleArn, text: Option<&str>) -> RoleArn {
    let is_name = text.is_some_and(|text| !text.starts_with("arn:"));
    if !is_name || !inventory.aws().role(role.as_str()).is_none_or(Reading::is_missing) {
        return role;
    }
    let same = |arn: &RoleArn| (arn.role_name(), arn.account()) == (role.role_name(), role.account());
    let found = inventory.aws().roles().filter_map(|(_, reading)| Some(&reading.value()?.arn)).find(|arn| same(arn));
    found.cloned().unwrap_or(role)
}

/// The roles, and the policies that the way to a target role hangs on.
async fn read(source: &Source, inventory: &mut Inventory, checks: &[TrustCheck]) {
    let roles = || checks.iter().flat_map(|check| [Some(&check.role), check.source()]).flatten();
    let mut questions: Vec<Question> = Vec::new();
    for role in roles().filter(|role| inventory.aws().role(role.as_str()).is_none() && role.problem().is_none()) {
        let question = Question::Role(role.name_shared());
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
    ask_also(source, inventory, questions).await;
    let mut questions = Vec::new();
    for own in checks.iter().filter_map(TrustCheck::source) {
        let Some(own) = inventory.aws().role(own.as_str()).and_then(Reading::value) else { continue };
        let open = own.managed_policies().filter(|arn| inventory.aws().policy(arn).is_none());
        questions.extend(open.cloned().map(Question::ManagedPolicy));
    }
    ask_also(source, inventory, questions).await;
}

/// Why it is not known whether an association binds the ServiceAccount, or to which role.
fn unseen(inventory: &Inventory, (namespace, name): &Account) -> Option<Gap> {
    let aws = inventory.aws();
    let is_open = aws.is_refuted() || aws.association(namespace, name).is_unread();
    aws.association_gap(namespace, name).or_else(|| {
        let sentence = format!("whether an association binds ServiceAccount {namespace}/{name} was not read");
        let gap = || Gap::new("association", "eks:ListPodIdentityAssociations", GapReason::NotLoadedYet, sentence);
        is_open.then(gap)
    })
}

fn write(view: &View<'_>, account: &Account, checks: &[TrustCheck], unseen: &[Gap]) -> Result<(), Stop> {
    match (view.format, checks) {
        (Format::Json | Format::Yaml, [check]) => {
            output::document(view.format, &One { kind: "TrustReview", thing: &TrustItem::of(check, unseen) })
        }
        (Format::Json | Format::Yaml, checks) => {
            let gaps = view.gaps.iter().chain(unseen.iter().filter(|gap| !view.gaps.contains(gap)));
            let items = || checks.iter().map(|check| TrustItem::of(check, &[]));
            output::list(view.format, List { kind: "TrustReviewList", items, gaps: gaps.map(GapWire::from).collect() })
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
