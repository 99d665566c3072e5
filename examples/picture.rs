//! Draws the picture of the README: the explorer of the demo, as an SVG. `cargo run --example picture` writes
//! `assets/explorer.svg` anew; the same program always draws the same picture.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use rolecall::domain::inventory::{Delta, Kind, Scope};
use rolecall::source::{Ask, Source, demo};
use rolecall::tui::app::{Job, Message, Options, State, update};
use rolecall::tui::keymap::{Chord, Code};
use rolecall::tui::view;
use std::error::Error;
use std::fmt::Write as _;
use tokio::sync::mpsc;

const SIZE: (u16, u16) = (130, 36);
/// The keys pressed before the picture is taken: to the namespace shop, to its ServiceAccount api, to the first of its pods.
const KEYS: [Chord; 6] = [
    Chord::plain(Code::Left),
    Chord::plain(Code::Left),
    Chord::char('G'),
    Chord::plain(Code::Right),
    Chord::char('j'),
    Chord::plain(Code::Right),
];
/// The width and height of a cell, in the picture's units.
const CELL: (f32, f32) = (8.4, 18.0);
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/explorer.svg");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    std::fs::write(FILE, picture().await?)?;
    Ok(())
}

/// The picture's text.
async fn picture() -> Result<String, Box<dyn Error>> {
    let source = demo::source(true)?;
    let mut state = State::new(source.about.clone(), Options::default(), source.about.taken_at.unwrap_or_default());
    let mut session = Session { source, later: 0 };
    session.tell(&mut state, Message::Size(SIZE.0, SIZE.1)).await;
    let start = session.everything().await;
    let connection = state.connection;
    session.tell(&mut state, Message::Facts(connection, start)).await;
    for key in KEYS {
        session.tell(&mut state, Message::Key(key)).await;
    }
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1))?;
    terminal.draw(|frame| {
        view::draw(frame, &state);
    })?;
    Ok(svg(terminal.backend().buffer()))
}

/// A session without a terminal: every wish is carried out at once.
struct Session {
    source: Source,
    /// How many seconds have passed: wishes are looked at again only after a while.
    later: i64,
}

impl Session {
    /// Takes in a message and all that follows from it.
    async fn tell(&mut self, state: &mut State, message: Message) {
        let connection = state.connection;
        let mut jobs = update(state, message);
        while state.wants_stale || !jobs.is_empty() {
            for job in std::mem::take(&mut jobs) {
                let Job::Ask { question, .. } = job else { continue };
                let (out, mut answer) = mpsc::channel(64);
                self.source.roles.answer(question.clone(), out).await;
                while let Some(deltas) = answer.recv().await {
                    jobs.extend(update(state, Message::Facts(connection, deltas)));
                }
                jobs.extend(update(state, Message::Answered(connection, question)));
            }
            self.later += 1;
            let now = self.source.about.taken_at.unwrap_or_default();
            let now = now.checked_add(jiff::SignedDuration::from_secs(self.later)).unwrap_or(now);
            jobs.extend(update(state, Message::Now(now)));
        }
    }

    async fn everything(&self) -> Vec<Delta> {
        let ask = Ask {
            kinds: Kind::ALL.to_vec(),
            scope: Scope::Cluster,
            fall_back: false,
            selector: None,
            watch: false,
            user: true,
        };
        let (out, mut said) = mpsc::channel(4096);
        self.source.facts.clone().follow(ask, out).await;
        let mut all = Vec::new();
        while let Some(deltas) = said.recv().await {
            all.extend(deltas);
        }
        all
    }
}

/// The buffer as an SVG: one text element for each run of cells of one look.
fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f32::from(buffer.area.width) * CELL.0 + 24.0, f32::from(buffer.area.height) * CELL.1 + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, \
         'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n<title>rolecall: the explorer of the demo</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n<g transform=\"translate(12 12)\" xml:space=\"preserve\">\n",
        hex(Color::Black)
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let first = &buffer[(x, y)];
            let (start, mut text) = (x, String::new());
            while x < buffer.area.width && look(&buffer[(x, y)]) == look(first) {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            run(&mut svg, (start, y), x - start, &text, first);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// One run of cells. `textLength` keeps the columns where they are, whatever the font.
fn run(svg: &mut String, (x, y): (u16, u16), cells: u16, text: &str, cell: &Cell) {
    let (ink, paper, modifier) = look(cell);
    let (ink, paper) = if modifier.contains(Modifier::REVERSED) { (paper, ink) } else { (ink, paper) };
    let (left, top, width) = (f32::from(x) * CELL.0, f32::from(y) * CELL.1, f32::from(cells) * CELL.0);
    if paper != Color::Black {
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
            CELL.1,
            hex(paper)
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let bold = if modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let dim = if modifier.contains(Modifier::DIM) { " opacity=\".6\"" } else { "" };
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{bold}{dim}>{escaped}</text>",
        top + 13.5,
        hex(ink)
    );
}

/// What makes two cells look alike; a terminal's own colours are a dark terminal's here.
fn look(cell: &Cell) -> (Color, Color, Modifier) {
    let own = |color, instead| if color == Color::Reset { instead } else { color };
    (own(cell.fg, Color::Gray), own(cell.bg, Color::Black), cell.modifier)
}

/// The sixteen colours.
fn hex(color: Color) -> &'static str {
    match color {
        Color::Black => "#16181d",
        Color::Red => "#e5616c",
        Color::Green => "#8cc265",
        Color::Yellow => "#e0b452",
        Color::Blue => "#5b9cf0",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#4fb8c4",
        Color::DarkGray => "#6b7280",
        Color::LightRed => "#ff7b86",
        Color::LightGreen => "#a5e075",
        Color::LightYellow => "#f0c674",
        Color::LightBlue => "#7fb5ff",
        Color::LightMagenta => "#de9ff0",
        Color::LightCyan => "#6fd3df",
        Color::White => "#ffffff",
        _ => "#d4d7dd",
    }
}
