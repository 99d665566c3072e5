//! The reader's editor: the terminal is handed to it, and taken back when it ends.

use crate::tui::app::Refusal;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tokio::process::{Child, Command};

/// Tried where neither `VISUAL` nor `EDITOR` names one, as everywhere.
const EDITOR: &str = "vi";

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
    let home = || etcetera::home_dir().ok();
    let path = match path.strip_prefix("~") {
        Ok(rest) => home().map_or_else(|| path.to_owned(), |home| home.join(rest)),
        Err(_) => path.to_owned(),
    };
    crate::source::text_of(&path).map_err(|error| failed(format!("{} cannot be read: {error}", path.display())))
}

fn failed(said: String) -> Refusal {
    Refusal { said, hint: None }
}
