//! Messages in, state and jobs out.
