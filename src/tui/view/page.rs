//! Pages of text: a role, the evidence, an object as text, the keys.

use super::scene::Scene;
use crate::domain::model::{Name, RoleArn, visible};
use crate::tui::app::page::{Line as PageLine, Margins, PageRows, Tone, lines};
use crate::tui::app::screen::{Screen, ScreenKind, Scroll};
use crate::tui::app::select::Item;
use crate::tui::widget::document::folded;
use crate::tui::widget::pane::{Pane, draw_scrollbar};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

pub(super) fn draw(scene: &Scene<'_>, screen: &Screen, area: Rect, buffer: &mut Buffer) {
    let lines = lines(scene.state);
    let inner = Pane::named(&title(scene, screen), true).draw(area, buffer);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if inner.width < 8 {
        return;
    }
    if matches!(screen, Screen::Help(_)) && draw_columns(&lines, inner, buffer) {
        return;
    }
    let rows = PageRows::of(&lines, inner.width, usize::from(inner.height));
    let first = rows.first(screen.scroll().unwrap_or_default());
    draw_lines(&lines, rows.scroll(first), inner, buffer);
    let scrolled = Rect { width: inner.width + 1, ..inner };
    draw_scrollbar(scrolled, first, rows.total(), true, buffer);
}

fn title(scene: &Scene<'_>, screen: &Screen) -> String {
    match screen {
        Screen::Role(screen) => {
            let arn = RoleArn::new(screen.arn.clone());
            format!("Role {}", scene.role(&arn))
        }
        Screen::Evidence(screen) => match &screen.subject {
            Item::Trouble(_) => "What went wrong".to_owned(),
            Item::Call(_) => "A call".to_owned(),
            about => format!("Evidence about {}", subject(about)),
        },
        Screen::Trust(screen) => match (&screen.subject, &screen.role) {
            (Item::Role(arn), _) => format!("Who could assume {}", scene.role(&RoleArn::new(arn.clone()))),
            (about, Some(arn)) => {
                format!("Trust of {} by {}", subject(about), scene.role(&RoleArn::new(arn.clone())))
            }
            (about, None) => format!("Trust of {}", subject(about)),
        },
        Screen::Text(screen) => subject(&screen.subject),
        Screen::Help(screen) => format!("Keys {}", of_screen(screen.of)),
        Screen::Plan(screen) => visible(&screen.plan.title).into_owned(),
        Screen::Export(screen) => format!("{}: {}", screen.dialect.word(), visible(&screen.title)),
        Screen::Ask(_) => "answer".to_owned(),
        _ => String::new(),
    }
}

/// What a page is about, as kubectl names it.
pub(super) fn subject(item: &Item) -> String {
    let within =
        |namespace: &Name, kind: &str, name: &Name| format!("{kind}/{} in {}", visible(name), visible(namespace));
    match item {
        Item::Pod(namespace, name) | Item::Container(namespace, name, _) => within(namespace, "pod", name),
        Item::Account(namespace, name) => within(namespace, "serviceaccount", name),
        Item::Namespace(name) => format!("namespace/{}", visible(name)),
        Item::Node(name) => format!("node/{}", visible(name)),
        Item::Role(arn) => format!("role {}", visible(arn)),
        item => visible(item.name()).into_owned(),
    }
}

fn of_screen(kind: ScreenKind) -> &'static str {
    match kind {
        ScreenKind::Explorer => "of the explorer",
        ScreenKind::Namespaces => "of namespaces",
        ScreenKind::Accounts => "of ServiceAccounts",
        ScreenKind::Pods => "of pods",
        ScreenKind::Containers => "of containers",
        ScreenKind::Nodes => "of nodes",
        ScreenKind::Node => "of a node",
        ScreenKind::Roles => "of roles",
        ScreenKind::Role => "of a role",
        ScreenKind::UsedBy => "of who uses a role",
        ScreenKind::Evidence => "of the evidence",
        ScreenKind::Ask => "of an answer",
        ScreenKind::Trust => "of a review of trust",
        ScreenKind::Text => "of a text",
        ScreenKind::Help => "of the help",
        ScreenKind::Errors => "of what went wrong",
        ScreenKind::Calls => "of calls",
        ScreenKind::Contexts => "of contexts",
        ScreenKind::Profiles => "of profiles",
        ScreenKind::Choose => "of a choice",
        ScreenKind::Form => "of a form",
        ScreenKind::Export => "of an export",
        ScreenKind::Plan => "of a plan",
        ScreenKind::Log => "of the log",
        ScreenKind::Actions => "of the actions",
    }
}

/// Draws the lines from where the page is scrolled to, the long ones folded.
fn draw_lines(lines: &[PageLine], from: Scroll, area: Rect, buffer: &mut Buffer) {
    let margins = Margins::of(lines.iter(), area.width);
    let labels = usize::from(margins.labels.saturating_sub(2));
    let mut y = area.y;
    let mut above = from.row;
    for line in lines.iter().skip(from.line) {
        if y >= area.bottom() {
            break;
        }
        if !line.label.is_empty() && above == 0 {
            buffer.set_line(area.x, y, &label(line, labels), labels as u16);
        }
        let hidden = std::mem::take(&mut above);
        let parts = shown(line, usize::from(margins.room(line)));
        let rest = hidden.saturating_sub(parts.len());
        for part in parts.into_iter().skip(hidden) {
            if y >= area.bottom() {
                break;
            }
            if line.tone == Tone::Lit {
                buffer.set_string(area.x, y, "┃", theme::TITLE);
            }
            buffer.set_line(area.x + margins.indent(line), y, &part, margins.room(line));
            y += 1;
        }
        y = draw_aside((line, rest), margins, (y, area), buffer);
    }
}

