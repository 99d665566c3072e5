//! The terminal: taken, given back, suspended; sane whatever happens.

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::DefaultTerminal;
use ratatui::backend::{Backend, ClearType};
use std::fmt;
use std::io;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// A panic happened somewhere: its report stands on the terminal that was given back, and nothing is drawn over it.
static PANICKED: AtomicBool = AtomicBool::new(false);
/// Wakes the loop after a panic.
pub(super) static PANIC: Notify = Notify::const_new();

/// Reports of the mouse, on or off: its buttons and wheel, moves while a button is held, all of it as SGR writes it, which
/// has no last column. crossterm's own command turns on the report of every move, too (mode 1003): each would come over the
/// line and wake the program for nothing.
struct MouseReports(bool);

impl crossterm::Command for MouseReports {
    fn write_ansi(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str(if self.0 { "\x1b[?1000h\x1b[?1002h\x1b[?1006h" } else { "\x1b[?1006l\x1b[?1002l\x1b[?1000l" })
    }
}

/// What is turned on besides the alternate screen. The mouse is left to the terminal where that is wanted.
fn turn_on(mouse: bool) -> io::Result<()> {
    crossterm::execute!(io::stdout(), EnableBracketedPaste)?;
    if mouse { crossterm::execute!(io::stdout(), MouseReports(true)) } else { Ok(()) }
}

/// Turns it off, whether it was on or not.
fn turn_off() {
    let _ = crossterm::execute!(io::stdout(), MouseReports(false), DisableBracketedPaste, Show);
}

/// Takes the terminal. A panic gives it back before the hook that was there prints its report.
pub(super) fn take(mouse: bool) -> io::Result<DefaultTerminal> {
    let terminal = ratatui::try_init()?;
    turn_on(mouse)?;
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_first = !PANICKED.swap(true, Ordering::SeqCst);
        if is_first {
            turn_off();
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
        turn_off();
        let _ = ratatui::try_restore();
    }
}

/// Takes the terminal again after a suspension. Raw mode may have been lost behind our back, so it is set anew.
pub(super) fn take_again(terminal: &mut DefaultTerminal, mouse: bool) -> io::Result<()> {
    let _ = crossterm::terminal::disable_raw_mode();
    crossterm::terminal::enable_raw_mode()?;
    crossterm::execute!(io::stdout(), crossterm::terminal::EnterAlternateScreen)?;
    turn_on(mouse)?;
    // Not `Terminal::clear`: it asks the terminal where the cursor is, and one that does not answer would end the program.
    terminal.backend_mut().clear_region(ClearType::All)?;
    terminal.swap_buffers();
    Ok(())
}

/// Stops the process, as the terminal's suspend key does; comes back when it is continued.
pub(super) fn suspend() -> io::Result<()> {
    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
}
