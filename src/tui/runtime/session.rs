//! The loop itself.

use super::editor::Sheet;
use super::signals::{Sent, Signals};
use super::workers::{Said, Workers};
use super::{hangup, input, screen};
use crate::config::Connection;
use crate::source::{Origin, Source};
use crate::tui::app::screen::Draft;
use crate::tui::app::{Job, Message, Options, Refusal, State, Ticket, update};
use crate::tui::keymap::{Chord, Code};
use crate::tui::view;
use color_eyre::eyre::eyre;
use crossterm::event::EventStream;
use futures_util::StreamExt;
use ratatui::DefaultTerminal;
use std::mem::ManuallyDrop;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// Ages on screen move, and old answers are asked for again; what is younger than two minutes moves by the second.
const MINUTE: Duration = Duration::from_mins(1);
/// So many facts are taken in at once, so that a key waits for no more than their work.
const FACTS_AT_ONCE: usize = 4_000;

/// Runs the terminal program on a source until the reader leaves it. `connection` is what a change of context or
/// profile starts from.
///
/// # Errors
/// A [`Failure`](crate::source::Failure) where nobody answers, [`Gone`](super::Gone) where the terminal was closed; else what
/// it could not do.
pub async fn run(source: Source, connection: Connection, options: Options) -> color_eyre::Result<()> {
    let (out, inbox) = mpsc::channel(64);
    let state = State::new(source.about.clone(), options, jiff::Timestamp::now());
    let signals = Signals::new()?;
    let (facts, is_demo) = (source.facts.clone(), source.about.origin == Origin::Demo);
    let mut workers = Workers::new(source, connection, state.connection, out);
    // The first lists are under way while it turns out whether anybody answers; if not, the terminal is never taken.
    workers.follow();
    facts.reach().await?;
    hangup::watch(is_demo)?;
    // Never dropped: its own end shows the cursor, which giving back has done, and panics where the terminal is gone.
    let terminal = ManuallyDrop::new(screen::take(!state.options.no_mouse)?);
    let mut session =
        Session { state, workers, inbox, terminal, drawn: None, changed: true, outdated: None, edit: None };
    let result = session.run(signals).await;
    session.workers.end();
    screen::give_back();
    match result {
        Err(report) if report.downcast_ref().is_some_and(hangup::is_of_one_gone) => Err(hangup::Gone.into()),
        result => result,
    }
}

struct Session {
    state: State,
    workers: Workers,
    inbox: mpsc::Receiver<Said>,
    terminal: ManuallyDrop<DefaultTerminal>,
    /// When the last frame was drawn.
    drawn: Option<Instant>,
    /// Something happened since.
    changed: bool,
    /// When the last frame will be out of date though nothing happens: it shows the age of something young.
    outdated: Option<Instant>,
    /// A text that the reader wants to have in the editor.
    edit: Option<(Ticket, String)>,
}

/// What made the loop wake.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is looked at at once")]
enum Woken {
    Input(Option<std::io::Result<crossterm::event::Event>>),
    Said(Option<Said>),
    Sent(Sent),
    Panicked,
    Due,
    Frame,
}

