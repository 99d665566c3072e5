//! Jobs, carried out by tasks that answer with messages.

use super::questions::Questions;
use super::{changing, clipboard, editor, elsewhere, translate};
use crate::config::Connection;
use crate::domain::inventory::{Delta, Kind, Scope};
use crate::domain::model::Question;
use crate::source::catalogue::catalogue;
use crate::source::{Ask, Source};
use crate::tui::app::screen::Draft;
use crate::tui::app::{Job, Message, Refusal, Target, TargetKind, Ticket};
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// The screen of calls follows them no faster, so that rows can be read while many calls are made.
const BETWEEN_CALLS: Duration = Duration::from_secs(1);

/// What tasks say to the loop.
pub(super) enum Said {
    /// A message for the pure middle.
    Message(Message),
    /// A batch of facts; batches are taken together.
    Facts(Ticket, Vec<Delta>),
    /// The other connection stands.
    Connected(Ticket, Box<(Source, Connection)>),
}

/// The tasks, and what they work with.
pub(super) struct Workers {
    source: Source,
    connection: Connection,
    ticket: Ticket,
    out: mpsc::Sender<Said>,
    questions: Questions,
    follower: Option<AbortHandle>,
    answering: HashMap<Question, AbortHandle>,
    open: HashMap<Ticket, AbortHandle>,
    learned: bool,
}

impl Workers {
    /// Workers on a source; nothing runs yet.
    pub(super) fn new(source: Source, connection: Connection, ticket: Ticket, out: mpsc::Sender<Said>) -> Self {
        Self {
            source,
            connection,
            ticket,
            out,
            questions: Questions::default(),
            follower: None,
            answering: HashMap::new(),
            open: HashMap::new(),
            learned: false,
        }
    }

    /// Lists everything and watches it from then on; what had been followed is not any more.
    pub(super) fn follow(&mut self) {
        if let Some(old) = self.follower.take() {
            old.abort();
        }
        let ask = Ask {
            kinds: Kind::ALL.to_vec(),
            scope: Scope::Cluster,
            fall_back: !self.connection.all_namespaces,
            selector: None,
            watch: true,
            user: true,
        };
        let (facts, out, ticket) = (self.source.facts.clone(), self.out.clone(), self.ticket);
        let task = async move {
            let (deltas, mut batches) = mpsc::channel(16);
            let forward = async {
                while let Some(batch) = batches.recv().await {
                    if out.send(Said::Facts(ticket, batch)).await.is_err() {
                        break;
                    }
                }
            };
            tokio::join!(facts.follow(ask, deltas), forward);
        };
        self.follower = Some(tokio::spawn(task).abort_handle());
    }

    /// Goes over to another source; all work on the old one ends.
    pub(super) fn go_over(&mut self, ticket: Ticket, source: Source, connection: Connection) {
        self.end();
        (self.source, self.connection, self.ticket, self.learned) = (source, connection, ticket, false);
        self.questions = Questions::default();
        self.follow();
    }

    /// Ends every task.
    pub(super) fn end(&mut self) {
        let handles = self.follower.take().into_iter();
        let handles = handles.chain(self.answering.drain().map(|(_, handle)| handle));
        handles.chain(self.open.drain().map(|(_, handle)| handle)).for_each(|handle| handle.abort());
    }

    /// Carries out one job.
    pub(super) fn carry_out(&mut self, job: Job) {
        match job {
            Job::Ask { question, first } => {
                self.questions.add(question, first);
                self.put_questions();
            }
            Job::Relist => self.follow(),
            Job::Read(ticket, object) => {
                let facts = self.source.facts.clone();
                self.open(ticket, async move {
                    Message::Text(ticket, facts.object(object).await.map_err(translate::refusal))
                });
            }
            Job::Labelled(ticket, kind, scope, selector) => {
                let facts = self.source.facts.clone();
                self.open(ticket, async move {
                    let picked = facts.labelled(kind, scope, selector).await;
                    Message::Labelled(ticket, picked.map_err(translate::refusal))
                });
            }
            Job::Targets(ticket, kind) => self.names(ticket, kind),
            Job::Connect(ticket, target) => self.connect(ticket, &target),
            Job::Calls(ticket, shown) => self.calls(ticket, shown),
            Job::Save(ticket, name, text) => self.save(ticket, name, text),
            Job::ReadFile(ticket, path) => self.open(ticket, async move {
                let asked = path.clone();
                let read = tokio::task::spawn_blocking(move || editor::file(asked.as_ref())).await;
                let lost = |_| Err(Refusal { said: "reading the file broke off".to_owned(), hint: None });
                let draft = |text: String| Some(Draft { text: text.into(), path: Some(path) });
                Message::Draft(ticket, read.unwrap_or_else(lost).map(draft))
            }),
            Job::Files(ticket, folder) => self.open(ticket, async move {
                let listed = tokio::task::spawn_blocking(move || editor::names(folder.as_ref())).await;
                Message::Files(ticket, listed.unwrap_or_default())
            }),
            Job::Catalogue(ticket) => self.open(ticket, async move {
                let unpacked = tokio::task::spawn_blocking(catalogue).await;
                Message::Catalogue(ticket, unpacked.unwrap_or_else(|_| catalogue()))
            }),
            job @ (Job::Fit(..) | Job::May(..) | Job::Rehearse(..) | Job::Apply(..) | Job::Log(_)) => {
                self.about_changes(job);
            }
            Job::Copy(text) => {
                if let Err(error) = clipboard::copy(&text) {
                    let refusal = Refusal { said: format!("the terminal did not take it: {error}"), hint: None };
                    self.open(Ticket::default(), async move { Message::Trouble("clipboard".to_owned(), refusal) });
                }
            }
            Job::Cancel(ticket) => {
                if let Some(handle) = self.open.remove(&ticket) {
                    handle.abort();
                }
            }
            // the loop ends itself, and hands over the terminal itself
            Job::Quit | Job::Edit(..) | Job::Marked(_) => {}
        }
    }

