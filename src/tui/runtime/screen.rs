//! The terminal: taken, given back, suspended; sane whatever happens.

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::DefaultTerminal;
use ratatui::backend::{Backend, ClearType};
use std::io;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// A panic happened somewhere: its report stands on the terminal that was given back, and nothing is drawn over it.
static PANICKED: AtomicBool = AtomicBool::new(false);
/// Wakes the loop after a panic.
pub(super) static PANIC: Notify = Notify::const_new();

/// Takes the terminal. A panic gives it back before the hook that was there prints its report.
pub(super) fn take() -> io::Result<DefaultTerminal> {
    let terminal = ratatui::try_init()?;
    crossterm::execute!(io::stdout(), EnableBracketedPaste)?;
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_first = !PANICKED.swap(true, Ordering::SeqCst);
        if is_first {
            let _ = crossterm::execute!(io::stdout(), DisableBracketedPaste, Show);
            before(info);
        }
        PANIC.notify_one();
    }));
    Ok(terminal)
}

/// Whether something panicked.
pub(super) fn panicked() -> bool {
    PANICKED.load(Ordering::SeqCst)
}

/// Gives the terminal back. After a panic it has been.
pub(super) fn give_back() {
    if !panicked() {
        let _ = crossterm::execute!(io::stdout(), DisableBracketedPaste, Show);
        let _ = ratatui::try_restore();
    }
}

/// Takes the terminal again after a suspension. Raw mode may have been lost behind our back, so it is set anew.
pub(super) fn take_again(terminal: &mut DefaultTerminal) -> io::Result<()> {
    let _ = crossterm::terminal::disable_raw_mode();
    crossterm::terminal::enable_raw_mode()?;
    crossterm::execute!(io::stdout(), crossterm::terminal::EnterAlternateScreen, EnableBracketedPaste)?;
    // Not `Terminal::clear`: it asks the terminal where the cursor is, and one that does not answer would end the program.
    terminal.backend_mut().clear_region(ClearType::All)?;
    terminal.swap_buffers();
    Ok(())
}

/// Stops the process, as the terminal's suspend key does; comes back when it is continued.
pub(super) fn suspend() -> io::Result<()> {
    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
}
