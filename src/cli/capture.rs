//! `rolecall capture`: everything read, written down.

use super::args::SourceArgs;
use super::exit::Stop;
use super::gather::gather;
use super::list::scope;
use super::{notes, output};
use crate::domain::identity::Need;
use crate::domain::inventory::Kind;
use crate::domain::model::{Time, visible};
use crate::report::capture::{self, Capture};
use crate::source::{Ask, Source};
use std::io::Write;
use std::path::Path;

/// Reads everything and writes it to the file, or to standard output.
pub(super) async fn run(source: &Source, args: &SourceArgs, file: Option<&Path>) -> Result<(), Stop> {
    let fall_back = args.namespace.is_none() && !args.all_namespaces;
    let ask = Ask {
        kinds: Kind::ALL.to_vec(),
        scope: scope(source, args, false),
        fall_back,
        selector: None,
        watch: false,
        user: true,
    };
    let need = Need { verdicts: true, roles: true, documents: true, ..Need::default() };
    let gathered = gather(source, ask, &need).await?;
    let inventory = &gathered.inventory;
    let lists = || inventory.listings().iter().filter(|(kind, _)| matches!(kind, Kind::Pod | Kind::ServiceAccount));
    if inventory.shards().next().is_none() && lists().all(|(_, listing)| listing.is_unreadable()) {
        let gap = lists().find_map(|(_, listing)| listing.gap.clone());
        let said = gap.map_or_else(|| "nothing could be read".to_owned(), |gap| gap.sentence);
        return Err(Stop::unreached(said));
    }
    let mut capture = Capture::of(inventory, source.about.taken_at.unwrap_or_else(Time::now));
    capture.kubernetes.context.clone_from(&source.about.context);
    capture.kubernetes.server.clone_from(&source.about.server);
    match file.filter(|file| *file != Path::new("-")) {
        Some(file) => {
            capture::write(&capture, file).map_err(|error| Stop::unreached(error.to_string()).hint(error.hint()))?;
            let (pods, roles) = (inventory.pod_count(), inventory.aws().roles().count());
            let path = file.display().to_string();
            let _ = writeln!(std::io::stderr(), "{pods} pods and {roles} roles written to {}", visible(&path));
        }
        None => capture::to_json(&capture, output::stdout())?,
    }
    let single = notes::answers(inventory).chain(notes::within_roles(inventory));
    notes::say(&notes::of_the_list(inventory, &Kind::ALL), single);
    Ok(())
}
