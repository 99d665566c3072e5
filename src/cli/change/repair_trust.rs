//! `rolecall repair-trust`: a trust policy changed so that it lets a ServiceAccount in.

use super::gathered::Ground;
use super::iam_args::RepairTrustArgs;
use super::run::carry;
use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::list::Marks;
use crate::domain::plan::repair_trust;
use crate::source::Source;

/// Plans it, and goes on as every change does.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &RepairTrustArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read_whole(source, args, marks).await?;
    let (namespace, name) = ground.account(&command.account)?;
    let role = if let Some(text) = &command.role {
        Some(ground.role(text).await?)
    } else {
        ground.read_bound(&namespace, &name).await;
        None
    };
    let plan = repair_trust(ground.seen(), (&namespace, &name), role.as_ref())?;
    carry(source, &ground.place(), plan, &command.change).await
}
