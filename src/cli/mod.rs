//! The command line: the same way as the screen's, without the loop. Facts are gathered, judged and written.
//!
//! Exit codes: 0 done, 2 usage or unreadable input, 3 not reached, not permitted or not found, 5 a change
//! that a guard or a failed step stopped, 130 interrupted or declined. A pipe
//! that closes early is no error.

mod args;
mod can;
mod capture;
mod change;
mod connect;
mod evaluate;
mod exit;
mod explanation;
mod gather;
mod identity;
mod info;
mod list;
mod names;
mod notes;
mod output;
mod progress;
mod role;
mod run;
mod screen;
mod sheet;
mod shell;
mod subject;
mod trust;

pub use run::run;
