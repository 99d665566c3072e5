//! Terminal events as messages.

use crate::tui::app::{Gesture, Message, Pointer, Spot, Turn};
use crate::tui::keymap::{Chord, Code};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// The message of an event, where it is one for us; `spot` tells what can be pressed where.
pub(super) fn message_of(event: Event, spot: impl FnOnce(Position) -> Option<Spot>) -> Option<Message> {
    match event {
        Event::Mouse(mouse) => pointer_of(mouse, spot).map(Message::Pointer),
        Event::Key(key) if key.kind != KeyEventKind::Release => chord_of(key).map(Message::Key),
        Event::Resize(width, height) => Some(Message::Size(width, height)),
        Event::Paste(text) => Some(Message::Paste(text)),
        _ => None,
    }
}

/// What the pointer did; nothing where another button than the first did it, or a key was held with it: that is a word
/// to the terminal, or means nothing here.
fn pointer_of(mouse: MouseEvent, spot: impl FnOnce(Position) -> Option<Spot>) -> Option<Pointer> {
    let at = Position::new(mouse.column, mouse.row);
    let did = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Pressed,
        MouseEventKind::Drag(MouseButton::Left) => Gesture::Dragged,
        MouseEventKind::Up(MouseButton::Left) => Gesture::Released(spot(at)),
        MouseEventKind::ScrollUp => Gesture::Wheel(Turn::Up),
        MouseEventKind::ScrollDown => Gesture::Wheel(Turn::Down),
        _ => return None,
    };
    mouse.modifiers.is_empty().then_some(Pointer { did, at })
}

/// The chord of a key; none for keys with alt, which mean nothing here.
fn chord_of(key: KeyEvent) -> Option<Chord> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    if key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META | KeyModifiers::HYPER) {
        return None;
    }
    let code = match key.code {
        // terminals that tell keys apart send ctrl-shift-r where others send ctrl-r
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        _ => return None,
    };
    Some(Chord { code, ctrl })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: KeyCode, modifiers: KeyModifiers, chord: Option<Chord>) {
        let expected = chord.map(Message::Key);
        let event = Event::Key(KeyEvent::new(code, modifiers));
        assert_eq!(message_of(event, |_| None), expected, "{code:?} {modifiers:?}");
    }

    #[test]
    fn keys_become_chords() {
        check(KeyCode::Char('N'), KeyModifiers::SHIFT, Some(Chord::char('N')));
        check(KeyCode::Char('z'), KeyModifiers::CONTROL, Some(Chord::ctrl('z')));
        check(KeyCode::Char('R'), KeyModifiers::CONTROL | KeyModifiers::SHIFT, Some(Chord::ctrl('r')));
        check(KeyCode::Char('q'), KeyModifiers::ALT, None);
        check(KeyCode::F(5), KeyModifiers::NONE, None);
        check(KeyCode::PageDown, KeyModifiers::NONE, Some(Chord::plain(Code::PageDown)));
    }

    #[test]
    fn what_is_let_go_of_is_no_key() {
        let released = KeyEvent { kind: KeyEventKind::Release, ..KeyEvent::from(KeyCode::Char('q')) };
        assert_eq!(message_of(Event::Key(released), |_| None), None);
    }

    #[test]
    fn the_first_button_and_the_wheel_point_and_nothing_else_does() {
        let said = |kind, modifiers| {
            let event = Event::Mouse(MouseEvent { kind, column: 7, row: 3, modifiers });
            message_of(event, |at| (at == Position::new(7, 3)).then_some(Spot::Cover))
        };
        let pointer = |did| Some(Message::Pointer(Pointer { did, at: Position::new(7, 3) }));
        let (none, left) = (KeyModifiers::NONE, MouseButton::Left);
        assert_eq!(said(MouseEventKind::Down(left), none), pointer(Gesture::Pressed));
        assert_eq!(said(MouseEventKind::Drag(left), none), pointer(Gesture::Dragged));
        assert_eq!(said(MouseEventKind::Up(left), none), pointer(Gesture::Released(Some(Spot::Cover))));
        assert_eq!(said(MouseEventKind::ScrollDown, none), pointer(Gesture::Wheel(Turn::Down)));
        for kind in [MouseEventKind::Moved, MouseEventKind::ScrollLeft, MouseEventKind::Down(MouseButton::Right)] {
            assert_eq!(said(kind, none), None, "{kind:?}");
        }
        assert_eq!(said(MouseEventKind::Down(left), KeyModifiers::CONTROL), None);
    }
}
