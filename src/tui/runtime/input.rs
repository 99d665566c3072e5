//! Terminal events as messages.

use crate::tui::app::Message;
use crate::tui::keymap::{Chord, Code};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The message of an event, where it is one for us.
pub(super) fn message_of(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => chord_of(key).map(Message::Key),
        Event::Resize(width, height) => Some(Message::Size(width, height)),
        Event::Paste(text) => Some(Message::Paste(text)),
        _ => None,
    }
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
        assert_eq!(message_of(Event::Key(KeyEvent::new(code, modifiers))), expected, "{code:?} {modifiers:?}");
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
        assert_eq!(message_of(Event::Key(released)), None);
    }
}
