//! `rolecall associate` and `rolecall dissociate`: the Pod Identity association of a ServiceAccount.

use super::args::{AssociateArgs, DissociateArgs};
use super::gathered::Ground;
use super::run::carry;
use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::list::Marks;
use crate::domain::model::RoleArn;
use crate::domain::plan;
use crate::source::Source;

/// Plans an association with the roles of the nodes at hand, and goes on as every change does.
pub(in crate::cli) async fn associate(
    source: &Source,
    args: &SourceArgs,
    command: &AssociateArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read(source, args, marks).await?;
    let (namespace, name) = ground.account(&command.account)?;
    let role = ground.role(&command.role).await?;
    let mut also = plan::node_roles(ground.seen(), &namespace, &name);
    let present = ground.seen().inventory.aws().association(&namespace, &name).found();
    also.extend(present.and_then(|association| association.target_role_arn.clone()));
    ground.read_roles(&also.iter().collect::<Vec<&RoleArn>>()).await;
    let plan = plan::associate(ground.seen(), &namespace, &name, &role)?;
    carry(source, &ground.place(), plan, &command.change).await
}

/// Plans its end, and goes on as every change does.
pub(in crate::cli) async fn dissociate(
    source: &Source,
    args: &SourceArgs,
    command: &DissociateArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let ground = Ground::read(source, args, marks).await?;
    let (namespace, name) = ground.account(&command.account)?;
    let plan = plan::dissociate(ground.seen(), &namespace, &name)?;
    carry(source, &ground.place(), plan, &command.change).await
}
