//! The binary: hands over to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: whoever sets a panic hook later, as the screens do, calls this one.
    if color_eyre::install().is_err() {
        return ExitCode::FAILURE;
    }
    rolecall::cli::run(std::env::args_os())
}
