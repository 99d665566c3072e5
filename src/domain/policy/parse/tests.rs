//! Tests of parsing.
