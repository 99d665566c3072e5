//! A policy's text, changed by places: what is not meant stays byte for byte as somebody wrote it.
//!
//! Each function gives the new text, or `None` where the text does not hold what is to be changed.

mod statements;
mod texts;

pub use statements::{statement_texts, with_statement, with_statement_as, without_statement};
pub use texts::{Spot, with_text, with_text_added};

#[cfg(test)]
mod tests;
