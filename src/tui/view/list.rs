//! One table in its pane: heading, rows in the window, or why there are none.

use super::scene::{Room, Scene};
use super::{sheet, words};
use crate::domain::identity::NamespaceRows;
use crate::tui::app::Layout;
use crate::tui::app::screen::{Feed, List, ListScreen, NodeScreen};
use crate::tui::app::select::{Item, Of, Sort, SortBy};
use crate::tui::text;
use crate::tui::theme;
use crate::tui::widget::notice::Notice;
use crate::tui::widget::pane::Pane;
use crate::tui::widget::table::{Table, column_at, is_shown};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

/// How a table is headed and how much room it has.
pub(super) struct Heading {
    pub(super) name: String,
    pub(super) focused: bool,
    pub(super) room: Room,
    /// Its rows lie in more than one namespace, so that it must be said in which.
    pub(super) many_namespaces: bool,
}

impl Heading {
    /// That of a screen that is one table.
    pub(super) fn of_screen(scene: &Scene<'_>, screen: &ListScreen) -> Self {
        Self {
            name: words::list_title(scene, &screen.list.of),
            focused: true,
            room: Room::Screen,
            many_namespaces: words::lists_namespaces(scene, &screen.list.of),
        }
    }

    /// That of the pods on a node.
    pub(super) fn of_node(scene: &Scene<'_>, screen: &NodeScreen) -> Self {
        Self {
            name: words::list_title(scene, &screen.pods.of),
            focused: true,
            room: Room::Screen,
            many_namespaces: true,
        }
    }
}

/// A screen that is one table.
pub(super) fn draw_screen(scene: &Scene<'_>, screen: &ListScreen, area: Rect, buffer: &mut Buffer) {
    let heading = Heading::of_screen(scene, screen);
    let sheet = sheet::of_screen(scene, screen, screen.list.sort.by, &heading);
    let notice = feed_notice(screen).or_else(|| words::why_empty(scene, &screen.list));
    draw_sheet(&screen.list, &heading, &sheet, notice, Canvas { scene, area, buffer });
}

/// The pods on a node, below which its card stands.
pub(super) fn draw_pods_on_node(scene: &Scene<'_>, screen: &NodeScreen, area: Rect, buffer: &mut Buffer) {
    draw(scene, &screen.pods, &Heading::of_node(scene, screen), area, buffer);
}

/// A table of what lies in the inventory.
pub(super) fn draw(scene: &Scene<'_>, list: &List, heading: &Heading, area: Rect, buffer: &mut Buffer) {
    let sheet = sheet::of_list(scene, &list.of, list.sort.by, heading);
    draw_sheet(list, heading, &sheet, words::why_empty(scene, list), Canvas { scene, area, buffer });
}

/// What the list is sorted by whose column has its heading there; `sheet` gives the columns for each order.
pub(super) fn sort_at<'a>(
    list: &List,
    area: Rect,
    at: Position,
    sheet: impl Fn(SortBy) -> sheet::Sheet<'a>,
) -> Option<SortBy> {
    let inner = Layout::inner(area);
    if at.y != inner.y || Layout::window(inner).y == inner.y || list.index.is_empty() {
        return None;
    }
    SortBy::ALL.into_iter().filter(|by| list.of.is_sorted_by(*by)).find(|by| {
        let sheet = sheet(*by);
        sheet.sorted.is_some() && column_at(&sheet.columns, inner, at.x) == sheet.sorted
    })
}

/// Where to draw, and what to look things up in.
struct Canvas<'c, 'a> {
    scene: &'c Scene<'a>,
    area: Rect,
    buffer: &'c mut Buffer,
}