/// What stands on the left of a line, a mark in it in the colour of what it says: the accent would say nothing.
fn label(line: &PageLine, columns: usize) -> Line<'static> {
    let colour = |word: &str| match (word.trim_end(), line.tone) {
        (theme::BROKEN_MARK, _) => theme::BAD,
        ("✔", _) => theme::OWN,
        ("!" | "?" | "○", tone @ (Tone::Bad | Tone::Warning | Tone::Quiet)) => style(tone),
        _ => theme::ACCENT,
    };
    let shown = text::cut_end(&line.label, columns);
    shown.split_inclusive(' ').map(|word| Span::styled(word.to_owned(), colour(word))).collect()
}

/// Draws what stands at the right end of a line, on the line's only row or below it, without the rows of it that are hidden
/// above the window; gives the next row.
fn draw_aside(
    (line, hidden): (&PageLine, usize),
    margins: Margins,
    (y, area): (u16, Rect),
    buffer: &mut Buffer,
) -> u16 {
    if line.aside.is_empty() {
        return y;
    }
    if margins.aside_fits(line) {
        let width = text::width(&line.aside) as u16;
        buffer.set_string(area.right().saturating_sub(width), y.saturating_sub(1), &line.aside, theme::FAINT);
        return y;
    }
    let rows = text::wrap(&line.aside, usize::from(margins.room(line)));
    for (y, row) in (y..area.bottom()).zip(rows.iter().skip(hidden)) {
        buffer.set_string(area.x + margins.indent(line), y, row, theme::FAINT);
    }
    y + rows.len().saturating_sub(hidden) as u16
}

/// How many rows a group takes in that width.
fn folded_height(group: &[PageLine], width: u16) -> u16 {
    let margins = Margins::of(group.iter(), width);
    group.iter().map(|line| margins.rows(line) as u16).sum()
}

/// One line as it is shown: a document's in its colours, any other wrapped.
fn shown(line: &PageLine, columns: usize) -> Vec<Line<'static>> {
    match line.tone {
        Tone::Code | Tone::Lit => return folded(&line.text, columns),
        Tone::Unlit => {
            return folded(&line.text, columns)
                .into_iter()
                .map(|part| Line::styled(part.to_string(), theme::FAINT))
                .collect();
        }
        tone if tone.is_diff() => {
            let rows = text::fold_diff(&line.text, columns).into_iter();
            return rows.map(|row| Line::styled(row, style(tone))).collect();
        }
        _ => {}
    }
    text::wrap_below_mark(&line.text, columns).into_iter().map(|part| Line::styled(part, style(line.tone))).collect()
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Title => theme::TITLE,
        Tone::Plain | Tone::Code | Tone::Lit => theme::PLAIN,
        Tone::Quiet | Tone::Unlit | Tone::Kept => theme::FAINT,
        Tone::Good | Tone::Added => theme::OWN,
        Tone::Step => theme::STRONG,
        Tone::Warning => theme::NODE,
        Tone::Bad | Tone::Removed => theme::BAD,
    }
}

/// How far apart columns stand.
const GAP: u16 = 3;

/// Draws groups of lines side by side, where they all fit so: then nothing has to be scrolled.
fn draw_columns(lines: &[PageLine], area: Rect, buffer: &mut Buffer) -> bool {
    let groups: Vec<&[PageLine]> =
        lines.split(|line| line.label.is_empty() && line.text.is_empty()).filter(|group| !group.is_empty()).collect();
    let most = if area.width < 96 { 1 } else { (area.width / 48).min(3) };
    let fitting = (2..=most).find_map(|count| placed(&groups, count, area));
    for (place, group) in fitting.iter().flatten() {
        draw_lines(group, Scroll::default(), *place, buffer);
    }
    fitting.is_some()
}

/// Each group's place in so many columns, if they all fit: one below the other, each where most room is left.
fn placed<'l>(groups: &[&'l [PageLine]], count: u16, area: Rect) -> Option<Vec<(Rect, &'l [PageLine])>> {
    let width = (area.width - GAP * (count - 1)) / count;
    let mut columns: Vec<Rect> =
        (0..count).map(|column| Rect { x: area.x + column * (width + GAP), width, ..area }).collect();
    groups
        .iter()
        .map(|group| {
            let height = folded_height(group, width);
            let column = columns.iter_mut().rev().max_by_key(|column| column.height)?;
            let place = Rect { height, ..*column };
            (height <= column.height).then(|| {
                let taken = (height + 1).min(column.height);
                (column.y, column.height) = (column.y + taken, column.height - taken);
                (place, *group)
            })
        })
        .collect()
}
