//! A law: whatever comes, the cursor stands on a row, and its window holds it.

use super::world::*;
use crate::domain::inventory::Delta;
use crate::tui::app::screen::{Pane, Screen};
use crate::tui::app::{Message, State, layout, update};
use crate::tui::keymap::{Chord, Code, TABLE};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Press(Chord),
    Type(char),
    Size(u16, u16),
    Facts(Vec<Delta>),
}

fn step() -> impl Strategy<Value = Step> {
    let keys: Vec<Chord> = TABLE.iter().flat_map(|binding| binding.keys).copied().collect();
    let pod_of = |(namespace, at, gone_now): (bool, u8, bool)| {
        let namespace = if namespace { "shop" } else { "pay" };
        let of = format!("p-{}", at % 40);
        if gone_now { gone(namespace, &of) } else { pod(namespace, &of, "api", i64::from(at)) }
    };
    let pods = prop::collection::vec((any::<bool>(), any::<u8>(), any::<bool>()).prop_map(pod_of), 0..12);
    prop_oneof![
        8 => prop::sample::select(keys).prop_map(Step::Press),
        1 => prop::sample::select(vec!['a', 'p', 's', '!', '-', 'l', ' ']).prop_map(Step::Type),
        1 => (0u16..160, 0u16..60).prop_map(|(width, height)| Step::Size(width, height)),
        3 => pods.prop_map(Step::Facts),
    ]
}

fn holds(state: &State) -> Result<(), TestCaseError> {
    let lists: Vec<_> = match state.screen() {
        Screen::Explorer(explorer) => Pane::ALL.map(|pane| explorer.list(pane)).to_vec(),
        screen => screen.list().into_iter().collect(),
    };
    let height = crate::tui::app::Layout::rows(layout(state).tables).max(1);
    for list in lists {
        let cursor = &list.cursor;
        prop_assert_eq!(cursor.item.as_ref(), list.index.item(cursor.at), "{:?}", list.of);
        prop_assert!(list.index.is_empty() == cursor.item.is_none());
        prop_assert!(cursor.top <= cursor.at && cursor.at < cursor.top + height, "{cursor:?} in {height}");
        prop_assert!(cursor.top <= cursor.at && cursor.at < cursor.top + height.max(1), "{:?}", cursor);
        prop_assert!(
            list.index.len() <= list.index.total + 1,
            "{:?}: {} of {}",
            list.of,
            list.index.len(),
            list.index.total
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_cursor_stays_on_a_row(steps in prop::collection::vec(step(), 1..60)) {
        let mut state = wide();
        for step in steps {
            let message = match step {
                Step::Press(chord) if chord == Chord::plain(Code::Enter) && state.prompt.is_some() => {
                    Message::Key(Chord::plain(Code::Esc))
                }
                Step::Press(chord) => Message::Key(chord),
                Step::Type(c) => Message::Key(Chord::char(c)),
                Step::Size(width, height) => Message::Size(width, height),
                Step::Facts(deltas) => Message::Facts(state.connection, deltas),
            };
            update(&mut state, message);
            holds(&state)?;
        }
    }
}
