//! `rolecall create-role`: a role for a ServiceAccount, and what binds the one to the other.

use super::gathered::Ground;
use super::iam_args::CreateRoleArgs;
use super::pairs::{document, pair};
use super::restart::{carry_and_tell, offered};
use crate::cli::args::SourceArgs;
use crate::cli::exit::{Stop, UNREACHED};
use crate::cli::gather::ask_also;
use crate::cli::list::Marks;
use crate::domain::model::{Name, Question, Time};
use crate::domain::plan::{NewRole, RoleMechanism, create_role, node_roles, role_to_create};
use crate::source::Source;
use crate::source::change::ChangeLog;

/// Plans it, and goes on as every change does.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &CreateRoleArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read(source, args, marks).await?;
    let id = ChangeLog::new_id(Time::now());
    let wanted = wanted(&ground, command)?;
    let arn = role_to_create(ground.seen(), &wanted)?;
    let mut roles = vec![arn];
    if wanted.mechanism == RoleMechanism::PodIdentity {
        roles.extend(node_roles(ground.seen(), &wanted.namespace, &wanted.service_account));
    }
    ground.read_roles(&roles.iter().collect::<Vec<_>>()).await;
    let policies = wanted.policies.iter().chain(&wanted.boundary).cloned().map(Question::ManagedPolicy).collect();
    ask_also(source, &mut ground.gathered.inventory, policies).await;
    let account = (wanted.namespace.clone(), wanted.service_account.clone());
    ground.read_bound(&account.0, &account.1).await;
    ground.read_pods(&account).await;
    let plan = create_role(ground.seen(), &wanted)?;
    let plan = offered(plan.tagged(&id), &ground, &account, command.restart);
    carry_and_tell(source, &ground, (&id, plan), (&[account], &command.change)).await
}

fn wanted(ground: &Ground<'_>, command: &CreateRoleArgs) -> Result<NewRole, Stop> {
    let (namespace, service_account) = match ground.account(&command.account) {
        Err(_) if command.create_service_account => ground.account_to_create(&command.account)?,
        // its namespace was named already
        Err(stop) if stop.code == UNREACHED && ground.has_read_one_namespace() => {
            return Err(stop.hint("make it with the role: --create-service-account"));
        }
        found => found?,
    };
    let text = |text: &Option<String>| text.as_deref().map(Name::from);
    let mut inline = Vec::new();
    for own in &command.inline {
        inline.push(document(own)?);
    }
    Ok(NewRole {
        namespace,
        service_account,
        mechanism: command.mechanism.into(),
        name: text(&command.role_name),
        path: text(&command.path),
        description: text(&command.description),
        policies: command.policies.iter().map(|arn| Name::from(arn.as_str())).collect(),
        inline,
        boundary: text(&command.boundary),
        tags: command.tags.iter().map(|tag| pair(tag, "KEY=VALUE")).collect::<Result<_, _>>()?,
        session_seconds: command.session,
        create_service_account: command.create_service_account,
    })
}
