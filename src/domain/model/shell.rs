//! Lines that a reader may copy into a shell.

/// A text as one word of a POSIX shell (IEEE Std 1003.1, "Quoting").
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@%_+=:,./-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_drop_them() {
        for (text, word) in [("eks/api", "eks/api"), ("a b", "'a b'"), ("", "''"), ("it's here", r"'it'\''s here'")] {
            assert_eq!(shell_word(text), word);
        }
    }
}
