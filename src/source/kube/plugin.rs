//! Exec plugins (`aws eks get-token` and the like): what their failures mean, and what to do about them.

use super::trouble::{Cause, Trouble, one_line};
use kube::client::AuthError;
use std::io::ErrorKind;

/// The plugin of a kubeconfig user, as far as its failures are explained by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plugin {
    /// The program.
    pub command: String,
    /// The AWS profile that it uses, where the kubeconfig names one.
    pub profile: Option<String>,
    /// What the kubeconfig says about how to install it.
    pub install_hint: Option<String>,
}

/// What a failure to sign in means. The plugin may be unknown: then its failure is a renewal's.
pub(super) fn trouble(error: &AuthError, plugin: Option<&Plugin>) -> Trouble {
    let command = plugin.map_or("the exec plugin", |plugin| &plugin.command);
    let profile = plugin.and_then(|plugin| plugin.profile.as_deref());
    match error {
        AuthError::AuthExecStart(error) if error.kind() == ErrorKind::NotFound => {
            let said = format!("`{command}`, which the kubeconfig signs in with, is not installed or not on PATH");
            let by_kubeconfig = plugin.and_then(|plugin| plugin.install_hint.as_deref()).map(one_line);
            Trouble::new(Cause::Unauthenticated, said).with_hint(by_kubeconfig.unwrap_or_else(|| install(command)))
        }
        AuthError::AuthExecStart(error) => Trouble::new(
            Cause::Unauthenticated,
            format!("`{command}` could not be run: {}", one_line(&error.to_string())),
        ),
        AuthError::AuthExecRun { cmd, out } => {
            let program = plugin.map_or_else(|| program(cmd), |plugin| plugin.command.clone());
            let words = last_line(&String::from_utf8_lossy(&out.stderr));
            let trouble = Trouble::new(Cause::Unauthenticated, format!("`{program}` failed: {words}"));
            match remedy(&words, profile) {
                Some(hint) => trouble.with_hint(hint),
                None => trouble,
            }
        }
        // The error quotes what was printed, which may be half a token: it is not repeated.
        AuthError::AuthExecParse(_) => {
            Trouble::new(Cause::Unauthenticated, format!("`{command}` printed no credentials that can be read"))
                .with_hint("run it by hand: it is to print an ExecCredential as JSON, and nothing else")
        }
        other => Trouble::new(Cause::Unauthenticated, format!("signing in failed: {}", one_line(&other.to_string()))),
    }
}

fn install(command: &str) -> String {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command);
    match name {
        "aws" => "install the AWS CLI version 2".into(),
        "aws-iam-authenticator" => "install aws-iam-authenticator, or run `aws eks update-kubeconfig` anew".into(),
        _ => format!("install {name}, or name another user in the kubeconfig"),
    }
}

/// What to do about the words of the AWS CLI (and of botocore below it).
fn remedy(words: &str, profile: Option<&str>) -> Option<String> {
    let told = |texts: &[&str]| texts.iter().any(|text| words.contains(text));
    let flag = profile.map(|profile| format!(" --profile {profile}")).unwrap_or_default();
    if told(&["SSO", "sso", "Token has expired and refresh failed", "UnauthorizedSSOToken"]) {
        return Some(format!("run `aws sso login{flag}`"));
    }
    if told(&["aws login", "login session"]) {
        return Some(format!("run `aws login{flag}`"));
    }
    if told(&["ExpiredToken", "security token included in the request is expired"]) {
        return Some("the session's credentials have expired; get new ones".into());
    }
    if told(&["Unable to locate credentials", "NoCredentials"]) {
        return Some(format!("there are no AWS credentials; run `aws configure{flag}` or set AWS_PROFILE"));
    }
    if told(&["could not be found"]) {
        return Some("the kubeconfig names an AWS profile that is not there; see `aws configure list-profiles`".into());
    }
    told(&["InvalidClientTokenId", "UnrecognizedClient", "AccessDenied"])
        .then(|| format!("AWS does not accept these credentials; try `aws sts get-caller-identity{flag}`"))
}

/// The program of a command as `std::process::Command` shows it: each word in quotes, variables before it.
fn program(command: &str) -> String {
    let program = command.split_whitespace().find(|word| word.starts_with('"')).unwrap_or("the exec plugin");
    program.trim_matches('"').to_owned()
}

/// Programs end with what matters.
fn last_line(stderr: &str) -> String {
    let line = stderr.lines().rev().find(|line| !line.trim().is_empty());
    line.map_or_else(|| "it says nothing".into(), one_line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Output};

    fn plugin() -> Plugin {
        Plugin { command: "aws".into(), profile: Some("prod".into()), install_hint: None }
    }

    fn failed(stderr: &str) -> AuthError {
        let status = Command::new("false").status().expect("there is a program that fails");
        let out = Output { status, stdout: Vec::new(), stderr: stderr.as_bytes().to_vec() };
        AuthError::AuthExecRun { cmd: "A=\"b\" \"aws\" \"eks\"".into(), out: Box::new(out) }
    }

    #[test]
    fn a_plugin_that_is_not_there() {
        let told = trouble(&AuthError::AuthExecStart(ErrorKind::NotFound.into()), Some(&plugin()));
        assert_eq!(told.said, "`aws`, which the kubeconfig signs in with, is not installed or not on PATH");
        assert_eq!(told.hint.as_deref(), Some("install the AWS CLI version 2"));
    }

    #[test]
    fn an_expired_sso_session_names_the_command_that_renews_it() {
        let told = trouble(
            &failed("\nThe SSO session associated with this profile has expired or is otherwise invalid.\n\n"),
            Some(&plugin()),
        );
        assert!(told.said.starts_with("`aws` failed: The SSO session"));
        assert_eq!(told.hint.as_deref(), Some("run `aws sso login --profile prod`"));
    }

    #[test]
    fn what_a_plugin_writes_is_made_safe() {
        let told = trouble(&failed("first\n\x1b[31mlast line"), None);
        assert_eq!(told.said, "`aws` failed: \u{fffd}[31mlast line");
        assert!(trouble(&failed(""), None).said.ends_with("it says nothing"));
    }
}
