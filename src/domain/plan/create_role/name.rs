//! What a role is called that nobody has named.

use crate::domain::model::Name;

/// How long IAM lets a role's name be.
const LONGEST: usize = 64;

/// The name of the role for a ServiceAccount of a cluster: all three, cut where that is too long, and then told apart by
/// a hash of the whole. The same three always give the same name.
pub fn default_role_name(cluster: &str, namespace: &str, service_account: &str) -> Name {
    let whole = format!("{cluster}-{namespace}-{service_account}");
    // what Kubernetes takes IAM takes, too; an EKS cluster's name is letters, digits, - and _
    let whole: String =
        whole.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    if whole.len() <= LONGEST {
        return Name::from(whole);
    }
    let hash = format!("-{:08x}", fnv(whole.as_bytes()));
    let kept: String = whole.chars().take(LONGEST - hash.len()).collect();
    Name::from(format!("{}{hash}", kept.trim_end_matches(['-', '.', '_'])))
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

    /// From the table of test vectors of FNV's authors.
    #[test]
    fn the_hash_is_fnv() {
        assert_eq!((fnv(b""), fnv(b"a"), fnv(b"foobar")), (0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968));
    }
}
