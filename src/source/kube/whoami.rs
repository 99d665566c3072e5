//! Who Kubernetes says we are.

use super::api::{Api, Ask, Sent};
use crate::domain::model::{KubernetesUser, Name, Reading, Time};
use serde::Deserialize;

const REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const REVIEW: &str = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;

/// Our own user, as a `SelfSubjectReview` gives it (Kubernetes 1.28 and later).
pub(super) async fn user(api: &Api) -> Reading<KubernetesUser> {
    let call = "create selfsubjectreviews";
    let answer = api.call("auth whoami", Ask { path: REVIEWS, accept: None, body: Some(Sent::Post(REVIEW)) }).await;
    let body = match answer {
        Ok(body) => body,
        Err(trouble) => return Reading::Unread(trouble.gap("kubernetes user", call)),
    };
    let review: Review = serde_json::from_slice(&body).unwrap_or_default();
    let user = review.status.user_info;
    let groups = user.groups.into_iter().map(Name::from).collect();
    Reading::Read { value: KubernetesUser { name: Name::from(user.username), groups }, at: Time::now() }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Review {
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    user_info: UserInfo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UserInfo {
    username: String,
    groups: Vec<String>,
}
