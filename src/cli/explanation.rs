//! One pod for a person: who AWS sees, what is wrong and what to do, the evidence, what is not known.
//!
//! Of containers of which the same is so it is said once, and so is a remedy of several troubles. On a terminal lines are
//! wrapped at its width; commands and words never are, so that they can be copied.

use super::list::View;
use crate::domain::diagnose::{Fix, diagnose};
use crate::domain::identity::{Identity, Verdict, verdict_of};
use crate::domain::model::{ContainerKind, Pod, visible};
use crate::tui::text;
use std::io::{self, Write};

/// Where texts begin: behind the longest label.
const MARGIN: usize = 13;
/// Terminals are taken for at least that wide.
const NARROWEST: usize = 40;

/// Writes it, main containers first; wrapped at `columns`, where there are any.
pub(super) fn write(out: &mut impl Write, view: &View<'_>, pod: &Pod, columns: Option<usize>) -> io::Result<()> {
    let mut order: Vec<usize> = (0..pod.spec.containers.len()).collect();
    order.sort_by_key(|at| pod.spec.containers.get(*at).map(|it| it.kind != ContainerKind::Main));
    let mut all: Vec<Said> = Vec::new();
    for said in order.into_iter().filter_map(|container| Said::of(view, pod, container)) {
        match all.iter_mut().find(|other| other.says_the_same(&said)) {
            Some(other) => other.containers.extend(said.containers),
            None => all.push(said),
        }
    }
    let mut page = Page { out, columns: columns.map(|columns| columns.max(NARROWEST)) };
    for (at, said) in all.iter().enumerate() {
        if at > 0 {
            writeln!(page.out)?;
        }
        page.said(pod, said)?;
    }
    Ok(())
}

/// How wide the terminal is that is written to; `None` for pipes and files.
pub(super) fn columns() -> Option<usize> {
    let is_terminal = io::IsTerminal::is_terminal(&io::stdout());
    is_terminal.then(|| crossterm::terminal::size().ok()).flatten().map(|(columns, _)| usize::from(columns))
}

/// What is said of one container, or of several.
struct Said {
    containers: Vec<(&'static str, String)>,
    identity: String,
    role: Option<String>,
    /// Troubles that one remedy helps against stand together.
    troubles: Vec<(Vec<String>, Fix)>,
    evidence: Vec<(String, String)>,
    gaps: Vec<String>,
}

impl Said {
    fn of(view: &View<'_>, pod: &Pod, container: usize) -> Option<Self> {
        let spec = pod.spec.containers.get(container)?;
        let verdict = verdict_of(view.inventory, pod, container);
        let troubles = troubles(view, pod, container, &verdict);
        let told = |sentence: &String| troubles.iter().any(|(sentences, _)| sentences.contains(sentence));
        let gaps = verdict.gaps.iter().map(|gap| gap.sentence.clone()).filter(|sentence| !told(sentence)).collect();
        let role = verdict.identity.as_ref().and_then(Identity::role);
        let shown = view.marks.identity(verdict.kind(), role, verdict.usable, view.inventory.aws().account());
        Some(Self {
            containers: vec![(spec.kind.field().trim_end_matches('s'), spec.name.to_string())],
            identity: format!("{shown}   {}   usable: {}", verdict.confidence.label(), verdict.usable.word()),
            role: role.map(ToString::to_string),
            evidence: verdict.evidence.into_iter().map(|it| (it.fact, it.origin)).collect(),
            troubles,
            gaps,
        })
    }

    /// Whether all but the containers' names is the same; where a fact was read names them too.
    fn says_the_same(&self, other: &Self) -> bool {
        let facts = |said: &Self| said.evidence.iter().map(|(fact, _)| fact.clone()).collect::<Vec<_>>();
        (&self.identity, &self.role, &self.troubles, &self.gaps)
            == (&other.identity, &other.role, &other.troubles, &other.gaps)
            && facts(self) == facts(other)
    }

    /// `container app`, `containers app, proxy, initContainer setup`.
    fn title(&self) -> String {
        let mut title = String::new();
        let mut before = "";
        for (kind, name) in &self.containers {
            let many = self.containers.iter().filter(|(other, _)| other == kind).count() > 1;
            let comma = if title.is_empty() { "" } else { ", " };
            let kind_shown =
                if before == *kind { String::new() } else { format!("{kind}{} ", if many { "s" } else { "" }) };
            title.extend([comma, &kind_shown, &visible(name)]);
            before = kind;
        }
        title
    }
}

fn troubles(view: &View<'_>, pod: &Pod, container: usize, verdict: &Verdict) -> Vec<(Vec<String>, Fix)> {
    let mut troubles: Vec<(Vec<String>, Fix)> = Vec::new();
    for diagnosis in diagnose(view.inventory, view.identities, pod, container, verdict) {
        match troubles.iter_mut().find(|(_, fix)| *fix == diagnosis.fix) {
            Some((sentences, _)) => sentences.push(diagnosis.sentence),
            None => troubles.push((vec![diagnosis.sentence], diagnosis.fix)),
        }
    }
    troubles
}

struct Page<'a, W> {
    out: &'a mut W,
    columns: Option<usize>,
}

