//! The label selectors of the webhook, as far as they can be judged by the few labels that are kept.

use crate::domain::model::WebhookSelector;

/// Whether a selector lets labels through, as far as only the keys in `present` are known to be there.
///
/// Used for the namespace and object selectors of the webhook, which ask for very few keys.
pub fn selector_excludes(selector: &[WebhookSelector], key: &str, present: bool) -> bool {
    selector.iter().any(|rule| {
        &*rule.key == key
            && (&*rule.operator == "DoesNotExist") == present
            && matches!(&*rule.operator, "DoesNotExist" | "Exists")
    })
}
