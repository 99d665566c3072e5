//! What the tests need to use the lab and the program.

pub(crate) mod lab;