fn draw_sheet(
    list: &List,
    heading: &Heading,
    sheet: &sheet::Sheet<'_>,
    notice: Option<Notice>,
    canvas: Canvas<'_, '_>,
) {
    let Canvas { scene, area, buffer } = canvas;
    let count = format!("{}{}", counted(list), uncounted(scene, list));
    let sorted = sheet.sorted.filter(|column| is_shown(&sheet.columns, area.width.saturating_sub(2), *column));
    let aside = narrowed(scene, list, heading, sorted.is_some());
    let pane = Pane::counted(&heading.name, &count, heading.focused).with_aside(aside);
    let inner = pane.draw(area, buffer);
    if list.index.is_empty() {
        if let Some(notice) = notice {
            notice.draw(inner, buffer);
        }
        return;
    }
    let table = Table {
        columns: &sheet.columns,
        total: list.index.len(),
        first: list.cursor.top,
        selected: list.cursor.item.as_ref().map(|_| list.cursor.at),
        focused: heading.focused,
        sorted: sorted.filter(|_| list.sort != Sort::default()).map(|column| (column, list.sort.reversed)),
    };
    table.draw(inner, buffer, |place| list.index.item(place).and_then(|item| (sheet.row)(item)));
}

/// How many rows there are: `5`, or `2 of 5` where some are left out. The row `all` is none of them.
fn counted(list: &List) -> String {
    let (shown, total) = (shown(list), list.index.total);
    if shown == total { text::figure(shown) } else { format!("{} of {}", text::figure(shown), text::figure(total)) }
}

/// How many rows are shown, but for the row `all`.
pub(super) fn shown(list: &List) -> usize {
    list.index.len().saturating_sub(usize::from(list.index.item(0) == Some(&Item::All)))
}

/// The pods among the rows that no count counts, where all of them are shown: they are over, or on their way.
fn uncounted(scene: &Scene<'_>, list: &List) -> String {
    if !list.of.is_of_pods() || list.index.total != list.index.len() {
        return String::new();
    }
    let identities = &scene.state.identities;
    let of = |rows: &NamespaceRows| rows.pods.len().saturating_sub(rows.counts.total() as usize);
    let many = match (&list.of, &scene.state.scope) {
        (Of::Pods, None) => identities.namespaces().map(|(_, rows)| of(rows)).sum(),
        (Of::Pods, Some(namespace)) => identities.namespace(namespace).map_or(0, of),
        _ => {
            let rows = list.index.rows().filter_map(|row| row.item.pod());
            rows.filter(|(namespace, name)| identities.pod(namespace, name).is_some_and(|row| row.dimmed)).count()
        }
    };
    if many == 0 { String::new() } else { format!(", {} not counted", text::figure(many)) }
}

/// What the rows are narrowed by, and sorted by where no column tells it, for the right end of the upper edge.
fn narrowed(scene: &Scene<'_>, list: &List, heading: &Heading, is_told: bool) -> Line<'static> {
    let mut spans = Vec::new();
    if !is_told && list.sort != Sort::default() {
        let arrow = if list.sort.reversed { "↓" } else { "↑" };
        spans.push(Span::styled(format!("{} {arrow}", list.sort.by.word()), theme::ACCENT));
    }
    if scene.state.problems_only && words::has_problems(&list.of) && heading.focused {
        let said = if heading.room == Room::Pane { "problems" } else { "problems only" };
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        spans.push(Span::styled(said, theme::ACCENT));
    }
    if !list.filter.is_empty() {
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        let filter = crate::domain::model::visible(list.filter.text.trim()).into_owned();
        spans.push(Span::styled(format!("/{filter}"), theme::ACCENT));
    }
    Line::from(spans)
}

fn feed_notice(screen: &ListScreen) -> Option<Notice> {
    match &screen.feed {
        Feed::Loading(_) => {
            Some(Notice::Loading { what: words::feed_name(&screen.list.of).to_owned(), seen: 0, expected: None })
        }
        Feed::Failed(sentence) => Some(Notice::Failed {
            sentence: crate::domain::model::visible(sentence).into_owned(),
            hint: "ctrl-r tries again".to_owned(),
        }),
        _ => None,
    }
}
