//! Leaving something outside the program: the terminal's clipboard, a file.

use crossterm::clipboard::CopyToClipboard;
use etcetera::BaseStrategy;
use std::io;
use std::path::PathBuf;

/// Puts the text into the clipboard by OSC 52: the terminal does it, also over SSH.
pub(super) fn copy(text: &str) -> io::Result<()> {
    crossterm::execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
}

/// Writes a text below the state directory, under its name with a stamp, and says where. A file that is there is not
/// written over.
pub(super) fn save(name: &str, stamp: &str, text: &str) -> io::Result<PathBuf> {
    let folder = folder()?;
    std::fs::create_dir_all(&folder)?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let stem: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' }).collect();
    let free = (0..100)
        .map(|number| match number {
            0 => folder.join(format!("{stem}-{stamp}.{ending}")),
            number => folder.join(format!("{stem}-{stamp}-{number}.{ending}")),
        })
        .find(|path| !path.exists())
        .ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))?;
    std::fs::write(&free, text)?;
    Ok(free)
}

/// `$XDG_STATE_HOME/rolecall/screens`.
fn folder() -> io::Result<PathBuf> {
    let places = etcetera::choose_base_strategy().map_err(io::Error::other)?;
    let state = places.state_dir().unwrap_or_else(|| places.data_dir());
    Ok(state.join("rolecall").join("screens"))
}
