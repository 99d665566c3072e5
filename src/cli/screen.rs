//! The terminal interface, from the command line's side.

use super::connect;
use super::exit::Stop;
use crate::config::{Connection, Input};
use crate::source::Failure;
use crate::tui;
use crate::tui::app::Options;
use std::io::IsTerminal;

/// Opens the screens, until their reader leaves them.
pub(super) async fn run(input: Input, options: Options) -> Result<(), Stop> {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(
            Stop::usage("the screens need a terminal").hint("`rolecall pods` and the like write to pipes and files")
        );
    }
    let source = connect::open(&input).await?;
    let connection = match input {
        Input::Live(connection) => connection,
        Input::Capture(_) | Input::Demo { .. } => Connection::default(),
    };
    tui::run(source, connection, options).await.map_err(|report| match report.downcast::<Failure>() {
        Ok(failure) => failure.into(),
        Err(report) if report.is::<tui::Gone>() => Stop::silent(tui::Gone::CODE),
        Err(report) => Stop::unreached(format!("{report:#}")),
    })
}
