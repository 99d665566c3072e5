//! The AWS profiles of this machine: their names, and how one signs in with them.

use aws_config::profile::{ProfileSet, load};
use aws_types::os_shim_internal::{Env, Fs};
use futures_util::FutureExt;
use std::borrow::Cow;

/// The profiles that the AWS configuration and credentials files name, in order of name.
pub fn profiles() -> Vec<String> {
    // The SDK's reader is async in form only: it reads the two files at its first poll.
    let set = read(None).now_or_never().flatten();
    let mut names: Vec<String> = set.iter().flat_map(ProfileSet::profiles).map(str::to_owned).collect();
    names.sort_unstable();
    names
}

/// How one signs in with a profile, so that a sentence can name the remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// IAM Identity Center: `aws sso login`.
    Sso,
    /// `aws login`.
    Login,
    /// A role with an MFA device: a code is asked for.
    Mfa,
    /// Keys, a role, a process.
    Other,
    /// The files have no such profile.
    Absent,
    /// The files cannot be understood.
    Unreadable,
}

/// A profile and how one signs in with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProfileInUse {
    /// Its name, where one was chosen by flag or environment.
    pub(super) name: Option<String>,
    /// How one signs in with it.
    pub(super) style: Style,
}

impl ProfileInUse {
    /// The profile called `name`, else the environment's, else `default`.
    pub(super) async fn read(name: Option<&str>) -> Self {
        let set = read(name).await;
        let chosen = name.map(str::to_owned).or_else(|| std::env::var("AWS_PROFILE").ok().filter(|n| !n.is_empty()));
        let style = match &set {
            Some(set) => style_of(set, chosen.as_deref().unwrap_or("default")),
            None => Style::Unreadable,
        };
        Self { name: chosen, style }
    }

    /// `--profile NAME`, with a space before it, where one was chosen.
    pub(super) fn flag(&self) -> String {
        self.name.as_deref().map_or_else(String::new, |name| format!(" --profile {name}"))
    }
}

async fn read(name: Option<&str>) -> Option<ProfileSet> {
    parsed(&Fs::real(), &Env::real(), name).await
}

#[expect(clippy::default_trait_access, reason = "the type's own name is in a crate that the SDK does not export")]
async fn parsed(fs: &Fs, env: &Env, name: Option<&str>) -> Option<ProfileSet> {
    load(fs, env, &Default::default(), name.map(|name| Cow::Owned(name.to_owned()))).await.ok()
}

fn style_of(set: &ProfileSet, name: &str) -> Style {
    let Some(profile) = set.get_profile(name) else { return Style::Absent };
    let has = |key: &str| profile.get(key).is_some();
    if has("mfa_serial") {
        Style::Mfa
    } else if has("sso_session") || has("sso_start_url") {
        Style::Sso
    } else if has("login_session") {
        Style::Login
    } else {
        // A role on top of another profile is signed in as that one is.
        match profile.get("source_profile") {
            Some(source)
                if source != name && set.get_profile(source).is_some_and(|p| p.get("source_profile").is_none()) =>
            {
                style_of(set, source)
            }
            _ => Style::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn style(name: &'static str) -> Style {
        let text = "[default]\nregion = eu-west-1\n[profile dev]\nsso_session = corp\n[profile ops]\nsource_profile = dev\n\
                    role_arn = arn:aws:iam::111122223333:role/ops\n[profile mfa]\nmfa_serial = arn:aws:iam::1:mfa/x\n\
                    [profile me]\nlogin_session = arn:aws:iam::1:user/me\n[sso-session corp]\nsso_region = eu-west-1\n";
        let fs = Fs::from_slice(&[("config", text)]);
        let env = Env::from_slice(&[("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "none")]);
        let set = parsed(&fs, &env, None).await.unwrap();
        style_of(&set, name)
    }

    #[tokio::test]
    async fn how_one_signs_in_is_read_from_the_profile_and_the_one_it_stands_on() {
        let styles = [style("default").await, style("dev").await, style("ops").await, style("mfa").await];
        assert_eq!(styles, [Style::Other, Style::Sso, Style::Sso, Style::Mfa]);
        assert_eq!((style("me").await, style("nobody").await), (Style::Login, Style::Absent));
    }
}
