//! The log of changes: JSON lines, appended and never rewritten, safe for two programs at once.
//!
//! A plan that runs holds a lock on a file of its id beside the log. No lock and no end in the log: it was killed.

use super::logged::{LoggedPlan, logged_plans};
use super::run::Why;
use crate::domain::model::{Name, Origin, Time};
use crate::domain::plan::{Change, Place, Plan, PlanState, plan_id};
use crate::report::change::{Event, Line};
use std::fs::{DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// The log of changes on disk.
#[derive(Debug, Clone)]
pub struct ChangeLog {
    folder: PathBuf,
}

/// The log could not be written or read: without it nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log of changes {path} {said}")]
pub struct LogFailure {
    /// Which file.
    pub path: String,
    /// What the system said.
    pub said: String,
}

/// A plan's entry while it runs. Dropping it without an end leaves the plan unfinished.
#[derive(Debug)]
pub struct Running {
    log: ChangeLog,
    id: Name,
    place: Place,
    done: Vec<usize>,
    /// Steps that were begun before, and may have been made: if they are so now, it is our doing.
    begun: Vec<usize>,
    /// Held as long as the plan runs; the system lets go of it with the process.
    _lock: File,
}

impl ChangeLog {
    /// The log in that folder; it is made with the first entry.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The log of this user: `$XDG_STATE_HOME/rolecall/changes.jsonl`. `None` where there is no home.
    pub fn of_user() -> Option<Self> {
        use etcetera::BaseStrategy;
        let dirs = etcetera::choose_base_strategy().ok()?;
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_dir());
        Some(Self::new(state.join("rolecall")))
    }

    /// The log of changes to what a source shows: this user's, but for the demo's, which begins anew with every program
    /// and must not stand among what was really changed.
    pub fn of(origin: &Origin) -> Option<Self> {
        match origin {
            Origin::Demo => Some(Self::new(of_demo())),
            Origin::Live | Origin::Capture(_) => Self::of_user(),
        }
    }

    /// Takes the demo's log away: nobody can read it once the program has ended, for the next one has its own.
    pub fn leave_demo() {
        // one that stays does no harm
        let _ = std::fs::remove_dir_all(of_demo());
    }

    /// Where it lies.
    pub fn path(&self) -> PathBuf {
        self.folder.join("changes.jsonl")
    }

    /// A new id: the time, to be told apart by people, and some chance.
    pub fn new_id(now: Time) -> Name {
        use std::hash::{BuildHasher, Hasher, RandomState};
        let chance = RandomState::new().build_hasher().finish() & 0xffff;
        plan_id(now, u16::try_from(chance).unwrap_or_default())
    }

    /// Begins a plan: from here on it is in the log.
    ///
    /// # Errors
    /// Where the log cannot be written.
    pub fn begin(&self, id: &Name, plan: &Plan, place: &Place) -> Result<Running, LogFailure> {
        let running = self.running(id, place)?;
        running.write(&Event::Begun { plan: plan.into() })?;
        Ok(running)
    }

    /// Goes on with a plan that was stopped or killed; what is done stays done. What is done is read anew: meanwhile
    /// another program may have gone on with it.
    ///
    /// # Errors
    /// Where the log cannot be used, the plan runs elsewhere, or nothing of it is left.
    pub fn resume(&self, plan: &LoggedPlan) -> Result<Running, LogFailure> {
        let mut running = self.running(&plan.id, &plan.place)?;
        let (plans, _) = self.plans_but(Some(&plan.id))?;
        let Some(plan) = plans.into_iter().rev().find(|it| it.id == plan.id && it.is_left_open()) else {
            let said = format!("says that the plan {} was ended meanwhile", plan.id);
            return Err(LogFailure { path: self.path().display().to_string(), said });
        };
        running.done = plan.done().map(|(place, _)| place).collect();
        running.begun = (0..plan.steps.len()).filter(|place| plan.may_be_made(*place)).collect();
        running.write(&Event::Resumed)?;
        Ok(running)
    }

    fn running(&self, id: &Name, place: &Place) -> Result<Running, LogFailure> {
        let path = self.lock_of(id);
        let failed = |said: String| LogFailure { path: path.display().to_string(), said };
        let taken = || -> io::Result<Option<File>> {
            made(&self.folder.join("running"))?;
            loop {
                let lock = opened(&path)?;
                match lock.try_lock() {
                    Ok(()) if is_at(&lock, &path) => return Ok(Some(lock)),
                    // whoever had it has just ended, and taken the file with it
                    Ok(()) => {}
                    Err(TryLockError::WouldBlock) => return Ok(None),
                    Err(TryLockError::Error(error)) => return Err(error),
                }
            }
        };
        let lock = taken().map_err(|error| failed(said(&error)))?;
        let lock = lock.ok_or_else(|| failed("is locked: the plan runs in another rolecall".to_owned()))?;
        let (log, id, place) = (self.clone(), id.clone(), place.clone());
        Ok(Running { log, id, place, done: Vec::new(), begun: Vec::new(), _lock: lock })
    }

    fn lock_of(&self, id: &str) -> PathBuf {
        self.folder.join("running").join(format!("{id}.lock"))
    }

    /// Whether the plan of that id runs in some program.
    fn runs(&self, id: &str) -> bool {
        File::open(self.lock_of(id)).is_ok_and(|file| file.try_lock_shared().is_err())
    }

    /// Every plan in it, the newest last; and how many lines could not be read.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn plans(&self) -> Result<(Vec<LoggedPlan>, usize), LogFailure> {
        self.plans_but(None)
    }

    /// The same; the plan of that id is ours, and does not count as running.
    fn plans_but(&self, ours: Option<&str>) -> Result<(Vec<LoggedPlan>, usize), LogFailure> {
        let (plans, unread) = self.plans_once(ours)?;
        // one that ended between the reading and the look at its lock has written so by now
        let is_left = plans.iter().any(|plan| plan.state == PlanState::Unfinished);
        if is_left { self.plans_once(ours) } else { Ok((plans, unread)) }
    }

    fn plans_once(&self, ours: Option<&str>) -> Result<(Vec<LoggedPlan>, usize), LogFailure> {
        let text = match self.read() {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
            Err(error) => return Err(self.failure(&error)),
        };
        let mut unread = 0;
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let read = lines.filter_map(|line| Line::read(line).map_err(|_| unread += 1).ok()).collect();
        Ok((logged_plans(read, |id| Some(id) != ours && self.runs(id)), unread))
    }

    /// All of it; whoever appends just now has ended before.
    fn read(&self) -> io::Result<Vec<u8>> {
        waiting(|| {
            let mut file = File::open(self.path())?;
            file.lock_shared()?;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            Ok(text)
        })
    }

    /// Appends one line, and waits until it is on disk.
    fn append(&self, line: &Line) -> Result<(), LogFailure> {
        let write = || -> io::Result<()> {
            made(&self.folder)?;
            let mut file = opened(&self.path())?;
            file.lock()?;
            let mut bytes = Vec::new();
            let is_new = file.seek(SeekFrom::End(0))? == 0;
            // Whoever was killed while writing has left half a line: it ends here.
            if !is_new {
                let mut last = [0];
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
                if last != *b"\n" {
                    bytes.push(b'\n');
                }
            }
            line.write(&mut bytes);
            file.write_all(&bytes)?;
            file.sync_all()?;
            // a new file is there for certain only once its folder says so on disk
            if is_new { File::open(&self.folder)?.sync_all() } else { Ok(()) }
        };
        waiting(write).map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &io::Error) -> LogFailure {
        LogFailure { path: self.path().display().to_string(), said: said(error) }
    }
}

