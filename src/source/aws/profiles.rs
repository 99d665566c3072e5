//! The names of the AWS profiles of this machine.

/// The profiles that the AWS configuration and credentials files name, in order of name.
pub fn profiles() -> Vec<String> {
    Vec::new()
}
