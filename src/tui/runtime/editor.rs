//! The reader's editor: the terminal is handed to it, and taken back when it ends.

use crate::tui::app::Refusal;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tokio::process::{Child, Command};

/// Tried where neither `VISUAL` nor `EDITOR` names one, as everywhere.
const EDITOR: &str = "vi";

/// So many names of a folder are looked at.
const LISTED: usize = 10_000;

/// A text in a file of its own, which nobody else may read; it goes when this is dropped.
pub(super) struct Sheet {
    path: PathBuf,
    text: String,
}

impl Sheet {
    /// The text, written down.
    pub(super) fn new(text: String) -> Result<Self, Refusal> {
        let stamp = jiff::Timestamp::now().as_nanosecond();
        let path = std::env::temp_dir().join(format!("rolecall-{}-{stamp}.json", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        match written {
            Ok(()) => Ok(Self { path, text }),
            Err(error) => Err(failed(format!("{} cannot be written: {error}", path.display()))),
        }
    }

    /// The editor on it. As with git, what names it is a line of a shell: `code --wait` is one.
    pub(super) fn editor(&self) -> Result<Child, Refusal> {
        let editor =
            ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
        let editor = editor.unwrap_or_else(|| EDITOR.to_owned());
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor).arg(&self.path);
        let hint = || Some("set EDITOR, or type the path of a file".to_owned());
        command.spawn().map_err(|error| Refusal { said: format!("{editor} cannot be started: {error}"), hint: hint() })
    }

    /// What it says now; none: what it said before.
    pub(super) fn read(&self, ended: std::io::Result<std::process::ExitStatus>) -> Result<Option<String>, Refusal> {
        match ended {
            Ok(status) if status.success() => {}
            Ok(status) => {
                let hint = Some("set EDITOR, or type the path of a file".to_owned());
                return Err(Refusal { said: format!("the editor ended with {status}"), hint });
            }
            Err(error) => return Err(failed(format!("the editor could not be waited for: {error}"))),
        }
        let text = file(&self.path)?;
        Ok((text.trim() != self.text.trim()).then_some(text))
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The text of a file, whose path may begin with `~/`.
pub(super) fn file(path: &Path) -> Result<String, Refusal> {
    let path = from_home(path);
    crate::source::text_of(&path).map_err(|error| failed(format!("{} cannot be read: {error}", path.display())))
}

/// The names in a folder, in their order, folders with a slash behind them; nothing where it cannot be read. Names that
/// nobody could type are left out.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { from_home(folder) };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(LISTED);
    let name = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok().filter(|name| !name.chars().any(char::is_control))?;
        // also where a link leads to one
        Some(if entry.path().is_dir() { format!("{name}/") } else { name })
    };
    let mut names: Vec<String> = entries.filter_map(name).collect();
    names.sort();
    names
}

/// The path, with what `~` stands for.
fn from_home(path: &Path) -> PathBuf {
    match path.strip_prefix("~") {
        Ok(rest) => etcetera::home_dir().map_or_else(|_| path.to_owned(), |home| home.join(rest)),
        Err(_) => path.to_owned(),
    }
}

fn failed(said: String) -> Refusal {
    Refusal { said, hint: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_as_one_would_type_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("policies")).unwrap();
        for name in ["b.json", "a b.json", ".hidden", "new\nline"] {
            std::fs::write(folder.path().join(name), "{}").unwrap();
        }
        assert_eq!(names(folder.path()), [".hidden", "a b.json", "b.json", "policies/"]);
        assert_eq!(names(&folder.path().join("gone")), [""; 0]);
    }
}
