//! The program in a pseudo-terminal, with a parser of what it draws in the place of a person's eyes.
//!
//! Shared by `tests/pty.rs` and `tests/live`.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// How long something on screen may take on a busy machine before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal in which the program runs. Dropping it ends the program.
pub(crate) struct Terminal {
    child: RefCell<Box<dyn Child + Send + Sync>>,
    /// What is held of the terminal; nothing any more where it was closed.
    held: Option<(Box<dyn MasterPty + Send>, Box<dyn Write + Send>)>,
    seen: Arc<Mutex<Seen>>,
}

/// What the program has written.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Nobody looks any more.
    closed: bool,
}

impl Terminal {
    /// Starts the program in a terminal of that many columns and rows, with that environment and no other.
    pub(crate) fn start<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        program: &str,
        arguments: &[&str],
        environment: impl IntoIterator<Item = (K, V)>,
        (columns, rows): (u16, u16),
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (key, value) in environment {
            command.env(key, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let seen = Arc::new(Mutex::new(Seen { parser, bytes: Vec::new(), closed: false }));
        let shared = seen.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let mut seen = shared.lock().expect("not poisoned");
                seen.parser.process(&buffer[..count]);
                seen.bytes.extend_from_slice(&buffer[..count]);
                if seen.closed {
                    break;
                }
            }
        });
        Self { child: RefCell::new(child), held: Some((pair.master, writer)), seen }
    }

    fn id(&self) -> u32 {
        self.child.borrow().process_id().expect("it runs")
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("not poisoned")
    }

    /// What stands on the screen, line by line.
    pub(crate) fn text(&self) -> String {
        self.seen().parser.screen().contents()
    }

    /// Everything it has written so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// Whether it draws on the alternate screen, as full-screen programs do.
    pub(crate) fn is_full_screen(&self) -> bool {
        self.seen().parser.screen().alternate_screen()
    }

    /// Whether the terminal is as it was: own screen, visible cursor, no mouse reports, no bracketed paste.
    pub(crate) fn is_restored(&self) -> bool {
        let seen = self.seen();
        let screen = seen.parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// Whether the program has asked for the mouse: its buttons, and moves while one is held.
    pub(crate) fn reports_mouse(&self) -> bool {
        let seen = self.seen();
        let screen = seen.parser.screen();
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::ButtonMotion
            && screen.mouse_protocol_encoding() == vt100::MouseProtocolEncoding::Sgr
    }

    /// Whether any cell on the screen has a colour of its own.
    pub(crate) fn has_colour(&self) -> bool {
        let seen = self.seen();
        let screen = seen.parser.screen();
        let (rows, columns) = screen.size();
        (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column))).any(|(row, column)| {
            let plain = vt100::Color::Default;
            screen.cell(row, column).is_some_and(|cell| cell.fgcolor() != plain || cell.bgcolor() != plain)
        })
    }

    /// Types.
    pub(crate) fn keys(&mut self, keys: &str) {
        let (_, writer) = self.held.as_mut().expect("open");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("the program reads");
    }

    /// Changes the terminal's size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.seen().parser.set_size(cells(rows), cells(columns));
        self.held.as_ref().expect("open").0.resize(size(columns, rows)).expect("resized");
    }

    /// Closes it, as a window is closed on a running program.
    pub(crate) fn close(&mut self) {
        self.seen().closed = true;
        // drawing anew is what the reader wakes of, and lets go
        self.resize(77, 22);
        self.wait_until("closed", |terminal| Arc::strong_count(&terminal.seen) == 1);
        self.held = None;
    }

    /// Sends a signal, by name: `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill").success());
    }

    /// The state of the process as the kernel tells it: `S` sleeping, `T` stopped.
    #[cfg(target_os = "linux")]
    pub(crate) fn process_state(&self) -> char {
        let id = self.id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).expect("a state")
    }

    /// The seconds of processor time it has used.
    #[cfg(target_os = "linux")]
    pub(crate) fn processor_ticks(&self) -> u64 {
        let id = self.id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
        let fields: Vec<&str> = stat.rsplit_once(") ").expect("fields").1.split(' ').collect();
        fields[11].parse::<u64>().expect("utime") + fields[12].parse::<u64>().expect("stime")
    }

    /// Presses return at a plan until it asks this; gives how often. Where more was read since it was planned, it is shown anew
    /// first, and has to be looked at again.
    #[track_caller]
    pub(crate) fn is_asked(&mut self, question: &str) -> usize {
        const ANEW: &str = "more is known than when this was planned";
        let mut pressed = 0;
        loop {
            self.keys("\r");
            pressed += 1;
            assert!(pressed < 10, "it is shown anew and anew:\n{}", self.text());
            // what was said before the key stands there until the key is seen
            let since = Instant::now();
            let is_late = || since.elapsed() > Duration::from_secs(3);
            let is_answered = |text: &str| text.contains(question) || (is_late() && text.contains(ANEW));
            if self.wait_for("the question", is_answered).contains(question) {
                return pressed;
            }
        }
    }

    /// Waits until the screen's text is as wanted, and gives it.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.wait_within(PATIENCE, what, wanted)
    }

    /// The same, with less patience.
    #[track_caller]
    pub(crate) fn wait_within(&self, patience: Duration, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let text = self.text();
            if wanted(&text) {
                return text;
            }
            let ended = self.child.borrow_mut().try_wait().expect("a child").is_some();
            assert!(!ended, "{what}: not on the screen, and it has ended:\n{}", self.text());
            assert!(start.elapsed() < patience, "{what}: not on the screen within {patience:?}:\n{text}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until something else about the terminal is so.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !condition(self) {
            assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the program's end.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.borrow_mut().try_wait().expect("a child") {
                // what it wrote last may still be on its way to the parser
                std::thread::sleep(Duration::from_millis(50));
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.borrow_mut().kill();
        let _ = self.child.borrow_mut().wait();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("not zero")
}
