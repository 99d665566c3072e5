//! The mouse: what is pressed is what is drawn there, on every screen and at every size; and what is marked.

use crate::changing;
use crate::stage::Stage;
use ratatui::layout::Position;
use rolecall::tui::app::screen::{Pane, Screen, TextBody};
use rolecall::tui::app::select::SortBy;
use rolecall::tui::app::{Gesture, Job, Message, Pointer, Spot, StatusKind, Turn, update};
use rolecall::tui::keymap::Chord;
use rolecall::tui::view::{spot, text_of};

const SIZES: [(u16, u16); 5] = [(160, 50), (130, 40), (100, 24), (80, 24), (40, 10)];

/// The lines of the frame.
fn lines(stage: &Stage) -> Vec<String> {
    let picture = stage.picture();
    let frame = picture.split_once("\n--\n").map_or(&*picture, |(frame, _)| frame);
    frame.lines().map(str::to_owned).collect()
}

fn line(stage: &Stage, y: u16) -> String {
    lines(stage).get(usize::from(y)).cloned().unwrap_or_default()
}

fn point(stage: &mut Stage, did: Gesture, at: Position) -> Vec<Job> {
    update(&mut stage.state, Message::Pointer(Pointer { did, at }))
}

/// A click, as the program's loop takes it in.
fn click(stage: &mut Stage, at: Position) {
    point(stage, Gesture::Pressed, at);
    let spot = spot(&stage.state, at);
    point(stage, Gesture::Released(spot), at);
}

fn drag(stage: &mut Stage, from: (u16, u16), to: (u16, u16)) -> String {
    point(stage, Gesture::Pressed, from.into());
    point(stage, Gesture::Dragged, to.into());
    let jobs = point(stage, Gesture::Released(None), to.into());
    let [Job::Marked(marked)] = jobs[..] else { return format!("{jobs:?}") };
    text_of(&stage.state, marked)
}

/// What can be pressed on a line, and the text that is drawn there.
fn spots(stage: &Stage, y: u16) -> Vec<(Spot, String)> {
    let drawn: Vec<char> = line(stage, y).chars().collect();
    let mut runs: Vec<(Option<Spot>, String)> = Vec::new();
    for x in 0..stage.state.size.0 {
        let (here, sign) = (spot(&stage.state, (x, y).into()), drawn.get(usize::from(x)).copied().unwrap_or(' '));
        match runs.last_mut() {
            Some((spot, text)) if *spot == here => text.push(sign),
            _ => runs.push((here, sign.to_string())),
        }
    }
    runs.into_iter().filter_map(|(spot, text)| Some((spot?, text))).collect()
}

