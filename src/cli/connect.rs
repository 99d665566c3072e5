//! Opening what the flags name.

use super::args::SourceArgs;
use super::exit::{Stop, USAGE};
use crate::config::Input;
use crate::source::{Origin, Source, capture};

/// What the flags say is to be read.
pub(super) fn input(args: &SourceArgs) -> Input {
    match &args.from {
        Some(path) => Input::Capture(path.clone()),
        None if args.demo => Input::Demo,
        None => Input::Live(args.connection()),
    }
}

/// Opens it.
pub(super) async fn open(input: &Input) -> Result<Source, Stop> {
    match input {
        // A file that cannot be read is wrong input, not something out of reach.
        Input::Capture(path) => capture::open(path).map_err(|failure| Stop { code: USAGE, ..failure.into() }),
        Input::Demo => Ok(crate::source::demo::source()?),
        Input::Live(connection) => live(connection).await,
    }
}

/// Whether the source is written down: then nothing has labels, and the whole of it is meant where no namespace is
/// named.
pub(super) fn is_written(source: &Source) -> bool {
    source.about.origin != Origin::Live
}

#[cfg(feature = "live")]
async fn live(connection: &crate::config::Connection) -> Result<Source, Stop> {
    Ok(crate::source::live::connect(connection).await?)
}

#[cfg(not(feature = "live"))]
#[expect(clippy::unused_async, reason = "the live build waits here")]
async fn live(_: &crate::config::Connection) -> Result<Source, Stop> {
    let hint = "use --demo or --from FILE, or build it with its default features";
    Err(Stop::usage("this rolecall was built without access to clusters").hint(hint))
}
