//! Reads what the answer hangs on, asks, and writes.

use super::asking::{Asking, of_account, of_named_role, of_pod, subject};
use super::given::Given;
use super::text;
use crate::cli::args::{CanArgs, Format, SourceArgs};
use crate::cli::exit::{DENIED, DEPENDS, Stop};
use crate::cli::gather::{ask_for_policies, ask_for_roles, gather};
use crate::cli::list::{Listed, Marks, View, scope, view_of};
use crate::cli::subject::{Named, the_pod};
use crate::cli::{notes, output};
use crate::domain::access::{Access, Asked, Circumstances, NoQuestion, is_action, is_resource, spelled_out};
use crate::domain::identity::{Bearer, Need};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Gap, Time};
use crate::domain::policy::{Context, Outcome, Request};
use crate::report::{DecisionItem, GapWire, List, One};
use crate::source::catalogue::catalogue;
use crate::source::{Ask, Source};
use std::io::Write;
use std::rc::Rc;

/// An identity, what it was asked for, and the answer.
type Answered = (Rc<Asking>, Request, Access);

/// Answers whether the subject may do it.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &CanArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let (subject, format) = (subject(&command.subject)?, command.output.output);
    if matches!(format, Format::Csv | Format::Name) {
        let said = "a decision is no list: it has no such format";
        return Err(Stop::usage(said).hint("use -o table, -o json or -o yaml"));
    }
    is_question(command).map_err(|wrong| Stop::usage(wrong.said).hint(wrong.hint))?;
    let given = Given::of(command)?;
    let is_role = matches!(subject, Named::Role(_));
    let scope = scope(source, args, !is_role);
    let kinds = if is_role { Listed::Roles.kinds() } else { Listed::Pods.kinds() };
    let fall_back = is_role && args.namespace.is_none() && !args.all_namespaces;
    let ask = Ask { kinds, scope: scope.clone(), fall_back, selector: None, watch: false, user: false };
    let need = Need { verdicts: true, roles: is_role, documents: false, ..Need::default() };
    let mut gathered = gather(source, ask, &need).await?;
    let asked = askings(&view_of(&gathered, source, scope.clone(), format, marks), subject)?;
    read_policies(source, &mut gathered.inventory, &asked).await;
    let view = view_of(&gathered, source, scope, format, marks);
    let asked = askings(&view, subject)?;
    let now = source.about.taken_at.unwrap_or_else(Time::now);
    let answers: Vec<Answered> = asked.into_iter().flat_map(|it| answers(it, command, &given, now)).collect();
    write(&view, &answers)?;
    exit(&answers)
}

fn is_question(command: &CanArgs) -> Result<(), NoQuestion> {
    is_action(&command.action)?;
    command.resource.as_deref().map_or(Ok(()), is_resource)
}

fn askings(view: &View<'_>, subject: Named<'_>) -> Result<Vec<Asking>, Stop> {
    match subject {
        Named::Account(name) => of_account(view, name),
        Named::Role(name) => of_named_role(view, name),
        Named::Pod(name) | Named::Bare(name) => Ok(of_pod(view, the_pod(view, name)?)),
        Named::Other => Ok(Vec::new()),
    }
}

/// The roles, and then the documents that hang on them.
async fn read_policies(source: &Source, inventory: &mut Inventory, asked: &[Asking]) {
    let roles = || asked.iter().flat_map(|asking| asking.own.roles());
    ask_for_roles(source, inventory, roles()).await;
    ask_for_policies(source, inventory, roles()).await;
}

/// The answers about one identity: one for each action that a pattern stands for.
fn answers(mut asking: Asking, command: &CanArgs, given: &Given, now: Time) -> Vec<Answered> {
    if let Some(bearer) = &mut asking.own.bearer {
        given.add_to(&mut bearer.policies);
    }
    let bearer = asking.own.bearer.as_ref();
    let principal = bearer.map_or("*", Bearer::principal).to_owned();
    let context = bearer.map_or_else(Context::default, |bearer| bearer.context.clone());
    let asking = Rc::new(asking);
    let spelled_out = spelled_out(catalogue(), &principal, &command.action, command.resource.as_deref());
    let by = Circumstances { principal: &principal, context: &context, keys: &given.keys, now };
    let of_one = |asked: &Asked| {
        let requests = asked.requests(by);
        let access = asking.own.answered(&requests, asked);
        Some((asking.clone(), requests.into_iter().nth(access.at)?, access))
    };
    spelled_out.iter().filter_map(of_one).collect()
}

/// An answer, and what else was not read, which stands beside several and not in each.
fn item<'a>((asking, request, access): &'a Answered, beside: &'a [Gap]) -> DecisionItem<'a> {
    let policies = asking.own.bearer.as_ref().map(|bearer| &bearer.policies);
    DecisionItem::of(&asking.asker, request, access, (policies, beside))
}

fn write(view: &View<'_>, answers: &[Answered]) -> Result<(), Stop> {
    match view.format {
        Format::Json | Format::Yaml => match answers {
            [one] => output::document(view.format, &One { kind: "Decision", thing: &item(one, &view.gaps) }),
            many => {
                let gaps = view.gaps.iter().map(GapWire::from).collect();
                output::list(
                    view.format,
                    List { kind: "DecisionList", items: || many.iter().map(|one| item(one, &[])), gaps },
                )
            }
        },
        _ => {
            let mut out = output::stdout();
            for (at, of_one) in answers.chunk_by(|(one, ..), (next, ..)| Rc::ptr_eq(one, next)).enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                match of_one {
                    [(asking, request, access)] => {
                        text::say(&mut out, asking, request, access)?;
                    }
                    [(asking, ..), ..] => {
                        let each: Vec<_> = of_one.iter().map(|(_, request, access)| (request, access)).collect();
                        text::say_each(&mut out, asking, &each)?;
                    }
                    [] => {}
                }
            }
            out.flush()?;
            notes::say(&view.gaps, std::iter::empty());
            Ok(())
        }
    }
}

/// Denied before what hangs on something, and that before allowed.
fn exit(answers: &[Answered]) -> Result<(), Stop> {
    let outcomes = || answers.iter().map(|(_, _, access)| access.decision.outcome);
    if outcomes().any(Outcome::is_denied) {
        return Err(Stop::silent(DENIED));
    }
    if outcomes().any(|outcome| outcome == Outcome::Depends) {
        return Err(Stop::silent(DEPENDS));
    }
    Ok(())
}
