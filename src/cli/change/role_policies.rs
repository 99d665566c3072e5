//! `rolecall attach`, `detach`, `put` and `delete-role`: what a role may do, and whether there is one.

use super::gathered::Ground;
use super::iam_args::{AttachArgs, DeleteRoleArgs, PutArgs};
use super::pairs::document;
use super::run::carry;
use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::gather::ask_also;
use crate::cli::list::Marks;
use crate::domain::model::{Name, Question, Time};
use crate::source::Source;

/// Attaches a managed policy.
pub(in crate::cli) async fn attach(
    source: &Source,
    args: &SourceArgs,
    command: &AttachArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read_whole(source, args, marks).await?;
    let (role, policy) = (ground.role(&command.role).await?, Name::from(command.policy.as_str()));
    if policy.starts_with("arn:") {
        ask_also(source, &mut ground.gathered.inventory, vec![Question::ManagedPolicy(policy.clone())]).await;
    }
    let plan = crate::domain::plan::attach(ground.seen(), &role, &policy)?;
    carry(source, &ground.place(), plan, &command.change).await
}

/// Detaches a managed policy.
pub(in crate::cli) async fn detach(
    source: &Source,
    args: &SourceArgs,
    command: &AttachArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read_whole(source, args, marks).await?;
    let role = ground.role(&command.role).await?;
    let plan = crate::domain::plan::detach(ground.seen(), &role, &command.policy)?;
    carry(source, &ground.place(), plan, &command.change).await
}

/// Puts a document, or a statement more, into an inline policy.
pub(in crate::cli) async fn put(
    source: &Source,
    args: &SourceArgs,
    command: &PutArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let (name, text) = document(&command.policy)?;
    let mut ground = Ground::read_whole(source, args, marks).await?;
    let role = ground.role(&command.role).await?;
    let plan = crate::domain::plan::put(ground.seen(), &role, &name, &text)?;
    carry(source, &ground.place(), plan, &command.change).await
}

/// Deletes a role that rolecall made.
pub(in crate::cli) async fn delete(
    source: &Source,
    args: &SourceArgs,
    command: &DeleteRoleArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read_whole(source, args, marks).await?;
    let role = ground.role(&command.role).await?;
    let open = crate::domain::plan::deletion_questions(ground.seen(), &role);
    ask_also(source, &mut ground.gathered.inventory, open).await;
    let plan = crate::domain::plan::delete_role(ground.seen(), &role, Time::now())?;
    carry(source, &ground.place(), plan, &command.change).await
}
