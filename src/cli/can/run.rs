//! Reads what the answer hangs on, asks, and writes.

use super::asking::{Asking, Subject, of_account, of_named_role, of_pod};
use super::given::Given;
use super::text;
use crate::cli::args::{CanArgs, Format, SourceArgs};
use crate::cli::exit::{DENIED, DEPENDS, Stop};
use crate::cli::gather::{ask_also, gather};
use crate::cli::identity::the_pod;
use crate::cli::list::{Listed, Marks, View, scope, view_of};
use crate::cli::{notes, output};
use crate::domain::access::{Access, Asked, answer, spelled_out};
use crate::domain::identity::{Bearer, Need};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Question, Reading, RoleArn};
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
    let subject = Subject::of(&command.subject)?;
    if !command.action.contains(':') && command.action != "*" {
        let said = format!("{} is no action", command.action);
        return Err(Stop::usage(said).hint("write service:Action, as in s3:GetObject"));
    }
    let given = Given::of(command)?;
    let is_role = matches!(subject, Subject::Role(_));
    let scope = scope(source, args, !is_role);
    let kinds = if is_role { Listed::Roles.kinds() } else { Listed::Pods.kinds() };
    let fall_back = is_role && args.namespace.is_none() && !args.all_namespaces;
    let ask = Ask { kinds, scope: scope.clone(), fall_back, selector: None, watch: false, user: false };
    let need = Need { verdicts: true, roles: is_role, documents: false, first: Vec::new() };
    let mut gathered = gather(source, ask, &need).await?;
    let format = command.output.output;
    let asked = askings(&view_of(&gathered, source, scope.clone(), format, marks), &subject)?;
    read_policies(source, &mut gathered.inventory, &asked).await;
    let view = view_of(&gathered, source, scope, format, marks);
    let asked = askings(&view, &subject)?;
    let answers: Vec<Answered> = asked.into_iter().flat_map(|it| answers(it, command, &given)).collect();
    write(&view, &answers)?;
    exit(&answers)
}

fn askings(view: &View<'_>, subject: &Subject) -> Result<Vec<Asking>, Stop> {
    match subject {
        Subject::Pod(name) => Ok(of_pod(view, the_pod(view, name)?)),
        Subject::Account(name) => of_account(view, name),
        Subject::Role(name) => of_named_role(view, name),
    }
}

/// The roles, and then the documents that hang on them.
async fn read_policies(source: &Source, inventory: &mut Inventory, asked: &[Asking]) {
    let roles = || asked.iter().filter_map(|asking| asking.bearer.as_ref()).map(|bearer| &bearer.role);
    let open = |role: &&RoleArn| inventory.aws().role(role.as_str()).is_none() && role.problem().is_none();
    let questions = roles().filter(open).map(|role| Question::Role(role.name_shared())).collect();
    ask_also(source, inventory, questions).await;
    let mut questions = Vec::new();
    for role in roles().filter_map(|role| inventory.aws().role(role.as_str()).and_then(Reading::value)) {
        let attached = role.attached.iter().flatten().map(|policy| &policy.arn);
        for arn in attached.chain(role.boundary_arn.as_ref()).filter(|arn| inventory.aws().policy(arn).is_none()) {
            let question = Question::ManagedPolicy(arn.clone());
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
    }
    ask_also(source, inventory, questions).await;
}

/// The answers about one identity: one for each action that a pattern stands for.
fn answers(mut asking: Asking, command: &CanArgs, given: &Given) -> Vec<Answered> {
    let principal = asking.bearer.as_ref().map_or("*", |bearer| bearer.role.as_str()).to_owned();
    let context = asking.bearer.as_ref().map_or_else(Context::default, |bearer| bearer.context.clone());
    if let Some(bearer) = &mut asking.bearer {
        given.add_to(&mut bearer.policies, &command.action);
    }
    let asking = Rc::new(asking);
    let spelled_out = spelled_out(catalogue(), &principal, &command.action, command.resource.as_deref());
    let of_one = |asked: &Asked| {
        let request = given.request(asked, &principal, context.clone());
        let access = asking.answered(|bearer: &Bearer| answer(&bearer.policies, &request, asked));
        (asking.clone(), request, access)
    };
    spelled_out.iter().map(of_one).collect()
}

fn write(view: &View<'_>, answers: &[Answered]) -> Result<(), Stop> {
    let empty = crate::domain::access::Policies::default();
    let item = |(asking, request, access): &'_ Answered| {
        let policies = asking.bearer.as_ref().map_or(&empty, |bearer| &bearer.policies);
        serde_json::to_value(DecisionItem::of(&asking.asker, request, access, policies))
    };
    match view.format {
        Format::Json | Format::Yaml => match answers {
            [(asking, request, access)] => {
                let policies = asking.bearer.as_ref().map_or(&empty, |bearer| &bearer.policies);
                let thing = DecisionItem::of(&asking.asker, request, access, policies);
                output::document(view.format, &One { kind: "Decision", thing: &thing })
            }
            many => {
                let gaps = view.gaps.iter().map(GapWire::from).collect();
                let items: Vec<serde_json::Value> = many.iter().map(item).collect::<Result<_, _>>()?;
                output::list(view.format, List { kind: "DecisionList", items: || items.iter(), gaps })
            }
        },
        Format::Csv | Format::Name => {
            let said = "a decision is no list: it has no such format";
            Err(Stop::usage(said).hint("use -o table, -o json or -o yaml"))
        }
        Format::Table | Format::Wide => {
            let mut out = output::stdout();
            for (at, of_one) in answers.chunk_by(|(one, ..), (next, ..)| Rc::ptr_eq(one, next)).enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                match of_one {
                    [(asking, request, access)] => {
                        text::say(&mut out, &asking.asker, request, access, asking.bearer.as_ref())?;
                    }
                    [(asking, ..), ..] => {
                        let each: Vec<_> = of_one.iter().map(|(_, request, access)| (request, access)).collect();
                        text::say_each(&mut out, &asking.asker, &each)?;
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