impl<W: Write> Page<'_, W> {
    fn said(&mut self, pod: &Pod, said: &Said) -> io::Result<()> {
        // What has ended or is about to counts nowhere else, and is not what one looks for at first.
        let state = match (pod.counts(), pod.terminating) {
            (true, _) => String::new(),
            (false, true) => "   terminating".to_owned(),
            (false, false) => format!("   {}", pod.phase.word()),
        };
        let (name, namespace) = (visible(&pod.name), visible(&pod.namespace));
        writeln!(self.out, "pod/{name} -n {namespace}   {}{state}", said.title())?;
        writeln!(self.out, "{}", visible(&said.identity))?;
        if let Some(role) = &said.role {
            self.line("role", role)?;
        }
        for (sentences, fix) in &said.troubles {
            for sentence in sentences {
                self.line("why", sentence)?;
            }
            if !fix.summary.is_empty() {
                self.line("what to do", &fix.summary)?;
            }
            for line in fix.document.iter().flat_map(|document| document.lines()) {
                writeln!(self.out, "{:MARGIN$}  {}", "", visible(line))?;
            }
            for command in &fix.commands {
                writeln!(self.out, "{:MARGIN$}  {}", "", visible(command))?;
            }
        }
        for (at, (fact, origin)) in said.evidence.iter().enumerate() {
            self.fact(if at == 0 { "evidence" } else { "" }, fact, origin)?;
        }
        for (at, gap) in said.gaps.iter().enumerate() {
            self.line(if at == 0 { "not known" } else { "" }, gap)?;
        }
        Ok(())
    }

    /// A fact, and behind it, or under it where there is no room, where it was read.
    fn fact(&mut self, label: &str, fact: &str, origin: &str) -> io::Result<()> {
        let both = format!("{fact}  ({origin})");
        if self.columns.is_none_or(|columns| MARGIN + text::width(&visible(&both)) <= columns) {
            return self.written(label, &visible(&both));
        }
        self.line(label, fact)?;
        self.line("", &format!("({origin})"))
    }

    fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        let text = visible(text);
        let Some(columns) = self.columns else { return self.written(label, &text) };
        let mut label = label;
        for line in wrapped(&text, columns - MARGIN) {
            self.written(label, &line)?;
            label = "";
        }
        Ok(())
    }

    fn written(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "  {label:<10} {text}")
    }
}

/// The text in lines of so many columns; a longer word has a line to itself, whole.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut().filter(|line| text::width(line) + 1 + text::width(word) <= columns) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(containers: &[(&'static str, &str)]) -> Said {
        Said {
            containers: containers.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect(),
            identity: "▲ node role   likely   usable: unknown".into(),
            role: Some("arn:aws:iam::111122223333:role/a-node-role-with-a-name-that-is-longer-than-a-line".into()),
            troubles: vec![(
                vec!["one thing is wrong".into(), "and so is another".into()],
                Fix {
                    summary: "restart it".into(),
                    commands: vec!["kubectl rollout restart deployment/it".into()],
                    ..Fix::default()
                },
            )],
            evidence: vec![("a fact".into(), "pod/shop/it spec".into())],
            gaps: vec!["a thing that nobody knows because it could not be read by anybody here".into()],
        }
    }

    fn page(said: &Said, columns: Option<usize>) -> String {
        let pod = Pod {
            namespace: "shop".into(),
            name: "it".into(),
            uid: "u".into(),
            resource_version: "1".into(),
            created: None,
            terminating: false,
            phase: crate::domain::model::Phase::Succeeded,
            ready: false,
            owner: None,
            node: None,
            spec: std::sync::Arc::default(),
        };
        let mut out = Vec::new();
        Page { out: &mut out, columns }.said(&pod, said).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_remedy_stands_once_under_all_that_it_helps_against() {
        let text = page(&said(&[("container", "app")]), None);
        assert!(text.starts_with("pod/it -n shop   container app   Succeeded\n"), "{text}");
        assert_eq!(text.matches("what to do").count(), 1, "{text}");
        assert!(text.contains("  why        and so is another\n  what to do restart it\n"), "{text}");
    }

    #[test]
    fn containers_of_which_the_same_is_said_are_named_together() {
        let mut one = said(&[("container", "app")]);
        let other = said(&[("container", "proxy")]);
        assert!(one.says_the_same(&other));
        one.containers.extend(other.containers);
        one.containers.push(("initContainer", "setup".into()));
        assert_eq!(one.title(), "containers app, proxy, initContainer setup");
        let mut another = said(&[("container", "app")]);
        another.gaps.clear();
        assert!(!one.says_the_same(&another));
    }

    #[test]
    fn on_a_terminal_lines_are_wrapped_but_words_and_commands_stay_whole() {
        let text = page(&said(&[("container", "app")]), Some(60));
        let too_long: Vec<&str> = text.lines().filter(|line| text::width(line) > 60).collect();
        assert_eq!(too_long.len(), 1, "only the ARN: {text}");
        assert!(
            text.contains("  not known  a thing that nobody knows because it could not\n             be read"),
            "{text}"
        );
        assert!(text.contains("               kubectl rollout restart deployment/it\n"), "{text}");
    }
}