/// A name, and the way there.
type Way = (&'static str, fn(&mut Stage));

/// Screens with tables, pages, choices and forms.
fn screens() -> Vec<Way> {
    vec![
        ("explorer", |stage| stage.press("esc")),
        ("explorer of a namespace", |stage| stage.go("ns shop")),
        ("without header", |stage| stage.press("ctrl-e")),
        ("wide", |stage| stage.press("ctrl-w")),
        ("pods", |stage| stage.go("po")),
        ("ServiceAccounts", |stage| stage.go("sa")),
        ("nodes", |stage| stage.go("nodes")),
        ("a node", |stage| {
            stage.go("nodes");
            stage.press("enter");
        }),
        ("roles", |stage| stage.go("roles")),
        ("who uses a role", |stage| {
            stage.go("roles");
            stage.press("G u");
        }),
        ("evidence", |stage| stage.press("d")),
        ("what was said", |stage| stage.press("N")),
        ("a question", |stage| stage.press("x")),
    ]
}

fn at_every_size(check: impl Fn(&str, &mut Stage)) {
    for size in SIZES {
        for (name, go) in screens() {
            let mut stage = Stage::new(size);
            go(&mut stage);
            check(&format!("{name} at {size:?}"), &mut stage);
        }
    }
}

#[test]
fn a_hint_is_pressed_where_it_is_drawn() {
    at_every_size(|name, stage| {
        let footer = stage.state.size.1 - 1;
        let mut keys = 0;
        for (spot, text) in spots(stage, footer) {
            match spot {
                Spot::Key(chord) => {
                    let written = chord.to_string();
                    assert!(text.starts_with(&written) && text.trim_end().len() > written.len(), "{name}: {text:?}");
                    keys += 1;
                }
                Spot::Step(_) => assert!(!text.contains('›') && !text.contains(' '), "{name}: {text:?}"),
                other => panic!("{name}: {other:?} {text:?}"),
            }
        }
        let drawn = line(stage, footer);
        assert!(keys > 0 || !drawn.contains("help"), "{name}: {drawn}");
        assert_eq!(drawn.contains("? help"), spots(stage, footer).iter().any(|(spot, _)| is_help(*spot)), "{name}");
    });
}

fn is_help(spot: Spot) -> bool {
    spot == Spot::Key(Chord::char('?'))
}

#[test]
fn a_heading_sorts_by_the_column_that_it_stands_over() {
    let mut seen = Vec::new();
    at_every_size(|name, stage| {
        for y in 0..stage.state.size.1 - 1 {
            for (spot, text) in spots(stage, y) {
                let Spot::Heading(by) = spot else { continue };
                let mut stage = Stage { state: stage.state.clone() };
                let from = (0..stage.state.size.0)
                    .find(|x| rolecall::tui::view::spot(&stage.state, (*x, y).into()) == Some(spot));
                let from = from.expect("it begins somewhere");
                let own = |stage: &Stage| {
                    let drawn = line(stage, y);
                    drawn.chars().skip(usize::from(from)).take(text.chars().count()).collect::<String>()
                };
                click(&mut stage, (from, y).into());
                // the first order is told by no arrow
                let once = own(&stage);
                click(&mut stage, (from, y).into());
                let own = once + &own(&stage);
                assert!(own.contains(['↑', '↓']), "{name}: {by:?} over {text:?}: {own:?}");
            }
        }
    });
    let mut stage = Stage::new((160, 50));
    for y in 0..50 {
        seen.extend(spots(&stage, y).into_iter().map(|(spot, _)| spot));
    }
    for by in [SortBy::Name, SortBy::Age, SortBy::Pods, SortBy::Identity, SortBy::Node] {
        assert!(seen.contains(&Spot::Heading(by)), "{by:?}");
    }
    let (x, y) = found(&stage, "AGE");
    click(&mut stage, (x, y).into());
    assert!(line(&stage, y).contains("AGE↑"), "{}", line(&stage, y));
}

/// Where a text is drawn.
fn found(stage: &Stage, wanted: &str) -> (u16, u16) {
    let mut lines = lines(stage).into_iter().zip(0..);
    let found = lines.find_map(|(line, y)| line.find(wanted).map(|at| (line.split_at(at).0.chars().count(), y)));
    found.map(|(x, y)| (u16::try_from(x).unwrap_or_default(), y)).unwrap_or_default()
}

#[test]
fn the_row_that_is_clicked_is_the_row_that_is_drawn_there() {
    at_every_size(|name, stage| {
        let Some(list) = stage.state.list().cloned() else { return };
        let drawn = lines(stage);
        let mut clicked = 0;
        for y in 0..stage.state.size.1 - 1 {
            for x in [6, stage.state.size.0 / 2, stage.state.size.0 - 4] {
                let mut stage = Stage { state: stage.state.clone() };
                // only whether it selects is asked
                match stage.state.screen_mut() {
                    Screen::Explorer(explorer) => {
                        for pane in Pane::ALL {
                            explorer.list_mut(pane).cursor.moved = false;
                        }
                    }
                    screen => screen.list_mut().expect("a list").cursor.moved = false,
                }
                click(&mut stage, (x, y).into());
                let now = stage.state.list().expect("the same screen");
                if !now.cursor.moved {
                    continue;
                }
                clicked += 1;
                let short = now.selected().map(|item| item.name().rsplit('/').next().unwrap_or_default().to_owned());
                // of nodes what all share is not shown
                let short = short.unwrap_or_default().replace("ip-10-0-", "");
                let start: String = short.chars().take(2).collect();
                assert!(drawn[usize::from(y)].contains(&start), "{name} ({x}, {y}): {start} {}", drawn[usize::from(y)]);
                assert!(line(&stage, y).contains('▸'), "{name} ({x}, {y}): {}", line(&stage, y));
            }
        }
        assert!(clicked > 0 || list.index.len() < 2, "{name}");
    });
}

#[test]
fn what_is_picked_or_typed_into_is_what_is_clicked() {
    for size in SIZES {
        let mut stage = changing::stage(size);
        stage.press("/ w e b enter e");
        for y in 0..size.1 {
            if let Some(Spot::Pick(place)) = spot(&stage.state, (7, y).into()) {
                let mut stage = Stage { state: stage.state.clone() };
                click(&mut stage, (7, y).into());
                let Screen::Choose(screen) = stage.state.screen() else { panic!("{size:?} {y}") };
                assert_eq!(screen.at, place);
                assert!(line(&stage, y).contains('▸'), "{size:?} {y}: {}", line(&stage, y));
            }
        }
        let mut stage = changing::stage(size);
        stage.press("/ w e b enter C");
        let mut places = Vec::new();
        for y in 0..size.1 {
            if let Some(Spot::Field(place)) = spot(&stage.state, (7, y).into()) {
                let mut stage = Stage { state: stage.state.clone() };
                let label = line(&stage, y).chars().skip(2).take(8).collect::<String>();
                click(&mut stage, (7, y).into());
                let Screen::Form(screen) = stage.state.screen() else { panic!("{size:?} {y}") };
                assert_eq!(screen.at, place);
                places.push(place);
                let own = screen.field().map(|field| field.kind.label()).unwrap_or_default();
                assert!(own.starts_with(label.trim()) || label.trim().starts_with(own), "{size:?} {y}: {label} {own}");
            }
        }
        assert!(places.len() > 2, "{size:?}: {places:?}");
    }
}

#[test]
fn what_an_action_may_become_is_taken_by_a_click() {
    let mut stage = Stage::new((100, 24));
    stage.press("x");
    stage.write("s3:GetObjectA");
    let (x, y) = found(&stage, "s3:GetObjectAcl");
    click(&mut stage, (x, y).into());
    let prompt = stage.state.prompt.as_ref().expect("it is typed on");
    assert_eq!(prompt.input.value(), "s3:GetObjectAcl");
}

#[test]
fn a_sentence_over_the_rows_is_no_row() {
    let mut stage = Stage::new((40, 10));
    stage.go("po");
    let said = "a sentence that takes more than the one line that there is for it".to_owned();
    stage.state.status = Some(rolecall::tui::app::Status { kind: StatusKind::Failed, text: said });
    assert_eq!(spot(&stage.state, (9, 8).into()), Some(Spot::Cover));
    let before = stage.state.list().cloned();
    click(&mut stage, (9, 8).into());
    assert_eq!((stage.state.list(), &stage.state.status), (before.as_ref(), &None));
}

#[test]
fn marked() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut stage = Stage::new((width, height));
        stage.go("ns shop");
        let (x, y) = found(&stage, "api-");
        let copied = drag(&mut stage, (x + 2, y), (x + 8, y + 2));
        insta::assert_snapshot!(format!("marked-{width}x{height}"), format!("{copied}\n==\n{}", stage.picture()));
    }
}

#[test]
fn wide_signs_are_copied_whole_and_lines_as_they_stand() {
    let mut stage = Stage::new((40, 12));
    stage.press("y");
    let text = ["name: 日本語", "  deeper:   ", "", "a line that is longer than the page is wide, and folded"];
    if let Screen::Text(screen) = stage.state.screen_mut() {
        screen.body = TextBody::Ready(text.map(str::to_owned).to_vec());
    }
    let (x, y) = found(&stage, "name:");
    let all = drag(&mut stage, (x, y), (38, y + 4));
    assert_eq!(all, "name: 日本語\n  deeper:\n\na line that is longer than the page\n  is wide, and folded");
    assert_eq!(drag(&mut stage, (x + 9, y), (x + 10, y)), "本語", "half of each");
    let (width, height) = stage.state.size;
    let from_there = all.strip_prefix("name: 日").map(str::to_owned);
    assert_eq!(Some(drag(&mut stage, (x + 8, y), (width - 1, height - 1))), from_there);
    point(&mut stage, Gesture::Wheel(Turn::Down), (x, y).into());
    assert_eq!(stage.state.marked, None);
}