impl Session {
    async fn run(&mut self, mut signals: Signals) -> color_eyre::Result<()> {
        let mut events = Some(EventStream::new());
        self.start();
        let mut minute = Instant::now() + MINUTE;
        loop {
            if screen::panicked() {
                return Err(eyre!("a part of the program failed: its report stands above"));
            }
            self.draw()?;
            let frame = self.changed.then(|| self.drawn.map_or_else(Instant::now, |drawn| drawn + FRAME));
            let postponed = self.state.due_in().map(|ms| Instant::now() + Duration::from_millis(ms));
            let due = [postponed, self.outdated].into_iter().flatten().fold(minute, Instant::min);
            let woken = tokio::select! {
                biased;
                () = screen::PANIC.notified() => Woken::Panicked,
                event = next(&mut events) => Woken::Input(event),
                sent = signals.next() => Woken::Sent(sent),
                () = sleep_until(frame.unwrap_or(due)), if frame.is_some() => Woken::Frame,
                said = self.inbox.recv() => Woken::Said(said),
                () = sleep_until(due) => Woken::Due,
            };
            let goes_on = match woken {
                Woken::Input(Some(Ok(event))) => self.input(event),
                Woken::Input(_) | Woken::Sent(Sent::Hangup) => return Err(hangup::Gone.into()),
                Woken::Sent(Sent::End) => false,
                Woken::Said(said) => self.said(said),
                Woken::Sent(Sent::Suspend) => {
                    // nobody but the shell reads the terminal meanwhile
                    drop(events.take());
                    screen::give_back();
                    screen::suspend()?;
                    events = Some(self.resume()?);
                    true
                }
                Woken::Sent(Sent::Continued) => {
                    drop(events.take());
                    events = Some(self.resume()?);
                    true
                }
                Woken::Due => {
                    self.outdated = None;
                    if Instant::now() >= minute {
                        minute = Instant::now() + MINUTE;
                    }
                    self.tell(Message::Now(jiff::Timestamp::now()))
                }
                Woken::Frame | Woken::Panicked => true,
            };
            if !goes_on {
                return Ok(());
            }
            if !self.edit(&mut events, &mut signals).await? {
                return Ok(());
            }
        }
    }

    /// Hands the terminal to the editor, where that is wanted, and takes it back; whether the program goes on.
    async fn edit(&mut self, events: &mut Option<EventStream>, signals: &mut Signals) -> std::io::Result<bool> {
        let Some((ticket, text)) = self.edit.take() else { return Ok(true) };
        // nobody but the editor reads the terminal meanwhile
        drop(events.take());
        // the end of the stream is a wake of its own: left until the next one, it would hide the first key
        let _ = crossterm::event::poll(Duration::ZERO);
        screen::give_back();
        let edited = self.edited(text, signals).await;
        *events = Some(self.resume()?);
        Ok(edited.is_some_and(|edited| self.tell(Message::Draft(ticket, edited))))
    }

    /// What the editor makes of a text; none: the program was told to end meanwhile. Whatever is said goes on being heard.
    async fn edited(&mut self, text: String, signals: &mut Signals) -> Option<Result<Option<Draft>, Refusal>> {
        let started = Sheet::new(text).and_then(|sheet| Ok((sheet.editor()?, sheet)));
        let (mut editor, sheet) = match started {
            Ok(started) => started,
            Err(refusal) => return Some(Err(refusal)),
        };
        let ended = loop {
            tokio::select! {
                ended = editor.wait() => break ended,
                _ = signals.terminate.recv() => return None,
                _ = signals.hangup.recv() => return None,
                // the editor's own affair
                _ = signals.interrupt.recv() => {}
                // who suspends the editor wants the shell
                _ = signals.suspend.recv() => {
                    let _ = screen::suspend();
                }
                _ = signals.resume.recv() => {}
                said = self.inbox.recv() => {
                    self.said(said);
                }
            }
        };
        signals.forget();
        let draft = |text: String| Draft { text: text.into(), path: None };
        Some(sheet.read(ended).map(|text| text.map(draft)))
    }

    /// The first size, the command to begin with.
    fn start(&mut self) {
        if let Ok((width, height)) = crossterm::terminal::size() {
            self.tell(Message::Size(width, height));
        }
        if let Some(command) = self.state.options.command.clone() {
            self.tell(Message::Key(Chord::char(':')));
            for c in command.trim_start_matches(':').chars().filter(|c| !c.is_control()) {
                self.tell(Message::Key(Chord::char(c)));
            }
            self.tell(Message::Key(Chord::plain(Code::Enter)));
            self.state.first_screen = self.state.screens.len();
        }
    }

    /// One message in, its jobs out; whether the program goes on.
    fn tell(&mut self, message: Message) -> bool {
        self.changed = true;
        for job in update(&mut self.state, message) {
            match job {
                Job::Quit => return false,
                Job::Edit(ticket, text) => self.edit = Some((ticket, text)),
                Job::Marked(marked) => {
                    let text = view::text_of(&self.state, marked);
                    self.tell(Message::Marked(text));
                }
                job => self.workers.carry_out(job),
            }
        }
        true
    }

