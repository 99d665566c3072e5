//! What is drawn: every screen at three sizes, text and styles, over one small made-up cluster.
//!
//! The clock stands in the state, so that a frame is the same on every day. After a change on purpose look at the new
//! pictures before they are accepted (`cargo insta review`).

mod answers;
mod cards;
mod changing;
mod demo;
mod hostile;
mod mouse;
mod paging;
mod screens;
mod stage;
mod trust;
