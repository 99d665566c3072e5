//! The terminal interface, from the command line's side.

use super::connect;
use super::exit::Stop;
use crate::config::Input;
use crate::tui::app::Options;
use std::io::IsTerminal;

/// Opens the screens.
pub(super) async fn run(input: &Input, _options: Options) -> Result<(), Stop> {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(
            Stop::usage("the screens need a terminal").hint("`rolecall pods` and the like write to pipes and files")
        );
    }
    let _source = connect::open(input).await?;
    Err(Stop::usage("the screens are not in this build yet"))
}
