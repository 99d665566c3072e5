//! Names that would break a screen, and sizes that no one has.

use crate::stage::Stage;

#[test]
fn no_control_byte_and_no_text_direction_reaches_a_cell() {
    for command in ["ns", "sa", "po", "nodes", "roles"] {
        let mut stage = Stage::new((200, 60));
        stage.go(command);
        let picture = stage.picture();
        let bad =
            |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}'..='\u{200f}'));
        assert!(!picture.contains(bad), "{command}");
    }
}

#[test]
fn wide_names_keep_the_columns_straight() {
    let mut stage = Stage::new((120, 40));
    stage.go("ns batch");
    let picture = stage.picture();
    insta::assert_snapshot!("wide-characters", picture);
}

#[test]
fn every_size_is_drawn_without_a_panic() {
    for screen in ["", "po", "nodes", "roles"] {
        for width in [0, 1, 2, 3, 7, 12, 19, 24, 33, 40, 61, 79, 100, 101, 131] {
            for height in [0, 1, 2, 3, 4, 5, 6, 9, 15, 16, 17, 25, 60] {
                let mut stage = Stage::new((width, height));
                if !screen.is_empty() {
                    stage.go(screen);
                }
                for keys in ["d", "esc ?", "esc : n"] {
                    stage.press(keys);
                    stage.picture();
                }
            }
        }
    }
}