    fn input(&mut self, event: crossterm::event::Event) -> bool {
        let spot = |at| view::spot(&self.state, at);
        let Some(message) = input::message_of(event, spot) else { return true };
        self.tell(Message::Now(jiff::Timestamp::now())) && self.tell(message)
    }

    /// What tasks said, as much of it as is there: batches of facts are taken in together.
    fn said(&mut self, first: Option<Said>) -> bool {
        let mut goes_on = self.tell(Message::Now(jiff::Timestamp::now()));
        let (mut facts, mut ticket) = (Vec::new(), self.state.connection);
        let mut next = first;
        while let Some(said) = next {
            match said {
                Said::Facts(of, batch) if of == ticket || facts.is_empty() => {
                    ticket = of;
                    facts.extend(batch);
                }
                other => {
                    goes_on &= self.take_facts(ticket, std::mem::take(&mut facts));
                    goes_on &= self.one(other);
                }
            }
            next = if facts.len() < FACTS_AT_ONCE { self.inbox.try_recv().ok() } else { None };
        }
        goes_on & self.take_facts(ticket, facts)
    }

    fn one(&mut self, said: Said) -> bool {
        match said {
            Said::Facts(ticket, batch) => self.take_facts(ticket, batch),
            Said::Message(message) => {
                if let Message::Answered(ticket, question) = &message
                    && *ticket == self.state.connection
                {
                    self.workers.answered(question);
                }
                self.tell(message)
            }
            Said::Connected(ticket, connected) => {
                let (source, connection) = *connected;
                let goes_on = self.tell(Message::Connected(ticket, Ok(Box::new(source.about.clone()))));
                if self.state.connection == ticket {
                    self.workers.go_over(ticket, source, connection);
                }
                goes_on
            }
        }
    }

    fn take_facts(&mut self, ticket: Ticket, facts: Vec<crate::domain::inventory::Delta>) -> bool {
        if facts.is_empty() {
            return true;
        }
        let goes_on = self.tell(Message::Facts(ticket, facts));
        goes_on && (!self.learn() || self.tell(Message::Learned))
    }

    /// Hands on what the nodes' labels say of the cluster; whether there was something new.
    fn learn(&mut self) -> bool {
        let inventory = &self.state.inventory;
        let labelled = inventory.nodes().find(|node| node.cluster_name.is_some());
        let node = labelled.or_else(|| inventory.nodes().next());
        node.is_some_and(|node| self.workers.learn(node.cluster_name.as_deref(), node.region.as_deref()))
    }

    /// Draws, if something changed and the last frame is long enough ago.
    fn draw(&mut self) -> std::io::Result<()> {
        let is_time = self.drawn.is_none_or(|drawn| drawn.elapsed() >= FRAME);
        if self.changed && is_time {
            (self.changed, self.drawn) = (false, Some(Instant::now()));
            let state = &self.state;
            let mut by_the_second = false;
            self.terminal.draw(|frame| by_the_second = view::draw(frame, state))?;
            // ages are whole seconds: they turn with the clock's
            let rest = 1_000 - u64::try_from(state.now.subsec_millisecond()).unwrap_or_default();
            self.outdated = by_the_second.then(|| Instant::now() + Duration::from_millis(rest));
        }
        Ok(())
    }

    /// Brings the screen back whole.
    fn resume(&mut self) -> std::io::Result<EventStream> {
        screen::take_again(&mut self.terminal, !self.state.options.no_mouse)?;
        if let Ok((width, height)) = crossterm::terminal::size() {
            self.tell(Message::Size(width, height));
        }
        self.tell(Message::Now(jiff::Timestamp::now()));
        Ok(EventStream::new())
    }
}

/// The next event of the terminal; none ever while it is suspended.
async fn next(events: &mut Option<EventStream>) -> Option<std::io::Result<crossterm::event::Event>> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}