impl Running {
    /// The plan's id.
    pub fn id(&self) -> &Name {
        &self.id
    }

    /// The steps that are done, now or before.
    pub(super) fn all_done(&self) -> &[usize] {
        &self.done
    }

    /// Whether the step is one of them.
    pub(super) fn is_done(&self, step: usize) -> bool {
        self.done.contains(&step)
    }

    /// The steps that were begun before, and of which nothing more is known.
    pub(super) fn perhaps_made(&self) -> Vec<usize> {
        self.begun.iter().copied().filter(|step| !self.is_done(*step)).collect()
    }

    pub(super) fn begin(&self, step: usize) -> Result<(), LogFailure> {
        self.write(&Event::StepBegun { step })
    }

    /// The step is done; `was_so`: nothing was written now. Whether it had been so before this plan was begun.
    pub(super) fn done(&mut self, step: usize, was_so: bool) -> Result<bool, LogFailure> {
        self.done.push(step);
        let already = was_so && !self.begun.contains(&step);
        self.write(&Event::StepDone { step, already })?;
        Ok(already)
    }

    /// It has stopped at the step. What may have been made before may still have been: whatever stops it now says nothing
    /// of that.
    pub(super) fn stopped(&self, step: usize, why: &Why) -> Result<(), LogFailure> {
        let uncertain = why.is_uncertain() || self.perhaps_made().contains(&step);
        let error = match why {
            Why::Moved { by, .. } | Why::Raced { by, .. } => {
                let by = by.as_ref().map_or_else(String::new, |by| format!(" by {}", by.manager));
                format!("it was changed meanwhile{by}")
            }
            Why::Unshown(after) => format!("it was written, but AWS does not show it after {} s", after.as_secs()),
            Why::Failed(failure) | Why::Unseen(failure) | Why::Unanswered(failure) | Why::Unsettled(failure) => {
                failure.said.clone()
            }
        };
        self.write(&Event::StepFailed { step, uncertain, error })
    }

    pub(super) fn end(&self) -> Result<(), LogFailure> {
        self.write(&Event::Ended)
    }

    fn write(&self, event: &Event) -> Result<(), LogFailure> {
        self.log.append(&Line::new(&self.id, Time::now(), &self.place, event))
    }
}

impl Drop for Running {
    /// The plan has ended, or stopped: it runs no more. The file goes while it is locked, so that nobody takes it for one
    /// that still counts. A program that is killed leaves it, unlocked.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.log.lock_of(&self.id));
    }
}

impl LoggedPlan {
    /// The changes that were made, in the order in which they were; those of which nobody knows too.
    pub fn made(&self) -> Vec<Change> {
        let made = self.plan.steps.iter().enumerate().filter(|(place, _)| self.may_be_made(*place));
        made.map(|(_, step)| step.change.clone()).collect()
    }
}

/// Where the demo of this very program keeps its log.
fn of_demo() -> PathBuf {
    std::env::temp_dir().join(format!("rolecall-demo-{}", std::process::id()))
}

/// Does what waits for another program's lock or for the disk. The runtime's thread that is at it counts as blocked: what
/// else it had to do goes on on another.
fn waiting<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(work),
        _ => work(),
    }
}

fn made(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn opened(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)
}

/// Whether the open file is the one that lies there.
fn is_at(file: &File, path: &Path) -> bool {
    let id = |of: io::Result<Metadata>| of.ok().map(|it| (it.dev(), it.ino()));
    let open = id(file.metadata());
    open.is_some() && open == id(std::fs::metadata(path))
}

fn said(error: &io::Error) -> String {
    format!("cannot be used: {error}")
}
