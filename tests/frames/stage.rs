//! A state to draw, and a frame as text: its characters, and below them which cells have which style.

#![expect(clippy::expect_used, reason = "what a test stands on is there, or the test is wrong")]

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::Time;
use rolecall::report::capture;
use rolecall::source::catalogue::catalogue;
use rolecall::tui::app::{About, Message, Options, State, Ticket, update};
use rolecall::tui::keymap::{Chord, Code};
use rolecall::tui::view::draw;
use std::fmt::Write as _;

/// The small cluster.
pub(crate) fn world() -> Vec<Delta> {
    capture::from_text(include_str!("world.json")).expect("the small cluster is a good capture").into_deltas()
}

/// A program that is about to be drawn.
pub(crate) struct Stage {
    pub(crate) state: State,
}

impl Stage {
    /// One that has read nothing yet.
    pub(crate) fn empty(size: (u16, u16)) -> Self {
        Self::with_options(size, Options::default())
    }

    /// One that has read nothing yet, started with those options.
    pub(crate) fn with_options((width, height): (u16, u16), options: Options) -> Self {
        let about = About { context: Some("prod-eu".to_owned()), ..About::default() };
        let now: Time = "2026-11-24T09:00:00Z".parse().expect("a time");
        let mut state = State::new(about, options, now);
        state.catalogue = Some(catalogue());
        update(&mut state, Message::Size(width, height));
        Self { state }
    }

    /// One that has read the small cluster.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        let mut stage = Self::empty(size);
        stage.read(world());
        stage
    }

    /// Takes in facts.
    pub(crate) fn read(&mut self, deltas: Vec<Delta>) {
        let connection = self.state.connection;
        update(&mut self.state, Message::Facts(connection, deltas));
    }

    /// Presses keys, by name: `j enter ctrl-z :`.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            update(&mut self.state, Message::Key(chord(key)));
        }
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, seconds: u64) {
        let later = self.state.clock.checked_add(std::time::Duration::from_secs(seconds));
        update(&mut self.state, Message::Now(later.expect("a time")));
    }

    /// Answers the job that was wished for last.
    pub(crate) fn answer(&mut self, message: impl FnOnce(Ticket) -> Message) {
        let ticket = self.state.last_ticket;
        update(&mut self.state, message(ticket));
    }

    /// Types a command and goes there.
    pub(crate) fn go(&mut self, command: &str) {
        self.press(":");
        self.write(command);
        self.press("enter");
    }

    /// Types a text.
    pub(crate) fn write(&mut self, text: &str) {
        for letter in text.chars() {
            update(&mut self.state, Message::Key(Chord::char(letter)));
        }
    }

    /// The frame.
    pub(crate) fn picture(&self) -> String {
        self.frame().0
    }

    /// The frame, and whether it would be another one in a second.
    pub(crate) fn frame(&self) -> (String, bool) {
        let (width, height) = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
        let mut by_the_second = false;
        terminal.draw(|frame| by_the_second = draw(frame, &self.state)).expect("memory does not fail");
        (picture(terminal.backend().buffer()), by_the_second)
    }
}

fn chord(name: &str) -> Chord {
    let code = match name {
        "enter" => Code::Enter,
        "esc" => Code::Esc,
        "tab" => Code::Tab,
        "down" => Code::Down,
        _ => {
            let letter = name.chars().last().expect("a key has a name");
            return if name.starts_with("ctrl-") { Chord::ctrl(letter) } else { Chord::char(letter) };
        }
    };
    Chord::plain(code)
}

/// A buffer as text: the characters, then the runs of cells that have a style, line by line.
pub(crate) fn picture(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let mut text = String::new();
    let mut styles = String::new();
    for (y, row) in buffer.content.chunks(width.max(1)).enumerate() {
        let mut hidden = 0;
        let mut line = String::new();
        for cell in row {
            if hidden == 0 {
                line.push_str(cell.symbol());
                hidden = columns(cell).saturating_sub(1);
            } else {
                hidden -= 1;
            }
        }
        writeln!(text, "{}", line.trim_end()).expect("memory does not fail");
        let runs = runs(row);
        if !runs.is_empty() {
            writeln!(styles, "{y:>3}  {runs}").expect("memory does not fail");
        }
    }
    format!("{text}--\n{styles}")
}

fn columns(cell: &Cell) -> usize {
    ratatui::text::Span::raw(cell.symbol()).width()
}

/// `1-8 cyan bold, 12-20 dim`.
fn runs(row: &[Cell]) -> String {
    let mut runs: Vec<(usize, usize, String)> = Vec::new();
    for (x, cell) in row.iter().enumerate() {
        let style = style(cell);
        match runs.last_mut() {
            Some((_, end, last)) if *end + 1 == x && *last == style => *end = x,
            _ if style.is_empty() => {}
            _ => runs.push((x, x, style)),
        }
    }
    let said = runs.into_iter().map(|(from, to, style)| format!("{from}-{to} {style}"));
    said.collect::<Vec<_>>().join(", ")
}

fn style(cell: &Cell) -> String {
    let mut words = Vec::new();
    if cell.fg != Color::Reset {
        words.push(format!("{:?}", cell.fg).to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {:?}", cell.bg).to_lowercase());
    }
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::REVERSED, "reversed"),
        (Modifier::UNDERLINED, "underlined"),
    ] {
        if cell.modifier.contains(modifier) {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}
