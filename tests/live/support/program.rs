//! The program under test, as someone runs it in a shell: with a home of its own and only the environment it is given.

use super::lab::{kubeconfig, setting};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// How one runs it.
pub(crate) struct Program {
    environment: BTreeMap<OsString, OsString>,
    timeout: Duration,
}

/// What it did.
pub(crate) struct Outcome {
    /// Its exit code; `None` if it was killed, by us for taking too long.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Program {
    /// As the lab's admin, with AWS credentials, in the cluster `lab`.
    pub(crate) fn new() -> Self {
        let mut program = Self { environment: BTreeMap::new(), timeout: Duration::from_mins(2) };
        for name in [
            "PATH",
            "NO_PROXY",
            "no_proxy",
            "AWS_ENDPOINT_URL",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_REGION",
        ] {
            program = program.env(name, setting(name));
        }
        program.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", home()).env("LANG", "C.UTF-8").user("admin")
    }

    /// As another user of the lab.
    pub(crate) fn user(self, user: &str) -> Self {
        self.env("KUBECONFIG", kubeconfig(user))
    }

    /// With a variable.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Without a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// With no way to sign in to AWS.
    pub(crate) fn without_credentials(self) -> Self {
        self.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY")
    }

    /// With as long as that until it is killed for taking too long.
    pub(crate) fn patience(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Its environment, for those who start it in another way.
    pub(crate) fn environment(&self) -> &BTreeMap<OsString, OsString> {
        &self.environment
    }

    /// Starts it, for those who kill it on its way; nobody hears what it says.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        Command::new(path())
            .args(arguments)
            .args(["--cluster-name", "lab"])
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let output = assert_cmd::Command::new(path())
            .args(arguments)
            .args(["--cluster-name", "lab"])
            .env_clear()
            .envs(&self.environment)
            .timeout(self.timeout)
            .output()
            .expect("the program starts");
        Outcome::of(output)
    }

    /// Runs it with `-o json` and reads the answer; it must end well.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["-o", "json"]].concat()).succeeded().json()
    }
}

impl Outcome {
    /// What came of it.
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The same, if it ended with 0 and wrote no sign of a crash.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        self.ended_with(0)
    }

    /// The same, if it ended with that code and wrote no sign of a crash.
    #[track_caller]
    pub(crate) fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "standard error: {}\nstandard output: {:.2000}", self.err, self.out);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|problem| panic!("{problem}: {:.2000}", self.out))
    }
}

/// The program's path.
pub(crate) fn path() -> &'static str {
    env!("CARGO_BIN_EXE_rolecall")
}

/// An empty home directory, so that nothing of whoever runs this is read or written.
fn home() -> &'static OsStr {
    static HOME: OnceLock<tempfile::TempDir> = OnceLock::new();
    HOME.get_or_init(|| tempfile::tempdir().expect("a directory")).path().as_os_str()
}
