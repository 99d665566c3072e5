//! `rolecall associate` and `rolecall dissociate`: the Pod Identity association of a ServiceAccount.

use super::args::{AssociateArgs, DissociateArgs};
use super::gathered::Ground;
use super::restart::{carry_and_tell, offered};
use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::list::Marks;
use crate::domain::identity::account_of;
use crate::domain::model::{RoleArn, Time};
use crate::domain::plan;
use crate::source::Source;
use crate::source::change::ChangeLog;

/// Plans an association with the roles of the nodes at hand, and goes on as every change does.
pub(in crate::cli) async fn associate(
    source: &Source,
    args: &SourceArgs,
    command: &AssociateArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read(source, args, marks).await?;
    let account = ground.account(&command.account)?;
    let (namespace, name) = &account;
    let role = ground.role(&command.role).await?;
    let mut also = plan::node_roles(ground.seen(), namespace, name);
    let present = ground.seen().inventory.aws().association(namespace, name).found();
    also.extend(present.and_then(|association| association.target_role_arn.clone()));
    ground.read_roles(&also.iter().collect::<Vec<&RoleArn>>()).await;
    ground.read_pods(&account).await;
    let id = ChangeLog::new_id(Time::now());
    let plan = plan::associate(ground.seen(), namespace, name, &role)?;
    let plan = offered(plan.tagged(&id), &ground, &account, command.restart);
    carry_and_tell(source, &ground, (&id, plan), (&[account], &command.change)).await
}

/// Plans its end, and goes on as every change does.
pub(in crate::cli) async fn dissociate(
    source: &Source,
    args: &SourceArgs,
    command: &DissociateArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read(source, args, marks).await?;
    let account = ground.account(&command.account)?;
    let annotated = account_of(&ground.gathered.inventory, &account.0, &account.1).found();
    let next = annotated.and_then(|account| account.role.as_ref()).map(|annotation| annotation.arn.clone());
    ground.read_roles(&next.iter().collect::<Vec<&RoleArn>>()).await;
    ground.read_pods(&account).await;
    let plan = plan::dissociate(ground.seen(), &account.0, &account.1)?;
    let plan = offered(plan, &ground, &account, command.restart);
    let id = ChangeLog::new_id(Time::now());
    carry_and_tell(source, &ground, (&id, plan), (&[account], &command.change)).await
}
