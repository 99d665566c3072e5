//! `rolecall create-provider`: the cluster's OIDC provider in the account.

use super::args::CreateProviderArgs;
use super::gathered::Ground;
use super::run::carry;
use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::list::Marks;
use crate::domain::model::Name;
use crate::domain::plan::create_provider;
use crate::source::Source;

/// Plans it with all roles of the account at hand, and goes on as every change does.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &CreateProviderArgs,
    marks: Marks,
) -> Result<(), Stop> {
    let mut ground = Ground::read(source, args, marks).await?;
    ground.read_all_roles().await;
    let plan = create_provider(ground.seen(), &Name::from(&*command.audience))?;
    carry(source, &ground.place(), plan, &command.change).await
}
