//! What a role is called that nobody has named, and the tags that say whose it is.

use crate::domain::model::Name;
use std::collections::BTreeMap;

/// How long IAM lets a role's name be.
const LONGEST: usize = 64;
/// How long IAM and EKS let the value of a tag be (IAM API reference, "Tag"; EKS API reference, "`TagResource`").
const LONGEST_VALUE: usize = 256;

/// The tags of what we make.
pub(in crate::domain::plan) const CLUSTER_TAG: &str = "rolecall:cluster";
const ACCOUNT_TAG: &str = "rolecall:serviceaccount";

/// The name of the role for a ServiceAccount of a cluster: all three, cut where that is too long, and then told apart by
/// a hash of the whole. The same three always give the same name.
pub fn default_role_name(cluster: &str, namespace: &str, service_account: &str) -> Name {
    let whole = format!("{cluster}-{namespace}-{service_account}");
    // what Kubernetes takes IAM takes, too; an EKS cluster's name is letters, digits, - and _
    let whole: String =
        whole.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    Name::from(within(LONGEST, whole))
}

/// The tags that say for which ServiceAccount of which cluster a role or an association was made.
pub(in crate::domain::plan) fn made_for(
    cluster: &Name,
    namespace: &Name,
    service_account: &Name,
) -> BTreeMap<Name, Name> {
    let account = within(LONGEST_VALUE, format!("{namespace}/{service_account}"));
    [(CLUSTER_TAG.into(), cluster.clone()), (ACCOUNT_TAG.into(), Name::from(account))].into()
}

/// The text where it is no longer than that; else its beginning, told apart by a hash of the whole.
fn within(longest: usize, whole: String) -> String {
    if whole.len() <= longest {
        return whole;
    }
    let hash = format!("-{:08x}", fnv(whole.as_bytes()));
    let kept: String = whole.chars().take(longest - hash.len()).collect();
    format!("{}{hash}", kept.trim_end_matches(['-', '.', '_']))
}

/// FNV-1a of 32 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): the same in every version of every compiler.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_whose_role_it_is() {
        assert_eq!(&*default_role_name("prod", "shop", "api"), "prod-shop-api");
    }

    #[test]
    fn long_names_are_cut_and_told_apart() {
        let long = "payments-".repeat(7);
        let (one, other) = (default_role_name("prod", &long, "a"), default_role_name("prod", &long, "b"));
        assert!(one.len() <= 64 && other.len() <= 64, "{one} {other}");
        assert!(one != other && one.starts_with("prod-payments-"), "{one} {other}");
        assert_eq!(one, default_role_name("prod", &long, "a"));
    }

    /// Kubernetes lets a namespace have 63 characters and a ServiceAccount 253: more than a tag holds.
    #[test]
    fn long_values_of_tags_are_cut_and_told_apart() {
        let value = |name: &str| made_for(&"prod".into(), &"n".repeat(63).into(), &name.into())[ACCOUNT_TAG].clone();
        let (whole, cut) = ("a".repeat(192), "a".repeat(193));
        assert_eq!(*value(&whole), format!("{}/{whole}", "n".repeat(63)));
        assert!(value(&cut).len() == 256 && value(&cut) != value(&"a".repeat(194)), "{}", value(&cut));
        assert!(crate::domain::plan::rules::tag(ACCOUNT_TAG, &value(&"a.".repeat(126))).is_ok());
    }

    /// From the table of test vectors of FNV's authors.
    #[test]
    fn the_hash_is_fnv() {
        assert_eq!((fnv(b""), fnv(b"a"), fnv(b"foobar")), (0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968));
    }
}
