//! Pages of text: a role, the evidence, an object as text, the keys.

use super::scene::Scene;
use crate::domain::model::{Name, RoleArn, visible};
use crate::tui::app::page::{Line as PageLine, Tone, lines};
use crate::tui::app::screen::{Screen, ScreenKind};
use crate::tui::app::select::Item;
use crate::tui::widget::document::tokens;
use crate::tui::widget::pane::{Pane, draw_scrollbar};
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The widest column of labels.
const LABELS: usize = 24;

pub(super) fn draw(scene: &Scene<'_>, screen: &Screen, area: Rect, buffer: &mut Buffer) {
    let lines = lines(scene.state);
    let first = match screen {
        Screen::Role(screen) => screen.scroll.0,
        Screen::Evidence(screen) => screen.scroll.0,
        Screen::Text(screen) => screen.scroll.0,
        Screen::Help(screen) => screen.scroll.0,
        _ => 0,
    };
    let inner = Pane::named(&title(scene, screen), true).draw(area, buffer);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if inner.width < 8 {
        return;
    }
    if matches!(screen, Screen::Help(_)) && draw_columns(&lines, inner, buffer) {
        return;
    }
    draw_lines(&lines, first, inner, buffer);
    let scrolled = Rect { width: inner.width + 1, ..inner };
    draw_scrollbar(scrolled, first, lines.len(), true, buffer);
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
        Screen::Text(screen) => subject(&screen.subject),
        Screen::Help(screen) => format!("Keys {}", of_screen(screen.of)),
        _ => String::new(),
    }
}

/// What a page is about, as kubectl names it.
fn subject(item: &Item) -> String {
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
        ScreenKind::Text => "of a text",
        ScreenKind::Help => "of the help",
        ScreenKind::Errors => "of what went wrong",
        ScreenKind::Calls => "of calls",
        ScreenKind::Contexts => "of contexts",
        ScreenKind::Profiles => "of profiles",
    }
}

/// Draws the lines from `first` on, the long ones wrapped.
fn draw_lines(lines: &[PageLine], first: usize, area: Rect, buffer: &mut Buffer) {
    let indent = label_column(lines.iter(), area.width);
    let labels = usize::from(indent.saturating_sub(2));
    let mut y = area.y;
    for line in lines.iter().skip(first) {
        if y >= area.bottom() {
            break;
        }
        if !line.label.is_empty() {
            buffer.set_stringn(area.x, y, text::cut_middle(&line.label, labels), labels, theme::ACCENT);
        }
        let indent = if line.label.is_empty() && !is_aside(line.tone) { 0 } else { indent };
        for part in shown(line, usize::from(area.width.saturating_sub(indent))) {
            if y >= area.bottom() {
                break;
            }
            buffer.set_line(area.x + indent, y, &part, area.width.saturating_sub(indent));
            y += 1;
        }
    }
}

/// How many lines a group takes in that width.
fn wrapped_height(group: &[PageLine], width: u16) -> u16 {
    let indent = label_column(group.iter(), width);
    group.iter().map(|line| shown(line, usize::from(width.saturating_sub(indent))).len() as u16).sum()
}

/// How wide the column of labels is, the gap behind it included.
fn label_column<'l>(lines: impl Iterator<Item = &'l PageLine>, width: u16) -> u16 {
    let most = LABELS.min(usize::from(width) / 3);
    match lines.map(|line| text::width(&line.label)).max().unwrap_or(0).min(most) {
        0 => 0,
        labels => labels as u16 + 2,
    }
}

/// Lines without a label of their own that belong to the one above.
fn is_aside(tone: Tone) -> bool {
    tone == Tone::Quiet
}

/// One line as it is shown: a document's in its colours, any other wrapped.
fn shown(line: &PageLine, columns: usize) -> Vec<Line<'static>> {
    if line.tone == Tone::Code {
        let spans = tokens(&line.text).into_iter().map(|(part, style)| Span::styled(part.to_owned(), style));
        return vec![Line::from(spans.collect::<Vec<_>>())];
    }
    text::wrap(&line.text, columns).into_iter().map(|part| Line::styled(part, style(line.tone))).collect()
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Title => theme::TITLE,
        Tone::Plain | Tone::Code => theme::PLAIN,
        Tone::Quiet => theme::FAINT,
        Tone::Good => theme::OWN,
        Tone::Warning => theme::NODE,
        Tone::Bad => theme::BAD,
    }
}

/// Draws groups of lines side by side, where they all fit so: then nothing has to be scrolled.
fn draw_columns(lines: &[PageLine], area: Rect, buffer: &mut Buffer) -> bool {
    const GAP: u16 = 3;
    let count: u16 = if area.width >= 100 { 2 } else { 1 };
    if count == 1 {
        return false;
    }
    let width = (area.width - GAP * (count - 1)) / count;
    let groups: Vec<&[PageLine]> =
        lines.split(|line| line.label.is_empty() && line.text.is_empty()).filter(|group| !group.is_empty()).collect();
    let mut heights = vec![0u16; usize::from(count)];
    let mut places = Vec::new();
    for group in groups {
        let height = wrapped_height(group, width) + 1;
        let (column, top) = heights.iter().copied().enumerate().min_by_key(|(_, height)| *height).unwrap_or_default();
        places.push((column as u16, top, group));
        if let Some(used) = heights.get_mut(column) {
            *used += height;
        }
    }
    if heights.iter().any(|height| height.saturating_sub(1) > area.height) {
        return false;
    }
    for (column, top, group) in places {
        let place = Rect { x: area.x + column * (width + GAP), y: area.y + top, width, height: area.height - top };
        draw_lines(group, 0, place, buffer);
    }
    true
}
