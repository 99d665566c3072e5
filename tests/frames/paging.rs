//! A law: paging through a page of text shows all of it, on the smallest screen too.

use crate::changing::{self, rich, show};
use crate::stage::Stage;
use rolecall::tui::app::page;

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 12), (80, 24), (100, 30)];

/// What stands in the window, without borders, marks and blanks.
fn shown(stage: &Stage) -> String {
    let picture = stage.picture();
    let frame = picture.split_once("\n--\n").map_or(&*picture, |(frame, _)| frame);
    let rows = frame.lines().skip_while(|row| !row.starts_with('┌')).skip(1).take_while(|row| !row.starts_with('└'));
    rows.flat_map(|row| row.chars().filter(|c| !matches!(c, '│' | '┃' | ' '))).collect()
}

/// Everything that paging down shows, until nothing moves any more.
fn paged(stage: &mut Stage) -> String {
    let mut all = String::new();
    loop {
        let picture = shown(stage);
        all.push_str(&picture);
        stage.press("ctrl-f");
        if shown(stage) == picture {
            return all;
        }
    }
}

fn check(name: &str, stage: &mut Stage) {
    let lines = page::lines(&stage.state);
    let all = paged(stage);
    let without_blanks = |text: &str| text.replace([' ', '│', '┃'], "");
    assert!(lines.len() > 5, "{name} is a page");
    for line in lines {
        // the rows of one page follow one another; only the label stands between the text's first two
        assert!(all.contains(&without_blanks(&line.text)), "{name} {:?}: {line:?} in {all}", stage.state.size);
    }
}

#[test]
fn every_line_of_a_page_is_shown_by_paging_down() {
    for size in SIZES {
        for (name, keys) in [("help", "?"), ("evidence", "d"), ("trust", "t")] {
            let mut stage = changing::stage(size);
            stage.press("/ w e b enter");
            stage.press(keys);
            check(name, &mut stage);
        }
        let mut stage = changing::stage(size);
        stage.go("roles");
        stage.press("enter");
        check("role", &mut stage);
        for (name, keys) in [("plan", "d"), ("export", "W")] {
            let mut stage = changing::stage(size);
            show(&mut stage, rich());
            stage.press(keys);
            check(name, &mut stage);
        }
    }
}

#[test]
fn a_line_that_is_taller_than_the_window_is_read_to_its_end() {
    let mut stage = changing::stage((40, 10));
    show(&mut stage, rich());
    stage.press("W");
    let all: String = (0..200).fold(String::new(), |mut all, _| {
        all.push_str(&shown(&stage));
        stage.press("j");
        all
    });
    let last = page::lines(&stage.state).pop().map(|line| line.text).unwrap_or_default();
    let end: String = last.chars().rev().filter(|c| *c != ' ').take(20).collect();
    let end: String = end.chars().rev().collect();
    assert!(all.contains(&end), "{end} in {all}");
}
