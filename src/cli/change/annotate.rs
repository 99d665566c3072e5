//! `rolecall annotate`: the role of a ServiceAccount, and how its token is made.

use super::args::AnnotateArgs;
use super::gathered::Ground;
use super::restart::{carry_and_tell, offered};
use crate::cli::args::SourceArgs;
use crate::cli::exit::Stop;
use crate::cli::list::Marks;
use crate::domain::model::Time;
use crate::domain::plan::{Annotations, Edit, annotate};
use crate::source::Source;
use crate::source::change::ChangeLog;

/// Plans it, and goes on as every change does.
pub(in crate::cli) async fn run(
    source: &Source,
    args: &SourceArgs,
    command: &AnnotateArgs,
    marks: Marks,
) -> Result<(), Stop> {
    if command.role.is_none() && !command.remove && other(command) == Annotations::default() {
        return Err(Stop::usage("nothing to change is named").hint("give a role, --remove, or an option as --audience"));
    }
    let mut ground = Ground::read(source, args, marks).await?;
    let account = ground.account(&command.account)?;
    let role = match &command.role {
        Some(text) => Edit::Set(ground.role(text).await?.name_shared()),
        None => Edit::Keep,
    };
    // an association that is there gives new pods its role, whatever the annotation says
    ground.read_bound(&account.0, &account.1).await;
    let annotations = if command.remove { Annotations::none() } else { Annotations { role, ..other(command) } };
    ground.read_pods(&account).await;
    let plan = annotate(ground.seen(), &account.0, &account.1, &annotations)?;
    let plan = offered(plan, &ground, &account, command.restart);
    let id = ChangeLog::new_id(Time::now());
    carry_and_tell(source, &ground, (&id, plan), (&[account], &command.change)).await
}

/// The annotations beside the role's; an empty value takes one away.
fn other(command: &AnnotateArgs) -> Annotations {
    let edit = |value: &Option<String>| value.as_deref().map_or(Edit::Keep, Edit::of);
    Annotations {
        role: Edit::Keep,
        audience: edit(&command.audience),
        token_expiration: edit(&command.token_expiration),
        regional_sts: edit(&command.regional_sts),
    }
}