    /// Carries out a job about changes.
    fn about_changes(&mut self, job: Job) {
        match job {
            Job::Fit(ticket, plan) => {
                let changes = self.source.changes.clone();
                self.open(ticket, async move { Message::Fitted(ticket, changing::fit(changes, *plan).await) });
            }
            Job::May(ticket, wanted) => {
                let changes = self.source.changes.clone();
                self.open(ticket, async move { Message::May(ticket, changing::lacking(changes, wanted).await) });
            }
            Job::Rehearse(ticket, plan) => {
                let changes = self.source.changes.clone();
                self.open(ticket, async move { Message::Rehearsed(ticket, changing::tried(changes, &plan).await) });
            }
            Job::Apply(ticket, order) => {
                // none of the tasks that end with a screen or a connection
                tokio::spawn(changing::apply(self.source.clone(), ticket, *order, self.out.clone()));
            }
            Job::Log(ticket) => {
                let origin = self.source.about.origin.clone();
                self.open(ticket, async move {
                    let read = tokio::task::spawn_blocking(move || changing::log(&origin)).await;
                    let lost = || Err(Refusal { said: "reading the log broke off".to_owned(), hint: None });
                    Message::Log(ticket, read.unwrap_or_else(|_| lost()))
                });
            }
            _ => {}
        }
    }

    /// A question has its answer: the next one may be put.
    pub(super) fn answered(&mut self, question: &Question) {
        self.questions.done(question);
        self.answering.remove(question);
        self.put_questions();
    }

    /// Tells the AWS side what the nodes' labels say, once; whether there was something to tell.
    pub(super) fn learn(&mut self, cluster: Option<&str>, region: Option<&str>) -> bool {
        if self.learned || (cluster.is_none() && region.is_none()) {
            return false;
        }
        self.learned = true;
        self.source.roles.learn(cluster, region);
        true
    }

    fn put_questions(&mut self) {
        while let Some(question) = self.questions.next() {
            let (roles, out, ticket) = (self.source.roles.clone(), self.out.clone(), self.ticket);
            let asked = question.clone();
            let task = async move {
                let (deltas, mut batches) = mpsc::channel(4);
                let forward = async {
                    while let Some(batch) = batches.recv().await {
                        if out.send(Said::Facts(ticket, batch)).await.is_err() {
                            break;
                        }
                    }
                };
                tokio::join!(roles.answer(asked.clone(), deltas), forward);
                let _ = out.send(Said::Message(Message::Answered(ticket, asked))).await;
            };
            self.answering.insert(question, tokio::spawn(task).abort_handle());
        }
    }

    /// Runs a task whose message answers a ticket.
    fn open(&mut self, ticket: Ticket, task: impl Future<Output = Message> + Send + 'static) {
        let out = self.out.clone();
        let handle = tokio::spawn(async move {
            let message = task.await;
            let _ = out.send(Said::Message(message)).await;
        });
        self.open.retain(|_, handle| !handle.is_finished());
        self.open.insert(ticket, handle.abort_handle());
    }

    fn calls(&mut self, ticket: Ticket, shown: Option<u64>) {
        let log = self.source.calls.clone();
        self.open(ticket, async move {
            if let Some(shown) = shown {
                tokio::time::sleep(BETWEEN_CALLS).await;
                log.changed(shown).await;
            }
            Message::Calls(ticket, translate::calls(log.logged()))
        });
    }

    fn names(&mut self, ticket: Ticket, kind: TargetKind) {
        let (connection, profile) = (self.connection.clone(), self.source.about.profile.clone());
        self.open(ticket, async move {
            let read = tokio::task::spawn_blocking(move || elsewhere::names(&connection, kind, profile)).await;
            let lost = || Err(Refusal { said: "reading them broke off".to_owned(), hint: None });
            Message::Targets(ticket, kind, read.unwrap_or_else(|_| lost()))
        });
    }

    fn connect(&mut self, ticket: Ticket, target: &Target) {
        let connection = elsewhere::connection_to(&self.connection, target);
        let out = self.out.clone();
        let handle = tokio::spawn(async move {
            let said = match elsewhere::connect(&connection).await {
                Ok(source) => Said::Connected(ticket, Box::new((source, connection))),
                Err(failure) => Said::Message(Message::Connected(ticket, Err(translate::refusal(failure)))),
            };
            let _ = out.send(said).await;
        });
        self.open.insert(ticket, handle.abort_handle());
    }

    fn save(&mut self, ticket: Ticket, name: String, text: String) {
        let name = match &self.source.about.context {
            Some(context) => format!("{context}-{name}"),
            None => name,
        };
        let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        self.open(ticket, async move {
            let written = tokio::task::spawn_blocking(move || clipboard::save(&name, &stamp, &text)).await;
            let saved = match written {
                Ok(Ok(path)) => Ok(path.display().to_string()),
                Ok(Err(error)) => Err(format!("it could not be saved: {error}")),
                Err(_) => Err("saving it broke off".to_owned()),
            };
            Message::Saved(ticket, saved.map_err(|said| Refusal { said, hint: None }))
        });
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.end();
    }
}
