//! Reading the program's JSON.

use serde_json::Value;

/// The items of a list.
#[track_caller]
pub(crate) fn items(list: &Value) -> &[Value] {
    list["items"].as_array().unwrap_or_else(|| panic!("a list with items: {list}"))
}

/// The item of one container, of `PodList`.
#[track_caller]
pub(crate) fn container<'a>(list: &'a Value, namespace: &str, pod: &str, container: &str) -> &'a Value {
    let names = |item: &Value| {
        let pod_fits =
            item["name"] == pod || item["name"].as_str().is_some_and(|name| name.starts_with(&format!("{pod}-")));
        item["namespace"] == namespace && pod_fits && item["container"] == container
    };
    let found = items(list)
        .iter()
        .find(|item| item["namespace"] == namespace && item["name"] == pod && item["container"] == container);
    found
        .or_else(|| items(list).iter().find(|item| names(item)))
        .unwrap_or_else(|| panic!("no item for {namespace}/{pod} {container}"))
}

/// The texts of a list of texts, sorted.
#[track_caller]
pub(crate) fn texts(list: &Value) -> Vec<&str> {
    let mut texts: Vec<&str> = list
        .as_array()
        .unwrap_or_else(|| panic!("a list: {list}"))
        .iter()
        .map(|text| text.as_str().expect("text"))
        .collect();
    texts.sort_unstable();
    texts
}

/// Every gap of an answer: its own and those of its items.
pub(crate) fn gaps(answer: &Value) -> Vec<&Value> {
    let items = answer["items"].as_array().into_iter().flatten();
    std::iter::once(answer).chain(items).flat_map(|of| of["gaps"].as_array().into_iter().flatten()).collect()
}

/// Whether some gap names the call and gives the reason.
pub(crate) fn has_gap(answer: &Value, call: &str, reason: &str) -> bool {
    gaps(answer).iter().any(|gap| gap["call"] == call && gap["reason"] == reason)
}
