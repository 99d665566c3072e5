//! Policy documents that were read before, in memory and under `$XDG_CACHE_HOME/rolecall/policies`.
//!
//! A cache: whatever is wrong with it is a reason to read anew, never an error.

use crate::domain::model::Name;
use etcetera::BaseStrategy;
use foldhash::{HashMap, HashMapExt};
use serde::{Deserialize, Serialize};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// What names one document for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Edition<'a> {
    /// The policy's ARN.
    pub(super) arn: &'a str,
    /// `ANPA…`: new for a policy that was made again under its old ARN.
    pub(super) id: &'a str,
    /// `v3`.
    pub(super) version: &'a str,
}

/// Where documents are kept.
#[derive(Debug)]
pub(super) struct Shelf {
    directory: Option<PathBuf>,
    read: Mutex<HashMap<u64, Kept>>,
}

/// A document and what it is of: a file may be anybody's, and two names may share a hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    arn: String,
    id: String,
    version: String,
    document: Name,
}

impl Kept {
    fn is(&self, edition: &Edition<'_>) -> bool {
        (&*self.arn, &*self.id, &*self.version) == (edition.arn, edition.id, edition.version)
    }
}

impl Shelf {
    /// The user's own.
    pub(super) fn of_user() -> Self {
        let base = etcetera::choose_base_strategy().ok();
        Self::at(base.map(|base| base.cache_dir().join("rolecall").join("policies")))
    }

    /// One in `directory`, made when the first document comes; `None`: in memory only.
    pub(super) fn at(directory: Option<PathBuf>) -> Self {
        Self { directory, read: Mutex::new(HashMap::new()) }
    }

    /// The document, if it was read before.
    pub(super) async fn find(&self, edition: &Edition<'_>) -> Option<Name> {
        let key = key_of(edition);
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(kept) = known.filter(|kept| kept.is(edition)) {
            return Some(kept.document);
        }
        let file = self.file(key)?;
        let text = tokio::task::spawn_blocking(move || fs::read(file)).await.ok()?.ok()?;
        let kept: Kept = serde_json::from_slice(&text).ok().filter(|kept: &Kept| kept.is(edition))?;
        let document = kept.document.clone();
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(key, kept);
        Some(document)
    }

    /// Keeps a document.
    pub(super) async fn put(&self, edition: &Edition<'_>, document: &Name) {
        let key = key_of(edition);
        let kept = Kept {
            arn: edition.arn.to_owned(),
            id: edition.id.to_owned(),
            version: edition.version.to_owned(),
            document: document.clone(),
        };
        let text = serde_json::to_vec(&kept).unwrap_or_default();
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(key, kept);
        let Some(file) = self.file(key) else { return };
        let written = tokio::task::spawn_blocking(move || write_whole(&file, &text)).await;
        if let Ok(Err(error)) = written {
            tracing::debug!(%error, "a policy could not be cached");
        }
    }

    fn file(&self, key: u64) -> Option<PathBuf> {
        Some(self.directory.as_ref()?.join(format!("{key:016x}.json")))
    }
}

/// A changed hasher only means that documents are read anew.
fn key_of(edition: &Edition<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    edition.hash(&mut hasher);
    hasher.finish()
}

/// Writes beside the place and moves it there: nobody ever reads half a file. The user alone may read it.
fn write_whole(file: &Path, text: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let directory = file.parent().ok_or(io::ErrorKind::NotFound)?;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    builder.create(directory)?;
    let unique = COUNT.fetch_add(1, Ordering::Relaxed);
    let beside = file.with_extension(format!("{}-{unique}.new", std::process::id()));
    let written =
        options.open(&beside).and_then(|mut out| out.write_all(text)).and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDITION: Edition<'static> = Edition { arn: "arn:aws:iam::aws:policy/X", id: "ANPAX", version: "v3" };

    #[tokio::test]
    async fn a_document_outlives_the_program() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("rolecall").join("policies");
        let shelf = Shelf::at(Some(directory.clone()));
        assert_eq!(shelf.find(&EDITION).await, None);
        shelf.put(&EDITION, &"{\"a\":1}".into()).await;
        let next = Shelf::at(Some(directory.clone()));
        assert_eq!(next.find(&EDITION).await.as_deref(), Some("{\"a\":1}"));
        for other in [Edition { version: "v4", ..EDITION }, Edition { id: "ANPAY", ..EDITION }] {
            assert_eq!(next.find(&other).await, None);
        }
        #[cfg(unix)]
        for file in fs::read_dir(directory).unwrap() {
            use std::os::unix::fs::PermissionsExt;
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        }
    }

    #[tokio::test]
    async fn a_corrupt_or_foreign_file_is_read_anew() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(format!("{:016x}.json", key_of(&EDITION)));
        for text in ["", "{", "{\"arn\":\"x\",\"id\":\"\",\"version\":\"v1\",\"document\":\"{}\"}"] {
            fs::write(&file, text).unwrap();
            assert_eq!(Shelf::at(Some(home.path().to_owned())).find(&EDITION).await, None, "{text}");
        }
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_written_costs_nothing() {
        let shelf = Shelf::at(Some(PathBuf::from("/dev/null/none")));
        shelf.put(&EDITION, &"{}".into()).await;
        assert_eq!(shelf.find(&EDITION).await.as_deref(), Some("{}"));
    }
}
