//! Messages in, state and jobs out; journeys as key strings.

mod answers;
mod asking;
mod changing;
mod keys;
mod law;
mod lists;
mod making;
mod prompts;
mod screens;
mod trust;
mod world;
