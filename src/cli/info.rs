//! `rolecall info`: what would be read, who we are there, and what we may read.

use super::args::{Format, SourceArgs};
use super::exit::Stop;
use super::gather::{ask_also, gather, is_placed};
use super::list::scope;
use super::output;
use crate::domain::identity::Need;
use crate::domain::inventory::{Inventory, Kind};
use crate::domain::model::{Gap, Question, Reading, visible};
use crate::report::{GapWire, Info, ReadWire};
use crate::source::{Access, Ask, Origin, Source};
use std::io::{self, Write};

/// Asks who we are and what we may read, and writes it.
pub(super) async fn run(source: &Source, args: &SourceArgs, format: Format) -> Result<(), Stop> {
    let scope = scope(source, args, false);
    // The nodes only where nothing else tells the cluster's name and its region.
    let kinds = if is_placed(source) { Vec::new() } else { vec![Kind::Node] };
    let ask = Ask { kinds, scope: scope.clone(), fall_back: false, selector: None, watch: false, user: true };
    let mut gathered = gather(source, ask, &Need::default()).await?;
    ask_also(source, &mut gathered.inventory, vec![Question::Caller, Question::Cluster]).await;
    let (kubernetes, aws) = tokio::join!(source.facts.access(scope), source.roles.access());
    let info = info(source, &gathered.inventory, kubernetes.into_iter().chain(aws));
    match format {
        Format::Json | Format::Yaml => output::document(format, &info),
        Format::Csv => {
            let rows = info.reads.iter().map(|read| vec![read.call.clone(), word(read).to_owned()]);
            output::sheet(format, super::sheet::Sheet::new(vec!["call", "allowed"], rows))
        }
        Format::Table | Format::Wide | Format::Name => {
            let mut out = output::stdout();
            table(&mut out, &info)?;
            Ok(out.flush()?)
        }
    }
}

fn info(source: &Source, inventory: &Inventory, access: impl Iterator<Item = Access>) -> Info {
    let (about, aws) = (&source.about, inventory.aws());
    let caller = aws.caller().and_then(Reading::value);
    let read = |access: Access| ReadWire { call: access.call, allowed: access.allowed, sentence: access.sentence };
    let (cluster, region) = (inventory.cluster_name(about), inventory.region(about));
    let nodes = inventory.listings().of(Kind::Node).gap.as_ref();
    let gaps: [Option<&Gap>; 4] = [
        inventory.user().and_then(Reading::gap),
        aws.caller().and_then(Reading::gap),
        aws.cluster().and_then(Reading::gap),
        nodes.filter(|_| cluster.is_none() || region.is_none()),
    ];
    let context = match &about.origin {
        Origin::Live => about.context.clone(),
        Origin::Capture(file) => Some(format!("capture {file}")),
        Origin::Demo => Some("demo".to_owned()),
    };
    Info {
        context,
        server: about.server.clone(),
        cluster: cluster.map(str::to_owned),
        account: aws.account().map(str::to_owned),
        region: region.map(str::to_owned),
        kubernetes_user: inventory.user().and_then(Reading::value).map(|user| user.name.to_string()),
        aws_caller: caller.map(|caller| caller.arn.to_string()),
        reads: access.map(read).collect(),
        gaps: gaps.into_iter().flatten().map(GapWire::from).collect(),
        ..Info::default()
    }
}

fn table(out: &mut impl Write, info: &Info) -> io::Result<()> {
    let lines = [
        ("context", &info.context),
        ("server", &info.server),
        ("cluster", &info.cluster),
        ("region", &info.region),
        ("account", &info.account),
        ("Kubernetes user", &info.kubernetes_user),
        ("AWS caller", &info.aws_caller),
    ];
    for (title, value) in lines {
        writeln!(out, "{title:<16} {}", visible(value.as_deref().unwrap_or("not known")))?;
    }
    for gap in &info.gaps {
        writeln!(out, "{:<16} {}", "not known", visible(&gap.sentence))?;
    }
    writeln!(out)?;
    for read in &info.reads {
        let sentence = read.sentence.as_deref().map(|it| format!("   {}", visible(it))).unwrap_or_default();
        writeln!(out, "{:<8} {}{sentence}", word(read), visible(&read.call))?;
    }
    Ok(())
}

fn word(read: &ReadWire) -> &'static str {
    match read.allowed {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}
