//! Pods: the narrow shape on the wire, and what becomes of it.

mod decode;
mod env;
mod expand;
mod mounts;
mod wire;

#[cfg(test)]
mod tests;

pub(super) use env::is_kept;
pub(super) use wire::Pod;
