//! The subject of a ServiceAccount's token, taken apart, and texts that look alike.

/// What a value of a `sub` condition says, where it says it in Kubernetes' way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The namespace, or a pattern of it.
    pub namespace: &'a str,
    /// The ServiceAccount's name, or a pattern of it.
    pub service_account: &'a str,
}

impl<'a> Subject<'a> {
    /// What the subject of every ServiceAccount begins with.
    pub const BEGINNING: &'static str = "system:serviceaccount:";

    /// The subject that a text, or pattern, writes.
    pub fn read(text: &'a str) -> Option<Self> {
        let (namespace, service_account) = text.strip_prefix(Self::BEGINNING)?.split_once(':')?;
        Some(Self { namespace, service_account })
    }
}

/// Whether a pattern stands for more than one text.
pub fn is_wild(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

/// Whether it stands for every text, but for short ones.
pub fn is_all(pattern: &str) -> bool {
    pattern.contains('*') && pattern.bytes().all(|byte| matches!(byte, b'*' | b'?'))
}

/// Whether one text is a slip of the pen away from another: at most two characters more, less or other.
pub(super) fn is_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a == b || a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    // the edit distance, row by row
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, own) in a.iter().enumerate() {
        let mut next = vec![at + 1];
        for ((other, above), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(own != other)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        assert!(is_slip("sts.amazon.com", "sts.amazn.com"));
        assert!(is_slip("sts.amazonaws.com", "sts.amazonaw.com"));
        assert!(!is_slip("sts.amazonaws.com", "sts.amazonaws.com"));
        assert!(!is_slip("sts.amazonaws.com", "vault"));
        assert!(!is_slip("", "abc"));
    }

    #[test]
    fn subjects_are_taken_apart() {
        let subject = Subject::read("system:serviceaccount:shop:api").unwrap();
        assert_eq!((subject.namespace, subject.service_account), ("shop", "api"));
        assert_eq!(Subject::read("system:serviceaccount:shop"), None);
        assert_eq!(Subject::read("shop:api"), None);
    }
}
