//! Credentials from the `aws` program, for what the SDK's chain cannot do: MFA, and sign-ins it does not know yet.
//!
//! `aws configure export-credentials --format process` prints what a `credential_process` prints (AWS SDKs and tools
//! reference, "Process credential provider").

use aws_credential_types::Credentials;
use jiff::Timestamp;
use serde::Deserialize;
use std::ffi::OsStr;
use std::process::Stdio;
use std::time::{Duration, SystemTime};
use tokio::process::Command;

/// How long the program may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the program gave no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoExport {
    /// It is not there.
    NotInstalled,
    /// It gave no answer in time: it waits for something that only a person can type.
    Waited,
    /// It ended without; its last words.
    Said(String),
}

/// Asks the program once. It reads nothing, writes nothing on the terminal, and ends with us.
pub(super) async fn exported(program: &OsStr, profile: Option<&str>) -> Result<Credentials, NoExport> {
    let mut command = Command::new(program);
    command.args(["configure", "export-credentials", "--format", "process"]);
    if let Some(profile) = profile {
        command.args(["--profile", profile]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // A question for an MFA code goes to the terminal itself, whatever the streams are. From a group of its own the
    // program is stopped before it can write there.
    #[cfg(unix)]
    command.process_group(0);
    let output = match tokio::time::timeout(PATIENCE, command.output()).await {
        Err(_) => return Err(NoExport::Waited),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => return Err(NoExport::NotInstalled),
        Ok(Err(error)) => return Err(NoExport::Said(error.to_string())),
        Ok(Ok(output)) => output,
    };
    if !output.status.success() {
        return Err(NoExport::Said(last_words(&output.stderr)));
    }
    parsed(&output.stdout).map_err(NoExport::Said)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<Timestamp>,
}

fn parsed(text: &[u8]) -> Result<Credentials, String> {
    // The error could repeat what was printed, and that is a secret.
    let exported: Exported =
        serde_json::from_slice(text).map_err(|_| "it printed no credentials that can be read".to_owned())?;
    let expiry = exported.expiration.map(SystemTime::from);
    Ok(Credentials::new(
        exported.access_key_id,
        exported.secret_access_key,
        exported.session_token,
        expiry,
        "aws configure export-credentials",
    ))
}

fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_prints_is_read() {
        let text = br#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-11-24T10:00:00+00:00"}"#;
        let credentials = parsed(text).unwrap();
        assert_eq!((credentials.access_key_id(), credentials.session_token()), ("AKID", Some("t")));
        assert_eq!(
            credentials.expiry().map(|at| Timestamp::try_from(at).unwrap().to_string()).as_deref(),
            Some("2026-11-24T10:00:00Z")
        );
        assert!(parsed(br#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}"#).unwrap().expiry().is_none());
    }

    #[test]
    fn an_error_never_repeats_a_secret() {
        let said = parsed(br#"{"AccessKeyId":"AKID","SecretAccessKey":12345}"#).unwrap_err();
        assert!(!said.contains("12345"), "{said}");
    }

    #[cfg(unix)]
    fn script(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("aws");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        (dir, path)
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_program_is_asked_for_the_profile() {
        let (_dir, path) = script(
            r#"[ "$*" = "configure export-credentials --format process --profile dev" ] || exit 1
                      echo '{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"s"}'"#,
        );
        let credentials = exported(path.as_os_str(), Some("dev")).await.unwrap();
        assert_eq!(credentials.access_key_id(), "AKID");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn its_last_words_are_kept() {
        let (_dir, path) = script("echo first >&2; echo 'the token has expired' >&2; echo >&2; exit 255");
        let said = exported(path.as_os_str(), None).await.unwrap_err();
        assert_eq!(said, NoExport::Said("the token has expired".to_owned()));
        assert_eq!(exported(OsStr::new("/no/such/aws"), None).await.unwrap_err(), NoExport::NotInstalled);
    }
}
